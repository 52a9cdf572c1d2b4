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
_PER_UNIT = re.compile(
    r"(.+?)\s*(?:/|\bper\b)\s*(?:unit|pcs?|pieces?|stk|st|stück|kg|pièce|unidad|件|个)\.?", re.I
)
_PER_HOUR = re.compile(r"(.+?)\s*(?:/|\bper\b)\s*(?:h|hour|std|stunde|heure|hora|小时)\.?", re.I)


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
    per_unit, per_hour = _PER_UNIT.fullmatch(answer.strip()), _PER_HOUR.fullmatch(answer.strip())
    if per_hour and (rate := number(per_hour[1], ".")) and rate.number > 0:
        return "units_per_hour", f"{rate.number.normalize():f}"
    cell: Cell = per_unit[1] if per_unit else answer
    minutes = duration(cell, Format(unit="min", decimal="."))
    if isinstance(minutes, Problem) or minutes == "0":
        return None
    return ("minutes_per_unit" if per_unit else "duration_minutes"), minutes
