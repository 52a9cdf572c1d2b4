"""The Gantt chart with the selected batch beside it; batches are moved in it by hand."""

import streamlit as st

from planner.changes import Standing
from ui import state, steps, words
from ui.faults import errors_shown
from ui.gantt.component import Hand, gantt
from ui.gantt.payload import with_colours
from ui.parts import moving
from ui.parts.batch import batch_panel
from ui.parts.change_forms import change_forms
from ui.parts.family_colours import choose_colours
from ui.plans import Plan, selected
from ui.steps import Basis

CHART = "chart"
# A chart whose plan is still being made.
NOT_YET = Hand(on_asked=lambda: None, is_ready=False)
# Seconds after which a page looks whether another planner has changed its schedule.
LOOK = 4.0


@st.fragment
def board(plan: Plan, scenario_id: int, key: str, *, is_final: bool) -> None:
    """Show the chart and the batch; what is done in it runs only this part again.

    Nothing is moved while planning goes on: the next improvement would replace it.
    """
    with errors_shown():
        if st.session_state.pop(moving.AGAIN, False):
            st.rerun()
        if not is_final:
            _chart(plan, None)
            return
        place = steps.place(scenario_id, key, plan)
        moving.tell_of_others(place)
        waiting = moving.proposed(place)
        if waiting is None:
            _chart(plan, place, place.standing)
        else:
            _chart(waiting.plan, place, waiting.standing)


def _chart(shown: Plan, place: Basis | None, standing: Standing | None = None) -> None:
    _take_selection()
    chosen = state.family_colours()
    left, right = st.columns([3, 1], gap="medium")
    with left:
        gantt(
            CHART,
            with_colours(shown.chart, shown.scenario, chosen),
            title=words.schedule_of(
                shown.scenario.name, len(shown.scenario.machines), len(shown.schedule.batches)
            ),
            selected=state.at("batch"),
            hand=NOT_YET if place is None else _hand(place),
        )
        choose_colours(shown.scenario.families, chosen)
    with right:
        batch_panel(shown, selected(shown, state.at("batch")), standing)
        if place is not None:
            change_forms(place, shown, selected(shown, state.at("batch")))


def _hand(place: Basis) -> Hand:
    def asked() -> None:
        found = st.session_state.get(CHART, {}).get("asked")
        if isinstance(found, dict):
            moving.take(place, found)

    return Hand(
        on_asked=asked,
        undo=place.number > 1 or moving.proposed(place) is not None,
        redo=moving.can_redo(place),
        said=moving.said(),
    )


@st.fragment(run_every=LOOK)
def look_for_others(scenario_id: int, key: str) -> None:
    """Load the page again when another planner has changed the schedule."""
    before = steps.seen(scenario_id, key)
    if before is not None and before != steps.number_in_force(scenario_id, key):
        st.rerun()


def _take_selection() -> None:
    """Follow a click in the chart, which is newer than a row chosen in a table."""
    in_chart = st.session_state.get(CHART, {}).get("selected")
    if in_chart != st.session_state.get("chart-was"):
        st.session_state["chart-was"] = in_chart
        state.go_to(batch=in_chart)
