"""What pages show when there is nothing to show yet."""

import streamlit as st

SCHEDULE, PLAN, DATA = "views/schedule.py", "views/plan.py", "views/data.py"


def no_scenario() -> None:
    """Say how to get a first scenario."""
    with st.container(border=True):
        st.subheader("No scenario yet")
        st.write("Upload the order file that your ERP exports, or open a sample.")
        st.page_link("views/start.py", label="Go to Start", icon=":material/arrow_forward:")


def no_plan() -> None:
    """Say how to get a first plan."""
    with st.container(border=True):
        st.subheader("Not planned yet")
        st.write("Planning takes half a minute and shows its best schedule as it goes.")
        st.page_link(PLAN, label="Go to Plan", icon=":material/arrow_forward:")
