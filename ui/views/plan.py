"""Plan: how to plan, and a run as it goes."""

import streamlit as st

from planner.errors import ScenarioError
from ui import state, words
from ui.parts.empty import DATA, SCHEDULE
from ui.parts.levers import what_if
from ui.parts.pickers import is_outdated, pick_scenario
from ui.parts.planning import history, plan_form, shown_run
from ui.parts.running import live

st.title("Plan")
row = pick_scenario()
try:
    scenario = state.scenario(row.id)
except ScenarioError as error:
    st.error(f"{words.count(len(error.findings), 'problem')} to fix before this can be planned.")
    st.page_link(DATA, label="See them on the Data page", icon=":material/arrow_forward:")
    st.stop()

what_if(row, scenario)
started = plan_form(row, scenario)
if started is not None:
    state.go_to(plan=str(started.id))
run = shown_run(row.id)
if run is None:
    orders = words.count(len(scenario.orders), "order")
    st.info(f"{orders}, {words.count(len(scenario.machines), 'machine')}: ready. Press Plan.")
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    st.subheader(f"Plan {run.id}, {state.aim(run)}")
    st.page_link(SCHEDULE, label="Open the schedule", icon=":material/view_timeline:")
is_outdated(str(run.id))
live(run.id)
history(row.id)
