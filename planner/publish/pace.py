"""How fast requests may go out: so many a second, and none while the other side wants a pause."""

import asyncio
from collections.abc import Awaitable, Callable


class Pace:
    """Spaces requests evenly, at most `rate` a second; None sets no limit."""

    def __init__(
        self,
        rate: float | None,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = 0.0 if rate is None else 1 / rate
        self._clock, self._sleep = clock, sleep
        self._next = 0.0
        self._paused_until = 0.0

    async def turn(self) -> None:
        """Return when the next request may go out."""
        while self._clock() < self._paused_until:
            await self._sleep(self._paused_until - self._clock())
        at = max(self._next, self._clock())
        self._next = at + self._gap
        await self._sleep(at - self._clock())

    def pause(self, seconds: float) -> None:
        """Let no request go out for `seconds`."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)
