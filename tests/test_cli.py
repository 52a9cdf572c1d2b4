import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import planner.cli
from planner import planning
from planner.checker import check
from planner.cli import main
from planner.cli.files import read_scenario, read_schedule
from planner.cli.live import StopOnCtrlC, described, live_progress
from planner.cli.methods import METHODS
from planner.schedule import Progress, Terms
from scenarios import sample_path

TINY = str(sample_path("tiny"))
Capture = pytest.CaptureFixture[str]

WRONG_USE = {
    "no command": "",
    "unknown command": "plam scenarios/tiny",
    "no scenario": "plan",
    "unknown option": "plan scenarios/tiny --second 3 --nope",
    "seconds of nothing": "plan scenarios/tiny --seconds 0",
    "seconds in words": "plan scenarios/tiny --seconds ten",
    "endless seconds": "plan scenarios/tiny --seconds inf",
    "no number of seconds": "plan scenarios/tiny --seconds nan",
    "negative work": "plan scenarios/tiny --work -1",
    "no workers": "plan scenarios/tiny --workers 0",
    "a fraction of a seed": "plan scenarios/tiny --seed 1.5",
    "unknown preset": "plan scenarios/tiny --preset fastest",
    "unknown term": "plan scenarios/tiny --weight lateness=1",
    "negative weight": "plan scenarios/tiny --weight tardiness=-1",
    "weight without value": "plan scenarios/tiny --weight tardiness",
    "unknown method": "plan scenarios/tiny --method magic",
    "unknown kind of file": "plan scenarios/tiny --out schedule.pdf",
    "format and file do not fit": "export scenarios/tiny schedule.csv --format csv --out s.json",
    "unknown format": "export scenarios/tiny schedule.csv --format pdf",
    "nothing to compare": "compare scenarios/tiny",
}


@pytest.mark.parametrize("line", WRONG_USE.values(), ids=WRONG_USE.keys())
def test_wrong_use_ends_with_2(line: str, capsys: Capture) -> None:
    assert _exit_code(line.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "planner" in printed.err


def _exit_code(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 1


def _scenario(folder: Path, orders: str, **files: str) -> str:
    """Write a scenario folder and return its path; `machines` becomes `machines.csv`."""
    folder.mkdir(exist_ok=True)
    (folder / "orders.csv").write_text(orders, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a schedule of the tiny sample that `planner plan` has written."""
    path = tmp_path_factory.mktemp("planned") / "schedule.csv"
    assert main(["plan", TINY, "--seconds", "20", "--quiet", "--out", str(path)]) == 0
    return path


def test_help_names_every_command(capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(name in told for name in ("validate", "plan", "check", "compare", "export"))


def test_the_methods_are_those_of_planning() -> None:
    assert METHODS == planning.METHODS


def test_validate_ends_with_0_where_nothing_is_wrong(capsys: Capture) -> None:
    assert main(["validate", TINY]) == 0
    assert capsys.readouterr().out == "Tiny paint shop: 12 orders, no findings\n"


def test_validate_lists_all_findings_and_ends_with_1(tmp_path: Path, capsys: Capture) -> None:
    orders = "order_id,duration_minutes,due\nA,-5,2027-01-01\nB,10,31.12.2027\n"
    assert main(["validate", _scenario(tmp_path, orders)]) == 1
    printed = capsys.readouterr()
    assert "orders.csv, row 2, column duration_minutes" in printed.out
    assert "orders.csv, row 3, column due" in printed.out
    assert "findings" in printed.err


def test_a_name_from_a_file_cannot_steer_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    orders = "order_id,duration_minutes\n\x1b[2JA,-5\n"
    main(["validate", _scenario(tmp_path, orders)])
    assert "\x1b" not in capsys.readouterr().out


def test_plan_shows_the_saving_the_proof_and_the_certificate(capsys: Capture) -> None:
    assert main(["plan", TINY, "--seconds", "20", "--quiet"]) == 0
    printed = capsys.readouterr()
    assert "changeover time saved:" in printed.out
    assert "proven: no plan can cost less than" in printed.out
    assert "this plan: certified," in printed.out
    assert printed.err == ""


def test_plan_tells_what_it_assumed_on_standard_error(tmp_path: Path, capsys: Capture) -> None:
    scenario = _scenario(tmp_path, "order_id,duration_minutes\nA,10\n")
    assert main(["plan", scenario, "--work", "1"]) == 0
    assert "assumed: " in capsys.readouterr().err


def test_plan_names_what_it_cannot_plan_with_row_and_reason(
    tmp_path: Path, capsys: Capture
) -> None:
    # B takes longer than its deadline allows, whatever is done.
    orders = (
        "order_id,duration_minutes,release,deadline\n"
        "A,10,2027-01-04T06:00,\nB,90,2027-01-04T06:00,2027-01-04T07:00\n"
    )
    assert main(["plan", _scenario(tmp_path, orders), "--work", "1", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "not planned: 1 operation\n    B (orders.csv, row 3): " in told


def test_a_planned_schedule_is_certified_by_check(planned: Path, capsys: Capture) -> None:
    assert main(["check", TINY, str(planned)]) == 0
    assert "certified" in capsys.readouterr().out
    scenario = read_scenario(TINY)
    assert check(scenario, read_schedule(scenario, str(planned))) == ()


def test_check_names_the_broken_rule_and_ends_with_1(
    planned: Path, tmp_path: Path, capsys: Capture
) -> None:
    # Without its first order the schedule neither plans it nor says why not.
    header, _, *rows = planned.read_text(encoding="utf-8-sig").splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join((header, *rows)), encoding="utf-8")
    assert main(["check", TINY, str(broken)]) == 1
    assert "every_order_once: " in capsys.readouterr().out


def test_the_same_work_and_seed_give_the_same_schedule(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("first.csv", "second.csv")]
    for file in files:
        main(["plan", TINY, "--work", "5", "--seed", "3", "--quiet", "--out", str(file)])
    assert files[0].read_bytes() == files[1].read_bytes()


def test_compare_shows_differences_from_one_by_one(planned: Path, capsys: Capture) -> None:
    assert main(["compare", TINY, str(planned), "earliest-due-date"]) == 0
    told = capsys.readouterr().out
    header = told.splitlines()[0]
    assert header.split("  ")[-1].strip() == "difference"
    assert "one by one" in header
    assert "earliest due date" in header
    assert told.count("certified") == 3


def test_compare_without_a_current_sequence_says_so(capsys: Capture) -> None:
    assert main(["compare", TINY, "current-sequence"]) == 1
    assert "current" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_exported_schedule_reads_back_unchanged(
    planned: Path, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / f"exported.{kind}"
    assert main(["export", TINY, str(planned), "--out", str(target)]) == 0
    scenario = read_scenario(TINY)
    assert read_schedule(scenario, str(target)) == read_schedule(scenario, str(planned))


def test_export_prints_where_no_file_is_named(planned: Path, capsys: Capture) -> None:
    assert main(["export", TINY, str(planned), "--format", "json"]) == 0
    assert capsys.readouterr().out.startswith("{")


def test_weights_change_the_cost(capsys: Capture) -> None:
    only_makespan = [f"--weight={term}=0" for term in (
        "changeover_minutes", "changeover_cost", "processing_minutes", "tardiness", "tardy_orders"
    )]  # fmt: skip
    main(["plan", TINY, "--method", "one-by-one", "--quiet", "--weight", "makespan=7",
          *only_makespan])  # fmt: skip
    told = capsys.readouterr().out
    assert "makespan" in told
    assert "changeover_minutes" not in told


BAD_FILES = {
    "empty": b"",
    "not text": bytes(range(256)),
    "a header alone": b"order_id\n",
    "another table": b"a,b\n1,2\n",
    "broken JSON": b'{"batches": [',
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
@pytest.mark.parametrize("suffix", [".csv", ".json", ".zip", ".xlsx"])
def test_a_bad_file_ends_with_1_and_a_message(
    tmp_path: Path, capsys: Capture, content: bytes, suffix: str
) -> None:
    file = tmp_path / f"bad{suffix}"
    file.write_bytes(content)
    codes = [
        main(["validate", str(file)]),
        main(["plan", str(file), "--work", "1"]),
        main(["check", str(file), str(file)]),
        main(["check", TINY, str(file)]),
        main(["compare", TINY, str(file)]),
        main(["export", TINY, str(file)]),
    ]
    printed = capsys.readouterr()
    assert codes == [1] * 6
    assert "Traceback" not in printed.out + printed.err
    assert "unexpected" not in printed.err


@pytest.mark.parametrize("name", ["nothing", ".", "a\0b", "x" * 5000])
def test_a_path_that_is_no_file_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [main(["validate", name]), main(["check", TINY, name])] == [1, 1]
    assert "unexpected" not in capsys.readouterr().err


def test_a_file_that_cannot_be_written_ends_with_1(planned: Path, capsys: Capture) -> None:
    target = "/nowhere/at/all/schedule.csv"
    assert main(["export", TINY, str(planned), "--out", target]) == 1
    assert target in capsys.readouterr().err


def test_a_fault_of_ours_is_one_line_and_a_hint(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def broken(_options: argparse.Namespace) -> int:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(planner.cli.validate, "run", broken)
    assert main(["validate", TINY]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "unexpected ZeroDivisionError: by zero",
        "    This is a fault of Batch planner. Run it again with --debug for details.",
    ]


def test_the_second_ctrl_c_ends_the_program(capsys: Capture) -> None:
    stop = StopOnCtrlC()
    assert not stop()
    stop.handle(signal.SIGINT, None)
    assert stop()
    assert "kept" in capsys.readouterr().err
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        stop.handle(signal.SIGINT, None)


def test_progress_is_quiet_where_nobody_looks() -> None:
    with live_progress(60, quiet=False) as on_progress:
        assert on_progress is None


def test_progress_fits_a_line() -> None:
    terms = Terms(changeover_minutes=90, tardy_orders=2)
    progress = Progress(seconds=3.2, cost=2000, bound=1500, terms=terms, method="search")
    told = described(progress, units_per_hour=60)
    assert told == "3 s  cost 2,000  changeovers 1.5 h  tardy weight 2  gap 25%"


def _started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "planner.cli", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_ctrl_c_keeps_the_best_schedule_there_is(tmp_path: Path, seconds: float) -> None:
    target = tmp_path / "schedule.csv"
    denim = str(sample_path("denim"))
    # On a busy machine it is long before there is any.
    for wait in (seconds, 2.0, 8.0, 32.0):
        process = _started("plan", denim, "--seconds", "300", "--out", str(target))
        # It has begun once it has told its assumptions.
        assert process.stderr is not None
        process.stderr.readline()
        time.sleep(wait)
        os.kill(process.pid, signal.SIGINT)
        told, errors = process.communicate(timeout=120)
        if process.returncode == 0:
            break
        # There was no schedule yet.
        assert process.returncode == 1
        assert errors.strip().endswith("stopped")
        assert not target.exists()
    assert process.returncode == 0
    assert "this plan: certified" in told
    assert target.exists()


def test_a_reader_that_leaves_early_is_no_fault(planned: Path) -> None:
    process = _started("export", TINY, str(planned))
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0
    process.stderr.close()
