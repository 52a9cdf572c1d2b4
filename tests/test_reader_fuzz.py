"""Whatever a file holds: tables or findings, never a traceback, never more time than it is long.

A short run by default; `PLANNER_FUZZ=20000` sets the number of cases. What is read is written and
read again, and must be the same.
"""

import os
import random
import shutil
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from planner.cli import main
from planner.errors import PlannerError, ScenarioError
from planner.planning import plan
from planner.reader import (
    read_scenario,
    read_tables,
    scenario_from_tables,
    write_tables,
)
from planner.service.posted_orders import RefusedRequestError, arrivals_in, names_in
from planner.validator import validate
from planner.writer import read_schedule, write_schedule
from scenarios import SAMPLES, sample_path
from tests.test_intake_fuzz import cut, flipped, repeated, shuffled_lines, sprinkled

CASES = int(os.environ.get("PLANNER_FUZZ", "150"))
SECONDS = 2.0
# Of memory, at least this much and so many times what a file has of bytes.
LEAST_MEMORY, TIMES = 50_000_000, 500

Mutation = Callable[[bytes, random.Random], bytes]

LONG_CELLS = (b" " * 5000, b"9" * 5000, b"-" * 2000, b"A|" * 500, b"1:" * 900, b"Mon-" * 900)
DEEP_CELLS = (b"[" * 3000, b"{" * 3000, b'"', b"*", b"|", b"=1+1")
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", "\u200b".encode(), "e\u0301".encode())
VALUES = (b"1e400", b"nan", b"Infinity", b"2063-01-01", b"0001-01-01", b"9999-12-31T23:59")
CELLS = LONG_CELLS + DEEP_CELLS + MARKS + VALUES


def replaced_cells(data: bytes, chance: random.Random) -> bytes:
    cells = data.replace(b"\n", b",\n,").split(b",")
    for _ in range(chance.randint(1, 4)):
        cells[chance.randrange(len(cells))] = chance.choice(CELLS)
    return b",".join(cells).replace(b",\n,", b"\n")


MUTATIONS: tuple[Mutation, ...] = (
    flipped, cut, repeated, sprinkled, shuffled_lines, replaced_cells, replaced_cells,
)  # fmt: skip


def within_limits(size: int, work: Callable[[], None]) -> None:
    """Do `work` and hold it to the limits of processor time and of memory."""
    tracemalloc.start()
    begun = time.process_time()
    try:
        work()
    finally:
        used, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    # Whoever is measured by tracemalloc takes about three times as long.
    assert used < 3 * SECONDS, f"{used:.1f} s of processor time for {size:,} bytes"
    assert peak < LEAST_MEMORY + TIMES * size, f"{peak:,} bytes of memory for {size:,} bytes"


def mutated(folder: Path, target: Path, chance: random.Random) -> int:
    """Copy a scenario with one file changed; return the bytes of all."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    files = sorted(path for path in target.iterdir() if path.suffix in (".csv", ".toml"))
    changed = chance.choice(files)
    for _ in range(chance.randint(1, 2)):
        changed.write_bytes(chance.choice(MUTATIONS)(changed.read_bytes(), chance))
    return sum(path.stat().st_size for path in files)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def read_and_read_again(folder: Path, again: Path) -> None:
    shutil.rmtree(again, ignore_errors=True)
    with suppress(ScenarioError):
        tables = read_tables(folder)
        write_tables(tables, again)
        back = read_tables(again)
        assert {name: (t.columns, t.rows) for name, t in back.files.items()} == {
            name: (t.columns, t.rows) for name, t in tables.files.items()
        }
        validate(scenario_from_tables(tables))


def test_a_scenario_of_any_bytes_is_tables_or_findings(tmp_path: Path) -> None:
    small = [name for name in SAMPLES if size_of(sample_path(name)) < 60_000]
    chance = random.Random(20)
    for _ in range(CASES):
        size = mutated(sample_path(chance.choice(small)), tmp_path / "s", chance)
        within_limits(size, lambda: read_and_read_again(tmp_path / "s", tmp_path / "again"))


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_schedule_of_any_bytes_is_a_schedule_or_words(tmp_path: Path, ending: str) -> None:
    scenario = read_scenario(sample_path("tiny"))
    path = tmp_path / f"plan.{ending}"
    write_schedule(path, scenario, plan(scenario, work=5))
    whole, chance = path.read_bytes(), random.Random(21)

    def read() -> None:
        with suppress(PlannerError):
            read_schedule(path, scenario)

    for _ in range(CASES):
        path.write_bytes(chance.choice(MUTATIONS)(whole, chance))
        within_limits(len(whole), read)


def test_a_request_of_any_bytes_is_orders_or_refused() -> None:
    body = b'[{"order_id":"A","family":"red","quantity":1.5,"due":"2027-01-01T00:00Z"}]'
    names, chance = b'{"orders":["A","B"]}', random.Random(22)
    for _ in range(4 * CASES):
        for whole, read in (
            (body, lambda data: arrivals_in(data, "application/json", {}, 10)),
            (names, lambda data: names_in(data, "orders", 10)),
        ):
            data = chance.choice(MUTATIONS)(whole, chance)
            with suppress(RefusedRequestError):
                read(data)


def test_a_command_on_any_bytes_ends_with_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(23)
    for _ in range(max(20, CASES // 10)):
        mutated(sample_path("tiny"), tmp_path / "s", chance)
        assert main(["validate", str(tmp_path / "s")]) in (0, 1)
        told = capsys.readouterr()
        assert "fault of Batch planner" not in told.err
        assert "Traceback" not in told.err + told.out
