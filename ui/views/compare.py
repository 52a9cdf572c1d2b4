"""Compare: several plans side by side, figure by figure and bar by bar."""

import streamlit as st

from ui.parts.comparing import charts, figures, moved, pick
from ui.parts.pickers import pick_scenario

st.title("Compare")
row = pick_scenario()
chosen = pick(row)
if len(chosen) < 2:
    st.info("Choose at least two plans to compare.", icon=":material/compare_arrows:")
    st.stop()
figures(chosen)
charts(chosen)
moved(chosen)
