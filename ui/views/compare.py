"""Compare: several plans side by side, figure by figure and bar by bar."""

import streamlit as st

from ui.parts.comparing import charts, figures, money, moved, pick
from ui.parts.pickers import pick_scenario
from ui.parts.prices import ask_prices
from ui.parts.reporting import report_downloads

st.title("Compare")
row = pick_scenario()
chosen = pick(row)
if len(chosen) < 2:
    st.info("Choose at least two plans to compare.", icon=":material/compare_arrows:")
    st.stop()
figures(chosen)
prices = ask_prices()
money(chosen, prices)
report_downloads(chosen[0], chosen[1], prices)
charts(chosen)
moved(chosen)
