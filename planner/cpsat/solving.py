"""Solves the model of a scenario: sequences, their cost, and a bound on any cost."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from math import floor
from queue import SimpleQueue
from time import perf_counter

from ortools.sat.python import cp_model

from planner.arrays import NEVER, Arrays, Ordered, Sequences, weights_of
from planner.cpsat.building import variables
from planner.cpsat.constraints import RULES
from planner.cpsat.frames import Frame, whole
from planner.cpsat.hints import add_hint, times_of
from planner.cpsat.objective import cost
from planner.cpsat.plain import PlainModel, is_plain, plain_problem
from planner.cpsat.reading import Value, held_to_their_times, sequences_of
from planner.cpsat.redundant import add_redundant
from planner.cpsat.routes import tie_times
from planner.cpsat.running import News, later, run_telling, stopped_by
from planner.cpsat.variables import Expression, Variables
from planner.errors import PlannerError
from planner.search.decoding import cost_of

# CP-SAT's deterministic seconds for working out what a hint does not say.
MOST_HINT_WORK = 10.0


class Proof(StrEnum):
    """What a solve knows about its answer."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a solve found. `bound` holds for the full cost of every schedule."""

    status: Proof
    sequences: Sequences | None
    cost: int | None
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveLimits:
    """When a solve ends, and on how many workers it runs.

    `work` is CP-SAT's deterministic time: the same seed, workers and work give the same answer.
    """

    seconds: float | None = None
    work: float | None = None
    workers: int = 1
    seed: int = 0
    stop: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BuiltModel:
    """A model, its variables and its cost."""

    model: cp_model.CpModel
    arrays: Arrays
    variables: Variables
    cost: Expression

    def sequences(self, value: Value, cost: int) -> Sequences:
        """Return the sequences of a solution that costs `cost`."""
        found = sequences_of(self.arrays, self.variables, value)
        if isinstance(found, Ordered) and cost_of(self.arrays, found) > cost:
            return held_to_their_times(self.variables, value, found)
        return found

    def hint(self, sequences: Sequences) -> None:
        """Hint what `sequences` decide."""
        times = times_of(self.arrays, sequences)
        add_hint(self.model, self.arrays, self.variables, sequences, times)


def problem(
    arrays: Arrays, frame: Frame, upper: int | None, *, most_unplanned: int | None = None
) -> BuiltModel:
    """Return the model of `frame`; only what costs at most `upper` is an answer."""
    penalty = weights_of(arrays).unplanned
    if most_unplanned is None:
        limited = upper is not None and penalty > 0
        most_unplanned = (upper or 0) // penalty if limited else len(frame.free)
    model = cp_model.CpModel()
    made = variables(model, arrays, frame, most_unplanned=most_unplanned)
    for rule in RULES:
        rule(model, arrays, made)
    if made.times is not None:
        tie_times(model, arrays, made, made.times)
    total = cost(model, arrays, made)
    add_redundant(model, arrays, made)
    model.minimize(total)
    if upper is not None:
        model.add(total <= upper)
    return BuiltModel(model=model, arrays=arrays, variables=made, cost=total)


def solve(  # noqa: PLR0913  (one call says all)
    arrays: Arrays,
    *,
    hint: Sequences | None = None,
    upper: int | None = None,
    seconds: float | None = None,
    work: float | None = None,
    workers: int = 1,
    seed: int = 0,
    on_solution: Callable[[Sequences, int], None] | None = None,
    on_bound: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Answer:
    """Return the best sequences that cost at most `upper`, their cost, and a bound.

    Starts from `hint` when there is one. Ends when the answer is proven, after `seconds`, after
    `work` units of CP-SAT's deterministic time, or soon after `stop` says so. Operations that are
    in none of the sequences are unplanned, at their penalty. `on_solution` and `on_bound` are
    called from this thread.
    """
    if hint is not None:
        hint_cost = cost_of(arrays, hint)
        upper = hint_cost if upper is None else min(upper, hint_cost)
    limits = SolveLimits(seconds=seconds, work=work, workers=workers, seed=seed, stop=stop)
    search = _Search(arrays=arrays, limits=limits, on_solution=on_solution, on_bound=on_bound)
    if hint is not None and upper is not None and leaves_nothing_out(arrays, upper):
        return search.run(plain_problem(arrays, upper), hint, upper)
    if hint is not None or upper is not None:
        return search.run(problem(arrays, whole(arrays), upper), hint, upper)
    return search.run_all_planned_first()


def leaves_nothing_out(arrays: Arrays, upper: int) -> bool:
    """Tell whether whatever costs at most `upper` plans all, and forms no batches."""
    return upper < weights_of(arrays).unplanned and is_plain(arrays)


class _Search:
    """One call of `solve`."""

    def __init__(
        self,
        *,
        arrays: Arrays,
        limits: SolveLimits,
        on_solution: Callable[[Sequences, int], None] | None,
        on_bound: Callable[[int], None] | None,
    ) -> None:
        self._arrays = arrays
        self._limits = limits
        self._on_solution = on_solution
        self._on_bound = on_bound
        self._began = perf_counter()

    def run_all_planned_first(self) -> Answer:
        """Solve without a known cost: first as if nothing more than needed were left out.

        That makes a far better model; and what leaves out more costs at least one more penalty.
        """
        penalty = weights_of(self._arrays).unplanned
        built = problem(self._arrays, whole(self._arrays), None, most_unplanned=0)
        least = penalty * (1 + len(built.variables.unplanned))
        answer = self.run(built, None, None, cap=least)
        if answer.cost is not None and (answer.status == Proof.OPTIMAL or answer.bound < least):
            return answer
        return self.run(problem(self._arrays, whole(self._arrays), answer.cost), None, answer.cost)

    def run(
        self,
        built: BuiltModel | PlainModel,
        hint: Sequences | None,
        upper: int | None,
        cap: int | None = None,
    ) -> Answer:
        """Solve `built`; a bound above `cap` is worth no more than `cap`."""
        news: News = SimpleQueue()
        watcher = Watcher(built, on_solution=later(news, self._on_solution))
        if hint is not None:
            complete_hint(built, hint, self._limits_left())
        solver = solver_for(self._limits_left(), later(news, self._on_bound), cap)
        with stopped_by(solver, self._limits.stop):
            solving = partial(solver.solve, built.model, watcher)
            status = run_telling(solving, news, stop=solver.stop_search)
        return _answer(solver, status, watcher, upper, cap)

    def _limits_left(self) -> SolveLimits:
        if self._limits.seconds is None:
            return self._limits
        gone = perf_counter() - self._began
        return replace(self._limits, seconds=max(0.001, self._limits.seconds - gone))


def solver_for(
    limits: SolveLimits, on_bound: Callable[[int], None] | None = None, cap: int | None = None
) -> cp_model.CpSolver:
    """Return a solver that keeps `limits` and tells `on_bound` of bounds, at most `cap`."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed % 2**31
    solver.parameters.linearization_level = 2
    if limits.seconds is not None:
        solver.parameters.max_time_in_seconds = max(0.001, limits.seconds)
    if limits.work is not None:
        solver.parameters.max_deterministic_time = limits.work
        # Several workers give the same answer again only when they take turns.
        solver.parameters.interleave_search = limits.workers > 1
    if on_bound is not None:
        solver.best_bound_callback = lambda bound: on_bound(_capped(whole_bound(bound), cap))
    return solver


def whole_bound(bound: float) -> int:
    """Return the greatest integer that a bound in floating point proves.

    >>> whole_bound(6.9999999), whole_bound(7.3), whole_bound(-1.0)
    (7, 7, 0)
    """
    if bound <= 0:
        return 0
    # Integers above 2**53 are not exact any more: stay below the rounding.
    return floor(bound + 1e-6) if bound < 2**53 else floor(bound * (1 - 2**-50))


def _capped(bound: int, cap: int | None) -> int:
    return bound if cap is None else min(bound, cap)


class Watcher(cp_model.CpSolverSolutionCallback):
    """Keeps the best sequences and tells `on_solution` of each better ones."""

    def __init__(
        self,
        built: BuiltModel | PlainModel,
        *,
        on_solution: Callable[[Sequences, int], None] | None = None,
    ) -> None:
        super().__init__()
        self._built = built
        self._on_solution = on_solution
        self.sequences: Sequences | None = None
        self.cost: int | None = None
        self.least = 0  # cost in the model of the last solution, the best one

    def on_solution_callback(self) -> None:
        """Read the solution that was just found."""
        cost = self.least = int(self.value(self._built.cost))
        if self.cost is not None and cost >= self.cost:
            return
        sequences = self._built.sequences(self.value, cost)
        if (self._built.arrays.stood_until < NEVER).any():
            # The model may wait so as not to be too early; all else starts as early as it can.
            cost = max(cost, cost_of(self._built.arrays, sequences))
            if self.cost is not None and cost >= self.cost:
                return
        self.cost, self.sequences = cost, sequences
        if self._on_solution is not None:
            self._on_solution(sequences, cost)


def complete_hint(built: BuiltModel | PlainModel, hint: Sequences, limits: SolveLimits) -> None:
    """Hint every variable: what `hint` decides, and what follows from it.

    A solve in which all that is decided stays fixed gives the rest.
    """
    built.hint(hint)
    solver = solver_for(replace(limits, workers=1, work=MOST_HINT_WORK))
    solver.parameters.fix_variables_to_their_hinted_value = True
    with stopped_by(solver, limits.stop):
        status = solver.solve(built.model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = list(solver.response_proto.solution)
        built.model.clear_hints()
        proto = built.model.proto.solution_hint
        proto.vars.extend(range(len(found)))
        proto.values.extend(found)


def _answer(
    solver: cp_model.CpSolver,
    status: cp_model.CpSolverStatus,
    watcher: Watcher,
    upper: int | None,
    cap: int | None,
) -> Answer:
    if status == cp_model.INFEASIBLE:
        # Whatever is left out costs its penalty, so only a limit can be in the way.
        bound = (cap or 0) if upper is None else upper + 1
        return Answer(status=Proof.UNKNOWN, sequences=None, cost=None, bound=bound)
    if status == cp_model.MODEL_INVALID:
        raise PlannerError(f"the model is invalid: {solver.solution_info()}")
    bound = whole_bound(solver.best_objective_bound)
    if status == cp_model.OPTIMAL and watcher.cost is not None:
        bound = min(watcher.cost, watcher.least)
    bound = _capped(bound, cap)
    proven = watcher.cost is not None and bound >= watcher.cost
    found = Proof.FEASIBLE if watcher.cost is not None else Proof.UNKNOWN
    return Answer(
        status=Proof.OPTIMAL if proven else found,
        sequences=watcher.sequences,
        cost=watcher.cost,
        bound=bound,
    )
