"""The order in which batches begin, from when the changeovers before them do."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple


class Begin(NamedTuple):
    """When what comes before a batch begins, the operation that leads it, and what it exchanges.

    From that moment on its machine no longer holds what it gives back, and holds what it takes.
    """

    moment: int
    operation: int
    gives: frozenset[int | str] = frozenset()
    takes: frozenset[int | str] = frozenset()


def in_order(begins: Iterable[Begin]) -> tuple[int, ...]:
    """Return the leading operations by moment; what gives back comes before what takes the same.

    >>> mould = frozenset({"mould"})
    >>> in_order([Begin(5, 1, takes=mould), Begin(5, 2, gives=mould), Begin(0, 3)])
    (3, 2, 1)
    """
    order: list[int] = []
    by_moment = attrgetter("moment")
    # What begins when another does on its machine, one of them without length, stays in its place.
    for _, tied in groupby(sorted(begins, key=by_moment), by_moment):
        left = list(tied)
        while left:
            begin = next((one for one in left if not _waits(one, left)), left[0])
            left.remove(begin)
            order.append(begin.operation)
    return tuple(order)


def _waits(begin: Begin, others: Iterable[Begin]) -> bool:
    return any(other is not begin and other.gives & begin.takes for other in others)
