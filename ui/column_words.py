"""What the columns of editable tables are called, and what is told about them."""

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "order_id": "Order",
    "product": "Product",
    "family": "Family",
    "quantity": "Quantity",
    "unit": "Unit",
    "duration_minutes": "Minutes in all",
    "minutes_per_unit": "Minutes per unit",
    "units_per_hour": "Units per hour",
    "min_minutes": "Least minutes",
    "max_minutes": "Most minutes",
    "release": "Not before",
    "due": "Due",
    "deadline": "Not after",
    "priority": "Priority",
    "eligible_machines": "Machines allowed",
    "current_machine": "Machine so far",
    "current_position": "Place in line so far",
    "pinned_machine": "Pinned to machine",
    "pinned_start": "Pinned to start",
    "customer": "Customer",
    "note": "Note",
    "leave_out": "Leave out",
    "status": "Status",
    "done_quantity": "Made already",
    "lot_quantity": "Largest lot",
    "needs": "Needs orders",
    "stage": "Stage",
    "operation": "Operation",
    "min_wait": "Least wait",
    "max_wait": "Most wait",
    "hand_on": "Hands on",
    "machine_id": "Machine",
    "process": "Kind of machine",
    "initial_family": "Set up for",
    "pausable": "May pause",
    "speed": "Speed",
    "cost_per_hour": "Cost per hour",
    "calendar": "Calendar",
    "machine": "Machine",
    "attribute": "Attribute",
    "from": "From",
    "to": "To",
    "minutes": "Minutes",
    "cost": "Cost",
    "most_batches_in_a_row": "Most batches in a row",
    "most_hours_in_a_row": "Most hours in a row",
    "most_quantity_in_a_row": "Most quantity in a row",
    "resource": "Resource",
    "amount": "Amount",
    "during": "Needed during",
    "upkeep": "Upkeep",
    "after_hours": "After hours",
    "after_batches": "After batches",
    "after_quantity": "After quantity",
    "done_before_hours": "Hours since the last",
    "done_before_batches": "Batches since the last",
    "done_before_quantity": "Quantity since the last",
    "sets_up": "Set up for afterwards",
    "weekdays": "Weekdays",
    "date": "Date",
    "start": "Starts",
    "end": "Ends",
    "open": "Open",
    "attr_": "Attribute",
    "size_": "Size in",
    "capacity_": "Capacity in",
}

HELP: Mapping[str, str] = {
    "order_id": "Number of the order; leading zeros are kept",
    "family": "What a machine is set up for: no changeover inside a family",
    "duration_minutes": "Working minutes of the whole order",
    "minutes_per_unit": "Working minutes per unit of quantity",
    "units_per_hour": "Quantity per working hour",
    "min_minutes": "Least minutes in an oven or tunnel",
    "max_minutes": "Most minutes in an oven or tunnel",
    "release": "Earliest start, such as 2027-03-01 06:00",
    "due": "Wanted end, such as 2027-03-05 14:00",
    "deadline": "Latest end: may not be missed",
    "during": "changeover, run, start, end, set up or upkeep",
    "upkeep": "What it is called, such as cleaning",
    "after_hours": "Needed again after so many hours of running",
    "after_batches": "Needed again after so many batches",
    "after_quantity": "Needed again after so much quantity",
    "done_before_hours": "Hours it has run since the last upkeep, at the start",
    "done_before_batches": "Batches made since the last upkeep, at the start",
    "done_before_quantity": "Quantity made since the last upkeep, at the start",
    "sets_up": "Family the machine is set up for after it; empty: as before",
    "most_hours_in_a_row": "Of one family, before another must come",
    "priority": "How much lateness matters: 1 is normal, more is more important",
    "eligible_machines": "Machines that may make it, such as M1|M2; empty means all",
    "pinned_machine": "The order stays on this machine",
    "pinned_start": "The order starts exactly then, such as 2027-03-02 06:00",
    "leave_out": "The order stays in the table and is not planned",
    "process": "serial: one order after the other; parallel: all at once; continuous: in and out",
    "initial_family": "What the machine is set up for at the start",
    "pausable": "yes: work may stop when closed and go on later",
    "speed": "1 is normal; 1.2 is 20 % faster",
    "calendar": "Name of a calendar; empty means always open",
    "weekdays": "Such as Mon-Fri",
    "date": "One day, such as 2027-03-02, instead of weekdays",
    "open": "no: closed at that time",
    "status": "open, released, in_progress; on_hold, finished, closed and cancelled are left out",
    "done_quantity": "How much of the quantity is made already",
    "minutes": "Working minutes; of a changeover also no: not possible",
}


def label(column: str) -> str:
    """Return the heading of a column; one that the planner does not know keeps its name.

    >>> label("eligible_machines"), label("attr_colour"), label("Farbe")
    ('Machines allowed', 'Attribute colour', 'Farbe')
    """
    if column in LABELS:
        return LABELS[column]
    prefix = f"{column.partition('_')[0]}_"
    if prefix in LABELS and column != prefix:
        return f"{LABELS[prefix]} {column.removeprefix(prefix)}"
    return column


def help_of(column: str) -> str:
    """Return what is told about a column: what it means, and its name in the file."""
    known = HELP.get(column, "")
    named = f"In the file: {column}"
    return f"{known}. {named}" if known else named
