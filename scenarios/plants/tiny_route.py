"""Six orders of jeans through three machines, small enough to follow by hand."""

from collections.abc import Mapping

from scenarios.tables import CALENDAR_HEADER, SYNTHETIC, table, week

STORY = f"""# tiny-route

{SYNTHETIC}
Six orders of jeans for one Monday in Nordhorn: cut on a table, dyed in a vat that takes 200 pieces
of one colour at once, sewn on a line. From blue to black the vat is rinsed, back it is boiled out;
the line changes its thread. The dyed cloth needs half an hour to drip off before it is sewn. Order
5 is larger than the vat and goes in two lots.

Small enough to follow each piece of cloth through the day by hand, and to be proven best in
seconds.
"""

# order, colour, pieces, due, priority
ORDERS = (
    ("1", "blue", 60, "11:00", 1),
    ("2", "black", 80, "14:00", 1),
    ("3", "blue", 120, "12:00", 3),
    ("4", "black", 100, "16:00", 1),
    ("5", "blue", 240, "17:00", 2),
    ("6", "black", 40, "13:00", 1),
)


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    return {
        "README.md": STORY,
        "orders.csv": table(
            ("order_id", "product", "family", "quantity", "unit", "due", "priority"),
            (
                (name, "jeans", colour, pieces, "pcs", f"2027-06-07T{due}", priority)
                for name, colour, pieces, due, priority in ORDERS
            ),
        ),
        "routes.csv": _routes(),
        "machines.csv": table(
            ("machine_id", "process", "capacity_pieces", "initial_family", "calendar"),
            (
                ("table", "serial", "", "blue", "long day"),
                ("vat", "parallel", 200, "black", "long day"),
                ("line", "serial", "", "blue", "long day"),
            ),
        ),
        "changeovers.csv": table(
            ("machine", "from", "to", "minutes", "cost"),
            (
                ("table", "*", "*", 0, 0),
                ("vat", "blue", "black", 15, 10),
                ("vat", "black", "blue", 60, 40),
                ("line", "*", "*", 10, 5),
            ),
        ),
        "calendars.csv": table(CALENDAR_HEADER, (week("long day", "Mon-Fri", "06:00", "20:00"),)),
        "scenario.toml": (
            'name = "Tiny route"\nstart = 2027-06-07T06:00:00\n'
            'time_zone = "Europe/Berlin"\npreset = "balanced"\n'
        ),
    }


def _routes() -> str:
    return table(
        (
            *("product", "stage", "operation", "eligible_machines"),
            *("minutes_per_unit", "min_minutes", "min_wait"),
        ),
        (
            ("jeans", 1, "cut", "table", "0.25", "", ""),
            ("jeans", 2, "dye", "vat", "", 60, ""),
            ("jeans", 3, "sew", "line", "0.5", "", 30),
        ),
    )
