"""What has happened, beside what was planned: start, running time and changeover per operation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from planner.calendars import open_units
from planner.domain import Machine, Process, Scenario
from planner.schedule import Actual, Batch, Placement, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """One operation as it was and as it was planned.

    Starts are units from the scenario's start. `took` and `planned` are working units on the
    machine, `changeover` the working units it stood between two families, `planned_changeover`
    what the changeover between them takes. None where it is not known: still running, not planned,
    no change of family, or upkeep between, of which nobody reports how long it took. `is_direct`:
    the plan had nothing but the changeover between the two, so that what is more was no wait for
    something else.
    """

    operation: str
    order: str
    machine: str
    family: str
    begun: int
    planned_start: int | None = None
    planned_machine: str | None = None
    took: int | None = None
    planned: int | None = None
    changeover: int | None = None
    planned_changeover: int | None = None
    is_direct: bool = False

    @property
    def later_by(self) -> int | None:
        """Return how much later than planned it began, less than 0 for earlier."""
        return None if self.planned_start is None else self.begun - self.planned_start


def against_plan(
    scenario: Scenario, schedule: Schedule, actuals: Iterable[Actual]
) -> tuple[Against, ...]:
    """Return each actual of an operation of the scenario beside its plan, machine by machine."""
    known = [a for a in actuals if a.operation in scenario.operation]
    lanes: dict[str, list[Actual]] = {name: [] for name in scenario.machine}
    for actual in known:
        if actual.machine in lanes:
            lanes[actual.machine].append(actual)
    planned = {p.operation: (batch, p) for batch in schedule.batches for p in batch.placements}
    return tuple(
        row
        for name, lane in lanes.items()
        for row in _on(scenario, schedule, scenario.machine[name], lane, planned)
    )


_Planned = Mapping[str, tuple[Batch, Placement]]


def _on(
    scenario: Scenario,
    schedule: Schedule,
    machine: Machine,
    lane: Sequence[Actual],
    planned: _Planned,
) -> Iterator[Against]:
    """Yield what happened on one machine, in order of begin."""
    ordered = sorted(lane, key=lambda actual: (actual.begun, actual.operation))
    changed = _changed_over(scenario, schedule, machine, ordered, planned)
    direct = _direct(scenario, schedule, machine)
    for actual in ordered:
        operation = scenario.operation[actual.operation]
        batch, placement = planned.get(actual.operation, (None, None))
        before, stood, usual = changed.get(actual.operation, ("", None, None))
        yield Against(
            operation=operation.name,
            order=operation.order,
            machine=machine.name,
            family=operation.family,
            begun=actual.begun,
            planned_start=None if placement is None else placement.start,
            planned_machine=None if batch is None else batch.machine,
            took=_took(machine, actual),
            planned=_planned_units(scenario, machine, actual, placement, batch),
            changeover=stood,
            planned_changeover=usual,
            is_direct=(before, operation.name) in direct,
        )


def _took(machine: Machine, actual: Actual) -> int | None:
    """Return the working units of what has ended; None where the plan knows no open time of it."""
    if actual.ended is None or actual.begun < 0:
        return None
    worked = open_units(machine.windows, actual.begun, actual.ended)
    # Made in time that the calendar does not know, such as overtime: the clock counts.
    return worked or actual.ended - actual.begun


def _planned_units(
    scenario: Scenario,
    machine: Machine,
    actual: Actual,
    placement: Placement | None,
    batch: Batch | None,
) -> int | None:
    operation = scenario.operation[actual.operation]
    own = operation.durations.get(machine.name)
    if own is None:
        return None
    if machine.process == Process.SERIAL:
        return round(own.minimum * _share_made(scenario, actual))
    if placement is not None and batch is not None and batch.machine == machine.name:
        return open_units(machine.windows, placement.start, placement.end)
    return own.minimum


def _share_made(scenario: Scenario, actual: Actual) -> Fraction:
    """Return how much of an operation was made, with what was scrapped: all, if nobody said."""
    wanted = scenario.quantity_of(scenario.operation[actual.operation])
    if actual.quantity is None or not wanted:
        return Fraction(1)
    return Fraction(actual.quantity + (actual.scrapped or 0)) / wanted


def _changed_over(
    scenario: Scenario,
    schedule: Schedule,
    machine: Machine,
    ordered: Sequence[Actual],
    planned: _Planned,
) -> Mapping[str, tuple[str, int, int]]:
    """Return, by operation: the one before, how long the machine stood, how long it takes.

    Only where the family changed without upkeep between, and what was before has ended.
    """
    found = {}
    for before, after in pairwise(ordered):
        families = [scenario.operation[each.operation].family for each in (before, after)]
        if families[0] == families[1] or before.ended is None or before.ended > after.begun:
            continue
        (_, end), (start, _) = (_planned_span(each, planned) for each in (before, after))
        if _has_upkeep(schedule, machine, end, start):
            continue
        change = scenario.changeover(machine.name, *families)
        if change is not None and before.ended >= 0:
            stood = open_units(machine.windows, before.ended, after.begun)
            found[after.operation] = (before.operation, stood, change.minutes)
    return found


def _planned_span(actual: Actual, planned: _Planned) -> tuple[int, int]:
    """Return when its batch was planned to start and end; as it was, if not planned there."""
    batch, _ = planned.get(actual.operation, (None, None))
    if batch is None or batch.machine != actual.machine:
        return actual.begun, actual.begun if actual.ended is None else actual.ended
    return batch.start, batch.end


def _has_upkeep(schedule: Schedule, machine: Machine, start: int, end: int) -> bool:
    """Return whether the plan has upkeep of a machine between two times."""
    return any(start <= u.start and u.end <= end for u in schedule.upkeeps_on(machine.name))


def _direct(scenario: Scenario, schedule: Schedule, machine: Machine) -> set[tuple[str, str]]:
    """Return pairs of operations between whose batches the plan has the changeover alone."""
    pairs = set()
    for before, after in pairwise(schedule.on(machine.name)):
        if _has_upkeep(schedule, machine, before.end, after.start):
            continue
        change = scenario.changeover(machine.name, before.family, after.family)
        gap = open_units(machine.windows, before.end, after.start)
        if change is not None and gap == change.minutes:
            pairs |= {(one, other) for one in before.operations for other in after.operations}
    return pairs
