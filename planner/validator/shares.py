"""Operations that need more than there ever is, or are more than a machine makes at a time."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from planner.domain import During, Machine, Operation, Scenario
from planner.validator.phrases import shown_span


def shares_too_small(scenario: Scenario) -> Mapping[str, tuple[str, str]]:
    """Return the operations that no machine has enough for, each with the rule and words for it."""
    if not scenario.shares and not scenario.upkeeps:
        return {}
    found = {}
    for item in scenario.operations:
        names = [item.pin.machine] if item.pin else list(item.durations)
        machines = [
            scenario.machine[name]
            for name in names
            if name in scenario.machine and name in item.durations
        ]
        reasons = [_reason(scenario, item, machine) for machine in machines]
        if reasons and all(reasons):
            found[item.name] = next(reason for reason in reasons if reason)
    return found


def _reason(scenario: Scenario, item: Operation, machine: Machine) -> tuple[str, str] | None:
    """Return why `machine` can never make `item`: the rule, and words for it."""
    wanted: Counter[tuple[str, During]] = Counter()
    for need in (
        *scenario.needs_of(machine.name, item),
        *scenario.needs_of_family(machine.name, item.family, During.SET_UP),
    ):
        wanted[need.resource, need.during] += need.amount
    most = {resource.name: resource.most for resource in scenario.resources}
    for (name, during), amount in wanted.items():
        if amount > most[name]:
            words = f"it needs {amount} of {name} ({during}) on {machine.name}, there is "
            return "resource_amount", f"{words}{most[name]} at most"
    return _too_long(scenario, item, machine)


def _too_long(scenario: Scenario, item: Operation, machine: Machine) -> tuple[str, str] | None:
    """Return which limit of `machine` an operation alone is beyond: the rule, and words for it."""
    _, units, quantity = machine.in_a_row
    least = item.durations[machine.name].minimum
    if units is not None and least > units:
        words = f"it takes {shown_span(scenario, least)}, {machine.name} makes "
        return "campaign", f"{words}{shown_span(scenario, units)} of a family in a row"
    made = scenario.quantity_of(item)
    if quantity is not None and made > Fraction(quantity):
        words = f"its quantity is {float(made):g}, {machine.name} makes "
        return "campaign", f"{words}{quantity} of a family in a row"
    for upkeep in scenario.upkeeps_of(machine.name):
        needed = f"{machine.name} needs {upkeep.name} after"
        if upkeep.most_units is not None and least > upkeep.most_units:
            words = f"it takes {shown_span(scenario, least)}, {needed} "
            return "upkeep", f"{words}{shown_span(scenario, upkeep.most_units)}"
        if upkeep.most_quantity is not None and made > Fraction(upkeep.most_quantity):
            return "upkeep", f"its quantity is {float(made):g}, {needed} {upkeep.most_quantity}"
    return None
