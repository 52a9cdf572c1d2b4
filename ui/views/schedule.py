"""The schedule: what is saved, what is late, the chart, and every batch and order."""

import streamlit as st

from ui import state, words
from ui.cards import cards_html, headline
from ui.parts.board import board
from ui.parts.empty import no_plan
from ui.parts.listings import listings
from ui.parts.pickers import pick_plan, pick_scenario
from ui.parts.running import said, strip

st.title("Schedule")
left, right = st.columns(2)
with left:
    row = pick_scenario()
with right:
    key = pick_plan(row.id)

run = state.newest_run(row.id)
going = run if run is not None and not run.state.is_final else None
if key is None or (going is not None and going.cost is None and state.at("plan") == str(going.id)):
    if going is None:
        no_plan()
        st.stop()
    strip(going, None)
    st.info("The first plan comes in a few seconds.", icon=":material/hourglass_top:")
    st.stop()

plan = state.plan(row.id, key)
if plan is None:
    no_plan()
    st.stop()
if going is not None and str(going.id) == key:
    strip(going, going.cost)
elif run is not None and str(run.id) == key and run.state not in ("finished",):
    st.warning(said(run))

st.html(cards_html(headline(plan, state.reference(plan, row.id))))
limit = words.changeover_bound(state.least_changeover_hours(row.id), plan.kpis.changeover_hours)
shown = state.store().run(int(key)) if key.isdecimal() else None
st.markdown(limit + (" " + words.quality(shown.status, shown.cost, shown.bound) if shown else ""))
board(plan)
listings(plan)
if plan.scenario.assumptions:
    with st.expander(f"What was assumed ({len(plan.scenario.assumptions)})"):
        for assumption in plan.scenario.assumptions:
            st.text(f"• {assumption}")
