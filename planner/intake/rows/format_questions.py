"""Questions about how the cells of a column are written, where they prove nothing."""

from planner.intake.formats.amounts import NumberEvidence
from planner.intake.formats.changeovers import CLASSES, ChangeoverEvidence
from planner.intake.formats.date_evidence import DateEvidence
from planner.intake.formats.dates import ORDER_NAME
from planner.intake.formats.durations import (
    UNIT_NAME,
    DurationEvidence,
)
from planner.intake.reading.sheet_reading import (
    ColumnReading,
    Option,
    Question,
)

_CELLS = {
    "no": ("forbidden", "say that it is not possible"),
    "dash": ("dash", "hold a dash"),
    "sign": ("forbidden_sign", "hold a cross"),
    "empty": ("empty", "are empty"),
    "yes": ("default", "say only that it is possible"),
}


def cell_question(name: str, what: str, count: int, evidence: ChangeoverEvidence) -> Question:
    """Return the question what cells of changeovers that hold no time mean."""
    key, how = _CELLS[what]
    example = f" ({evidence.examples[what]})" if evidence.examples[what] else ""
    default = Option(value="default", label="the changeover that nothing is said of")
    never = Option(value="no", label="not possible: never one directly after the other")
    nothing = Option(value="0", label="no time at all")
    options: tuple[Option, ...] = (never, default, nothing)
    if what == "yes":
        options = (default, Option(value="60", label="60 minutes, or any other time"))
    return Question(
        key=f"{key}:{name}" if key != "default" else "default",
        column=name,
        text=f"{name}: {count} cell{'s' if count > 1 else ''} {how}{example}.",
        options=options,
        default=CLASSES[what],
        is_open=what == "yes",
    )


def date_question(name: str, evidence: DateEvidence) -> Question:
    """Return the question in which order the numbers of dates stand."""
    orders = evidence.orders or tuple(order for order in ORDER_NAME if evidence.fits[order])
    if evidence.is_contradictory:
        counts = ", ".join(f"{evidence.fits[order]} {ORDER_NAME[order]}" for order in orders)
        why = f"its dates contradict each other: of {evidence.open_texts} fit {counts}"
    else:
        why = f"dates such as {evidence.example} can be read in more than one way"
    options = tuple(Option(value=order, label=f"{ORDER_NAME[order]} ({order})") for order in orders)
    return Question(key=f"date_order:{name}", text=f"{name}: {why}.", options=options, column=name)


def mark_question(name: str, evidence: NumberEvidence) -> Question:
    """Return the question which sign is that of decimals."""
    text = (
        f"{name}: some numbers have a decimal point, others a decimal comma."
        if evidence.point
        else f"{name}: {evidence.example} may have a decimal mark or a thousands mark."
    )
    options = (
        Option(value=".", label="the point is the decimal mark"),
        Option(value=",", label="the comma is the decimal mark"),
    )
    return Question(key=f"decimal:{name}", text=text, options=options, column=name)


def unit_question(column: ColumnReading, evidence: DurationEvidence) -> Question:
    """Return the question in which unit times are."""
    looks_like_minutes = column.field == "minutes" or evidence.looks_like_minutes
    return Question(
        key=f"unit:{column.column}",
        column=column.column,
        text=f"{column.column}: in which unit are these times?",
        options=tuple(Option(value=unit, label=name) for unit, name in UNIT_NAME.items()),
        default="min" if looks_like_minutes else None,
    )
