"""From a scenario and a schedule to its figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from planner.calendars import open_units
from planner.domain import Changeover, HandOn, Machine, Order, Process, Scenario
from planner.errors import ScheduleError
from planner.kpis.along_routes import Ways, stages, waits, work_share
from planner.kpis.changeover_times import ChangeoverRun, changeovers_on, set_up_before
from planner.kpis.figures import Kpis, MachineKpis, StageKpis
from planner.kpis.resource_figures import resource_kpis
from planner.kpis.upkeep import processing, upkeep_cost, upkeep_kpis, upkeep_units
from planner.schedule import Batch, Schedule, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What one machine does, in time units."""

    machine: Machine
    batches: tuple[Batch, ...]
    changeovers: tuple[ChangeoverRun, ...]
    processing: int
    changeover: int
    upkeeps: int | None  # None where no machine needs any
    upkeep: int
    upkeep_cost: int
    open_to_last: int  # open time until its last batch ends
    open_to_makespan: int  # open time until the whole schedule ends
    fills: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """A planned order and when it is complete."""

    order: Order
    completion: int
    tardiness: int


def measure(scenario: Scenario, schedule: Schedule) -> Kpis:
    """Return the figures of `schedule`, whether or not it keeps all rules.

    Raises `ScheduleError` where it names a machine, family or operation that `scenario` has not.
    """
    _refuse_unknown(scenario, schedule)
    makespan = max((batch.end for batch in schedule.batches), default=0)
    runs = [_run(scenario, schedule, machine, makespan) for machine in scenario.machines]
    ends = completions(scenario, schedule)
    done = _done(scenario, ends)
    terms = _terms(scenario, schedule, ends, done)
    kpis = _kpis(Ways(scenario=scenario, schedule=schedule), terms, runs, done)
    resources = resource_kpis(scenario, schedule, terms.makespan)
    return replace(_with_upkeep(scenario, schedule, kpis, runs), resources=resources)


def _with_upkeep(scenario: Scenario, schedule: Schedule, kpis: Kpis, runs: list[_Run]) -> Kpis:
    """Return the figures with those of upkeep, whose cost the term changeover cost holds too."""
    if not scenario.upkeeps:
        return kpis
    cost = sum(run.upkeep_cost for run in runs)
    return replace(
        kpis,
        changeover_cost=kpis.terms.changeover_cost - cost,
        upkeeps=sum(run.upkeeps or 0 for run in runs),
        upkeep_hours=sum(run.upkeep for run in runs) / scenario.clock.units_per_hour,
        upkeep_cost=cost,
        upkeep=tuple(upkeep_kpis(scenario, schedule)),
    )


def terms_of(scenario: Scenario, schedule: Schedule) -> Terms:
    """Return the terms of the cost alone, as `measure` has them, several times as fast.

    Raises `ScheduleError` where it names a machine, family or operation that `scenario` has not.
    """
    _refuse_unknown(scenario, schedule)
    ends = completions(scenario, schedule)
    return _terms(scenario, schedule, ends, _done(scenario, ends))


def _terms(
    scenario: Scenario, schedule: Schedule, ends: dict[str, int], done: list[_Done]
) -> Terms:
    changes = [
        c for machine in scenario.machines for c in _changeovers(scenario, schedule, machine)
    ]
    return Terms(
        changeover_minutes=sum(change.minutes for change in changes),
        changeover_cost=sum(change.cost for change in changes)
        + sum(upkeep_cost(scenario, schedule, machine.name) for machine in scenario.machines),
        processing_minutes=sum(
            processing(scenario.machine[batch.machine], batch) for batch in schedule.batches
        ),
        tardiness=sum(item.order.weight * item.tardiness for item in done),
        tardy_orders=sum(item.order.weight for item in done if item.tardiness),
        makespan=max((batch.end for batch in schedule.batches), default=0),
        flow_time=sum(item.order.weight * (item.completion - item.order.release) for item in done),
        moved=_moved(scenario, schedule),
        unplanned=sum(operation.name not in ends for operation in scenario.operations),
    )


def _moved(scenario: Scenario, schedule: Schedule) -> int:
    """Return how many planned operations are elsewhere, or at another time, than they stood."""
    reference = scenario.reference
    if reference is None:
        return 0
    return sum(
        reference.is_moved(placed.operation, batch.machine, placed.start)
        for batch in schedule.batches
        for placed in batch.placements
    )


def _changeovers(scenario: Scenario, schedule: Schedule, machine: Machine) -> Iterable[Changeover]:
    """Yield what the changeovers of a machine take; one that is not possible takes nothing."""
    for family, batch in set_up_before(scenario, schedule, machine):
        change = scenario.changeover(machine.name, family, batch.family)
        if change is not None:
            yield change


def _refuse_unknown(scenario: Scenario, schedule: Schedule) -> None:
    families = frozenset(scenario.changeovers.families)
    for batch in schedule.batches:
        if batch.machine not in scenario.machine:
            raise ScheduleError(f"the scenario has no machine {batch.machine!r}")
        if batch.family not in families:
            raise ScheduleError(f"the scenario has no family {batch.family!r}")
        for name in batch.operations:
            if name not in scenario.operation:
                raise ScheduleError(f"the scenario has no operation {name!r}")
    for upkeep in schedule.upkeeps:
        if upkeep.name not in {known.name for known in scenario.upkeeps_of(upkeep.machine)}:
            raise ScheduleError(f"{upkeep.machine!r} has no upkeep {upkeep.name!r}")


def _run(scenario: Scenario, schedule: Schedule, machine: Machine, makespan: int) -> _Run:
    batches = schedule.on(machine.name)
    changeovers = tuple(changeovers_on(scenario, schedule, machine))
    upkeeps = schedule.upkeeps_on(machine.name)
    last = max((step.end for step in schedule.steps_on(machine.name)), default=0)
    fills = (_fill(scenario, machine, batch) for batch in batches)
    return _Run(
        machine=machine,
        batches=batches,
        changeovers=changeovers,
        processing=sum(processing(machine, batch) for batch in batches),
        changeover=sum(change.minutes for change in changeovers),
        upkeeps=len(upkeeps) if scenario.upkeeps else None,
        upkeep=sum(upkeep_units(machine, upkeep) for upkeep in upkeeps),
        upkeep_cost=upkeep_cost(scenario, schedule, machine.name),
        open_to_last=open_units(machine.windows, 0, last),
        open_to_makespan=open_units(machine.windows, 0, makespan),
        fills=tuple(fill for fill in fills if fill is not None),
    )


def _fill(scenario: Scenario, machine: Machine, batch: Batch) -> float | None:
    """Return the share of the tightest capacity that `batch` takes, None without a capacity."""
    weighted = [(scenario.operation[name].sizes, 1) for name in batch.operations]
    whole = 1
    if machine.process == Process.CONTINUOUS:
        whole = open_units(machine.windows, batch.start, batch.end)
        stays = (open_units(machine.windows, p.start, p.end) for p in batch.placements)
        weighted = [(sizes, stay) for (sizes, _), stay in zip(weighted, stays, strict=True)]
    shares = [
        sum(sizes[index] * stay for sizes, stay in weighted) / (capacity * whole)
        for index, capacity in enumerate(machine.capacity)
        if capacity and whole
    ]
    return max(shares, default=None)


def completions(scenario: Scenario, schedule: Schedule) -> dict[str, int]:
    """Return when each operation that is in a batch completes, and goes on to the next stage."""
    return {
        placement.operation: batch.end if _hands_on_batches(scenario, batch) else placement.end
        for batch in schedule.batches
        for placement in batch.placements
    }


def _hands_on_batches(scenario: Scenario, batch: Batch) -> bool:
    return scenario.machine[batch.machine].hand_on == HandOn.BATCH


def _done(scenario: Scenario, ends: dict[str, int]) -> list[_Done]:
    completions: dict[str, int] = {}
    missing = set()
    for operation in scenario.operations:
        end = ends.get(operation.name)
        if end is None:
            missing.add(operation.order)
        else:
            completions[operation.order] = max(end, completions.get(operation.order, end))
    return [
        _done_at(scenario.order[name], completion)
        for name, completion in completions.items()
        if name not in missing
    ]


def _done_at(order: Order, completion: int) -> _Done:
    late = 0 if order.due is None else max(0, completion - order.due)
    return _Done(order=order, completion=completion, tardiness=late)


def _kpis(ways: Ways, terms: Terms, runs: list[_Run], done: list[_Done]) -> Kpis:
    scenario, by_stage = ways.scenario, stages(ways)
    hour = scenario.clock.units_per_hour
    costs = terms.costs(scenario.weights, scenario.unplanned_penalty)
    due = [item for item in done if item.order.due is not None]
    due_orders = sum(order.due is not None for order in scenario.orders)
    on_time = sum(item.tardiness == 0 for item in due)
    tardiness = [item.tardiness / hour for item in due]
    flows = [(item.completion - item.order.release) / hour for item in done]
    return Kpis(
        terms=terms,
        costs=costs,
        cost=sum(costs.values()),
        batches=sum(len(run.batches) for run in runs),
        changeovers=sum(len(run.changeovers) for run in runs),
        changeover_hours=terms.changeover_minutes / hour,
        changeover_cost=terms.changeover_cost,
        processing_hours=terms.processing_minutes / hour,
        idle_hours=sum(_idle(run) for run in runs) / hour,
        utilisation=_share(terms.processing_minutes, sum(run.open_to_makespan for run in runs)),
        fill=_mean([fill for run in runs for fill in run.fills]),
        makespan_hours=terms.makespan / hour if any(run.batches for run in runs) else None,
        tardy_orders=len(due) - on_time if due_orders else None,
        on_time_share=_share(on_time, due_orders),
        tardiness_hours=sum(tardiness) if due else None,
        longest_tardiness_hours=max(tardiness, default=None),
        mean_flow_hours=_mean(flows),
        work_share=work_share(ways),
        mean_wait_hours=_mean([wait / hour for wait in waits(ways).values()]),
        limiting_stage=_limiting(by_stage),
        machine_cost=_machine_cost(runs, hour),
        orders=len(scenario.orders),
        unplanned=len(scenario.orders) - len(done),
        machines=tuple(_machine_kpis(run, hour) for run in runs),
        stages=by_stage,
    )


def _limiting(by_stage: Sequence[StageKpis]) -> int | None:
    """Return the stage whose machines are used most, the first of equals; None if none is used."""
    used = [stage for stage in by_stage if stage.utilisation is not None]
    return max(used, key=lambda s: (s.utilisation or 0.0, -s.stage)).stage if used else None


def _machine_kpis(run: _Run, hour: int) -> MachineKpis:
    return MachineKpis(
        machine=run.machine.name,
        batches=len(run.batches),
        operations=sum(len(batch.placements) for batch in run.batches),
        changeovers=len(run.changeovers),
        changeover_hours=run.changeover / hour,
        changeover_cost=sum(change.cost for change in run.changeovers),
        upkeeps=run.upkeeps,
        upkeep_hours=None if run.upkeeps is None else run.upkeep / hour,
        upkeep_cost=None if run.upkeeps is None else run.upkeep_cost,
        processing_hours=run.processing / hour,
        idle_hours=_idle(run) / hour,
        utilisation=_share(run.processing, run.open_to_makespan),
        fill=_mean(run.fills),
        cost=_cost(run, hour),
    )


def _idle(run: _Run) -> int:
    return run.open_to_last - run.processing - run.changeover - run.upkeep


def _cost(run: _Run, hour: int) -> Decimal | None:
    """Return processing, changeover and upkeep at the machine's cost per hour, to the cent."""
    if run.machine.cost_per_hour is None:
        return None
    worked = Decimal(run.processing + run.changeover + run.upkeep)
    return (worked * run.machine.cost_per_hour / hour).quantize(Decimal("0.01"))


def _machine_cost(runs: list[_Run], hour: int) -> Decimal | None:
    """Return the cost of all machines; a sum that leaves out one that runs would be too low."""
    known = [cost for run in runs if (cost := _cost(run, hour)) is not None]
    unknown = any(run.batches and run.machine.cost_per_hour is None for run in runs)
    return None if unknown or not known else sum(known, Decimal(0))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
