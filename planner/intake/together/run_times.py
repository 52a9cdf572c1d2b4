"""How long orders take, when no table says so: asked once, answered for all of them."""

import re

from planner.intake.files.cells import Cell
from planner.intake.formats.amounts import number
from planner.intake.formats.column_format import Format
from planner.intake.formats.convert import duration
from planner.intake.formats.problems import Problem
from planner.intake.reading.sheet_reading import Option, Question
from planner.reader.tables import Table

KEY = "run_time"
RATES = "rates"
_TIMES = ("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes", "max_minutes")
_PER = re.compile(r"/|\bper\b", re.IGNORECASE)
_UNITS = frozenset(
    """
    unit pc pcs piece pieces stk st stück kg pièce unidad 件 个
    """.split()  # noqa: SIM905
)
_HOURS = frozenset(("h", "hour", "std", "stunde", "heure", "hora", "小时"))
_LONGEST = 100  # characters of an answer


def question(rates: str = "") -> Question:
    """Return the question; any other number may stand in the answers it offers.

    `rates` is the column of machine rates, which hold unless another answer is given.
    """
    own = Option(value=RATES, label=f"as the rates of the machines in {rates} say")
    return Question(
        key=KEY,
        text="Nothing says how long orders take. How long is it?",
        default=RATES if rates else None,
        options=(
            *((own,) if rates else ()),
            Option(value="60 min", label="each order takes 60 minutes, or any other time"),
            Option(value="1 min/unit", label="each unit takes 1 minute, or any other time"),
            Option(value="60/h", label="60 units an hour, or any other number"),
        ),
        is_open=True,
    )


def says_nothing(orders: Table) -> bool:
    """Return whether no row of the orders says how long it takes."""
    given = [name for name in _TIMES if name in orders.columns]
    return not any(any(orders.column(name)) for name in given)


def with_run_time(orders: Table, answer: str) -> tuple[Table, str] | None:
    """Return the orders with the time that was answered, and what is thereby assumed.

    None for an answer that is no time.
    """
    found = _understood(answer)
    if found is None:
        return None
    field, text = found
    kept = [i for i, name in enumerate(orders.columns) if name != field]
    rows = tuple((*(row[i] for i in kept), text) for row in orders.rows)
    columns = (*(orders.columns[i] for i in kept), field)
    said = f"run times are as answered: {answer.strip()} for every order"
    return Table(columns=columns, rows=rows, numbers=orders.numbers), said


def _understood(answer: str) -> tuple[str, str] | None:
    amount, each = _of_what(answer[:_LONGEST])
    if each in _HOURS:
        rate = number(amount, ".")
        if rate is not None and rate.number > 0:
            return "units_per_hour", f"{rate.number.normalize():f}"
    cell: Cell = amount if each in _UNITS else answer
    minutes = duration(cell, Format(unit="min", decimal="."))
    if isinstance(minutes, Problem) or minutes == "0":
        return None
    return ("minutes_per_unit" if each in _UNITS else "duration_minutes"), minutes


def _of_what(answer: str) -> tuple[str, str]:
    """Return what stands before `/` or `per` in an answer, and what behind it."""
    match = _PER.search(answer)
    if match is None:
        return answer.strip(), ""
    each = answer[match.end() :].strip().rstrip(".").casefold()
    return answer[: match.start()].strip(), each
