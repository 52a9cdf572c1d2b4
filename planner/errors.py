"""What can be wrong, as exceptions for misuse and as findings for what a user can fix."""

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


class PlannerError(Exception):
    """Everything this package raises on purpose."""


class ScenarioError(PlannerError):
    """A scenario that cannot be read or made, with all findings at once."""

    def __init__(self, message: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class ScheduleError(PlannerError):
    """A schedule that cannot be read, or one that breaks a rule it must keep."""
