"""The ways to improve one part within a budget: local search, neighbourhoods, proof."""

from typing import TYPE_CHECKING

import numpy as np

from planner.arrays import Sequences
from planner.budget import Budget
from planner.cooling import Cooling
from planner.incumbent import PartIncumbent
from planner.search import Effort, Found, search

if TYPE_CHECKING:
    from planner import cpsat

# One unit of work: moves of each worker, and seconds of CP-SAT's deterministic time.
WORK_MOVES = 1_000
WORK_SECONDS = 0.002
LEAST_MOVES = 100

# Neighbourhoods get so much of the effort at first, and more or less after each success or failure.
NEIGHBOURHOOD_SHARE = 0.04
MOST_NEIGHBOURHOOD_SHARE = 0.2
# The first annealing gets so much of the effort. What follows begins anew as long as each gets so
# many moves per operation; with less effort left two gentle ones go on from the best so far.
FIRST_SHARE = 0.5
MOVES_TO_RESTART = 8_000
GENTLE_ROUNDS = 2
# With fewer moves per operation than this there is no time to cool down from a high temperature.
# Time is taken as moves at a low rate.
MOVES_TO_COOL = 1_500
MOVES_A_SECOND = 200_000
# Above so many operations a neighbourhood takes longer to lay out than it gains.
MOST_FOR_NEIGHBOURHOODS = 10_000
# One neighbourhood takes at most so long, and is not worth beginning for less.
NEIGHBOURHOOD_SECONDS = 2.0
LEAST_SECONDS = 0.05
NEIGHBOURHOOD_WORK = 0.5


def is_over(part: PartIncumbent, budget: Budget) -> bool:
    """Tell whether the budget is spent or the part's best is proven."""
    return part.is_proven or budget.is_over()


def alternate(part: PartIncumbent, budget: Budget) -> None:
    """Search locally, with bursts of neighbourhoods between, longer ones while they succeed."""
    short = is_short(part, budget)
    if len(part.arrays.family) > MOST_FOR_NEIGHBOURHOODS:
        improve(part, budget, 1.0, gentle=short)
        return
    rng = np.random.default_rng(budget.seed)
    burst = NEIGHBOURHOOD_SHARE
    found = improve(part, budget, FIRST_SHARE, gentle=short)
    left = 1.0 - FIRST_SHARE
    restarts = _restarts(part, budget, found.moves * left / FIRST_SHARE)
    # A gentle search has not measured how to cool.
    cooling = None if short else found.cooling
    for more in range(restarts or GENTLE_ROUNDS, -1, -1):
        if is_over(part, budget):
            return
        before = part.cost
        search_neighbourhoods(part, budget, min(burst, left), rng)
        left -= min(burst, left)
        factor = 2.0 if part.cost != before else 0.5
        burst = min(MOST_NEIGHBOURHOOD_SHARE * left, burst * factor)
        if more == 0 or is_over(part, budget):
            return
        share = left - burst if more == 1 else left / more
        improve(part, budget, share, gentle=not restarts, cooling=cooling, turn=more)
        left -= share


def _restarts(part: PartIncumbent, budget: Budget, moves: float) -> int:
    """Return how many annealings that begin anew so many moves of all workers suffice for."""
    return int(moves / budget.workers / (MOVES_TO_RESTART * len(part.arrays.family)))


def is_short(part: PartIncumbent, budget: Budget) -> bool:
    """Tell whether the budget leaves only time to improve the start that there is."""
    if budget.work is not None:
        moves = budget.work * WORK_MOVES
    else:
        moves = (budget.seconds or 0.0) * MOVES_A_SECOND
    return moves < MOVES_TO_COOL * len(part.arrays.family)


def improve(
    part: PartIncumbent,
    budget: Budget,
    share: float,
    *,
    gentle: bool = False,
    cooling: Cooling | None = None,
    turn: int = 0,
) -> Found:
    """Search locally for a share of the budget, by `cooling` if it has been measured before.

    `gentle` begins at a low temperature. Each `turn` has chances of its own.
    """

    def offer(found: Found) -> None:
        part.offer(found.sequences, "search", found.cost)

    def stop() -> bool:
        # Asked every moment, also while nothing better is found.
        part.catch_up()
        return is_over(part, budget)

    effort = Effort(
        seconds=_share_of_seconds(budget, share),
        moves=None if budget.work is None else _moves(budget.work * share),
    )
    found = search(
        part.arrays,
        part.sequences,
        effort,
        workers=budget.workers,
        seed=budget.seed + turn,
        gentle=gentle,
        cooling=cooling,
        on_found=offer,
        stop=stop,
    )
    part.settle(found.sequences, found.cost, "search")
    return found


def _moves(work: float) -> int:
    return max(LEAST_MOVES, int(work * WORK_MOVES))


def search_neighbourhoods(
    part: PartIncumbent, budget: Budget, share: float, rng: np.random.Generator
) -> None:
    """Let CP-SAT plan pieces of the part anew for a share of the budget.

    Which kind of piece is drawn by its success so far.
    """
    # CP-SAT takes most of a second to import, which no start-up should wait for.
    from planner import cpsat

    until = budget.gone() + (budget.seconds or 0.0) * share
    work = (budget.work or 0.0) * WORK_SECONDS * share
    wins = dict.fromkeys(cpsat.KINDS, 1.0)
    while not is_over(part, budget):
        seconds = None if budget.work is not None else until - budget.gone()
        if work <= 0.0 if seconds is None else seconds <= LEAST_SECONDS:
            return
        kinds = np.array(list(wins.values()))
        kind = cpsat.KINDS[int(rng.choice(len(kinds), p=kinds / kinds.sum()))]
        limits = _limits_of_one(budget, seconds, work, rng)
        found = cpsat.improve(part.arrays, part.sequences, kind=kind, rng=rng, limits=limits)
        better = found is not None and part.offer(found, f"neighbourhood: {kind}")
        wins[kind] = 0.7 * wins[kind] + (1.0 if better else 0.05)
        work -= NEIGHBOURHOOD_WORK


def _limits_of_one(
    budget: Budget, seconds: float | None, work: float, rng: np.random.Generator
) -> "cpsat.Limits":
    """Return the limits of one neighbourhood: of time, or of work where `seconds` is None."""
    from planner import cpsat

    return cpsat.Limits(
        seconds=None if seconds is None else min(seconds, NEIGHBOURHOOD_SECONDS),
        work=min(work, NEIGHBOURHOOD_WORK) if seconds is None else None,
        workers=budget.workers,
        seed=int(rng.integers(2**31)),
        stop=budget.stop,
    )


def prove(part: PartIncumbent, budget: Budget, share: float) -> None:
    """Let CP-SAT start from the incumbent and prove how good it is."""
    # CP-SAT takes most of a second to import, which no start-up should wait for.
    from planner import cpsat

    def offer(sequences: Sequences, _: int) -> None:
        part.offer(sequences, "CP-SAT")

    part.catch_up()
    answer = cpsat.solve(
        part.arrays,
        hint=part.sequences,
        seconds=_share_of_seconds(budget, 1.0),
        work=None if budget.work is None else budget.work * WORK_SECONDS * share,
        workers=budget.workers,
        seed=budget.seed,
        on_solution=offer,
        on_bound=lambda bound: part.raise_bound(bound, "CP-SAT"),
        stop=budget.stop,
    )
    if answer.sequences is not None:
        part.offer(answer.sequences, "CP-SAT")
    part.raise_bound(answer.bound, "CP-SAT")


def _share_of_seconds(budget: Budget, share: float) -> float | None:
    """Return a share of all the budget's seconds, at most what is left; None without a limit."""
    return None if budget.seconds is None else min(budget.seconds * share, budget.left())
