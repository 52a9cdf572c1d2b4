"""What the Release page shows of the live service, from rows of the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ui.figures.live import first_waits
from ui.tables.live import batch_table, buffer_table, wait_table

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def batch(number: int, **fields: Any) -> dict[str, Any]:
    return {"number": number, "family": "red", "machines": "M1|M2", "released": NOW, "orders": 3,
            "reason": "time-out", "first_wait_seconds": 90.0, **fields}  # fmt: skip


def test_a_buffer_shows_how_long_its_first_order_has_waited() -> None:
    row = {"family": "red", "machines": "", "orders": 2, "soonest_due": None}
    table = buffer_table([{**row, "first_received": NOW - timedelta(seconds=150)}], NOW)
    assert table.loc[0, ["Machines", "Orders", "Waits, min"]].tolist() == ["all", 2, 2.5]


def test_a_clock_that_was_set_back_makes_no_negative_wait() -> None:
    row = {"family": "red", "machines": "", "orders": 1, "soonest_due": None}
    table = buffer_table([{**row, "first_received": NOW + timedelta(seconds=5)}], NOW)
    assert table.loc[0, "Waits, min"] == 0.0


def test_a_batch_that_is_not_in_the_outbox_yet_waits_to_be_handed_over() -> None:
    table = batch_table([batch(1), batch(2)], {1: "refused"})
    assert table["Hand-over"].tolist() == ["! refused", "waiting"]
    assert "Hand-over" not in batch_table([batch(1)], None)


def test_waiting_times_are_told_by_family_the_longest_first() -> None:
    rows = [{"family": "red", "wait_seconds": 60 * n} for n in range(1, 4)]
    table = wait_table([*rows, {"family": "blue", "wait_seconds": 600}])
    assert table["Family"].tolist() == ["blue", "red"]
    assert table.loc[1, ["Orders", "Mean, min", "Longest, min"]].tolist() == [3, 2.0, 3.0]
    assert wait_table([]).empty


def test_each_reason_of_release_has_its_own_mark() -> None:
    made = first_waits([batch(1), batch(2, reason="full"), batch(3)])
    assert [trace.name for trace in made.data] == ["full", "time-out"]
    assert list(made.data[1].y) == [1.5, 1.5]
    assert made.data[0].marker.symbol != made.data[1].marker.symbol
