"""What it costs to put an operation that is in no batch into each place where it may go."""

from planner.arrays import NONE
from planner.domain import IntArray
from planner.search.kernels.bringing_in import may_go
from planner.search.kernels.columns import (
    ANY_COST,
    BATCH_END,
    BATCH_FIRST,
    BATCH_LAST,
    BATCH_MISSED,
    BATCH_PREVIOUS,
    LOST_PINS,
    NO_ONE,
    OLD_LOST_PINS,
    OP_FAMILY,
    SHORTEST,
    TOTAL_COST,
    WEIGHT_UNPLANNED,
    State,
)
from planner.search.kernels.compiling import entry, inner
from planner.search.kernels.links import attach, mark_dirty, new_batch
from planner.search.kernels.settling import note_ready, settle, undo_move
from planner.search.kernels.undoing import begin_move

# Columns of the answer: where, behind or in the batch of which operation (NONE is first on the
# machine), whether in it, what the whole then costs, and when the operation's batch ends.
PLACE_MACHINE, PLACE_BEHIND, PLACE_INSIDE, PLACE_COST, PLACE_END = 0, 1, 2, 3, 4
PLACE_COLUMNS = 5


@entry
def price_places(s: State, o: int, places: IntArray) -> int:
    """Write each place where operation `o` can be timed into `places`; return how many.

    Left out are places where it could not be timed itself, or a pinned operation would lose its
    place. The state stays as it is.
    """
    count = 0
    note_ready(s, o)
    for k in range(s.machine.shape[0]):
        if s.duration[o, k, SHORTEST] == NONE:
            continue
        place = s.batch[s.slots + k, BATCH_PREVIOUS]
        is_last = False
        while not is_last:
            for inside in range(2):
                if may_go(s, o, place, inside):
                    end = put_there(s, o, k, place, inside)
                    if end >= 0:
                        places[count, PLACE_MACHINE] = k
                        behind = s.batch[place, BATCH_FIRST] if place < s.slots else int(NONE)
                        places[count, PLACE_BEHIND] = behind
                        places[count, PLACE_INSIDE] = inside
                        places[count, PLACE_COST] = s.scalar[TOTAL_COST]
                        places[count, PLACE_END] = end
                        count += 1
                    undo_move(s)
            is_last = place >= s.slots
            place = s.batch[place, BATCH_PREVIOUS]
    return count


@inner
def put_there(s: State, o: int, k: int, place: int, inside: int) -> int:
    """Put operation `o` into batch `place`, or alone behind it; return its batch's end.

    Returns a negative number where it cannot be timed, or a pinned one would lose its place.
    """
    begin_move(s)
    b = place
    if inside:
        attach(s, o, b, s.batch[b, BATCH_LAST])
        mark_dirty(s, b)
    else:
        b = new_batch(s, k, s.op[o, OP_FAMILY], place)
        attach(s, o, b, NO_ONE)
    s.scalar[TOTAL_COST] -= s.scalar[WEIGHT_UNPLANNED]
    if not settle(s, ANY_COST):
        return -1
    if s.batch[b, BATCH_MISSED] > 0 or s.scalar[LOST_PINS] > s.scalar[OLD_LOST_PINS]:
        return -1
    return int(s.batch[b, BATCH_END])
