"""Families that nothing leads to, machines that get stuck, and upkeep that cannot be done."""

from decimal import Decimal
from pathlib import Path

import pytest

from planner.checker import check
from planner.domain import Need, Resource, Scenario, Upkeep
from planner.validator import impossible, validate
from tests.builders import batch, machine, order, scenario, schedule
from tests.scenario_files import scenario_of

CLEAN = Upkeep(machine="M", name="wash", units=30, most_batches=9, sets_up="clean")
START = "start = 2026-03-02T06:00:00\n"


def told(made: Scenario) -> list[str]:
    wanted = ("changeover_possible", "upkeep")
    return [finding.message for finding in validate(made) if finding.rule in wanted]


def nuts(*upkeeps: Upkeep, initial: str | None = "nuts", **ways: int | None) -> Scenario:
    """Return nuts before nut-free on M, on which nuts leave no way to nut-free."""
    table = {("nuts", "free"): None, **{tuple(k.split("_")): v for k, v in ways.items()}}
    return scenario(
        [order("A", family="nuts"), order("B", family="free")],
        [machine(initial=initial)],
        table,
        upkeeps=upkeeps,
    )


def test_what_nothing_leads_to_is_found_on_its_machine() -> None:
    found = told(nuts())
    assert found == [
        "order B: cannot be planned: no changeover to its family free is possible on M, neither "
        "from what is set up at the start or after upkeep nor from a family that can be made",
        "M can never be set up for free",
        "nothing else that M makes can follow nuts",
    ]


def test_cleaning_upkeep_is_a_way_where_there_was_none() -> None:
    assert told(nuts(CLEAN)) == []
    assert impossible(nuts(CLEAN)) == {}
    # Unless nothing leads on from there either.
    assert told(nuts(CLEAN, clean_free=None))[1:] == ["M can never be set up for free"]


def test_upkeep_that_sets_up_what_nothing_can_follow_is_found() -> None:
    stuck = nuts(CLEAN, clean_free=None, clean_nuts=None)
    message = "after wash of M it is set up for clean, from which nothing it makes can follow"
    assert told(stuck)[-1] == message


def test_a_family_that_can_only_come_last_is_found() -> None:
    assert told(nuts(initial=None)) == ["nothing else that M makes can follow nuts"]
    assert told(nuts(CLEAN, initial=None)) == []


def test_another_machine_does_not_hide_what_this_one_can_never_make() -> None:
    made = scenario(
        [order("A", family="nuts"), order("B", family="free")],
        [machine("M", initial="nuts"), machine("N", initial="free")],
        {},
        machine_changeovers={"M": {("nuts", "free"): None}},
    )
    assert impossible(made) == {}
    assert told(made)[0] == "M can never be set up for free"


def test_at_a_later_stage_too(tmp_path: Path) -> None:
    # Everything is cut, then packed; the packer is set up for nuts, from which nothing leads on.
    made = scenario_of(
        tmp_path,
        settings=START,
        orders="order_id,product,quantity,duration_minutes\nA,bar,1,10\n",
        machines="machine_id,initial_family\ncutter,cut\npacker,nuts\n",
        routes="product,stage,family,eligible_machines,duration_minutes\n"
        "bar,1,cut,cutter,10\nbar,2,free,packer,10\n",
        changeovers="from,to,minutes\nnuts,free,no\n",
    )
    assert "packer can never be set up for free" in told(made)
    assert any("free is possible on packer" in reason for reason in impossible(made).values())


def test_by_attribute_one_attribute_is_enough(tmp_path: Path) -> None:
    made = scenario_of(
        tmp_path,
        settings=START,
        orders="order_id,attr_colour,attr_resin,duration_minutes\n"
        "A,white,PP,10\nB,black,PP,10\nC,white,PC,10\n",
        machines="machine_id,initial_family\nM,white | PP\n",
        changeovers="attribute,from,to,minutes\ncolour,*,*,10\nresin,*,*,20\nresin,PP,PC,no\n",
    )
    assert (
        told(made)[-2:]
        == [
            "M can never be set up for white | PC",
        ]
        or told(made)[-1] == "M can never be set up for white | PC"
    )
    white, black, clear = (made.operation[name].family for name in "ABC")
    assert made.changeover("M", white, clear) is None
    assert made.changeover("M", black, clear) is None
    assert made.changeover("M", clear, black) is not None
    planned = schedule(
        batch("A", end=10, family=white),
        batch("C", start=10, end=20, family=clear),
        batch("B", start=50, end=60, family=black),
    )
    assert [v.batch for v in check(made, planned) if v.rule == "changeover_possible"] == [2]


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"most_units": 59}, "it takes 60 minutes, M needs wash after 59 minutes"),
        ({"most_quantity": Decimal(9)}, "its quantity is 10, M needs wash after 9"),
    ],
)
def test_an_order_beyond_a_limit_by_itself_cannot_be_planned(
    limit: dict[str, int], reason: str
) -> None:
    wash = Upkeep(machine="M", name="wash", units=30, **limit)  # type: ignore[arg-type]
    made = scenario([order("A", quantity=Decimal(10))], upkeeps=(wash,))
    assert reason in impossible(made)["A"]


def test_upkeep_that_is_never_possible_is_found() -> None:
    wash = Upkeep(machine="M", name="wash", units=300, most_batches=2)
    made = scenario(
        [order("A")],
        [machine(windows=((0, 100), (200, 400)), pausable=False)],
        upkeeps=(wash,),
        resources=(Resource(name="fitter"),),
        needs=(Need(resource="fitter", during="upkeep", amount=2),),
    )
    assert told(made) == [
        "wash of M takes 300 minutes, its longest window 200 minutes",
        "wash of M needs 2 of fitter, there is never so much",
    ]
