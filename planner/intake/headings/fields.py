"""The meanings of columns: which table has which, what values they hold, and in which order."""

from collections.abc import Mapping

# Fields that only help to read others, or that nothing is planned with; they keep their own name.
HELPERS = frozenset(
    """
    line_item duration_unit release_time due_time deadline_time planned_start
    planned_batch planned_end description open_quantity setup_minutes count rate
    predecessor interval
    """.split()  # noqa: SIM905  (a table of words reads better than a list of quotes)
)
_STEP = ("stage", "operation", "min_wait", "max_wait")
_TIMES = (
    *("duration_minutes", "duration_unit", "minutes_per_unit", "units_per_hour"),
    *("min_minutes", "max_minutes", "setup_minutes"),
)

# What a column of each kind of table may mean, in the order in which a scenario's file lists it.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "orders": (
        *("order_id", "line_item", "product", "family", "attr_", "quantity", "unit"),
        *("done_quantity", "open_quantity", "lot_quantity", "status"),
        *_TIMES,
        *("size_", "release", "release_time", "due", "due_time", "deadline", "deadline_time"),
        *("priority", "eligible_machines", "current_machine", "current_position"),
        *("planned_start", "planned_end", "planned_batch", "pinned_machine", "pinned_start"),
        *("needs", *_STEP, "predecessor", "customer", "description", "note"),
    ),
    "routes": (
        *("product", "order_id", *_STEP[:2], "family", "attr_", "eligible_machines", *_TIMES),
        *("size_", *_STEP[2:], "predecessor", "note"),
    ),
    "machines": (
        *("machine_id", "process", "capacity_", "initial_family", "pausable", "speed"),
        *("cost_per_hour", "calendar", "hand_on", "most_batches_in_a_row", "most_hours_in_a_row"),
        *("most_quantity_in_a_row", "count", "rate", "setup_minutes"),
        "note",
    ),
    "changeovers": ("machine", "attribute", "from", "to", "minutes", "cost", "note"),
    "calendars": ("calendar", "weekdays", "date", "start", "end", "open", "note"),
    "durations": (
        *("order_id", "product", "stage", "machine_id", "minutes", "minutes_per_unit"),
        *("units_per_hour", "note"),
    ),
    # Waits between operations, whatever is made; they become those of routes.
    "waits": ("product", "from", "to", "min_wait", "max_wait", "note"),
    # What may run where, or must not; it becomes the eligible machines of orders.
    "eligibility": ("order_id", "product", "machine_id", "allowed", "forbidden", "note"),
    # Maintenance lists; `interval` says in words after how much, such as 200 h or 20 batches.
    "upkeep": (
        *("machine", "upkeep", "minutes", "after_hours", "after_batches", "after_quantity"),
        *("interval", "cost", "done_before_hours", "done_before_batches", "done_before_quantity"),
        *("sets_up", "note"),
    ),
    # Lists of tools and crews; they become resources, and the needs that they say.
    "resources": (
        *("resource", "amount", "calendar", "cost_per_hour", "during", "machine", "product"),
        *("person", "weekdays", "start", "end", "note"),
    ),
    "needs": (
        *("resource", "during", "amount", "minutes", "machine", "family", "attr_", "product"),
        *("stage", "note"),
    ),
}
# Such a name stands for all that begin so; each attribute, size or capacity has its own.
OPEN = ("attr_", "size_", "capacity_")

# What the lexicon calls the same in every table, and what it is in each.
_ANY: Mapping[str, Mapping[str, str]] = {
    "orders": {"machine": "eligible_machines", "family": "attr_"},
    "routes": {"machine": "eligible_machines", "family": "attr_", "quantity": "size_"},
    "machines": {"machine": "machine_id", "family": ""},
    "changeovers": {"machine": "machine", "family": ""},
    "calendars": {"machine": "calendar"},
    "durations": {"machine": "machine_id", "family": "product"},
    "eligibility": {"machine": "machine_id", "family": "product"},
    "waits": {"machine": ""},
    "upkeep": {"machine": "machine", "family": ""},
    "resources": {"machine": "machine", "family": "", "quantity": "amount"},
    "needs": {"machine": "machine", "quantity": "amount"},
}
# Kinds of tables whose words for headings hold in another kind.
_BORROWED: Mapping[str, tuple[str, ...]] = {
    "eligibility": ("durations",),
    "waits": ("changeovers", "routes"),
    "needs": ("resources",),
}
_RENAMED: Mapping[tuple[str, str], str] = {
    ("routes", "minutes"): "duration_minutes",
    ("orders", "minutes"): "duration_minutes",
    ("orders", "size"): "size_quantity",
    ("machines", "capacity"): "capacity_quantity",
    ("resources", "tool"): "resource",
    ("resources", "perhaps_tool"): "resource",
    ("needs", "tool"): "resource",
}


def field_of(kind: str, said_in: str, meaning: str) -> str:
    """Return the field of a kind of table that a meaning of the lexicon is; "" for none.

    >>> field_of("orders", "any", "machine"), field_of("orders", "machines", "speed")
    ('eligible_machines', '')
    """
    if said_in == "any":
        known = _ANY[kind].get(meaning, meaning)
    elif said_in == kind or said_in in _BORROWED.get(kind, ()):
        known = _RENAMED.get((kind, meaning), meaning)
    else:
        return ""
    return known if known in FIELDS[kind] or known.startswith(OPEN) else ""


_TYPES = {
    "quantity": "quantity",
    "number": (
        "units_per_hour speed cost_per_hour cost current_position done_quantity lot_quantity stage "
        "most_batches_in_a_row most_hours_in_a_row most_quantity_in_a_row "
        "after_hours after_batches after_quantity "
        "done_before_hours done_before_batches done_before_quantity amount"
    ),
    "duration": "duration_minutes minutes_per_unit min_minutes max_minutes min_wait max_wait",
    "changeover": "minutes",
    "state": "from to machine",
    "date": "release due deadline pinned_start planned_start planned_end date",
    "clock": "release_time due_time deadline_time start end",
    "yesno": "pausable open",
    "process": "process",
    "weekdays": "weekdays",
    "machines": "eligible_machines",
    "priority": "priority",
}
_TYPE_OF = {field: kind for kind, names in _TYPES.items() for field in names.split()}

# Without a value in one of these a row says nothing.
KEYS: Mapping[str, tuple[str, ...]] = {
    "orders": ("order_id",),
    "routes": (),
    "machines": ("machine_id",),
    "changeovers": ("from", "to"),
    "calendars": (),
    "durations": ("machine_id",),
    "eligibility": ("machine_id",),
    "waits": ("from", "to"),
    "upkeep": ("machine", "minutes"),
    "resources": ("resource",),
    "needs": ("resource", "during"),
}
# An order can be planned without these: a cell that cannot be read costs its value alone.
DISPENSABLE = frozenset(
    """
    release due deadline priority customer note unit status current_machine current_position
    planned_start planned_batch planned_end pinned_start done_quantity release_time due_time
    deadline_time initial_family speed cost_per_hour cost lot_quantity
    """.split()  # noqa: SIM905
)


def type_of(field: str) -> str:
    """Return how the cells of a field are written: text, number, duration, date and so on.

    >>> type_of("due"), type_of("size_kg"), type_of("customer")
    ('date', 'number', 'text')
    """
    if field.startswith(("size_", "capacity_")):
        return "number"
    return _TYPE_OF.get(field, "text")


def type_in(kind: str, field: str) -> str:
    """Return how the cells of a field are written in a kind of table."""
    found = type_of(field)
    if kind in ("changeovers", "matrix") or (kind, field) == ("upkeep", "machine"):
        return found
    return {"changeover": "duration", "state": "text"}.get(found, found)


def known_fields(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind of table, in order: what a user may choose for a column."""
    return FIELDS.get("changeovers" if kind == "matrix" else kind, ()) if kind else ()
