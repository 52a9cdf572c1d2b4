"""First schedules along routes: by rules, and by indices that a search improves.

Rules are apparent tardiness (see `planner.search.construction`) with due dates along routes, what
has most work ahead, what arrived first. `planner.search.kernels.listing` says how indices become a
schedule, and how they are improved.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np

from planner.arrays import IMPOSSIBLE, Arrays, Sequences, weights_of
from planner.domain import FloatArray, IntArray
from planner.routes import (
    due_here,
    followers,
    has_most_waits,
    least_durations,
    tails,
    without_most_waits,
)
from planner.search.annealing import Effort, Meter
from planner.search.baselines import completed
from planner.search.construction import desk_of, shop_of
from planner.search.decoding import cost_of
from planner.search.in_step import in_step
from planner.search.kernels.apparent_cost import Desk, Shop
from planner.search.kernels.listing import (
    LEAST,
    NOTES,
    ORDER_DUE,
    ORDER_FLOW,
    ORDER_LATE,
    ORDER_RELEASE,
    ORDER_TARDY,
    PLACE,
    RANDOM,
    SEQUENCE,
    Board,
    ListingRule,
    RouteTable,
    change_indices,
    insert_next,
    list_once,
)

# How far ahead a due date counts, in mean durations, and how little a changeover counts.
TARDY_RULES = ((2.0, 0.1), (2.0, 0.5), (6.0, 0.5), (0.5, 0.1), (20.0, 0.1))
# How much longer than the least time something may take where another machine is busy.
PATIENCE = (1.2, 2.0, 1e9)
# Of more operations fewer rules are tried, at least so many.
OPERATIONS_TRIED, LEAST_RULES = 20_000, 2

# Listing so many operations takes as long as a move of the search.
OPERATIONS_A_MOVE = 12
OPERATIONS_A_SECOND = 500_000
# The share of the effort after which no more rules are tried.
TRYING_RULES = 0.5
# The share of the effort that inserting orders one by one may take, else it is left out.
INSERTING = 0.5
# The first temperature as a share of the cost of an order, and how far indices that follow a
# sequence change, as a share of its length, and others.
HOT, SEQUENCE_WIDTH, WIDTH = 0.02, 0.25, 1.0
# Listings in one call of the compiled code take about as long as so many moves.
CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Makes schedules of one scenario; what it writes on changes from one to the next."""

    arrays: Arrays
    shop: Shop
    routes: RouteTable
    board: Board
    desk: Desk

    def by_rule(self, rule: ListingRule, base: FloatArray) -> Sequences:
        """Return the sequences by `rule`; each operation's index begins with what `base` has."""
        self.board.order[PLACE] = 0
        self.board.base[:] = base
        return self._sequences(list_once(self.shop, self.routes, self.board, self.desk, rule))

    def in_sequence(self, rule: ListingRule, sequence: IntArray) -> int:
        """Put orders one by one where they cost least; return about what that costs.

        They come in the order of `sequence`; indices follow the sequence that is found.
        """
        self.board.order[SEQUENCE] = sequence
        return int(
            insert_next(self.shop, self.routes, self.board, self.desk, rule, 0, len(sequence))
        )

    def change(
        self, rule: ListingRule, now: int, temperature: float, rounds: int, width: float
    ) -> int:
        """Change indices `rounds` times; return about what the last costs."""
        table = (self.shop, self.routes, self.board, self.desk)
        return int(change_indices(*table, rule, now, temperature, rounds, width))

    def _sequences(self, rows: int) -> Sequences:
        lists: list[list[list[int]]] = [[] for _ in self.arrays.process]
        for operation, machine, begins in self.desk.taken[:rows].tolist():
            if begins:
                lists[machine].append([])
            lists[machine][-1].append(operation)
        made = tuple(tuple(tuple(batch) for batch in batches) for batches in lists)
        return made if rows == len(self.arrays.family) else completed(self.arrays, made)


def listing_of(arrays: Arrays, seed: int = 0) -> Listing:
    """Return what lists the orders of `arrays`."""
    shop = shop_of(arrays._replace(due=due_here(arrays)))
    ways = _ways(arrays, shop)
    count, machines = arrays.shortest.shape
    note = np.zeros(NOTES, dtype=np.int64)
    note[RANDOM] = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]) >> 1 | 1
    board = Board(
        op=np.zeros((count, 2), dtype=np.int64),
        machine=np.zeros((machines, 2), dtype=np.int64),
        order=np.zeros((3, len(ways.order)), dtype=np.int64),
        heap=np.zeros((count + machines + 1, 2), dtype=np.int64),
        note=note,
        base=np.zeros(count),
        best=np.zeros(count),
    )
    return Listing(arrays=arrays, shop=shop, routes=ways, board=board, desk=desk_of(shop))


def _ways(arrays: Arrays, shop: Shop) -> RouteTable:
    weights = weights_of(arrays)
    first, after = followers(arrays)
    into = np.repeat(np.arange(len(arrays.order)), np.diff(arrays.before_first))
    wait = arrays.least_wait[np.argsort(arrays.before, kind="stable")]
    orders = int(arrays.order.max(initial=-1)) + 1
    order = np.zeros((orders, 5), dtype=np.int64)
    own = arrays.order
    order[own, ORDER_DUE], order[own, ORDER_RELEASE] = arrays.due, arrays.release
    order[own, ORDER_LATE] = arrays.weight * weights.tardiness
    order[own, ORDER_TARDY] = arrays.weight * weights.tardy_orders
    order[own, ORDER_FLOW] = arrays.weight * weights.flow_time
    known = np.where(arrays.changeover_minutes < IMPOSSIBLE, arrays.changeover_minutes, 0)
    return RouteTable(
        after_first=first,
        after=np.column_stack((after, wait)).astype(np.int64).reshape(len(into), 2),
        before=np.diff(arrays.before_first).astype(np.int64),
        order_of=arrays.order,
        order=order,
        charge=weights.changeover_minutes * known
        + weights.changeover_cost * arrays.changeover_cost,
        release=arrays.release,
        **_ties(shop),
        makespan=weights.makespan,
    )


def _ties(shop: Shop) -> dict[str, IntArray]:
    able = shop.class_machine.reshape(-1, len(shop.machine)) != 0
    lists = [np.flatnonzero(row) for row in (*able, *able.T)]
    return {
        "tie_first": np.cumsum([0, *(len(row) for row in lists)]).astype(np.int64),
        "tie": np.concatenate([np.zeros(0, dtype=np.int64), *lists]).astype(np.int64),
    }


def rules(arrays: Arrays) -> Iterator[tuple[ListingRule, FloatArray]]:
    """Yield the rules that suit what `arrays` weighs, and what indices begin with."""
    weights = weights_of(arrays)
    least = least_durations(arrays)
    ahead = (tails(arrays) + least).astype(float)
    mean = float(np.maximum(least, 1).mean())
    value = np.log(np.maximum(arrays.weight, 0.5))
    differs = bool((arrays.shortest > least[:, None]).any())
    by_index = []
    if weights.makespan:
        for arrival, base in ((0.0, ahead / mean), (1.0, ahead * 1e-6), (0.0, -ahead / mean)):
            by_index.append((ListingRule(0.0, 0.1, 0.0, arrival / mean, 0.0), base))
    if not weights.makespan or weights.tardiness or weights.tardy_orders:
        work = np.log(np.maximum(ahead, 1.0))
        for look, change in TARDY_RULES:
            by_index.append((ListingRule(look * mean, change, 1.0, 0.0, 0.0), value))
            by_index.append((ListingRule(look * mean, change, 0.0, 0.0, 0.0), value - work))
    for rule, base in by_index:
        for patience in PATIENCE if differs else PATIENCE[-1:]:
            yield rule._replace(patience=patience), base


def listings(arrays: Arrays) -> Iterator[Sequences]:
    """Yield what the rules make of `arrays`; in step where something must not wait long."""
    listing = listing_of(arrays)
    steps = has_most_waits(arrays)
    count = max(LEAST_RULES, OPERATIONS_TRIED // max(1, len(arrays.family)))
    for rule, base in islice(rules(arrays), count):
        listed = listing.by_rule(rule, base)
        yield in_step(arrays, listed) if steps else listed


def improved_listing(
    arrays: Arrays,
    effort: Effort,
    *,
    workers: int,
    seed: int,
    on_found: Callable[[Sequences], None],
    stop: Callable[[], bool],
) -> None:
    """Improve indices for `effort`, each worker its own; `on_found` gets what each ends with.

    Where something must not wait long they are improved as if it could, and end in step.
    """
    steps = has_most_waits(arrays)
    listed = without_most_waits(arrays) if steps else arrays
    with ThreadPoolExecutor(workers) as pool:
        runs = [
            pool.submit(_improve, listed, effort, 1000 * seed + worker, stop)
            for worker in range(workers)
        ]
        for run in runs:
            found = run.result()
            on_found(in_step(arrays, found) if steps else found)


def _improve(arrays: Arrays, effort: Effort, seed: int, stop: Callable[[], bool]) -> Sequences:
    """Improve the indices of the best rule, or those of a sequence of orders where it is better."""
    listing = listing_of(arrays, seed)
    count = len(arrays.family)
    meter = Meter(effort)
    cost, rule, width = _begun(listing, effort, meter)
    listing.board.order[PLACE] = 0
    listing.board.best[:] = listing.board.base
    listing.board.note[LEAST] = cost
    hot = HOT * cost / len(listing.routes.order)
    rounds = max(1, CHUNK * OPERATIONS_A_MOVE // count)
    while (spent := meter.spent()) < 1.0 and not stop():
        cost = listing.change(rule, cost, hot * (1.0 - spent), rounds, width * (1.0 - 0.9 * spent))
        meter.done += max(1, rounds * count // OPERATIONS_A_MOVE)
    return listing.by_rule(rule, listing.board.best)


def _begun(listing: Listing, effort: Effort, meter: Meter) -> tuple[int, ListingRule, float]:
    """Return about what indices cost that are worth improving, their rule, and how they change.

    Orders are inserted one by one where there is effort for that.
    """
    arrays, orders = listing.arrays, len(listing.routes.order)
    work = len(arrays.family) * orders**2 // 2
    cost, (rule, base) = _best_rule(listing, meter)
    if work <= INSERTING * _operations(effort):
        plain = ListingRule(0.0, 0.0, 0.0, 0.0, rule.patience)
        inserted = listing.in_sequence(plain, _first_sequence(arrays, listing.routes))
        meter.done += work // OPERATIONS_A_MOVE
        if inserted < cost:
            return inserted, plain, SEQUENCE_WIDTH * orders
    listing.board.base[:] = base
    return cost, rule, WIDTH


def _best_rule(listing: Listing, meter: Meter) -> tuple[int, tuple[ListingRule, FloatArray]]:
    """Return what the best rule costs, and the rule; a few at least are tried, more in time."""
    found: list[tuple[int, tuple[ListingRule, FloatArray]]] = []
    for how in rules(listing.arrays):
        if len(found) >= LEAST_RULES and meter.spent() >= TRYING_RULES:
            break
        found.append((cost_of(listing.arrays, listing.by_rule(*how)), how))
    return min(found, key=lambda item: item[0])


def _operations(effort: Effort) -> float:
    """Return how many operations are listed, one after the other, in an effort."""
    if effort.moves is not None:
        return effort.moves * OPERATIONS_A_MOVE
    return (effort.seconds or 0.0) * OPERATIONS_A_SECOND


def _first_sequence(arrays: Arrays, ways: RouteTable) -> IntArray:
    """Return the orders in the order in which they are inserted: most work or least slack first."""
    work = np.zeros(len(ways.order))
    np.add.at(work, arrays.order, least_durations(arrays))
    if weights_of(arrays).makespan:
        return np.argsort(-work, kind="stable")
    return np.argsort(ways.order[:, ORDER_DUE] - work, kind="stable")
