"""What docs/security.md promises is tested by what it names, and what it names is there."""

import re
from pathlib import Path

import pytest

from benchmarks import kills, soak

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.partition("## Promised")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| **")
]


def test_there_are_promises() -> None:
    assert len(ROWS) > 15


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split("**")[1])
def test_each_promise_names_tests_that_are_there(row: list[str]) -> None:
    _, tested = row
    modules = re.findall(r"`(test_\w+)`", tested)
    assert modules
    for name in modules:
        (path,) = (ROOT / "tests").rglob(f"{name}.py")
        assert "def test_" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("program", [soak, kills])
def test_the_measurements_that_the_page_names_take_the_options_that_it_names(
    program: object, capsys: pytest.CaptureFixture[str]
) -> None:
    name = program.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    assert f"benchmarks.{name}" in PAGE
    with pytest.raises(SystemExit, match="0"):
        program.main(["--help"])  # type: ignore[attr-defined]
    told = capsys.readouterr().out
    for option in re.findall(rf"benchmarks\.{name}[^|,]*", PAGE):
        for flag in re.findall(r"`(--[a-z-]+)`", option):
            assert flag in told
