"""When an order could be complete: disturbing nothing, with small moves, or at any price."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.arrays import Sequences
from planner.changes.applying import Applied, attempted
from planner.changes.differing import OrderDifference, ScheduleDifference, difference
from planner.changes.explaining import change_line
from planner.changes.kinds import AddOrder, PlanChange, TakeIn
from planner.changes.places import as_change
from planner.changes.standing import Standing
from planner.changes.wording import moment, named
from planner.domain import Scenario
from planner.errors import ChangeError
from planner.routes import along_routes
from planner.schedule import Schedule
from planner.search.placing import PricedPlace, priced_places, put

# Places of the last operation that are made, of each manner.
PLACES = 8
UNDISTURBED = "disturbing nothing"
SMALL_MOVES = "with small moves"
ANY_PRICE = "at any price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A date that can be kept: the changes that take it, when it is complete, and who pays.

    `pushed` are the other orders that become late, or later. The changes, carried out one after the
    other, lead to `after`, which keeps all rules.
    """

    manner: str
    order: str
    completion: int
    lateness: int | None
    changes: tuple[PlanChange, ...]
    difference: ScheduleDifference
    after: Standing
    pushed: tuple[OrderDifference, ...] = ()

    @property
    def cost(self) -> int:
        """Return by how much all other orders and changeovers cost more."""
        return self.difference.cost_after - self.difference.cost_before


def promise(scenario: Scenario, schedule: Schedule, order: AddOrder | str) -> tuple[Promise, ...]:
    """Return up to three dates for an order that is new, or known and not planned.

    The earliest at which nothing else is moved; the earliest at which no other order becomes late,
    or later; the earliest of all. Each only where it is earlier than the one before. Nothing where
    there is no place for it. Raises `ChangeError` where it is planned already.
    """
    standing = Standing(scenario=scenario, schedule=schedule)
    if isinstance(order, AddOrder):
        first: PlanChange = replace(order, placed=False)
        made = attempted(standing, first)
        if not isinstance(made, Applied):
            raise ChangeError(made.message)
        waiting, name = made.after, order.order
        before: tuple[PlanChange, ...] = (first,)
    else:
        if order not in scenario.order:
            raise ChangeError(f"there is no order {order}")
        waiting, before, name = standing, (), order
    if waiting.completion_of(name) is not None:
        raise ChangeError(f"order {name} is planned already")
    return tuple(_chosen(list(_offers(standing, waiting, before, name))))


def promise_line(scenario: Scenario, offer: Promise) -> str:
    """Return a promise in one sentence, with who is pushed by how much."""
    text = f"{offer.manner[:1].upper()}{offer.manner[1:]}: order {offer.order} complete "
    text += moment(scenario, offer.completion)
    if offer.lateness is not None:
        text += ", in time" if offer.lateness <= 0 else ", after it is due"
    how = [change_line(offer.after.scenario, c) for c in offer.changes if not _brings_in(c)]
    if how:
        text += f" ({'; '.join(how)})"
    moved = [name for name in offer.difference.moved_orders if name != offer.order]
    if offer.pushed:
        text += f"; later than wanted for it: {named([each.order for each in offer.pushed])}"
    elif moved:
        text += f"; {named(moved)} moved, none of them late for it"
    else:
        text += "; nothing else moves"
    return f"{text}; cost {offer.cost:+,}."


def _brings_in(change: PlanChange) -> bool:
    return isinstance(change, AddOrder | TakeIn)


def _offers(
    standing: Standing, waiting: Standing, before: tuple[PlanChange, ...], name: str
) -> Iterator[Promise]:
    """Yield the order at many places: those of its last operation, the others where it is least."""
    for places in _places(waiting, name):
        after: Standing | None = waiting
        changes: list[PlanChange] = list(before)
        for operation, place in places:
            assert after is not None
            change = as_change(after, operation, place)
            made = attempted(after, change)
            if not isinstance(made, Applied):
                after = None
                break
            changes.append(change)
            after = made.after
        completion = after.completion_of(name) if after is not None else None
        if after is None or completion is None:
            continue
        told = difference(standing, after)
        yield Promise(
            manner="",
            order=name,
            completion=completion,
            lateness=after.lateness_of(name),
            changes=tuple(changes),
            difference=told,
            after=after,
            pushed=tuple(
                each
                for each in told.orders
                if each.order != name and each.tardiness_after > each.tardiness_before
            ),
        )


def _places(waiting: Standing, name: str) -> Iterator[list[tuple[str, PricedPlace]]]:
    """Yield places for all operations of an order, along its route: cheapest, earliest, then more.

    For each operation but the last, the earliest or the cheapest; for the last all that are near.
    """
    rows = [
        row
        for row, each in enumerate(waiting.scenario.operations)
        if each.order == name and each.name not in waiting.times
    ]
    if not rows:
        return
    ordered = along_routes(waiting.arrays, rows)
    for rank in (_by_cost, _by_end, _at_the_end):
        sequences = waiting.sequences
        chosen: list[tuple[str, PricedPlace]] = []
        for row in ordered:
            found = priced_places(waiting.arrays, sequences, row, waiting.state)
            if not found:
                return
            ranked = rank(sequences, found)
            name_of_row = waiting.scenario.operations[row].name
            spread = ranked[:: len(ranked) // PLACES + 1]
            if row == ordered[-1]:
                for place in dict.fromkeys((*ranked[:PLACES], *spread)):
                    yield [*chosen, (name_of_row, place)]
                break
            chosen.append((name_of_row, ranked[0]))
            sequences = put(sequences, row, ranked[0])


def _by_cost(_: Sequences, places: list[PricedPlace]) -> list[PricedPlace]:
    return places


def _by_end(_: Sequences, places: list[PricedPlace]) -> list[PricedPlace]:
    return sorted(places, key=lambda place: (place.end, place.cost))


def _at_the_end(sequences: Sequences, places: list[PricedPlace]) -> list[PricedPlace]:
    """Return the places behind everything on a machine first: they move nothing."""

    def is_last(place: PricedPlace) -> bool:
        on = sequences[place.machine]
        return not place.inside and (not on or place.behind in on[-1])

    return sorted(places, key=lambda place: (not is_last(place), place.end))


def _chosen(offers: list[Promise]) -> Iterator[Promise]:
    """Yield the earliest of each manner, each only if it is earlier than those before."""
    manners = (
        (UNDISTURBED, [o for o in offers if set(o.difference.moved_orders) <= {o.order}]),
        (SMALL_MOVES, [o for o in offers if not o.pushed]),
        (ANY_PRICE, offers),
    )
    earliest: int | None = None
    for manner, those in manners:
        if not those:
            continue
        best = min(those, key=lambda offer: (offer.completion, offer.cost))
        if earliest is None or best.completion < earliest:
            earliest = best.completion
            yield replace(best, manner=manner)
