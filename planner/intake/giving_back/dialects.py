"""How a file writes numbers, times and dates, so that new values look like the old ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.intake.formats.durations import unit_minutes
from planner.intake.giving_back.uploads import Upload
from planner.intake.headings.fields import type_of
from planner.intake.reading.sheet_reading import ColumnReading

_BETWEEN_DATE_PARTS = re.compile(r"\d([./\-])\d")
_DATE_FORMS = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y", "ymd": "%Y{0}%m{0}%d"}
_ISO = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a delimited file is written; `date_form` is as `strftime` wants it."""

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    decimal: str = "."
    date_form: str = _ISO
    is_of_workbook: bool = False

    def number(self, text: str) -> str:
        """Return a canonical number with the file's decimal mark."""
        return text.replace(".", self.decimal)

    def moment(self, local: datetime, *, has_clock: bool = True) -> str:
        """Return local time as the file writes dates."""
        clock = "%H:%M:%S" if local.second else "%H:%M"
        return local.strftime(f"{self.date_form} {clock}" if has_clock else self.date_form)

    def written(self, value: str, column: ColumnReading) -> str:
        """Return a canonical value as `column` writes such values."""
        kind = type_of(column.field)
        if kind == "date":
            return self._date(value)
        if kind == "duration":
            return self._duration(value, column.format.unit)
        return self.number(value) if kind in ("number", "quantity") else value

    def _date(self, value: str) -> str:
        try:
            local = datetime.fromisoformat(value)
        except ValueError:
            return value
        return value if local.tzinfo else self.moment(local, has_clock=len(value) > 10)

    def _duration(self, value: str, unit: str) -> str:
        length = unit_minutes(unit) if unit else None
        if not value or length is None:
            return self.number(f"{value} min") if value else ""
        return self.number(f"{float(value) / float(length):.12g}")

    def encoded(self, text: str) -> bytes:
        """Return `text` in the file's encoding, or in UTF-8 where that lacks a letter of it."""
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode("utf-8-sig")


def dialect_of(upload: Upload, columns: Sequence[ColumnReading]) -> Dialect:
    """Return how `upload` was written; a workbook, which has no dialect, gives plain CSV."""
    mapping = upload.mapping
    if not mapping.delimiter:
        return Dialect(is_of_workbook=True)
    marks = [column.format.decimal for column in columns]
    return Dialect(
        delimiter=mapping.delimiter,
        encoding=mapping.encoding or "utf-8-sig",
        decimal="," if "," in marks and "." not in marks else ".",
        date_form=_date_form(upload, columns),
    )


def _date_form(upload: Upload, columns: Sequence[ColumnReading]) -> str:
    for place, column in enumerate(columns):
        form = _DATE_FORMS.get(column.format.date_order)
        if form is None:
            continue
        written = (order.cells[place] for order in upload.orders.values())
        marks = (_BETWEEN_DATE_PARTS.search(cell) for cell in written)
        mark = next((found[1] for found in marks if found), None)
        if mark:
            return form.format(mark)
    return _ISO
