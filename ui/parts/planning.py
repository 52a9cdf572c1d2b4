"""How to plan: the form, and the runs there have been."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from planner.domain import PRESETS, Scenario, Weights
from planner.errors import StoreError
from planner.reader import Tables
from planner.store import RunOptions, RunRow, ScenarioRow
from planner.variants import settings_of, with_settings
from ui import state, words
from ui.parts.editor import store_edit
from ui.parts.running import said
from ui.tables.starting import next_shift
from ui.visitors import visitor

OWN, GIVEN = "own weights", "as the scenario says"
AIMS: Mapping[str, str] = {
    GIVEN: "The weights that came with the data.",
    "balanced": "Changeovers and due dates both count.",
    "fewest changeovers": "Large batches; due dates break ties.",
    "on time first": "Due dates first; changeovers break ties.",
    "shortest flow time": "Orders wait as little as possible.",
    OWN: "The weights under Advanced.",
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
    "moved": "An order moved away from the plan in reference.csv",
}


def plan_form(row: ScenarioRow, scenario: Scenario) -> RunRow | None:
    """Show the settings; return the run that was started with them, if one was."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            usual = _aim_of(scenario)
            aim = st.selectbox(
                "Aim",
                list(AIMS),
                index=list(AIMS).index(usual),
                format_func=lambda name: f"{words.aim(name)}: {AIMS[name]}",
                key=f"aim {row.id} {usual}",
                width=460,
            )
            begins(row, scenario)
            started = st.button("Plan", type="primary", icon=":material/play_arrow:", key="plan")
        with st.expander("Advanced: time, workers, method, weights"):
            options = _effort()
            given = PRESETS.get(aim, scenario.weights if aim == GIVEN else PRESETS["balanced"])
            weights = _weights(aim, given)
        is_own = weights != given or aim == OWN
        if is_own and aim != OWN:
            st.caption(f"Own weights count: they are not those of “{aim}” any more.")
    if not started:
        return None
    options = replace(
        options,
        preset=aim if aim in PRESETS and not is_own else None,
        weights=weights if is_own else None,
    )
    return state.store().start_run(row.id, options, visitor=visitor())


def _aim_of(scenario: Scenario) -> str:
    """Return the aim that the data name by their weights."""
    return next((name for name, given in PRESETS.items() if given == scenario.weights), GIVEN)


def _effort() -> RunOptions:
    columns = st.columns(4)
    limit = columns[0].number_input(
        "Time (seconds)",
        1,
        86_400,
        30,
        key="seconds",
        help="The best plan so far is kept when it is over.",
    )
    cores = os.cpu_count() or 2
    workers = columns[1].number_input("Workers", 1, cores, min(2, cores), key="workers")
    seed = columns[2].number_input(
        "Random seed", 0, 10**9, 0, key="seed", help="Another seed, another search."
    )
    method = columns[3].selectbox(
        "Method", list(METHODS), format_func=METHODS.__getitem__, key="method"
    )
    return RunOptions(
        seconds=float(limit), workers=int(workers), seed=int(seed), method=method or "auto"
    )


def _weights(aim: str, usual: Weights) -> Weights:
    st.caption("Weights: whole numbers, a larger one matters more. A change counts at once.")
    given: dict[str, int] = {}
    columns = st.columns(2)
    for place, (name, label) in enumerate(LABELS.items()):
        box = columns[place % 2].number_input(
            label, 0, 1_000_000_000, getattr(usual, name), key=f"weight {aim} {usual} {name}"
        )
        given[name] = int(box)
    return replace(usual, **given)


def begins(row: ScenarioRow, scenario: Scenario) -> None:
    """Show when the plan starts, and let it start at another time."""
    start = scenario.clock.start
    with st.popover(f"Starts {start:%Y-%m-%d %H:%M}", icon=":material/event:"):
        tables = state.tables(row.id, row.version)
        is_given = "start" in settings_of(tables)
        st.caption("The data say so." if is_given else "The data do not say: this is assumed.")
        local = datetime.now(ZoneInfo(scenario.clock.time_zone)).replace(tzinfo=None)
        following = next_shift(tables, local)
        if st.button(f"Now: from the next shift, {following:%Y-%m-%d %H:%M}"):
            _start_at(row, tables, following)
        with st.form(f"start {row.id}", border=False):
            other = st.datetime_input("At another time", start, step=900, format="YYYY-MM-DD")
            if st.form_submit_button("Start then") and other is not None:
                _start_at(row, tables, other)


def _start_at(row: ScenarioRow, tables: Tables, start: datetime) -> None:
    made = with_settings(tables, start=start)
    store_edit(row, made, note=f"Start: {start:%Y-%m-%d %H:%M}")
    st.rerun()


def shown_run(scenario_id: int) -> RunRow | None:
    """Return the run that is looked at, else the newest one."""
    key = state.at("plan")
    if key is not None and key.isdecimal():
        try:
            run = state.store().run(int(key))
        except StoreError:
            state.go_to(plan=None)
            st.warning("This plan was deleted in another window.", icon=":material/link_off:")
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
            text = "being planned" if going else f"{cost}  \n{words.plain(said(run))}"
            of = "" if not state.has_changed(run) else f", of version {run.version} of the data"
            st.markdown(f"**Plan {run.id}**, {words.plain(state.aim(run))}{of}: {text}")
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
