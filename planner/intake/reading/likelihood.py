"""How well the cells of a column fit a meaning: points for and against, or a contradiction."""

from collections.abc import Callable, Mapping

from planner.intake.reading import order_judges as of_orders
from planner.intake.reading import plant_judges as of_plants
from planner.intake.reading.tried_column import Column, Points

FITS: Mapping[str, Mapping[str, Callable[[Column], Points]]] = {
    "orders": {
        "order_id": of_orders.order_id,
        "line_item": of_orders.small_whole,
        "product": of_orders.product,
        "family": of_orders.family,
        "attr_": of_orders.family,
        "quantity": of_orders.amount,
        "done_quantity": of_orders.amount,
        "open_quantity": of_orders.amount,
        "lot_quantity": of_orders.amount,
        "unit": of_orders.unit,
        "duration_unit": of_orders.unit_of_time,
        "status": of_orders.status,
        "duration_minutes": of_orders.time_taken,
        "minutes_per_unit": of_orders.per_piece,
        "units_per_hour": of_orders.rate,
        "min_minutes": of_orders.time_taken,
        "max_minutes": of_orders.time_taken,
        "setup_minutes": of_orders.time_taken,
        "min_wait": of_orders.time_taken,
        "max_wait": of_orders.time_taken,
        "size_": of_orders.amount,
        "release": of_orders.moment,
        "due": of_orders.due,
        "deadline": of_orders.moment,
        "planned_start": of_orders.moment,
        "planned_end": of_orders.moment,
        "pinned_start": of_orders.moment,
        "release_time": of_orders.clock,
        "due_time": of_orders.clock,
        "deadline_time": of_orders.clock,
        "priority": of_orders.priority,
        "eligible_machines": of_orders.machine,
        "current_machine": of_orders.machine,
        "pinned_machine": of_orders.machine,
        "current_position": of_orders.small_whole,
        "planned_batch": of_orders.small_whole,
        "stage": of_orders.small_whole,
        "operation": of_orders.words,
        "predecessor": lambda c: of_orders.among(c, c.around.orders, 0.0),
        "needs": lambda c: of_orders.among(c, c.around.orders, -2.0),
        "customer": of_orders.words,
        "description": of_orders.words,
        "note": of_orders.note,
    },
    "machines": {
        "machine_id": of_plants.machine_key,
        "process": of_plants.worded("process"),
        "capacity_": of_orders.amount,
        "initial_family": of_plants.named(lambda c: c.around.families, -1.0),
        "pausable": of_plants.worded("yes_no"),
        "speed": of_plants.speed,
        "cost_per_hour": of_orders.rate,
        "calendar": of_plants.named(lambda c: c.around.calendars, -1.0),
        "count": of_plants.number_of_equals,
        "rate": of_orders.rate,
        "most_batches_in_a_row": of_orders.amount,
        "most_hours_in_a_row": of_orders.amount,
        "most_quantity_in_a_row": of_orders.amount,
        "setup_minutes": of_orders.time_taken,
        "hand_on": of_orders.words,
        "note": of_orders.note,
    },
    "changeovers": {
        "from": of_plants.end_of_changeover,
        "to": of_plants.end_of_changeover,
        "minutes": of_plants.changeover,
        "cost": of_orders.rate,
        "machine": of_orders.machine,
        "attribute": of_orders.words,
        "note": of_orders.note,
    },
    "calendars": {
        "calendar": of_orders.words,
        "weekdays": of_plants.worded("weekdays"),
        "date": of_orders.moment,
        "start": of_orders.clock,
        "end": of_orders.clock,
        "open": of_plants.worded("yes_no"),
        "note": of_orders.note,
    },
    "durations": {
        "order_id": of_plants.named(lambda c: c.around.orders, -1.0),
        "product": of_orders.product,
        "stage": of_orders.small_whole,
        "machine_id": of_orders.machine,
        "minutes": of_orders.time_taken,
        "minutes_per_unit": of_orders.per_piece,
        "units_per_hour": of_orders.rate,
        "allowed": of_plants.worded("yes_no"),
        "forbidden": of_plants.worded("yes_no"),
        "note": of_orders.note,
    },
}
FITS = {
    **FITS,
    "eligibility": FITS["durations"],
    "waits": {
        "min_wait": of_orders.time_taken,
        "max_wait": of_orders.time_taken,
        "product": of_orders.product,
    },
    "upkeep": {
        "machine": of_orders.machine,
        "upkeep": of_orders.words,
        "minutes": of_orders.time_taken,
        "after_hours": of_orders.amount,
        "after_batches": of_orders.amount,
        "after_quantity": of_orders.amount,
        "interval": of_plants.interval,
        "cost": of_orders.rate,
        "done_before_hours": of_orders.amount,
        "done_before_batches": of_orders.amount,
        "done_before_quantity": of_orders.amount,
        "sets_up": of_plants.named(lambda c: c.around.families, -1.0),
        "note": of_orders.note,
    },
    "resources": {
        "resource": of_plants.shared,
        "amount": of_plants.people,
        "calendar": of_plants.shift,
        "cost_per_hour": of_orders.rate,
        "during": of_plants.during,
        "machine": of_orders.machine,
        "product": of_plants.named(lambda c: c.around.products, -2.0),
        "person": of_orders.words,
        "weekdays": of_plants.worded("weekdays"),
        "start": of_orders.clock,
        "end": of_orders.clock,
        "note": of_orders.note,
    },
    "needs": {
        "resource": of_plants.shared,
        "during": of_plants.during,
        "amount": of_plants.number_of_equals,
        "minutes": of_orders.time_taken,
        "machine": of_orders.machine,
        "family": of_plants.named(lambda c: c.around.families, 0.0),
        "attr_": of_orders.words,
        "product": of_plants.named(lambda c: c.around.products, 0.0),
        "stage": of_orders.small_whole,
        "note": of_orders.note,
    },
    "routes": {**FITS["orders"], "product": of_orders.product, "order_id": of_orders.product},
}

_DATES = frozenset(
    [
        "entry_date",
        "changed_date",
        "print_date",
        "expiry_date",
        "document_date",
        "actual_start",
        "actual_end",
        "last_run_date",
    ]
)
_FIGURES = frozenset(
    [
        "stock",
        "safety_stock",
        "days_of_cover",
        "output_per_day",
        "price",
        "value",
        "shelf_life",
        "percent_done",
        "crew",
        "lead_time",
        "cavities",
        "campaign",
    ]
)


def fit_of(kind: str, field_name: str, column: Column) -> Points:
    """Return the points of a field of a kind of table for a column's cells."""
    stem = next(
        (s for s in ("attr_", "size_", "capacity_") if field_name.startswith(s)), field_name
    )
    judge = FITS[kind].get(stem, of_orders.words)
    return judge(column) if column.profile.count else None


def fit_of_other(meaning: str, column: Column) -> Points:
    """Return the points of a meaning that nothing is planned with."""
    p = column.profile
    if meaning in _DATES:
        return 1.5 if p.dates > 0.5 else None
    if meaning in _FIGURES:
        return 0.5 if p.amounts + p.durations > 0.6 else -1.5 if p.dates < 0.5 else None
    return None if p.dates > 0.5 and meaning != "calibration" else 0.3
