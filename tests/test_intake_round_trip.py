"""Random orders, written in a random dialect, come back as they were or are asked about."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.checker import check
from planner.domain import Scenario
from planner.intake import Imported, ImportedFiles, import_file, import_tables, uploaded_csv
from planner.intake.giving_back.exported import PLANNED
from planner.planning import plan
from planner.reader import Tables, scenario_from_tables, table_of
from planner.schedule import Schedule
from planner.search.baselines import one_by_one
from planner.writer import schedule_csv
from tests.messy.makers import ods, xlsx


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One order as it is meant."""

    name: str
    quantity: Decimal
    due: date
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a system writes orders."""

    header: tuple[str, str, str, str]
    delimiter: str
    encoding: str
    decimal: str
    thousands: str
    date_form: str
    order: str
    clock: Callable[[int], str]


def number(value: Decimal, dialect: Dialect) -> str:
    plain = f"{value:,f}" if dialect.thousands else f"{value:f}"
    return plain.translate(str.maketrans({",": dialect.thousands, ".": dialect.decimal}))


CLOCKS: tuple[Callable[[int], str], ...] = (
    lambda minutes: f"{minutes} min",
    lambda minutes: f"{minutes // 60}:{minutes % 60:02}",
    lambda minutes: f"{minutes // 60} h {minutes % 60} min",
    lambda minutes: f"PT{minutes}M",
)
HEADERS = (
    ("order_id", "quantity", "due", "duration_minutes"),
    ("Auftragsnummer", "Menge", "Liefertermin", "Dauer"),
    ("N° d'ordre", "Quantité", "Date de livraison", "Durée"),
    ("Nº orden", "Cantidad", "Fecha de entrega", "Duración"),
    ("AUFNR", "GAMNG", "GLTRP", "VGW01"),
    ("订单号", "数量", "交货日期", "加工时间"),
)
DATES = (
    ("%Y-%m-%d", "ymd"), ("%d.%m.%Y", "dmy"), ("%d/%m/%Y", "dmy"), ("%m/%d/%Y", "mdy"),
    ("%Y%m%d", "ymd"), ("%d-%m-%y", "dmy"), ("%Y/%m/%d", "ymd"),
)  # fmt: skip


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    header = draw(st.sampled_from(HEADERS))
    decimal, thousands = draw(
        st.sampled_from(((".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'")))
    )
    encodings = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]
    if header[0].isascii() or "°" in header[0]:
        encodings[3] = "cp1252"
    form, order = draw(st.sampled_from(DATES))
    return Dialect(
        header=header,
        delimiter=draw(st.sampled_from(",;\t|")),
        encoding=draw(st.sampled_from(encodings)),
        decimal=decimal,
        thousands=thousands,
        date_form=form,
        order=order,
        clock=draw(st.sampled_from(CLOCKS)),
    )


LINES = st.lists(
    st.builds(
        Line,
        name=st.from_regex(r"[A-Z]{0,2}[0-9]{3,6}", fullmatch=True),
        quantity=st.decimals(Decimal("0.001"), Decimal(99_999), places=3).map(
            lambda value: value.normalize()
        ),
        due=st.dates(date(2020, 1, 1), date(2039, 12, 31)),
        minutes=st.integers(1, 5000),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda line: line.name,
)


def cells_of(lines: list[Line], dialect: Dialect) -> list[list[str]]:
    return [
        [
            line.name, number(line.quantity, dialect),
            line.due.strftime(dialect.date_form), dialect.clock(line.minutes),
        ]
        for line in lines
    ]  # fmt: skip


def encoded(rows: Iterable[Sequence[str]], dialect: Dialect) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=dialect.delimiter).writerows(rows)
    return text.getvalue().encode(dialect.encoding)


def written(lines: list[Line], dialect: Dialect) -> bytes:
    return encoded([dialect.header, *cells_of(lines, dialect)], dialect)


def assert_as_meant(result: Imported, lines: list[Line]) -> None:
    assert result.findings == ()
    assert result.table is not None
    assert result.table.column("order_id") == tuple(line.name for line in lines)
    assert result.table.column("due") == tuple(line.due.isoformat() for line in lines)
    assert tuple(map(Decimal, result.table.column("quantity"))) == tuple(
        line.quantity for line in lines
    )
    minutes = tuple(map(int, result.table.column("duration_minutes")))
    assert minutes == tuple(line.minutes for line in lines)


def truth(key: str, dialect: Dialect) -> str:
    """Return what a planner who knows the file answers."""
    return {"date_order": dialect.order, "decimal": dialect.decimal}[key.partition(":")[0]]


@settings(max_examples=100)
@given(lines=LINES, dialect=dialects())
def test_orders_in_any_dialect_come_back_or_are_asked_about(
    lines: list[Line], dialect: Dialect
) -> None:
    data = written(lines, dialect)
    result = import_file(data, "orders.csv")
    if result.questions:
        answers = tuple((q.key, truth(q.key, dialect)) for q in result.questions)
        result = import_file(data, "orders.csv", answers=answers)
    assert result.is_ready
    assert_as_meant(result, lines)


@settings(max_examples=10)
@given(lines=LINES, header=st.sampled_from(HEADERS))
def test_orders_in_a_workbook_come_back(lines: list[Line], header: tuple[str, ...]) -> None:
    rows = [
        header,
        *((n.name, float(n.quantity), n.due, f"{n.minutes} min") for n in lines),
    ]
    assert_as_meant(import_file(xlsx(rows), "orders.xlsx"), lines)
    assert_as_meant(import_file(ods(rows), "orders.ods"), lines)


NOTES = st.text(
    st.sampled_from("abcXYZ 019=+-@'\";,|\t./"), max_size=12
)  # delimiters, quotes and what a spreadsheet would run


def planned(files: ImportedFiles) -> tuple[Scenario, Schedule]:
    return planned_tables(files.tables)


def planned_tables(tables: Tables) -> tuple[Scenario, Schedule]:
    given = scenario_from_tables(tables)
    made = one_by_one(given)
    assert check(given, made) == ()
    return given, made


def meant(given: Scenario) -> list[tuple[object, ...]]:
    """Return the orders, with times that do not depend on when the plan begins."""
    return [
        (
            order.name, order.quantity, order.unit, order.weight, order.product, order.extra,
            None if order.due is None else given.clock.local(order.due), item.family,
            item.durations, item.pin and item.pin.machine,
            item.pin and item.pin.start is not None and given.clock.local(item.pin.start),
        )
        for order, item in zip(given.orders, given.operations, strict=True)
    ]  # fmt: skip


def sequence(made: Schedule) -> dict[str, list[str]]:
    machines = dict.fromkeys(batch.machine for batch in made.batches)
    return {
        name: [operation for batch in made.on(name) for operation in batch.operations]
        for name in machines
    }


def current_sequence(given: Scenario) -> dict[str, list[str]]:
    places: dict[str, list[tuple[int, str]]] = {}
    for item in given.operations:
        if item.current is not None:
            places.setdefault(item.current.machine, []).append((item.current.position, item.name))
    return {name: [order for _, order in sorted(found)] for name, found in places.items()}


@settings(max_examples=60, deadline=None)
@given(lines=LINES, dialect=dialects(), notes=st.data())
def test_an_upload_is_given_back_with_the_plan_and_comes_in_again(
    lines: list[Line], dialect: Dialect, notes: st.DataObject
) -> None:
    told = [notes.draw(NOTES) for _ in lines]
    texts = [[*row, note] for row, note in zip(cells_of(lines, dialect), told, strict=True)]
    data = encoded([[*dialect.header, "Vermerk XY"], *texts], dialect)
    first = imported(data, dialect)
    given, made = planned(first)
    back = uploaded_csv(first.tables, given, made, run="17")
    header, *rows = csv.reader(
        io.StringIO(back.decode(dialect.encoding), newline=""), delimiter=dialect.delimiter
    )
    assert tuple(header) == (*dialect.header, "Vermerk XY", *PLANNED)
    # All but the note, which may have become harmless, is as it was, letter by letter.
    assert [row[:4] for row in rows] == [row[:4] for row in texts]
    assert {row[header.index("plan_run")] for row in rows} == {"17"}
    second = imported(back, dialect)
    given_again, _ = planned(second)
    assert meant(given_again) == meant(given)
    assert current_sequence(given_again) == sequence(made)
    # And once more: what an export adds does not pile up.
    once_more = uploaded_csv(second.tables, given, made, run="17")
    assert once_more.decode(dialect.encoding) == back.decode(dialect.encoding)


@settings(max_examples=30, deadline=None)
@given(lines=LINES, dialect=dialects(), machines=st.integers(1, 3))
def test_the_table_of_a_plan_comes_in_again_with_its_orders_and_sequence(
    lines: list[Line], dialect: Dialect, machines: int
) -> None:
    names = [f"M{k}" for k in range(machines)]
    tables = imported(written(lines, dialect), dialect).tables
    own = table_of(("machine_id",), [(name,) for name in names])
    given, made = planned_tables(replace(tables, files={**tables.files, "machines.csv": own}))
    again = import_tables(
        [
            ("plan.csv", schedule_csv(given, made).encode("utf-8-sig")),
            ("machines.csv", "\n".join(["machine_id", *names]).encode()),
        ]
    )
    assert again.is_ready
    assert again.all_findings == ()
    second, _ = planned_tables(again.tables)
    assert sorted(meant(second)) == sorted(meant(given))
    assert current_sequence(second) == sequence(made)


def imported(data: bytes, dialect: Dialect) -> ImportedFiles:
    """Import as a planner does who knows the file and answers what is asked."""
    result = import_tables([("orders.csv", data)])
    keys = [question.key for question in result.all_questions if question.is_blocking]
    answers = tuple((key, truth(key, dialect)) for key in keys)
    result = import_tables([("orders.csv", data)], answers=answers)
    assert result.is_ready
    assert result.all_findings == ()
    return result


def test_an_exported_plan_comes_back_as_the_current_sequence() -> None:
    orders = "order_id,product,family,quantity,duration_minutes,due,Farbe\n" + "".join(
        f"A{k},P,{'xy'[k % 2]},5,30,2026-11-24,rot\n" for k in range(6)
    )
    first = scenario_from_tables(import_tables([("orders.csv", orders.encode())]).tables)
    schedule = plan(first, seconds=None, work=1, method="earliest due date").schedule
    assert schedule is not None
    exported = schedule_csv(first, schedule)
    again = import_tables(
        [("plan.csv", exported.encode("utf-8-sig"))], answers=(("run_time", "30 min"),)
    )
    assert again.is_ready
    second = scenario_from_tables(again.tables)
    assert [o.name for o in second.orders] == [
        name for batch in schedule.batches for name in batch.operations
    ]
    (machine,) = {batch.machine for batch in schedule.batches}
    places = [(o.current.machine, o.current.position) for o in second.operations if o.current]
    assert places == [(machine, position) for position in range(1, 7)]
    assert {second.clock.local(o.due) for o in second.orders if o.due is not None} == {
        first.clock.local(o.due) for o in first.orders if o.due is not None
    }


def test_empty_columns_of_a_scenario_add_nothing() -> None:
    header = "order_id,product,quantity,unit,duration_minutes,release,due,priority,customer,note"
    orders = f"{header}\nA1,,5,,30,,2026-11-24,,,\nA2,,6,,40,,2026-11-25,,,\n"
    read = import_tables([("orders.csv", orders.encode())])
    given = scenario_from_tables(read.tables)
    assert all(order.extra == () for order in given.orders)
    assert not any("kept, but nothing" in said for said in read.all_assumptions)
