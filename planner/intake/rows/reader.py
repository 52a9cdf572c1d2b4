"""Data rows to canonical rows, a batch at a time, once every format is settled."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from planner.intake.files.cells import Cell, Row, is_nothing, shown
from planner.intake.formats.amounts import number
from planner.intake.formats.column_format import Format
from planner.intake.formats.convert import (
    CONVERTERS,
    IDENTITIES,
    converted,
    family,
    identity,
    unit_beside,
)
from planner.intake.formats.durations import minutes_text
from planner.intake.formats.families import FamilyRule, finder
from planner.intake.formats.problems import Converted, Converter, Problem
from planner.intake.headings.fields import DISPENSABLE, HELPERS, KEYS, known_fields, type_in
from planner.intake.headings.lexicon import lexicon
from planner.intake.headings.units import heading_unit, hint_of, normal
from planner.intake.reading.columns import ROW_NUMBERS
from planner.intake.reading.sheet_reading import IGNORED, ColumnReading, SheetReading
from planner.intake.rows.source import Source
from planner.reader.tables import COLUMNS

# Distinct cells of a column whose text is kept; a history repeats few of them.
REMEMBERED_CELLS = 5_000
_LONGEST_HINT = 3  # characters of a unit that is not known


Maker = Callable[[Sequence[Source]], list[Converted]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCell:
    """A cell of the file that cannot be read."""

    line: int
    column: str
    value: str
    problem: Problem
    costs_row: bool = True


class Reads(NamedTuple):
    """What a batch of rows became: good rows, and the bad cells of the others."""

    rows: list[tuple[str, ...]]
    lines: list[int]
    bad: list[BadCell]
    rejected: list[Source]


@dataclass(frozen=True, slots=True)
class _Output:
    """One canonical column, the name of its column in the file, and what gives its texts."""

    field: str
    heading: str
    make: Maker


class RowReader:
    """Reads data rows as a settled mapping says."""

    def __init__(self, mapping: SheetReading) -> None:
        self._mapping = mapping
        self._outputs = tuple(self._known()) + tuple(self._extra())
        self.columns = tuple(output.field for output in self._outputs)
        kind = "changeovers" if mapping.kind == "matrix" else mapping.kind
        self._keys = [self.columns.index(key) for key in KEYS[kind] if key in self.columns]

    @property
    def headings(self) -> tuple[str, ...]:
        """Return what the file calls each canonical column."""
        return tuple(output.heading for output in self._outputs)

    def read(self, sources: Sequence[Source]) -> Reads:
        """Return the rows that can be read and the bad cells of those that cannot."""
        made = [output.make(sources) for output in self._outputs]
        reads = Reads([], [], [], [])
        for source, texts in zip(sources, zip(*made, strict=True), strict=True):
            bad = [
                index
                for index, text in enumerate(texts)
                if isinstance(text, Problem) or (not text and index in self._keys)
            ]
            costs_row = any(not self._is_dispensable(index) for index in bad)
            reads.bad.extend(
                self._bad_cell(source, index, texts[index], costs_row=costs_row) for index in bad
            )
            if costs_row:
                reads.rejected.append(source)
                continue
            if bad:
                texts = tuple("" if index in bad else text for index, text in enumerate(texts))
            reads.rows.append(texts)
            reads.lines.append(source.line)
        return reads

    def _is_dispensable(self, index: int) -> bool:
        return self._outputs[index].field in DISPENSABLE

    def _bad_cell(
        self, source: Source, index: int, found: Converted, *, costs_row: bool
    ) -> BadCell:
        output = self._outputs[index]
        column = self._mapping.column_of(output.field)
        value = _cell(source.row, column.index) if column else ""
        if not isinstance(found, Problem):
            found = Problem(
                "value_given", f"{output.heading} is empty", "Fill it in, or delete the row."
            )
        return BadCell(
            line=source.line,
            column=output.heading,
            value=shown(value)[:200],
            problem=found,
            costs_row=costs_row,
        )

    def _known(self) -> list[_Output]:
        made = {}
        for column in self._mapping.columns:
            if column.field and column.field not in HELPERS | {IGNORED} and _is_settled(column):
                made[column.field] = _Output(column.field, column.column, self._maker(column))
        for field, heading, make in self._derived(made.keys()):
            made[field] = _Output(field, heading, make)
        return [made[field] for field in _in_order(tuple(made), self._mapping.kind)]

    def _derived(self, made: Collection[str]) -> list[tuple[str, str, Maker]]:
        found = []
        quantity = self._mapping.column_of("quantity")
        if (
            quantity
            and quantity.format.unit
            and "unit" not in made
            and self._mapping.kind == "orders"
        ):
            found.append(("unit", quantity.column, _units(quantity)))
        rule = self._mapping.family_rule
        text = next((c for c in self._mapping.columns if rule and c.column == rule.column), None)
        if rule and text and "family" not in made:
            found.append(("family", text.column, _families(text, rule)))
        if self._mapping.answered("column:order_id") == ROW_NUMBERS and "order_id" not in made:
            found.append(("order_id", "row", lambda sources: [str(s.line) for s in sources]))
        return found

    def _extra(self) -> list[_Output]:
        kept = [
            column
            for column in self._mapping.columns
            if column.field in HELPERS or not column.field or not _is_settled(column)
        ]
        taken = {output.field for output in self._known()}
        outputs = []
        for column in kept:
            name = _free_name(column.column, self._mapping.kind, taken)
            taken.add(name)
            outputs.append(_Output(name, column.column, _plain(column.index)))
        return outputs

    def _maker(self, column: ColumnReading) -> Maker:
        kind = type_in(self._mapping.kind, column.field)
        if kind == "duration" and (unit := self._mapping.column_of("duration_unit")):
            return _durations(column, unit)
        convert = _converter(kind, column.field)
        make = _converting(column, convert)
        shots = shot_column(self._mapping, column)
        if shots is not None:
            return _shared(make, shots)
        clock = self._mapping.column_of(f"{column.field}_time") if kind == "date" else None
        if clock is None or clock.format.whole_days:
            return make
        return _moments(make, _converting(clock, CONVERTERS["clock"]))


def _families(column: ColumnReading, rule: FamilyRule) -> Maker:
    find = finder(rule)

    def make(sources: Sequence[Source]) -> list[Converted]:
        texts = (shown(_cell(source.row, column.index)) for source in sources)
        return [find(text) or _no_family(rule.text) for text in texts]

    return make


def _in_order(made: Sequence[str], kind: str) -> list[str]:
    """Return the fields as a scenario file lists them.

    Attributes keep the order of the file: a family is named by them in that order.
    """
    first = next((f for f in known_fields(kind) if f.startswith("attr_")), "")
    attributes = [field for field in made if field.startswith("attr_")]
    order: list[str] = []
    for field in known_fields(kind):
        order += attributes if field == first else [field]
    order += made
    return [field for field in dict.fromkeys(order) if field in made]


def _no_family(rule: str) -> Problem:
    return Problem(
        "family", f"no family is found by: {rule}", "Put the text right, or edit the rule."
    )


def _is_settled(column: ColumnReading) -> bool:
    form = column.format
    return "?" not in (form.decimal, form.date_order, form.unit, form.native)


def _cell(row: Row, index: int) -> Cell:
    return row[index] if index < len(row) else ""


def _free_name(name: str, kind: str, taken: set[str]) -> str:
    canonical = COLUMNS.get(f"{'changeovers' if kind == 'matrix' else kind}.csv", ())
    spelt = normal(name).replace(" ", "_")
    is_canonical = any(
        spelt == known or (known.endswith("_") and spelt.startswith(known)) for known in canonical
    )
    free = f"{name} (file)" if is_canonical else name
    while free in taken:
        free = f"{free} (file)"
    return free


def _converter(kind: str, field: str) -> Converter:
    if field == "family" or field.startswith("attr_"):
        return family
    return identity if field in IDENTITIES else CONVERTERS[kind]


def _plain(index: int) -> Maker:
    return lambda sources: [shown(_cell(source.row, index)) for source in sources]


def _converting(column: ColumnReading, convert: Converter) -> Maker:
    index, form = column.index, column.format
    # Keyed with the type: True, 1 and 1.0 are equal and mean different things.
    known: dict[tuple[type, Cell], Converted] = {}

    def make(sources: Sequence[Source]) -> list[Converted]:
        found: list[Converted] = []
        if len(known) > REMEMBERED_CELLS:
            known.clear()
        for _, row in sources:
            cell = row[index] if index < len(row) else ""
            key = (cell.__class__, cell)
            if key not in known:
                known[key] = converted(cell, form, convert)
            found.append(known[key])
        return found

    return make


def shot_column(mapping: SheetReading, column: ColumnReading) -> ColumnReading | None:
    """Return the column that says how many pieces a cycle makes, where a time is of a cycle."""
    if column.field != "minutes_per_unit" or heading_unit(column.column).pieces:
        return None
    return next((c for c in mapping.columns if c.other == "cavities"), None)


def _shared(make: Maker, shots: ColumnReading) -> Maker:
    """Share the time of a cycle among the pieces it makes."""

    def shared(sources: Sequence[Source]) -> list[Converted]:
        found = []
        for source, text in zip(sources, make(sources), strict=True):
            pieces = number(shown(_cell(source.row, shots.index)), ".")
            whole = pieces is not None and pieces.number >= 1
            is_time = isinstance(text, str) and text
            if is_time and whole and pieces is not None:
                text = minutes_text(Fraction(str(text)) / Fraction(pieces.number))
            found.append(text)
        return found

    return shared


def _durations(column: ColumnReading, unit: ColumnReading) -> Maker:
    by_unit: dict[str, Maker] = {}

    def make(sources: Sequence[Source]) -> list[Converted]:
        found: list[Converted] = []
        for source in sources:
            name = shown(_cell(source.row, unit.index))
            if name not in by_unit:
                form = Format(decimal=column.format.decimal, unit=name)
                known = ColumnReading(column=column.column, index=column.index, format=form)
                by_unit[name] = _converting(known, CONVERTERS["duration"])
            found.extend(by_unit[name]([source]))
        return found

    return make


def _moments(
    days: Maker,
    clocks: Maker,
) -> Maker:
    def make(sources: Sequence[Source]) -> list[Converted]:
        pairs = zip(days(sources), clocks(sources), strict=True)
        return [_with_clock(day, clock) for day, clock in pairs]

    return make


def _with_clock(day: Converted, clock: Converted) -> Converted:
    if isinstance(day, Problem) or not day:
        return day
    if isinstance(clock, Problem):
        return clock
    if not clock:
        return day
    if clock == "24:00":
        return f"{date.fromisoformat(day[:10]) + timedelta(days=1)}T00:00"
    return f"{day[:10]}T{clock}"


def _units(quantity: ColumnReading) -> Maker:
    hint, decimal = hint_of(quantity.column), quantity.format.decimal
    if len(hint) > _LONGEST_HINT and not lexicon().units_of(hint):
        hint = ""  # another name of the column, not a unit

    def make(sources: Sequence[Source]) -> list[Converted]:
        cells = (_cell(source.row, quantity.index) for source in sources)
        return ["" if is_nothing(cell) else unit_beside(cell, decimal) or hint for cell in cells]

    return make
