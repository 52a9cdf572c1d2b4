"""One table under reading: columns turned into values, faults into findings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from planner.errors import BadCellError, Finding
from planner.reader.cells import EXCEL_ERRORS, Parser, T
from planner.reader.notes import Notes, counted, some
from planner.reader.tables import COLUMNS, REQUIRED, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table under reading; what is wrong with it goes to `notes`."""

    file: str
    shown: str
    table: Table
    notes: Notes

    @property
    def count(self) -> int:
        """Return how many rows there are."""
        return len(self.table.rows)

    def has(self, column: str) -> bool:
        """Return whether there is such a column."""
        return column in self.table.columns

    def with_prefix(self, prefix: str) -> tuple[str, ...]:
        """Return the columns whose names begin with `prefix` and go on."""
        return tuple(c for c in self.table.columns if c.startswith(prefix) and c != prefix)

    def texts(self, column: str) -> list[str]:
        """Return the cells of a column without outer blanks; empty ones where it is missing."""
        if not self.has(column):
            return [""] * self.count
        return [cell.strip() for cell in self.table.column(column)]

    def cell(self, index: int, column: str) -> str:
        """Return one cell without outer blanks, empty where the column is missing."""
        if not self.has(column):
            return ""
        return self.table.rows[index][self.table.columns.index(column)].strip()

    def parsed(self, column: str, parse: Parser[T]) -> list[T | None]:
        """Return the values of a column, None where a cell is empty or not understood."""
        # Error cells are found once for all columns, see `opened`.
        values: dict[str, T | None] = {"": None, **dict.fromkeys(EXCEL_ERRORS)}
        faults: dict[str, BadCellError] = {}
        texts = self.texts(column)
        for text in texts:
            if text not in values:
                try:
                    values[text] = parse(text)
                except BadCellError as fault:
                    values[text] = None
                    faults[text] = fault
        if faults:
            self._tell(column, texts, faults)
        return [values[text] for text in texts]

    def required(self, column: str, parse: Parser[T]) -> list[T | None]:
        """Return the values of a column in which no cell may be empty."""
        if not self.has(column):
            return [None] * self.count  # found once, by `check_columns`
        for index, text in enumerate(self.texts(column)):
            if not text:
                self.fault(
                    index,
                    column,
                    "value_given",
                    f"{column} is empty",
                    "Fill it in, or delete the row.",
                )
        return self.parsed(column, parse)

    def unique(self, column: str) -> None:
        """Find the rows that repeat a name."""
        seen: dict[str, int] = {}
        for index, text in enumerate(self.texts(column)):
            if text and text in seen:
                number = self.table.numbers[seen[text]]
                self.fault(
                    index,
                    column,
                    "unique_name",
                    f"{text} is already in row {number}",
                    "Give each row its own name, or delete one of the two.",
                )
            seen.setdefault(text, index)

    def known(self, column: str, names: Iterable[str], rule: str, listed_in: str) -> None:
        """Find the cells that name what is not among `names`; empty ones are left alone."""
        among = set(names)
        for index, text in enumerate(self.texts(column)):
            if text and text not in among:
                self.unknown(index, column, text, (rule, listed_in, among))

    def unknown(self, index: int, column: str, text: str, what: tuple[str, str, set[str]]) -> None:
        """Find that `text` is not among the names of a list: (rule, where it is, the names)."""
        rule, listed_in, among = what
        near = get_close_matches(text, among, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Use one of {some(sorted(among))}."
        self.fault(index, column, rule, f"{text} is not in {listed_in}", hint, value=text)

    def fault(
        self,
        index: int | None,
        column: str,
        rule: str,
        message: str,
        hint: str,
        value: str | None = None,
    ) -> None:
        """Find a fault in the cell of row `index`; None means the header."""
        self.notes.add(self.finding(index, column, rule, message, hint, value))

    def finding(
        self,
        index: int | None,
        column: str,
        rule: str,
        message: str,
        hint: str,
        value: str | None = None,
    ) -> Finding:
        """Return a finding about the cell of row `index`; None means the header."""
        if value is None:
            value = column if index is None else self.cell(index, column)
        row = 1 if index is None else self.table.numbers[index]
        return Finding(
            rule=rule,
            file=self.shown,
            row=row,
            column=column,
            value=value[:200],
            message=message,
            hint=hint,
        )

    def _tell(self, column: str, texts: list[str], faults: dict[str, BadCellError]) -> None:
        for index, text in enumerate(texts):
            if fault := faults.get(text):
                self.fault(index, column, fault.rule, fault.message, fault.hint, value=text)


def opened(file: str, shown: str, table: Table, notes: Notes) -> Sheet:
    """Return a table for reading, with its columns and error cells checked."""
    sheet = Sheet(file=file, shown=shown, table=table, notes=notes)
    _error_cells(sheet)
    return sheet


def check_columns(sheet: Sheet, is_known: Callable[[str], bool] | None = None) -> tuple[str, ...]:
    """Find missing columns, note the unknown ones and return them."""
    known = COLUMNS[sheet.file]
    columns = sheet.table.columns
    for column in REQUIRED[sheet.file]:
        if column not in columns:
            near = next((c for c in columns if c.lower().replace(" ", "_") == column), None)
            sheet.fault(
                None,
                column,
                "column_given",
                f"there is no column {column}",
                f"Rename {near!r} to {column}." if near else f"Add a column {column}.",
                value="",
            )
    is_known = is_known or (lambda column: _is_known(column, known))
    unknown = tuple(column for column in columns if not is_known(column))
    _note_unknown(sheet, unknown, known)
    return unknown


def _is_known(column: str, known: tuple[str, ...]) -> bool:
    return any(
        column == name or (name.endswith("_") and column.startswith(name) and column != name)
        for name in known
    )


def _note_unknown(sheet: Sheet, unknown: tuple[str, ...], known: tuple[str, ...]) -> None:
    misspelt = set()
    for column in unknown:
        canonical = column.lower().replace(" ", "_")
        if _is_known(canonical, known) and not sheet.has(canonical):
            misspelt.add(column)
            if canonical not in REQUIRED[sheet.file]:
                sheet.fault(
                    None,
                    column,
                    "column_name",
                    f"{column} is not the name of a column; {canonical} is",
                    f"Rename {column!r} to {canonical}.",
                )
    rest = [column for column in unknown if column not in misspelt]
    if rest:
        near = get_close_matches(rest[0], known, n=1, cutoff=0.75)
        sheet.notes.warn(
            sheet.finding(
                None,
                rest[0],
                "column_used",
                f"{counted(len(rest), 'column')} not used: {some(rest)}",
                f"Did you mean {near[0]}?" if near else "Nothing to do if that is meant.",
            )
        )


def _error_cells(sheet: Sheet) -> None:
    for place, column in enumerate(sheet.table.columns):
        if EXCEL_ERRORS.isdisjoint(row[place] for row in sheet.table.rows):
            continue
        for index, cell in enumerate(sheet.texts(column)):
            if cell in EXCEL_ERRORS:
                sheet.fault(
                    index,
                    column,
                    "error_cell",
                    f"the cell holds the spreadsheet error {cell}",
                    "Repair the formula, or leave the cell empty.",
                )
