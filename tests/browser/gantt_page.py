"""A page with nothing but a Gantt chart of as many batches as its address says."""

from datetime import datetime

import streamlit as st

from planner.domain import Scenario
from planner.schedule import Schedule
from tests.builders import batch, machine, order, scenario, schedule
from ui.gantt.component import gantt
from ui.gantt.payload import MOST_BARS, Payload, payload

MACHINES, FAMILIES = 10, 24
LENGTH, PAUSE = 50, 10


def plant(count: int, machines: int, *, pinned: bool = False) -> tuple[Scenario, Schedule]:
    """Return a scenario of `count` orders and a schedule with a batch for each."""
    names = [f"M{k + 1:02}" for k in range(machines)]
    horizon = (count // machines + 2) * (LENGTH + PAUSE)
    days = [(day * 1440, day * 1440 + 1200) for day in range(horizon // 1440 + 1)]
    orders, batches = [], []
    for k in range(count):
        family = f"family {k * 7 % FAMILIES:02}"
        start = (k // machines) * (LENGTH + PAUSE) + PAUSE
        durations = {names[k % machines]: LENGTH}
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
    )
    return given, schedule(*batches)


@st.cache_resource
def drawn(count: int, machines: int, limit: int, pinned: bool) -> Payload:
    """Return what the chart draws."""
    return payload(*plant(count, machines, pinned=pinned), limit=limit)


def main() -> None:
    """Show the chart and what it reports."""
    st.set_page_config(layout="wide")
    given = st.query_params
    count, machines = int(given.get("n", 100)), int(given.get("m", MACHINES))
    limit = int(given.get("limit", MOST_BARS))
    st.title("Chart")
    result = gantt("chart", drawn(count, machines, limit, "pin" in given), title="A chart")
    st.text(f"selected {result['selected']}")
    if result["moved"]:
        st.text(f"moved {result['moved']}")


if __name__ == "__main__":
    main()
