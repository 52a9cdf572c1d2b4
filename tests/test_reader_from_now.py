"""`now` and `freeze` in scenario.toml, as given and as faults."""

from collections.abc import Mapping

import pytest

from planner.errors import ScenarioError
from planner.reader import Tables, findings_in, scenario_from_tables, table_of


def given(settings: str) -> Tables:
    orders = table_of(("order_id", "duration_minutes"), [("A", "60")])
    machines = table_of(("machine_id",), [("M",), ("N",)])
    start = 'start = 2027-02-01T06:00:00\ntime_zone = "UTC"\n'
    files = {"orders.csv": orders, "machines.csv": machines}
    return Tables(files=files, settings=start + settings)


@pytest.mark.parametrize(
    ("settings", "hours"),
    [
        ("", 8.0),
        ("freeze = 12", 12.0),
        ('[freeze]\n"*" = 4', 4.0),
        ("[freeze]\nM = 24.5", {"M": 24.5, "N": 8.0}),
        ('[freeze]\nM = 24\n"*" = 0', {"M": 24.0, "N": 0.0}),
    ],
    ids=["not given", "for all", "for all in a table", "one machine", "one and the others"],
)
def test_frozen_hours_are_read(settings: str, hours: float | Mapping[str, float]) -> None:
    assert scenario_from_tables(given(settings)).freeze_hours == hours


def test_now_is_units_from_the_start_and_unknown_where_nothing_is_said() -> None:
    assert scenario_from_tables(given("now = 2027-02-01T08:00:00")).now == 120
    assert scenario_from_tables(given("")).now is None


@pytest.mark.parametrize(
    ("settings", "rule", "message"),
    [
        ("freeze = -1", "number", "freeze = -1 is not a number of hours"),
        ("freeze = true", "number", "freeze = True is not a number of hours"),
        ("[freeze]\nM = nan", "number", "freeze.M = nan is not a number of hours"),
        ("[freeze]\nX = 1", "known_machine", "there is no machine X"),
        ("now = 2027-02-01T05:00:00", "now_after_start", "is before the start"),
        ('now = "soon"', "date", "soon"),
    ],
)
def test_what_cannot_be_is_a_finding(settings: str, rule: str, message: str) -> None:
    tables = given(settings)
    found = [finding for finding in findings_in(tables) if finding.file == "scenario.toml"]
    assert [finding.rule for finding in found] == [rule]
    assert message in found[0].message
    with pytest.raises(ScenarioError, match="scenario"):
        scenario_from_tables(tables)
