"""The slow, obvious optimum of one machine with upkeep: every order, every choice of upkeep.

The machine is always open, serial, and each order is a batch of its own. The cost is counted here
from the words of the rules, with nothing of what plans.
"""

from collections.abc import Iterator
from itertools import permutations, product

from planner.domain import Operation, Scenario, Upkeep

NO_WAY = 10**9


def least_cost_upkept(scenario: Scenario) -> int:
    """Return the least cost of all schedules of one machine that plan every order."""
    (machine,) = scenario.machines
    upkeeps = scenario.upkeeps_of(machine.name)
    choices = list(_subsets(upkeeps))
    return min(
        _cost(scenario, list(zip(order, before, strict=True)))
        for order in permutations(scenario.operations)
        for before in product(choices, repeat=len(order))
    )


def _subsets(upkeeps: tuple[Upkeep, ...]) -> Iterator[tuple[Upkeep, ...]]:
    for taken in product((False, True), repeat=len(upkeeps)):
        yield tuple(u for u, is_in in zip(upkeeps, taken, strict=True) if is_in)


def _cost(scenario: Scenario, steps: list[tuple[Operation, tuple[Upkeep, ...]]]) -> int:
    (machine,) = scenario.machines
    weights = scenario.weights
    clock, cost, family = 0, 0, machine.initial_family
    made = {u.name: [u.done_units, u.done_batches, u.done_quantity] for u in scenario.upkeeps}
    in_a_row = 0
    for operation, before in steps:
        for upkeep in before:
            clock += upkeep.units
            cost += weights.changeover_cost * upkeep.cost
            made[upkeep.name] = [0, 0, 0]
            family = upkeep.sets_up or family
            in_a_row = 0
        change = scenario.changeover(machine.name, family, operation.family)
        if change is None:
            return NO_WAY
        in_a_row = in_a_row + 1 if family == operation.family else 1
        if machine.in_a_row.batches is not None and in_a_row > machine.in_a_row.batches:
            return NO_WAY
        length = operation.durations[machine.name].minimum
        order = scenario.order[operation.order]
        clock = max(clock + change.minutes, order.release) + length
        cost += weights.changeover_minutes * change.minutes
        cost += weights.changeover_cost * change.cost
        if order.due is not None:
            cost += weights.tardiness * order.weight * max(0, clock - order.due)
        family = operation.family
        for upkeep in scenario.upkeeps:
            units, batches, quantity = made[upkeep.name]
            made[upkeep.name] = [units + length, batches + 1, quantity + (order.quantity or 0)]
            for (_, most), done in zip(upkeep.counts, made[upkeep.name], strict=True):
                if most is not None and done > most:
                    return NO_WAY
    return cost + weights.makespan * clock
