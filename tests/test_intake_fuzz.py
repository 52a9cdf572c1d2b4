"""Whatever bytes come in: a result or findings, never a traceback, a hang or a wrong value.

A short run by default; `PLANNER_FUZZ=5000` sets the number of cases.
"""

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import ScenarioError, Severity
from planner.intake import Imported, ImportedFiles, import_file, import_tables, rejected_csv
from planner.reader import scenario_from_tables
from tests.messy.makers import xlsx
from tests.test_intake_collection import COLLECTION

CASES = int(os.environ.get("PLANNER_FUZZ", "70"))
SECONDS = 5.0
SMALL = [case for case in COLLECTION if len(case.data) < 20_000]
TEXTS = [case for case in SMALL if case.data[:2] != b"PK"]
# A workbook is read by a process of its own, so its cases cost a hundred times those of text.
PACKED = [case for case in SMALL if case.data[:2] == b"PK"]

Mutation = Callable[[bytes, random.Random], bytes]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(data))
    return data[start : chance.randint(start, len(data))]


def repeated(data: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(data))
    end = chance.randint(start, min(len(data), start + 200))
    return data[:end] + data[start:end] * chance.randint(1, 30) + data[end:]


def sprinkled(data: bytes, chance: random.Random) -> bytes:
    marks = [b";", b",", b"\t", b'"', b"'", b"\n", b"\r", b"\x00", b"-", b".", b"%", b"\xff", b"="]
    for _ in range(chance.randint(1, 20)):
        place = chance.randint(0, len(data))
        data = data[:place] + chance.choice(marks) + data[place:]
    return data


def shuffled_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def recoded(data: bytes, chance: random.Random) -> bytes:
    code = chance.choice(["utf-16", "utf-8-sig", "cp1252", "gb18030", "utf-32", "utf-16-le"])
    return data.decode("utf-8", "replace").encode(code, "replace")


def joined(data: bytes, chance: random.Random) -> bytes:
    return data + chance.choice(TEXTS).data


MUTATIONS: tuple[Mutation, ...] = (
    flipped, cut, repeated, sprinkled, shuffled_lines, recoded, joined,
)  # fmt: skip


def assert_sound(data: bytes, name: str) -> None:
    started = time.process_time()
    result = import_file(data, name)
    files = import_tables([(name, data)])
    assert time.process_time() - started < SECONDS
    assert_says_something(result)
    assert_becomes_a_scenario_or_findings(files)
    rejected_csv(result)


def assert_says_something(result: Imported) -> None:
    if result.table is None:
        assert result.findings or not result.kind
        return
    assert len(set(result.table.columns)) == len(result.table.columns)
    rejected = {row.line for row in result.rejected}
    # The cells of a matrix that can be read are, also beside one that cannot.
    assert result.kind == "matrix" or not rejected & set(result.table.numbers)
    stopping = [f for f in result.findings if f.severity == Severity.ERROR]
    assert all(f.row is None or f.row in rejected for f in stopping)


def assert_becomes_a_scenario_or_findings(files: ImportedFiles) -> None:
    if not files.parts:
        assert files.findings
    if any(part.kind == "orders" for part in files.parts):
        # A scenario, or all that is wrong with it: anything else that is raised fails the test.
        with suppress(ScenarioError):
            scenario_from_tables(files.tables)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_mutated_text_files_give_a_result_or_findings(mutate: Mutation) -> None:
    chance = random.Random(f"{mutate.__name__} 1")
    for _ in range(CASES // len(MUTATIONS) + 1):
        case = chance.choice(TEXTS)
        assert_sound(mutate(case.data, chance), case.name)


def test_mutated_workbooks_give_a_result_or_findings() -> None:
    chance = random.Random(2)
    for _ in range(CASES // 20):
        case = chance.choice(PACKED)
        assert_sound(chance.choice((flipped, cut, repeated))(case.data, chance), case.name)


@settings(
    max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(data=st.binary(max_size=400))
def test_any_bytes_give_a_result_or_findings(data: bytes) -> None:
    assert_sound(data, "any.csv")


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "", "-", "1.234", "1,234", "12.500,5", "03/04/2026", "13/04/2026", "24.11.2026", "1:30",
            "7,5 h", "90 min", "5-", "(7)", "=1+1", "46350", "#N/A", "Summe", "A-1", "0012",
            "KW 48/2026",
        ]
    ),
)  # fmt: skip
HEADINGS = st.sampled_from(
    [
        "order_id", "Auftrag", "qty", "Menge", "due", "Liefertermin", "Dauer", "duration_minutes",
        "priority", "machine", "family", "Bezeichnung", "position", "start", "batch", "x", "",
        "changeover_start", "from", "to", "minutes", "weekdays", "calendar", "end", "pinned_start",
    ]
)  # fmt: skip


@settings(
    max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(
    header=st.lists(HEADINGS, min_size=1, max_size=8),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=9), max_size=8),
    delimiter=st.sampled_from(",;\t|"),
)
def test_any_table_of_typical_cells_gives_a_result_or_findings(
    header: list[str], rows: list[list[str]], delimiter: str
) -> None:
    lines = "\n".join(delimiter.join(cells) for cells in (header, *rows))
    assert_sound(lines.encode("utf-8", "replace"), "t.csv")


@settings(
    max_examples=max(5, CASES // 40), deadline=None,
    suppress_health_check=list(HealthCheck), derandomize=True,
)  # fmt: skip
@given(
    header=st.lists(HEADINGS, min_size=1, max_size=6),
    rows=st.lists(
        st.lists(
            st.one_of(
                st.integers(), st.floats(), st.booleans(), st.dates(), st.times(), st.datetimes(),
                st.timedeltas(), st.sampled_from(["", "A1", "24.11.2026", "5 kg"]),
            ),
            max_size=6,
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_any_workbook_of_typed_cells_gives_a_result_or_findings(
    header: list[str], rows: list[list[object]]
) -> None:
    try:
        data = xlsx([header, *rows])
    except (ValueError, OverflowError):
        return  # the writer itself refuses such a value
    assert_sound(data, "t.xlsx")
