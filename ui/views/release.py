"""Release: which batch size and which waiting time to run, when orders keep arriving."""

import numpy as np
import streamlit as st

from planner.release.arrivals import Generated, Replay, Source
from planner.release.frontier import frontier, sensitivity
from planner.release.naming import usual_policies
from planner.release.simulation import Laboratory
from ui import state
from ui.figures import release as figures
from ui.figures.base import CONFIG
from ui.parts.pickers import pick_scenario
from ui.tables.release import policy_table

st.title("Release")
row = pick_scenario()
scenario = state.scenario(row.id)
with st.form("arrivals"):
    replay = st.toggle("Replay the file's orders at their releases", value=False)
    orders = st.number_input("Orders to draw", 100, 100_000, 2000, step=100)
    rate = st.number_input("Orders per hour", 0.01, 10_000.0, 1.0)
    seed = st.number_input("Seed", 0, 10_000, 0)
    if not st.form_submit_button("Simulate", type="primary"):
        st.stop()
source: Source = Replay() if replay else Generated(orders=int(orders), per_hour=float(rate))
arrivals = source.draw(scenario, np.random.default_rng(int(seed)))
with st.spinner("Simulating 200 settings"):
    found = frontier(scenario, arrivals)
st.success(f"Recommended: {found.reason}")
st.plotly_chart(figures.balance(found), key="balance", config=dict(CONFIG))
laboratory = Laboratory(scenario, arrivals)
policies = usual_policies(scenario, found.knee.setting)
st.dataframe(policy_table({each.name: laboratory.run(each).measures for each in policies}))
rows = sensitivity(scenario, arrivals, found.knee.setting)
st.plotly_chart(figures.by_rate(rows), key="by rate", config=dict(CONFIG))
