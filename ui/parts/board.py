"""The Gantt chart with the selected batch beside it."""

from typing import Any

import streamlit as st

from ui import state, words
from ui.faults import errors_shown
from ui.gantt.component import gantt
from ui.gantt.payload import with_colours
from ui.parts.batch import batch_panel
from ui.parts.family_colours import choose_colours
from ui.plans import Plan, selected

CHART = "chart"


@st.fragment
def board(plan: Plan) -> None:
    """Show the chart and the batch; a click runs only this part again."""
    with errors_shown():
        _take_selection()
        chosen = state.family_colours()
        left, right = st.columns([3, 1], gap="medium")
        with left:
            result = gantt(
                CHART,
                with_colours(plan.chart, plan.scenario, chosen),
                title=words.schedule_of(
                    plan.scenario.name, len(plan.scenario.machines), len(plan.schedule.batches)
                ),
                selected=state.at("batch"),
            )
            _tell_move(plan, result["moved"])
            choose_colours(plan.scenario.families, chosen)
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
