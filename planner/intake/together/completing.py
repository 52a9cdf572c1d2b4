"""What several tables together say: machines that only orders name, and when a day's work ends."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from planner.intake.together import run_times
from planner.reader.notes import some
from planner.reader.tables import Table

Files = Mapping[str, Table]
_DAY = 24 * 60
_NAMING = ("eligible_machines", "current_machine", "pinned_machine")


def lacks_run_time(files: Files, answers: Mapping[str, str]) -> bool:
    """Return whether no table and no answer says how long orders take."""
    orders = files.get("orders.csv")
    if orders is None or "durations.csv" in files or not run_times.says_nothing(orders):
        return False
    return run_times.with_run_time(orders, answers.get(run_times.KEY, "")) is None


def completed(files: Files, answers: Mapping[str, str]) -> tuple[dict[str, Table], tuple[str, ...]]:
    """Return the tables with what follows from the others filled in, and what was assumed."""
    tables, said = dict(files), []
    orders = tables.get("orders.csv")
    if orders is None:
        return tables, ()
    if "machines.csv" not in tables and (names := machines_named(orders)):
        rows = tuple((name,) for name in names)
        tables["machines.csv"] = Table(columns=("machine_id",), rows=rows)
        listed = f"{len(names)} that orders name: {some(list(names))}"
        said.append(f"no machines are given: they are the {listed}")
    if "calendars.csv" in tables:
        orders, told = with_ends_of_days(orders, tables["calendars.csv"])
        said += told
    if "durations.csv" not in tables and run_times.says_nothing(orders):
        timed = run_times.with_run_time(orders, answers.get(run_times.KEY, ""))
        if timed is not None:
            orders = timed[0]
            said.append(timed[1])
    tables["orders.csv"] = orders
    return tables, tuple(said)


def machines_named(orders: Table) -> tuple[str, ...]:
    """Return the machines that orders name, sorted."""
    found: set[str] = set()
    for column in _NAMING:
        if column in orders.columns:
            for cell in set(orders.column(column)):
                found.update(name.strip() for name in cell.split("|"))
    return tuple(sorted(found - {""}))


def with_ends_of_days(orders: Table, calendars: Table) -> tuple[Table, tuple[str, ...]]:
    """Return the orders with dates alone moved to the end of that day's last open window.

    A day without a window keeps its date: it then means midnight, when nothing is open either.
    """
    places = [i for i, name in enumerate(orders.columns) if name in ("due", "deadline")]
    texts = {row[place] for row in orders.rows for place in places if len(row[place]) == 10}
    ends = {text: end for text in texts if (end := _end(text, calendars))}
    if not ends:
        return orders, ()
    rows = tuple(
        tuple(ends.get(cell, cell) if place in places else cell for place, cell in enumerate(row))
        for row in orders.rows
    )
    said = f"{len(ends)} days without a time end with their last open window, as the calendars say"
    return Table(columns=orders.columns, rows=rows, numbers=orders.numbers), (said,)


def _end(text: str, calendars: Table) -> str:
    day = date.fromisoformat(text)
    ends = list(_ends_on(day, calendars))
    if not ends:
        return ""
    over, minute = divmod(max(ends), _DAY)
    return f"{day + timedelta(days=over)}T{minute // 60:02}:{minute % 60:02}"


def _ends_on(day: date, calendars: Table) -> Iterable[int]:
    """Yield the minute at which each window that begins on `day` ends."""
    name = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]
    columns = calendars.columns
    for row in calendars.rows:
        cells = dict(zip(columns, row, strict=True))
        named = name in cells.get("weekdays", "").split() or cells.get("date") == day.isoformat()
        if not named or cells.get("open") == "no":
            continue
        start, end = _minutes(cells.get("start", "")), _minutes(cells.get("end", "") or "24:00")
        yield end if end > start else end + _DAY


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours or 0) * 60 + int(minutes or 0)
