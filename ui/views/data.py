"""Data: what is given, what is wrong with it, and every table to edit."""

import streamlit as st

from ui import state
from ui.parts.data import SECTIONS, findings, manage, section, show_first_fault, tools
from ui.parts.pickers import pick_scenario
from ui.parts.upload import upload

st.title("Data")
left, right = st.columns([3, 1], vertical_alignment="bottom")
with left:
    row = pick_scenario()
with right, st.popover("Rename or delete", icon=":material/edit:", width="stretch"):
    manage(row)
with st.expander("New scenario from files", icon=":material/upload:"):
    upload()

tables = state.tables(row.id)
findings(row)
show_first_fault(row)
tools(row, tables)
st.session_state.setdefault("section", next(iter(SECTIONS)))
name = st.segmented_control("Table", list(SECTIONS), required=True, key="section")
section(name or "Orders", row, tables)
