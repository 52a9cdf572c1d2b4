"""Release: which batch size and which waiting time to run, and the service that runs them."""

import streamlit as st

from ui.parts.laboratory import laboratory
from ui.parts.live import live_service

LABORATORY, LIVE = "Laboratory", "Live service"

st.title("Release")
shown = st.segmented_control(
    "Show",
    (LABORATORY, LIVE),
    default=LABORATORY,
    required=True,
    key="show",
    bind="query-params",
)
if shown == LIVE:
    live_service()
else:
    laboratory()
