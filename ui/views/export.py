"""Export: the plan as files, for programs, for spreadsheets and for the shop floor."""

import streamlit as st

from ui import state
from ui.parts.empty import no_plan
from ui.parts.files import Handout, downloads
from ui.parts.pickers import pick_plan, pick_scenario

st.title("Export")
left, right = st.columns(2)
with left:
    row = pick_scenario()
with right:
    key = pick_plan(row.id)
plan = None if key is None else state.plan(row.id, key)
if plan is None:
    no_plan()
    st.stop()
run = key if key is not None and key.isdecimal() else ""
handout = Handout(
    plan=plan,
    tables=state.tables(row.id, plan.version),
    run=run,
    colours=state.family_colours(),
)
downloads(handout)
