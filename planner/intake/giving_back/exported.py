"""The columns that an export adds to a table of orders, and what they mean when it comes back."""

from collections.abc import Iterable, Mapping

from planner.intake.reading.sheet_reading import IGNORED

# What `planner.intake.giving_back.giving_back` adds behind the columns of the upload.
PLANNED: Mapping[str, str] = {
    "planned_machine": "current_machine",
    "planned_batch": "planned_batch",
    "planned_position": "current_position",
    "planned_changeover_start": IGNORED,
    "planned_start": IGNORED,
    "planned_end": IGNORED,
    "planned_minutes_late": IGNORED,
    "planned_reason": IGNORED,
    "plan_scenario": IGNORED,
    "plan_run": IGNORED,
    "plan_time_zone": IGNORED,
    "plan_certificate": IGNORED,
}
# What `planner.writer.schedule_csv` has beside what is known of the orders.
_OWN: Mapping[str, str] = {
    "machine": "current_machine",
    "batch": "planned_batch",
    "position": "current_position",
    "changeover_start": IGNORED,
    "start": IGNORED,
    "end": IGNORED,
    "minutes_late": IGNORED,
    "status": IGNORED,
    "reason": IGNORED,
    "operation": IGNORED,
    "stage": IGNORED,
    "step": IGNORED,
    "lot": IGNORED,
    "lots": IGNORED,
    "comes_from": IGNORED,
    "goes_to": IGNORED,
    "start_units": IGNORED,
    "end_units": IGNORED,
    "scenario": IGNORED,
    "run": IGNORED,
    "time_zone": IGNORED,
    "certificate": IGNORED,
}
# What it has beside where orders go through several stages: its rows are then steps.
_STEPS: Mapping[str, str] = {"stage": "stage", "step": "operation"}
# Without these it may be any table that happens to have a column `start`.
_OWN_MARKS = frozenset(("changeover_start", "minutes_late", "start_units", "end_units"))


# What `planner.intake.rejected_csv` adds behind the columns of the upload.
REJECTED = ["row", "reason"]

# Before the name of a field that the upload has no column for.
ADDED = "added_"


def added_columns(header: Iterable[str]) -> Mapping[str, str]:
    """Return what the columns of an export mean that it added, none if `header` is of no export.

    >>> added_columns(["AUFNR", "planned_machine"])
    {}
    """
    listed = list(header)
    names = set(listed)
    if listed[-2:] == REJECTED:
        return dict.fromkeys(REJECTED, IGNORED)
    if names >= PLANNED.keys():
        more = (name for name in names if name.startswith(ADDED) and name != ADDED)
        return {**PLANNED, **{name: name.removeprefix(ADDED) for name in more}}
    if not names >= _OWN_MARKS:
        return {}
    return {**_OWN, **_STEPS} if names >= _STEPS.keys() else _OWN


def is_own_table(header: Iterable[str]) -> bool:
    """Return whether `header` is that of `planner.writer.schedule_csv`, whose formats are known."""
    return set(header) >= _OWN_MARKS
