"""The best schedule so far and the best bound, and who is told about them."""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from planner.arrays import Arrays, Sequences, weights_of
from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.kpis import measure
from planner.planning.garbage import gc_paused
from planner.planning.parts import Part, join, unplaced
from planner.schedule import Progress, Result, Schedule, Status, Terms
from planner.search.decoding import cost_of, decode

Listener = Callable[[Progress], None]

# Least seconds between two schedules shown, and least as a multiple of what showing takes.
SHOW_SECONDS = 0.2
SHOW_FACTOR = 5.0


class PartIncumbent:
    """Keeps the best sequences of one part; a changing object of one planning run.

    Every improvement and every better bound is told to the incumbent of the whole, by `on_better`
    and `on_bound` with the name of the method. `catch_up`, called now and then, shows what came too
    soon after something else to be shown.
    """

    def __init__(
        self,
        part: Part,
        on_better: Callable[[str], None],
        on_bound: Callable[[str], None],
        catch_up: Callable[[], None],
    ) -> None:
        self.part = part
        self.arrays: Arrays = part.arrays
        self.sequences: Sequences = ()
        self.cost: int | None = None
        self.bound: int | None = None
        self._on_better = on_better
        self._on_bound = on_bound
        self.catch_up = catch_up

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing better is possible."""
        return self.cost is not None and self.bound is not None and self.bound >= self.cost

    def settle(self, sequences: Sequences, cost: int, method: str) -> None:
        """Keep what a method ended with, also for one as good that it met on the way.

        Which of equally good ones is met first depends on how fast each worker is.
        """
        if self.cost == cost:
            self.sequences = sequences
        else:
            self.offer(sequences, method, cost)

    def offer(self, sequences: Sequences, method: str, cost: int | None = None) -> bool:
        """Keep `sequences` if they are better; tell whether they are.

        `cost` is what they cost at their earliest times, where that is known.
        """
        cost = cost_of(self.arrays, sequences) if cost is None else cost
        if self.cost is not None and cost >= self.cost:
            return False
        self.sequences, self.cost = sequences, cost
        self._on_better(method)
        return True

    def raise_bound(self, bound: int, method: str) -> None:
        """Keep `bound` if it is higher, and tell of it."""
        if self.bound is not None and bound <= self.bound:
            return
        self.bound = bound if self.cost is None else min(bound, self.cost)
        self._on_bound(method)


class Incumbent:
    """Keeps the best of all sequences offered, part by part; the parts' costs add up."""

    def __init__(
        self,
        scenario: Scenario,
        arrays: Arrays,
        reasons: Mapping[str, str],
        parts: Sequence[Part],
        on_progress: Listener | None = None,
        on_schedule: Callable[[Schedule], None] | None = None,
    ) -> None:
        self.scenario = scenario
        self.arrays = arrays
        self.reasons = reasons
        self.parts = tuple(
            PartIncumbent(part, self._better, self._tell, self._catch_up) for part in parts
        )
        self.show_seconds = 0.0
        self._certain = weights_of(arrays).unplanned * unplaced(arrays, parts)
        self._on_progress = on_progress
        self._on_schedule = on_schedule
        self._is_quiet = True
        self._method = ""
        self._began = perf_counter()
        self._found = 0.0
        self._shown = 0.0
        self._made: tuple[Sequences, ...] | None = None
        self._schedule: Schedule | None = None
        self._terms: Terms | None = None
        self._history: list[Progress] = []

    @property
    def cost(self) -> int | None:
        """Return the cost of the best of all parts; None before anything was offered."""
        costs = [part.cost for part in self.parts if part.cost is not None]
        return self._certain + sum(costs) if len(costs) == len(self.parts) else None

    @property
    def bound(self) -> int | None:
        """Return what no schedule costs less than; None before any bound is known."""
        bounds = [part.bound for part in self.parts if part.bound is not None]
        return self._certain + sum(bounds) if bounds else None

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing better is possible."""
        return all(part.is_proven for part in self.parts)

    def start(self, starts: Mapping[str, Sequences]) -> None:
        """Keep, in each part, the best of the sequences for the whole; then show them."""
        for name, sequences in starts.items():
            for part in self.parts:
                part.offer(part.part.of(sequences), name)
        self.show()
        self._is_quiet = False

    def seconds(self) -> float:
        """Return the seconds since planning began."""
        return perf_counter() - self._began

    def show(self) -> None:
        """Tell of the best schedule if it has not been told yet."""
        if self.cost is None or self._is_shown():
            return
        began = self.seconds()
        schedule = self._decode()
        self._shown = self.seconds()
        self.show_seconds = self._shown - began
        self._tell(self._method)
        if self._on_schedule:
            self._on_schedule(schedule)

    def result(self, seed: int, baselines: Mapping[str, Schedule]) -> Result:
        """Return what was found."""
        if self.cost is not None and not self._is_shown():
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

    def _better(self, method: str) -> None:
        self._method, self._found = method, self.seconds()
        self._catch_up()

    def _catch_up(self) -> None:
        """Show the best schedule unless it is shown, or another was a moment ago."""
        pause = max(SHOW_SECONDS, SHOW_FACTOR * self.show_seconds)
        if not self._is_quiet and self.seconds() - self._shown >= pause:
            self.show()

    def _is_shown(self) -> bool:
        """Tell whether the schedule that was made last is that of the sequences kept now."""
        kept = tuple(part.sequences for part in self.parts)
        made = self._made
        return made is not None and all(a is b for a, b in zip(made, kept, strict=True))

    def _decode(self) -> Schedule:
        kept = tuple(part.sequences for part in self.parts)
        sequences = join((part.part for part in self.parts), kept, len(self.scenario.machines))
        with gc_paused():
            schedule = decode(self.scenario, self.arrays, sequences, self.reasons)
            terms = measure(self.scenario, schedule).terms
        if terms.cost(self.scenario) != self.cost:
            raise ScheduleError(
                f"the planner's cost {self.cost} is measured as {terms.cost(self.scenario)}; "
                "please report this with the scenario"
            )
        self._made, self._schedule, self._terms = kept, schedule, terms
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
