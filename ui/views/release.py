"""Release: which batch size and which waiting time to run, and the service that runs them."""

import streamlit as st

from ui.parts.laboratory import laboratory
from ui.parts.live import live_service

WHAT_IF, LIVE = "What if", "Live service"

st.title("Release")
shown = st.segmented_control(
    "Show",
    (WHAT_IF, LIVE),
    default=WHAT_IF,
    required=True,
    key="show",
    bind="query-params",
)
if shown == LIVE:
    live_service()
else:
    laboratory()
