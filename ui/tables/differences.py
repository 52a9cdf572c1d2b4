"""What one version of a schedule does otherwise than another, order by order and batch by batch."""

import pandas as pd

from planner.calendars import Clock
from planner.changes import BatchDifference, OrderDifference, ScheduleDifference
from ui import words

ORDER_COLUMNS = ("Order", "What", "Completed before", "Completed now", "By", "Late now")
BATCH_COLUMNS = ("Batch", "Orders", "What", "Before", "Now", "By")


def order_differences(clock: Clock, different: ScheduleDifference) -> pd.DataFrame:
    """Return a row per order that is different; `By` has a sign: + is later."""
    rows = [_order_row(clock, each) for each in different.orders]
    return pd.DataFrame(rows, columns=list(ORDER_COLUMNS))


def _order_row(clock: Clock, each: OrderDifference) -> tuple[str, ...]:
    late = each.tardiness_after
    return (
        each.order,
        each.what,
        _moment(clock, each.completion_before),
        _moment(clock, each.completion_after),
        signed(clock, each.completion_moved),
        words.duration_text(clock, late) if late else "",
    )


def batch_differences(clock: Clock, different: ScheduleDifference) -> pd.DataFrame:
    """Return a row per batch that is new, gone, or elsewhere or at another time."""
    rows = [_batch_row(clock, each) for each in different.batches]
    return pd.DataFrame(rows, columns=list(BATCH_COLUMNS))


def _batch_row(clock: Clock, each: BatchDifference) -> tuple[str, ...]:
    moved = None
    if each.start_before is not None and each.start_after is not None:
        moved = each.start_after - each.start_before
    return (
        each.family,
        ", ".join(each.operations[:4]) + (" …" if len(each.operations) > 4 else ""),
        each.what,
        _place(clock, each.machine_before, each.start_before),
        _place(clock, each.machine_after, each.start_after),
        signed(clock, moved),
    )


def _place(clock: Clock, machine: str | None, start: int | None) -> str:
    return "" if machine is None else f"{machine}, {_moment(clock, start)}"


def _moment(clock: Clock, units: int | None) -> str:
    return "" if units is None else words.moment(clock, units)


def signed(clock: Clock, units: int | None) -> str:
    """Return a length of time with its sign; nothing for none."""
    if not units:
        return ""
    return ("+" if units > 0 else "−") + words.duration_text(clock, abs(units))
