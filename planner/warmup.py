"""Compiles the kernels, or loads them from the cache, before any clock runs."""

import logging
from datetime import datetime
from functools import cache
from threading import Timer

from planner.arrays import arrays_from
from planner.baselines import one_by_one_sequences
from planner.calendars import Clock, Window
from planner.construction import constructions
from planner.decoder import decode
from planner.domain import Changeovers, Duration, Machine, Operation, Order, Scenario
from planner.search import Effort, search

# Loading takes a fraction of this; only compiling takes longer.
PATIENCE_SECONDS = 2.0

_log = logging.getLogger(__name__)


@cache
def warm_up() -> None:
    """Run every entry point of the kernels once on two orders; says so when it must compile."""
    message = Timer(PATIENCE_SECONDS, _log.warning, ["compiling the search, once (about 20 s) ..."])
    message.daemon = True
    message.start()
    try:
        scenario = _smallest()
        arrays = arrays_from(scenario)
        found = search(arrays, one_by_one_sequences(arrays), Effort(moves=50))
        decode(scenario, arrays, next(constructions(arrays)))
        decode(scenario, arrays, found.sequences)
    finally:
        message.cancel()


def _smallest() -> Scenario:
    names = ("A", "B")
    return Scenario(
        orders=tuple(Order(name=name, due=1) for name in names),
        operations=tuple(
            Operation(name=name, order=name, family=name, durations={"M": Duration(1)})
            for name in names
        ),
        machines=(Machine(name="M", windows=(Window(0, 9),)),),
        changeovers=Changeovers.constant(names, 1),
        clock=Clock(start=datetime(2001, 1, 1)),  # noqa: DTZ001 - local time by contract
        horizon=9,
    )
