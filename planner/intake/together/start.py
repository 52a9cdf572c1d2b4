"""When the plan begins, where no file says it: now, so that nothing lies in the past."""

import tomllib
from collections.abc import Mapping
from datetime import datetime

from planner.intake.reading.sheet_reading import Option, Question
from planner.intake.rows.date_formats import next_hour
from planner.reader.notes import some
from planner.reader.tables import Table

KEY = "start"


def is_given(settings: str) -> bool:
    """Return whether the settings say when the plan begins."""
    try:
        return "start" in tomllib.loads(settings)
    except (ValueError, RecursionError):
        return True  # the reader says what is wrong with them


def overdue(orders: Table, now: str) -> list[str]:
    """Return the orders whose due date is past, sorted by it."""
    if not {"order_id", "due"} <= set(orders.columns):
        return []
    pairs = sorted(zip(orders.column("due"), orders.column("order_id"), strict=True))
    return [name for due, name in pairs if due and _end_of(due) < now]


def _end_of(due: str) -> str:
    return due if len(due) > 10 else f"{due}T23:59"


def begun(orders: Table, answers: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the start as ISO text, "" for now whenever that is, and what is thereby assumed."""
    given = _moment(answers.get(KEY) or answers.get("origin", ""))
    late = overdue(orders, given or next_hour())
    said = []
    if given:
        said.append(f"the plan begins {given}, as answered")
    if late:
        are = "orders are" if len(late) > 1 else "order is"
        said.append(f"{len(late)} {are} overdue when the plan begins: {some(late)}")
    return given, tuple(said)


def _moment(text: str) -> str:
    if text in ("today", "now"):
        return ""
    try:
        return datetime.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError:
        return ""


def question(orders: Table, answers: Mapping[str, str]) -> Question | None:
    """Return the question when the plan begins, where orders are overdue; None if answered."""
    now = next_hour()
    late = overdue(orders, now)
    if answers.get(KEY) or answers.get("origin") or not late:
        return None
    return Question(
        key=KEY,
        text=f"{len(late)} orders were due before now, as {late[0]}. When does the plan begin?",
        options=(
            Option(value="now", label=f"now: {now}, the next full hour"),
            Option(value=f"{now[:10]}T06:00", label="or at any other moment"),
        ),
        default="now",
        is_open=True,
    )
