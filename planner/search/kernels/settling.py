"""Timing after a move, and taking one back, for machines on their own and for coupled ones.

Which of both it is, is known from the type of the state when a kernel is compiled, so that the
kernels of a plain `State` hold no trace of the other, and take no longer to compile or to run.
"""

from typing import Any

from numba.extending import overload

from planner.search.kernels.columns import ANY_COST, BATCH_NEXT, EVERYTHING, TIMING_MODE, State
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import (
    CoupledState,
    clear_routes,
    refresh_ready,
    settle_coupled,
    undo_routes,
)
from planner.search.kernels.critical import move_critical
from planner.search.kernels.links import mark_dirty
from planner.search.kernels.timing import settle_apart
from planner.search.kernels.undoing import begin_move, undo_links


def is_coupled(state: Any) -> bool:
    """Tell whether a type that a kernel is compiled for is that of a coupled state."""
    return getattr(state, "instance_class", None) is CoupledState


def settle(s: Any, limit: Any) -> bool:
    """Time every marked batch and what depends on it, until times meet the old ones again.

    Returns False, with times half done, as soon as the cost is sure to end above `limit`.
    """
    times = settle_coupled if isinstance(s, CoupledState) else settle_apart
    return bool(times(s, limit))


@overload(settle, strict=False)
def _settle(s: Any, limit: Any) -> Any:
    if is_coupled(s):
        return lambda s, limit: settle_coupled(s, limit)
    return lambda s, limit: settle_apart(s, limit)


def undo_times(s: Any) -> None:
    """Put back what a move changed beside links and times of batches."""
    if isinstance(s, CoupledState):
        undo_routes(s)


@overload(undo_times, strict=False)
def _undo_times(s: Any) -> Any:
    return (lambda s: undo_routes(s)) if is_coupled(s) else (lambda s: None)


def forget_times(s: Any) -> None:
    """Forget what an emptied state knows beside links and times of batches."""
    if isinstance(s, CoupledState):
        clear_routes(s)


@overload(forget_times, strict=False)
def _forget_times(s: Any) -> Any:
    return (lambda s: clear_routes(s)) if is_coupled(s) else (lambda s: None)


def note_ready(s: Any, o: int) -> None:
    """Note when operation `o` may start, where that depends on others."""
    if isinstance(s, CoupledState):
        refresh_ready(s, o)


@overload(note_ready, strict=False)
def _note_ready(s: Any, o: Any) -> Any:
    return (lambda s, o: refresh_ready(s, o)) if is_coupled(s) else (lambda s, o: None)


def move_what_delays(s: Any, o: int) -> bool:
    """Move something on the way that makes a late order late, or the last one last.

    There is no such way where machines do not depend on each other.
    """
    return isinstance(s, CoupledState) and bool(move_critical(s, o))


@overload(move_what_delays, strict=False)
def _move_what_delays(s: Any, o: Any) -> Any:
    return (lambda s, o: move_critical(s, o)) if is_coupled(s) else (lambda s, o: False)


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
