"""Keeps a click from overtaking what was just typed into a table."""

from functools import cache
from importlib.resources import files

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer


def guard() -> None:
    """Watch over the tables of this page; shows nothing."""
    _renderer()(key="guard", height="content")


@cache
def _renderer() -> ComponentRenderer:
    script = files("ui.guard").joinpath("guard.js").read_text(encoding="utf-8")
    return st.components.v2.component("batch_planner_guard", html="<span></span>", js=script)
