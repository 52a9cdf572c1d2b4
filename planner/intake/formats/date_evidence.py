"""What the dates of a column say together: their order, whether they are dates at all."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from planner.intake.files.cells import Cell, shown
from planner.intake.formats.dates import (
    ORDERS,
    DateText,
    bare_week,
    day_of,
    is_packed,
    is_serial,
    taken_apart,
)


@dataclass(slots=True)
class DateEvidence:
    """What all cells of a column say about their date order; filled while rows pass by."""

    fits: Counter[str] = field(default_factory=Counter)
    open_texts: int = 0
    dotted: int = 0
    two_digits: int = 0
    natives: int = 0
    native_days_up_to_12: int = 0
    serials: int = 0
    dates_only: int = 0
    midnights: int = 0
    timed: int = 0
    weeks: int = 0
    bare_weeks: int = 0
    days: list[date] = field(default_factory=list)
    counted: int = 0
    seen: set[Cell] = field(default_factory=set)
    example: str = ""

    def add(self, cell: Cell) -> None:
        """Take one cell into account; a value seen before counts once."""
        if cell in self.seen:
            return
        if len(self.seen) < 5_000:
            self.seen.add(cell)
        if isinstance(cell, date):
            self.natives += 1
            self.native_days_up_to_12 += cell.day <= 12
            self.days.append(date(cell.year, cell.month, cell.day))
            clock = cell.time() if isinstance(cell, datetime) else None
            self._add_clock(None if clock is None else clock.hour * 60 + clock.minute)
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            self.counted += not is_serial(cell)
            self.serials += not is_packed(shown(cell))
            self._add_clock(None if float(cell).is_integer() else 1)
        elif isinstance(cell, str):
            self._add_text(cell)

    def _add_text(self, text: str) -> None:
        parts = taken_apart(text)
        if parts is None and bare_week(text) is not None:
            self.bare_weeks += 1
            self._add_clock(None)
            return
        if parts is None:
            digits = text.strip().replace(".", "").replace(",", "")
            self.serials += digits.isdigit()
            self.counted += digits.isdigit() and len(digits) < 5
            return
        # Who writes a zone means the time of day, midnight too.
        self._add_clock(1 if parts.zone else parts.seconds)
        self.weeks += parts.is_week
        possible = [order for order in self.orders_of(parts) if day_of(parts, order)]
        self.days += [day for order in possible[:1] if (day := day_of(parts, order))]
        if parts.order:
            return
        if not possible:
            return
        self.open_texts += 1
        self.dotted += parts.dotted
        self.two_digits += parts.year_digits == 2
        self.example = self.example or text.strip()
        self.fits.update(possible)

    def _add_clock(self, time_of_day: int | None) -> None:
        self.dates_only += time_of_day is None
        self.midnights += time_of_day == 0
        self.timed += bool(time_of_day)

    @property
    def middle(self) -> date | None:
        """Return the middle one of the days whose year is written; None without any."""
        return sorted(self.days)[len(self.days) // 2] if self.days else None

    @property
    def is_counted(self) -> bool:
        """Return whether the cells are numbers too small for dates: hours or days from a start."""
        return self.counted > 0 and self.counted >= 0.9 * self.serials and not self.natives

    @property
    def is_whole_days(self) -> bool:
        """Return whether the times of day are midnight throughout, and so mean nothing."""
        return self.midnights > 0 and self.timed == 0

    @staticmethod
    def orders_of(parts: DateText) -> tuple[str, ...]:
        """Return the orders in which `parts` may be read at all."""
        if parts.dotted:
            return ("dmy", "mdy")
        return ORDERS if parts.year_digits == 2 else ORDERS[:2]

    @property
    def orders(self) -> tuple[str, ...]:
        """Return the orders that fit every date of the column; none when they contradict."""
        if not self.open_texts:
            return ()
        return tuple(order for order in ORDERS if self.fits[order] == self.open_texts)

    @property
    def is_contradictory(self) -> bool:
        """Return whether no single order fits all dates."""
        return self.open_texts > 0 and not self.orders

    @property
    def looks_swapped(self) -> bool:
        """Return whether a spreadsheet of the wrong country read half of the dates.

        Days up to 12 became dates, with day and month exchanged; the others stayed text.
        """
        one_order = len(self.orders) == 1 and self.orders[0] in ("dmy", "mdy")
        return one_order and self.natives > 0 and self.natives == self.native_days_up_to_12
