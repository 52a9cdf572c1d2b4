"""What sheets and columns of an upload mean, in a planner's words, and how sure that is."""

import json
from collections.abc import Mapping

from planner.intake import BY_EXPORT, BY_USER, ColumnReading, Imported, Question, known_fields

NOT_USED = "none"  # as an answer: the column is kept, and nothing is planned with it
KINDS: Mapping[str, str] = {
    "orders": "order list",
    "routes": "steps of orders or products",
    "machines": "machines",
    "changeovers": "changeovers, one per row",
    "matrix": "changeovers, as a matrix",
    "calendars": "shifts and closed days",
    "durations": "run times per machine",
    "eligibility": "what may run where",
    "waits": "waits between steps",
    NOT_USED: "not used",
}
MEANINGS: Mapping[str, str] = {
    "": "not used",
    "-": "not used",
    NOT_USED: "not used",
    "entry_date": "not used (day of entry)",
    "rows": "no column: number the orders by their rows",
    "order_id": "order number",
    "line_item": "line of the order",
    "product": "product",
    "family": "family",
    "attr_": "family part",
    "quantity": "quantity",
    "unit": "unit of the quantity",
    "done_quantity": "quantity done",
    "open_quantity": "quantity left",
    "lot_quantity": "largest lot",
    "status": "status",
    "duration_minutes": "run time of the order",
    "duration_unit": "unit of the run time",
    "minutes_per_unit": "run time per piece",
    "units_per_hour": "pieces per hour",
    "min_minutes": "least time",
    "max_minutes": "longest time",
    "setup_minutes": "set-up time",
    "size_": "size",
    "release": "earliest start",
    "release_time": "hour of the earliest start",
    "due": "due date",
    "due_time": "hour of the due date",
    "deadline": "latest end",
    "deadline_time": "hour of the latest end",
    "priority": "priority",
    "eligible_machines": "machines allowed",
    "current_machine": "machine so far",
    "current_position": "place in line so far",
    "planned_start": "planned start so far",
    "planned_end": "planned end so far",
    "planned_batch": "planned batch so far",
    "pinned_machine": "fixed machine",
    "pinned_start": "fixed start",
    "needs": "orders that come first",
    "stage": "number of the step",
    "operation": "name of the step",
    "min_wait": "least wait",
    "max_wait": "longest wait",
    "predecessor": "step before",
    "customer": "customer",
    "description": "description",
    "note": "note",
    "machine_id": "machine",
    "process": "way a batch is filled",
    "capacity_": "capacity",
    "initial_family": "set up for at the start",
    "pausable": "may pause",
    "speed": "speed",
    "cost_per_hour": "cost per hour",
    "calendar": "name of the shifts",
    "hand_on": "hands on whole batches",
    "most_batches_in_a_row": "most batches in a row",
    "most_hours_in_a_row": "most hours in a row",
    "most_quantity_in_a_row": "most pieces in a row",
    "count": "number of equal machines",
    "rate": "rate",
    "machine": "machine",
    "attribute": "attribute",
    "from": "from",
    "to": "to",
    "minutes": "time",
    "cost": "cost",
    "weekdays": "weekdays",
    "date": "date",
    "start": "begins",
    "end": "ends",
    "open": "open or closed",
    "allowed": "allowed",
    "forbidden": "not allowed",
}
SURE, LIKELY = 0.8, 0.5


def words_of(field: str) -> str:
    """Return a meaning in words.

    >>> words_of("due"), words_of("attr_colour"), words_of("size_kg")
    ('due date', 'family part: colour', 'size: kg')
    """
    if field in MEANINGS:
        return MEANINGS[field]
    prefix = f"{field.partition('_')[0]}_"
    if prefix in MEANINGS:
        return f"{MEANINGS[prefix]}: {field.removeprefix(prefix).replace('_', ' ')}"
    return field.replace("_", " ")


def choices(part: Imported, column: ColumnReading, asked: Question | None = None) -> list[str]:
    """Return what a column may mean, likeliest first; `asked` brings the options of a question."""
    own = [option.value for option in asked.options] if asked else []
    fields = [column.field, *own, *column.alternatives, NOT_USED, *known_fields(part.kind)]
    seen: dict[str, str] = {}
    for field in fields:
        seen.setdefault(words_of(field), NOT_USED if field in ("", "-") else field)
    return list(seen.values())


def how_sure(column: ColumnReading) -> str:
    """Return in words how sure a meaning is, or why there is none."""
    said = {BY_USER: "as you said", "remembered": "as last time", BY_EXPORT: "from an export"}
    if column.by in said:
        return said[column.by]
    if not column.field:
        return f"looks like {column.other.replace('_', ' ')}" if column.other else "not known"
    return sureness(column.certainty)


def sureness(certainty: float) -> str:
    """Return a certainty in words.

    >>> sureness(0.95), sureness(0.6), sureness(0.25)
    ('sure', 'likely', 'not sure')
    """
    return "sure" if certainty >= SURE else "likely" if certainty >= LIKELY else "not sure"


def kind_sure(part: Imported) -> str:
    """Return in words what a sheet was taken as and how sure that is; "" where nothing is known."""
    if part.mapping.answered("kind"):
        return f"{_kind_words(part.kind or NOT_USED).capitalize()}, as you said"
    if not part.kind:
        return ""
    return f"Taken as {_kind_words(part.kind)}: {sureness(part.mapping.certainty)}"


def _kind_words(kind: str) -> str:
    return KINDS.get(kind, kind)


def question_text(question: Question) -> str:
    """Return a question as a planner would put it."""
    head, _, rest = question.key.partition(":")
    if head == "column":
        return f"Which column is the {words_of(rest.rpartition(':')[2])}?"
    if head == "sheet" and rest == "orders.csv" and "same columns" not in question.text:
        return "Which file is your order list?"
    if head == "sheet" and rest.endswith(".csv") and "same columns" not in question.text:
        return f"Which file has the {KINDS.get(rest.removesuffix('.csv'), rest)}?"
    if head == "kind":
        return "What is in this sheet?"
    return question.text


def option_text(value: str, label: str) -> str:
    """Return an option in words: fields have theirs, other answers their label."""
    return words_of(value) if value == label and value in MEANINGS else label


def stable_key(key: str, part: Imported) -> str:
    """Return a question's key with the title of the sheet, which other files leave as it is.

    The short name that the import uses grows longer when a sheet of the same name comes to it.
    """
    head, _, rest = key.partition(":")
    if rest == part.label:
        return f"{head}:{part.file}"
    if part.label and rest.startswith(f"{part.label}:"):
        return f"{head}:{part.file}{rest[len(part.label) :]}"
    return key


def rule_answer(column: str | None, after: str, pattern: str) -> str:
    """Return a rule for families as an answer; NOT_USED where nothing was typed in."""
    after, pattern = after.strip(), pattern.strip()
    if not column or not (after or pattern):
        return NOT_USED
    return json.dumps({"column": column, "after": after, "pattern": "" if after else pattern})
