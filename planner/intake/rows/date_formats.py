"""How the dates of a column are written: in which order, with which times, counted from when."""

from datetime import date, datetime, timedelta

from planner.intake.formats.column_format import Format
from planner.intake.formats.date_evidence import DateEvidence
from planner.intake.formats.dates import ORDER_NAME
from planner.intake.formats.durations import (
    UNIT_NAME,
)
from planner.intake.headings.fields import type_of
from planner.intake.headings.units import heading_unit
from planner.intake.reading.sheet_reading import (
    ColumnReading,
    Option,
    Question,
)
from planner.intake.rows.asked_formats import AskedFormats
from planner.intake.rows.evidence import ClockEvidence
from planner.intake.rows.format_questions import (
    date_question,
)


def next_hour() -> str:
    """Return the next full hour of local time as ISO text."""
    now = datetime.now().replace(minute=0, second=0, microsecond=0)  # noqa: DTZ005
    return (now + timedelta(hours=1)).isoformat(timespec="minutes")


class DateFormats(AskedFormats):
    """Decides on the formats of dates and times of day."""

    def _clocks(self, column: ColumnReading, evidence: ClockEvidence) -> Format:
        is_nothing_said = column.field.endswith("_time") and not evidence.others
        if is_nothing_said:
            said = f"{column.column}: midnight in every row stands for no time of day"
            self._assumptions.append(said)
        return Format(whole_days=is_nothing_said)

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
        return self._ask(date_question(name, evidence))

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
