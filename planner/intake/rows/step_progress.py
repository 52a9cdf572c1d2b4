"""What is left of orders whose steps say how far they are: finished steps are not made again."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from planner.intake.formats.durations import minutes_text
from planner.intake.reading.sheet_reading import SheetReading
from planner.intake.rows.operations import grouped
from planner.intake.rows.progress import RowsLeft, progress

Rows = list[tuple[str, ...]]
_WAITS = ("min_wait", "max_wait")
_RATES = ("minutes_per_unit", "units_per_hour")


def steps_left(
    columns: tuple[str, ...], rows: Rows, lines: Sequence[int], mapping: SheetReading
) -> RowsLeft:
    """Return the steps that are left to make; an order with a step on hold waits as a whole."""
    begun = _begun(columns, rows)
    done = progress(columns, rows, lines, mapping, what="step")
    _hold_all(done)
    _own_quantities(done)
    _no_first_waits(done, begun)
    return done


def _ids(done: RowsLeft) -> list[str]:
    at = done.columns.index("order_id")
    return [row[at] for row in done.rows]


def _begun(columns: Sequence[str], rows: Rows) -> dict[str, str]:
    """Return the first stage of each order, as the file has it."""
    if "stage" not in columns:
        return {}
    order, stage = columns.index("order_id"), columns.index("stage")
    return {
        rows[group[0]][order]: rows[group[0]][stage] for group in grouped(columns, rows) if group
    }


def _hold_all(done: RowsLeft) -> None:
    held = {skip.text for skip in done.skipped if skip.reason == "on hold"}
    kept = [index for index, name in enumerate(_ids(done)) if name not in held]
    if len(kept) < len(done.rows):
        gone = len(set(_ids(done)) & held)
        orders = "1 order waits" if gone == 1 else f"{gone} orders wait"
        done.assumptions.append(f"{orders} as a whole: a step is on hold")
        done.rows = [done.rows[index] for index in kept]
        done.lines = [done.lines[index] for index in kept]


def _own_quantities(done: RowsLeft) -> None:
    """Give steps that are of another quantity than their order, or partly made, their own time."""
    if "quantity" not in done.columns:
        return
    whole = done.columns.index("quantity")
    made = done.columns.index("done_quantity") if _is_of_steps(done, "done_quantity") else None
    of_steps = _is_of_steps(done, "quantity")
    if made is None and not of_steps:
        return
    wanted = _last_quantities(done) if of_steps else {}
    rows = [
        _timed(done.columns, row, _share(row, whole, made), wanted.get(name, row[whole]))
        for name, row in zip(_ids(done), done.rows, strict=True)
    ]
    needs_time = "duration_minutes" not in done.columns
    done.rows = [row if needs_time else row[:-1] for row in rows]
    if needs_time:
        done.columns = (*done.columns, "duration_minutes")
    if made is not None:
        done.columns, done.rows = _without(done, made)
    if of_steps:
        done.assumptions.append(
            "steps of an order have their own quantities; the last one's is its"
        )


def _is_of_steps(done: RowsLeft, name: str) -> bool:
    """Return whether a column differs within an order."""
    if name not in done.columns:
        return False
    at = done.columns.index(name)
    found: dict[str, set[str]] = {}
    for order, row in zip(_ids(done), done.rows, strict=True):
        found.setdefault(order, set()).add(row[at] or "0")
    return any(len(values) > 1 for values in found.values())


def _last_quantities(done: RowsLeft) -> dict[str, str]:
    order, whole = done.columns.index("order_id"), done.columns.index("quantity")
    found = {}
    for group in grouped(done.columns, done.rows):
        given = [done.rows[index][whole] for index in group if done.rows[index][whole]]
        found[done.rows[group[0]][order]] = given[-1] if given else ""
    return found


def _share(row: Sequence[str], whole: int, made: int | None) -> Fraction:
    wanted = _amount(row[whole])
    finished = _amount(row[made]) if made is not None else None
    if not wanted or not finished:
        return Fraction(1)
    return Fraction(max(Decimal(0), wanted - finished)) / Fraction(wanted)


def _timed(
    columns: Sequence[str], row: tuple[str, ...], share: Fraction, of_order: str
) -> tuple[str, ...]:
    """Return the row with the time of its own rest and the quantity of the order.

    The time stands in `duration_minutes`, which is added behind the others.
    """
    cells = dict(zip(columns, row, strict=True))
    own = _amount(cells["quantity"])
    rate = next((name for name in _RATES if cells.get(name)), "")
    time = cells.get("duration_minutes", "")
    differs = share != 1 or cells["quantity"] != of_order
    if differs and rate and own is not None:
        each = Fraction(cells[rate])
        minutes = (each if rate == "minutes_per_unit" else 60 / each) * Fraction(own) * share
        time, cells[rate] = minutes_text(minutes), ""
    elif differs and time:
        time = minutes_text(Fraction(time) * share)
    cells["quantity"] = of_order
    if "duration_minutes" in cells:
        cells["duration_minutes"] = time
        return (*cells.values(), time)
    return (*cells.values(), time)


def _without(done: RowsLeft, place: int) -> tuple[tuple[str, ...], Rows]:
    columns = (*done.columns[:place], *done.columns[place + 1 :])
    return columns, [(*row[:place], *row[place + 1 :]) for row in done.rows]


def _no_first_waits(done: RowsLeft, begun: dict[str, str]) -> None:
    """Leave out waits for steps that are finished already."""
    places = [done.columns.index(name) for name in _WAITS if name in done.columns]
    if not places or "stage" not in done.columns:
        return
    order, stage = done.columns.index("order_id"), done.columns.index("stage")
    gone = 0
    for group in grouped(done.columns, done.rows):
        first = done.rows[group[0]]
        if begun.get(first[order], first[stage]) == first[stage]:
            continue
        if any(first[place] for place in places):
            gone += 1
            done.rows[group[0]] = tuple(
                "" if place in places else cell for place, cell in enumerate(first)
            )
    if gone:
        waits = "1 wait" if gone == 1 else f"{gone} waits"
        done.assumptions.append(f"{waits} after a step that is finished: not known when it was")


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
