"""Construction by apparent tardiness cost with changeovers, for batches too.

Whenever a machine is free it takes what is worth most now: for its weight, its time, how soon it is
due, what it needs to change over and how long it must be waited for. Single operations by ATCS
(Lee, Bhaskaran, Pinedo, IIE Transactions 29, 1997), with waiting as in ATCSR (Pfund et al.,
Computers & Operations Research 35, 2008); batches by the sum over what they hold, as in BATC
(Mehta, Uzsoy, IIE Transactions 30, 1998).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.arrays import IMPOSSIBLE, NONE, Arrays, Sequences, is_coupled, weights_of
from planner.domain import FloatArray, IntArray
from planner.search.baselines import completed
from planner.search.kernels.apparent_cost import (
    DESK_LOAD,
    DESK_SET_UP,
    DESK_WINDOW,
    LINK_AFTER,
    LINK_BEFORE,
    MACHINE_CAPACITY,
    MACHINE_FIRST_WINDOW,
    MACHINE_INITIAL,
    MOST_BATCH,
    Desk,
    Setting,
    Shop,
    construct,
)
from planner.search.state import by_due

# How far ahead a due date counts, in mean durations, and how little a changeover counts: the
# settings that were best most often come first. Of more operations fewer are tried.
SETTINGS = (
    (2.0, 0.1),
    (6.0, 0.05),
    (0.5, 0.1),
    (6.0, 0.1),
    (2.0, 0.5),
    (20.0, 0.05),
    (0.5, 0.5),
    (2.0, 0.05),
)
OPERATIONS_TRIED = 20_000
LEAST_SETTINGS = 2
WAITING_FACTOR = 0.3
# Comparisons that one construction may take.
MOST_COMPARED = 50_000_000


def constructions(arrays: Arrays) -> Iterator[Sequences]:
    """Yield what the rule makes of `arrays`, once per setting.

    Nothing where even one look at the first of each class, for each operation, is too much.
    """
    count = len(arrays.family)
    # The rule knows no routes; `planner.search.listing` does.
    if is_coupled(arrays):
        return
    if not (arrays.shortest != NONE).any():
        return
    shop = shop_of(arrays)
    if count * len(shop.class_family) > MOST_COMPARED:
        return
    for look_ahead, changeover in SETTINGS[: max(LEAST_SETTINGS, OPERATIONS_TRIED // count)]:
        yield constructed(arrays, shop, look_ahead, changeover)


def constructed(arrays: Arrays, shop: Shop, look_ahead: float, changeover: float) -> Sequences:
    """Return the sequences of one setting; what found no place is added by due date."""
    mean = float(arrays.shortest[arrays.shortest != NONE].mean())
    classes = max(1, len(shop.class_family))
    setting = Setting(
        look_ahead=max(1.0, look_ahead * mean),
        changeover=changeover,
        waiting=max(1.0, WAITING_FACTOR * mean),
        compared=max(1, MOST_COMPARED // (len(arrays.family) * classes)),
    )
    desk = desk_of(shop)
    count = construct(shop, desk, setting)
    lists: list[list[list[int]]] = [[] for _ in arrays.process]
    for operation, machine, begins in desk.taken[:count].tolist():
        if begins:
            lists[machine].append([])
        lists[machine][-1].append(operation)
    made = tuple(tuple(tuple(batch) for batch in batches) for batches in lists)
    return completed(arrays, made)


def shop_of(arrays: Arrays) -> Shop:
    """Return what the construction reads of `arrays`."""
    pinned = np.flatnonzero(arrays.pin_start != NONE)
    # What its machine can never make has no place, pinned or not.
    pinned = pinned[arrays.shortest[pinned, arrays.pin_machine[pinned]] != NONE]
    due = np.minimum(np.minimum(arrays.due, arrays.deadline), arrays.horizon)
    columns = (arrays.family, arrays.release, due, arrays.pin_start, arrays.pin_machine)
    first, last = arrays.window_first[:-1], arrays.window_first[1:]
    facts = (arrays.process, arrays.pausable, arrays.initial, arrays.group, first, last)
    return Shop(
        operation=_whole(np.column_stack((*columns, arrays.size))),
        value=np.log(np.maximum(arrays.weight, 0.5)),
        duration=_whole(np.stack((arrays.shortest, arrays.longest), axis=2)),
        **_classes(arrays),
        pinned=_whole(pinned[np.argsort(arrays.pin_start[pinned], kind="stable")]),
        machine=_whole(np.column_stack((*facts, arrays.capacity))),
        minutes=_whole(arrays.changeover_minutes),
        price=_prices(arrays),
        window=_whole(np.column_stack((arrays.window_start, arrays.window_end))),
    )


def desk_of(shop: Shop) -> Desk:
    """Return a desk with nothing taken yet."""
    now = np.zeros(
        (len(shop.machine), DESK_LOAD + shop.machine.shape[1] - MACHINE_CAPACITY), dtype=np.int64
    )
    now[:, [DESK_WINDOW, DESK_SET_UP]] = shop.machine[:, [MACHINE_FIRST_WINDOW, MACHINE_INITIAL]]
    labels = shop.class_of[shop.by_class]
    same = labels[1:] == labels[:-1]
    link = np.full((len(shop.value), 2), NONE, dtype=np.int64)
    link[shop.by_class[1:][same], LINK_BEFORE] = shop.by_class[:-1][same]
    link[shop.by_class[:-1][same], LINK_AFTER] = shop.by_class[1:][same]
    return Desk(
        taken=np.zeros((len(shop.value), 3), dtype=np.int64),
        head=shop.by_class[np.flatnonzero(np.append(True, ~same)[: len(labels)])],
        link=link,
        now=now,
        rows=np.zeros(MOST_BATCH, dtype=np.int64),
        worth=np.zeros(MOST_BATCH),
        chosen=np.zeros(MOST_BATCH, dtype=np.int64),
        load=np.zeros(now.shape[1] - DESK_LOAD, dtype=np.int64),
    )


def _whole(values: npt.NDArray[Any]) -> IntArray:
    """Return `values` laid out as the compiled code wants them, whatever they are a piece of."""
    return np.array(values, dtype=np.int64, order="C")


def _prices(arrays: Arrays) -> FloatArray:
    """Return what changeovers cost, as multiples of the mean: by their weights, or by time."""
    weights = weights_of(arrays)
    possible = arrays.changeover_minutes < IMPOSSIBLE
    known = np.where(possible, arrays.changeover_minutes, 0)
    price = weights.changeover_minutes * known + weights.changeover_cost * arrays.changeover_cost
    if not price.any():
        price = known
    usual = price[:, :-1][possible[:, :-1]]
    mean = usual.mean() if usual.size else 0.0
    # What is not possible is worth less than anything, and so is never chosen.
    return np.where(possible, price / mean if mean else price, np.inf)


def _classes(arrays: Arrays) -> dict[str, IntArray]:
    """Return the classes; they are in order of family."""
    eligible = arrays.shortest != NONE
    free = by_due(arrays)
    free = free[(arrays.pin_start[free] == NONE) & eligible[free].any(axis=1)]
    family = arrays.family[free].astype(">i8").view(np.uint8).reshape(len(free), 8)
    keys = np.hstack((family, np.packbits(eligible[free], axis=1)))
    _, chosen, label = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    class_of = np.full(len(arrays.family), NONE, dtype=np.int64)
    class_of[free] = label.ravel()
    return {
        "class_of": class_of,
        "by_class": _whole(free[np.argsort(class_of[free], kind="stable")]),
        "class_family": _whole(arrays.family[free[chosen]]),
        "class_machine": _whole(eligible[free[chosen]]),
    }
