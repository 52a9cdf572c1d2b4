"""The commands of a living plan: change, diff, explain, replan, promise."""

import json
from pathlib import Path

import pytest

from planner.changes import changes_from_text
from planner.checker import check
from planner.cli import main
from planner.cli.files import read_scenario, read_schedule
from scenarios import sample_path

TINY = str(sample_path("tiny"))
Capture = pytest.CaptureFixture[str]
LAST = '{"kind": "move", "operations": ["0012"], "machine": "P2"}'


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("planned") / "plan.json"
    assert main(["plan", TINY, "--work", "20", "--quiet", "--out", str(file)]) == 0
    return str(file)


def test_change_writes_a_certified_schedule_that_diff_compares(
    planned: str, tmp_path: Path, capsys: Capture
) -> None:
    changed = tmp_path / "changed.json"
    assert main(["change", TINY, planned, "--change", LAST, "--out", str(changed)]) == 0
    told = capsys.readouterr().out
    assert "move: " in told
    assert "changed schedule: certified" in told
    scenario = read_scenario(TINY)
    assert check(scenario, read_schedule(scenario, str(changed))) == ()
    assert main(["diff", TINY, planned, str(changed)]) == 0
    shown = capsys.readouterr().out
    assert "0012" in shown
    assert main(["diff", TINY, planned, str(changed), "--json"]) == 0
    told_as_json = json.loads(capsys.readouterr().out)
    assert told_as_json["summary"] == shown.splitlines()[0]
    assert {"operation", "start_before", "start_after"} <= set(told_as_json["operations"][0])


def test_a_refused_change_names_rule_and_nearest_place_and_ends_with_1(
    planned: str, capsys: Capture
) -> None:
    wrong = '{"kind": "move", "operations": ["0012"], "machine": "P1"}'
    assert main(["change", TINY, planned, "--change", wrong]) == 1
    told = capsys.readouterr().err
    assert "Not possible: 0012 cannot be made on P1, only on P2. (rule eligible_machine)" in told
    nearest = told.partition("nearest that works: ")[2]
    assert main(["change", TINY, planned, "--change", nearest]) == 0


def test_changes_come_from_a_file_and_the_difference_as_json(
    planned: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "changes.json"
    due = '{"kind": "set due", "order": "0003", "due": "2027-02-01T07:00"}'
    file.write_text(f"[{LAST}, {due}]")
    assert len(changes_from_text(file.read_text(), read_scenario(TINY).clock)) == 2
    assert main(["change", TINY, planned, "--change", f"@{file}", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "0003" in {each["order"] for each in told["orders"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the changes are no JSON"),
        ('{"kind": "fly"}', "no kind of change"),
        ('{"kind": "remark", "order": "Z", "text": "x"}', "there is no order Z"),
    ],
)
def test_what_is_no_change_is_told(planned: str, capsys: Capture, text: str, message: str) -> None:
    assert main(["change", TINY, planned, "--change", text]) == 1
    assert message in capsys.readouterr().err


def test_explain_tells_of_late_orders_and_answers_questions(
    planned: str, tmp_path: Path, capsys: Capture
) -> None:
    assert main(["explain", TINY, planned]) == 0
    assert capsys.readouterr().out == "no order is late\n"
    late = tmp_path / "late.json"
    before = read_scenario(TINY)
    last = max(read_schedule(before, planned).batches, key=lambda batch: batch.end)
    # To the very end of the machine that ends last.
    move = {"kind": "move", "operations": ["0002"], "machine": "P2"}
    assert last.machine
    assert main(["change", TINY, planned, "--change", json.dumps(move), "--out", str(late)]) == 0
    capsys.readouterr()
    assert main(["explain", TINY, str(late)]) == 0
    told = capsys.readouterr().out
    assert "Order 0002 is complete" in told
    assert "after it is due" in told
    assert "Way out: " in told
    assert main(["explain", TINY, str(late), "--order", "0002", "--brief"]) == 0
    assert "Way out: " not in capsys.readouterr().out
    assert main(["explain", TINY, planned, "--here", "0012", "--together", "0012", "0003"]) == 0
    told = capsys.readouterr().out
    assert "Order 0012 begins" in told
    assert "They cannot be in one batch" in told


def test_explain_knows_no_other_orders(planned: str, capsys: Capture) -> None:
    assert main(["explain", TINY, planned, "--order", "Z"]) == 2
    assert "there is no order Z" in capsys.readouterr().err


def test_replan_goes_on_from_what_has_happened(
    planned: str, tmp_path: Path, capsys: Capture
) -> None:
    actuals, out = tmp_path / "actuals.csv", tmp_path / "ahead.json"
    actuals.write_text(
        "order_id,machine_id,begun,ended\n0005,P1,2027-02-01T06:00,2027-02-01T06:40\n"
    )
    down = '{"kind": "close machine", "machine": "P2", "start": "2027-02-01T07:00", "end": 180}'
    words = ["--now", "2027-02-01T07:00", "--actuals", str(actuals), "--freeze", "1"]
    words += ["--seconds", "0.3", "--calmness", "keep-it-calm", "--change", down]
    assert main(["replan", TINY, planned, *words, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "moved by more than 30 min" in told
    assert "plan from now on: certified" in told
    assert "0005" not in out.read_text()


@pytest.mark.parametrize("now", ["soon", "2020-01-01T06:00"])
def test_replan_needs_a_time_of_the_plan(planned: str, capsys: Capture, now: str) -> None:
    assert main(["replan", TINY, planned, "--now", now]) == 2
    assert f"--now {now} is " in capsys.readouterr().err


def test_promise_tells_dates_in_words_and_as_changes(planned: str, capsys: Capture) -> None:
    words = ["--order", "RUSH", "--like", "0012", "--due", "2027-02-01T09:00"]
    assert main(["promise", TINY, planned, *words]) == 0
    assert "Disturbing nothing: order RUSH complete" in capsys.readouterr().out
    assert main(["promise", TINY, planned, *words, "--quantity", "20", "--json"]) == 0
    offers = json.loads(capsys.readouterr().out)
    taken = json.dumps(offers[0]["changes"])
    assert main(["change", TINY, planned, "--change", taken]) == 0
    assert main(["promise", TINY, planned, "--order", "0012"]) == 1
    assert "is planned already" in capsys.readouterr().err
