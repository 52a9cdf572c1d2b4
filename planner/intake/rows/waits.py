"""Waits between the steps of a route: put on the step after them, as a scenario has them."""

from collections.abc import Sequence

from planner.intake.reading.sheet_reading import Option, Question, SheetReading
from planner.intake.rows.operations import Rows, grouped

_NAMES = ("min_wait", "max_wait")


def with_waits(
    columns: tuple[str, ...], rows: Rows, mapping: SheetReading
) -> tuple[Rows, tuple[Question, ...], tuple[str, ...]]:
    """Put waits on the step after them, where they stand on the step before."""
    names = [c.column for c in mapping.columns if c.field in _NAMES]
    if not names:
        return rows, (), ()
    given, shown_by = mapping.answered("wait"), waits_after(columns, rows)
    is_after = given == "after" if given else shown_by if shown_by is not None else True
    listed = " and ".join(names)
    said = f"{listed}: waits lie {'after' if is_after else 'before'} the step they stand at"
    question = Question(
        key="wait",
        column=names[0],
        text=f"{listed}: does the wait lie after the step it stands at, or before it?",
        options=(
            Option(value="after", label="after it, before the next step"),
            Option(value="before", label="before it, after the step above"),
        ),
        default="after",
    )
    asked = (question,) if given is None and shown_by is None else ()
    return (moved_on(columns, rows) if is_after else rows), asked, (said,)


def waits_after(columns: Sequence[str], rows: Rows) -> bool | None:
    """Return whether waits stand on the step after which they lie; None where it is open.

    A wait on a first step can only come after it, one on a last step only before it.
    """
    names = [name for name in _NAMES if name in columns]
    groups = [group for group in grouped(columns, rows) if len(group) > 1]
    if not names:
        return None
    places = [columns.index(name) for name in names]
    on_first = any(rows[group[0]][place] not in ("", "0") for group in groups for place in places)
    on_last = any(rows[group[-1]][place] not in ("", "0") for group in groups for place in places)
    return on_first if on_first != on_last else None


def moved_on(columns: Sequence[str], rows: Rows) -> Rows:
    """Return the rows with each wait on the step after the one it stood on."""
    names = [name for name in _NAMES if name in columns]
    made = [list(row) for row in rows]
    for group in grouped(columns, rows):
        for name in names:
            place = columns.index(name)
            waits = [rows[index][place] for index in group]
            for index, wait in zip(group, ["", *waits[:-1]], strict=True):
                made[index][place] = wait
    return [tuple(row) for row in made]
