"""The layout of what a `CoupledState` knows of resources, runs of one family and upkeep."""

import numpy as np

from planner.arrays import (
    CHANGEOVER,
    COUNTS,
    NEED_DURING,
    NONE,
    SET_UP,
    UPKEEP_MACHINE,
    Arrays,
    has_shared,
)
from planner.domain import IntArray
from planner.search.kernels import shared_state

# Steps and things taken that are there beside those of batches.
SPARE = 8


def shared(arrays: Arrays, rows: int) -> IntArray:
    """Return the resources and limits of `arrays` for a state with `rows` batches and sentinels."""
    steps, taken = _room(arrays, rows)
    tables = _tables(arrays, rows, steps, taken)
    head = _zeros(shared_state.HEAD)
    first = shared_state.HEAD
    for place, table in tables.items():
        head[place] = first
        first += table.size
    head[shared_state.HAS_SHARED] = has_shared(arrays)
    head[shared_state.LINE_KEPT] = NONE
    head[shared_state.RESOURCES] = _resources(arrays)
    head[shared_state.STEP_ROOM], head[shared_state.TAKEN_ROOM] = steps, taken
    head[shared_state.UPKEEPS] = len(arrays.upkeep)
    head[shared_state.MOST_UPKEEPS] = _upkeeps(arrays)
    head[shared_state.NOW_WIDTH] = _width(arrays)
    head[shared_state.CHANGED_IN] = NONE
    return np.concatenate((head, *(table.ravel() for table in tables.values())))


def _tables(arrays: Arrays, rows: int, steps: int, taken: int) -> dict[int, IntArray]:
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
        shared_state.STEP: _zeros(resources * steps * shared_state.STEP_WIDTH),
        shared_state.STEP_COUNT: _zeros(resources),
        shared_state.LINE: _zeros(rows),
        shared_state.OLD_LINE: _zeros(rows),
        shared_state.PLACE: np.full(rows, NONE, dtype=np.int64),
        shared_state.NOW: _zeros(rows * _width(arrays)),
        shared_state.TAKEN: _zeros(taken * shared_state.TAKEN_WIDTH),
        shared_state.LOOKED: _zeros(len(arrays.need)),
        shared_state.NOT_BEFORE: _zeros(len(arrays.family)),
        **_upkeep_tables(arrays, rows),
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


def _room(arrays: Arrays, rows: int) -> tuple[int, int]:
    """Return the most steps that a resource may have, and the most spans that one batch may take.

    Each span that is taken begins and ends a step, or does so where a machine opens or closes.
    """
    count, machines = arrays.shortest.shape
    edges = 2 * len(arrays.window_start)
    of_run = _most(arrays.run_needs[:, 0] * machines + arrays.run_needs[:, 1], count * machines)
    families = arrays.changeover_minutes.shape[2]
    of_family = _most(
        arrays.family_needs[:, 0] * families + arrays.family_needs[:, 1], machines * families
    )
    # Each upkeep before a batch needs what upkeep needs, and may set the machine up for a family.
    of_upkeep = _upkeeps(arrays) * (_most(arrays.upkeep_needs[:, 0], 1) + 2 * of_family)
    levels = _most(arrays.level[:, 0], 1)
    steps = levels + edges + 2 * (count * of_run + rows * (of_family + of_upkeep))
    taken = (count + edges) * of_run + (edges + SPARE) * (of_family + of_upkeep)
    return steps + SPARE, taken + SPARE


def _most(place: IntArray, places: int) -> int:
    return int(np.bincount(place, minlength=places).max(initial=0))


def _zeros(*shape: int) -> IntArray:
    return np.zeros(shape, dtype=np.int64)
