"""A page with nothing but a Gantt chart of as many batches as its address says."""

from datetime import datetime

import streamlit as st

from planner.domain import During, Level, Need, Resource, Scenario
from planner.reader import read_scenario
from planner.schedule import PlannedUpkeep, Schedule, Unplanned
from planner.search.baselines import earliest_due_date
from scenarios import sample_path
from tests.builders import batch, machine, order, scenario, schedule
from ui.gantt.component import Hand, gantt
from ui.gantt.payload import MOST_BARS, Payload, payload

MACHINES, FAMILIES = 10, 24
LENGTH, PAUSE = 50, 10


# Two setters until minute 600, from then on one: fewer than two machines need at once.
CREW = Resource(name="setters", levels=(Level(0, 2), Level(600, 1)))
SETTING = (Need(resource="setters", during=During.CHANGEOVER),)


def plant(
    count: int, machines: int, *, pinned: bool = False, crew: bool = False
) -> tuple[Scenario, Schedule]:
    """Return a scenario of `count` orders and a schedule with a batch for each."""
    names = [f"M{k + 1:02}" for k in range(machines)]
    horizon = (count // machines + 2) * (LENGTH + PAUSE)
    days = [(day * 1440, day * 1440 + 1200) for day in range(horizon // 1440 + 1)]
    orders, batches = [], []
    for k in range(count):
        family = f"family {k * 7 % FAMILIES:02}"
        start = (k // machines) * (LENGTH + PAUSE) + PAUSE
        # Anywhere but on the last machine, which makes only its own.
        durations = dict.fromkeys((*names[:-1], names[k % machines]), LENGTH)
        due = start + LENGTH + (k % 5 - 1) * 30
        pin = names[k % machines] if pinned and k == 0 else None
        orders.append(order(f"A{k:05}", family=family, durations=durations, due=due, pin=pin))
        placed = (f"A{k:05}", start, start + LENGTH)
        batches.append(batch(placed, machine=names[k % machines], family=family))
    given = scenario(
        orders=orders,
        machines=[machine(name, initial="family 01", windows=days) for name in names],
        changeovers=PAUSE,
        horizon=horizon,
        start=datetime(2026, 3, 27, 6),  # noqa: DTZ001  (two days before the clocks go forward)
        resources=(CREW,) if crew else (),
        needs=SETTING if crew else (),
    )
    return given, schedule(*batches)


def cleaned(given: Scenario, made: Schedule) -> tuple[Scenario, Schedule]:
    """Return a plant whose first machine is cleaned for 50 minutes in place of its first batch."""
    first = made.on("M01")[0]
    rest = tuple(batch for batch in made.batches if batch is not first)
    clean = PlannedUpkeep(machine="M01", name="cleaning", start=0, end=50)
    left = tuple(Unplanned(operation=name, reason="no time left") for name in first.operations)
    return given, Schedule(batches=rest, unplanned=left, upkeeps=(clean,))


@st.cache_resource
def drawn(count: int, machines: int, limit: int, given: frozenset[str]) -> Payload:
    """Return what the chart draws; `given` may name `pin`, `crew` and `upkeep`."""
    made = plant(count, machines, pinned="pin" in given, crew="crew" in given)
    return payload(*(cleaned(*made) if "upkeep" in given else made), limit=limit)


@st.cache_resource
def of_sample(name: str) -> Payload:
    """Return what the chart draws of a sample, by earliest due date."""
    given = read_scenario(sample_path(name))
    made = earliest_due_date(given)
    assert made is not None
    return payload(given, made)


def main() -> None:
    """Show the chart and what it reports."""
    st.set_page_config(layout="wide")
    given = st.query_params
    count, machines = int(given.get("n", 100)), int(given.get("m", MACHINES))
    limit = int(given.get("limit", MOST_BARS))
    st.title("Chart")
    if "sample" in given:
        gantt("chart", of_sample(given["sample"]), title="A chart")
        return
    hand = None if "fixed" in given else Hand(on_asked=lambda: None, undo=True)
    shown = drawn(count, machines, limit, frozenset(given))
    result = gantt("chart", shown, title="A chart", hand=hand)
    st.text(f"selected {result['selected']}")
    if result["asked"]:
        st.text(f"asked {result['asked']}")


if __name__ == "__main__":
    main()
