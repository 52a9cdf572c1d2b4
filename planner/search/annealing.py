"""Drives the compiled local search: one annealing thread per worker, elites exchanged.

Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983), cooled as `planner.search.cooling` measures.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from threading import Lock, Timer
from time import perf_counter

import numpy as np

from planner.arrays import IMPOSSIBLE, Arrays, Sequences, is_coupled, weights_of
from planner.domain import FloatArray, IntArray
from planner.search import kernels
from planner.search.baselines import without_circles
from planner.search.cooling import (
    APART,
    COUPLED,
    COUPLED_MAKESPAN,
    Cooling,
    Trial,
    even_cooling,
    measured_cooling,
)
from planner.search.kernels import State, columns, kinds
from planner.search.state import flatten, load, new_flat, new_state, unflatten
from planner.search.upkeep import softened

# How often each kind of move is tried, by `kinds.NAMES`.
SHARES: Mapping[str, float] = {
    "join": 24.0,
    "swap operations": 40.0,
    "alone": 4.0,
    "move batch": 6.0,
    "swap batches": 5.0,
    "merge": 4.0,
    "split": 2.0,
    "move run": 4.0,
    "reverse run": 1.5,
    "tardy join": 12.0,
    "tardy batch": 6.0,
    "move pair": 5.0,
    "cross": 8.0,
    "shift family": 3.0,
    "eject": 3.0,
    "costly changeover": 10.0,
    # Only where machines depend on each other.
    "what delays": 0.0,
}
# Where machines depend on each other, half of the moves look for what delays something; where only
# the makespan counts most do, because no others can make it shorter.
COUPLED_SHARES: Mapping[str, float] = {**SHARES, "what delays": 120.0}
MAKESPAN_SHARES: Mapping[str, float] = {**SHARES, "what delays": 800.0}
# Shares of where to put something: next to anything, its family, what is due about then, or where
# it is; the rest is the ends of machines. In the order of `kinds.PLACE_ANYWHERE` and those after.
PLACES = (0.2, 0.2, 0.3, 0.25)
# The share of moves of batches after which operations are dealt out anew.
DEALING = 0.25

# The part of the effort in which workers measure how to cool; after it all go on from the best
# schedule of all.
TRIAL = 0.08
# Where in the cooling a gentle search begins.
GENTLE_START = 0.4

# Moves are tried in chunks of one temperature. Limited by moves: so many at most; limited by time:
# so many as take so long, at the rate of the chunk before, or the first rate.
CHUNK = 2_000
CHUNK_SECONDS = 0.02
FEWEST_IN_CHUNK, MOST_IN_CHUNK = 100, 200_000
FIRST_RATE = 50_000.0
# At least so many chunks, so that the temperature falls smoothly.
LEAST_CHUNKS = 400
POLL_SECONDS = 0.05

# Moves of a descent before rises in cost are measured, per operation and at most; then moves to
# measure by.
DESCENT_PER_OPERATION, LONGEST_DESCENT = 20, 20_000
RISES = 4_000
# Each of both takes at most this share of the time: moves are slow where all must be timed anew.
LOOK_AROUND = 0.05
NO_RISES = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to search: `seconds` of wall-clock time, or `moves` of each worker."""

    seconds: float | None = None
    moves: int | None = None

    def part(self, share: float) -> "Effort":
        """Return a share of the effort."""
        return Effort(
            seconds=None if self.seconds is None else self.seconds * share,
            moves=None if self.moves is None else int(self.moves * share),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ended:
    """What a worker met in one annealing: its best flat lists, their cost, and moves evaluated."""

    flat: IntArray
    cost: int
    moves: int
    trial: Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best sequences of a search and their cost; all workers evaluated so many `moves`.

    `ended` is what each worker met in its last annealing.
    """

    sequences: Sequences
    cost: int
    moves: int = 0
    cooling: Cooling | None = None
    ended: tuple[Ended, ...] = ()


Listener = Callable[[Found], None]


class Meter:
    """Tells what share of an effort is spent."""

    def __init__(self, effort: Effort) -> None:
        self._seconds = effort.seconds
        self._moves = effort.moves
        self._begin = perf_counter()
        self.done = 0

    def spent(self) -> float:
        """Return the share spent, from 0 to 1."""
        if self._moves is not None:
            return min(1.0, self.done / max(1, self._moves))
        elapsed = perf_counter() - self._begin
        return min(1.0, elapsed / max(1e-9, self._seconds or 0.0))

    def chunk(self, rate: float) -> int:
        """Return how many moves to try next, at `rate` moves per second: a small share of all."""
        if self._moves is not None:
            return max(1, min(CHUNK, self._moves // LEAST_CHUNKS, self._moves - self.done))
        seconds = min(CHUNK_SECONDS, (self._seconds or 0.0) / LEAST_CHUNKS)
        return max(FEWEST_IN_CHUNK, min(MOST_IN_CHUNK, int(rate * seconds)))


class Elite:
    """The best flat lists that any worker has met; safe to share between threads."""

    def __init__(self, flat: IntArray, cost: int) -> None:
        self._lock = Lock()
        self.flat = flat
        self.cost = cost

    def offer(self, state: State, best: IntArray) -> None:
        """Keep a copy of `best`, the best lists that `state` has met, if they are better."""
        if state.scalar[columns.BEST_COST] >= self.cost:
            return
        with self._lock:
            cost = int(state.scalar[columns.BEST_COST])
            if cost < self.cost:
                self.flat, self.cost = best.copy(), cost

    def take(self) -> tuple[IntArray, int]:
        """Return the best lists and their cost."""
        with self._lock:
            return self.flat, self.cost


def search(  # noqa: PLR0913 - limits and listeners are all independent
    arrays: Arrays,
    start: Sequences,
    effort: Effort,
    *,
    workers: int = 1,
    seed: int = 0,
    gentle: bool = False,
    cooling: Cooling | None = None,
    begins: Sequence[Sequences] = (),
    on_found: Listener | None = None,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """Return the best sequences that annealing from `start` meets, `start` at worst.

    `gentle` begins at a low temperature, to improve a schedule that is good already. With a
    `cooling` that an earlier search has measured there is no trial. The workers begin at `begins`,
    one after the other, where there are some. `on_found` is called from this thread with each
    better one, at most a few times a second. With `effort.moves` the answer depends on nothing but
    the arguments.
    """
    looking = None if effort.seconds is None else effort.seconds * LOOK_AROUND
    crew = Crew(arrays, start, cooling, begins, workers=workers, seed=seed, looking=looking)
    if gentle:
        crew.anneal(effort, GENTLE_START, on_found, stop)
    elif cooling is not None or crew.measure_cooling(effort.part(TRIAL), on_found, stop):
        rest = effort if cooling is not None else effort.part(1.0 - TRIAL)
        crew.anneal(rest, 0.0, on_found, stop)
    return crew.found()


class Crew:
    """Workers that anneal copies of one schedule, each with its own state and chance."""

    def __init__(  # noqa: PLR0913 - what `search` is given
        self,
        arrays: Arrays,
        start: Sequences,
        cooling: Cooling | None = None,
        begins: Sequence[Sequences] = (),
        *,
        workers: int,
        seed: int,
        looking: float | None = None,
    ) -> None:
        self._states = [new_state(arrays, seed=1000 * seed + worker) for worker in range(workers)]
        first = self._states[0]
        start = softened(arrays, without_circles(arrays, start))
        begins = [softened(arrays, without_circles(arrays, begin)) for begin in begins]
        load(first, start)
        self._elite = Elite(flatten(first, start), int(first.scalar[columns.TOTAL_COST]))
        self._begins = tuple(flatten(first, begin) for begin in begins) or (self._elite.flat,)
        self._ended: tuple[Ended, ...] = ()
        self._style = style_for(arrays)
        self._cooling = cooling or even_cooling(
            _rises(first, self._style, looking), span_for(arrays)
        )
        self._moves = 0

    def found(self) -> Found:
        """Return the best so far."""
        flat, cost = self._elite.take()
        machines = len(self._states[0].machine)
        return Found(
            sequences=unflatten(flat, machines),
            cost=cost,
            moves=self._moves,
            cooling=self._cooling,
            ended=self._ended,
        )

    def measure_cooling(
        self, effort: Effort, on_found: Listener | None, stop: Callable[[], bool] | None
    ) -> bool:
        """Anneal once as a trial, and cool from now on as it shows; False when stopped."""
        goes_on = self.anneal(effort, 0.0, on_found, stop)
        self._cooling = measured_cooling([run.trial for run in self._ended], self._cooling)
        return goes_on

    def anneal(
        self,
        effort: Effort,
        begin: float,
        on_found: Listener | None,
        stop: Callable[[], bool] | None,
    ) -> bool:
        """Anneal all workers once, from share `begin` of the cooling on; False when stopped.

        The first time they begin at the given sequences, later at the best of all.
        """
        flag = np.zeros(1, dtype=np.int64)
        flat, cost = self._elite.take()
        with ThreadPoolExecutor(len(self._states)) as pool:
            runs = [
                pool.submit(self._run, state, at, effort, begin, flag)
                for state, at in zip(self._states, cycle(self._begins), strict=False)
            ]
            self._watch(runs, flag, on_found, stop)
        ended = self._ended = tuple(run.result() for run in runs)
        self._moves += sum(run.moves for run in ended)
        # Of equally good ones the first worker's, whoever was faster: one seed, one answer.
        best = min(ended, key=lambda run: run.cost)
        self._elite = Elite(best.flat, best.cost) if best.cost < cost else Elite(flat, cost)
        self._begins = (self._elite.flat,)
        return not flag[0]

    def _run(
        self, state: State, flat: IntArray, effort: Effort, begin: float, flag: IntArray
    ) -> Ended:
        kernels.load_lists(state, flat)
        best = new_flat(state)
        meter = Meter(effort)
        trial = Trial()
        rate = FIRST_RATE
        evaluated = 0
        while (spent := meter.spent()) < 1.0 and not flag[0]:
            count = meter.chunk(rate)
            tally = np.zeros((2, kinds.KINDS), dtype=np.int64)
            began = perf_counter()
            temperature = self._cooling.at(spent, begin)
            kernels.anneal(
                state, best, count, temperature, self._style, *tally, True, NO_RISES, flag
            )
            rate = count / max(1e-6, perf_counter() - began)
            meter.done += count
            tried, kept = tally.sum(axis=1).tolist()
            evaluated += tried
            self._elite.offer(state, best)
            trial.note(spent, int(state.scalar[columns.TOTAL_COST]), tried, kept)
        cost = int(state.scalar[columns.BEST_COST])
        return Ended(flat=best, cost=cost, moves=evaluated, trial=trial)

    def _watch(
        self,
        runs: list[Future[Ended]],
        flag: IntArray,
        on_found: Listener | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        reported = self._elite.cost
        waiting = True
        while waiting:
            _, pending = wait(runs, timeout=POLL_SECONDS, return_when=FIRST_EXCEPTION)
            waiting = bool(pending) and not any(run.done() and run.exception() for run in runs)
            if not waiting or (stop and stop()):
                flag[0] = bool(pending)
            if on_found and self._elite.cost < reported:
                found = self.found()
                reported = found.cost
                on_found(found)


def changeovers_count(arrays: Arrays) -> bool:
    """Tell whether any changeover takes time or costs anything."""
    return bool(arrays.changeover_minutes.any() or arrays.changeover_cost.any())


def only_makespan_counts(arrays: Arrays) -> bool:
    """Tell whether orders cost nothing but by the last end of all."""
    weights = weights_of(arrays)
    by_order = weights.tardiness or weights.tardy_orders or weights.flow_time
    return bool(weights.makespan and not by_order)


def span_for(arrays: Arrays) -> tuple[float, float]:
    """Return the range of temperatures for a scenario, see `even_cooling`."""
    if not is_coupled(arrays):
        return APART
    return COUPLED_MAKESPAN if only_makespan_counts(arrays) else COUPLED


def style_for(arrays: Arrays) -> FloatArray:
    """Return the style of search for a scenario.

    Where no changeover takes anything none is costly, and only when batches end counts: their
    operations are dealt out anew whenever they move. Where some changeovers are not possible, moves
    are mended.
    """
    costly = kinds.NAMES[kinds.COSTLY_CHANGEOVER]
    if is_coupled(arrays):
        shares = MAKESPAN_SHARES if only_makespan_counts(arrays) else COUPLED_SHARES
        return style(shares if changeovers_count(arrays) else {**shares, costly: 0.0}, dealing=0.0)
    if changeovers_count(arrays):
        return style(SHARES, mending=bool((arrays.changeover_minutes >= IMPOSSIBLE).any()))
    return style({**SHARES, kinds.NAMES[kinds.COSTLY_CHANGEOVER]: 0.0}, dealing=1.0)


def style(
    shares: Mapping[str, float], dealing: float = DEALING, *, mending: bool = False
) -> FloatArray:
    """Return what the kernels read: cumulated shares of moves, of places, `dealing`, `mending`.

    Kinds of move that `shares` does not name are not tried.
    """
    by_kind = np.array([shares.get(name, 0.0) for name in kinds.NAMES])
    moves = np.cumsum(by_kind / sum(by_kind.tolist()))
    return np.concatenate((moves, np.cumsum(np.array(PLACES)), (dealing, float(mending))))


def _rises(state: State, style: FloatArray, seconds: float | None) -> FloatArray:
    """Return the rises in cost of random moves, those that leave out no more operations.

    Measured after a short descent, because a poor start makes every move look good. Both end after
    `seconds` each, if given.
    """
    descent = min(DESCENT_PER_OPERATION * len(state.op), LONGEST_DESCENT)
    best = new_flat(state)
    tally = np.zeros((2, kinds.KINDS), dtype=np.int64)
    with _flagged_after(seconds) as flag:
        kernels.anneal(state, best, descent, 0.0, style, *tally, True, NO_RISES, flag)
    rises = np.zeros(RISES, dtype=np.int64)
    with _flagged_after(seconds) as flag:
        risen = kernels.anneal(state, best, RISES, 0.0, style, *tally, False, rises, flag)
    found: IntArray = rises[:risen]
    usual: FloatArray = found[found < state.scalar[columns.WEIGHT_UNPLANNED]].astype(float)
    return usual


@contextmanager
def _flagged_after(seconds: float | None) -> Iterator[IntArray]:
    """Give a flag that stops a kernel, raised after `seconds`; never without them."""
    flag = np.zeros(1, dtype=np.int64)
    if seconds is None:
        yield flag
        return
    timer = Timer(seconds, flag.fill, (1,))
    timer.daemon = True
    timer.start()
    try:
        yield flag
    finally:
        timer.cancel()
