"""`planner actuals`: plan beside actual, and the learnt factor when it is asked for."""

from pathlib import Path

import pytest

from planner.cli import main
from planner.cli.files import read_scenario
from scenarios import sample_path

TINY = str(sample_path("tiny"))
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def happened(tmp_path: Path) -> tuple[str, str]:
    """Return a schedule one by one, and actuals in which P1's orders took twice as long."""
    plan, actuals = tmp_path / "plan.json", tmp_path / "actuals.csv"
    assert main(["plan", TINY, "--method", "one by one", "--quiet", "--out", str(plan)]) == 0
    given = read_scenario(TINY)
    rows, clock = ["order_id,machine_id,begun,ended"], 0
    for operation in given.operations:
        if "P1" in operation.durations and len(rows) <= 3:
            end = clock + 2 * operation.durations["P1"].minimum
            moments = (f"{given.clock.local(t):%Y-%m-%dT%H:%M}" for t in (clock, end))
            rows.append(",".join((operation.order, "P1", *moments)))
            clock = end
    actuals.write_text("\n".join(rows) + "\n")
    return str(plan), str(actuals)


def test_plan_and_actual_stand_side_by_side(happened: tuple[str, str], capsys: Capture) -> None:
    plan, actuals = happened
    capsys.readouterr()
    assert main(["actuals", TINY, plan, "--actuals", actuals]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == [
        "Order", "Machine", "Later", "by", "Took", "Planned", "Changeover", "Planned"
    ]  # fmt: skip
    assert len(told) == 4
    assert "took" not in "\n".join(told[1:])


def test_what_is_learnt_is_shown_and_written_only_when_asked(
    happened: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    plan, actuals = happened
    folder = tmp_path / "learnt"
    command = ["actuals", TINY, plan, "--actuals", actuals, "--learn"]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "P1: work took 2.00 times the planned time (median of 3, 2.00 to 2.00)" in told
    assert not folder.exists()
    assert main([*command, "--out", str(folder)]) == 0
    before, after = read_scenario(TINY), read_scenario(str(folder))
    for operation in before.operations:
        now = after.operation[operation.name].durations
        for machine, time in operation.durations.items():
            assert now[machine].minimum == time.minimum * (2 if machine == "P1" else 1)


def test_completions_are_those_of_the_database(
    happened: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    plan, _ = happened
    url = f"sqlite:///{tmp_path / 'store.db'}"
    assert main(["actuals", TINY, plan, "--completions", "--database", url]) == 1
    assert "nothing has happened yet" in capsys.readouterr().err


def test_wrong_use_is_told(happened: tuple[str, str], tmp_path: Path, capsys: Capture) -> None:
    plan, actuals = happened
    assert main(["actuals", TINY, plan]) == 2
    assert "Give --actuals FILE, or --completions." in capsys.readouterr().err
    out = str(tmp_path / "out")
    assert main(["actuals", TINY, plan, "--actuals", actuals, "--out", out]) == 2
    assert "Add --learn." in capsys.readouterr().err
