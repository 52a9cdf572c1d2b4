"""Where operations come from and go to on their routes, and what stages cost in waiting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from planner.calendars import open_units
from planner.domain import HandOn, Operation, Scenario
from planner.kpis.figures import StageKpis
from planner.schedule import Batch, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where and when one operation is made; `number` counts the batches of the machine from 1.

    `done` is when it completes and may go on, which is later than `end` where the machine hands on
    whole batches.
    """

    operation: str
    machine: str
    number: int
    start: int
    end: int
    done: int


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class Ways:
    """The ways of all operations of a schedule through the plant."""

    scenario: Scenario
    schedule: Schedule

    @cached_property
    def stops(self) -> Mapping[str, Stop]:
        """Return where each planned operation is made, by name."""
        return {
            placement.operation: Stop(
                operation=placement.operation,
                machine=machine,
                number=number,
                start=placement.start,
                end=placement.end,
                done=batch.end if _hands_on_batches(self.scenario, batch) else placement.end,
            )
            for machine in self.scenario.machine
            for number, batch in enumerate(self.schedule.on(machine), start=1)
            for placement in batch.placements
        }

    @cached_property
    def _followers(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for operation in self.scenario.operations:
            for before in operation.after:
                found.setdefault(before.operation, []).append(operation.name)
        return found

    def before(self, operation: str) -> tuple[Stop, ...]:
        """Return where what it comes after is made, as far as it is planned."""
        names = [before.operation for before in self.scenario.operation[operation].after]
        return tuple(self.stops[name] for name in names if name in self.stops)

    def following(self, operation: str) -> tuple[Stop, ...]:
        """Return where what comes after it is made, as far as it is planned."""
        names = self._followers.get(operation, ())
        return tuple(self.stops[name] for name in names if name in self.stops)


def has_places(scenario: Scenario) -> bool:
    """Tell whether any operation has a place on a route, or is a lot."""
    return scenario.has_routes or any(o.stage or o.lot for o in scenario.operations)


def machines_of(stops: Sequence[Stop]) -> str:
    """Return the machines of stops, each once, as files write them: `M1|M2`."""
    return "|".join(dict.fromkeys(stop.machine for stop in stops))


def on_route(scenario: Scenario, operation: str) -> str:
    """Return what is done and to which part of the order, such as `sew, lot 2 of 3`, or nothing."""
    item = scenario.operation[operation]
    parts = [item.step or (f"stage {item.stage}" if item.stage else "")]
    if item.lot:
        lots = max(other.lot for other in scenario.operations_of[item.order])
        parts.append(f"lot {item.lot} of {lots}")
    return ", ".join(filter(None, parts))


def _hands_on_batches(scenario: Scenario, batch: Batch) -> bool:
    return scenario.machine[batch.machine].hand_on == HandOn.BATCH


def waits(ways: Ways) -> Mapping[str, int]:
    """Return how long each operation that comes after others of its order waited for its machine.

    From when the last of them was complete, in units.
    """
    order_of = {o.name: o.order for o in ways.scenario.operations}
    found = {}
    for name, stop in ways.stops.items():
        own = [s.done for s in ways.before(name) if order_of[s.operation] == order_of[name]]
        if own:
            found[name] = max(0, stop.start - max(own))
    return found


def work_share(ways: Ways) -> float | None:
    """Return the share of the flow time of planned orders in which they are being made."""
    work = flow = 0
    for name, operations in ways.scenario.operations_of.items():
        stops = [ways.stops[o.name] for o in operations if o.name in ways.stops]
        if len(stops) == len(operations):
            work += _covered([(stop.start, stop.end) for stop in stops])
            flow += max(stop.done for stop in stops) - ways.scenario.order[name].release
    return work / flow if flow > 0 else None


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    """Return how much time lies in at least one of `spans`."""
    total, until = 0, None
    for start, end in sorted(spans):
        begin = start if until is None else max(start, until)
        total += max(0, end - begin)
        until = end if until is None else max(until, end)
    return total


def stages(ways: Ways) -> tuple[StageKpis, ...]:
    """Return the figures of each stage of the routes, in order; nothing without routes."""
    scenario = ways.scenario
    by_stage: dict[int, list[Operation]] = {}
    for operation in scenario.operations:
        if operation.stage:
            by_stage.setdefault(operation.stage, []).append(operation)
    waited, makespan = waits(ways), max((stop.end for stop in ways.stops.values()), default=0)
    return tuple(_stage(ways, waited, makespan, by_stage[stage]) for stage in sorted(by_stage))


def _stage(
    ways: Ways, waited: Mapping[str, int], makespan: int, operations: Sequence[Operation]
) -> StageKpis:
    scenario, hour = ways.scenario, ways.scenario.clock.units_per_hour
    stops = [ways.stops[o.name] for o in operations if o.name in ways.stops]
    own = [waited[stop.operation] for stop in stops if stop.operation in waited]
    there = sum(stop.done - _arrival(ways, stop) for stop in stops)
    busy, is_open = _use(ways, makespan, {stop.machine for stop in stops}, operations)
    names = dict.fromkeys(o.step for o in operations if o.step)
    return StageKpis(
        stage=operations[0].stage,
        step=", ".join(names),
        operations=len(stops),
        processing_hours=busy / hour,
        utilisation=busy / is_open if is_open else None,
        mean_wait_hours=sum(own) / len(own) / hour if own else None,
        work_in_progress=there / makespan if makespan else None,
        machines=tuple(n for n in scenario.machine if any(s.machine == n for s in stops)),
    )


def _arrival(ways: Ways, stop: Stop) -> int:
    """Return when an operation could have begun: released, and what is before it done."""
    release = ways.scenario.order[ways.scenario.operation[stop.operation].order].release
    return min(stop.start, max((s.done for s in ways.before(stop.operation)), default=release))


def _use(
    ways: Ways, makespan: int, machines: set[str], operations: Sequence[Operation]
) -> tuple[int, int]:
    """Return how long the machines of a stage run for it, and how long they are open."""
    here = {operation.name for operation in operations}
    busy = sum(
        _worked(ways.scenario, batch, here) for name in machines for batch in ways.schedule.on(name)
    )
    is_open = sum(open_units(ways.scenario.machine[m].windows, 0, makespan) for m in machines)
    return busy, is_open


def _worked(scenario: Scenario, batch: Batch, here: set[str]) -> int:
    """Return the working units of a batch from the first to the last of a stage that is in it."""
    inside = [p for p in batch.placements if p.operation in here]
    if not inside:
        return 0
    start, end = min(p.start for p in inside), max(p.end for p in inside)
    return open_units(scenario.machine[batch.machine].windows, start, end)
