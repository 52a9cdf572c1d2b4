"""Changes written into the files of a scenario: what is read back is the changed scenario."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from planner import one_by_one
from planner.changes import (
    AddOrder,
    AddShift,
    AllowMachine,
    CloseMachine,
    History,
    LeaveOut,
    MoveWork,
    PinWork,
    PlanChange,
    Refused,
    Remark,
    SetDue,
    SetPriority,
    SetQuantity,
    Standing,
    UnpinWork,
    tables_after,
    with_times,
)
from planner.checker import check
from planner.cli import main
from planner.domain import Duration, Scenario
from planner.errors import ChangeError
from planner.kpis import measure
from planner.reader import Tables, read_tables, scenario_from_tables
from scenarios import sample_path

DAY = 24 * 60


@pytest.fixture(scope="module")
def tiny() -> tuple[Tables, Standing]:
    tables = read_tables(sample_path("tiny"))
    given = scenario_from_tables(tables)
    return tables, Standing(scenario=given, schedule=one_by_one(given))


def _changed(start: Standing, changes: Sequence[PlanChange]) -> History:
    history = History(standing=start)
    for change in changes:
        made = history.apply(change)
        assert not isinstance(made, Refused), made
        history = made
    return history


@pytest.mark.parametrize(
    "changes",
    [
        [SetDue(order="0001", due=500)],
        [SetDue(order="0001", due=None)],
        [SetPriority(order="0001", priority=7)],
        [SetQuantity(order="0001", quantity=Decimal(80))],
        [Remark(order="0001", text="call first, then pack")],
        [AddOrder(order="R1", like="0002", due=300, priority=3, customer="Ada", note="rush")],
        [AddOrder(order="R1", like="0002", quantity=Decimal(60)), SetDue(order="R1", due=400)],
        [CloseMachine(machine="P2", start=60, end=180)],
        [CloseMachine(machine="P2", start=60, end=2 * DAY + 30)],
        [AddShift(machine="P1", start=DAY - 120, end=DAY - 60)],
        [AllowMachine(operations=("0002",), machine="P1")],
        [PinWork(operations=("0012",)), LeaveOut(orders=("0003",))],
        [PinWork(operations=("0012",), start=False)],
        [PinWork(operations=("0012",)), UnpinWork(operations=("0012",))],
        [MoveWork(operations=("0012",), machine="P2")],
    ],
    ids=lambda changes: " then ".join(change.kind for change in changes),
)
def test_the_files_say_what_the_changes_made(
    tiny: tuple[Tables, Standing], changes: Sequence[PlanChange]
) -> None:
    tables, start = tiny
    end = _changed(start, changes).standing
    read = scenario_from_tables(tables_after(tables, changes, end.scenario))
    assert read.order == {name: replace(order, row=read.order[name].row)
                          for name, order in end.scenario.order.items()}  # fmt: skip
    assert check(read, end.schedule) == ()
    assert measure(read, end.schedule).cost == end.cost


def test_what_files_cannot_say_is_named(tiny: tuple[Tables, Standing]) -> None:
    tables, start = tiny
    end = _changed(start, [CloseMachine(machine="P2", start=60, end=180)]).standing
    with pytest.raises(ChangeError, match="open time of P2 would be another one"):
        tables_after(tables, [], end.scenario)


def test_learnt_times_are_read_back_to_the_unit(tiny: tuple[Tables, Standing]) -> None:
    tables, start = tiny

    def longer(given: Scenario) -> Scenario:
        return replace(
            given,
            operations=tuple(
                replace(o, durations={m: Duration(d.minimum + 7) for m, d in o.durations.items()})
                for o in given.operations
            ),
        )

    wanted = longer(start.scenario)
    assert scenario_from_tables(with_times(tables, wanted)).operations == wanted.operations
    seconds = replace(tables, settings=tables.settings + '\ntime_unit = "second"\n')
    wanted = longer(scenario_from_tables(_first(seconds)))
    assert scenario_from_tables(with_times(_first(seconds), wanted)).operations == wanted.operations


def _first(tables: Tables) -> Tables:
    """Return tables with the time unit at the head of the settings, before any TOML table."""
    lines = tables.settings.splitlines()
    unit = [line for line in lines if line.startswith("time_unit")][-1:]
    rest = [line for line in lines if not line.startswith("time_unit")]
    return replace(tables, settings="\n".join([*unit, *rest]) + "\n")


def test_the_command_writes_the_scenario_beside_the_schedule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, plan = str(sample_path("tiny")), str(tmp_path / "plan.json")
    assert main(["plan", given, "--method", "one by one", "--quiet", "--out", plan]) == 0
    due = '{"kind": "set due", "order": "0003", "due": "2027-02-01T07:00"}'
    folder, changed = tmp_path / "changed", str(tmp_path / "changed.json")
    capsys.readouterr()
    assert main(["change", given, plan, "--change", due, "--out", changed]) == 0
    assert "--scenario-out FOLDER writes it" in capsys.readouterr().err
    command = ["change", given, plan, "--change", due, "--out", changed]
    assert main([*command, "--scenario-out", str(folder)]) == 0
    assert main(["check", str(folder), changed]) == 0
    assert main([*command, "--scenario-out", str(folder)]) == 1
    assert "is there already" in capsys.readouterr().err
