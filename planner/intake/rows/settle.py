"""What the cells of each column prove about their format, and what has to be asked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.intake.files.cells import Row
from planner.intake.formats.amounts import MARK_NAME, NumberEvidence
from planner.intake.formats.changeovers import ChangeoverEvidence
from planner.intake.formats.column_format import Format
from planner.intake.formats.date_evidence import DateEvidence
from planner.intake.formats.durations import (
    UNIT_NAME,
    DurationEvidence,
    minutes_of,
    minutes_text,
)
from planner.intake.formats.priorities import PriorityEvidence
from planner.intake.giving_back.exported import is_own_table
from planner.intake.headings.units import heading_unit, hint_of, in_thousands
from planner.intake.reading.sheet_reading import (
    ColumnReading,
    Question,
    SheetReading,
)
from planner.intake.rows.date_formats import DateFormats
from planner.intake.rows.evidence import ClockEvidence, Collector
from planner.intake.rows.format_questions import (
    cell_question,
    mark_question,
    unit_question,
)

_AMOUNTS = frozenset(("quantity", "done_quantity", "lot_quantity"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A mapping with every format settled as far as the file proves it.

    A column with an open question has "?" in its format and is left out of the table.
    """

    mapping: SheetReading
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def is_scenario_file(mapping: SheetReading) -> bool:
    """Return whether the header is a scenario file's own, whose priorities are weights.

    Its names alone are ordinary words; one that says a run time is not.
    """
    own = {column.field for column in mapping.columns if column.field == column.column}
    times = {"duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes"}
    if is_own_table(mapping.header):
        return True
    return {"order_id", "priority"} <= own and bool(times & own)


class Settler(DateFormats):
    """Settles the format of each column from the evidence of all of them."""

    def settled(self) -> Settled:
        """Return the mapping with formats, the open questions and what was assumed."""
        columns = tuple(self._column(column) for column in self._mapping.columns)
        return Settled(
            mapping=replace(self._mapping, columns=columns),
            questions=tuple(self._questions),
            assumptions=tuple(self._assumptions),
            keys=tuple(self.keys),
        )

    def _column(self, column: ColumnReading) -> ColumnReading:
        evidence = self._evidence.get(column.index)
        made = Format()
        if isinstance(evidence, DateEvidence):
            made = self._dates(column, evidence)
        elif isinstance(evidence, ChangeoverEvidence):
            mark = self._mark(column, evidence.times.numbers)
            unit = self._unit(column, evidence.times)
            made = Format(decimal=mark, unit=unit, decided=self._decided(column, evidence))
        elif isinstance(evidence, DurationEvidence):
            mark = self._mark(column, evidence.numbers)
            factor = self._per_pieces(column)
            made = Format(decimal=mark, unit=self._unit(column, evidence), factor=factor)
        elif isinstance(evidence, NumberEvidence):
            hint = "" if in_thousands(column.column) else hint_of(column.column)
            has_unit = evidence.has_units or bool(hint)
            made = Format(
                decimal=self._mark(column, evidence),
                unit="beside" if has_unit else "",
                factor=self._rate(column, evidence),
            )
        elif isinstance(evidence, ClockEvidence):
            made = self._clocks(column, evidence)
        elif isinstance(evidence, PriorityEvidence):
            made = Format(unit=self._priority(column, evidence))
        return replace(column, format=made)

    def _per_pieces(self, column: ColumnReading) -> str:
        pieces = heading_unit(column.column).pieces
        if column.field != "minutes_per_unit" or pieces < 2:
            return ""
        self._assumptions.append(f"{column.column}: times are for {pieces} pieces")
        return f"1/{pieces}"

    def _rate(self, column: ColumnReading, evidence: NumberEvidence) -> str:
        """Return what makes a rate one of an hour, and a share of a hundred one of 1."""
        name = column.column
        if column.field == "speed" and ("%" in name or evidence.largest > 5):
            self._assumptions.append(f"{name}: numbers are per cent")
            return "1/100"
        if column.field in _AMOUNTS and in_thousands(name):
            self._assumptions.append(f"{name}: numbers are thousands")
            return "1000"
        if column.field != "units_per_hour":
            return ""
        rate = heading_unit(name).rate
        hours = {"s": "3600", "min": "60", "shift": "1/8", "d": "1/24", "week": "1/168"}.get(
            rate, ""
        )
        if hours:
            told = {"shift": "of 8 hours", "d": "of 24 hours", "week": "of 168 hours"}.get(rate, "")
            self._assumptions.append(f"{name}: a rate for each {rate} {told}".strip())
        return hours

    def _decided(
        self, column: ColumnReading, evidence: ChangeoverEvidence
    ) -> tuple[tuple[str, str], ...]:
        """Return what cells without a time stand for, as answered or as taken until then."""
        made = []
        for what, count in evidence.counts.items():
            asked = self._answer(cell_question(column.column, what, count, evidence))
            if what == "yes" and asked != "default":
                minutes = minutes_of(asked, unit="min", decimal=".")
                asked = "default" if minutes is None else minutes_text(minutes)
            made.append((what, asked))
        return tuple(made)

    def _mark(self, column: ColumnReading, evidence: NumberEvidence) -> str:
        marks, name = evidence.marks, column.column
        if not marks:
            return ""
        if len(marks) == 1:
            self._assumptions.append(f"{name}: the decimal mark is a {MARK_NAME[marks[0]]}")
            return marks[0]
        if "." in marks and is_own_table(self._mapping.header):
            return "."
        mixed = evidence.point > 0
        if not mixed and len(self._shared_marks) == 1:
            (mark,) = self._shared_marks
            self._assumptions.append(
                f"{name}: the decimal mark is a {MARK_NAME[mark]}, as in the other columns"
            )
            return mark
        return self._ask(mark_question(name, evidence))

    def _unit(self, column: ColumnReading, evidence: DurationEvidence) -> str:
        name = column.column
        if evidence.clocks:
            self._assumptions.append(f"{name}: durations such as 1:30 are hours and minutes")
        if not evidence.bare or self._mapping.column_of("duration_unit"):
            return ""
        unit = heading_unit(name).time
        if unit:
            self._assumptions.append(f"{name}: numbers are {UNIT_NAME[unit]}, as its name says")
            return unit
        if " ".join(name.casefold().split("_")) in ("duration expected", "te"):
            self._assumptions.append(f"{name}: numbers are minutes, as in the system it is from")
            return "min"
        asked = self._ask(unit_question(column, evidence))
        if asked != "?" and self._mapping.answered(f"unit:{name}") is None:
            self._assumptions.append(f"{name}: numbers are taken as {UNIT_NAME[asked]}")
        return asked

    def _priority(self, column: ColumnReading, evidence: PriorityEvidence) -> str:
        name = column.column
        if is_scenario_file(self._mapping):
            self._assumptions.append(f"{name}: weights, as in a scenario file")
            return "weights"
        if evidence.is_constant:
            self._assumptions.append(f"{name}: equal in all rows, so every order weighs 1")
            return "ignore"
        if evidence.is_worded:
            self._assumptions.append(f"{name}: words are weights ({evidence.words_text})")
            return "words"
        asked = self._ask(evidence.question(name))
        if asked in ("high", "low"):
            self._assumptions.append(f"{name}: {evidence.weight_text(asked)}")
        low, high = evidence.range
        return f"{asked} {low} {high}" if asked in ("high", "low") else asked


def settle(rows: Iterable[Row], mapping: SheetReading, *, date_1904: bool = False) -> Settled:
    """Return `mapping` with the formats that the data `rows` prove, and what is still open."""
    collector = Collector(mapping)
    for row in rows:
        collector.add(row)
    return Settler(mapping, collector.columns, date_1904=date_1904).settled()
