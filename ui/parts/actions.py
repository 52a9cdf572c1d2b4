"""What buttons do: open a scenario, start a run."""

import os
from typing import NoReturn

import streamlit as st

from planner.reader import Tables
from planner.store import RunOptions
from ui import state
from ui.parts.empty import DATA, SCHEDULE
from ui.visitors import visitor

FIRST_PLAN = RunOptions(seconds=20.0, workers=min(2, os.cpu_count() or 1))


def open_planned(scenario_id: int) -> NoReturn:
    """Show the schedule of a scenario; one that was never planned is planned at once."""
    newest = state.newest_run(scenario_id)
    run = newest or state.store().start_run(scenario_id, FIRST_PLAN, visitor=visitor())
    state.go_to(scenario=str(scenario_id), plan=str(run.id))
    st.switch_page(SCHEDULE)


def save_new(name: str, tables: Tables) -> NoReturn:
    """Store uploaded tables as a scenario and show its data."""
    row = state.store().add_scenario(name, tables)
    state.go_to(scenario=str(row.id))
    st.switch_page(DATA)


def save_changed(scenario_id: int, tables: Tables) -> None:
    """Store edited tables in place of a scenario; one with plans stays, for its plans."""
    store = state.store()
    name = store.scenario_row(scenario_id).name
    row = store.add_scenario(name, tables)
    if not store.runs(scenario_id):
        store.delete_scenario(scenario_id)
    state.go_to(scenario=str(row.id))
    st.toast("Saved.", icon=":material/check:")
