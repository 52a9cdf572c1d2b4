"""What the release service does, in words, and how to start and stop it on this computer."""

import streamlit as st

from planner.service import (
    PORT,
    ServiceNote,
    ServiceState,
    is_here,
    start_service,
    stop_service,
)
from planner.store import Store
from ui import state
from ui.faults import errors_shown

STEPS = """
1. **Orders come in** as they arrive: your ERP or MES sends each one to the service.
2. **They are collected** per family and group of machines: what can be made together waits.
3. **A batch is released** when enough orders wait, or the first has waited long enough.
4. **You see it here**, two seconds later: what waits, what was released, and what was handed over.
"""
ADDRESS = f"http://127.0.0.1:{PORT}/orders"
EXAMPLE = '{"order_id": "A-1", "family": "red", "quantity": 5}'
COMMAND = """planner release serve --policy timeout --size 50 --wait 1800 \\
    --publish https://mes.example/batches"""


def explain() -> None:
    """Say what the service does."""
    st.markdown(STEPS)
    with st.expander("For those who connect another system"):
        st.markdown("Each order is sent as JSON, by POST, to")
        st.code(ADDRESS, language=None)
        st.code(EXAMPLE, language="json")
        st.markdown("The service can also be started in a terminal, with more settings:")
        st.code(COMMAND, language="sh", wrap_lines=True)
        st.caption("It uses the database of this dashboard unless --database names another.")


def start_form() -> None:
    """Show the two settings and the button that starts the service."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("Start when so many wait", 1, 100_000, 50, key="service size")
        st.number_input("or after (minutes)", 1, 100_000, 30, key="service wait")
        st.button(
            "Start on this computer",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            key="start the service",
        )


def stop_button(store: Store, note: ServiceNote) -> None:
    """Show the button that stops a service of this computer."""
    if note.state != ServiceState.RUNNING:
        return
    if not is_here(store):
        st.caption("It runs on another computer, and is stopped there.")
        return
    st.button("Stop the service", icon=":material/stop:", on_click=_stop, key="stop the service")


def _start() -> None:
    with errors_shown():
        start_service(
            state.store(),
            size=int(st.session_state["service size"]),
            wait_seconds=60 * float(st.session_state["service wait"]),
        )
        st.toast("Starting: it shows up here in a few seconds.")


def _stop() -> None:
    with errors_shown():
        stop_service(state.store())
        st.toast("Stopping: what waits is kept.")
