"""`plan`: baselines at once, then local search, neighbourhoods and proof; the best is checked.

The incumbent only ever gets better, whatever finds it; the bound only ever rises.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from planner.arrays import NONE, Arrays, Sequences, arrays_from, is_coupled
from planner.bounds import lower_bound
from planner.checker import check
from planner.domain import Scenario
from planner.errors import PlannerError, ScheduleError
from planner.planning.budget import Budget
from planner.planning.garbage import gc_paused
from planner.planning.incumbent import Incumbent, Listener
from planner.planning.parts import parts_of
from planner.planning.portfolio import AUTO, CP_SAT, SEARCH, run_portfolio
from planner.planning.slack import without_slack
from planner.planning.warmup import warm_up
from planner.schedule import Result, Schedule, Status
from planner.search import baselines
from planner.search.construction import constructions
from planner.search.decoding import decode, encode
from planner.search.listing import listings
from planner.search.upkeep import softened
from planner.validator import impossible

CONSTRUCTION, BEGIN = "apparent tardiness", "begin"
METHODS = (AUTO, SEARCH, CP_SAT, *baselines.BASELINES)

# Making, measuring and checking what is returned takes so many times as long as showing a schedule.
FINISH_FACTOR = 3.0


def plan(  # noqa: PLR0913 - the one call that users learn
    scenario: Scenario,
    *,
    seconds: float | None = None,
    work: int | None = None,
    workers: int = 2,
    seed: int = 0,
    method: str = AUTO,
    begin: Schedule | None = None,
    on_progress: Listener | None = None,
    on_schedule: Callable[[Schedule], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Result:
    """Return the best schedule found, checked, and never worse than the best baseline or `begin`.

    Planning ends after `seconds` (30 when neither limit is given), after `work` units of 1,000
    search moves per worker, when `stop` says so (asked a few times a second), or when the
    schedule is proven optimal. With `work`, the same seed and workers give the same schedule.
    The search may start from `begin`, a schedule of `scenario` that keeps all rules.

    `on_progress` hears of every improvement and every better bound, `on_schedule` gets the
    improved schedules; both are called from this thread.

    Raises `PlannerError` for wrong arguments, and `ScheduleError` should the schedule break a
    rule, which would be a fault of the planner.
    """
    _refuse_nonsense(seconds, work, workers, method)
    given, scenario = scenario, without_slack(scenario)
    _warm_up_for(scenario)
    budget = Budget(
        seconds=30.0 if seconds is None and work is None else seconds,
        work=work,
        workers=workers,
        seed=seed,
        stop=stop or (lambda: False),
    )
    with gc_paused():
        reasons = impossible(scenario)
        arrays = _without(arrays_from(scenario), scenario, reasons)
        incumbent = Incumbent(scenario, arrays, reasons, parts_of(arrays), on_progress, on_schedule)
        starts = _baseline_sequences(scenario, arrays)
        if method in baselines.BASELINES:
            return _checked(given, _baseline_result(scenario, incumbent, starts, method, seed))
        incumbent.start({**starts, **_begun(scenario, arrays, begin)})
        _construct(incumbent)
    _raise_bounds(incumbent)
    run_portfolio(incumbent, budget.but(FINISH_FACTOR * incumbent.show_seconds), method)
    with gc_paused():
        incumbent.show()
        decoded = _decoded(scenario, arrays, starts, reasons)
        return _checked(given, incumbent.result(seed, decoded))


def _warm_up_for(scenario: Scenario) -> None:
    warm_up()
    if scenario.has_routes or scenario.shares or scenario.upkeeps:
        warm_up(routes=True)


def _begun(scenario: Scenario, arrays: Arrays, begin: Schedule | None) -> dict[str, Sequences]:
    """Return the sequences to begin at, if any; their upkeep follows from what stands around it."""
    if begin is None:
        return {}
    sequences = encode(scenario, begin)
    return {BEGIN: softened(arrays, sequences) if scenario.upkeeps else sequences}


def _construct(incumbent: Incumbent) -> None:
    for part in incumbent.parts:
        made = listings if is_coupled(part.arrays) else constructions
        for sequences in made(part.arrays):
            part.offer(sequences, CONSTRUCTION)


def _raise_bounds(incumbent: Incumbent) -> None:
    for part in incumbent.parts:
        part.raise_bound(lower_bound(part.arrays), "bound")


def _refuse_nonsense(seconds: float | None, work: int | None, workers: int, method: str) -> None:
    if seconds is not None and not seconds > 0:
        raise PlannerError(f"seconds = {seconds}; give more than 0")
    if work is not None and work < 1:
        raise PlannerError(f"work = {work}; give 1 or more")
    if workers < 1:
        raise PlannerError(f"workers = {workers}; give 1 or more")
    if method not in METHODS:
        raise PlannerError(f"there is no method {method!r}; there are {', '.join(METHODS)}")


def _without(arrays: Arrays, scenario: Scenario, reasons: Mapping[str, str]) -> Arrays:
    """Return `arrays` with no machine for the operations that cannot be placed."""
    if not reasons:
        return arrays
    rows = [row for row, item in enumerate(scenario.operations) if item.name in reasons]
    shortest = arrays.shortest.copy()
    shortest[rows] = NONE
    return arrays._replace(shortest=shortest)


def _baseline_sequences(scenario: Scenario, arrays: Arrays) -> dict[str, Sequences]:
    found = {
        baselines.ONE_BY_ONE: baselines.one_by_one_sequences(arrays),
        baselines.EARLIEST_DUE_DATE: baselines.earliest_due_date_sequences(arrays),
    }
    if baselines.has_current_sequence(scenario):
        found[baselines.CURRENT_SEQUENCE] = baselines.current_sequences(scenario, arrays)
    return found


def _decoded(
    scenario: Scenario,
    arrays: Arrays,
    starts: Mapping[str, Sequences],
    reasons: Mapping[str, str],
) -> dict[str, Schedule]:
    return {
        name: decode(scenario, arrays, found, reasons, merge=name != baselines.ONE_BY_ONE)
        for name, found in starts.items()
    }


def _baseline_result(
    scenario: Scenario,
    incumbent: Incumbent,
    starts: Mapping[str, Sequences],
    method: str,
    seed: int,
) -> Result:
    """Return the baseline itself, not improved; none if the scenario has no current sequence."""
    decoded = _decoded(scenario, incumbent.arrays, starts, incumbent.reasons)
    if method not in starts:
        nothing = incumbent.result(seed, decoded)
        return replace(nothing, status=Status.NO_SCHEDULE)
    incumbent.start({method: starts[method]})
    _raise_bounds(incumbent)
    return replace(incumbent.result(seed, decoded), schedule=decoded[method])


def _checked(scenario: Scenario, result: Result) -> Result:
    """Return `result` if its schedule keeps all rules.

    The check shares no code with the planners, so what it lets pass is right twice over.
    """
    violations = check(scenario, result.schedule) if result.schedule else ()
    if violations:
        raise ScheduleError(
            f"the planner made a schedule that breaks {len(violations)} rules and withholds it; "
            f"please report this with the scenario. The first: {violations[0]}"
        )
    return result
