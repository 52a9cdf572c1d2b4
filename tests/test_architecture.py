import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from planner import errors

ROOT = Path(__file__).parents[1]
SHIPPED = ("planner", "ui", "scenarios")
HEAVY = {"matplotlib", "openpyxl", "ortools", "pandas", "plotly", "sqlalchemy", "streamlit"}
LONGEST_FUNCTION = 40
COMPILED = (
    "planner/search/kernels",
    "planner/search/construction",
    "planner/simulation/event_loop",
)
LIGHT_MODULES = (
    "planner",
    "planner.reader",
    "planner.validator",
    "planner.checker",
    "planner.kpis",
    "planner.writer",
    "planner.cli",
)


def test_imports_go_one_way() -> None:
    # In a process of its own: it turns off the loggers of all that is loaded, for good.
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_the_first_import_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert HEAVY.isdisjoint(loaded)


def _parsed(*packages: str) -> dict[str, ast.Module]:
    """Return the modules of `packages` by their path."""
    paths = (path for package in packages for path in sorted((ROOT / package).rglob("*.py")))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


def test_no_class_name_stands_for_two_things() -> None:
    homes: dict[str, list[str]] = {}
    for path, module in _parsed("planner", "ui").items():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(path)
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_every_exception_is_born_in_one_module_which_draws_them_all() -> None:
    born = [
        (path, node.name)
        for path, module in _parsed("planner", "ui").items()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Error", "Exception")) for base in node.bases)
        # What a module keeps to itself, and processes that run without the package.
        and not (node.name.startswith("_") or path.endswith("workbook_worker.py"))
    ]
    assert {path for path, _ in born} == {"planner/errors.py"}
    drawn = re.findall(r"\b\w+Error\b", errors.__doc__ or "")
    assert sorted(name for _, name in born) == sorted(drawn)


def test_functions_are_short_outside_compiled_code() -> None:
    longest = {
        f"{path}:{node.lineno} {node.name}"
        for path, module in _parsed("planner", "ui", "scenarios").items()
        if not path.startswith(COMPILED)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _code_lines(node, (ROOT / path).read_text("utf-8").splitlines()) > LONGEST_FUNCTION
    }
    assert longest == set()


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Return how many lines hold code: neither docstring nor comment, and not blank."""
    assert function.end_lineno is not None
    own = [line.strip() for line in lines[function.lineno - 1 : function.end_lineno]]
    code = sum(bool(line) and not line.startswith("#") for line in own)
    documented = ast.get_docstring(function, clean=False)
    return code - sum(bool(line.strip()) for line in (documented or "").splitlines())


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    source = _copied(tmp_path / "source")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--wheel-dir", tmp_path, source],
        check=True,
    )  # fmt: skip
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith(SHIPPED)}
    there = {
        path.relative_to(ROOT).as_posix()
        for package in SHIPPED
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == there, "see [tool.setuptools.package-data] in pyproject.toml"


def _copied(target: Path) -> Path:
    """Return a copy of what the wheel is made of: a build leaves files beside its source."""
    for package in SHIPPED:
        shutil.copytree(
            ROOT / package, target / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, target)
    return target


def test_the_lock_holds_every_dependency_and_no_registry() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    locked = {line.partition("==")[0] for line in lock.splitlines()}
    wanted = {line.partition(">=")[0] for line in settings["project"]["dependencies"]}
    assert wanted <= locked
    assert "://" not in lock
    assert "://" not in (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
