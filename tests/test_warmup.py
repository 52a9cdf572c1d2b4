import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.planning import warmup

# Compiles or loads everything, then tells how many kernels were compiled, and how many loaded.
COUNT = """
import json
from planner.search import construction
from planner.search import kernels
from planner.planning.warmup import warm_up
warm_up()
found = [f.stats for m in (kernels, construction) for f in vars(m).values() if hasattr(f, "stats")]
compiled = sum(sum(stats.cache_misses.values()) for stats in found)
loaded = sum(sum(stats.cache_hits.values()) for stats in found)
print(json.dumps([compiled, loaded]))
"""


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
