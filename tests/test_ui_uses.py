"""Who and what a batch uses, and what it waited for, as the panel beside the chart tells it."""

from dataclasses import replace

from planner.changes import Standing, waited_for
from planner.checker import check
from planner.domain import During, Need, Resource, Upkeep
from planner.kpis import measure
from planner.schedule import PlannedUpkeep
from tests.builders import batch, machine, order, scenario, schedule
from ui.plans import plan_of
from ui.tables.schedules import resource_table, shared_comparison, upkeep_table
from ui.tables.uses import upkeep_before, uses_of_batch

GIVEN = scenario(
    orders=[order("A"), order("B", family="blue", release=100)],
    machines=[machine("M")],
    changeovers=30,
    resources=(Resource(name="setter"), Resource(name="mould")),
    needs=(
        Need(resource="setter", during=During.CHANGEOVER),
        Need(resource="mould", during=During.RUN, families=frozenset({"blue"})),
    ),
)
MADE = schedule(batch(("A", 0, 60)), batch(("B", 100, 160), family="blue"))


def test_a_batch_names_what_it_uses_when_and_how_much() -> None:
    assert check(GIVEN, MADE) == ()
    plan = plan_of("Plan", GIVEN, MADE)
    # The changeover is directly before the batch: from 70 to 100.
    assert uses_of_batch(plan, "M", 2) == [
        {
            "Resource": "setter",
            "Amount": "1",
            "Needed": "changeover before it",
            "From": "Mon 2 Mar 07:10",
            "To": "Mon 2 Mar 07:40",
        },
        {
            "Resource": "mould",
            "Amount": "1",
            "Needed": "while it runs",
            "From": "Mon 2 Mar 07:40",
            "To": "Mon 2 Mar 08:40",
        },
    ]
    assert uses_of_batch(plan, "M", 1) == []


def test_what_a_batch_waited_for_is_what_alone_kept_it_from_beginning_earlier() -> None:
    standing = Standing(scenario=GIVEN, schedule=MADE)
    (line,) = waited_for(standing, "B")
    assert "released" in line
    assert waited_for(Standing(scenario=GIVEN, schedule=schedule(unplanned=["B"])), "B") == ()


def test_figures_of_resources_stand_side_by_side() -> None:
    kpis = measure(GIVEN, MADE)
    one = resource_table(kpis)
    assert list(one) == ["Figure", "setter", "mould"]
    both = shared_comparison({"First": kpis, "Second": kpis})
    assert list(both) == ["Of", "Figure", "First", "Second"]
    assert both["First"].tolist() == both["Second"].tolist()
    assert len(both) == 2 * len(one)


def test_figures_of_upkeep_stand_beside_those_of_resources() -> None:
    given = replace(
        GIVEN, upkeeps=(Upkeep(machine="M", name="cleaning", units=20, most_batches=1),)
    )
    # After A, from 60 to 80; the changeover and B follow as before.
    clean = PlannedUpkeep(machine="M", name="cleaning", start=60, end=80)
    made = replace(
        schedule(batch(("A", 0, 60)), batch(("B", 110, 170), family="blue")), upkeeps=(clean,)
    )
    assert check(given, made) == ()
    kpis = measure(given, made)
    assert list(upkeep_table(kpis)) == ["Figure", "M: cleaning"]
    both = shared_comparison({"Plan": kpis})
    assert list(dict.fromkeys(both["Of"])) == ["setter", "mould", "M: cleaning"]
    assert upkeep_before(plan_of("Plan", given, made), "M", 2) == (clean,)
    assert upkeep_before(plan_of("Plan", given, made), "M", 1) == ()
