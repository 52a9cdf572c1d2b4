"""Evidence about every column, collected while rows pass by."""

from dataclasses import dataclass, field

from planner.intake.files.cells import Cell, Row, is_nothing
from planner.intake.formats.amounts import NumberEvidence
from planner.intake.formats.changeovers import ChangeoverEvidence
from planner.intake.formats.clocks import seconds_of_day
from planner.intake.formats.date_evidence import DateEvidence
from planner.intake.formats.durations import DurationEvidence
from planner.intake.formats.priorities import PriorityEvidence
from planner.intake.headings.fields import type_in
from planner.intake.reading.sheet_reading import SheetReading


@dataclass(slots=True)
class ClockEvidence:
    """Whether a column of times of day has any but midnight."""

    midnights: int = 0
    others: int = 0

    def add(self, cell: Cell) -> None:
        """Take one cell into account."""
        if seconds_of_day(cell) == 0:
            self.midnights += 1
        else:
            self.others += 1


Evidence = (
    ChangeoverEvidence
    | ClockEvidence
    | NumberEvidence
    | DateEvidence
    | DurationEvidence
    | PriorityEvidence
)

_EVIDENCE: dict[str, type[Evidence]] = {
    "changeover": ChangeoverEvidence,
    "number": NumberEvidence,
    "quantity": NumberEvidence,
    "duration": DurationEvidence,
    "date": DateEvidence,
    "clock": ClockEvidence,
    "priority": PriorityEvidence,
}


@dataclass(slots=True)
class Collector:
    """Collects the evidence of all columns while rows pass by, in constant memory."""

    mapping: SheetReading
    columns: dict[int, Evidence] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.mapping.columns:
            kind = type_in(self.mapping.kind, column.field)
            made = _EVIDENCE.get(kind) if column.field else None
            if made is not None:
                self.columns[column.index] = made()

    def add(self, row: Row) -> None:
        """Take one data row into account."""
        width = len(row)
        for index, evidence in self.columns.items():
            cell: Cell = row[index] if index < width else ""
            if isinstance(evidence, ChangeoverEvidence) or (cell != "" and not is_nothing(cell)):
                evidence.add(cell)
