"""What is taken for granted, to read and to change."""

import dataclasses
import zoneinfo
from datetime import datetime, time
from typing import Any, Literal

import streamlit as st

from planner.domain import PRESETS, Process
from planner.errors import ScenarioError
from planner.reader import Tables
from planner.store import ScenarioRow
from ui import state
from ui.faults import errors_shown
from ui.keeping import keep
from ui.parts.editor import store_edit, tell
from ui.parts.left_out import left_out
from ui.tables.assumptions import (
    OWN_WEIGHTS,
    SHIFTS,
    Assumptions,
    current,
    with_answers,
    with_machines,
)
from ui.tables.editing import count_rows

Height = int | Literal["content"]
# More assumptions than this are scrolled, in so many pixels.
LISTED, LISTED_HEIGHT = 30, 400
ZONES = sorted(zoneinfo.available_timezones())


def assumptions(row: ScenarioRow, tables: Tables) -> None:
    """List what was assumed, and let the user say otherwise."""
    _listed(row)
    left_out(row)
    now = current(tables)
    left, right = st.columns(2)
    with left:
        _machines(row, tables, now)
    with right:
        _clock(row, now)


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


def _machines(row: ScenarioRow, tables: Tables, now: Assumptions) -> None:
    """Show a form that makes machines; nothing of it counts before its button is pressed."""
    st.subheader("Machines and shifts")
    has_machines = count_rows(tables, "machines.csv") > 0
    with st.form(f"machines {row.id}"):
        count = st.number_input(
            "Number of machines", 1, max(200, now.machines), max(1, now.machines)
        )
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
        name = "Use these in place of the tables" if has_machines else "Use these machines"
        if st.form_submit_button(name, icon=":material/precision_manufacturing:"):
            store_edit(row, with_machines(tables, said), note="Machines and shifts set")
            st.rerun()


def _clock(row: ScenarioRow, now: Assumptions) -> None:
    """Show the settings; each is kept when it is changed."""
    st.subheader("Changeover and clock")
    _follow(row, now)
    st.number_input("Changeover where none is given (minutes)", 0,
                    max(10_000, now.changeover_minutes),
                    **_kept(row, "changeover_minutes"))  # fmt: skip
    st.number_input("Its cost", 0, max(1_000_000, now.changeover_cost),
                    **_kept(row, "changeover_cost"))  # fmt: skip
    st.selectbox("Time zone", ZONES, index=None, **_kept(row, "time_zone"))
    st.date_input("Start, nothing happens before it", None, format="YYYY-MM-DD",
                  help="Empty: midnight before the first date in the orders.",
                  **_kept(row, "day"))  # fmt: skip
    st.time_input("at", step=900, **_kept(row, "hour"))
    st.selectbox("Aim", [*PRESETS, *({OWN_WEIGHTS} & {now.preset})], **_kept(row, "preset"))
    st.caption("Every change is kept at once.")


def _follow(row: ScenarioRow, now: Assumptions) -> None:
    """Let the fields show the version in force, where it is not the one they have shown."""
    shown = {
        "changeover_minutes": now.changeover_minutes,
        "changeover_cost": now.changeover_cost,
        "time_zone": now.time_zone if now.time_zone in ZONES else None,
        "day": now.start.date() if now.start else None,
        "hour": now.start.time() if now.start else time(6),
        "preset": now.preset,
    }
    version = _seen(row.id)
    if st.session_state.get(version) == row.version and _key(row.id, "day") in st.session_state:
        return
    st.session_state[version] = row.version
    for name, value in shown.items():
        st.session_state[_key(row.id, name)] = value


def _kept(row: ScenarioRow, name: str) -> dict[str, Any]:
    """Return what lets a field keep what it is changed to."""
    return {"key": _key(row.id, name), "on_change": _changed, "args": (row.id, name)}


def _key(scenario_id: int, name: str) -> str:
    return f"assumed {scenario_id} {name}"


def _seen(scenario_id: int) -> str:
    return f"assumed {scenario_id}"


def _changed(scenario_id: int, name: str) -> None:
    """Keep a setting; runs before anything else does."""
    with errors_shown():
        # What somebody else has changed since the fields were filled is not to be overwritten.
        seen = st.session_state[_seen(scenario_id)]
        tables = state.tables(scenario_id, seen)
        said = _with(current(tables), scenario_id, name)
        tell(keep(state.store(), scenario_id, with_answers(tables, said), on=seen))


def _with(now: Assumptions, scenario_id: int, name: str) -> Assumptions:
    value = st.session_state[_key(scenario_id, name)]
    if name in ("day", "hour"):
        day = st.session_state[_key(scenario_id, "day")]
        hour = st.session_state[_key(scenario_id, "hour")] or time(6)
        return dataclasses.replace(now, start=datetime.combine(day, hour) if day else None)
    if name == "time_zone" and value is None:
        return now
    changed: dict[str, Any] = {name: value}
    return dataclasses.replace(now, **changed)
