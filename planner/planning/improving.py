"""The ways to improve one part within a budget: local search, neighbourhoods, proof."""

from bisect import insort
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from planner.arrays import Sequences
from planner.planning.budget import Budget
from planner.planning.incumbent import PartIncumbent
from planner.search.annealing import Effort, Found, changeovers_count, search
from planner.search.cooling import Cooling
from planner.search.state import unflatten

if TYPE_CHECKING:
    from planner import cpsat

# One unit of work: moves of each worker, and seconds of CP-SAT's deterministic time.
WORK_MOVES = 1_000
WORK_SECONDS = 0.002
LEAST_MOVES = 100

# Neighbourhoods get so much of the effort at first, and more or less after each success or failure.
NEIGHBOURHOOD_SHARE = 0.04
MOST_NEIGHBOURHOOD_SHARE = 0.2
# With too little effort left to begin anew, so many gentle rounds go on from the best so far.
GENTLE_ROUNDS = 2
# Of rounds that begin anew, every so manyth goes on gently from where others ended.
ROUNDS_TO_GO_ON = 4
MOST_ENDS = 32
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


@dataclass(frozen=True, slots=True)
class Rounds:
    """The share of the effort that the `first` annealing gets, and what begins anew after it.

    That is as many annealings as get `moves` per operation each.
    """

    first: float
    moves: int


ROUNDS = Rounds(0.5, 8_000)
# Where only ending times count, where an annealing ends is chance above all: many short ones, if
# there is surely time for so many.
ROUNDS_WITHOUT_CHANGEOVERS = Rounds(0.1, 3_000)
LEAST_ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How one of several searches goes; each `number` has chances of its own.

    A `gentle` one begins at a low temperature. It cools by `cooling` if that has been measured
    before. Workers begin at `begins`, one after the other, or at the best where there are none.
    """

    number: int = 0
    gentle: bool = False
    cooling: Cooling | None = None
    begins: tuple[Sequences, ...] = ()


ONLY_TURN = Turn()


class Turns:
    """The turns after the first search, some of which go on gently from where others ended.

    Each of `restarts` turns begins anew at `start`, but every `ROUNDS_TO_GO_ON`th, the last among
    them, goes on from the best ends that no other has gone on from yet. Without restarts all go on
    from the best.
    """

    def __init__(self, start: Sequences, cooling: Cooling | None, restarts: int) -> None:
        self._start = start
        self._cooling = cooling
        self._restarts = restarts
        self._costs: set[int] = set()
        self._ends: list[tuple[int, Sequences]] = []

    def add(self, cost: int, sequences: Sequences) -> None:
        """Take in where one ended, unless it costs as much as an earlier end: likely the same."""
        if cost in self._costs:
            return
        self._costs.add(cost)
        insort(self._ends, (cost, sequences), key=itemgetter(0))
        del self._ends[MOST_ENDS:]

    def add_found(self, found: Found) -> None:
        """Take in where each worker of a search ended."""
        for end in found.ended:
            self.add(end.cost, unflatten(end.flat, len(found.sequences)))

    def turn(self, more: int, workers: int) -> Turn:
        """Return the turn that is followed by `more` - 1."""
        if not self._restarts:
            return Turn(number=more, gentle=True, cooling=self._cooling)
        if more % ROUNDS_TO_GO_ON != 1:
            return Turn(number=more, cooling=self._cooling, begins=(self._start,))
        begins = tuple(sequences for _, sequences in self._ends[:workers])
        del self._ends[:workers]
        return Turn(number=more, gentle=True, cooling=self._cooling, begins=begins)


def is_over(part: PartIncumbent, budget: Budget) -> bool:
    """Tell whether the budget is spent or the part's best is proven."""
    return part.is_proven or budget.is_over()


def alternate(part: PartIncumbent, budget: Budget) -> None:
    """Search locally, with bursts of neighbourhoods between, longer ones while they succeed."""
    short = is_short(part, budget)
    if len(part.arrays.family) > MOST_FOR_NEIGHBOURHOODS:
        improve(part, budget, 1.0, Turn(gentle=short))
        return
    rng = np.random.default_rng(budget.seed)
    rounds = rounds_for(part, budget)
    start = part.sequences
    burst = NEIGHBOURHOOD_SHARE
    found = improve(part, budget, rounds.first, Turn(gentle=short))
    left = 1.0 - rounds.first
    restarts = _restarts(part, budget, found.moves * left / rounds.first, rounds.moves)
    # A gentle search has not measured how to cool.
    turns = Turns(start, None if short else found.cooling, restarts)
    turns.add_found(found)
    for more in range(restarts or GENTLE_ROUNDS, -1, -1):
        if is_over(part, budget):
            return
        better = search_neighbourhoods(part, budget, min(burst, left), rng)
        left -= min(burst, left)
        burst = min(MOST_NEIGHBOURHOOD_SHARE * left, burst * (2.0 if better else 0.5))
        if more == 0 or is_over(part, budget):
            return
        if better and part.cost is not None:
            turns.add(part.cost, part.sequences)
        share = left - burst if more == 1 else left / more
        turns.add_found(improve(part, budget, share, turns.turn(more, budget.workers)))
        left -= share


def _restarts(part: PartIncumbent, budget: Budget, moves: float, each: int) -> int:
    """Return how many annealings `moves` of all workers suffice for, `each` an operation."""
    return int(moves / budget.workers / (each * len(part.arrays.family)))


def is_short(part: PartIncumbent, budget: Budget) -> bool:
    """Tell whether the budget leaves only time to improve the start that there is."""
    return moves_per_operation(part, budget) < MOVES_TO_COOL


def rounds_for(part: PartIncumbent, budget: Budget) -> Rounds:
    """Return how to divide the budget between annealings that begin anew."""
    many = ROUNDS_WITHOUT_CHANGEOVERS
    few = moves_per_operation(part, budget) < LEAST_ROUNDS * many.moves
    return ROUNDS if few or changeovers_count(part.arrays) else many


def moves_per_operation(part: PartIncumbent, budget: Budget) -> float:
    """Return how many moves per operation the budget is sure to suffice for."""
    if budget.work is not None:
        moves = budget.work * WORK_MOVES
    else:
        moves = (budget.seconds or 0.0) * MOVES_A_SECOND
    return moves / len(part.arrays.family)


def improve(part: PartIncumbent, budget: Budget, share: float, turn: Turn = ONLY_TURN) -> Found:
    """Search locally for a share of the budget."""

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
        seed=budget.seed + turn.number,
        gentle=turn.gentle,
        cooling=turn.cooling,
        begins=turn.begins,
        on_found=offer,
        stop=stop,
    )
    part.settle(found.sequences, found.cost, "search")
    return found


def _moves(work: float) -> int:
    return max(LEAST_MOVES, int(work * WORK_MOVES))


def search_neighbourhoods(
    part: PartIncumbent, budget: Budget, share: float, rng: np.random.Generator
) -> bool:
    """Let CP-SAT plan pieces of the part anew for a share of the budget.

    Which kind of piece is drawn by its success so far. Tells whether any has made it better.
    """
    # CP-SAT takes most of a second to import, which no start-up should wait for.
    from planner import cpsat

    until = budget.gone() + (budget.seconds or 0.0) * share
    work = (budget.work or 0.0) * WORK_SECONDS * share
    wins = dict.fromkeys(cpsat.KINDS, 1.0)
    before = part.cost
    while not is_over(part, budget):
        seconds = None if budget.work is not None else until - budget.gone()
        if work <= 0.0 if seconds is None else seconds <= LEAST_SECONDS:
            break
        kinds = np.array(list(wins.values()))
        kind = cpsat.KINDS[int(rng.choice(len(kinds), p=kinds / kinds.sum()))]
        limits = _limits_of_one(budget, seconds, work, rng)
        found = cpsat.improve(part.arrays, part.sequences, kind=kind, rng=rng, limits=limits)
        better = found is not None and part.offer(found, f"neighbourhood: {kind}")
        wins[kind] = 0.7 * wins[kind] + (1.0 if better else 0.05)
        work -= NEIGHBOURHOOD_WORK
    return part.cost != before


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
