"""The schedule: what is saved, what is late, the chart, and every batch and order."""

import streamlit as st

from planner.store import RunState
from ui import state, steps, words
from ui.cards import cards_html, headline
from ui.parts.board import board, look_for_others
from ui.parts.daily import daily
from ui.parts.empty import no_plan
from ui.parts.listings import listings
from ui.parts.orders_board import orders_board
from ui.parts.pickers import pick_plan, pick_scenario
from ui.parts.running import COMING, ended, strip, was_watched

st.title("Schedule")
left, right = st.columns(2)
with left:
    row = pick_scenario()
with right:
    key = pick_plan(row.id)

run = state.run_of(key)
if run is not None and not run.state.is_final and run.cost is None:
    strip(run, None)
    st.html(cards_html(COMING))
    st.info("The first plan comes in a few seconds.", icon=":material/hourglass_top:")
    st.stop()
plan = None if key is None else state.plan(row.id, key)
if plan is None:
    no_plan()
    st.stop()
if run is not None and not run.state.is_final:
    strip(run, run.cost)
elif run is not None and (was_watched(run) or run.state != RunState.FINISHED):
    ended(run)

st.html(cards_html(headline(plan, state.reference(plan, row.id))))
changed = steps.in_words(row.id, str(key))
if changed:
    # Bounds are of the plan as it was made.
    st.caption(changed)
else:
    limit = words.changeover_bound(
        state.least_changeover_hours(row.id, plan.version), plan.kpis.changeover_hours
    )
    st.markdown(limit + (" " + words.quality(run.status, run.cost, run.bound) if run else ""))
is_final = run is None or run.state.is_final
board(plan, row.id, str(key), is_final=is_final)
if is_final:
    look_for_others(row.id, str(key))
    daily(plan, row.id, str(key))
orders_board(plan)
listings(plan)
if plan.scenario.assumptions:
    with st.expander(f"What was assumed ({len(plan.scenario.assumptions)})"):
        for assumption in plan.scenario.assumptions:
            st.text(f"• {assumption}")
