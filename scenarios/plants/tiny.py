"""A paint shop of two lines and twelve orders, small enough to prove the best plan."""

from collections.abc import Mapping

from scenarios.tables import CALENDAR_HEADER, SYNTHETIC, table, week

STORY = f"""# tiny

{SYNTHETIC}
A paint shop with two lines and twelve orders for one Monday in Leipzig. Colours get darker for a
few minutes of rinsing; from black back to white takes an hour. Taken as they stand in the file the
orders change colour nearly every time, and some are late.

Small enough that the planner proves in seconds that no plan can be better.
"""

COLOURS = ("white", "yellow", "red", "black")
MINUTES = ((0, 10, 15, 15), (30, 0, 10, 15), (45, 40, 0, 10), (60, 50, 40, 0))

# order, colour, pieces, minutes, due, priority, lines
ORDERS = (
    ("0001", "black", 40, 30, "11:00", 1, "P1|P2"),
    ("0002", "red", 30, 25, "08:00", 1, "P2"),
    ("0003", "black", 55, 40, "11:00", 1, "P2"),
    ("0004", "yellow", 30, 25, "12:00", 1, "P2"),
    ("0005", "white", 50, 40, "08:00", 1, "P1"),
    ("0006", "black", 80, 60, "11:00", 1, "P1|P2"),
    ("0007", "white", 70, 55, "09:00", 1, "P1"),
    ("0008", "yellow", 60, 50, "11:00", 1, "P1"),
    ("0009", "red", 60, 45, "09:00", 3, "P1|P2"),
    ("0010", "white", 40, 30, "08:00", 1, "P1"),
    ("0011", "yellow", 40, 30, "12:00", 3, "P1"),
    ("0012", "red", 45, 35, "11:00", 3, "P2"),
)


def files() -> Mapping[str, str]:
    """Return the text of each file of the scenario by name."""
    return {
        "README.md": STORY,
        "orders.csv": _orders(),
        "machines.csv": table(
            ("machine_id", "process", "initial_family", "pausable", "cost_per_hour", "calendar"),
            (
                ("P1", "serial", "yellow", "yes", 60, "early shift"),
                ("P2", "serial", "red", "yes", 60, "early shift"),
            ),
        ),
        "changeovers.csv": table(
            ("from", "to", "minutes", "cost"),
            (
                (before, after, minutes, 2 * minutes)
                for before, row in zip(COLOURS, MINUTES, strict=True)
                for after, minutes in zip(COLOURS, row, strict=True)
                if before != after
            ),
        ),
        "calendars.csv": table(
            CALENDAR_HEADER,
            (week("early shift", "Mon-Fri", "06:00", "14:00"),),
        ),
        "scenario.toml": (
            'name = "Tiny paint shop"\nstart = 2027-02-01T06:00:00\n'
            'time_zone = "Europe/Berlin"\npreset = "balanced"\n'
        ),
    }


def _orders() -> str:
    header = (
        "order_id", "product", "family", "quantity", "unit", "duration_minutes", "due", "priority",
        "eligible_machines",
    )  # fmt: skip
    return table(
        header,
        (
            (
                name,
                f"panel {colour}",
                colour,
                pieces,
                "pcs",
                minutes,
                f"2027-02-01T{due}",
                priority,
                lines,
            )
            for name, colour, pieces, minutes, due, priority, lines in ORDERS
        ),
    )
