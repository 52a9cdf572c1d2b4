"""Drives the compiled local search: one annealing thread per worker, elites exchanged.

Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983), cooled as `planner.search.cooling` measures.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import cycle
from threading import Lock
from time import perf_counter

import numpy as np

from planner.arrays import Arrays, Sequences, is_coupled
from planner.domain import FloatArray, IntArray
from planner.search import kernels
from planner.search.baselines import without_circles
from planner.search.cooling import Cooling, Trial, even_cooling, measured_cooling
from planner.search.decoding import flatten, load, new_flat, new_state, unflatten
from planner.search.kernels import State, columns

# Shares of the kinds of move, in the order of `columns.MOVES`.
SHARES = (24.0, 40.0, 4.0, 6.0, 5.0, 4.0, 2.0, 4.0, 1.5, 12.0, 6.0, 5.0, 8.0, 3.0, 3.0, 10.0, 0.0)

# Where machines depend on each other, what delays something moves half of the time.
COUPLED_SHARES = (*SHARES[:-1], 100.0)

# Shares of where to put something, in the order of `columns.ANYWHERE` and what follows it; the rest
# is the ends of machines.
PLACES = (0.2, 0.2, 0.3, 0.25)
# The share of moves of batches after which operations are dealt out anew.
DEALING = 0.25

# The part of the effort in which workers measure how to cool; after it all go on from the best
# schedule of all.
TRIAL = 0.08
# Where in the cooling a gentle search begins.
GENTLE_START = 0.4

# No room for rises: moves are kept.
KEEP = np.zeros(0, dtype=np.int64)

CHUNK = 2_000
CHUNK_SECONDS = 0.02
# At least so many chunks, so that the temperature falls smoothly.
LEAST_CHUNKS = 400
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to search: `seconds` of wall-clock time, or `moves` of each worker."""

    seconds: float | None = None
    moves: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ended:
    """What one worker met in one round: its best flat lists, their cost, and moves evaluated."""

    flat: IntArray
    cost: int
    moves: int
    trial: Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best sequences of a search and their cost; all workers evaluated so many `moves`.

    `ended` is what each worker met in its last round.
    """

    sequences: Sequences
    cost: int
    moves: int = 0
    cooling: Cooling | None = None
    ended: tuple[Ended, ...] = ()


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
        return max(100, min(200_000, int(rate * seconds)))


class Elite:
    """The best flat lists that any worker has met; safe to share between threads."""

    def __init__(self, flat: IntArray, cost: int) -> None:
        self._lock = Lock()
        self.flat = flat
        self.cost = cost

    def offer(self, state: State, best: IntArray) -> None:
        """Keep a copy of `best`, the best lists that `state` has met, if they are better."""
        if state.total[columns.BEST] >= self.cost:
            return
        with self._lock:
            cost = int(state.total[columns.BEST])
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
    on_found: Callable[[Found], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """Return the best sequences that annealing from `start` meets, `start` at worst.

    `gentle` begins at a low temperature, to improve a schedule that is good already. With a
    `cooling` that an earlier search has measured there is no trial. The workers begin at `begins`,
    one after the other, where there are some. `on_found` is called from this thread with each
    better one, at most a few times a second. With `effort.moves` the answer depends on nothing but
    the arguments.
    """
    crew = Crew(arrays, start, cooling, begins, workers=workers, seed=seed)
    rounds: tuple[tuple[float, float | None], ...] = ((TRIAL, None), (1.0 - TRIAL, 0.0))
    if gentle or cooling is not None:
        rounds = ((1.0, GENTLE_START if gentle else 0.0),)
    for part, begin in rounds:
        share = Effort(
            seconds=None if effort.seconds is None else effort.seconds * part,
            moves=None if effort.moves is None else int(effort.moves * part),
        )
        if not crew.anneal(share, begin, on_found=on_found, stop=stop):
            break
    return crew.found()


class Crew:
    """Workers that anneal copies of one schedule, each with its own state and chance."""

    def __init__(
        self,
        arrays: Arrays,
        start: Sequences,
        cooling: Cooling | None = None,
        begins: Sequence[Sequences] = (),
        *,
        workers: int,
        seed: int,
    ) -> None:
        self._states = [new_state(arrays, seed=1000 * seed + worker) for worker in range(workers)]
        first = self._states[0]
        start = without_circles(arrays, start)
        begins = [without_circles(arrays, begin) for begin in begins]
        load(first, start)
        self._elite = Elite(flatten(first, start), int(first.total[columns.TOTAL]))
        self._begins = tuple(flatten(first, begin) for begin in begins) or (self._elite.flat,)
        self._ended: tuple[Ended, ...] = ()
        self._style = style_for(arrays)
        self._cooling = cooling or even_cooling(_rises(first, self._style))
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

    def anneal(
        self,
        effort: Effort,
        begin: float | None,
        *,
        on_found: Callable[[Found], None] | None,
        stop: Callable[[], bool] | None,
    ) -> bool:
        """Anneal all workers once, later times from the best schedule; False when stopped.

        The annealing begins at share `begin` of the cooling; None is the trial of how to cool.
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
        if begin is None:
            self._cooling = measured_cooling([run.trial for run in ended], self._cooling)
        return not flag[0]

    def _run(
        self, state: State, flat: IntArray, effort: Effort, begin: float | None, flag: IntArray
    ) -> Ended:
        kernels.load_lists(state, flat)
        best = new_flat(state)
        meter = Meter(effort)
        trial = Trial()
        rate = 50_000.0
        evaluated = 0
        while (spent := meter.spent()) < 1.0 and not flag[0]:
            count = meter.chunk(rate)
            tally = np.zeros((2, len(SHARES)), dtype=np.int64)
            began = perf_counter()
            temperature = self._cooling.at(spent, begin or 0.0)
            kernels.anneal(
                state, best, count, temperature, self._style, tally[0], tally[1], KEEP, flag
            )
            rate = count / max(1e-6, perf_counter() - began)
            meter.done += count
            evaluated += int(tally[0].sum())
            self._elite.offer(state, best)
            if begin is None:
                trial.note(spent, int(state.total[columns.TOTAL]), *tally.sum(axis=1).tolist())
        cost = int(state.total[columns.BEST])
        return Ended(flat=best, cost=cost, moves=evaluated, trial=trial)

    def _watch(
        self,
        runs: list[Future[Ended]],
        flag: IntArray,
        on_found: Callable[[Found], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        told = self._elite.cost
        waiting = True
        while waiting:
            _, pending = wait(runs, timeout=POLL_SECONDS, return_when=FIRST_EXCEPTION)
            waiting = bool(pending) and not any(run.done() and run.exception() for run in runs)
            if not waiting or (stop and stop()):
                flag[0] = bool(pending)
            if on_found and self._elite.cost < told:
                found = self.found()
                told = found.cost
                on_found(found)


def changeovers_count(arrays: Arrays) -> bool:
    """Tell whether any changeover takes time or costs anything."""
    return bool(arrays.changeover_minutes.any() or arrays.changeover_cost.any())


def style_for(arrays: Arrays) -> FloatArray:
    """Return the style of search for a scenario.

    Where no changeover takes anything none is dear, and only when batches end counts: their
    operations are dealt out anew whenever they move.
    """
    if is_coupled(arrays):
        return style(
            COUPLED_SHARES
            if changeovers_count(arrays)
            else (*COUPLED_SHARES[:-2], 0.0, COUPLED_SHARES[-1]),
            dealing=0.0,
        )
    if changeovers_count(arrays):
        return style(SHARES)
    dear = columns.MOVES.index("dear batch")
    return style((*SHARES[:dear], 0.0, *SHARES[dear + 1 :]), dealing=1.0)


def style(shares: Sequence[float], dealing: float = DEALING) -> FloatArray:
    """Return what the kernels read: cumulated shares of moves, then of places, then `dealing`."""
    moves = np.cumsum(np.array(shares) / sum(shares))
    return np.concatenate((moves, np.cumsum(np.array(PLACES)), (dealing,)))


def _rises(state: State, style: FloatArray) -> FloatArray:
    """Return the rises in cost of random moves, those that leave out no more operations.

    Measured after a short descent, because a poor start makes every move look good.
    """
    descent = min(20 * len(state.op), 20_000)
    rises = np.zeros(4_000, dtype=np.int64)
    risen = 0
    best = new_flat(state)
    tally = np.zeros((2, len(SHARES)), dtype=np.int64)
    flag = np.zeros(1, dtype=np.int64)
    for count, into in ((descent, KEEP), (len(rises), rises)):
        risen = kernels.anneal(state, best, count, 0.0, style, tally[0], tally[1], into, flag)
    found: IntArray = rises[:risen]
    usual: FloatArray = found[found < state.total[columns.W_UNPLANNED]].astype(float)
    return usual
