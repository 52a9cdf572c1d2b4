"""Orders that the user wants left out: they stay in the file and are not planned."""

from dataclasses import replace

from planner.errors import BadCellError, Finding
from planner.reader import cells
from planner.reader.notes import Notes, counted
from planner.reader.tables import Tables

COLUMN = "leave_out"
ORDERS = "orders.csv"


def without_left_out(tables: Tables, notes: Notes) -> Tables:
    """Return `tables` without the orders that their column leave_out says yes to."""
    table = tables.files.get(ORDERS)
    if table is None or COLUMN not in table.columns:
        return tables
    kept = [
        place
        for place, cell in enumerate(table.column(COLUMN))
        if not _is_left_out(cell.strip(), table.numbers[place], tables, notes)
    ]
    if out := len(table.rows) - len(kept):
        verb = "is" if out == 1 else "are"
        notes.assume(f"{counted(out, 'order')} {verb} left out, as {COLUMN} says")
    rows = tuple(table.rows[place] for place in kept)
    numbers = tuple(table.numbers[place] for place in kept)
    files = {**tables.files, ORDERS: replace(table, rows=rows, numbers=numbers)}
    return replace(tables, files=files)


def _is_left_out(cell: str, row: int, tables: Tables, notes: Notes) -> bool:
    if not cell:
        return False
    try:
        return cells.yes_no(cell)
    except BadCellError as fault:
        notes.add(
            Finding(
                rule=fault.rule,
                file=tables.source(ORDERS),
                row=row,
                column=COLUMN,
                value=cell,
                message=fault.message,
                hint=fault.hint,
            )
        )
        return False
