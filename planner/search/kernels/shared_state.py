"""How `CoupledState.shared` holds resources, runs of one family, upkeep, and the line of batches.

It is one array, because each array that is handed over costs compile time: first single numbers,
then tables. Where a table begins is one of the numbers; the place of a cell is that, plus its row
times the width of the table, plus its column.
"""

# Whether there is anything of all this; whether batches have a line, how long it is and was, and
# the move that it was kept for; whether batches loaded are in order; whether new ones come last in
# the line; how much the batch being timed has taken; how often needs were looked at; how many
# resources there are, most steps of each, and most that one batch takes.
HAS_SHARED, HAS_LINE, LINE_COUNT, OLD_LINE_COUNT, LINE_KEPT = 0, 1, 2, 3, 4
IN_ORDER, APPENDS, TAKEN_COUNT, LOOK = 5, 6, 7, 8
RESOURCES, STEP_ROOM, TAKEN_ROOM = 9, 10, 11
# Where tables begin. Given: limits of each machine, quantity of each operation, first level of each
# resource, levels, needs as in Arrays; needs of operation o on machine k are rows
# [RUN_FIRST + o * m + k] to the next of RUN_NEED, those of a family on a machine likewise.
IN_A_ROW, QUANTITY, LEVEL_FIRST, LEVEL, NEED = 12, 13, 14, 15, 16
RUN_FIRST, RUN_NEED, CHANGE_FIRST, CHANGE_NEED, HELD_FIRST, HELD_NEED = 17, 18, 19, 20, 21, 22
# Changing: steps of what is free of each resource, and how many; batches by rank, as they were
# before the move, and where each stands; what each machine is set up for and has made in a row;
# what the batch being timed has taken; when each need was looked at last.
STEP, STEP_COUNT, LINE, OLD_LINE, PLACE, NOW, TAKEN, LOOKED = 23, 24, 25, 26, 27, 28, 29, 30
# A time before which each operation does not start, as the schedule that was loaded says.
NOT_BEFORE = 31
# Whether batches are timed as if nothing were shared.
RELAXED = 32
# Upkeep. Tables given: that of Arrays, where the upkeeps of each machine begin in it, and the needs
# of upkeep on each machine. Tables that change: of each operation, what is decided of upkeep before
# a batch that it begins, and when the first of that may begin (see BeforeBatch in arrays); of each
# batch, what upkeep is taken for granted before it, and when each upkeep before it was timed.
UPKEEP, UPKEEP_FIRST, UPKEEP_NEED_FIRST, UPKEEP_NEED = 33, 34, 35, 36
DECIDED, UPKEEP_NOT_BEFORE, GRANTED, UPKEEP_TIME = 37, 38, 39, 40
# Numbers: how many upkeeps there are, and most of one machine; cells of what each machine has made;
# what is taken for good while a batch is being timed; upkeep before the batch that is being timed,
# what of it is due too late, and whether the run of its family would be too long; the operation of
# which a move has changed what is decided, what that was, and in which move.
UPKEEPS, MOST_UPKEEPS, NOW_WIDTH, TAKEN_KEPT = 41, 42, 43, 44
STANDING, TOO_LATE, TOO_LONG_A_RUN = 45, 46, 47
CHANGED, CHANGED_FROM, CHANGED_IN = 48, 49, 50
HEAD = 51

# Widths of tables with several columns, and their columns; those of needs are in Arrays.
IN_A_ROW_WIDTH, LEVEL_WIDTH, NEED_WIDTH, STEP_WIDTH, TAKEN_WIDTH = 3, 2, 4, 2, 4
STEP_TIME, STEP_FREE = 0, 1
# What each machine has made: in a row, then since each of its upkeeps, COUNTS cells of each.
NOW_SET_UP, NOW_BATCHES, NOW_UNITS, NOW_QUANTITY, NOW_SINCE = 0, 1, 2, 3, 4
TAKEN_RESOURCE, TAKEN_START, TAKEN_END, TAKEN_AMOUNT = 0, 1, 2, 3
