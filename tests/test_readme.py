import re
import shlex
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path
from types import ModuleType

import pytest

from planner import checker
from planner.cli import command_parser, main
from planner.cpsat import constraints
from planner.domain import PRESETS, TERMS
from planner.kpis import KpiRow, measure, rows
from planner.reader.tables import COLUMNS
from planner.schedule import Schedule
from scenarios import SAMPLES
from tests.builders import scenario

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND_LINES = [
    line.partition("  #")[0]
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("planner ")
]
NOTHING = (scenario(orders=[]), Schedule())


def _section(title: str) -> str:
    """Return the text below a heading, to the next heading of the same or a higher level."""
    match = re.search(rf"^(#+) {title}\n(.*?)(?=^#|\Z)", README, re.DOTALL | re.MULTILINE)
    assert match is not None
    return match[2]


def _first_column(section: str) -> list[str]:
    """Return the code names in the first column of a section's table."""
    return re.findall(r"^\| `([^`]+)` \|", _section(section), re.MULTILINE)


def _commands() -> dict[str, ArgumentParser]:
    actions = command_parser()._actions
    return next(dict(a.choices) for a in actions if isinstance(a, _SubParsersAction))


@pytest.mark.parametrize("module", [checker, constraints], ids=["checker", "model"])
def test_the_rules_are_those_of(module: ModuleType) -> None:
    assert _first_column("Rules") == [rule.__name__ for rule in module.RULES]


def test_the_terms_are_those_of_the_cost() -> None:
    assert _first_column("Cost, presets and weights") == list(TERMS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_listed_with_its_weights(name: str) -> None:
    weights = PRESETS[name]
    told = ", ".join(f"{term} {getattr(weights, term)}" for term in TERMS if getattr(weights, term))
    assert f"| {name} | {told} |" in README


@pytest.mark.parametrize("row", rows(measure(*NOTHING)), ids=lambda row: row.name)
def test_a_figure_is_listed_with_its_meaning(row: KpiRow) -> None:
    assert f"| {row.label} | {row.unit or '-'} | {row.meaning} |" in README


@pytest.mark.parametrize("command", sorted(_commands()))
def test_a_command_is_listed_with_all_its_options(command: str) -> None:
    told = next(line for line in README.splitlines() if line.startswith(f"| `planner {command} "))
    options = [
        option
        for action in _commands()[command]._actions
        for option in action.option_strings
        if option not in ("-h", "--help", "--debug")
    ]
    assert [option for option in options if option not in told] == []


@pytest.mark.parametrize("file", COLUMNS)
def test_a_scenario_file_is_listed_with_all_its_columns(file: str) -> None:
    told = next(line for line in README.splitlines() if line.startswith(f"| `{file}` "))
    assert [column for column in COLUMNS[file] if column not in told] == []


def test_the_samples_are_those_that_there_are() -> None:
    told = [name for name in _first_column("Samples") if name.startswith("scenarios/")]
    assert told == [f"scenarios/{name}" for name in SAMPLES]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working directory that has the scenarios, as a clone has."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("clone")
def test_the_commands_of_the_first_plan_run() -> None:
    lines = [line for line in COMMAND_LINES if "scenarios/tiny" in line]
    assert len(lines) >= 3
    assert [main(shlex.split(line)[1:]) for line in lines] == [0] * len(lines)


@pytest.mark.usefixtures("clone")
def test_the_library_example_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
