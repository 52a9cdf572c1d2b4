"""What can be wrong, as exceptions for misuse and as findings for what a user can fix.

All that this package raises on purpose, drawn whole; each is born here and nowhere else:

    PlannerError
    ├── ScenarioError           a scenario that cannot be read or made, with all findings
    ├── ScheduleError           a schedule that cannot be read, or breaks a rule
    ├── RefusedFileError        a file that is not read any further, with the finding
    ├── BadCellError            a cell that cannot be understood; readers make a finding of it
    ├── StoreError              the database cannot be opened, or has no such thing
    │   ├── ClaimLostError      ... or another process has taken it over
    │   ├── OutdatedError       ... or has newer data than those that were changed
    │   └── StaleStepError      ... or a newer version of the schedule that was changed
    ├── ChangeError             a change of a scenario that cannot be made
    ├── RushOrderError          a rush order that cannot be taken
    ├── WrongUseError           options of the command line that do not go together
    ├── RefusedRequestError     a request to the release service that is not taken
    │   └── BusyError           ... for want of room: to be sent again later
    ├── FieldError              a field of a request that cannot be read; becomes a refusal
    └── DeliveryError           an answer that says that nothing was delivered
        ├── TryAgainError       ... and that the same request may succeed later
        └── DeniedError         ... and that address or token are wrong
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding stops: an error stops the file, a warning only what it names."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault in a scenario, told so that the person who wrote the file can fix it.

    `row` counts as a spreadsheet does: the header is row 1.
    """

    rule: str
    message: str
    hint: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    severity: Severity = Severity.ERROR

    @property
    def where(self) -> str:
        """Return the place in words, such as `orders.csv, row 7, column due`.

        >>> Finding(rule="r", message="m", hint="h", file="orders.csv", row=7, column="due").where
        'orders.csv, row 7, column due'
        """
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}\n    {self.hint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an order was not taken; `index` counts from 0 within the request."""

    index: int
    field: str
    value: str
    message: str


class PlannerError(Exception):
    """Everything this package raises on purpose."""


class ScenarioError(PlannerError):
    """A scenario that cannot be read or made, with all findings at once."""

    def __init__(self, message: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class ScheduleError(PlannerError):
    """A schedule that cannot be read, or one that breaks a rule it must keep."""


class RefusedFileError(PlannerError):
    """A file that is not read, or not read on, with the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class BadCellError(PlannerError):
    """A cell that cannot be understood: which rule it breaks, how, and what to do."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


class StoreError(PlannerError):
    """The store cannot be opened, or has no such thing."""


class ClaimLostError(StoreError):
    """Another process releases from the database: this one must not write there any more."""


class RushOrderError(PlannerError):
    """A rush order that cannot be taken."""


class WrongUseError(PlannerError):
    """Options that do not go together."""


class RefusedRequestError(PlannerError):
    """A request that is not taken, as a whole, with everything that is wrong with it.

    `status` is HTTP's.
    """

    def __init__(self, status: int, message: str, refusals: Iterable[Refusal] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.refusals = tuple(refusals)


class BusyError(RefusedRequestError):
    """There is no room now; try again after `seconds`."""

    def __init__(self, message: str, status: int, seconds: int = 1) -> None:
        super().__init__(status, message)
        self.seconds = seconds


class FieldError(PlannerError):
    """A field of a request that cannot be read."""

    def __init__(self, field: str, value: object, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.value = value


class DeliveryError(PlannerError):
    """An answer over HTTP, of this `status`, that says that nothing was delivered."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class TryAgainError(DeliveryError):
    """An answer after which the same request is to be sent again, `pause` seconds later or more."""

    def __init__(self, status: int, reason: str, pause: float) -> None:
        super().__init__(status, reason)
        self.pause = pause


class DeniedError(DeliveryError):
    """An answer that says nothing about the batches: wrong address, wrong token."""


class ChangeError(PlannerError):
    """A change of a scenario that cannot be made, or one whose text says nothing."""


class OutdatedError(StoreError):
    """What was saved was made from a version no longer in force.

    It is kept as version `refused` of the scenario; version `current` is in force.
    """

    def __init__(self, name: str, current: int, refused: int) -> None:
        super().__init__(
            f"{name} has changed meanwhile: version {current} is in force, and this was made from "
            f"an older one. It is kept as version {refused}."
        )
        self.current = current
        self.refused = refused


class StaleStepError(StoreError):
    """What was saved was made from a version of a schedule that is no longer in force.

    It is kept as version `refused`; version `current` is in force.
    """

    def __init__(self, current: int, refused: int) -> None:
        super().__init__(
            f"The schedule has changed meanwhile: version {current} is in force, and this was made "
            f"from an older one. It is kept as version {refused}."
        )
        self.current = current
        self.refused = refused
