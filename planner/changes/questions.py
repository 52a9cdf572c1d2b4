"""Why something stands where it does, and why two orders are not in one batch."""

from collections.abc import Iterator

from planner.changes.applying import Applied, attempted
from planner.changes.arranging import as_sequences, taken_out
from planner.changes.differing import difference
from planner.changes.explaining import cause_lines, change_line
from planner.changes.given import operations_named
from planner.changes.kinds import JoinBatch
from planner.changes.places import as_change
from planner.changes.refusing import BrokenRule
from planner.changes.standing import Standing
from planner.changes.unplanned import why_unplanned
from planner.changes.wording import moment, named, orders_of, step_of
from planner.errors import ChangeError
from planner.search.placing import priced_places

# Other places looked at.
PLACES = 5


def why_here(standing: Standing, name: str) -> tuple[str, ...]:
    """Return why an operation, or each of an order, begins when it does, and the next best place.

    Raises `ChangeError` for a name that is none.
    """
    return tuple(
        line
        for operation in operations_named(standing.scenario, [name])
        for line in _why_here(standing, operation)
    )


def waited_for(standing: Standing, name: str) -> tuple[str, ...]:
    """Return what an operation waited for before it began, a sentence for each that alone held it.

    Nothing for one that is not planned.
    """
    return tuple(cause_lines(standing, name)) if name in standing.batch_of else ()


def _why_here(standing: Standing, name: str) -> Iterator[str]:
    scenario = standing.scenario
    who = step_of(scenario, name)
    who = who[:1].upper() + who[1:]
    if name not in standing.batch_of:
        yield from why_unplanned(standing, name)
        return
    machine, start, _ = standing.times[name]
    others = [
        o
        for o in orders_of(scenario, standing.batch_of[name].operations)
        if o != scenario.operation[name].order
    ]
    with_them = f", in one batch with {named(others)}" if others else ""
    yield f"{who} begins {moment(scenario, start)} on {machine}{with_them}."
    yield from cause_lines(standing, name)
    yield _elsewhere(standing, name)


def _elsewhere(standing: Standing, name: str) -> str:
    """Return what the cheapest other place would cost, made and certified."""
    scenario = standing.scenario
    lists = [list(batches) for batches in standing.sequences]
    taken_out(lists, [standing.row[name]])
    rest = as_sequences(lists, standing.sequences)
    places = priced_places(standing.arrays, rest, standing.row[name], standing.state)
    for place in places[: 2 * PLACES]:
        change = as_change(standing, name, place)
        try:
            made = attempted(standing, change)
        except ChangeError:
            continue
        if isinstance(made, Applied) and made.after.times[name] != standing.times[name]:
            told = difference(standing, made.after)
            return (
                f"Next best: {change_line(scenario, change)}: {told.summary}; "
                f"cost {told.cost_after - told.cost_before:+,}."
            )
    return "There is no other place for it beside the rest."


def why_not_together(standing: Standing, one: str, other: str) -> tuple[str, ...]:
    """Return why two orders are not in one batch: the rule against it, or what it would cost.

    Of an order with several operations name one. Raises `ChangeError` for a name that is none.
    """
    names = [operations_named(standing.scenario, [each])[0] for each in (one, other)]
    first, second = names
    for name in names:
        if name not in standing.batch_of:
            return (f"{step_of(standing.scenario, name)} is not planned.",)
    if standing.batch_of[first] is standing.batch_of[second]:
        return (f"Orders {one} and {other} are in one batch.",)
    tried = [
        (change, attempted(standing, change))
        for change in (
            JoinBatch(operations=(first,), into=second),
            JoinBatch(operations=(second,), into=first),
        )
    ]
    made = [(c, m) for c, m in tried if isinstance(m, Applied)]
    if not made:
        broken = [m for _, m in tried if isinstance(m, BrokenRule)]
        messages = dict.fromkeys(m.message for m in broken)
        return tuple(f"They cannot be in one batch: {message}." for message in messages)
    change, best = min(made, key=lambda each: each[1].cost_after)
    told = best.difference
    return (
        f"They could be: {change_line(standing.scenario, change)}: {told.summary}; "
        f"cost {told.cost_after - told.cost_before:+,}.",
    )
