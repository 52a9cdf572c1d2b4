import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import planner
from planner.arrays import NEVER
from planner.planning import warmup
from planner.search.kernels import compiling

# Compiles or loads everything, then tells how many kernels were compiled, and how many loaded.
COUNT = """
import json
from planner.search import kernels
from planner.search.kernels import apparent_cost
from planner.planning.warmup import warm_up
warm_up()
found = [f.stats for m in (kernels, apparent_cost) for f in vars(m).values() if hasattr(f, "stats")]
compiled = sum(sum(stats.cache_misses.values()) for stats in found)
loaded = sum(sum(stats.cache_hits.values()) for stats in found)
print(json.dumps([compiled, loaded]))
"""

# Calls what `flat_lists` compiles, which calls what `links` holds; tells what that has written, how
# many were compiled, and where they are kept.
CLEAR = """
import json
import numpy as np
from planner.search.kernels import State, clear, columns
whole = lambda *shape: np.zeros(shape, dtype=np.int64)
state = State(
    1, whole(1, 9), whole(1, 3), whole(4), np.zeros((1, 1, 2), np.int32),
    whole(1, 20), whole(2, 40),
    whole(9, 9), whole(9), whole(40),
)
clear(state)
kept = clear._cache.cache_path
written = int(state.batch[1, columns.BATCH_LONGEST])
compiled = sum(clear.stats.cache_misses.values())
print(json.dumps([written, compiled, kept]))
"""
CALLEE = "kernels/links.py"
BEFORE, AFTER = "s.batch[b, BATCH_LONGEST] = NEVER", "s.batch[b, BATCH_LONGEST] = 5"


@pytest.mark.parametrize(("interpreter", "told"), [(sys.executable, 0), ("/bin/false", 1)])
def test_a_second_process_that_fails_is_told_and_does_no_harm(
    interpreter: str, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmup.warm_up()
    said: list[str] = []
    monkeypatch.setattr(warmup._log, "warning", lambda text, *values: said.append(text))
    monkeypatch.setattr(warmup, "_must_compile", lambda arrays: True)
    monkeypatch.setattr(sys, "executable", interpreter)
    warmup.warm_up.__wrapped__()
    assert sum("second process" in text for text in said) == told


def _copied(folder: Path) -> Path:
    """Return a copy of the package in `folder`, with nothing compiled."""
    source = Path(planner.__file__).parent
    shutil.copytree(source, folder / "planner", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "planner"


def _cleared(package: Path, **changed: str) -> tuple[int, int, Path]:
    """Return what a kernel of the copy writes, how many were compiled, and where it is kept."""
    given = {name: text for name, text in os.environ.items() if not name.startswith("NUMBA_")}
    given |= {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"} | changed
    done = subprocess.run(
        [sys.executable, "-c", CLEAR],
        cwd=package.parent,
        env=given,
        check=True,
        capture_output=True,
        text=True,
    )
    written, compiled, kept = json.loads(done.stdout)
    return written, compiled, Path(kept)


def test_a_change_of_a_kernel_is_seen_by_its_callers_in_other_modules(tmp_path: Path) -> None:
    package = _copied(tmp_path)
    written, compiled, kept = _cleared(package)
    assert (written, compiled) == (NEVER, 1)
    assert kept == package / "search/kernels/__pycache__"
    files = sorted(kept.iterdir())
    assert _cleared(package)[:2] == (NEVER, 0)
    callee = package / "search" / CALLEE
    text = callee.read_text()
    assert text.count(BEFORE) > 0
    callee.write_text(text.replace(BEFORE, AFTER))
    assert _cleared(package)[:2] == (5, 1)
    # What is out of date is overwritten.
    assert sorted(kept.iterdir()) == files


def test_kernels_are_kept_where_neither_package_nor_home_can_be_written_to(tmp_path: Path) -> None:
    package = _copied(tmp_path / "installed")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    # A file where the folder would be made stands for a read-only disk: root can write anywhere.
    (package / "search/kernels/__pycache__").touch()
    nowhere = {"TMPDIR": str(temporary), "HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null"}
    written, compiled, kept = _cleared(package, **nowhere)
    assert (written, compiled) == (NEVER, 1)
    assert kept.parent == temporary / f"batch-planner-{os.getuid()}"
    assert _cleared(package, **nowhere)[:2] == (NEVER, 0)


def test_nothing_is_loaded_from_a_folder_that_others_can_write_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = tmp_path / f"batch-planner-{os.getuid()}"
    own.mkdir(mode=0o700)
    source = compiling.__file__
    assert compiling.TemporaryFolder.from_function(compiling.source_stamp.__wrapped__, source)
    own.chmod(0o777)
    assert not compiling.TemporaryFolder.from_function(compiling.source_stamp.__wrapped__, source)


# Compiles `twice` for one kind of number, slowly, and tells how many were compiled and whether that
# was told.
TWICE = """
import sys, time
from planner.search.kernels.compiling import entry
from planner.search.kernels.taking_turns import told_of_compiling
def twice(x):
    return x + x
twice = entry(twice)
compile_it = twice._compiler.compile
def slowly(*args):
    time.sleep(float(sys.argv[2]))
    return compile_it(*args)
twice._compiler.compile = slowly
told = []
with told_of_compiling(lambda: told.append(1)):
    for kind in sys.argv[1].split(","):
        assert twice({"int": int, "float": float}[kind](2)) == 4
print(sum(twice.stats.cache_misses.values()), len(told))
"""


def _twice(folder: Path, kinds: str, seconds: float = 0.0) -> subprocess.Popen[str]:
    (folder / "module.py").write_text(TWICE)
    given = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "cache")}
    given |= {"PYTHONPATH": str(Path(planner.__file__).parents[1])}
    given.pop("NUMBA_DISABLE_JIT", None)
    return subprocess.Popen(
        [sys.executable, "module.py", kinds, str(seconds)],
        cwd=folder,
        env=given,
        stdout=subprocess.PIPE,
        text=True,
    )


def _counted(process: subprocess.Popen[str]) -> tuple[int, int]:
    told, _ = process.communicate(timeout=120)
    compiled, said = map(int, told.split())
    return compiled, said


def test_of_two_processes_that_need_the_same_one_compiles_it(
    tmp_path: Path,
) -> None:
    both = [_twice(tmp_path, "int", seconds=3) for _ in range(2)]
    counted = [_counted(process) for process in both]
    assert sorted(compiled for compiled, _ in counted) == [0, 1]
    # What is only loaded is not told.
    assert _counted(_twice(tmp_path, "int")) == (0, 0)


def test_what_two_processes_compile_at_once_is_all_kept(tmp_path: Path) -> None:
    both = [_twice(tmp_path, kind, seconds=3) for kind in ("int", "float")]
    assert [_counted(process) for process in both] == [(1, 1), (1, 1)]
    assert _counted(_twice(tmp_path, "int,float")) == (0, 0)


def test_a_process_that_ends_while_it_compiles_holds_nobody_up(tmp_path: Path) -> None:
    ended = _twice(tmp_path, "int", seconds=60)
    last = time.monotonic() + 60
    while not list(tmp_path.rglob("*.lock")):
        assert time.monotonic() < last
        time.sleep(0.05)
    waiting = _twice(tmp_path, "int")
    time.sleep(1)
    ended.kill()
    ended.communicate()
    assert _counted(waiting) == (1, 1)


@pytest.mark.slow
def test_two_processes_compile_everything_once(tmp_path: Path) -> None:
    given = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    given.pop("NUMBA_DISABLE_JIT", None)
    (compiled, loaded), (again, then) = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", COUNT], env=given, check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(2)
    ]
    # What the other process has compiled is loaded.
    assert compiled > 0
    assert loaded > 0
    assert again == 0
    assert then > loaded
