"""A scenario as tables of text: what a file holds before anything in it is understood."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import ScenarioError
from planner.files import Replacement

SETTINGS_FILE = "scenario.toml"
UPLOAD_FILE = "upload.json"

# Columns of each file; a name that ends in `_` stands for all columns that begin with it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "orders.csv": (
        *("order_id", "product", "family", "attr_", "quantity", "unit"),
        *("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes", "max_minutes"),
        *("size_", "release", "due", "deadline", "priority", "eligible_machines"),
        *("current_machine", "current_position", "pinned_machine", "pinned_start"),
        *("customer", "note", "leave_out", "status", "done_quantity", "lot_quantity", "needs"),
    ),
    "routes.csv": (
        *("order_id", "product", "stage", "operation", "family", "attr_", "eligible_machines"),
        *("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes", "max_minutes"),
        *("size_", "min_wait", "max_wait"),
    ),
    "machines.csv": (
        *("machine_id", "process", "capacity_", "initial_family", "pausable", "speed"),
        *("cost_per_hour", "calendar", "hand_on"),
        *("most_batches_in_a_row", "most_hours_in_a_row", "most_quantity_in_a_row"),
    ),
    "changeovers.csv": ("machine", "attribute", "from", "to", "minutes", "cost"),
    "calendars.csv": ("calendar", "weekdays", "date", "start", "end", "open"),
    "durations.csv": (
        *("order_id", "product", "stage", "machine_id"),
        *("minutes", "minutes_per_unit", "units_per_hour"),
    ),
    "resources.csv": ("resource", "amount", "calendar", "cost_per_hour"),
    "needs.csv": (
        *("resource", "during", "amount", "minutes"),
        *("machine", "family", "attr_", "product", "stage"),
    ),
    "upkeep.csv": (
        *("machine", "upkeep", "minutes", "after_hours", "after_batches", "after_quantity"),
        *("cost", "done_before_hours", "done_before_batches", "done_before_quantity", "sets_up"),
    ),
    "reference.csv": ("order_id", "lot", "stage", "machine_id", "start"),
    "actuals.csv": (
        *("order_id", "lot", "stage", "machine_id", "begun", "ended", "quantity", "scrapped"),
    ),
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "orders.csv": ("order_id",),
    "machines.csv": ("machine_id",),
    "changeovers.csv": ("from", "to", "minutes"),
    "calendars.csv": ("calendar",),
    "routes.csv": ("stage",),
    "durations.csv": ("machine_id",),
    "resources.csv": ("resource",),
    "needs.csv": ("resource", "during"),
    "upkeep.csv": ("machine", "minutes"),
    "reference.csv": ("order_id", "machine_id", "start"),
    "actuals.csv": ("order_id", "machine_id", "begun"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text cells under named columns; `numbers` are the rows of the file they came from.

    The header is row 1; without `numbers` the rows are counted from 2.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.numbers:
            object.__setattr__(self, "numbers", tuple(range(2, len(self.rows) + 2)))
        if len(self.numbers) != len(self.rows):
            raise ScenarioError(f"{len(self.rows)} rows have {len(self.numbers)} numbers")
        width = len(self.columns)
        if any(len(row) != width for row in self.rows):
            raise ScenarioError(f"a row has not the {width} cells that the columns need")

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of one column."""
        place = self.columns.index(name)
        return tuple(row[place] for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All files of a scenario as text: `files` by name, `settings` as the text of scenario.toml.

    `skipped` names what lay beside them and is not part of a scenario. `upload` is what an import
    keeps of the file it was given (`planner.intake.Upload`); planning does not look at it.
    """

    files: Mapping[str, Table]
    settings: str = ""
    name: str = "scenario"
    skipped: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    upload: str = ""

    def __post_init__(self) -> None:
        unknown = sorted(set(self.files) - set(COLUMNS))
        if unknown:
            raise ScenarioError(f"a scenario has no {unknown[0]}; it has {', '.join(COLUMNS)}")

    def source(self, file: str) -> str:
        """Return what a user calls `file`: the name it was read from, if that is another."""
        return self.sources.get(file, file)


def table_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table of `rows`, numbered as in a spreadsheet."""
    return Table(columns=tuple(columns), rows=tuple(tuple(row) for row in rows))


def write_tables(tables: Tables, folder: str | Path) -> tuple[str, ...]:
    """Write `tables` as a scenario folder that `read_tables` reads back unchanged.

    All files take their places together, or none does. Returns the names of scenario files that
    were in the folder before and are not among the tables: they count when it is read.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    texts = {SETTINGS_FILE: tables.settings, UPLOAD_FILE: tables.upload}
    with Replacement() as files:
        for name, table in tables.files.items():
            writer = csv.writer(files.open_text(target / name), lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows(table.rows)
        for name, text in texts.items():
            if text:
                files.open_text(target / name).write(text)
    written = {*tables.files, *(name for name, text in texts.items() if text)}
    return left_over(target, written)


def left_over(folder: str | Path, written: Iterable[str]) -> tuple[str, ...]:
    """Return the scenario files in `folder` that are not among `written`."""
    others = {*COLUMNS, SETTINGS_FILE, UPLOAD_FILE} - set(written)
    return tuple(sorted(name for name in others if (Path(folder) / name).exists()))
