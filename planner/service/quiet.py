"""Logs that stay readable when the same thing goes wrong a thousand times a minute."""

import logging
import time
from collections.abc import Callable

EVERY_SECONDS = 60.0
MOST_KINDS = 100


class Quiet(logging.Filter):
    """Lets a message through the first time, then once a minute with how often it came again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._told: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether `record` is logged; add to its message how many were not."""
        kind, now = str(record.msg)[:200], self._clock()
        last, held = self._told.get(kind, (-EVERY_SECONDS, 0))
        if now - last < EVERY_SECONDS:
            self._told[kind] = (last, held + 1)
            return False
        if len(self._told) >= MOST_KINDS:
            self._told.clear()
        self._told[kind] = (now, 0)
        if held:
            record.msg = f"{record.msg} ({held} times more within the last minute)"
        return True


def keep_quiet(*names: str) -> None:
    """Put a filter of its own on each of these loggers, once."""
    for name in names:
        logger = logging.getLogger(name)
        if not any(isinstance(each, Quiet) for each in logger.filters):
            logger.addFilter(Quiet())
