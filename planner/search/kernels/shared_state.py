"""How `CoupledState.shared` holds resources, runs of one family, upkeep, and the line of batches.

It is one array, because each array that is handed over costs compile time: first single numbers,
then tables. Where a table begins is one of the numbers; the place of a cell is that, plus its row
times the width of the table, plus its column.
"""

# Whether there is anything of all this; whether batches have a line, how long it is and was, and
# the move that it was kept for; whether batches loaded are in order; whether new ones come last in
# the line; how much the batch being timed has taken; how often needs were looked at; how many
# resources there are, the first node that is free, and most that one batch takes.
HAS_SHARED, HAS_LINE, LINE_COUNT, OLD_LINE_COUNT, LINE_KEPT = 0, 1, 2, 3, 4
IN_ORDER, APPENDS, TAKEN_COUNT, LOOK = 5, 6, 7, 8
RESOURCES, FREE_NODE, TAKEN_ROOM = 9, 10, 11
# Where tables begin. Given: limits of each machine, quantity of each operation, first level of each
# resource, levels, needs as in Arrays; needs of operation o on machine k are rows
# [RUN_FIRST + o * m + k] to the next of RUN_NEED, those of a family on a machine likewise.
IN_A_ROW, QUANTITY, LEVEL_FIRST, LEVEL, NEED = 12, 13, 14, 15, 16
RUN_FIRST, RUN_NEED, CHANGE_FIRST, CHANGE_NEED, HELD_FIRST, HELD_NEED = 17, 18, 19, 20, 21, 22
# Changing: all spans, and of each list of them where it begins and how many it has; batches by
# rank, as they were before the move, and where each stands; after each batch (or sentinel: at the
# start) what its machine is set up for and has made in a row; what the batch being timed has taken;
# when each need was looked at last.
SPAN, SPAN_COUNT, LINE, OLD_LINE, PLACE, NOW, TAKEN, LOOKED = 23, 24, 25, 26, 27, 28, 29, 30
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
# Tables: of each list of spans where it begins in all; of each resource the longest span that ends;
# chains of spans; what each batch takes and looks at; spans that hold while free ones are sought.
SPAN_FIRST, LONGEST_SPAN, NODE, OWN, ACTIVE = 51, 52, 53, 54, 55
# Tables for undoing: NOW and OWN as they were, and the batches of which they are kept.
OLD_NOW, OLD_OWN, LOGGED = 56, 57, 58
# How many are kept and for which move; where the line was changed first; how many nodes there are;
# how long a part of time is, as a power of two.
LOGGED_COUNT, LOGGED_IN, LINE_CHANGED, NODE_ROOM, PART_BITS = 59, 60, 61, 62, 63
# Tables: of each resource the parts of time that are touched, and those of which any are. Then how
# many these are, and a bit for each.
TOUCHED, TOUCHED_LIST, TOUCHED_COUNT, TOUCHED_ANY = 64, 65, 66, 67
# What the batch being timed has looked at: a bit for each resource, from when on and until when.
LOOKED_AT, LOOKS_FROM, LOOKS_UNTIL = 68, 69, 70
# A row of NOW as it was before the batch was timed.
WAS = 71
# The first thing taken that moves along with what is being looked for now.
TAKEN_MOVES = 72
# A table: how much work and waiting follows each operation on its route, at least.
AHEAD = 73
HEAD = 74

# Widths of tables with several columns, and their columns; those of needs are in Arrays.
IN_A_ROW_WIDTH, LEVEL_WIDTH, NEED_WIDTH, TAKEN_WIDTH = 3, 2, 4, 4
# What each machine has made: in a row, then since each of its upkeeps, COUNTS cells of each.
NOW_SET_UP, NOW_BATCHES, NOW_UNITS, NOW_QUANTITY, NOW_SINCE = 0, 1, 2, 3, 4
TAKEN_RESOURCE, TAKEN_START, TAKEN_END, TAKEN_AMOUNT = 0, 1, 2, 3
SPAN_START, SPAN_END, SPAN_AMOUNT, SPAN_OWNER, SPAN_WIDTH = 0, 1, 2, 3, 4
# A span in a chain: the list that it stands in, the next one, itself.
NODE_LIST, NODE_NEXT, NODE_SPAN, NODE_WIDTH = 0, 1, 2, 6
# The first node of its chain; what it looked at, from when on, until when; the move that kept it.
OWN_NODES, OWN_LOOKS, OWN_FROM, OWN_UNTIL, OWN_STAMP, OWN_WIDTH = 0, 1, 2, 3, 4, 5
# So many resources have a bit of their own, and so many parts of time there are.
MASK_BITS, PARTS = 62, 60
