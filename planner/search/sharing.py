"""The layout of what a `CoupledState` knows of resources, runs of one family and upkeep."""

import numpy as np

from planner.arrays import (
    CHANGEOVER,
    COUNTS,
    IMPOSSIBLE,
    NEED_DURING,
    NEED_RESOURCE,
    NONE,
    SET_UP,
    UPKEEP_MACHINE,
    UPKEEP_UNITS,
    Arrays,
    has_shared,
)
from planner.domain import IntArray
from planner.routes import tails
from planner.search.kernels import shared_state

# Spans that there is room for beside those of batches.
SPARE = 8


def shared(arrays: Arrays, rows: int) -> IntArray:
    """Return the resources and limits of `arrays` for a state with `rows` batches and sentinels."""
    rooms = _rooms(arrays, rows)
    tables = _tables(arrays, rows, rooms)
    head = _zeros(shared_state.HEAD)
    first = shared_state.HEAD
    for place, table in tables.items():
        head[place] = first
        first += table.size
    tables[shared_state.SPAN_FIRST] += head[shared_state.SPAN]
    head[shared_state.HAS_SHARED] = has_shared(arrays)
    head[[shared_state.LINE_KEPT, shared_state.LOGGED_IN]] = NONE
    head[shared_state.RESOURCES] = _resources(arrays)
    head[shared_state.TAKEN_ROOM] = _most_taken(rooms)
    head[shared_state.NODE_ROOM] = _nodes(rooms)
    head[shared_state.UPKEEPS] = len(arrays.upkeep)
    head[shared_state.MOST_UPKEEPS] = _upkeeps(arrays)
    head[shared_state.NOW_WIDTH] = _width(arrays)
    head[shared_state.CHANGED_IN] = NONE
    return np.concatenate((head, *(table.ravel() for table in tables.values())))


def _tables(arrays: Arrays, rows: int, rooms: IntArray) -> dict[int, IntArray]:
    """Return each table by the number that says where it begins."""
    machines, families = len(arrays.process), arrays.changeover_minutes.shape[2]
    resources = _resources(arrays)
    run_first, run_need = _listed(
        arrays.run_needs[:, 0] * machines + arrays.run_needs[:, 1],
        arrays.run_needs[:, 2],
        len(arrays.family) * machines,
    )
    during = arrays.need[arrays.family_needs[:, 2], NEED_DURING]
    lists: list[IntArray] = []
    for code in (CHANGEOVER, SET_UP):
        machine, family, row = arrays.family_needs[during == code].T
        lists += _listed(machine * (families + 1) + family, row, machines * (families + 1))
    return {
        shared_state.IN_A_ROW: arrays.in_a_row,
        shared_state.QUANTITY: arrays.quantity,
        shared_state.LEVEL_FIRST: np.searchsorted(arrays.level[:, 0], np.arange(resources + 1)),
        shared_state.LEVEL: arrays.level[:, 1:],
        shared_state.NEED: arrays.need,
        shared_state.RUN_FIRST: run_first,
        shared_state.RUN_NEED: run_need,
        shared_state.CHANGE_FIRST: lists[0],
        shared_state.CHANGE_NEED: lists[1],
        shared_state.HELD_FIRST: lists[2],
        shared_state.HELD_NEED: lists[3],
        shared_state.NOT_BEFORE: _zeros(len(arrays.family)),
        shared_state.AHEAD: tails(arrays),
        **_span_tables(rooms),
        **_changing_tables(arrays, rows, rooms),
        **_upkeep_tables(arrays, rows),
    }


def _changing_tables(arrays: Arrays, rows: int, rooms: IntArray) -> dict[int, IntArray]:
    """Return the tables of batches, of the line that they stand in, and of what a move touches."""
    resources = _resources(arrays)
    return {
        shared_state.LINE: _zeros(rows),
        shared_state.OLD_LINE: _zeros(rows),
        shared_state.PLACE: np.full(rows, NONE, dtype=np.int64),
        shared_state.NOW: _zeros(rows * _width(arrays)),
        shared_state.OLD_NOW: _zeros(rows * _width(arrays)),
        shared_state.WAS: _zeros(_width(arrays)),
        shared_state.OWN: _zeros(rows * shared_state.OWN_WIDTH),
        shared_state.OLD_OWN: _zeros(rows * shared_state.OWN_WIDTH),
        shared_state.LOGGED: _zeros(rows),
        shared_state.TAKEN: _zeros(_most_taken(rooms) * shared_state.TAKEN_WIDTH),
        shared_state.TOUCHED: _zeros(resources),
        shared_state.TOUCHED_LIST: _zeros(resources),
        shared_state.LOOKED: _zeros(len(arrays.need)),
    }


def _upkeep_tables(arrays: Arrays, rows: int) -> dict[int, IntArray]:
    machines = len(arrays.process)
    need_first, need = _listed(arrays.upkeep_needs[:, 0], arrays.upkeep_needs[:, 1], machines)
    return {
        shared_state.UPKEEP: arrays.upkeep,
        shared_state.UPKEEP_FIRST: np.searchsorted(
            arrays.upkeep[:, UPKEEP_MACHINE], np.arange(machines + 1)
        ),
        shared_state.UPKEEP_NEED_FIRST: need_first,
        shared_state.UPKEEP_NEED: need,
        shared_state.DECIDED: _zeros(len(arrays.family)),
        shared_state.UPKEEP_NOT_BEFORE: _zeros(len(arrays.family)),
        shared_state.GRANTED: _zeros(rows * 2),
        shared_state.UPKEEP_TIME: _zeros(rows * _upkeeps(arrays) * 2),
    }


def _upkeeps(arrays: Arrays) -> int:
    """Return the most upkeeps that one machine has."""
    return _most(arrays.upkeep[:, UPKEEP_MACHINE], 1)


def _width(arrays: Arrays) -> int:
    return shared_state.NOW_SINCE + COUNTS * _upkeeps(arrays)


def _resources(arrays: Arrays) -> int:
    return len(np.unique(arrays.level[:, 0]))


def _listed(place: IntArray, row: IntArray, places: int) -> tuple[IntArray, IntArray]:
    """Return the rows of each place one after the other, and where those of each begin."""
    by_place = np.argsort(place, kind="stable")
    first = np.searchsorted(place[by_place], np.arange(places + 1))
    return first.astype(np.int64), np.array(row[by_place], dtype=np.int64)


def _span_tables(rooms: IntArray) -> dict[int, IntArray]:
    """Return the tables that hold spans; where each list begins is counted from the first one."""
    resources = rooms.shape[1]
    lists = (rooms[:2] + SPARE).ravel()
    first = np.cumsum(lists) - lists
    return {
        shared_state.SPAN: _zeros(int(lists.sum()) * shared_state.SPAN_WIDTH),
        shared_state.SPAN_FIRST: first * shared_state.SPAN_WIDTH,
        shared_state.SPAN_COUNT: _zeros(2 * resources),
        shared_state.LONGEST_SPAN: _zeros(resources),
        shared_state.NODE: _zeros((_nodes(rooms) + 1) * shared_state.NODE_WIDTH),
        shared_state.ACTIVE: _zeros(2 * int(lists.max(initial=1))),
    }


def _rooms(arrays: Arrays, rows: int) -> IntArray:
    """Return how many spans there are at most of each resource: that end, that do not, in a batch.

    Rows are these three, columns resources.
    """
    machines, families = len(arrays.process), arrays.changeover_minutes.shape[2]
    operation, machine, run = arrays.run_needs.T
    held = arrays.need[arrays.family_needs[:, 2], NEED_DURING] == SET_UP
    pieces, upkeeps = _most_pieces(arrays), _upkeeps(arrays)
    rooms = _zeros(3, _resources(arrays))
    for r in range(rooms.shape[1]):
        ours = arrays.need[run, NEED_RESOURCE] == r
        runs = len(np.unique(operation[ours]))
        runs *= pieces * _most(operation[ours] * machines + machine[ours], 1)
        needs = arrays.need[arrays.family_needs[:, 2], NEED_RESOURCE] == r
        place = arrays.family_needs[:, 0] * (families + 1) + arrays.family_needs[:, 1]
        kept = arrays.need[arrays.upkeep_needs[:, 1], NEED_RESOURCE] == r
        changes = pieces * _most(place[needs & ~held], 1)
        changes += pieces * upkeeps * _most(arrays.upkeep_needs[kept, 0], 1)
        # Each upkeep before a batch may set the machine up for a family as well.
        holds = 2 * (1 + upkeeps) * _most(place[needs & held], 1)
        rooms[:, r] = runs + rows * changes, rows * holds, runs + changes + holds
    return rooms


def _most_taken(rooms: IntArray) -> int:
    return int(rooms[2].sum()) + SPARE


def _nodes(rooms: IntArray) -> int:
    """Return how many spans are kept: those of all batches, and those of before a move."""
    return 2 * int(rooms[:2].sum()) + _most_taken(rooms)


def _most_pieces(arrays: Arrays) -> int:
    """Return into how many windows a span may be cut where machines pause."""
    found = 1
    change = arrays.changeover_minutes
    other = max(
        int(change[change < IMPOSSIBLE].max(initial=0)),
        int(arrays.upkeep[:, UPKEEP_UNITS].max(initial=0)),
    )
    for machine in np.flatnonzero(arrays.pausable).tolist():
        rows = slice(arrays.window_first[machine], arrays.window_first[machine + 1])
        work = np.cumsum(arrays.window_end[rows] - arrays.window_start[rows])
        longest = max(other, int(arrays.shortest[:, machine].max(initial=0)))
        # From the last unit of a window on: the windows that as much work as this reaches into.
        last = np.searchsorted(work, work - 1 + longest)
        found = max(found, int((last - np.arange(len(work))).max(initial=0)) + 1)
    return found


def _most(place: IntArray, places: int) -> int:
    return int(np.bincount(place, minlength=places).max(initial=0))


def _zeros(*shape: int) -> IntArray:
    return np.zeros(shape, dtype=np.int64)
