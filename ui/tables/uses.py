"""What a batch uses of what machines share, as rows, and the upkeep directly before it."""

from collections.abc import Mapping

from planner.calendars import Clock
from planner.domain import During
from planner.kpis import ResourceUse
from planner.schedule import PlannedUpkeep
from ui import words
from ui.plans import Plan

# When something is needed, as a planner says it.
WHEN: Mapping[During, str] = {
    During.CHANGEOVER: "changeover before it",
    During.RUN: "while it runs",
    During.START: "at the start",
    During.END: "at the end",
    During.SET_UP: "while set up for it",
}


def uses_of_batch(plan: Plan, machine: str, number: int) -> list[dict[str, str]]:
    """Return a row per resource and time that batch `number` of `machine` (from 1) uses."""
    found = plan.uses.get((machine, number), ())
    listed = sorted(found, key=lambda use: (use.start, use.end, use.resource))
    return [_row(plan.scenario.clock, use) for use in listed]


def use_line(row: Mapping[str, str]) -> str:
    """Return a row of `uses_of_batch` as a line.

    >>> row = {"Resource": "setter", "Amount": "2", "Needed": "while it runs"}
    >>> use_line(row | {"From": "Mon 2 Mar 07:10", "To": "Mon 2 Mar 07:40"})
    '2 setter: while it runs, Mon 2 Mar 07:10 to Mon 2 Mar 07:40'
    """
    return f"{row['Amount']} {row['Resource']}: {row['Needed']}, {row['From']} to {row['To']}"


def upkeep_before(plan: Plan, machine: str, number: int) -> tuple[PlannedUpkeep, ...]:
    """Return the upkeep between batch `number` of `machine` (from 1) and the batch before it."""
    batches = plan.schedule.on(machine)
    since = batches[number - 2].end if number > 1 else None
    return tuple(
        upkeep
        for upkeep in plan.schedule.upkeeps_on(machine)
        if upkeep.end <= batches[number - 1].start and (since is None or upkeep.start >= since)
    )


def _row(clock: Clock, use: ResourceUse) -> dict[str, str]:
    return {
        "Resource": use.resource,
        "Amount": str(use.amount),
        "Needed": WHEN.get(use.during, str(use.during)),
        "From": words.moment(clock, use.start),
        "To": words.moment(clock, use.end),
    }
