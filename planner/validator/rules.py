"""What can be wrong with a scenario that reads well: one function per rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from planner.calendars import open_units
from planner.domain import LARGEST_COST, Machine, Operation, Process, Scenario
from planner.errors import Finding, Severity
from planner.validator.names import names_apart
from planner.validator.obstacles import obstacles
from planner.validator.phrases import ORDERS, iso, shown_latest, shown_moment
from planner.validator.ways import changeover_ways, upkeep_possible

MACHINES = "machines.csv"


def validate(scenario: Scenario) -> tuple[Finding, ...]:
    """Return all that is wrong with `scenario`.

    Errors stop it. Warnings do not: an operation that cannot be planned stays unplanned.
    """
    return tuple(finding for rule in RULES.values() for finding in rule(scenario))


def something_to_plan(scenario: Scenario) -> Iterator[Finding]:
    """Find what is missing altogether: orders, or machines to make them."""
    for file, what, items in (
        (ORDERS, "orders", scenario.operations),
        (MACHINES, "machines", scenario.machines),
    ):
        if not items:
            yield Finding(
                rule="something_to_plan",
                file=file,
                message=f"there are no {what}",
                hint="Add at least one.",
            )


def known_machine(scenario: Scenario) -> Iterator[Finding]:
    """Find machines that durations, pins or the current sequence name and that do not exist."""
    known = set(scenario.machine)
    checked: set[int] = set()
    for item in scenario.operations:
        named = {"pinned_machine": item.pin, "current_machine": item.current}
        places = [(column, place.machine) for column, place in named.items() if place]
        if id(item.durations) not in checked:
            checked.add(id(item.durations))
            places += [("eligible_machines", name) for name in item.durations]
        for column, name in places:
            if name not in known:
                message = f"{name} is not among the machines"
                finding = _about(scenario, item, column, "known_machine", message, name)
                yield replace(finding, severity=Severity.ERROR)


def due_after_release(scenario: Scenario) -> Iterator[Finding]:
    """Find orders that are due before their release."""
    for item in _first_of_each(scenario):
        order = scenario.order[item.order]
        if order.due is not None and order.due < order.release:
            release = f"release {shown_moment(scenario, order.release)}"
            message = f"due {shown_latest(scenario, order.due)} is before {release}"
            value = iso(scenario, order.due)
            yield _about(scenario, item, "due", "due_after_release", message, value)


def deadline_after_due(scenario: Scenario) -> Iterator[Finding]:
    """Find deadlines, which may not be missed, before due dates, which may."""
    for item in _first_of_each(scenario):
        order = scenario.order[item.order]
        if order.due is not None and order.deadline is not None and order.deadline < order.due:
            message = (
                f"deadline {shown_latest(scenario, order.deadline)} is before "
                f"due {shown_latest(scenario, order.due)}"
            )
            value = iso(scenario, order.deadline)
            yield _about(scenario, item, "deadline", "deadline_after_due", message, value)


def _first_of_each(scenario: Scenario) -> Iterator[Operation]:
    """Yield the first operation of each order: what an order says is told once."""
    return (operations[0] for operations in scenario.operations_of.values())


def possible(scenario: Scenario) -> Iterator[Finding]:
    """Find operations that no schedule can hold; the finding has the rule in their way."""
    for name, obstacle in obstacles(scenario).items():
        item = scenario.operation[name]
        message = f"cannot be planned: {obstacle.words}"
        yield _about(scenario, item, obstacle.column, obstacle.rule, message, name)


def pinned_apart(scenario: Scenario) -> Iterator[Finding]:
    """Find operations pinned to one machine that leave each other no room."""
    for name, pinned in _pinned(scenario).items():
        machine = scenario.machine[name]
        spans = sorted(pinned, key=lambda pair: pair[0])
        for (start, item), (next_start, other) in pairwise(spans):
            meet = next_start < _end(machine, start, item.durations[name].minimum)
            if meet and not _together(machine, (start, item), (next_start, other)):
                message = f"pinned at the same time as {item.name} on {name}"
                value = iso(scenario, next_start)
                yield _about(scenario, other, "pinned_start", "pinned_apart", message, value)


def _pinned(scenario: Scenario) -> Mapping[str, list[tuple[int, Operation]]]:
    """Return the operations with a pinned start on a machine that may make them."""
    pinned: dict[str, list[tuple[int, Operation]]] = {}
    for item in scenario.operations:
        pin = item.pin
        usable = pin and pin.machine in scenario.machine and pin.machine in item.durations
        if pin and usable and pin.start is not None:
            pinned.setdefault(pin.machine, []).append((pin.start, item))
    return pinned


def _end(machine: Machine, start: int, length: int) -> int:
    """Return when `length` working units from `start` on are over."""
    if not machine.pausable:
        return start + length
    left = length
    for window in machine.windows:
        work = open_units((window,), start, window.end)
        if work >= left:
            return max(start, window.start) + left
        left -= work
    return start + length


def _together(machine: Machine, one: tuple[int, Operation], other: tuple[int, Operation]) -> bool:
    """Return whether two overlapping pins can be in one batch."""
    if machine.process == Process.SERIAL or one[1].family != other[1].family:
        return False
    return machine.process == Process.CONTINUOUS or one[0] == other[0]


def one_current_position(scenario: Scenario) -> Iterator[Finding]:
    """Find places of the current sequence that are taken twice."""
    taken: dict[tuple[str, int], str] = {}
    for item in scenario.operations:
        if item.current is None:
            continue
        place = (item.current.machine, item.current.position)
        if place in taken:
            message = f"{place[0]} has {taken[place]} at position {place[1]} already"
            yield _about(
                scenario,
                item,
                "current_position",
                "one_current_position",
                message,
                str(place[1]),
            )
        taken.setdefault(place, item.name)


def machine_opens(scenario: Scenario) -> Iterator[Finding]:
    """Find machines that are never open."""
    for row, machine in enumerate(scenario.machines, start=2):
        if not machine.windows:
            message = f"{machine.name} is never open between start and horizon"
            hint = "Check the dates of its calendar."
            yield _about_machine(row, machine, "calendar", "machine_opens", message, hint)


def machine_used(scenario: Scenario) -> Iterator[Finding]:
    """Find machines that may make none of the orders."""
    mappings = {id(item.durations): item.durations for item in scenario.operations}
    used = {name for mapping in mappings.values() for name in mapping}
    for row, machine in enumerate(scenario.machines, start=2):
        if machine.name not in used:
            message = f"{machine.name} may make none of the orders"
            hint = "Nothing to do if that is meant; otherwise check eligible_machines."
            yield _about_machine(row, machine, "machine_id", "machine_used", message, hint)


def cost_in_range(scenario: Scenario) -> Iterator[Finding]:
    """Find weights and priorities whose products are larger than what is counted in."""
    given = (scenario.weights.unplanned or 0) * len(scenario.operations)
    most = scenario.most_cost + given
    if max(scenario.most_cost, given) > LARGEST_COST:
        yield Finding(
            rule="cost_in_range",
            file="scenario.toml",
            column="weights",
            message=f"weights times priorities and minutes come to {most:.1e}; "
            f"costs are counted up to {LARGEST_COST:.1e}",
            hint="Give smaller weights or priorities: only how they compare matters.",
        )


_HINTS: Mapping[str, str] = {
    "known_machine": "Check the spelling, or add the machine.",
    "due_after_release": "Move one of the two; as it is, the order will be late.",
    "deadline_after_due": "Move one of the two; as it is, the due date does not matter.",
    "eligible_machine": "Name another machine, or give its duration there.",
    "batch_capacity": "Split the order, or correct its size.",
    "changeover_possible": "Allow a changeover to it in changeovers.csv, or name another machine.",
    "machine_calendar": "Let a machine pause, open it longer, or split the order.",
    "route_order": "Put right what stands in the way of what comes before it.",
    "release": "Move the release or the scenario's start.",
    "deadline": "Move the deadline, the release, or open a machine longer.",
    "resource_amount": "Correct the amount in resources.csv or needs.csv, or name another machine.",
    "campaign": "Make lots of it, or raise the limit in machines.csv.",
    "upkeep": "Make lots of it, or raise the limit in upkeep.csv.",
    "pinned": "Move the pinned start, or leave it empty.",
    "pinned_apart": "Move one of the two, or leave its pinned start empty.",
    "one_current_position": "Number the orders of a machine 1, 2, 3 and so on.",
}

RULES: Mapping[str, Callable[[Scenario], Iterator[Finding]]] = {
    rule.__name__: rule
    for rule in (
        something_to_plan,
        known_machine,
        due_after_release,
        deadline_after_due,
        possible,
        pinned_apart,
        one_current_position,
        machine_opens,
        machine_used,
        changeover_ways,
        upkeep_possible,
        cost_in_range,
        names_apart,
    )
}


def _about(
    scenario: Scenario,
    item: Operation,
    column: str,
    rule: str,
    message: str,
    value: str,
) -> Finding:
    return Finding(
        rule=rule,
        file=ORDERS,
        row=scenario.order[item.order].row,
        column=column,
        value=value,
        message=f"order {item.order}: {message}",
        hint=_HINTS[rule],
        severity=Severity.WARNING,
    )


def _about_machine(
    row: int, machine: Machine, column: str, rule: str, message: str, hint: str
) -> Finding:
    return Finding(
        rule=rule,
        file=MACHINES,
        row=row,
        column=column,
        value=machine.name,
        message=message,
        hint=hint,
        severity=Severity.WARNING,
    )
