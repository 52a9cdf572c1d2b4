"""What is taken for granted, to read and to change."""

import dataclasses
import zoneinfo
from datetime import datetime, time
from typing import Literal

import streamlit as st

from planner.domain import PRESETS, Process
from planner.errors import ScenarioError
from planner.reader import Tables
from planner.store import ScenarioRow
from ui import state
from ui.parts.editor import store_edit
from ui.parts.left_out import left_out
from ui.tables.assumptions import OWN_WEIGHTS, SHIFTS, Assumptions, applied, current
from ui.tables.editing import count_rows

Height = int | Literal["content"]
# More assumptions than this are scrolled, in so many pixels.
LISTED, LISTED_HEIGHT = 30, 400


def assumptions(row: ScenarioRow, tables: Tables) -> None:
    """List what was assumed, and let the user say otherwise."""
    _listed(row)
    left_out(row)
    now = current(tables)
    has_machines = count_rows(tables, "machines.csv") > 0
    with st.form(f"assumptions {row.id}"):
        left, right = st.columns(2)
        with left:
            replaces, machines = _machines(now, has_machines)
        with right:
            merged = _clock(machines)
        if st.form_submit_button("Save", type="primary", icon=":material/save:"):
            store_edit(row, applied(tables, merged, machines_too=replaces))
            st.rerun()


def _listed(row: ScenarioRow) -> None:
    try:
        listed = state.scenario(row.id).assumptions
    except ScenarioError:
        st.caption("What is assumed shows when nothing stops the scenario any more.")
        return
    st.markdown("**Assumed, as the files do not say:**" if listed else "Nothing is assumed.")
    # One element, however many there are: each would be a message to the browser.
    if listed:
        height: Height = LISTED_HEIGHT if len(listed) > LISTED else "content"
        with st.container(height=height, border=False):
            st.text("\n".join(f"• {assumption}" for assumption in listed))


def _machines(now: Assumptions, has_machines: bool) -> tuple[bool, Assumptions]:
    st.subheader("Machines and shifts")
    replaces = st.checkbox(
        "Use these machines and shifts" + (" in place of the tables" if has_machines else ""),
        value=not has_machines,
    )
    count = st.number_input("Number of machines", 1, max(200, now.machines), max(1, now.machines))
    processes = list(Process)
    process = st.selectbox(
        "A batch is filled",
        processes,
        index=processes.index(now.process),
        format_func={
            Process.SERIAL: "one order after the other (line, press)",
            Process.PARALLEL: "all at once (oven, autoclave, vessel)",
            Process.CONTINUOUS: "in and out as places are free (tunnel furnace)",
        }.__getitem__,
    )
    capacity = st.text_input(
        "Pieces that fit into a batch",
        help="Empty means no limit. Where orders have no quantity, it counts orders.",
    )
    shifts = st.selectbox("Shifts", list(SHIFTS))
    said = dataclasses.replace(
        now, machines=int(count), process=process, capacity=capacity.strip(), shifts=shifts
    )
    return replaces, said


def _clock(now: Assumptions) -> Assumptions:
    st.subheader("Changeover and clock")
    minutes = st.number_input("Changeover where none is given (minutes)", 0,
                              max(10_000, now.changeover_minutes),
                              now.changeover_minutes)  # fmt: skip
    cost = st.number_input("Its cost", 0, max(1_000_000, now.changeover_cost), now.changeover_cost)
    zones = sorted(zoneinfo.available_timezones())
    zone = st.selectbox(
        "Time zone", zones, index=zones.index(now.time_zone) if now.time_zone in zones else None
    )
    day = st.date_input("Start, nothing happens before it", now.start, format="YYYY-MM-DD",
                        help="Empty: midnight before the first date in the orders.")  # fmt: skip
    hour = st.time_input("at", now.start.time() if now.start else time(6), step=900)
    aims = [*PRESETS, *({OWN_WEIGHTS} & {now.preset})]
    aim = st.selectbox("Aim", aims, index=aims.index(now.preset) if now.preset in aims else 0)
    start = datetime.combine(day, hour) if day is not None else None
    return dataclasses.replace(
        now,
        changeover_minutes=int(minutes),
        changeover_cost=int(cost),
        time_zone=zone or "UTC",
        start=start,
        preset=aim,
    )
