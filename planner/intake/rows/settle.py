"""What the cells of each column prove about their format, and what has to be asked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from planner.intake.files.cells import Row
from planner.intake.formats.amounts import MARK_NAME, NumberEvidence
from planner.intake.formats.changeovers import CLASSES, ChangeoverEvidence
from planner.intake.formats.column_format import Format
from planner.intake.formats.dates import ORDER_NAME, DateEvidence
from planner.intake.formats.durations import (
    UNIT_NAME,
    DurationEvidence,
    minutes_of,
    minutes_text,
)
from planner.intake.formats.priorities import PriorityEvidence
from planner.intake.giving_back.exported import is_own_table
from planner.intake.headings.fields import type_of
from planner.intake.headings.units import heading_unit, hint_of, in_thousands
from planner.intake.reading.sheet_reading import (
    ColumnReading,
    Option,
    Question,
    SheetReading,
)
from planner.intake.rows.evidence import ClockEvidence, Collector, Evidence

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


def next_hour() -> str:
    """Return the next full hour of local time as ISO text."""
    now = datetime.now().replace(minute=0, second=0, microsecond=0)  # noqa: DTZ005
    return (now + timedelta(hours=1)).isoformat(timespec="minutes")


class Settler:
    """Settles the format of each column from the evidence of all of them."""

    def __init__(
        self, mapping: SheetReading, evidence: dict[int, Evidence], *, date_1904: bool
    ) -> None:
        self._mapping = mapping
        self._evidence = evidence
        self._date_1904 = date_1904
        self._questions: list[Question] = []
        self._assumptions: list[str] = []
        self.keys: list[str] = []
        self._shared_marks = self._proven_marks()
        self._shared_orders = self._proven_orders()

    def settled(self) -> Settled:
        """Return the mapping with formats, the open questions and what was assumed."""
        columns = tuple(self._column(column) for column in self._mapping.columns)
        return Settled(
            mapping=replace(self._mapping, columns=columns),
            questions=tuple(self._questions),
            assumptions=tuple(self._assumptions),
            keys=tuple(self.keys),
        )

    def _proven_marks(self) -> set[str]:
        found = (
            evidence.numbers if isinstance(evidence, DurationEvidence) else evidence
            for evidence in self._evidence.values()
        )
        return {e.marks[0] for e in found if isinstance(e, NumberEvidence) and len(e.marks) == 1}

    def _proven_orders(self) -> dict[str, str]:
        proven = {}
        for column in self._mapping.columns:
            evidence = self._evidence.get(column.index)
            if isinstance(evidence, DateEvidence) and len(evidence.orders) == 1:
                proven[evidence.orders[0]] = column.column
        return proven

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
            asked = self._answer(_cell_question(column.column, what, count, evidence))
            if what == "yes" and asked != "default":
                minutes = minutes_of(asked, unit="min", decimal=".")
                asked = "default" if minutes is None else minutes_text(minutes)
            made.append((what, asked))
        return tuple(made)

    def _clocks(self, column: ColumnReading, evidence: ClockEvidence) -> Format:
        is_nothing_said = column.field.endswith("_time") and not evidence.others
        if is_nothing_said:
            said = f"{column.column}: midnight in every row stands for no time of day"
            self._assumptions.append(said)
        return Format(whole_days=is_nothing_said)

    def _ask(self, question: Question) -> str:
        """Return the answer to `question`, its default, or "?" with the question kept open."""
        self.keys.append(question.key)
        given = self._mapping.answered(question.key)
        if given is not None and (
            question.is_open or given in [option.value for option in question.options]
        ):
            return str(given)
        self._questions.append(question)
        return question.default or "?"

    def _answer(self, question: Question) -> str:
        """Return the answer to `question`; until there is one its default, which is then said."""
        asked = self._ask(question)
        if self._mapping.answered(question.key) is None:
            label = next(o.label for o in question.options if o.value == question.default)
            self._assumptions.append(f"{question.text} Taken as: {label}")
        return asked

    def _counted(self, column: ColumnReading) -> Format:
        """Return the format of dates given as hours or days from a moment, which is asked."""
        unit = heading_unit(column.column).time or "h"
        now = next_hour()
        names = [c.column for c in self._mapping.columns if type_of(c.field) == "date"]
        question = Question(
            key="origin",
            column=column.column,
            text=f"{column.column}: numbers are {UNIT_NAME[unit]} after a start that the file does "
            "not have. Which moment is hour 0?",
            options=(Option(value=now, label=f"{now}, the next full hour, or any other moment"),),
            is_open=True,
        )
        is_first = names and names[0] == column.column
        given = self._mapping.answered("origin") or self._mapping.answered("start")
        if given is None and not is_first:
            return Format(date_order="?")
        asked = given if given is not None else self._ask(question)
        self.keys.append("origin")
        try:
            origin = datetime.fromisoformat(asked).isoformat(timespec="minutes")
        except ValueError:
            return Format(date_order="?")
        self._assumptions.append(f"{column.column}: {UNIT_NAME[unit]} from the start, {origin}")
        return Format(unit=unit, origin=origin)

    def _dates(self, column: ColumnReading, evidence: DateEvidence) -> Format:
        name = column.column
        if evidence.is_counted:
            return self._counted(column)
        if evidence.serials:
            system = 1904 if self._date_1904 else 1900
            self._assumptions.append(
                f"{name}: numbers such as 46349 are dates of Excel's {system} system"
            )
        begins = column.field == "release"
        if evidence.weeks or evidence.bare_weeks:
            day = "first day, Monday" if begins else "last day, Sunday"
            self._assumptions.append(f"{name}: a week means its {day}")
        near = self._near(column, evidence) if evidence.bare_weeks else ""
        if evidence.two_digits:
            self._assumptions.append(f"{name}: years of two digits are 1980 to 2079")
        if evidence.is_whole_days:
            self._assumptions.append(f"{name}: midnight in every row stands for no time of day")
        self._say_dates_only(column, evidence)
        order = self._order(column, evidence) if evidence.open_texts else ""
        native = self._swapped(column, evidence) if evidence.looks_swapped else ""
        return Format(
            date_order=order,
            native=native,
            date_1904=self._date_1904,
            whole_days=evidence.is_whole_days,
            near=near,
            week_begins=begins,
        )

    def _near(self, column: ColumnReading, evidence: DateEvidence) -> str:
        """Return the day that weeks without a year are near to: the column's own, or today."""
        near = evidence.middle or date.today()  # noqa: DTZ011 -- a day of the plant
        whose = f"{near}, the middle of its dates" if evidence.middle else f"today, {near}"
        self._assumptions.append(
            f"{column.column}: a week without a year is the one nearest to {whose}"
        )
        return near.isoformat()

    def _say_dates_only(self, column: ColumnReading, evidence: DateEvidence) -> None:
        helper = self._mapping.column_of(f"{column.field}_time")
        if not (evidence.dates_only or evidence.is_whole_days) or helper is not None:
            return
        if column.field in ("due", "deadline"):
            self._assumptions.append(
                f"{column.column}: a date without a time is the end of that day's last open window"
            )
        elif column.field == "release":
            self._assumptions.append(
                f"{column.column}: a date without a time is the start of that day"
            )

    def _order(self, column: ColumnReading, evidence: DateEvidence) -> str:
        name, orders = column.column, evidence.orders
        if len(orders) == 1:
            self._assumptions.append(f"{name}: {ORDER_NAME[orders[0]]}, as all its dates show")
            return orders[0]
        if orders and evidence.dotted == evidence.open_texts:
            self._assumptions.append(f"{name}: day first, as dates with points are")
            return "dmy"
        shared = [order for order in orders if order in self._shared_orders]
        if len(shared) == 1 and len(self._shared_orders) == 1:
            other = self._shared_orders[shared[0]]
            self._assumptions.append(f"{name}: {ORDER_NAME[shared[0]]}, as column {other} proves")
            return shared[0]
        return self._ask(_date_question(name, evidence))

    def _swapped(self, column: ColumnReading, evidence: DateEvidence) -> str:
        return self._ask(
            Question(
                key=f"swapped:{column.column}",
                column=column.column,
                text=f"{column.column}: {evidence.natives} cells are dates with days up to 12 and "
                f"the others are text such as {evidence.example}. A spreadsheet set to another "
                "country may have exchanged day and month of the dates.",
                options=(
                    Option(value="swap", label="exchange day and month back"),
                    Option(value="keep", label="the dates are right"),
                ),
            )
        )

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
        return self._ask(_mark_question(name, evidence))

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
        asked = self._ask(_unit_question(column, evidence))
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


_CELLS = {
    "no": ("forbidden", "say that it is not possible"),
    "dash": ("dash", "hold a dash"),
    "sign": ("forbidden_sign", "hold a cross"),
    "empty": ("empty", "are empty"),
    "yes": ("default", "say only that it is possible"),
}


def _cell_question(name: str, what: str, count: int, evidence: ChangeoverEvidence) -> Question:
    key, how = _CELLS[what]
    example = f" ({evidence.examples[what]})" if evidence.examples[what] else ""
    default = Option(value="default", label="the changeover that nothing is said of")
    never = Option(value="no", label="not possible: never one directly after the other")
    nothing = Option(value="0", label="no time at all")
    options: tuple[Option, ...] = (never, default, nothing)
    if what == "yes":
        options = (default, Option(value="60", label="60 minutes, or any other time"))
    return Question(
        key=f"{key}:{name}" if key != "default" else "default",
        column=name,
        text=f"{name}: {count} cell{'s' if count > 1 else ''} {how}{example}.",
        options=options,
        default=CLASSES[what],
        is_open=what == "yes",
    )


def _date_question(name: str, evidence: DateEvidence) -> Question:
    orders = evidence.orders or tuple(order for order in ORDER_NAME if evidence.fits[order])
    if evidence.is_contradictory:
        counts = ", ".join(f"{evidence.fits[order]} {ORDER_NAME[order]}" for order in orders)
        why = f"its dates contradict each other: of {evidence.open_texts} fit {counts}"
    else:
        why = f"dates such as {evidence.example} can be read in more than one way"
    options = tuple(Option(value=order, label=f"{ORDER_NAME[order]} ({order})") for order in orders)
    return Question(key=f"date_order:{name}", text=f"{name}: {why}.", options=options, column=name)


def _mark_question(name: str, evidence: NumberEvidence) -> Question:
    text = (
        f"{name}: some numbers have a decimal point, others a decimal comma."
        if evidence.point
        else f"{name}: {evidence.example} may have a decimal mark or a thousands mark."
    )
    options = (
        Option(value=".", label="the point is the decimal mark"),
        Option(value=",", label="the comma is the decimal mark"),
    )
    return Question(key=f"decimal:{name}", text=text, options=options, column=name)


def _unit_question(column: ColumnReading, evidence: DurationEvidence) -> Question:
    looks_like_minutes = column.field == "minutes" or evidence.looks_like_minutes
    return Question(
        key=f"unit:{column.column}",
        column=column.column,
        text=f"{column.column}: in which unit are these times?",
        options=tuple(Option(value=unit, label=name) for unit, name in UNIT_NAME.items()),
        default="min" if looks_like_minutes else None,
    )


def settle(rows: Iterable[Row], mapping: SheetReading, *, date_1904: bool = False) -> Settled:
    """Return `mapping` with the formats that the data `rows` prove, and what is still open."""
    collector = Collector(mapping)
    for row in rows:
        collector.add(row)
    return Settler(mapping, collector.columns, date_1904=date_1904).settled()
