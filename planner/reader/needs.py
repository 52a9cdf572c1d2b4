"""Orders that need other orders: the first of each comes after the last of those."""

from collections.abc import Mapping, Sequence

from planner.domain import After, circle_in
from planner.reader import cells
from planner.reader.drafts import Draft
from planner.reader.notes import counted, some
from planner.reader.orders import OrderRows


def with_needs(orders: OrderRows, drafts: list[Draft]) -> list[Draft]:
    """Return the drafts, the first of each order after the last of those that it needs."""
    if not orders.sheet.has("needs"):
        return drafts
    needs = _needs(orders)
    followed = {link.operation for draft in drafts for link in draft.after}
    last: dict[str, list[str]] = {}
    for draft in drafts:
        if draft.name not in followed:
            last.setdefault(orders.names[draft.order] or "", []).append(draft.name)
    return [_after_needed(draft, needs[draft.order], last) for draft in drafts]


def _after_needed(draft: Draft, needed: Sequence[str], last: Mapping[str, Sequence[str]]) -> Draft:
    if draft.after or not needed:
        return draft
    links = tuple(After(name, *draft.waits) for order in needed for name in last.get(order, ()))
    return draft._replace(after=links)


def _needs(orders: OrderRows) -> list[tuple[str, ...]]:
    sheet, known = orders.sheet, {name for name in orders.names if name}
    listed = [names or () for names in sheet.parsed("needs", cells.names)]
    for row, names in enumerate(listed):
        for name in names:
            if name not in known and name not in orders.left_out:
                sheet.unknown(row, "needs", name, ("known_order", "orders.csv", known))
    _note_left_out(orders, listed)
    found = {name or "": names for name, names in zip(orders.names, listed, strict=True)}
    circle = circle_in(found)
    if circle:
        row = next(k for k, name in enumerate(orders.names) if name == circle[0])
        message = f"orders need each other in a circle: {' needs '.join(circle)}"
        sheet.fault(row, "needs", "route_order", message, "Delete one of these needs.")
    return listed


def _note_left_out(orders: OrderRows, listed: Sequence[Sequence[str]]) -> None:
    """Say which orders need one that is not planned: nothing tells when they could begin."""
    missing = [
        f"{name} needs {other}"
        for name, names in zip(orders.names, listed, strict=True)
        for other in names
        if orders.left_out.get(other) in ("on hold", "cancelled")
    ]
    if missing:
        orders.sheet.notes.assume(
            f"{counted(len(missing), 'need')} of an order that is on hold or cancelled "
            f"taken as met: {some(missing)}"
        )
