"""Annealing at one temperature: try moves, accept or undo each, keep the best schedule met."""

from math import log

import numpy as np

from planner.arrays import NONE
from planner.domain import FloatArray, IntArray
from planner.search.kernels.apart import deal_out_apart, mend_apart
from planner.search.kernels.batch_moves import (
    move_batch,
    move_costly_changeover,
    move_cross,
    move_merge,
    move_reverse,
    move_run,
    move_shift,
    move_swap_batches,
    move_tardy_batch,
)
from planner.search.kernels.chance import below, uniform
from planner.search.kernels.choosing import place_for, tardy_operation
from planner.search.kernels.columns import (
    ANY_COST,
    BEST_COST,
    LOST_PINS,
    OLD_LOST_PINS,
    OP_BATCH,
    SINCE_BEST,
    TOTAL_COST,
    State,
)
from planner.search.kernels.compiling import entry, tight
from planner.search.kernels.flat_lists import keep_best
from planner.search.kernels.kinds import (
    ALONE,
    COSTLY_CHANGEOVER,
    CROSS,
    DEALING,
    EJECT,
    JOIN,
    KINDS,
    MENDING,
    MERGE,
    MOVE_BATCH,
    MOVE_PAIR,
    MOVE_RUN,
    OF_OPERATIONS,
    REVERSE_RUN,
    SHIFT_FAMILY,
    SPLIT,
    SWAP_BATCHES,
    SWAP_OPERATIONS,
    TARDY_BATCH,
    TARDY_JOIN,
)
from planner.search.kernels.operation_moves import (
    move_eject,
    move_join,
    move_split,
    move_swap,
    put_alone,
)
from planner.search.kernels.settling import (
    move_what_delays,
    settle,
    time_exactly,
    undo_move,
)
from planner.search.kernels.undoing import begin_move, keep_move

# The best schedule is copied at most once in this share of as many moves as there are operations.
COPIES_PER_ROUND = 8
# Whether to stop is looked at once in so many moves.
STOP_EVERY = 1024
# So many temperatures above its limit a move of batches is still worth dealing out.
SLACK = 30.0
# Keeps the logarithm of a random number finite.
LEAST_CHANCE = 1e-300
# How many batches beyond the first two a move of several takes at most.
LONG_CHAIN, PAIR = np.int64(7), np.int64(1)


@tight
def draw_kind(s: State, style: FloatArray) -> int:
    """Return a random kind of move; `style` begins with the cumulated shares."""
    draw = uniform(s)
    kind = 0
    while kind < KINDS - 1 and draw >= style[kind]:
        kind += 1
    return kind


@entry
def anneal(
    s: State,
    best: IntArray,
    count: int,
    temperature: float,
    style: FloatArray,
    tried: IntArray,
    taken: IntArray,
    keeps: bool,
    rises: IntArray,
    stop: IntArray,
) -> int:
    """Try `count` moves at one temperature; the best schedule met is copied to the lists `best`.

    `style` holds the cumulated shares of the kinds of move, then of places, then how many moves of
    batches deal operations out and whether moves are mended; `tried` and `taken` count, per kind,
    the moves evaluated and the moves that changed the cost and were kept.
    Unless it `keeps` moves, all are undone, and the rises in cost are written to `rises`, which has
    room for `count`. Returns how many there are. `stop[0]` ends it early.
    Metropolis acceptance (Kirkpatrick, Gelatt, Vecchi 1983).
    """
    scalar = s.scalar
    rest = s.op.shape[0] // COPIES_PER_ROUND
    risen = 0
    for i in range(count):
        if i % STOP_EVERY == 0 and stop[0] != 0:
            break
        kind = draw_kind(s, style)
        before = scalar[TOTAL_COST]
        limit = before
        if not keeps:
            limit = int(ANY_COST)
        elif temperature > 0.0:
            limit -= int(temperature * log(uniform(s) + LEAST_CHANCE))
        begin_move(s)
        # The kinds of move are called right here: with a function between, compiling takes longer.
        o = below(s, s.op.shape[0])
        if kind == TARDY_JOIN or kind == TARDY_BATCH:
            o = tardy_operation(s)
        if o == NONE or s.op[o, OP_BATCH] == NONE:
            continue
        done = False
        if kind == JOIN or kind == TARDY_JOIN:
            done = move_join(s, o)
        elif kind == SWAP_OPERATIONS:
            done = move_swap(s, o)
        elif kind == ALONE:
            done = put_alone(s, o, place_for(s, style, o))
        elif kind == MOVE_BATCH:
            done = move_batch(s, o, place_for(s, style, o))
        elif kind == SWAP_BATCHES:
            done = move_swap_batches(s, o)
        elif kind == MERGE:
            done = move_merge(s, o)
        elif kind == SPLIT:
            done = move_split(s, style, o)
        elif kind == MOVE_RUN:
            done = move_run(s, style, o, LONG_CHAIN)
        elif kind == REVERSE_RUN:
            done = move_reverse(s, o)
        elif kind == TARDY_BATCH:
            done = move_tardy_batch(s, o)
        elif kind == MOVE_PAIR:
            done = move_run(s, style, o, PAIR)
        elif kind == CROSS:
            done = move_cross(s, o)
        elif kind == SHIFT_FAMILY:
            done = move_shift(s, style, o)
        elif kind == EJECT:
            done = move_eject(s, o)
        elif kind == COSTLY_CHANGEOVER:
            done = move_costly_changeover(s, style)
        else:
            done = move_what_delays(s, o)
        if not done:
            undo_move(s)
            continue
        tried[kind] += 1
        if style[MENDING] > 0.0:
            mend_apart(s, style)
        moves_batches = kind not in OF_OPERATIONS
        if keeps and moves_batches and uniform(s) < style[DEALING]:
            if not deal_out_apart(s, limit + int(SLACK * temperature)):
                undo_move(s)
                continue
        good = settle(s, limit) and scalar[TOTAL_COST] <= limit
        good = good and scalar[LOST_PINS] <= scalar[OLD_LOST_PINS]
        delta = scalar[TOTAL_COST] - before
        if not keeps and good and delta > 0:
            rises[risen] = delta
            risen += 1
        if not keeps or not good:
            undo_move(s)
            continue
        if delta > 0 and before < scalar[BEST_COST] and scalar[SINCE_BEST] >= rest:
            # About to leave the best schedule so far: keep it, by stepping back for a moment.
            undo_move(s)
            time_exactly(s)
            if scalar[TOTAL_COST] < scalar[BEST_COST]:
                keep_best(s, best)
            scalar[SINCE_BEST] = 0
            continue
        scalar[SINCE_BEST] += 1
        if delta != 0:
            taken[kind] += 1
        keep_move(s)
    time_exactly(s)
    if scalar[TOTAL_COST] < scalar[BEST_COST]:
        keep_best(s, best)
    return risen
