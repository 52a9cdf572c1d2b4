"""Asks a set's own checker, a program that is not part of this project, about a solution."""

import subprocess
import sys
from pathlib import Path

from benchmarks.results import FAIL, PASS
from planner.errors import PlannerError

PATIENCE_SECONDS = 300


def judge(checker: Path, instance: Path, solution: Path) -> str:
    """Return whether `python CHECKER INSTANCE SOLUTION` ends well: `PASS` or `FAIL`.

    Its exit code says so, 0 or 1. Raises `PlannerError` for any other code: then it did not judge.
    """
    words = [sys.executable, str(checker), str(instance), str(solution)]
    ended = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    if ended.returncode not in (0, 1) or ended.stderr:
        raise PlannerError(f"{checker} did not judge {solution}: {ended.stderr[-500:]}")
    if ended.returncode:
        print(f"{solution.name}: {ended.stdout[:500]}", file=sys.stderr)
    return FAIL if ended.returncode else PASS
