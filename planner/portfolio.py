"""Divides the effort of one planning run between local search, neighbourhoods and proof."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.arrays import Arrays, Sequences
from planner.incumbent import Incumbent
from planner.search import Effort, Found, search

# One unit of work: moves of each worker, and seconds of CP-SAT's deterministic time.
WORK_MOVES = 1_000
WORK_SECONDS = 0.002

# Up to so many operations CP-SAT may prove the plan optimal and gets most of the effort.
PROVABLE = 30
SEARCH_SHARE_WHEN_PROVABLE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of one planning run: `seconds` or `work`, and when to `stop`."""

    seconds: float | None
    work: int | None
    workers: int
    seed: int
    stop: Callable[[], bool]


def run_portfolio(arrays: Arrays, incumbent: Incumbent, budget: Budget, method: str) -> None:
    """Improve `incumbent` until the budget is spent or its schedule is proven optimal."""
    if method == "cpsat":
        prove(arrays, incumbent, budget, 1.0)
        return
    provable = method == "auto" and len(arrays.family) <= PROVABLE
    share = SEARCH_SHARE_WHEN_PROVABLE if provable else 1.0
    improve(arrays, incumbent, budget, share)
    if provable and not _is_over(incumbent, budget):
        prove(arrays, incumbent, budget, 1.0 - share)


def improve(arrays: Arrays, incumbent: Incumbent, budget: Budget, share: float) -> None:
    """Search locally for a share of the budget."""

    def offer(found: Found) -> None:
        incumbent.offer(found.sequences, "search")

    effort = Effort(
        seconds=None if budget.seconds is None else _left(incumbent, budget, share),
        moves=None if budget.work is None else int(budget.work * WORK_MOVES * share),
    )
    found = search(
        arrays,
        incumbent.sequences,
        effort,
        workers=budget.workers,
        seed=budget.seed,
        on_found=offer,
        stop=lambda: _is_over(incumbent, budget),
    )
    offer(found)


def prove(arrays: Arrays, incumbent: Incumbent, budget: Budget, share: float) -> None:
    """Let CP-SAT start from the incumbent and prove how good it is."""
    # CP-SAT takes most of a second to import, which no start-up should wait for.
    from planner import cpsat

    def offer(sequences: Sequences, _: int) -> None:
        incumbent.offer(sequences, "CP-SAT")

    answer = cpsat.solve(
        arrays,
        hint=incumbent.sequences,
        seconds=None if budget.seconds is None else _left(incumbent, budget, 1.0),
        work=None if budget.work is None else budget.work * WORK_SECONDS * share,
        workers=budget.workers,
        seed=budget.seed,
        on_solution=offer,
        on_bound=lambda bound: incumbent.raise_bound(bound, "CP-SAT"),
        stop=budget.stop,
    )
    if answer.sequences is not None:
        incumbent.offer(answer.sequences, "CP-SAT")
    incumbent.raise_bound(answer.bound, "CP-SAT")


def _left(incumbent: Incumbent, budget: Budget, share: float) -> float:
    """Return the seconds left, at most a share of all."""
    total = budget.seconds or 0.0
    return max(0.001, min(total * share, total - incumbent.seconds()))


def _is_over(incumbent: Incumbent, budget: Budget) -> bool:
    out_of_time = budget.seconds is not None and incumbent.seconds() >= budget.seconds
    return budget.stop() or incumbent.is_proven or out_of_time
