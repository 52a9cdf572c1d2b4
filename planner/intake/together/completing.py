"""What several tables together say: machines that only orders name, and when a day's work ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from planner.intake.reading.sheet_reading import Question
from planner.intake.rows.imported import Imported
from planner.intake.together import (
    eligibility,
    equal_machines,
    machine_rates,
    queue_times,
    routes,
    run_times,
    several_machines,
    sharing,
    start,
)
from planner.reader.notes import some
from planner.reader.tables import Table

Files = Mapping[str, Table]
_DAY = 24 * 60
_ROUTED = ("orders.csv", routes.ROUTES)
_NAMING = ("eligible_machines", "current_machine", "pinned_machine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """All tables with what follows from the others, the settings, and what came up.

    `keys` are those of questions about what machines share, answered or not.
    """

    files: Files
    settings: str
    assumptions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    keys: tuple[str, ...] = ()


def completed(parts: Sequence[Imported], settings: str, answers: Mapping[str, str]) -> Completed:
    """Return the tables of `parts` with what follows from the others filled in."""
    tables = {part.name: part.table for part in parts if part.name and part.table is not None}
    work = _Completing(tables=tables, settings=settings)
    if "orders.csv" in tables:
        _with_routes(work, parts)
        _with_single_machines(work)
        _with_machines(work)
        _with_eligible(work, parts, answers)
        _with_times(work, parts, answers)
        _with_shared(work, parts, answers)
        _with_equal_machines(work, parts, answers)
        _with_start(work, answers)
    return Completed(
        files=work.tables,
        settings=work.settings,
        assumptions=tuple(work.said),
        questions=tuple(work.asked),
        keys=tuple(work.keys),
    )


@dataclass(slots=True)
class _Completing:
    tables: dict[str, Table]
    settings: str
    said: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def orders(self) -> Table:
        return self.tables["orders.csv"]

    def take(self, orders: Table, said: Iterable[str]) -> None:
        self.tables["orders.csv"] = orders
        self.said += said

    def ask(self, question: Question | None) -> None:
        if question is not None:
            self.asked.append(question)


def _with_routes(work: _Completing, parts: Sequence[Imported]) -> None:
    given = work.tables.get(routes.ROUTES)
    waits = [part for part in parts if part.kind == "waits"]
    if given is None:
        work.said += [f"{part.file} is not planned with: there are no routes" for part in waits]
        return
    given = routes.named_once(given, work.orders)
    if waits and "stage" in given.columns:
        products = routes.products_of(work.orders)
        given, said = queue_times.with_queue_times(given, products, waits)
        work.said += said
    work.tables[routes.ROUTES] = given


def _with_single_machines(work: _Completing) -> None:
    listed = work.tables.get("machines.csv", Table(columns=("machine_id",))).column("machine_id")
    naming = {name: work.tables[name] for name in _ROUTED if name in work.tables}
    changed, said = several_machines.with_single_machines(naming, frozenset(listed))
    work.tables |= changed
    work.said += said


def _with_machines(work: _Completing) -> None:
    tables = [work.orders, *(t for n, t in work.tables.items() if n == routes.ROUTES)]
    if "machines.csv" in work.tables or not (names := machines_named(*tables)):
        return
    rows = tuple((name,) for name in names)
    work.tables["machines.csv"] = Table(columns=("machine_id",), rows=rows)
    whose = "orders and their routes" if len(tables) > 1 else "orders"
    work.said.append(
        f"no machines are given: they are the {len(names)} that {whose} name: {some(list(names))}"
    )


def _with_eligible(
    work: _Completing, parts: Sequence[Imported], answers: Mapping[str, str]
) -> None:
    lists = [part for part in parts if part.kind == "eligibility"]
    if not lists:
        return
    machines = work.tables.get("machines.csv", Table(columns=("machine_id",))).column("machine_id")
    for part in lists:
        work.ask(eligibility.question(part, answers))
    work.take(*eligibility.with_eligible(work.orders, lists, machines, answers))


def _with_shared(work: _Completing, parts: Sequence[Imported], answers: Mapping[str, str]) -> None:
    work.tables, shared = sharing.with_what_is_shared(work.tables, parts, answers)
    work.said += shared.said
    work.asked += shared.asked
    work.keys += shared.keys


def _with_equal_machines(
    work: _Completing, parts: Sequence[Imported], answers: Mapping[str, str]
) -> None:
    for counted in filter(None, map(equal_machines.counted_machines, parts)):
        if "machines.csv" in work.tables:
            work.ask(equal_machines.question(counted, answers))
            work.tables, said = equal_machines.with_each(work.tables, counted, answers)
            work.said.append(said)


def _with_times(work: _Completing, parts: Sequence[Imported], answers: Mapping[str, str]) -> None:
    if "calendars.csv" in work.tables:
        work.take(*with_ends_of_days(work.orders, work.tables["calendars.csv"]))
    rates = next(filter(None, map(machine_rates.machine_rates, parts)), None)
    silent = [] if "durations.csv" in work.tables else _silent(work)
    answer = answers.get(run_times.KEY, "")
    if rates is not None and silent == ["orders.csv"] and answer in ("", run_times.RATES):
        _with_rates(work, rates, answer)
        return
    if rates is not None:
        work.said.append(f"{rates.heading} is not planned with: run times are given otherwise")
    timed = {name: run_times.with_run_time(work.tables[name], answer) for name in silent}
    for name, found in timed.items():
        if found is not None:
            work.tables[name] = found[0]
            work.said.append(found[1])
    if any(found is None for found in timed.values()):
        work.ask(run_times.question())


def _with_rates(work: _Completing, rates: machine_rates.Rates, answer: str) -> None:
    if not answer:
        work.ask(run_times.question(rates.heading))
    orders, machines, said = machine_rates.with_rates(
        work.orders, work.tables["machines.csv"], rates
    )
    work.tables |= {"orders.csv": orders, "machines.csv": machines}
    work.said.append(said)


def _silent(work: _Completing) -> list[str]:
    """Return the tables that should say how long something takes, and do not."""
    steps = work.tables.get(routes.ROUTES)
    if steps is None:
        return ["orders.csv"] if run_times.says_nothing(work.orders) else []
    silent = [routes.ROUTES] if run_times.says_nothing(steps) else []
    if run_times.says_nothing(work.orders) and routes.without_route(work.orders, steps):
        silent.append("orders.csv")
    return silent


def _with_start(work: _Completing, answers: Mapping[str, str]) -> None:
    if start.is_given(work.settings):
        return
    work.ask(start.question(work.orders, answers))
    moment, said = start.begun(work.orders, answers)
    if moment:
        work.settings = f"start = {moment}:00\n{work.settings}"
    work.said += said


def machines_named(*tables: Table) -> tuple[str, ...]:
    """Return the machines that orders, or the steps of their routes, name, sorted."""
    found: set[str] = set()
    for table, column in product(tables, _NAMING):
        if column in table.columns:
            for cell in set(table.column(column)):
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
