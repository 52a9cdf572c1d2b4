"""Every file of the messy collection gives exactly what its description promises."""

import pytest

from planner.intake import Imported, SheetReading, import_file
from tests.messy.case import Messy
from tests.messy.excel import EXCEL
from tests.messy.others import OTHERS
from tests.messy.systems import SYSTEMS
from tests.messy.traps import TRAPS

COLLECTION = (*SYSTEMS, *EXCEL, *OTHERS, *TRAPS)


def imported(case: Messy) -> Imported:
    return import_file(case.data, case.name, answers=case.answers)


@pytest.mark.parametrize("case", COLLECTION, ids=lambda case: case.name)
def test_a_messy_file_gives_exactly_its_result(case: Messy) -> None:
    result = imported(case)
    assert result.kind == case.kind
    found = {
        name: result.table.column(name)
        for name in case.columns
        if result.table is not None and name in result.table.columns
    }
    assert found == dict(case.columns)


@pytest.mark.parametrize("case", COLLECTION, ids=lambda case: case.name)
def test_a_messy_file_gives_exactly_its_findings_and_questions(case: Messy) -> None:
    result = imported(case)
    assert tuple((f.rule, f.row, f.column) for f in result.findings) == case.findings
    assert tuple(question.key for question in result.questions) == case.questions
    assert result.is_ready == case.is_ready


@pytest.mark.parametrize("case", COLLECTION, ids=lambda case: case.name)
def test_a_messy_file_says_what_is_assumed(case: Messy) -> None:
    said = "\n".join(imported(case).assumptions)
    assert [text for text in case.said if text not in said] == []


@pytest.mark.parametrize("case", COLLECTION, ids=lambda case: case.name)
def test_a_mapping_survives_json(case: Messy) -> None:
    mapping = imported(case).mapping
    assert SheetReading.from_json(mapping.to_json()) == mapping


def test_the_collection_has_at_least_forty_files_of_small_size() -> None:
    assert len(COLLECTION) >= 40
    assert len({case.name for case in COLLECTION}) == len(COLLECTION)
    assert len({case.says for case in COLLECTION}) == len(COLLECTION)
