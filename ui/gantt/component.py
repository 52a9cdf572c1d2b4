"""The Gantt chart on a page."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.gantt.payload import Payload

# In the order in which one uses the other; together they are one script.
SCRIPTS = ("clock.js", "fills.js", "model.js", "ways.js", "paint.js", "chart.js")


def gantt(
    key: str,
    drawn: Payload,
    *,
    title: str,
    selected: str | None = None,
    group: str = "",
    follows: bool = False,
) -> Mapping[str, Any]:
    """Show a chart and return what happened to it.

    `selected` is the batch selected in the chart, as `machine:number`, or None. `moved` is there
    for one run after a batch was dragged: its key, the machine and the start it was dropped at.
    Charts of one `group` are low and show the same time; those that `follows` have no buttons of
    their own.
    """
    data = {
        **drawn,
        "title": title,
        "selected": selected,
        "group": group,
        "compact": bool(group),
        "follows": follows,
    }
    result = _renderer()(
        key=key,
        data=data,
        default={"selected": selected},
        on_selected_change=_nothing,
        on_moved_change=_nothing,
    )
    return {"selected": result.get("selected"), "moved": result.get("moved")}


@cache
def _renderer() -> ComponentRenderer:
    return st.components.v2.component(
        "batch_planner_gantt",
        html=_text("gantt.html"),
        css=_text("gantt.css"),
        js="\n".join(_text(f"scripts/{name}") for name in SCRIPTS),
    )


def _text(name: str) -> str:
    return files("ui.gantt").joinpath(name).read_text(encoding="utf-8")


def _nothing() -> None:
    """Do nothing: the page runs again anyway."""
