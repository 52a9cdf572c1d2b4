"""A sheet whose header is found: names, what they say, and what the cells below look like."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from planner.intake.files.cells import CellTable, Row
from planner.intake.headings.evidence import (
    HeadingEvidence,
    heading_evidence,
    kind_of_title,
    languages_of,
)
from planner.intake.headings.units import HeadingUnit, heading_unit, is_unnamed
from planner.intake.reading.layout import data_rows, header_index, letters, names_of, second_header
from planner.intake.reading.profile import SAMPLED_ROWS, Profile, profiles
from planner.intake.reading.sheet_reading import ColumnReading, SheetReading


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class LaidOut:
    """A sheet as a header and the first rows of data below it; nothing is known of its meaning."""

    sheet: CellTable
    bare: SheetReading
    rows: tuple[Row, ...]
    said: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return self.bare.header

    @cached_property
    def headings(self) -> tuple[HeadingEvidence, ...]:
        """Return what each heading says."""
        return tuple(
            HeadingEvidence(text=name) if is_unnamed(name) else heading_evidence(name)
            for name in self.header
        )

    @cached_property
    def units(self) -> tuple[HeadingUnit, ...]:
        """Return the unit each heading names."""
        return tuple(heading_unit(name) for name in self.header)

    @cached_property
    def languages(self) -> dict[str, float]:
        """Return how much each language is spoken in the headings."""
        return dict(languages_of(self.headings))

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """Return what the cells of each column look like."""
        width = max((column.index for column in self.bare.columns), default=-1) + 1
        everything = profiles(self.rows, width)
        return tuple(everything[column.index] for column in self.bare.columns)

    @cached_property
    def title_kinds(self) -> dict[str, float]:
        """Return which kinds of table the name of the sheet says, or that of its file."""
        own = kind_of_title(self.sheet.name) if self.sheet.name else {}
        file = kind_of_title(self.sheet.file.rsplit(".", 1)[0])
        weight = 0.3 if self.sheet.name else 1.0
        kinds = {*own, *file}
        return {kind: max(own.get(kind, 0.0), weight * file.get(kind, 0.0)) for kind in kinds}

    @cached_property
    def typical_quantity(self) -> float:
        """Return the median of the column whose heading says quantity most; 0 without one."""
        said = [
            (max(h.score("orders", "quantity"), h.score("any", "quantity")), place)
            for place, h in enumerate(self.headings)
            if self.profiles[place].is_numbers
        ]
        best, place = max(said, default=(0.0, -1))
        return self.profiles[place].middle if best > 0.5 else 0.0

    @cached_property
    def repeats_orders(self) -> bool:
        """Return whether the column whose heading says most that it names orders repeats them."""
        said = [(h.score("orders", "order_id"), -p) for p, h in enumerate(self.headings)]
        best, place = max(said, default=(0.0, 0))
        return best > 0.7 and self.profiles[-place].unique < 0.95

    @cached_property
    def made_so_far(self) -> Profile | None:
        """Return the column whose heading says most that it is what is done of an order."""
        said = [
            (heading.score("orders", "done_quantity"), -place)
            for place, heading in enumerate(self.headings)
            if self.profiles[place].is_numbers
        ]
        best, place = max(said, default=(0.0, 0))
        return self.profiles[-place] if best > 0.7 else None

    def speaks(self, language: str) -> float:
        """Return a factor for words of a language: less than 1 where others are spoken."""
        if not self.languages or language in ("systems", "attributes"):
            return 1.0
        return 0.8 + 0.2 * self.languages.get(language, 0.0)


def laid_out(sheet: CellTable) -> LaidOut:
    """Return `sheet` with its header found."""
    rows, said = sheet.rows, []
    index = header_index(rows)
    first, lines = (index or 0), 1
    width = max((len(row) for row in rows[first:]), default=0)
    if index is None:
        header = tuple(f"column {letters(column)}" for column in range(width))
        said.append("there is no header row: columns are known by their letters")
        start = 0
    else:
        two = second_header(rows, index)
        lines = 2 if two else 1
        wide: Row = (*rows[index], *("",) * (width - len(rows[index])))
        header = names_of(wide, rows[index + 1] if two else ())
        start = index + lines
        if index:
            said.append(f"row {index + 1} is the header; the rows above it are notes")
        if two:
            said.append(f"row {index + 2} belongs to the header")
    # A last row that is a sum is told by the others: only where all of them are looked at.
    head = rows if len(rows) <= start + SAMPLED_ROWS else rows[: start + SAMPLED_ROWS]
    data = [row for _, row, why in data_rows(head, start, header, None) if not why]
    columns = tuple(
        ColumnReading(column=header[place], index=place)
        for place in _used_places(header, data, named=index is not None)
    )
    bare = SheetReading(
        kind="",
        header_row=0 if index is None else index + 1,
        header_lines=lines,
        columns=columns,
        sheet=sheet.name,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
    )
    return LaidOut(sheet=sheet, bare=bare, rows=tuple(data[:SAMPLED_ROWS]), said=tuple(said))


def _used_places(header: Sequence[str], data: Sequence[Row], *, named: bool) -> list[int]:
    """Return the places of real columns: named ones, and unnamed ones that hold something.

    Behind the last name, cells in less than half of the rows are no column: those rows are too
    long.
    """
    count = Counter(place for row in data for place, cell in enumerate(row) if cell != "")
    bare = {place for place, name in enumerate(header) if name == f"column {letters(place)}"}
    last = max((p for p in range(len(header)) if not named or p not in bare), default=-1)
    return [
        place
        for place in range(len(header))
        if (named and place not in bare)
        or (count[place] if place < last else 2 * count[place] >= max(len(data), 1))
        or (not named and count[place])
    ]
