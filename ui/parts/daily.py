"""What a planner does with a plan day by day, below the chart."""

from collections.abc import Callable, Mapping

import streamlit as st

from ui import steps
from ui.faults import errors_shown
from ui.parts import moving
from ui.parts.happened import PANEL, REPLAN, happened
from ui.parts.promising import promising
from ui.parts.replanning import replanning
from ui.parts.versions import versions
from ui.parts.why import why
from ui.plans import Plan
from ui.steps import Basis

WHY = "Why"
PANELS: Mapping[str, Callable[[Basis], None]] = {
    "What has happened": happened,
    REPLAN: replanning,
    WHY: why,
    "Promise": promising,
    "Versions": versions,
}


def daily(plan: Plan, scenario_id: int, key: str) -> None:
    """Show one of the panels, if any is chosen."""
    if st.session_state.get(moving.ASKING):
        st.session_state[PANEL] = WHY
    chosen = st.segmented_control("Work on the plan", list(PANELS), key=PANEL)
    if chosen is None:
        return
    with errors_shown(), st.container(border=True):
        PANELS[chosen](steps.place(scenario_id, key, plan))
