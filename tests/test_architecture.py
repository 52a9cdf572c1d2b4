import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
SHIPPED = ("planner", "ui", "scenarios")
HEAVY = {"matplotlib", "openpyxl", "ortools", "pandas", "plotly", "sqlalchemy", "streamlit"}
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
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_the_first_import_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert HEAVY.isdisjoint(loaded)


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
