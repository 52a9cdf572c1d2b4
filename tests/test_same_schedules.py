"""Two checkouts are told apart by their schedules."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import same_schedules

TINY = Path(__file__).parents[1] / "scenarios/tiny"


def _checkout(folder: Path, answer: dict[str, object]) -> Path:
    """Return a checkout whose Python plans everything as `answer`."""
    python = folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ncat >/dev/null\necho '{json.dumps(answer)}'\n")
    python.chmod(0o755)
    return folder


def test_a_checkout_that_plans_otherwise_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = same_schedules.Case(kind=same_schedules.FOLDER, path=TINY)
    (ours,) = same_schedules.planned(same_schedules.HERE, sys.executable, [case], 1, 1)
    same = _checkout(tmp_path / "same", ours)
    words = ["--scenarios", str(TINY), "--work", "1"]
    assert same_schedules.main([str(same), *words]) == 0
    assert f"| tiny | {ours['cost']} | {ours['cost']} | equal |" in capsys.readouterr().out
    # The cost alone does not tell.
    other = _checkout(tmp_path / "other", {**ours, "schedule": [[], []]})
    assert same_schedules.main([str(other), *words]) == 1
    assert f"| tiny | {ours['cost']} | {ours['cost']} | different |" in capsys.readouterr().out
