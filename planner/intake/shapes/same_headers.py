"""Sheets of one workbook with the same headings, such as one for each machine: read as one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.intake.files.cells import CellTable, Row, shown
from planner.intake.formats.dates import taken_apart
from planner.intake.formats.months import month_of
from planner.intake.headings.evidence import heading_evidence
from planner.intake.headings.lexicon import lexicon
from planner.intake.headings.text import tokens
from planner.intake.headings.units import normal
from planner.intake.reading.layout import header_index

NAME_OF_SHEET = "machine (name of the sheet)"
PLAIN_NAME = "sheet"
ALL = "all"


def stacked_sheets(sheets: Sequence[CellTable], answers: Mapping[str, str]) -> list[CellTable]:
    """Return the sheets, those with equal headings in one file as one, in the place of the first.

    The name of the sheet becomes a column: the machine, unless it is a day or there is one already.
    """
    groups: dict[tuple[str, ...], list[CellTable]] = {}
    for place, sheet in enumerate(sheets):
        groups.setdefault(_key(sheet) or (str(place),), []).append(sheet)
    made = []
    for alike in groups.values():
        chosen = [
            s for s in alike if s.name == answers.get("sheet", answers.get("sheet:orders.csv"))
        ]
        made.append(_stacked(alike) if len(alike) > 1 and not chosen else (chosen or alike)[0])
    return made


def _key(sheet: CellTable) -> tuple[str, ...]:
    index = header_index(sheet.rows) if sheet.name else None
    if index is None:
        return ()
    names = [normal(shown(cell)) for cell in sheet.rows[index]]
    has_order = any(
        heading_evidence(name).score("orders", "order_id") > 0.6 for name in names if name
    )
    return (sheet.file, *names) if has_order and len(names) > 2 else ()


def _stacked(sheets: Sequence[CellTable]) -> CellTable:
    headers = [header_index(sheet.rows) or 0 for sheet in sheets]
    header = sheets[0].rows[headers[0]]
    width = max(len(header), 1)
    column = PLAIN_NAME if _has_machine(header) or _are_days(sheets) else NAME_OF_SHEET
    rows: list[Row] = [(*header, column)]
    numbers, origins = [headers[0] + 1], [sheets[0].title]
    for sheet, index in zip(sheets, headers, strict=True):
        for place, row in enumerate(sheet.rows[index + 1 :], start=index + 1):
            if any(cell != "" for cell in row):
                own: Row = (*row[:width], *("",) * (width - len(row)))
                rows.append((*own, sheet.name))
                numbers.append(sheet.numbers[place] if sheet.numbers else place + 1)
                origins.append(sheet.title)
    names = [sheet.name for sheet in sheets]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    said = f"the sheets {listed} have the same columns and are read as one table"
    if column == NAME_OF_SHEET:
        said += "; the name of each is the machine"
    return replace(
        sheets[0],
        rows=tuple(rows),
        numbers=tuple(numbers),
        origins=tuple(origins),
        called=f"{sheets[0].file}, sheets {listed}",
        joined=tuple(names),
        assumptions=(*sheets[0].assumptions, said),
    )


def _has_machine(header: Row) -> bool:
    return any(
        heading_evidence(shown(cell)).score("any", "machine") > 0.75
        for cell in header
        if cell != ""
    )


def _are_days(sheets: Sequence[CellTable]) -> bool:
    """Return whether the names of sheets are days, weeks or months."""
    known = lexicon()

    def is_day(name: str) -> bool:
        words = tokens(name)
        named = [
            month_of(w) is not None
            or known.value("weekdays", w)
            or "week" in known.units.get(w, ())
            for w in words
        ]
        return taken_apart(name) is not None or any(named) or name.strip().isdigit()

    return all(is_day(sheet.name) for sheet in sheets)
