"""Planning again, from a schedule that is being worked by: what has happened, what is too near."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from time import perf_counter

from planner.arrays import Sequences
from planner.changes.ahead import Ahead, ahead, frozen, waits_too_long
from planner.changes.applying import FACTS, Applied, attempted
from planner.changes.calm import calm_repair
from planner.changes.differing import ScheduleDifference, difference
from planner.changes.given import scenario_after
from planner.changes.kinds import MachineHours, PlanChange
from planner.changes.refusing import BrokenRule, Refused
from planner.changes.run_left import runs_broken_up
from planner.changes.standing import Standing
from planner.changes.timing import retimed
from planner.checker import check
from planner.domain import NOTHING_MADE, Reference, Scenario
from planner.errors import ScheduleError
from planner.kpis import terms_of
from planner.planning import plan
from planner.schedule import Actual, Batch, Schedule, as_reference

TOLERANCE_MINUTES = 30


class Calmness(StrEnum):
    """How much may be moved for a better plan."""

    CALM = "keep it calm"
    BALANCED = "balanced"
    SCRATCH = "from scratch"


# The weight of a moved operation, as a share of what the schedule costs per operation.
SHARE = {Calmness.CALM: 1 / 3, Calmness.BALANCED: 0.1, Calmness.SCRATCH: 0.0}
# The share of the time that goes to repairing what stood, before all is searched from there.
REPAIR_SHARE = 0.15
LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """The plan from now on: its scenario, in which begun and frozen work is pinned, and schedule.

    `past` is what has happened, as batches. `difference` is against the schedule before, for what
    is still to be made; `moved` counts its operations that are on another machine, or begin earlier
    or later by more than the tolerance. `refused` are changes that could not be made.
    """

    now: int
    scenario: Scenario
    schedule: Schedule
    past: tuple[Batch, ...]
    cost: int
    moved: int
    difference: ScheduleDifference
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


def replan(  # noqa: PLR0913 - the one call that users learn
    scenario: Scenario,
    schedule: Schedule,
    actuals: Iterable[Actual] = (),
    *,
    now: int,
    freeze_hours: float | Mapping[str, float] | None = None,
    seconds: float = 10.0,
    changes: Iterable[PlanChange] = (),
    calmness: Calmness | str = Calmness.CALM,
    tolerance_minutes: int = TOLERANCE_MINUTES,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    moved_weight: int | None = None,
) -> Replanned:
    """Return a plan from `now` on: what has ended is done, what has begun is fixed.

    What begins within `freeze_hours` (for all machines, or by machine; those of the scenario where
    nothing is said) keeps its place, pushed only where what has happened pushes it. Then `changes`
    are made: a breakdown, a rush order. The rest may move as `calmness` says: it sets the weight of
    the term `moved`, which counts against `schedule`; `moved_weight` sets it by hand. After
    `seconds`, or when `stop` says so, the best by then is taken. The checker has certified it.

    Raises `ChangeError` for actuals or changes of what there is not.
    """
    calm = Calmness(calmness)
    began = perf_counter()
    listed, happened = tuple(changes), tuple(actuals)
    # What a machine is open counts before anything is timed again: what has begun must go on.
    hours = [change for change in listed if isinstance(change, MachineHours)]
    start = ahead(scenario_after(scenario, hours, schedule), schedule, happened, now)
    facts = [c for c in listed if isinstance(c, FACTS) and c not in hours]
    standing, refused = _changed(start.standing, facts)
    near = frozen(standing, now, _or_given(scenario, freeze_hours))
    standing = Standing(scenario=near, schedule=standing.schedule)
    rest = [change for change in listed if not isinstance(change, FACTS)]
    standing, more = _changed(standing, rest)
    before = Standing(scenario=scenario, schedule=schedule)
    reference = as_reference(schedule, tolerance_minutes * scenario.clock.units_per_minute)
    weight = _weight(standing, calm) if moved_weight is None else moved_weight
    weighed = _weighing(standing, reference, weight)
    found = _improved(weighed, _Limit(until=began + seconds, stop=stop), seed)
    told = _told(start, before, _as_given(found, standing.scenario), reference)
    late = waits_too_long(scenario, happened, found)
    return replace(told, refused=(*refused, *more), notes=(*told.notes, *late))


def replanned_from(
    scenario: Scenario,
    schedule: Schedule,
    actuals: Iterable[Actual],
    *,
    now: int,
    freeze_hours: float | Mapping[str, float] | None = None,
) -> Ahead:
    """Return what `replan` begins with: what is still to be made, begun and frozen work pinned.

    Its scenario is that of the schedule that `replan` gives back, where there are no `changes`.
    """
    start = ahead(scenario, schedule, actuals, now)
    near = frozen(start.standing, now, _or_given(scenario, freeze_hours))
    standing = Standing(scenario=near, schedule=start.standing.schedule)
    return replace(start, standing=standing)


def _or_given(
    scenario: Scenario, freeze_hours: float | Mapping[str, float] | None
) -> float | Mapping[str, float]:
    return scenario.freeze_hours if freeze_hours is None else freeze_hours


def _changed(
    standing: Standing, changes: Iterable[PlanChange]
) -> tuple[Standing, tuple[Refused, ...]]:
    refused = []
    for change in changes:
        made = attempted(standing, change)
        if isinstance(made, BrokenRule):
            refused.append(Refused(change=change, rule=made.rule, message=made.message))
        else:
            assert isinstance(made, Applied)
            standing = made.after
    return standing, tuple(refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """Until when to look for something better: a moment of `perf_counter`, or when `stop` says."""

    until: float
    stop: Callable[[], bool] | None = None

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return 0.0 if self.is_stopped() else max(0.0, self.until - perf_counter())

    def is_stopped(self) -> bool:
        return self.stop is not None and self.stop()

    def is_over(self) -> bool:
        return self.left <= 0.0

    def part(self, share: float) -> "_Limit":
        """Return the limit of the first part of what is left."""
        return replace(self, until=perf_counter() + self.left * share)


def _weighing(standing: Standing, reference: Reference, weight: int) -> Standing:
    """Return the same schedule in a scenario that counts what is moved against `reference`."""
    weights = replace(standing.scenario.weights, moved=weight)
    scenario = replace(standing.scenario, reference=reference, weights=weights)
    return Standing(scenario=scenario, schedule=standing.schedule)


def _as_given(found: Standing, scenario: Scenario) -> Standing:
    """Return what was found, in the scenario with the weights that the user gave."""
    return Standing(scenario=scenario, schedule=found.schedule)


def _weight(standing: Standing, calm: Calmness) -> int:
    """Return what moving an operation costs: a share of what the plan costs per operation."""
    share = SHARE[calm]
    return max(1, int(share * _usual_cost(standing))) if share else 0


def _improved(standing: Standing, limit: _Limit, seed: int) -> Standing:
    """Return the best that planning finds from where the schedule stands, repaired."""
    if not standing.scenario.operations:
        return standing
    repaired = calm_repair(standing, seed, limit.part(REPAIR_SHARE).is_over)
    begin = _as_standing(standing, repaired.sequences)
    # Planning does not know of what was made in a row before: that only the checker counts.
    nothing = tuple(replace(m, made_in_a_row=NOTHING_MADE) for m in standing.scenario.machines)
    made = plan(
        replace(standing.scenario, machines=nothing),
        seconds=max(LEAST_SECONDS, limit.left),
        seed=seed,
        begin=begin.schedule,
        stop=limit.stop,
    ).schedule
    found = begin if made is None else _with_reasons(standing, made)
    if _keeps_runs(found):
        return found
    broken_up = _as_standing(standing, runs_broken_up(standing.scenario, found.sequences))
    return next((each for each in (broken_up, begin) if _keeps_runs(each)), standing)


def _with_reasons(standing: Standing, made: Schedule) -> Standing:
    """Return a schedule in which what was unplanned before is so for the reason it was."""
    known = {item.operation: item.reason for item in standing.schedule.unplanned}
    unplanned = tuple(
        replace(item, reason=known.get(item.operation, item.reason)) for item in made.unplanned
    )
    return Standing(scenario=standing.scenario, schedule=replace(made, unplanned=unplanned))


def _keeps_runs(found: Standing) -> bool:
    """Return whether no run of a family is too long together with what was made before."""
    scenario = found.scenario
    if all(machine.made_in_a_row == NOTHING_MADE for machine in scenario.machines):
        return True
    return not check(scenario, found.schedule)


def _usual_cost(standing: Standing) -> int:
    """Return the cost of the schedule per operation that is planned, unplanned ones apart."""
    scenario = standing.scenario
    penalty = standing.terms.unplanned * scenario.unplanned_penalty
    return max(1, (standing.cost - penalty) // max(1, len(standing.times)))


def _as_standing(standing: Standing, sequences: Sequences) -> Standing:
    made = retimed(standing, standing.scenario, standing.arrays, sequences, {})
    after = Standing(scenario=standing.scenario, schedule=made.schedule)
    after.__dict__.update(arrays=standing.arrays, state=standing.state)
    return after


def _told(start: Ahead, before: Standing, found: Standing, reference: Reference) -> Replanned:
    violations = check(found.scenario, found.schedule)
    if violations:
        raise ScheduleError(f"planning again broke a rule; please report this: {violations[0]}")
    still = still_to_make(before, found)
    return Replanned(
        now=start.now,
        scenario=found.scenario,
        schedule=found.schedule,
        past=start.past,
        cost=found.cost,
        moved=terms_of(replace(found.scenario, reference=reference), found.schedule).moved,
        difference=difference(still, found),
        notes=start.notes,
    )


def still_to_make(before: Standing, found: Standing) -> Standing:
    """Return the schedule before, without what has ended since: what `found` is compared with."""
    left = {operation.name for operation in found.scenario.operations}
    scenario = before.scenario
    operations = tuple(
        replace(o, after=tuple(link for link in o.after if link.operation in left))
        for o in scenario.operations
        if o.name in left
    )
    kept = {operation.order for operation in operations}
    batches = (
        replace(batch, placements=tuple(p for p in batch.placements if p.operation in left))
        for batch in before.schedule.batches
    )
    trimmed = tuple(
        replace(
            batch,
            start=min(p.start for p in batch.placements),
            end=max(p.end for p in batch.placements),
        )
        for batch in batches
        if batch.placements
    )
    return Standing(
        scenario=replace(
            scenario,
            orders=tuple(order for order in scenario.orders if order.name in kept),
            operations=operations,
        ),
        schedule=Schedule(
            batches=trimmed,
            unplanned=tuple(u for u in before.schedule.unplanned if u.operation in left),
            upkeeps=tuple(
                u
                for u in before.schedule.upkeeps
                if any(b.machine == u.machine and b.start >= u.end for b in trimmed)
            ),
        ),
    )
