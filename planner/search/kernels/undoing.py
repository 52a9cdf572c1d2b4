"""Every row is logged before its first change in a move, so that a refused one is undone exactly.

A move changes links, then batches are timed from the changed ones on until times meet the old ones
again.
"""

from planner.search.kernels.columns import (
    BATCH_COUNT,
    BATCH_LINK_STAMP,
    BATCH_LOAD,
    BATCH_START,
    BATCH_TIME_STAMP,
    DIRTY_COUNT,
    FREE_COUNT,
    FREE_SLOTS,
    LAST_END,
    LINK_COLUMNS,
    LOG_BATCH,
    LOG_HEAD,
    LOG_LENGTH,
    LOG_LINK,
    LOG_TIME,
    LOGGED_LINKS,
    LOST_PINS,
    MOVE_BEGAN,
    MOVE_NUMBER,
    OLD_COST,
    OLD_FREE_COUNT,
    OLD_LAST_END,
    OLD_LOST_PINS,
    OP_AFTER,
    OP_BATCH,
    OP_BEFORE,
    OP_LINK_STAMP,
    TIME_COLUMNS,
    TOTAL_COST,
    State,
)
from planner.search.kernels.compiling import inner, tight


@inner
def save_batch(s: State, b: int) -> None:
    """Keep links and sums of batch `b` as they were before this move."""
    if s.batch[b, BATCH_LINK_STAMP] >= s.scalar[MOVE_BEGAN]:
        return
    s.batch[b, BATCH_LINK_STAMP] = s.scalar[MOVE_NUMBER]
    i = s.scalar[LOG_LENGTH]
    s.log[i] = LOG_BATCH
    s.log[i + 1] = b
    i += LOG_HEAD
    for column in range(LINK_COLUMNS):
        s.log[i + column] = s.batch[b, column]
    i += LINK_COLUMNS
    for column in range(BATCH_LOAD, s.batch.shape[1]):
        s.log[i] = s.batch[b, column]
        i += 1
    s.scalar[LOG_LENGTH] = i


@tight
def save_time(s: State, b: int) -> None:
    """Keep the times of batch `b` as they were before this move."""
    stamp = s.batch[b, BATCH_TIME_STAMP]
    s.batch[b, BATCH_TIME_STAMP] = s.scalar[MOVE_NUMBER]
    if stamp >= s.scalar[MOVE_BEGAN]:
        return
    i = s.scalar[LOG_LENGTH]
    s.log[i] = LOG_TIME
    s.log[i + 1] = b
    i += LOG_HEAD
    for column in range(TIME_COLUMNS):
        s.log[i + column] = s.batch[b, BATCH_START + column]
    s.scalar[LOG_LENGTH] = i + TIME_COLUMNS


@tight
def save_link(s: State, o: int) -> None:
    """Keep the links of operation `o` as they were before this move."""
    if s.op[o, OP_LINK_STAMP] >= s.scalar[MOVE_BEGAN]:
        return
    s.op[o, OP_LINK_STAMP] = s.scalar[MOVE_NUMBER]
    i = s.scalar[LOG_LENGTH]
    s.log[i] = LOG_LINK
    s.log[i + 1] = o
    i += LOG_HEAD
    s.log[i] = s.op[o, OP_AFTER]
    s.log[i + 1] = s.op[o, OP_BEFORE]
    s.log[i + 2] = s.op[o, OP_BATCH]
    s.scalar[LOG_LENGTH] = i + LOGGED_LINKS


@tight
def begin_move(s: State) -> None:
    """Start a move: nothing logged, nothing dirty."""
    scalar = s.scalar
    scalar[MOVE_NUMBER] += 1
    scalar[MOVE_BEGAN] = scalar[MOVE_NUMBER]
    scalar[LOG_LENGTH] = 0
    scalar[DIRTY_COUNT] = 0
    scalar[OLD_COST] = scalar[TOTAL_COST]
    scalar[OLD_LAST_END] = scalar[LAST_END]
    scalar[OLD_LOST_PINS] = scalar[LOST_PINS]
    scalar[OLD_FREE_COUNT] = scalar[FREE_COUNT]


@inner
def continue_move(s: State) -> None:
    """Go on with a move after it was settled: nothing dirty, and everything can be timed again."""
    s.scalar[MOVE_NUMBER] += 1
    s.scalar[DIRTY_COUNT] = 0


@tight
def undo_links(s: State) -> None:
    """Put back every row of links and times of batches that the move changed."""
    scalar = s.scalar
    i = 0
    while i < scalar[LOG_LENGTH]:
        what = s.log[i]
        row = s.log[i + 1]
        i += LOG_HEAD
        if what == LOG_TIME:
            for column in range(TIME_COLUMNS):
                s.batch[row, BATCH_START + column] = s.log[i + column]
            i += TIME_COLUMNS
        elif what == LOG_LINK:
            s.op[row, OP_AFTER] = s.log[i]
            s.op[row, OP_BEFORE] = s.log[i + 1]
            s.op[row, OP_BATCH] = s.log[i + 2]
            i += LOGGED_LINKS
        else:
            for column in range(LINK_COLUMNS):
                s.batch[row, column] = s.log[i + column]
            i += LINK_COLUMNS
            for column in range(BATCH_LOAD, s.batch.shape[1]):
                s.batch[row, column] = s.log[i]
                i += 1
    scalar[TOTAL_COST] = scalar[OLD_COST]
    scalar[LAST_END] = scalar[OLD_LAST_END]
    scalar[LOST_PINS] = scalar[OLD_LOST_PINS]
    scalar[FREE_COUNT] = scalar[OLD_FREE_COUNT]


@inner
def keep_move(s: State) -> None:
    """Make a move final: slots that it emptied are free again."""
    scalar = s.scalar
    batch_entry = LOG_HEAD + LINK_COLUMNS + s.batch.shape[1] - BATCH_LOAD
    i = 0
    while i < scalar[LOG_LENGTH]:
        what = s.log[i]
        if what == LOG_TIME:
            i += LOG_HEAD + TIME_COLUMNS
        elif what == LOG_LINK:
            i += LOG_HEAD + LOGGED_LINKS
        else:
            b = s.log[i + 1]
            if b < s.slots and s.batch[b, BATCH_COUNT] == 0:
                s.lists[FREE_SLOTS, scalar[FREE_COUNT]] = b
                scalar[FREE_COUNT] += 1
            i += batch_entry
