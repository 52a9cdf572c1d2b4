"""How sheets of a workbook look and print, and how values become cells."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from textwrap import wrap
from typing import Any, NamedTuple

from planner.writer.cell_text import harmless
from planner.writer.handover import Handover, visible

Cell = str | int | float | Decimal | datetime | None
LONGEST_TEXT = 32_767  # characters in a cell
LONGEST_MARGIN = 255  # characters in a header or footer
LINE_HEIGHT = 15.0  # points
FIRST_YEAR = 1900  # Excel knows no date before
PAPER_A4 = 9


class SheetColumn(NamedTuple):
    """A heading, how wide its cells are in characters, and how numbers or times are shown."""

    heading: str
    width: int = 14
    shown: str = "General"


class Book:
    """A workbook in the making; every sheet carries what it is of in its margins."""

    def __init__(self, workbook: Any, handover: Handover) -> None:
        self.workbook = workbook
        self.handover = handover
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def look(self, **properties: Any) -> Any:
        """Return the format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]

    def sheet(self, name: str) -> Any:
        """Return a new sheet, landscape, one page wide, with its facts in the margins."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(PAPER_A4)
        sheet.fit_to_pages(1, 0)
        title = visible(self.handover.scenario.name).replace("&", "&&")
        facts = visible(self.handover.line).replace("&", "&&")
        sheet.set_header(f"&L{_cut(title, 200)}&R&A")
        sheet.set_footer(f"&L&8{_cut(facts, LONGEST_MARGIN - 30)}&R&8&P / &N")
        return sheet

    def table(
        self,
        name: str,
        columns: Sequence[SheetColumn],
        rows: Iterable[Sequence[Cell]],
        *,
        page_per: int | None = None,
    ) -> None:
        """Add a sheet with a table: headings frozen, repeated in print, and with filters.

        Where column `page_per` changes its value a new page begins.
        """
        sheet, lines = self.sheet(name), list(rows)
        head = self.look(bold=True, bottom=1, text_wrap=True, valign="top", bg_color="#E8EBF0")
        # Not every spreadsheet makes room for headings of several lines by itself.
        sheet.set_row(0, LINE_HEIGHT * max(map(_lines, columns), default=1))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, head)
        for number, line in enumerate(lines, start=1):
            for place, value in enumerate(line):
                self.write(sheet, (number, place), value, columns[place].shown)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(1, len(lines)), len(columns) - 1)
        sheet.print_area(0, 0, max(1, len(lines)), len(columns) - 1)
        if page_per is not None:
            keys = [line[page_per] for line in lines]
            breaks = [n for n, (a, b) in enumerate(pairwise(keys), start=2) if a != b]
            sheet.set_h_pagebreaks(breaks[:1000])

    def write(self, sheet: Any, place: tuple[int, int], value: Cell, shown: str) -> None:
        """Write one cell; text stays text, whatever it begins with."""
        if value is None:
            return
        if isinstance(value, datetime) and value.year >= FIRST_YEAR:
            sheet.write_datetime(*place, value.replace(tzinfo=None), self.look(num_format=shown))
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(*place, value, self.look(num_format=shown))
        else:
            # The mark of text keeps a cell text when somebody edits it, too.
            text = _cut(str(value), LONGEST_TEXT)
            risky = {"quote_prefix": True} if harmless(text) != text else {}
            sheet.write_string(
                *place, text, self.look(align="left", valign="top", indent=1, **risky)
            )

    def picture(self, name: str, png: bytes) -> None:
        """Add a sheet with a picture."""
        sheet = self.sheet(name)
        told = {"image_data": io.BytesIO(png), "description": "Gantt chart of the schedule"}
        sheet.insert_image(1, 0, "gantt.png", told)
        self.write(sheet, (0, 0), self.handover.line, "General")
        sheet.freeze_panes(1, 0)


def _lines(column: SheetColumn) -> int:
    """Return how many lines a heading takes in its column, words kept whole."""
    # Bold characters are wider than the digits that widths are counted in.
    return len(wrap(column.heading, max(4, int(column.width / 1.25))))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
