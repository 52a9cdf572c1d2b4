"""The Gantt chart as coloured cells: a row is a machine, a column a slot of time."""

from collections.abc import Iterator
from typing import Any

from planner.kpis import worked_parts
from planner.writer.handover import CHANGEOVER_COLOUR, UPKEEP_COLOUR, Handover
from planner.writer.sheet_writing import Book

MOST_SLOTS = 200
SLOT_MINUTES = (5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10080)
DIAGONAL_STRIPES = 14  # Excel's number of the pattern
DIAGONAL_CROSSES = 16
UPKEEP = 0  # instead of a batch number

# What a slot shows: batch number and family, or None for a changeover, and for how many units.
# Of upkeep the number is UPKEEP.
Share = dict[tuple[int, str | None], int]


def gantt_cells(book: Book) -> None:
    """Add the sheet; a slot shows what takes most of it, a batch with its number."""
    handover = book.handover
    slot = slot_units(handover)
    count = max(1, -(-handover.makespan // slot))
    sheet = book.sheet("Gantt")
    _write_head(book, sheet, slot, count)
    machines = handover.machines()
    for row, machine in enumerate(machines, start=2):
        book.write(sheet, (row, 0), machine, "General")
        for place, (number, family) in _slots(handover, machine, slot).items():
            _write_slot(book, sheet, (row, 1 + place), number, family)
    last = _write_legend(book, sheet, len(machines) + 3)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, count, 3)
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(0, 1)
    sheet.repeat_columns(0)
    sheet.print_area(0, 0, last, count)


def slot_units(handover: Handover) -> int:
    """Return the length of a column in units: the shortest that needs few enough columns."""
    units = [minutes * handover.scenario.clock.units_per_minute for minutes in SLOT_MINUTES]
    enough = (length for length in units if handover.makespan <= MOST_SLOTS * length)
    return next(enough, -(-handover.makespan // MOST_SLOTS))


def _write_head(book: Book, sheet: Any, slot: int, count: int) -> None:
    clock = book.handover.scenario.clock
    minutes = f"{slot / clock.units_per_minute:g}"
    sheet.write_string(
        0, 0, f"{minutes} min a column, {clock.time_zone}", book.look(text_wrap=True)
    )
    book.write(sheet, (1, 0), "Machine", "General")
    upright, day = book.look(rotation=90, font_size=8), None
    for place in range(count):
        local = clock.local(place * slot)
        if local.date() != day:
            sheet.write_string(0, 1 + place, f"{local:%Y-%m-%d}")  # text may reach beyond its cell
            day = local.date()
        sheet.write_string(1, 1 + place, f"{local:%H:%M}", upright)


def _slots(handover: Handover, machine: str, slot: int) -> dict[int, tuple[int, str | None]]:
    shares: dict[int, Share] = {}
    for start, end, shows in _spans(handover, machine):
        for place in range(start // slot, -(-end // slot)):
            taken = min(end, (place + 1) * slot) - max(start, place * slot)
            share = shares.setdefault(place, {})
            share[shows] = share.get(shows, 0) + taken
    return {place: max(share, key=lambda key: share[key]) for place, share in shares.items()}


def _spans(handover: Handover, machine: str) -> Iterator[tuple[int, int, tuple[int, str | None]]]:
    """Yield what a machine does from when to when."""
    for number, batch, run in handover.batches(machine):
        yield batch.start, batch.end, (number, batch.family)
        if run is not None and run.minutes:
            for part in worked_parts(handover.scenario, run):
                yield part.start, part.end, (number, None)
    for upkeep in handover.schedule.upkeeps_on(machine):
        for part in worked_parts(handover.scenario, upkeep):
            yield part.start, part.end, (UPKEEP, None)


def _write_slot(
    book: Book, sheet: Any, place: tuple[int, int], number: int, family: str | None
) -> None:
    if family is None:
        kept_up = number == UPKEEP
        look = book.look(
            bg_color=UPKEEP_COLOUR if kept_up else CHANGEOVER_COLOUR,
            fg_color="#59616C",
            pattern=DIAGONAL_CROSSES if kept_up else DIAGONAL_STRIPES,
            font_size=6,
        )
        sheet.write_blank(*place, None, look)
        return
    look = book.handover.looks[family]
    told = book.look(bg_color=look.fill, font_color=look.ink, font_size=6)
    sheet.write_number(*place, number, told)


def _write_legend(book: Book, sheet: Any, row: int) -> int:
    """Write what the colours mean and return the last row."""
    book.write(sheet, (row, 0), "changeover", "General")
    _write_slot(book, sheet, (row, 1), 1, None)
    if book.handover.schedule.upkeeps:
        row += 1
        book.write(sheet, (row, 0), "upkeep", "General")
        _write_slot(book, sheet, (row, 1), UPKEEP, None)
    for number, (family, look) in enumerate(book.handover.looks.items(), start=row + 1):
        book.write(sheet, (number, 0), family, "General")
        sheet.write_blank(number, 1, None, book.look(bg_color=look.fill))
    row += 1 + len(book.handover.looks)
    book.write(sheet, (row, 0), book.handover.line, "General")
    return row
