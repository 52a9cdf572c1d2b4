"""The limits of one planning run, and how they are divided."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits: `seconds` since `began`, or `work` units; and when to `stop`."""

    seconds: float | None
    work: float | None
    workers: int
    seed: int
    stop: Callable[[], bool]
    began: float = field(default_factory=perf_counter)

    def gone(self) -> float:
        """Return the seconds since it began."""
        return perf_counter() - self.began

    def left(self) -> float:
        """Return the seconds left, a very small number at least; 0 where time is no limit."""
        return 0.0 if self.seconds is None else max(0.001, self.seconds - self.gone())

    def is_over(self) -> bool:
        """Tell whether its time is over or it was stopped."""
        return self.stop() or (self.seconds is not None and self.gone() >= self.seconds)

    def but(self, seconds: float) -> "Budget":
        """Return what is left when so many seconds are kept for something else, half at most."""
        if self.seconds is None:
            return self
        return replace(self, seconds=self.seconds - min(seconds, self.left() / 2))

    def part(self, of_time_left: float, of_work: float, seed: int) -> "Budget":
        """Return a budget that begins now: a share of the time left, or a share of all work."""
        return replace(
            self,
            seconds=None if self.seconds is None else self.left() * of_time_left,
            work=None if self.work is None else self.work * of_work,
            seed=seed,
            began=perf_counter(),
        )
