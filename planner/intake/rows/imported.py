"""One table of a file, understood as far as it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.errors import Finding
from planner.intake.files.cells import Row
from planner.intake.reading.layout import Skipped
from planner.intake.reading.sheet_reading import Question, SheetReading
from planner.reader.tables import Table

_SEVERAL = ("resources", "needs")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row of the file that was not imported, and why."""

    line: int
    cells: Row
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One table of a file, understood as far as it goes.

    `table` is None while it is not known what the table holds. `headings` maps each of its columns
    to the name the file has for it. `cells` are those of the file, for each row of an orders table.
    `label` is how keys of questions call the sheet. `has_operations` says that a row of orders is a
    step of one; `machine_times` are times of steps that depend on the machine, for durations.csv;
    `more_cells` those of more rows of a step, by the cells of its first one.
    """

    file: str
    kind: str
    table: Table | None
    mapping: SheetReading
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    headings: tuple[tuple[str, str], ...] = field(default=())
    cells: tuple[tuple[str, ...], ...] = field(default=())
    keys: tuple[str, ...] = field(default=(), repr=False)
    has_operations: bool = False
    machine_times: Table | None = None
    more_cells: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    label: str = ""

    @property
    def title(self) -> str:
        """Return what the table is called: its file of the scenario, or its kind.

        Of tools and crews there may be several lists, each of which counts.
        """
        several = self.kind in _SEVERAL
        return f"{self.kind} of {self.file}" if several else self.name or self.kind

    @property
    def name(self) -> str:
        """Return the file of the scenario this table is, such as orders.csv; "" if not known."""
        kind = "changeovers" if self.kind == "matrix" else self.kind
        return "" if kind in ("", "eligibility", "waits", *_SEVERAL) else f"{kind}.csv"

    @property
    def is_ready(self) -> bool:
        """Return whether the table can be planned with: nothing has to be answered first."""
        return self.table is not None and not any(q.is_blocking for q in self.questions)
