"""The Gantt chart with the selected batch beside it."""

from typing import Any

import streamlit as st

from ui import state, words
from ui.faults import errors_shown
from ui.gantt.component import gantt
from ui.parts.batch import batch_panel
from ui.plans import Plan, selected

CHART = "chart"


@st.fragment
def board(plan: Plan) -> None:
    """Show the chart and the batch; a click runs only this part again."""
    with errors_shown():
        _take_selection()
        left, right = st.columns([3, 1], gap="medium")
        with left:
            result = gantt(
                CHART,
                plan.chart,
                title=f"Schedule of {plan.scenario.name}: {len(plan.scenario.machines)} machines, "
                f"{len(plan.schedule.batches)} batches",
                selected=state.at("batch"),
            )
            _tell_move(plan, result["moved"])
        with right:
            batch_panel(plan, selected(plan, state.at("batch")))


def _take_selection() -> None:
    """Follow a click in the chart, which is newer than a row chosen in a table."""
    in_chart = st.session_state.get(CHART, {}).get("selected")
    if in_chart != st.session_state.get("chart-was"):
        st.session_state["chart-was"] = in_chart
        state.go_to(batch=in_chart)


def _tell_move(plan: Plan, moved: Any) -> None:
    """Say where a batch was dragged to; the schedule stays as it is."""
    if not isinstance(moved, dict):
        return
    st.session_state["last-move"] = moved
    when = words.moment(plan.scenario.clock, int(moved["start"]))
    st.info(
        f"You dragged batch {moved['batch']} to {moved['machine']}, {when}. "
        "Moving by hand is not part of this version: the plan is unchanged. "
        "To fix an order in place, pin it on the Data page.",
        icon=":material/info:",
    )
