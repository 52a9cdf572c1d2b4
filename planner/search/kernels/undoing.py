"""Every row is logged before its first change in a move, so that a refused one is undone exactly.

A move changes links, then batches are timed from the changed ones on until times meet the old ones
again.
"""

from planner.search.kernels.columns import (
    AFTER,
    BATCH,
    BATCH_STAMP,
    BEFORE,
    BEGAN,
    COUNT,
    DIRTIES,
    FREE,
    FREE_SLOTS,
    LINK_STAMP,
    LOAD,
    LOG_BATCH,
    LOG_LINK,
    LOG_TIME,
    LOGGED,
    LOST_PINS,
    MOVE,
    OLD_FREE,
    OLD_PINS,
    OLD_SPAN,
    OLD_TOTAL,
    SPAN,
    START,
    TIME_STAMP,
    TOTAL,
    State,
)
from planner.search.kernels.compiling import inner, tight


@inner
def save_batch(s: State, b: int) -> None:
    """Keep links and sums of batch `b` as they were before this move."""
    if s.batch[b, BATCH_STAMP] >= s.total[BEGAN]:
        return
    s.batch[b, BATCH_STAMP] = s.total[MOVE]
    i = s.total[LOGGED]
    s.log[i] = LOG_BATCH
    s.log[i + 1] = b
    i += 2
    for column in range(START):
        s.log[i + column] = s.batch[b, column]
    i += START
    for column in range(LOAD, s.batch.shape[1]):
        s.log[i] = s.batch[b, column]
        i += 1
    s.total[LOGGED] = i


@tight
def save_time(s: State, b: int) -> None:
    """Keep the times of batch `b` as they were before this move."""
    stamp = s.batch[b, TIME_STAMP]
    s.batch[b, TIME_STAMP] = s.total[MOVE]
    if stamp >= s.total[BEGAN]:
        return
    i = s.total[LOGGED]
    s.log[i] = LOG_TIME
    s.log[i + 1] = b
    i += 2
    for column in range(BATCH_STAMP - START):
        s.log[i + column] = s.batch[b, START + column]
    s.total[LOGGED] = i + BATCH_STAMP - START


@tight
def save_link(s: State, o: int) -> None:
    """Keep the links of operation `o` as they were before this move."""
    if s.op[o, LINK_STAMP] >= s.total[BEGAN]:
        return
    s.op[o, LINK_STAMP] = s.total[MOVE]
    i = s.total[LOGGED]
    s.log[i] = LOG_LINK
    s.log[i + 1] = o
    s.log[i + 2] = s.op[o, AFTER]
    s.log[i + 3] = s.op[o, BEFORE]
    s.log[i + 4] = s.op[o, BATCH]
    s.total[LOGGED] = i + 5


@tight
def begin_move(s: State) -> None:
    """Start a move: nothing logged, nothing dirty."""
    total = s.total
    total[MOVE] += 1
    total[BEGAN] = total[MOVE]
    total[LOGGED] = 0
    total[DIRTIES] = 0
    total[OLD_TOTAL] = total[TOTAL]
    total[OLD_SPAN] = total[SPAN]
    total[OLD_PINS] = total[LOST_PINS]
    total[OLD_FREE] = total[FREE]


@inner
def go_on(s: State) -> None:
    """Go on with a move after it was settled: nothing dirty, and everything can be timed again."""
    s.total[MOVE] += 1
    s.total[DIRTIES] = 0


@tight
def undo_links(s: State) -> None:
    """Put back every row of links and times of batches that the move changed."""
    total = s.total
    i = 0
    while i < total[LOGGED]:
        what = s.log[i]
        row = s.log[i + 1]
        i += 2
        if what == LOG_TIME:
            for column in range(BATCH_STAMP - START):
                s.batch[row, START + column] = s.log[i + column]
            i += BATCH_STAMP - START
        elif what == LOG_LINK:
            s.op[row, AFTER] = s.log[i]
            s.op[row, BEFORE] = s.log[i + 1]
            s.op[row, BATCH] = s.log[i + 2]
            i += 3
        else:
            for column in range(START):
                s.batch[row, column] = s.log[i + column]
            i += START
            for column in range(LOAD, s.batch.shape[1]):
                s.batch[row, column] = s.log[i]
                i += 1
    total[TOTAL] = total[OLD_TOTAL]
    total[SPAN] = total[OLD_SPAN]
    total[LOST_PINS] = total[OLD_PINS]
    total[FREE] = total[OLD_FREE]


@inner
def keep_move(s: State) -> None:
    """Make a move final: slots that it emptied are free again."""
    total = s.total
    batch_entry = 2 + START + s.batch.shape[1] - LOAD
    i = 0
    while i < total[LOGGED]:
        what = s.log[i]
        if what == LOG_TIME:
            i += 2 + BATCH_STAMP - START
        elif what == LOG_LINK:
            i += 5
        else:
            b = s.log[i + 1]
            if b < s.slots and s.batch[b, COUNT] == 0:
                s.lists[FREE_SLOTS, total[FREE]] = b
                total[FREE] += 1
            i += batch_entry
