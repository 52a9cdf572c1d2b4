"""Timing after a move, and taking one back, for machines on their own and for coupled ones.

Which of both it is, is known from the type of the state when a kernel is compiled, so that the
kernels of a plain `State` hold no trace of the other, and take no longer to compile or to run.
"""

from typing import Any

from numba.extending import overload

from planner.domain import IntArray
from planner.search.kernels.chance import below
from planner.search.kernels.columns import (
    ANY_COST,
    BATCH_NEXT,
    CHANGE_UNITS,
    EVERYTHING,
    TIMING_MODE,
    State,
)
from planner.search.kernels.compiling import inner
from planner.search.kernels.cost import changeover_place
from planner.search.kernels.coupled import (
    HAS_MOST_WAITS,
    CoupledState,
    clear_routes,
    refresh_ready,
    settle_coupled,
    undo_routes,
)
from planner.search.kernels.critical import move_critical
from planner.search.kernels.critical_shared import move_waiting
from planner.search.kernels.lining import (
    clear_line,
    copy_line,
    note_rows,
    settle_shared,
    undo_line,
)
from planner.search.kernels.links import mark_dirty
from planner.search.kernels.shared_state import HAS_SHARED, UPKEEPS
from planner.search.kernels.timing import settle_apart
from planner.search.kernels.undoing import begin_move, undo_links
from planner.search.kernels.upkeep import move_upkeep
from planner.search.kernels.upkeep_counts import shortest_way

# Of the moves of what delays, one in so many changes upkeep instead.
UPKEEP_ONE_IN = 4
# Of the others, one in so many is of what is waited for because machines share.
WAITING_ONE_IN = 2


def is_coupled(state: Any) -> bool:
    """Tell whether a type that a kernel is compiled for is that of a coupled state."""
    return getattr(state, "instance_class", None) is CoupledState


@inner
def settle_tied(s: CoupledState, limit: int) -> bool:
    """Time what depends on each other: by routes alone, or also by what machines share."""
    if s.shared[HAS_SHARED]:
        return settle_shared(s, limit)
    return settle_coupled(s, limit)


@inner
def undo_tied(s: CoupledState) -> None:
    """Put back what a move changed of routes and of the line."""
    undo_routes(s)
    if s.shared[HAS_SHARED]:
        undo_line(s)


@inner
def clear_tied(s: CoupledState) -> None:
    """Forget routes and the line."""
    clear_routes(s)
    clear_line(s)


@inner
def copy_tied(s: CoupledState, flat: IntArray) -> int:
    """Write the lists flat in their order where that counts, else nothing; return how many rows."""
    return copy_line(s, flat) if s.shared[HAS_SHARED] else 0


def settle(s: Any, limit: Any) -> bool:
    """Time every marked batch and what depends on it, until times meet the old ones again.

    Returns False, with times half done, as soon as the cost is sure to end above `limit`.
    """
    times = settle_tied if isinstance(s, CoupledState) else settle_apart
    return bool(times(s, limit))


@overload(settle, strict=False)
def _settle(s: Any, limit: Any) -> Any:
    if is_coupled(s):
        return lambda s, limit: settle_tied(s, limit)
    return lambda s, limit: settle_apart(s, limit)


def undo_times(s: Any) -> None:
    """Put back what a move changed beside links and times of batches."""
    if isinstance(s, CoupledState):
        undo_tied(s)


@overload(undo_times, strict=False)
def _undo_times(s: Any) -> Any:
    return (lambda s: undo_tied(s)) if is_coupled(s) else (lambda s: None)


def forget_times(s: Any) -> None:
    """Forget what an emptied state knows beside links and times of batches."""
    if isinstance(s, CoupledState):
        clear_tied(s)


@overload(forget_times, strict=False)
def _forget_times(s: Any) -> Any:
    return (lambda s: clear_tied(s)) if is_coupled(s) else (lambda s: None)


def copy_ordered(s: Any, flat: Any) -> int:
    """Write the lists flat in the order in which batches begin, where that counts.

    Returns how many rows there are, 0 where it does not.
    """
    return int(copy_tied(s, flat)) if isinstance(s, CoupledState) else 0


@overload(copy_ordered, strict=False)
def _copy_ordered(s: Any, flat: Any) -> Any:
    return (lambda s, flat: copy_tied(s, flat)) if is_coupled(s) else (lambda s, flat: 0)


def note_order(s: Any, flat: Any) -> None:
    """Note whether the batches of `flat`, with which `s` has been filled, begin in its order."""
    if isinstance(s, CoupledState):
        note_rows(s, flat)


@overload(note_order, strict=False)
def _note_order(s: Any, flat: Any) -> Any:
    return (lambda s, flat: note_rows(s, flat)) if is_coupled(s) else (lambda s, flat: None)


def note_ready(s: Any, o: int) -> None:
    """Note when operation `o` may start, where that depends on others."""
    if isinstance(s, CoupledState):
        refresh_ready(s, o)


@overload(note_ready, strict=False)
def _note_ready(s: Any, o: Any) -> Any:
    return (lambda s, o: refresh_ready(s, o)) if is_coupled(s) else (lambda s, o: None)


@inner
def move_tied(s: CoupledState, o: int) -> bool:
    """Move something on a critical way; now and then change upkeep, where there is any.

    Where machines share, half of the time change who comes first of those that wait.
    """
    if s.shared[UPKEEPS] and below(s, UPKEEP_ONE_IN) == 0 and move_upkeep(s, o):
        return True
    if s.shared[HAS_SHARED] and below(s, WAITING_ONE_IN) == 0 and move_waiting(s):
        return True
    return move_critical(s, o)


def move_what_delays(s: Any, o: int) -> bool:
    """Move something on the way that makes a late order late, or the last one last.

    Or change upkeep. There is no such way where machines do not depend on each other.
    """
    return isinstance(s, CoupledState) and bool(move_tied(s, o))


@overload(move_what_delays, strict=False)
def _move_what_delays(s: Any, o: Any) -> Any:
    return (lambda s, o: move_tied(s, o)) if is_coupled(s) else (lambda s, o: False)


@inner
def tied_change(s: CoupledState, k: int, set_up: int, family: int) -> int:
    """Return the least working units from one family to another, over upkeep where that is less."""
    if s.shared[UPKEEPS]:
        return shortest_way(s, k, set_up, family)
    return s.change[changeover_place(s, k, set_up, family) + CHANGE_UNITS]


def least_change(s: Any, k: int, set_up: int, family: int) -> int:
    """Return the least working units of machine `k` from `set_up` to `family`, upkeep included."""
    if isinstance(s, CoupledState):
        return int(tied_change(s, k, set_up, family))
    return int(s.change[changeover_place(s, k, set_up, family) + CHANGE_UNITS])


@overload(least_change, strict=False)
def _least_change(s: Any, k: Any, set_up: Any, family: Any) -> Any:
    if is_coupled(s):
        return lambda s, k, set_up, family: tied_change(s, k, set_up, family)
    return lambda s, k, set_up, family: s.change[
        changeover_place(s, k, set_up, family) + CHANGE_UNITS
    ]


@inner
def undo_move(s: State) -> None:
    """Put back every row that the move changed."""
    undo_links(s)
    undo_times(s)


@inner
def time_all(s: State) -> None:
    """Time every batch."""
    begin_move(s)
    for k in range(s.machine.shape[0]):
        mark_dirty(s, s.batch[s.slots + k, BATCH_NEXT])
    mode = s.scalar[TIMING_MODE]
    s.scalar[TIMING_MODE] = mode + EVERYTHING
    settle(s, ANY_COST)
    s.scalar[TIMING_MODE] = mode


@inner
def time_held(s: CoupledState) -> None:
    """Time every batch where something may be held back longer than need be."""
    if s.note[HAS_MOST_WAITS] and not s.shared[HAS_SHARED]:
        time_all(s)


def time_exactly(s: Any) -> None:
    """Let every batch be timed as early as all waits allow, where it may not be."""
    if isinstance(s, CoupledState):
        time_held(s)


@overload(time_exactly, strict=False)
def _time_exactly(s: Any) -> Any:
    return (lambda s: time_held(s)) if is_coupled(s) else (lambda s: None)
