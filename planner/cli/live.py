"""Live progress in a terminal, and Ctrl-C that keeps the best schedule."""

import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from types import FrameType
from typing import TypeVar

from planner.cli.output import say
from planner.schedule import Progress

OnProgress = Callable[[Progress], None]
Answer = TypeVar("Answer")


@dataclass(slots=True)
class StopOnCtrlC:
    """Asks planning to stop at the first Ctrl-C; the second one ends the program."""

    asked: bool = field(default=False)

    def __call__(self) -> bool:
        """Return whether planning shall stop."""
        return self.asked

    def handle(self, _number: int, _frame: FrameType | None) -> None:
        """Take note of Ctrl-C."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        say("stopping; the best schedule so far is kept")


@contextmanager
def stop_on_ctrl_c() -> Iterator[StopOnCtrlC]:
    """Yield the stop function to plan with."""
    stop = StopOnCtrlC()
    before = signal.signal(signal.SIGINT, stop.handle)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def live_progress(units_per_hour: int, *, quiet: bool) -> Iterator[OnProgress | None]:
    """Yield what shows progress on a terminal; None where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    # Only terminals need it, and its import takes a tenth of a second.
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(
        "planning; the very first time the search is compiled, half a minute"
    ) as status:
        yield lambda progress: status.update(described(progress, units_per_hour))


def described(progress: Progress, units_per_hour: int) -> str:
    """Return one line about a moment of planning."""
    hours = progress.terms.changeover_minutes / units_per_hour
    gap = "no bound" if progress.gap is None else f"gap {progress.gap:.0%}"
    # Short enough for one line of a terminal 80 columns wide.
    return (
        f"{progress.seconds:.0f} s  cost {progress.cost:,}  changeovers {hours:,.1f} h  "
        f"tardy weight {progress.terms.tardy_orders:,}  {gap}"
    )


def beside(work: Callable[[], Answer]) -> Answer:
    """Return what `work` returns, having run it in a thread of its own.

    Python handles Ctrl-C in the main thread only, between two of its instructions: a main thread
    inside the solver would not notice it before the solver is done.
    """
    future: Future[Answer] = Future()

    def carry_out() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 -- handed on to the main thread, not lost
            future.set_exception(error)

    # A daemon: the second Ctrl-C ends the program without waiting for it.
    Thread(target=carry_out, daemon=True).start()
    return future.result()
