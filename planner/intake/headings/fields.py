"""What kind of value each canonical field holds, and in which order a table lists its fields."""

from planner.intake.headings.names import FIELDS

# Fields that only help to read others and are in no canonical table.
HELPERS = frozenset(
    [
        "line_item",
        "duration_unit",
        "release_time",
        "due_time",
        "deadline_time",
        "planned_start",
        "planned_batch",
        "description",
    ]
)

_TYPES = {
    "quantity": "quantity",
    "number": "units_per_hour speed cost_per_hour cost current_position",
    "duration": "duration_minutes minutes_per_unit min_minutes max_minutes minutes",
    "date": "release due deadline pinned_start planned_start date",
    "clock": "release_time due_time deadline_time start end",
    "yesno": "pausable open",
    "process": "process",
    "weekdays": "weekdays",
    "machines": "eligible_machines",
    "priority": "priority",
}
_TYPE_OF = {field: kind for kind, names in _TYPES.items() for field in names.split()}

# Without a value in one of these a row says nothing.
KEYS = {
    "orders": ("order_id",),
    "machines": ("machine_id",),
    "changeovers": ("from", "to", "minutes"),
    "calendars": (),
    "durations": ("machine_id", "minutes"),
}


def type_of(field: str) -> str:
    """Return text, number, duration, date, clock, yesno, process, weekdays, machines or priority.

    >>> type_of("due"), type_of("size_kg"), type_of("customer")
    ('date', 'number', 'text')
    """
    if field.startswith(("size_", "capacity_")):
        return "number"
    return _TYPE_OF.get(field, "text")


def known_fields(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind of table, in order: what a user may choose for a column."""
    return tuple(FIELDS["changeovers" if kind == "matrix" else kind]) if kind else ()
