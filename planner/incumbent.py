"""The best schedule so far and the best bound, and who is told about them."""

from collections.abc import Callable, Mapping
from time import perf_counter

from planner.arrays import Arrays, Sequences
from planner.decoder import cost_of, decode
from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.kpis import measure
from planner.schedule import Progress, Result, Schedule, Status, Terms

Listener = Callable[[Progress], None]

# Least seconds between two schedules shown, so that telling costs little.
SHOW_SECONDS = 0.2


class Incumbent:
    """Keeps the best of all sequences offered; a changing object of one planning run."""

    def __init__(
        self,
        scenario: Scenario,
        arrays: Arrays,
        reasons: Mapping[str, str],
        on_progress: Listener | None = None,
        on_schedule: Callable[[Schedule], None] | None = None,
    ) -> None:
        self.scenario = scenario
        self.arrays = arrays
        self.reasons = reasons
        self.sequences: Sequences = ()
        self.cost: int | None = None
        self.bound: int | None = None
        self._method = ""
        self._on_progress = on_progress
        self._on_schedule = on_schedule
        self._began = perf_counter()
        self._found = 0.0
        self._shown = 0.0
        self._schedule: Schedule | None = None
        self._terms: Terms | None = None
        self._history: list[Progress] = []

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing better is possible."""
        return self.cost is not None and self.bound is not None and self.bound >= self.cost

    def settle(self, sequences: Sequences, method: str) -> None:
        """Keep what a method ended with, also for one as good that it met on the way.

        Which of equally good ones is met first depends on how fast each worker is.
        """
        if not self.offer(sequences, method) and self.cost == cost_of(self.arrays, sequences):
            self.sequences, self._schedule = sequences, None

    def offer(self, sequences: Sequences, method: str, *, show: bool = True) -> bool:
        """Keep `sequences` if they are better; tell whether they are."""
        cost = cost_of(self.arrays, sequences)
        if self.cost is not None and cost >= self.cost:
            return False
        self.sequences, self.cost, self._method = sequences, cost, method
        self._found = self.seconds()
        self._schedule = None
        if show and self._found - self._shown >= SHOW_SECONDS:
            self.show()
        return True

    def raise_bound(self, bound: int, method: str) -> None:
        """Keep `bound` if it is higher, and tell of it."""
        if self.bound is not None and bound <= self.bound:
            return
        self.bound = bound
        if self.cost is not None:
            self.bound = min(bound, self.cost)
        self._tell(method)

    def seconds(self) -> float:
        """Return the seconds since planning began."""
        return perf_counter() - self._began

    def show(self) -> None:
        """Tell of the best schedule if it has not been told yet."""
        if self._schedule is not None or self.cost is None:
            return
        schedule = self._decode()
        self._shown = self.seconds()
        self._tell(self._method)
        if self._on_schedule:
            self._on_schedule(schedule)

    def result(self, seed: int, baselines: Mapping[str, Schedule]) -> Result:
        """Return what was found."""
        if self._schedule is None and self.cost is not None:
            self._decode()
        return Result(
            schedule=self._schedule,
            status=Status.OPTIMAL if self.is_proven else Status.FEASIBLE,
            cost=self.cost,
            bound=self.bound,
            terms=self._terms,
            method=self._method,
            seconds=self.seconds(),
            seconds_to_best=self._found,
            seed=seed,
            improvements=tuple(self._history),
            baselines=baselines,
        )

    def _decode(self) -> Schedule:
        schedule = decode(self.scenario, self.arrays, self.sequences, self.reasons)
        terms = measure(self.scenario, schedule).terms
        if terms.cost(self.scenario) != self.cost:
            raise ScheduleError(
                f"the planner's cost {self.cost} is measured as {terms.cost(self.scenario)}; "
                "please report this with the scenario"
            )
        self._schedule, self._terms = schedule, terms
        return schedule

    def _tell(self, method: str) -> None:
        if self.cost is None or self._terms is None:
            return
        progress = Progress(
            seconds=self.seconds(),
            cost=self._terms.cost(self.scenario),
            bound=self.bound,
            terms=self._terms,
            method=method,
        )
        self._history.append(progress)
        if self._on_progress:
            self._on_progress(progress)
