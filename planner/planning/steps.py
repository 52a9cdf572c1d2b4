"""The steps that improve one part: what each does, where it starts, how much effort it gets.

A step is an annealing or a burst of neighbourhoods; an annealing that begins anew is a restart.
"""

from bisect import insort
from dataclasses import dataclass
from enum import Enum, auto
from operator import itemgetter

from planner.arrays import Arrays, Sequences, is_coupled
from planner.planning.budget import Budget
from planner.search.annealing import changeovers_count

# One unit of work is so many moves of each worker; a second is taken as moves at a low rate.
WORK_MOVES = 1_000
MOVES_A_SECOND = 200_000
COUPLED_MOVES_A_SECOND = 40_000
# With fewer moves per operation than this there is no time to cool down from a high temperature.
MOVES_TO_COOL = 1_500
# With too little effort for a restart, so many gentle annealings go on from the best so far.
GENTLE_ANNEALINGS = 2
# Bursts get so much of the effort at first, and more or less after each success or failure.
FIRST_BURST = 0.04
MOST_BURST = 0.2
# Of all restarts, every so manyth goes on gently from where others ended instead.
RESTARTS_TO_GO_ON = 4
MOST_ENDS = 32


class StepKind(Enum):
    """What a step does."""

    # S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization by simulated annealing", Science 220
    # (1983).
    ANNEALING = auto()
    # P. Shaw, "Using constraint programming and local search methods to solve vehicle routing
    # problems", CP 1998; bursts of them grow while they succeed.
    NEIGHBOURHOODS = auto()


class StepStart(Enum):
    """Which sequences a step starts from; an annealing from any but GIVEN begins gently."""

    # What construction made: several short annealings from it often beat one long one (R. Martí,
    # "Multi-start methods", Handbook of Metaheuristics, 2003).
    GIVEN = auto()
    BEST = auto()
    # Where others ended: D. Aldous, U. Vazirani, "'Go with the winners' algorithms", FOCS 1994.
    ENDS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An annealing gets one of `parts` equal parts of the effort left; a burst, what bursts earn.

    Each `number` has chances of its own.
    """

    kind: StepKind
    start: StepStart
    number: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class AnnealingPace:
    """The share of the effort that the `first` annealing gets, and how much each restart gets.

    There are as many restarts as get `moves` per operation each.
    """

    first: float
    moves: int


PACE = AnnealingPace(0.5, 8_000)
# Where only ending times count, where an annealing ends is chance above all: many short ones, if
# there is surely time for so many.
PACE_WITHOUT_CHANGEOVERS = AnnealingPace(0.1, 3_000)
LEAST_RESTARTS = 2


def pace_for(arrays: Arrays, budget: Budget) -> AnnealingPace:
    """Return how to divide the budget between the first annealing and restarts."""
    many = PACE_WITHOUT_CHANGEOVERS
    few = moves_per_operation(arrays, budget) < LEAST_RESTARTS * many.moves
    return PACE if few or changeovers_count(arrays) else many


def first_step(arrays: Arrays, budget: Budget) -> Step:
    """Return the annealing that comes first; there may only be time to improve what there is."""
    is_short = moves_per_operation(arrays, budget) < MOVES_TO_COOL
    return Step(kind=StepKind.ANNEALING, start=StepStart.BEST if is_short else StepStart.GIVEN)


def moves_per_operation(arrays: Arrays, budget: Budget) -> float:
    """Return how many moves per operation the budget is sure to suffice for."""
    if budget.work is not None:
        moves = budget.work * WORK_MOVES
    else:
        rate = COUPLED_MOVES_A_SECOND if is_coupled(arrays) else MOVES_A_SECOND
        moves = (budget.seconds or 0.0) * rate
    return moves / len(arrays.family)


def later_steps(restarts: int) -> list[Step]:
    """Return the steps after the first annealing: annealings between bursts of neighbourhoods.

    Of the annealings `restarts` begin anew, but every `RESTARTS_TO_GO_ON`th, the last among them,
    goes on from the best ends. With too little effort for any, a few go on from the best.
    """
    burst = Step(kind=StepKind.NEIGHBOURHOODS, start=StepStart.BEST)
    steps = [burst]
    for parts in range(restarts or GENTLE_ANNEALINGS, 0, -1):
        start = StepStart.BEST
        if restarts:
            start = StepStart.ENDS if parts % RESTARTS_TO_GO_ON == 1 else StepStart.GIVEN
        steps += [Step(kind=StepKind.ANNEALING, start=start, number=parts, parts=parts), burst]
    return steps


class Ends:
    """Where searches ended, the best first; each is gone on from once."""

    def __init__(self) -> None:
        self._costs: set[int] = set()
        self._ends: list[tuple[int, Sequences]] = []

    def add(self, cost: int, sequences: Sequences) -> None:
        """Take in where one ended, unless it costs as much as an earlier end: likely the same."""
        if cost in self._costs:
            return
        self._costs.add(cost)
        insort(self._ends, (cost, sequences), key=itemgetter(0))
        del self._ends[MOST_ENDS:]

    def take(self, count: int) -> tuple[Sequences, ...]:
        """Return the best `count` ends, and forget them."""
        taken = tuple(sequences for _, sequences in self._ends[:count])
        del self._ends[:count]
        return taken
