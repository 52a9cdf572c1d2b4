"""The ways to improve one part within a budget: local search, neighbourhoods, proof."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.arrays import Sequences
from planner.planning.budget import Budget
from planner.planning.incumbent import PartIncumbent
from planner.planning.steps import (
    FIRST_BURST,
    MOST_BURST,
    WORK_MOVES,
    Ends,
    Step,
    StepKind,
    StepStart,
    first_step,
    later_steps,
    pace_for,
)
from planner.search.annealing import Effort, Found, search
from planner.search.cooling import Cooling
from planner.search.state import unflatten

if TYPE_CHECKING:
    from planner import cpsat

# One unit of work in seconds of CP-SAT's deterministic time.
WORK_SECONDS = 0.002
LEAST_MOVES = 100

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
    """Anneal, then take the steps that the effort left suffices for, one after the other."""
    annealer = Annealer(part, budget)
    first = first_step(part.arrays, budget)
    if len(part.arrays.family) > MOST_FOR_NEIGHBOURHOODS:
        annealer.take(first, 1.0)
        return
    pace = pace_for(part.arrays, budget)
    found = annealer.take(first, pace.first)
    left = 1.0 - pace.first
    each = pace.moves * len(part.arrays.family)
    restarts = int(found.moves * left / pace.first / budget.workers / each)
    rng = np.random.default_rng(budget.seed)

    def neighbourhoods(share: float) -> bool:
        return search_neighbourhoods(part, budget, share, rng)

    in_turns(annealer, neighbourhoods, restarts, left)


class Annealer:
    """Takes the annealing steps of one part; a changing object that knows where others ended."""

    def __init__(self, part: PartIncumbent, budget: Budget) -> None:
        self._part = part
        self._budget = budget
        self._given = part.sequences
        self._cooling: Cooling | None = None
        self._ends = Ends()

    def take(self, step: Step, share: float) -> Found:
        """Take an annealing step for a share of the budget."""
        is_anew = step.start == StepStart.GIVEN
        begins: tuple[Sequences, ...] = (self._given,) if is_anew else ()
        if step.start == StepStart.ENDS:
            begins = self._ends.take(self._budget.workers)
        annealing = Annealing(
            number=step.number, gentle=not is_anew, cooling=self._cooling, begins=begins
        )
        found = anneal(self._part, self._budget, share, annealing)
        if is_anew:
            # A gentle one has not measured how to cool; measured once, it stays.
            self._cooling = found.cooling
        for end in found.ended:
            self._ends.add(end.cost, unflatten(end.flat, len(found.sequences)))
        return found

    def is_over(self) -> bool:
        """Tell whether the budget is spent or the part's best is proven."""
        return is_over(self._part, self._budget)

    def note_best(self) -> None:
        """Take in the best so far as where a search ended."""
        if self._part.cost is not None:
            self._ends.add(self._part.cost, self._part.sequences)


def in_turns(
    annealer: Annealer, neighbourhoods: Callable[[float], bool], restarts: int, left: float
) -> None:
    """Anneal and search neighbourhoods in turns with the share of the effort that is `left`.

    `neighbourhoods` gets a share, and tells whether it made the part better.
    """
    burst = FIRST_BURST
    for step in later_steps(restarts):
        if annealer.is_over():
            return
        if step.kind == StepKind.ANNEALING:
            # The burst behind the last annealing keeps its share.
            share = min(left / step.parts, left - burst)
            annealer.take(step, share)
        else:
            share = min(burst, left)
            better = neighbourhoods(share)
            burst = min(MOST_BURST * (left - share), burst * (2.0 if better else 0.5))
            if better:
                annealer.note_best()
        left -= share


@dataclass(frozen=True, slots=True, kw_only=True)
class Annealing:
    """How one of several annealings goes; each `number` has chances of its own.

    A `gentle` one begins at a low temperature. It cools by `cooling` if that has been measured
    before. Workers begin at `begins`, one after the other, or at the best where there are none.
    """

    number: int = 0
    gentle: bool = False
    cooling: Cooling | None = None
    begins: tuple[Sequences, ...] = ()


def anneal(
    part: PartIncumbent, budget: Budget, share: float, annealing: Annealing | None = None
) -> Found:
    """Search locally for a share of the budget."""
    how = annealing or Annealing()

    def offer(found: Found) -> None:
        part.offer(found.sequences, "search", found.cost)

    def stop() -> bool:
        # Asked every moment, also while nothing better is found.
        part.catch_up()
        return is_over(part, budget)

    found = search(
        part.arrays,
        part.sequences,
        effort_for(budget, share),
        workers=budget.workers,
        seed=budget.seed + how.number,
        gentle=how.gentle,
        cooling=how.cooling,
        begins=how.begins,
        on_found=offer,
        stop=stop,
    )
    part.settle(found.sequences, found.cost, "search")
    return found


def effort_for(budget: Budget, share: float) -> Effort:
    """Return a share of the budget as the effort of a search."""
    return Effort(
        seconds=_share_of_seconds(budget, share),
        moves=None if budget.work is None else _moves(budget.work * share),
    )


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
) -> "cpsat.SolveLimits":
    """Return the limits of one neighbourhood: of time, or of work where `seconds` is None."""
    from planner import cpsat

    return cpsat.SolveLimits(
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
