"""Start: what this is, samples, upload, and what was looked at before."""

import streamlit as st

from ui.parts.actions import follow
from ui.parts.bin import bin_of_deleted
from ui.parts.first import recent, samples
from ui.parts.upload import has_files, upload

follow()
st.title("Batch planner")
st.markdown(
    "Decides which orders to make together, on which machine and when, so that changeovers cost "
    "less and due dates are kept. It shows what the plan saves, which orders are late, and how "
    "much better any plan could still be; everything stays on this computer."
)
# What is in uploaded files needs the whole width.
left, right = (st.container(), st.container()) if has_files() else st.columns([2, 3], gap="large")
with left:
    st.header("Plan your orders")
    upload()
    st.header("Recent scenarios")
    recent()
    bin_of_deleted()
with right:
    st.header("Or look at a sample")
    samples()
