"""Runs CP-SAT so that it can be stopped, and its news is told in the thread that waits for it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from ortools.sat.python import cp_model

SECONDS_BETWEEN_LOOKS = 0.02

T = TypeVar("T")
# Calls that were put off.
News = SimpleQueue[Callable[[], object]]


@contextmanager
def stopped_by(solver: cp_model.CpSolver, stop: Callable[[], bool] | None) -> Iterator[None]:
    """Stop `solver` soon after `stop` returns true, from a thread beside it."""
    if stop is None:
        yield
        return
    done = threading.Event()

    def look() -> None:
        while not done.wait(SECONDS_BETWEEN_LOOKS):
            if stop():
                # Says nothing to a solver that has not begun, so it is said until it has ended.
                solver.stop_search()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def later(news: News, listener: Callable[..., object] | None) -> Callable[..., None] | None:
    """Return what puts calls of `listener` off into `news`; None if nobody listens."""
    if listener is None:
        return None

    def put_off(*what: Any) -> None:
        news.put(partial(listener, *what))

    return put_off


def run_telling(solve: Callable[[], T], news: News, *, stop: Callable[[], object]) -> T:
    """Return what `solve` returns, run beside this thread, which makes the calls in `news`.

    CP-SAT tells of solutions and bounds from threads of its own, where an exception would be lost
    and listeners would need locks. When a call raises, `stop` ends `solve`, and it is raised here.
    """
    with ThreadPoolExecutor(1) as beside:
        run = beside.submit(solve)
        run.add_done_callback(lambda _: news.put(lambda: None))
        try:
            while not (run.done() and news.empty()):
                news.get()()
        except BaseException:
            while not run.done():
                # Says nothing to a solver that has not begun.
                stop()
                threading.Event().wait(SECONDS_BETWEEN_LOOKS)
            raise
        return run.result()
