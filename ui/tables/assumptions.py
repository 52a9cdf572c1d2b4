"""What a user may say instead of files: machines, shifts, a changeover, the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from planner.domain import DEFAULT_PRESET, Process
from planner.reader import Table, Tables, table_of
from planner.variants import settings_of, with_settings

SHIFTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "always open": (),
    "one shift, Mon-Fri 06:00-14:00": (("Mon-Fri", "06:00", "14:00"),),
    "two shifts, Mon-Fri 06:00-22:00": (("Mon-Fri", "06:00", "22:00"),),
    "three shifts, Mon-Fri": (("Mon-Fri", "00:00", "24:00"),),
    "day shift, Mon-Sat 07:00-17:00": (("Mon-Sat", "07:00", "17:00"),),
}
CALENDAR = "shifts"
# The aim of settings that give weights themselves.
OWN_WEIGHTS = "weights of the file"
# Columns of orders that name machines.
NAMING = ("eligible_machines", "current_machine", "pinned_machine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Answers of a form; `capacity` limits the pieces of a batch, None does not."""

    machines: int = 1
    process: Process = Process.SERIAL
    capacity: str = ""
    shifts: str = "always open"
    changeover_minutes: int = 30
    changeover_cost: int = 0
    time_zone: str = "UTC"
    start: datetime | None = None
    preset: str = DEFAULT_PRESET


def current(tables: Tables) -> Assumptions:
    """Return what the settings say now, with the planner's defaults for the rest."""
    given = settings_of(tables)
    changeover = given.get("default_changeover")
    table = changeover if isinstance(changeover, dict) else {}
    machines = tables.files.get("machines.csv")
    start = given.get("start")
    return Assumptions(
        machines=len(machines.rows) if machines else 1,
        changeover_minutes=_whole(table.get("minutes"), 30),
        changeover_cost=_whole(table.get("cost"), 0),
        time_zone=str(given.get("time_zone", "UTC")),
        start=start if isinstance(start, datetime) else None,
        preset=OWN_WEIGHTS if "weights" in given else str(given.get("preset", DEFAULT_PRESET)),
    )


def _whole(value: object, other: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else other


def with_answers(tables: Tables, said: Assumptions) -> Tables:
    """Return `tables` with the settings that were said and are other ones than before."""
    now = current(tables)
    changed: dict[str, object] = {}
    if said.time_zone != now.time_zone:
        changed["time_zone"] = said.time_zone
    minutes, cost = said.changeover_minutes, said.changeover_cost
    if (minutes, cost) != (now.changeover_minutes, now.changeover_cost):
        changed["default_changeover"] = {"minutes": minutes, "cost": cost}
    if said.start != now.start:
        changed["start"] = said.start
    if said.preset != now.preset and said.preset != OWN_WEIGHTS:
        changed |= {"weights": None, "preset": said.preset}
    return with_settings(tables, **changed)


def with_machines(tables: Tables, said: Assumptions) -> Tables:
    """Return `tables` with the machines and shifts that were said in place of any there are."""
    files = dict(tables.files)
    windows = SHIFTS[said.shifts]
    columns, cells = ["machine_id", "process"], [said.process.value]
    if said.capacity:
        name, files["orders.csv"] = _counted(files["orders.csv"])
        columns.append(f"capacity_{name}")
        cells.append(said.capacity)
    if windows:
        columns.append("calendar")
        cells.append(CALENDAR)
    files["machines.csv"] = table_of(
        columns, [(f"M{number}", *cells) for number in range(1, said.machines + 1)]
    )
    if windows:
        rows = [(CALENDAR, *window) for window in windows]
        files["calendars.csv"] = table_of(("calendar", "weekdays", "start", "end"), rows)
    else:
        files.pop("calendars.csv", None)
    return replace(tables, files=files)


def _counted(orders: Table) -> tuple[str, Table]:
    """Return what a capacity counts: pieces, or orders where a quantity is missing."""
    if "quantity" in orders.columns and all(orders.column("quantity")):
        return "pieces", orders
    if "size_orders" in orders.columns:
        return "orders", orders
    columns, rows = (*orders.columns, "size_orders"), [(*row, "1") for row in orders.rows]
    return "orders", replace(orders, columns=columns, rows=tuple(rows))


def with_named_machines(tables: Tables) -> Tables:
    """Return `tables` with the machines that orders name, where nothing lists machines."""
    orders = tables.files.get("orders.csv")
    if orders is None or "machines.csv" in tables.files:
        return tables
    columns = [name for name in NAMING if name in orders.columns]
    cells = (cell for name in columns for cell in orders.column(name))
    names = sorted({name.strip() for cell in cells for name in cell.split("|")} - {""})
    if not names:
        return tables
    machines = table_of(("machine_id",), [(name,) for name in names])
    return replace(tables, files={**tables.files, "machines.csv": machines})
