"""Compiles the kernels, or loads them from the cache, before any clock runs.

The first ever compile is shared between two processes: this one compiles the search, another what
makes first schedules, and each then loads from the cache what the other has compiled. What both
need is compiled by the one that comes first.
"""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numba

from planner.arrays import Arrays, Sequences, arrays_from, is_coupled
from planner.calendars import Clock, Window
from planner.domain import After, Changeovers, Duration, Machine, Operation, Order, Scenario
from planner.search import kernels
from planner.search.annealing import Effort, search
from planner.search.baselines import one_by_one_sequences
from planner.search.construction import constructions
from planner.search.decoding import decode
from planner.search.kernels.taking_turns import told_of_compiling
from planner.search.listing import improved_listing, listings
from planner.search.state import new_state

# Both operations alone on the one machine.
ALONE: Sequences = (((0,), (1,)),)

_log = logging.getLogger(__name__)


@cache
def warm_up(*, routes: bool = False) -> None:
    """Run every entry point of the kernels once on two operations; says so when it must compile.

    With `routes` those for operations that wait for others, which have code of their own.
    """
    what = "what routes need (about a minute)" if routes else "the search (about 20 s)"
    scenario = _smallest(routes=routes)
    arrays = arrays_from(scenario)
    with _plain_loops(), told_of_compiling(lambda: _log.warning("compiling %s, once ...", what)):
        with _other_half(must_compile=_must_compile(arrays), routes=routes):
            search(arrays, ALONE, Effort(moves=50))
        decode(scenario, arrays, _first_schedule(arrays))


def warm_up_construction(*, routes: bool = False) -> None:
    """Run the entry points that make first schedules: the half that the other process compiles."""
    with _plain_loops():
        _first_schedule(arrays_from(_smallest(routes=routes)))


@contextmanager
def _plain_loops() -> Iterator[None]:
    """Compile loops as they are: they are too short to gain from vectors, which take a second more.

    For the kernels alone; a program that uses this library compiles its own as it likes.
    """
    # Its names are made when numba starts, so that no type checker knows them.
    config: Any = numba.config
    before = config.LOOP_VECTORIZE
    config.LOOP_VECTORIZE = 0
    try:
        yield
    finally:
        config.LOOP_VECTORIZE = before


def _first_schedule(arrays: Arrays) -> Sequences:
    found = one_by_one_sequences(arrays)
    # Needed only where a changeover is not possible, which here all are.
    kernels.bring_in(new_state(arrays, seed=0), 1)
    if not is_coupled(arrays):
        return next(constructions(arrays), found)
    listed = [found, *islice(listings(arrays), 1)]
    improved_listing(
        arrays, Effort(moves=50), workers=1, seed=0, on_found=listed.append, stop=lambda: False
    )
    return listed[-1]


def _must_compile(arrays: Arrays) -> bool:
    """Tell whether the cache lacks the kernels, by the one that compiles fastest."""
    new_state(arrays, seed=0)
    # Plain Python, as tests run it, has no statistics.
    stats = getattr(kernels.clear, "stats", None)
    return stats is not None and bool(stats.cache_misses)


@contextmanager
def _other_half(*, must_compile: bool, routes: bool) -> Iterator[None]:
    """Have another process compile what makes first schedules; at the end wait for it.

    Should it fail, all is compiled here, which only takes longer.
    """
    if not must_compile:
        yield
        return
    code = (
        "from planner.planning.warmup import warm_up_construction; "
        f"warm_up_construction(routes={routes})"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as other:
        try:
            yield
        except BaseException:
            other.kill()
            raise
        _, errors = other.communicate()
    if other.returncode:
        _log.warning("compiling in a second process failed, it goes on in this one: %s", errors)


def _smallest(*, routes: bool) -> Scenario:
    names = ("A", "B")
    return Scenario(
        orders=tuple(Order(name=name, due=1) for name in names),
        operations=tuple(
            Operation(
                name=name,
                order=name,
                family=name,
                durations={"M": Duration(1)},
                after=(After("A"),) if routes and name == "B" else (),
            )
            for name in names
        ),
        machines=(Machine(name="M", windows=(Window(0, 9),)),),
        changeovers=Changeovers.constant(names, 1),
        clock=Clock(start=datetime(2001, 1, 1)),  # noqa: DTZ001 - local time by contract
        horizon=9,
    )
