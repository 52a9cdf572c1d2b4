"""What the store holds, as frozen values; every time is aware and in UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planner.domain import PRESETS, Weights
from planner.errors import StoreError
from planner.schedule import Progress, Terms, gap


class RunState(StrEnum):
    """Where a run is in its life; the last four are final and keep the best schedule so far.

    `interrupted` means that the worker vanished without a word: killed, or the machine went down.
    """

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Return whether nothing more will happen.

        >>> RunState.RUNNING.is_final, RunState.STOPPED.is_final
        (False, True)
        """
        return self not in (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRow:
    """A stored scenario without its tables; equal tables have equal fingerprints.

    `version` is the number of the version that is in force.
    """

    id: int
    name: str
    created: datetime
    fingerprint: str
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """What the tables of a scenario were at some time, without them.

    `based_on` is the version that was changed to get this one, `note` says in words what was
    changed. A variant has its `changes` of version `parent_version` of its parent, as texts.
    What was `refused` was made from a version no longer in force; it is kept until it is settled.
    """

    scenario_id: int
    number: int
    created: datetime
    fingerprint: str
    based_on: int | None
    note: str
    changes: tuple[str, ...] = ()
    parent_version: int | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to plan: the arguments of `planner.plan`, and what to plan for.

    `weights` overrides `preset`, and that the scenario's own weights. `seconds` None sets no limit
    of time, `work` None none of iterations.
    """

    seconds: float | None = 30.0
    work: int | None = None
    workers: int = 2
    seed: int = 0
    method: str = "auto"
    preset: str | None = None
    weights: Weights | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.work is None:
            raise StoreError("a run needs a limit: give seconds or work")
        if self.preset is not None and self.preset not in PRESETS:
            raise StoreError(f"no preset {self.preset!r}; there are {', '.join(PRESETS)}")

    def weights_for(self, own: Weights) -> Weights:
        """Return the weights to plan with where `own` are the scenario's."""
        if self.weights is not None:
            return self.weights
        return own if self.preset is None else PRESETS[self.preset]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of the planner on a stored scenario.

    `status`, `cost` and `bound` are the best known so far; `message` says in words why a run failed
    or was interrupted; `version` is the one of the scenario that it plans.
    """

    id: int
    scenario_id: int
    options: RunOptions
    state: RunState
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    heartbeat: datetime | None = None
    pid: int | None = None
    stop_requested: bool = False
    status: str | None = None
    method: str | None = None
    cost: int | None = None
    bound: int | None = None
    message: str = ""
    version: int = 1

    @property
    def gap(self) -> float | None:
        """Return the share of the cost that may still be saved; None without a bound."""
        if self.cost is None or self.bound is None:
            return None
        return gap(self.cost, self.bound)


class StepOrigin(StrEnum):
    """How a version of a schedule came about."""

    PLAN = "plan"
    BY_HAND = "by hand"
    REPLAN = "replan"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One schedule through all its versions; `current` is the number of the one in force.

    `plan` is the key of the plan it began as: the id of a run or the name of a baseline. `version`
    is that of the scenario.
    """

    id: int
    scenario_id: int
    plan: str
    version: int
    current: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A version of a schedule, without its batches.

    `based_on` is its parent, `note` says in words what is different from it, `name` is what a user
    called it. `given` is JSON that says what is given beyond the stored scenario: changes and what
    has happened. What was `refused` was made from a version no longer in force; it is kept.
    `published` says when the shop floor was last told to work by it.
    """

    line_id: int
    number: int
    kind: StepOrigin
    created: datetime
    based_on: int | None = None
    visitor: str | None = None
    name: str = ""
    note: str = ""
    given: str = ""
    refused: bool = False
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanRow:
    """Planning again from version `based_on` of a line; without its schedule.

    `seconds` is how long it may take, `given` what a step would have, `moved` how many operations
    move, `notes` what is to be told: they are there once it has ended with a schedule. `message`
    says why there is none.
    """

    id: int
    line_id: int
    based_on: int
    state: RunState
    created: datetime
    seconds: float
    given: str
    started: datetime | None = None
    ended: datetime | None = None
    stop_requested: bool = False
    visitor: str | None = None
    message: str = ""
    calmness: str = ""
    moved: int = 0
    notes: tuple[str, ...] = ()
    has_schedule: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """One improvement of a run; `position` counts from 1 without holes."""

    position: int
    seconds: float
    cost: int
    bound: int | None
    terms: Terms
    method: str

    @property
    def progress(self) -> Progress:
        """Return what planning reported."""
        return Progress(
            seconds=self.seconds,
            cost=self.cost,
            bound=self.bound,
            terms=self.terms,
            method=self.method,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """How far a file of past orders has been imported: its first `rows` rows are stored."""

    id: int
    fingerprint: str
    rows: int
    started: datetime
    finished: datetime | None = None
