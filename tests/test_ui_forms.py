"""What the forms of the pages make of a few fields."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from planner.reader import Tables, read_tables, scenario_from_tables, table_of
from scenarios import sample_path
from ui.tables.rush import RushOrder, RushOrderError, products, with_rush_order
from ui.tables.starting import next_shift, with_next_shift

COLUMNS = (
    "order_id",
    "product",
    "family",
    "quantity",
    "duration_minutes",
    "size_kg",
    "due",
    "note",
)


def tables() -> Tables:
    rows = [
        ("A", "pan", "red", "10", "40", "5", "2027-01-05", "old"),
        ("B", "pan", "blue", "20", "60", "9", "2027-01-05", "new"),
        ("C", "pot", "red", "5", "30", "2", "", ""),
    ]
    return Tables(files={"orders.csv": table_of(COLUMNS, rows)}, settings="start = 2027-01-04\n")


def rush(number: str = "R", product: str = "pan", quantity: str = "10") -> RushOrder:
    due = datetime.fromisoformat("2027-01-06T12:00")
    return RushOrder(
        number=number, product=product, quantity=Decimal(quantity), due=due, priority=3
    )


def test_a_rush_order_is_proposed_from_the_newest_of_its_product() -> None:
    made = with_rush_order(tables(), rush()).files["orders.csv"]
    row = dict(zip(made.columns, made.rows[-1], strict=True))
    # Half of the 20 pieces of B: half of its 60 minutes, and of its 9 kg rounded up.
    assert row == {
        "order_id": "R", "product": "pan", "family": "blue", "quantity": "10",
        "duration_minutes": "30", "size_kg": "5", "due": "2027-01-06T12:00", "note": "",
        "priority": "3",
    }  # fmt: skip
    assert scenario_from_tables(with_rush_order(tables(), rush())).order["R"].weight == 3


def test_a_product_that_is_new_leaves_the_rest_empty() -> None:
    made = with_rush_order(tables(), rush(product="lid")).files["orders.csv"]
    assert made.rows[-1][:5] == ("R", "lid", "", "10", "")


@pytest.mark.parametrize(("number", "told"), [("A", "A is there already"), (" ", "is missing")])
def test_a_rush_order_needs_a_number_of_its_own(number: str, told: str) -> None:
    with pytest.raises(RushOrderError, match=told):
        with_rush_order(tables(), rush(number=number))


def test_families_stand_in_for_products_that_are_not_given() -> None:
    given = Tables(files={"orders.csv": table_of(("order_id", "family"), [("A", "red")])})
    assert products(given) == ("red",)
    assert with_rush_order(given, rush(product="red")).files["orders.csv"].column("family") == (
        "red", "red")  # fmt: skip


@pytest.mark.parametrize(
    ("now", "start"),
    [("2027-02-01T05:10", "2027-02-01T06:00"), ("2027-02-01T09:30", "2027-02-02T06:00"),
     ("2027-02-05T15:00", "2027-02-08T06:00")],
    ids=["before the shift", "in the shift", "Friday afternoon"],
)  # fmt: skip
def test_now_is_rounded_to_the_next_shift(now: str, start: str) -> None:
    # The early shift of the tiny paint shop begins at 06:00 from Monday to Friday.
    given = read_tables(sample_path("tiny"))
    assert next_shift(given, datetime.fromisoformat(now)) == datetime.fromisoformat(start)


def test_machines_that_are_always_open_start_with_the_next_hour() -> None:
    at = datetime.fromisoformat("2027-01-04T09:20:31")
    assert next_shift(tables(), at) == datetime.fromisoformat("2027-01-04T10:00")


def test_a_file_without_a_start_starts_with_the_next_shift_and_another_as_it_says() -> None:
    given = read_tables(sample_path("tiny"))
    now = datetime.fromisoformat("2027-02-03T09:30+01:00")
    assert with_next_shift(given, now) == given
    nothing = replace(given, settings='time_zone = "Europe/Berlin"\n')
    start = scenario_from_tables(with_next_shift(nothing, now)).clock.start
    assert start == datetime.fromisoformat("2027-02-04T06:00")
