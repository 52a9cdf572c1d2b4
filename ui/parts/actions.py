"""What buttons do: open a scenario, start a run."""

import os
from typing import NoReturn

import streamlit as st

from planner.store import RunOptions
from ui import state
from ui.parts.empty import SCHEDULE
from ui.visitors import visitor

WANTED = "wanted page"
FIRST_PLAN = RunOptions(seconds=20.0, workers=min(2, os.cpu_count() or 1))


def open_planned(scenario_id: int) -> NoReturn:
    """Show the schedule of a scenario; one that was never planned is planned at once."""
    newest = state.newest_run(scenario_id)
    run = newest or state.store().start_run(scenario_id, FIRST_PLAN, visitor=visitor())
    state.go_to(scenario=str(scenario_id), plan=str(run.id))
    st.switch_page(SCHEDULE)


def go_to_page(page: str) -> NoReturn:
    """Show another page, from a part of this one that runs alone.

    The whole page runs first and follows. What a part that looks again by itself had just asked for
    would else come behind the other page, and empty it.
    """
    st.session_state[WANTED] = page
    st.rerun()


def follow() -> None:
    """Show the page that a part of this one has asked for, if one has."""
    if page := st.session_state.pop(WANTED, None):
        st.switch_page(page)
