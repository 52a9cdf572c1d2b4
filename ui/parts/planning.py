"""How to plan: the form, and the runs there have been."""

import os
from collections.abc import Mapping
from dataclasses import fields

import streamlit as st

from planner.domain import PRESETS, TERMS, Weights
from planner.errors import StoreError
from planner.store import RunOptions, RunRow
from ui import state, words
from ui.parts.running import said

OWN, GIVEN = "own weights", "as the scenario says"
AIMS: Mapping[str, str] = {
    GIVEN: "The weights that came with the data.",
    "balanced": "Changeovers and due dates both count.",
    "fewest changeovers": "Large batches; due dates break ties.",
    "on time first": "Due dates first; changeovers break ties.",
    "shortest flow time": "Orders wait as little as possible.",
    OWN: "The weights below.",
}
METHODS: Mapping[str, str] = {
    "auto": "automatic",
    "search": "local search alone",
    "cpsat": "constraint solver alone",
}
LABELS: Mapping[str, str] = {
    "changeover_minutes": "A minute of changeover",
    "changeover_cost": "A unit of changeover cost",
    "processing_minutes": "A minute of machine running",
    "tardiness": "A minute late, per order",
    "tardy_orders": "An order being late at all",
    "makespan": "A minute until everything is done",
    "flow_time": "A minute from release to done, per order",
}


def plan_form(scenario_id: int) -> RunRow | None:
    """Show the settings; return the run that was started with them, if one was."""
    with st.form("planning"):
        columns = st.columns([3, 2, 1, 1])
        aim = columns[0].selectbox(
            "Aim", list(AIMS), index=1, format_func=lambda name: f"{name}: {AIMS[name]}"
        )
        limit = columns[1].number_input(
            "Time (seconds)", 1, 86_400, 30, help="The best plan so far is kept when it is over."
        )
        cores = os.cpu_count() or 2
        workers = columns[2].number_input("Workers", 1, 64, min(2, cores))
        seed = columns[3].number_input("Seed", 0, 10**9, 0, help="Another seed, another search.")
        with st.expander("Own weights and method"):
            weights = _weights()
            method = st.selectbox("Method", list(METHODS), format_func=METHODS.__getitem__)
        started = st.form_submit_button("Plan", type="primary", icon=":material/play_arrow:")
    if not started:
        return None
    options = RunOptions(
        seconds=float(limit),
        workers=int(workers),
        seed=int(seed),
        method=method,
        preset=aim if aim in PRESETS else None,
        weights=weights if aim == OWN else None,
    )
    return state.store().start_run(scenario_id, options)


def _weights() -> Weights:
    st.caption(f"Whole numbers; they count when the aim is “{OWN}”. A larger one matters more.")
    balanced = PRESETS["balanced"]
    given: dict[str, int] = {}
    columns = st.columns(2)
    for place, name in enumerate(field.name for field in fields(Weights)):
        if name in LABELS:
            value = getattr(balanced, name)
            box = columns[place % 2].number_input(LABELS[name], 0, 1_000_000, value)
            given[name] = int(box)
    assert set(given) <= set(TERMS)
    return Weights(**given)


def shown_run(scenario_id: int) -> RunRow | None:
    """Return the run that is looked at, else the newest one."""
    key = state.at("plan")
    if key is not None and key.isdecimal():
        try:
            run = state.store().run(int(key))
        except StoreError:
            state.go_to(plan=None)
            st.warning("The plan of this address is not there any more: it has been deleted.")
        else:
            if run.scenario_id == scenario_id:
                return run
    return state.newest_run(scenario_id)


def history(scenario_id: int) -> None:
    """List the runs of a scenario, to open or delete."""
    runs = state.store().runs(scenario_id)
    if not runs:
        return
    st.subheader("All runs")
    for run in runs[:20]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            going = not run.state.is_final
            gap = (
                "" if run.gap is None else f", at most {100 * run.gap:.1f} % from the best possible"
            )
            cost = "nothing found" if run.cost is None else f"cost {run.cost:,}{gap}"
            # What goes on is told second by second above, and here only that it does.
            text = "being planned" if going else f"{cost}  \n{said(run)}"
            st.markdown(f"**Plan {run.id}**, {state.aim(run)}: {text}")
            if st.button("Show", key=f"show-{run.id}", help=f"Show plan {run.id}"):
                state.go_to(plan=str(run.id))
                st.rerun()
            if not going and st.button(
                "Delete", key=f"delete-{run.id}", help=f"Delete plan {run.id}"
            ):
                state.store().delete_run(run.id)
                st.rerun()
    if len(runs) > 20:
        st.caption(f"{words.count(len(runs) - 20, 'older run')} not listed.")
