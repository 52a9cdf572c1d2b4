"""Past orders come in by batches: each row once, whatever happens on the way, in flat memory."""

import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from planner.errors import StoreError
from planner.store import Store
from planner.store.history import (
    delete_import,
    file_fingerprint,
    import_of,
    import_orders,
    past_orders,
)
from planner.store.schema import order_history
from tests.test_store import url


def rows(count: int) -> Iterator[dict[str, str]]:
    """Yield orders 1 to `count`."""
    for number in range(1, count + 1):
        yield {"order_id": f"{number:07}", "product": "Türband 7,5", "due": "2026-03-01T14:00"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path)) as store:
        yield store


def stored(store: Store) -> int:
    with store.engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(order_history)) or 0)


def test_past_orders_come_back_as_given_with_the_columns_nobody_knows(store: Store) -> None:
    given = [{"order_id": "0007", "quantity": "1.50", "colour": "RAL 7016", "Ω": ""}]
    done = import_orders(store, given, "file")
    (order,) = past_orders(store, done.id)
    assert {name: value for name, value in order.items() if name in given[0]} == given[0]
    assert order["customer"] == ""


@pytest.mark.parametrize("batch_size", [1, 3, 7, 100])
def test_every_row_is_stored_once_and_in_order_whatever_the_batch_size(
    store: Store, batch_size: int
) -> None:
    told: list[int] = []
    done = import_orders(store, rows(7), "file", batch_size=batch_size, on_batch=told.append)
    assert [row["order_id"] for row in past_orders(store, done.id)] == [
        row["order_id"] for row in rows(7)
    ]
    assert told == [min(7, end) for end in range(batch_size, 7 + batch_size, batch_size)]
    assert done.rows == 7
    assert done.finished is not None


def test_the_same_file_is_imported_once(store: Store) -> None:
    first = import_orders(store, rows(5), "file")
    assert import_orders(store, rows(5), "file") == first
    assert import_orders(store, rows(5), "other").id != first.id
    assert stored(store) == 10


def test_an_interrupted_import_goes_on_behind_its_last_whole_batch(store: Store) -> None:
    def interrupted() -> Iterator[dict[str, str]]:
        yield from rows(8)
        raise OSError("the network drive is gone")

    # Batches of 3: rows 1 to 6 are stored, 7 and 8 are lost with their batch.
    with pytest.raises(OSError, match="drive is gone"):
        import_orders(store, interrupted(), "file", batch_size=3)
    begun = import_of(store, "file")
    assert begun is not None
    assert begun.rows == stored(store) == 6
    done = import_orders(store, rows(20), "file", batch_size=3)
    assert [row["order_id"] for row in past_orders(store, done.id)] == [
        row["order_id"] for row in rows(20)
    ]


def test_an_import_that_is_killed_goes_on_without_duplicates(store: Store) -> None:
    program = (
        "import sys; from planner.store import Store; from planner.store.history import *; "
        "from tests.test_store_history import rows; "
        "import_orders(Store(sys.argv[1]), rows(10**7), 'file', batch_size=50, "
        "on_batch=lambda done: print(done, flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, store.url], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    begun = import_of(store, "file")
    assert begun is not None
    before = begun.rows
    assert before == stored(store) >= 1000
    done = import_orders(store, rows(before + 10), "file")
    assert done.rows == stored(store) == before + 10


def test_two_imports_of_one_file_at_once_are_refused_and_nothing_is_stored_twice(
    store: Store,
) -> None:
    def overtaken() -> Iterator[dict[str, str]]:
        yield from rows(2)
        import_orders(store, rows(2), "file")
        yield from rows(2)

    with pytest.raises(StoreError, match="being imported elsewhere"):
        import_orders(store, overtaken(), "file", batch_size=3)
    assert stored(store) == 2


def test_a_deleted_import_can_be_imported_again(store: Store) -> None:
    delete_import(store, import_orders(store, rows(3), "file").id)
    assert import_of(store, "file") is None
    import_orders(store, rows(3), "file")
    assert stored(store) == 3


def test_an_empty_batch_size_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="a batch of 0 rows"):
        import_orders(store, rows(3), "file", batch_size=0)


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).write_bytes(content)
    a, b, c = (file_fingerprint(tmp_path / name) for name in "abc")
    assert a == b != c


def test_ten_times_the_rows_need_no_more_memory(store: Store) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        import_orders(store, rows(count), f"{count} rows", batch_size=500)
        largest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return largest

    peak(1000)  # what is loaded once
    assert peak(20_000) < 1.1 * peak(2000)
