"""What waits for something that machines share, and for how long."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.domain import Changeover, During, HandOn, Machine, Resource, Scenario
from planner.kpis.changeover_times import set_up_before
from planner.kpis.resources import ResourceUse, resource_uses
from planner.schedule import Batch, PlannedUpkeep, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceWait:
    """A batch of `machine` (from 1) that starts later than it could, for want of `resources`.

    Its machine, the releases and what comes before it on the routes would let it start at
    `earliest`; each of `resources` is short if the batch is moved there and all else stays.
    """

    machine: str
    batch: int
    operations: tuple[str, ...]
    earliest: int
    start: int
    resources: tuple[str, ...]


def resource_waits(scenario: Scenario, schedule: Schedule) -> tuple[ResourceWait, ...]:
    """Return the batches that wait for resources, machine by machine in order of start."""
    if not scenario.needs:
        return ()
    uses: dict[str, list[ResourceUse]] = {}
    for use in resource_uses(scenario, schedule):
        uses.setdefault(use.resource, []).append(use)
    ends = {
        placement.operation: batch.end
        if scenario.machine[batch.machine].hand_on == HandOn.BATCH
        else placement.end
        for batch in schedule.batches
        for placement in batch.placements
    }
    return tuple(
        wait
        for machine in scenario.machines
        for wait in _waits_on(scenario, schedule, machine, (uses, ends))
    )


def _waits_on(
    scenario: Scenario,
    schedule: Schedule,
    machine: Machine,
    known: tuple[Mapping[str, Sequence[ResourceUse]], Mapping[str, int]],
) -> Iterator[ResourceWait]:
    uses, ends = known
    steps = zip(
        set_up_before(scenario, schedule, machine), _free_before(schedule, machine), strict=True
    )
    for number, ((family, batch), free) in enumerate(steps, start=1):
        change = scenario.changeover(machine.name, family, batch.family) or Changeover(0, 0)
        wanted = (_ready(scenario, batch, ends), batch.end - batch.start)
        earliest = _earliest(machine, free, change.minutes, wanted)
        if earliest is None or earliest >= batch.start:
            continue
        short = _short(scenario, uses, (machine.name, number), batch.start - earliest)
        if short:
            yield ResourceWait(
                machine=machine.name,
                batch=number,
                operations=batch.operations,
                earliest=earliest,
                start=batch.start,
                resources=short,
            )


def _free_before(schedule: Schedule, machine: Machine) -> Iterator[int]:
    """Yield when what is before each batch of `machine` has ended."""
    free = 0
    for step in schedule.steps_on(machine.name):
        if not isinstance(step, PlannedUpkeep):
            yield free
        free = max(free, step.end)


def _ready(scenario: Scenario, batch: Batch, ends: Mapping[str, int]) -> int:
    """Return from when on all of a batch is released, and what comes before it is complete.

    An operation that enters the batch later counts as if the batch could start so much earlier.
    """
    ready = 0
    for placement in batch.placements:
        operation = scenario.operation[placement.operation]
        least = scenario.order[operation.order].release
        for link in operation.after:
            if link.operation in ends:
                least = max(least, ends[link.operation] + link.least_wait)
        ready = max(ready, least - (placement.start - batch.start))
    return ready


def _earliest(machine: Machine, free: int, changeover: int, wanted: tuple[int, int]) -> int | None:
    """Return when a batch that is ready, and so long, could start; None where there is no room."""
    ready, length = wanted
    if not machine.pausable:
        starts = (
            (max(ready, max(free, window.start) + changeover), window.end)
            for window in machine.windows
        )
        return next((start for start, end in starts if start + length <= end), None)
    done = _worked_off(machine, free, changeover)
    wanted_start = max(done, ready)
    opens = (max(start, wanted_start) for start, end in machine.windows if end > wanted_start)
    return next(opens, None)


def _worked_off(machine: Machine, start: int, units: int) -> int:
    """Return when so many working units from `start` on are over; the last end if never."""
    end = start
    for window in machine.windows:
        if units and window.end > start:
            begin = max(start, window.start)
            taken = min(units, window.end - begin)
            units, end = units - taken, begin + taken
    return end


def _short(
    scenario: Scenario,
    uses: Mapping[str, Sequence[ResourceUse]],
    who: tuple[str, int],
    wait: int,
) -> tuple[str, ...]:
    """Return the resources there is too little of if batch `who` of a machine comes earlier."""
    found = []
    for resource in scenario.resources:
        of_it = uses.get(resource.name, ())
        earlier = [_earlier(use, wait) for use in of_it if (use.machine, use.batch) == who]
        rest = [use for use in of_it if (use.machine, use.batch) != who] if earlier else []
        if any(_exceeds(resource, use, [*rest, *earlier]) for use in earlier):
            found.append(resource.name)
    return tuple(found)


def _earlier(use: ResourceUse, wait: int) -> ResourceUse:
    """Return a use that comes earlier; what is set up is so until the same end."""
    end = use.end if use.during == During.SET_UP else use.end - wait
    return replace(use, start=use.start - wait, end=end)


def _exceeds(resource: Resource, use: ResourceUse, uses: Sequence[ResourceUse]) -> bool:
    """Return whether more is used than there is at any moment of `use`."""
    near = [other for other in uses if other.start < use.end and use.start < other.end]
    starts = (*(other.start for other in near), *(level.start for level in resource.levels))
    for moment in {use.start, *starts}:
        if use.start <= moment < use.end:
            needed = sum(other.amount for other in near if other.start <= moment < other.end)
            there = [level.amount for level in resource.levels if level.start <= moment]
            if needed > (there[-1] if there else 0):
                return True
    return False
