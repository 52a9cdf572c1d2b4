"""Annealing at one temperature: try moves, accept or undo each, keep the best schedule met."""

from math import log

from planner.arrays import NONE
from planner.domain import FloatArray, IntArray
from planner.search.kernels.batch_moves import (
    move_batch,
    move_cross,
    move_dear_batch,
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
    BATCH,
    BEST,
    DEALING,
    KINDS,
    LONG_CHAIN,
    LOST_PINS,
    OLD_PINS,
    PAIR,
    SINCE_BEST,
    SLACK,
    TOTAL,
    State,
)
from planner.search.kernels.compiling import entry, tight
from planner.search.kernels.dealing import deal_out
from planner.search.kernels.flat_lists import keep_best
from planner.search.kernels.operation_moves import (
    move_eject,
    move_join,
    move_split,
    move_swap,
    put_alone,
)
from planner.search.kernels.settling import move_what_delays, settle, undo_move
from planner.search.kernels.undoing import begin_move, keep_move


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
    rises: IntArray,
    stop: IntArray,
) -> int:
    """Try `count` moves at one temperature; the best schedule met is copied to the lists `best`.

    `style` holds the cumulated shares of the kinds of move, then of places, then how many moves of
    batches deal operations out; `tried` and `taken` count, per kind, the moves evaluated and the
    moves that changed the cost and were kept.
    Where `rises` has room (for `count`), no move is kept, and the rises in cost are written there.
    Returns how many moves raised it. `stop[0]` ends it early.
    Metropolis acceptance (Kirkpatrick, Gelatt, Vecchi 1983).
    """
    total = s.total
    rest = s.op.shape[0] // 8
    keeps = rises.shape[0] == 0
    risen = 0
    for i in range(count):
        if (i & 1023) == 0 and stop[0] != 0:
            break
        kind = draw_kind(s, style)
        before = total[TOTAL]
        limit = before
        if not keeps:
            limit = int(ANY_COST)
        elif temperature > 0.0:
            limit -= int(temperature * log(uniform(s) + 1e-300))
        begin_move(s)
        # The kinds of move are called right here: with a function between, compiling takes longer.
        o = below(s, s.op.shape[0])
        if kind == 9 or kind == 10:
            o = tardy_operation(s)
        if o == NONE or s.op[o, BATCH] == NONE:
            continue
        done = False
        if kind == 0 or kind == 9:
            done = move_join(s, o)
        elif kind == 1:
            done = move_swap(s, o)
        elif kind == 2:
            done = put_alone(s, o, place_for(s, style, o))
        elif kind == 3:
            done = move_batch(s, o, place_for(s, style, o))
        elif kind == 4:
            done = move_swap_batches(s, o)
        elif kind == 5:
            done = move_merge(s, o)
        elif kind == 6:
            done = move_split(s, style, o)
        elif kind == 7:
            done = move_run(s, style, o, LONG_CHAIN)
        elif kind == 8:
            done = move_reverse(s, o)
        elif kind == 10:
            done = move_tardy_batch(s, o)
        elif kind == 11:
            done = move_run(s, style, o, PAIR)
        elif kind == 12:
            done = move_cross(s, o)
        elif kind == 13:
            done = move_shift(s, style, o)
        elif kind == 14:
            done = move_eject(s, o)
        elif kind == 15:
            done = move_dear_batch(s, style)
        else:
            done = move_what_delays(s, o)
        if not done:
            undo_move(s)
            continue
        tried[kind] += 1
        moves_batches = kind not in (0, 1, 9, 14, 16)
        if keeps and moves_batches and uniform(s) < style[DEALING]:
            if not deal_out(s, limit + int(SLACK * temperature)):
                undo_move(s)
                continue
        good = settle(s, limit) and total[TOTAL] <= limit and total[LOST_PINS] <= total[OLD_PINS]
        delta = total[TOTAL] - before
        if not keeps and good and delta > 0:
            rises[risen] = delta
            risen += 1
        if not keeps or not good:
            undo_move(s)
            continue
        if delta > 0 and before < total[BEST] and total[SINCE_BEST] >= rest:
            # About to leave the best schedule so far: keep it, by stepping back for a moment.
            undo_move(s)
            keep_best(s, best)
            total[SINCE_BEST] = 0
            continue
        total[SINCE_BEST] += 1
        if delta != 0:
            taken[kind] += 1
        keep_move(s)
    if total[TOTAL] < total[BEST]:
        keep_best(s, best)
    return risen
