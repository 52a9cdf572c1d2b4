"""Whatever a file holds: tables or findings, never a traceback, never more time than it is long.

A short run by default; `PLANNER_FUZZ=20000` sets the number of cases. What is read is written and
read again, and must be the same.
"""

import io
import os
import random
import resource
import shutil
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from planner.changes import changes_from_text, changes_to_text
from planner.cli import main
from planner.errors import ChangeError, PlannerError, ScenarioError, TryAgainError
from planner.intake import Raw, import_tables, read_memory, read_words, write_memory
from planner.planning import plan
from planner.publish.answers import refused_in
from planner.reader import (
    COLUMNS,
    actuals_from_tables,
    read_actuals,
    read_scenario,
    read_tables,
    scenario_from_tables,
    write_tables,
)
from planner.service.posted_orders import RefusedRequestError, arrivals_in, names_in
from planner.validator import validate
from planner.writer import read_schedule, write_schedule
from scenarios import SAMPLES, sample_path
from tests.messy.makers import xlsx
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


# With `tiny-route`, a scenario that has every file there is.
MORE = {
    "durations.csv": (
        "order_id,product,stage,machine_id,minutes\n,jeans,3,line,0.75\n1,,1,table,9\n"
    ),
    "resources.csv": "resource,amount,calendar,cost_per_hour\nsetter,1,long day,20.5\nmould,2,,\n",
    "needs.csv": (
        "resource,during,amount,minutes,machine,family,product,stage\n"
        "setter,changeover,1,,vat,*,*,*\nmould,set up,1,,line,blue,*,\n"
        "setter,start,1,5,*,*,jeans,1\n"
    ),
    "upkeep.csv": (
        "machine,upkeep,minutes,after_hours,after_batches,cost,done_before_hours\n"
        "vat,cleaning,30,20,,15,4\nline,filter,5,,3,,\n"
    ),
    "reference.csv": "order_id,stage,machine_id,start\n1,1,table,2027-06-07T06:00\n",
    "actuals.csv": (
        "order_id,lot,stage,machine_id,begun,ended,quantity,scrapped\n"
        "1,,1,table,2027-06-07T06:00,2027-06-07T06:20,60,0\n2,,1,table,2027-06-07T06:20,,,\n"
    ),
}


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """Return a scenario with every file that the reader knows."""
    folder = shutil.copytree(sample_path("tiny-route"), tmp_path / "everything")
    for name, text in MORE.items():
        (folder / name).write_text(text)
    return folder


def test_every_file_that_the_reader_knows_is_in_the_fuzz(everything: Path) -> None:
    tables = read_tables(everything)
    assert set(tables.files) == set(COLUMNS)
    scenario = scenario_from_tables(tables)
    assert validate(scenario) == ()
    assert len(actuals_from_tables(tables, scenario)) == 2


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def read_and_read_again(source: Path, again: Path) -> None:
    shutil.rmtree(again, ignore_errors=True)
    with suppress(ScenarioError):
        tables = read_tables(source)
        write_tables(tables, again)
        back = read_tables(again)
        assert {name: (t.columns, t.rows) for name, t in back.files.items()} == {
            name: (t.columns, t.rows) for name, t in tables.files.items()
        }
        scenario = scenario_from_tables(tables)
        validate(scenario)
        actuals_from_tables(tables, scenario)


def test_a_scenario_of_any_bytes_is_tables_or_findings(tmp_path: Path, everything: Path) -> None:
    small = [path for name in SAMPLES if size_of(path := sample_path(name)) < 60_000]
    chance = random.Random(20)
    for number in range(CASES):
        folder = everything if number % 2 else chance.choice(small)
        size = mutated(folder, tmp_path / "s", chance)
        within_limits(size, lambda: read_and_read_again(tmp_path / "s", tmp_path / "again"))


def test_actuals_of_any_bytes_are_actuals_or_findings(tmp_path: Path, everything: Path) -> None:
    scenario = read_scenario(everything)
    whole, path = MORE["actuals.csv"].encode(), tmp_path / "actuals.csv"
    chance = random.Random(24)

    def read() -> None:
        with suppress(ScenarioError):
            read_actuals(path, scenario)

    for _ in range(CASES):
        path.write_bytes(chance.choice(MUTATIONS)(whole, chance))
        within_limits(len(whole), read)


def test_a_workbook_of_any_bytes_is_tables_or_findings(tmp_path: Path, everything: Path) -> None:
    rows = {
        path.stem: [line.split(",") for line in path.read_text().splitlines()]
        for path in sorted(everything.glob("*.csv"))
    }
    whole = xlsx(rows.pop("orders"), sheet="orders", more=rows)
    path, chance = tmp_path / "plant.xlsx", random.Random(25)
    path.write_bytes(whole)
    assert set(read_tables(path).files) == set(COLUMNS)
    for _ in range(max(6, CASES // 100)):
        data = chance.choice((inner, chance.choice(MUTATIONS)))(whole, chance)
        path.write_bytes(data)
        begun = children_seconds()
        within_limits(len(data), lambda: read_and_read_again(path, tmp_path / "again"))
        with suppress(PlannerError):
            import_tables([("plant.xlsx", data)])
        assert children_seconds() - begun < 4 * SECONDS


def inner(data: bytes, chance: random.Random) -> bytes:
    """Change what is packed in a workbook, and pack it again."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        changed = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, chance.choice(MUTATIONS)(part, chance) if name == changed else part)
    return target.getvalue()


def children_seconds() -> float:
    """Return the processor time of processes that have been waited for: they read workbooks."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_schedule_of_any_bytes_is_a_schedule_or_words(tmp_path: Path, ending: str) -> None:
    scenario = read_scenario(sample_path("tiny"))
    path = tmp_path / f"plan.{ending}"
    write_schedule(path, scenario, plan(scenario, work=5))
    whole, chance = path.read_bytes(), random.Random(21)

    def read() -> None:
        with suppress(PlannerError):
            found = read_schedule(path, scenario)
            write_schedule(again, scenario, found)
            assert read_schedule(again, scenario) == found

    again = tmp_path / f"again.{ending}"
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


CHANGES = b"""[
 {"kind": "move", "operations": ["1 / 1"], "machine": "table"},
 {"kind": "close machine", "machine": "vat", "start": 20, "end": "2027-06-07T14:00"},
 {"kind": "set due", "order": "1", "due": null},
 {"kind": "set quantity", "order": "2", "quantity": "12.5"},
 {"kind": "pin", "operations": ["1 / 1", "2 / 1"]},
 {"kind": "remark", "order": "1", "text": "late"}]"""


def test_changes_of_any_bytes_are_changes_or_words(everything: Path) -> None:
    clock, chance = read_scenario(everything).clock, random.Random(26)
    assert len(changes_from_text(CHANGES, clock)) == 6

    def read() -> None:
        with suppress(ChangeError):
            found = changes_from_text(data, clock)
            assert changes_from_text(changes_to_text(found)) == found

    for _ in range(4 * CASES):
        data = chance.choice(MUTATIONS)(CHANGES, chance)
        within_limits(len(data), read)


def test_an_answer_of_any_bytes_refuses_or_is_asked_for_again() -> None:
    whole, chance = b'{"refused":[{"id":"7","reason":"no"},{"id":"8"},"9"]}', random.Random(27)
    for _ in range(4 * CASES):
        content = chance.choice(MUTATIONS)(whole, chance)
        answer = httpx.Response(200, content=content)
        with suppress(TryAgainError):
            assert all(isinstance(reason, str) for reason in refused_in(answer).values())


WORDS = b"""language = "own"
[columns.orders]
due = ["ship by", "wanted"]
family = ["colour"]
[units]
minutes = ["mn"]
"""


def test_words_and_remembered_readings_of_any_bytes_are_taken_or_refused(tmp_path: Path) -> None:
    orders = ("orders.csv", b"No;colour;ship by;mn\n1;red;2027-01-04;5\n2;blue;2027-01-05;6\n")
    made = import_tables([orders])
    mapping = made.parts[0].mapping
    path = tmp_path / "memory.json"
    write_memory(path, {mapping.fingerprint: mapping.to_json()})
    whole, chance = path.read_bytes(), random.Random(28)

    def read() -> None:
        with suppress(PlannerError):
            memory = read_memory(path)
            write_memory(path, memory)
            assert read_memory(path) == memory
            import_tables([orders], memory=memory)
        with suppress(PlannerError):
            words: Raw = read_words(tmp_path / "words.toml")
            import_tables([orders], words=[words])

    for number in range(CASES // 10):
        path.write_bytes(chance.choice(MUTATIONS)(whole, chance) if number % 2 else whole)
        words = WORDS if number % 2 else chance.choice(MUTATIONS)(WORDS, chance)
        (tmp_path / "words.toml").write_bytes(words)
        begun = time.process_time()
        read()
        assert time.process_time() - begun < 3 * SECONDS


def test_a_command_on_any_bytes_ends_with_words(
    tmp_path: Path, everything: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(23)
    for number in range(max(20, CASES // 10)):
        folder = everything if number % 2 else sample_path("tiny")
        mutated(folder, tmp_path / "s", chance)
        assert main(["validate", str(tmp_path / "s")]) in (0, 1)
        told = capsys.readouterr()
        assert "fault of Batch planner" not in told.err
        assert "Traceback" not in told.err + told.out
