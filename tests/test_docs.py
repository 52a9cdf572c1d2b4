"""The documentation tells the truth: what it names exists, what it shows happens."""

import re
import subprocess
import sys
import zlib
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import planner
from planner import checker
from planner.cli import command_parser, main
from planner.cpsat import constraints
from planner.domain import PRESETS, TERMS
from planner.kpis import KpiRow, measure, rows
from planner.reader.settings import KEYS
from planner.reader.tables import COLUMNS, REQUIRED
from planner.schedule import Schedule
from planner.simulation.naming import FORMS
from planner.writer import FORMATS
from scenarios import SAMPLES
from tests import docs_pages as docs
from tests.builders import scenario
from tests.scenario_files import ORDERS, folder_of

NOTHING = (scenario(orders=[]), Schedule())
# The rooms whose public names the site documents.
PUBLIC = (
    "planner",
    "planner.changes",
    "planner.checker",
    "planner.intake",
    "planner.kpis",
    "planner.planning",
    "planner.publish",
    "planner.reader",
    "planner.store",
    "planner.validator",
    "planner.writer",
)
# What pages show is read as of a day before its dates, whatever day it is.
START = "start = 2027-03-01T06:00:00\n"
BY_ATTRIBUTES = "order_id,attr_colour,attr_width,duration_minutes\nA,white,30,60\n"
# What a shown file names in others.
SHIFTS = "calendar,weekdays,start,end\n" + "".join(
    f"{name},Mon-Fri,06:00,14:00\n" for name in ("day", "night", "two shifts")
)
BESIDE = {
    "resources.csv": {"calendars.csv": SHIFTS},
    "needs.csv": {"resources.csv": "resource\nsetter\nloader\nmould 17\n"},
}
PAGES = [pytest.param(page, id=docs.label(page)) for page in docs.pages()]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working directory that has the samples, as a clone has."""
    docs.lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site; a warning of the build is a failure."""
    target = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet",
         "--builder", "html", docs.DOCS, target],
        capture_output=True, text=True, check=False, cwd=docs.ROOT,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return target


# Whole pages.


def test_the_readme_is_short() -> None:
    assert len(docs.text_of("README.md").splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES)
def test_a_command_that_a_page_shows_is_one(page: Path) -> None:
    for command in docs.commands(page):
        if command.words and command.words[0] != "--version":
            command_parser().parse_args([word for word in command.words if word != "..."])


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_of_commands_and_code_happens(page: Path) -> None:
    for block in docs.blocks(page):
        if block.language == "python":
            exec(compile(block.text, docs.label(page), "exec"), {})
    for command in docs.commands(page):
        if not command.is_run:
            continue
        code, printed = docs.run(command)
        if command.shown is None:
            assert code == 0, f"planner {command.words}:\n{printed}"
        else:
            assert docs.is_shown(command.shown, printed), f"planner {command.words}:\n{printed}"


@pytest.mark.parametrize("page", PAGES)
def test_a_file_that_a_page_shows_can_be_read(page: Path, tmp_path: Path) -> None:
    machines = "machine_id\nLine 1\nLine 2\nLINE-2\n"
    for number, block in enumerate(docs.blocks(page)):
        file = "scenario.toml" if block.language == "toml" else _kind_of(block)
        if file:
            folder = tmp_path / str(number)
            folder.mkdir()
            orders = BY_ATTRIBUTES if "attribute," in block.text else ORDERS
            rest = {"machines.csv": machines, "orders.csv": orders, "scenario.toml": START}
            folder_of(folder, {**rest, **BESIDE.get(file, {}), file: block.text})
            read = planner.read_scenario(folder)
            assert planner.validate(read) == (), f"{docs.label(page)}: {block.text}"


def _is_column(file: str, name: str) -> bool:
    return any(name == known or name.startswith(known + "_") for known in _stems(file))


def _stems(file: str) -> list[str]:
    return [name.removesuffix("_") for name in COLUMNS[file]]


def _kind_of(block: docs.Block) -> str:
    """Return the scenario file that a block of text shows; nothing for any other text."""
    header = block.text.partition("\n")[0].split(",")
    if block.language != "text" or len(header) < 2:
        return ""
    told = (
        file
        for file, columns in REQUIRED.items()
        if set(columns) <= set(header) and all(_is_column(file, name) for name in header)
    )
    return next(told, "changeovers.csv" if header[0] == "from" else "")


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_file_leads_to_one(page: Path) -> None:
    # The site's build looks at links inside docs; README and its like are read elsewhere.
    prose = docs.FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose)
    assert [target for target in targets if not (page.parent / target).exists()] == []


# The site.


@pytest.mark.parametrize("room", PUBLIC)
def test_the_site_documents_every_public_name(room: str, site: Path) -> None:
    module, told = import_module(room), _documented(site)
    public = [name for name in module.__all__ if not name.startswith("__")]
    assert [name for name in public if told.isdisjoint(_names_of(module, name))] == []


def _names_of(module: ModuleType, name: str) -> set[str]:
    """Return the full names of what `name` is: in its room, where it is defined, in planner."""
    thing = getattr(module, name)
    names = {f"{module.__name__}.{name}", f"{getattr(thing, '__module__', '')}.{name}"}
    return names | ({f"planner.{name}"} if getattr(planner, name, None) is thing else set())


def _documented(site: Path) -> set[str]:
    """Return the names in the site's inventory: four lines, then packed lines with names first."""
    packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    return {line.split()[0] for line in zlib.decompress(packed).decode().splitlines()}


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    loads = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["'](https?:)?//""")
    assert [page.name for page in site.rglob("*.html") if loads.search(page.read_text())] == []
    styles = [sheet.read_text(encoding="utf-8") for sheet in site.rglob("*.css")]
    assert not any(re.search(r"""@import|url\(["']?(https?:)?//""", style) for style in styles)


# The reference.


@pytest.mark.parametrize("module", [checker, constraints], ids=["checker", "model"])
def test_the_rules_are_those_of(module: ModuleType) -> None:
    told = docs.first_column(docs.text_of("docs/reference/rules.md"))
    assert told == [rule.__name__ for rule in module.RULES]


def test_the_terms_are_those_of_the_cost() -> None:
    assert docs.first_column(docs.sections("docs/reference/cost.md")["Terms"]) == list(TERMS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_listed_with_its_weights(name: str) -> None:
    weights = PRESETS[name]
    told = ", ".join(f"{term} {getattr(weights, term)}" for term in TERMS if getattr(weights, term))
    assert f"| {name} | {told} |" in docs.text_of("docs/reference/cost.md")


@pytest.mark.parametrize("row", rows(measure(*NOTHING)), ids=lambda row: row.name)
def test_a_figure_is_listed_with_its_meaning(row: KpiRow) -> None:
    told = docs.text_of("docs/reference/figures.md")
    assert f"| {row.label} | {row.unit or '-'} | {row.meaning} |" in told


@pytest.mark.parametrize("command", sorted(docs.command_parsers()))
def test_a_command_is_listed_with_exactly_its_options(command: str) -> None:
    told = docs.first_column(docs.sections("docs/reference/commands.md")[f"planner {command}"])
    options = [
        action.option_strings[0]
        for action in docs.command_parsers()[command]._actions
        if action.option_strings and action.option_strings[-1] not in ("--help", "--debug")
    ]
    assert sorted(told) == sorted(options)


def test_the_commands_are_those_that_there_are() -> None:
    told = [title for title in docs.sections("docs/reference/commands.md") if "planner" in title]
    assert told == [f"planner {command}" for command in docs.command_parsers()]


@pytest.mark.parametrize("file", COLUMNS)
def test_a_scenario_file_is_listed_with_exactly_its_columns(file: str) -> None:
    section = docs.sections("docs/reference/files.md")[file]
    told = [name.removesuffix("*") for name in docs.first_column(section)]
    assert sorted(told) == sorted(COLUMNS[file])
    required = re.findall(r"^\| `([^`]+)` \(required\)", section, re.MULTILINE)
    assert sorted(required) == sorted(REQUIRED[file])


def test_the_settings_are_those_of_scenario_toml() -> None:
    assert docs.first_column(docs.sections("docs/reference/files.md")["scenario.toml"]) == list(
        KEYS
    )


def test_the_environment_variables_are_those_that_the_code_reads() -> None:
    code = [path.read_text(encoding="utf-8") for room in ("planner", "ui")
            for path in (docs.ROOT / room).rglob("*.py")]  # fmt: skip
    read = set(re.findall(r'"(BATCH_PLANNER_[A-Z_]+)"', "\n".join(code)))
    assert set(docs.first_column(docs.text_of("docs/reference/environment.md"))) == read


def test_the_policies_are_those_that_simulate_knows() -> None:
    section = docs.sections("docs/release.md")["Ask which batch size to run"]
    told = {form.partition(":")[0] for form in docs.first_column(section)}
    assert told == {form.partition(":")[0].partition("[")[0] for form in (*FORMS, "rolling:")}


def test_the_formats_are_those_of_the_writer() -> None:
    table = docs.text_of("docs/howto/hand-out.md").partition("| ending |")[2].partition("\n\n")[0]
    told = re.findall(
        r"`(\.[\w.]+)`", " ".join(line.split("|")[1] for line in table.splitlines()[2:])
    )
    assert set(told) == {f".{kind}" for kind in (*FORMATS, "upload.csv")}


def test_the_samples_are_those_that_there_are() -> None:
    told = docs.first_column(docs.sections("docs/reference/samples.md")["Plants"])
    assert told == [f"scenarios/{name}" for name in SAMPLES]


# Architecture and habits.


def test_the_drawing_is_that_of_the_import_contract() -> None:
    match = docs.DRAWING.search(docs.text_of("docs/architecture.md"))
    assert match is not None
    assert match[0] == docs.drawing(docs.layers()), "python -m tests.docs_pages draws it anew"


def test_every_room_is_described() -> None:
    told = docs.first_column(docs.sections("docs/architecture.md")["Rooms"])
    rooms = [room for floor in reversed(docs.layers()) for room in floor]
    assert sorted(told) == sorted([*rooms, "ui"])


def test_the_way_of_a_plan_is_a_dozen_calls_that_exist() -> None:
    section = docs.sections("docs/architecture.md")["The way of a plan"]
    calls = re.findall(r"^\d+\. `([\w.]+)`", section, re.MULTILINE)
    assert 1 < len(calls) <= 12
    assert [call for call in calls if not _exists(call)] == []


def _exists(name: str) -> bool:
    """Tell whether `name` is a function or method, such as planner.check."""
    words = name.split(".")
    for count in range(len(words) - 1, 0, -1):
        try:
            found: object = import_module(".".join(words[:count]))
        except ModuleNotFoundError:
            continue
        for word in words[count:]:
            found = getattr(found, word, None)
        return callable(found)
    return False


def test_the_hooks_are_the_checks_of_test() -> None:
    hooks = docs.text_of(".pre-commit-config.yaml")
    script = docs.text_of("test")
    checks = [line for line in script.splitlines() if line.startswith(("ruff", "mypy", "lint-"))]
    assert len(checks) == 4
    assert [check for check in checks if f".venv/bin/{check}".removesuffix(" .") not in hooks] == []


def test_the_version_is_one_number(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--version"])
    assert capsys.readouterr().out == f"planner {planner.__version__}\n"
    assert f"## {planner.__version__}" in docs.text_of("CHANGELOG.md")
    assert f"version: {planner.__version__}\n" in docs.text_of("CITATION.cff")


def test_the_places_that_contributing_names_exist() -> None:
    named = re.findall(r"`((?:planner|ui|tests|docs|benchmarks|scenarios)/[\w./-]+)`",
                       docs.text_of("CONTRIBUTING.md"))  # fmt: skip
    assert len(named) > 20
    assert [path for path in named if not (docs.ROOT / path).exists()] == []
