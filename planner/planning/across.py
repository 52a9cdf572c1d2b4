"""CP-SAT plans pieces of a schedule anew whose machines depend on each other, some at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.planning.budget import Budget
from planner.planning.improving import LEAST_SECONDS, WORK_SECONDS, is_over
from planner.planning.incumbent import PartIncumbent

if TYPE_CHECKING:
    from planner import cpsat

# How many operations are free at first, at least and at most; where no batch needs forming, and
# where batches do. It becomes more when a model was searched to its end, and less when not.
PLAIN_SIZES, SIZES = (60, 10, 400), (14, 4, 80)
LARGER, SMALLER = 1.1, 0.9
# One piece takes at most so long, and so much of CP-SAT's deterministic time.
PIECE_SECONDS = 3.0
PIECE_WORK = 0.15


@dataclass(slots=True)
class PieceKind:
    """How well one kind of piece did so far, and how large its next one is."""

    name: str
    size: float
    wins: float = 1.0


class AcrossSearch:
    """Plans pieces of one part anew, each worker one at a time; what it learns stays."""

    def __init__(self, part: PartIncumbent, budget: Budget) -> None:
        # CP-SAT takes most of a second to import, which no start-up should wait for.
        from planner import cpsat

        self._part = part
        self._budget = budget
        self._rng = np.random.default_rng(budget.seed)
        self._sizes = PLAIN_SIZES if cpsat.is_plain(part.arrays) else SIZES
        self._kinds = [PieceKind(name, self._sizes[0]) for name in cpsat.KINDS_ACROSS]
        # Where the search is: it may go on from what is as good as the best, and other than it.
        self._at = part.sequences
        self._rank = cpsat.rank_of(part.arrays, part.sequences)

    def take(self, share: float) -> bool:
        """Plan pieces for a share of the budget; tell whether any made the part better."""
        budget = self._budget
        until = budget.gone() + (budget.seconds or 0.0) * share
        work = (budget.work or 0.0) * WORK_SECONDS * share * budget.workers
        before = self._part.cost
        self._start()
        with ThreadPoolExecutor(budget.workers) as pool:
            while not is_over(self._part, budget):
                seconds = None if budget.work is not None else until - budget.gone()
                if work <= 0.0 if seconds is None else seconds <= LEAST_SECONDS:
                    break
                self._take_one_each(pool, seconds, work / budget.workers)
                work -= PIECE_WORK * budget.workers
        return self._part.cost != before

    def _start(self) -> None:
        """Go on from the best there is, unless the search is at one that is as good."""
        from planner import cpsat

        if self._part.cost is not None and self._part.cost < self._rank[0]:
            self._at = self._part.sequences
            self._rank = cpsat.rank_of(self._part.arrays, self._at)

    def _take_one_each(self, pool: ThreadPoolExecutor, seconds: float | None, work: float) -> None:
        """Let each worker plan one piece anew of the same schedule; all are offered in turn."""
        from planner import cpsat

        runs = []
        for _ in range(self._budget.workers):
            kind = self._drawn()
            rng = np.random.default_rng(int(self._rng.integers(2**31)))
            limits = cpsat.SolveLimits(
                seconds=None if seconds is None else min(seconds, PIECE_SECONDS),
                work=PIECE_WORK if seconds is not None else min(work, PIECE_WORK),
                seed=int(rng.integers(2**31)),
                stop=self._budget.stop,
            )
            run = pool.submit(
                cpsat.improve_across,
                self._part.arrays,
                self._at,
                kind=kind.name,
                rng=rng,
                size=int(kind.size),
                limits=limits,
            )
            runs.append((kind, run))
        for kind, run in runs:
            self._learn(kind, run.result())
        self._part.catch_up()

    def _drawn(self) -> PieceKind:
        chances = np.array([kind.wins for kind in self._kinds])
        return self._kinds[int(self._rng.choice(len(chances), p=chances / chances.sum()))]

    def _learn(self, kind: PieceKind, tried: "cpsat.TriedPiece") -> None:
        better = tried.sequences is not None and tried.rank < self._rank
        if tried.sequences is not None and better:
            self._at, self._rank = tried.sequences, tried.rank
            self._part.offer(self._at, f"neighbourhood: {kind.name}")
        kind.wins = 0.8 * kind.wins + (1.0 if better else 0.1)
        _, least, most = self._sizes
        factor = LARGER if tried.exhausted else SMALLER
        kind.size = min(max(least, kind.size * factor), most, len(self._part.arrays.family))
