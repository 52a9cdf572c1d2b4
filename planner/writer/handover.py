"""What every file for people says about itself: which scenario, which times, checked by whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from planner.checker import RULES, Violation, check
from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.kpis import ChangeoverRun, Ways, changeovers_of, on_route
from planner.schedule import Batch, PlannedUpkeep, Schedule
from planner.writer.fingerprints import fingerprint, schedule_id
from planner.writer.looks import FamilyLook, family_looks

NO_COLOURS: Mapping[str, str] = MappingProxyType({})
CHANGEOVER_COLOUR = "#C9CED6"
UPKEEP_COLOUR = "#9FB0C6"
CLOSED_COLOUR = "#DDE1E7"


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class Handover:
    """A schedule with everything that its exports share.

    `run` is the id of the stored run that made it; without one the schedule itself names it.
    `chosen_colours` are those that the user gave families, as `#rrggbb`.
    """

    scenario: Scenario
    schedule: Schedule
    run: str = ""
    chosen_colours: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Return what the checker finds; nothing means that the schedule is certified."""
        return check(self.scenario, self.schedule)

    @property
    def certificate(self) -> str:
        """Return the checker's answer in one sentence."""
        count = len(self.violations)
        if not count:
            return f"certified: keeps all {len(RULES)} rules"
        return f"NOT certified: {count} violation{'' if count == 1 else 's'}"

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """Return what identifies the schedule, by label."""
        return {
            "Scenario": self.scenario.name,
            "Run": self.run or f"schedule {schedule_id(self.scenario, self.schedule)}",
            "Time zone": self.scenario.clock.time_zone,
            "Fingerprint": fingerprint(self.scenario),
            "Checker": self.certificate,
        }

    @property
    def line(self) -> str:
        """Return the facts in one line, the fingerprint shortened to 12 digits."""
        facts = {**self.facts, "Fingerprint": self.facts["Fingerprint"][:12]}
        return " · ".join(f"{label}: {value}" for label, value in facts.items())

    @cached_property
    def changeovers(self) -> Mapping[tuple[str, int], ChangeoverRun]:
        """Return the changeover before each batch, by machine and batch number from 1."""
        runs = changeovers_of(self.scenario, self.schedule)
        return {(run.machine, run.before): run for run in runs}

    @cached_property
    def looks(self) -> Mapping[str, FamilyLook]:
        """Return the look of each family: the chosen colour, that of its name, or by its place."""
        named = {*self.scenario.families, *(batch.family for batch in self.schedule.batches)}
        return family_looks(named, self.chosen_colours)

    @cached_property
    def ways(self) -> Ways:
        """Return the ways of all operations through the plant."""
        return Ways(scenario=self.scenario, schedule=self.schedule)

    def title(self, operation: str) -> str:
        """Return the order of `operation`, and what is done to which lot, if it has a route."""
        place = on_route(self.scenario, operation)
        order = self.scenario.operation[operation].order
        return f"{order} ({place})" if place else order

    @property
    def makespan(self) -> int:
        """Return when the last batch ends, in units."""
        return max((batch.end for batch in self.schedule.batches), default=0)

    def batches(self, machine: str) -> Iterator[tuple[int, Batch, ChangeoverRun | None]]:
        """Yield the batches of `machine` in order, with number and changeover."""
        for number, batch in enumerate(self.schedule.on(machine), start=1):
            yield number, batch, self.changeovers.get((machine, number))

    def upkeep_title(self, upkeep: PlannedUpkeep) -> str:
        """Return what is done, and what the machine is set up for after it where that is said."""
        known = {each.name: each.sets_up for each in self.scenario.upkeeps_of(upkeep.machine)}
        sets_up = known.get(upkeep.name)
        return f"{upkeep.name} → {sets_up}" if sets_up else upkeep.name

    def machines(self, machine: str | None = None) -> tuple[str, ...]:
        """Return the names of all machines, or only `machine`; refuses an unknown one."""
        names = tuple(self.scenario.machine)
        if machine is None:
            return names
        if machine not in names:
            raise ScheduleError(f"the scenario has no machine {machine!r}")
        return (machine,)

    def closed(self, machine: str) -> Iterator[tuple[int, int]]:
        """Yield when `machine` is closed until the last batch ends, in units."""
        clock = 0
        for window in self.scenario.machine[machine].windows:
            if window.start >= self.makespan:
                break
            if window.start > clock:
                yield clock, window.start
            clock = window.end
        if clock < self.makespan:
            yield clock, self.makespan

    def due(self, operation: str) -> int | None:
        """Return when the order of `operation` is due, in units."""
        return self.scenario.order[self.scenario.operation[operation].order].due


def visible(text: str) -> str:
    r"""Return `text` without control characters, which XML and calendars refuse.

    >>> visible("A\x00-17")
    'A-17'
    """
    return "".join(letter for letter in text if letter.isprintable() or letter == " ")
