"""The Gantt chart on a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.gantt.payload import Payload

# In the order in which one uses the other; together they are one script.
SCRIPTS = (
    # What is known, and how it is drawn.
    *("clock.js", "fills.js", "groups.js", "model.js", "load.js", "supply.js", "ways.js"),
    *("inside.js", "carry.js", "upkeep.js", "paint.js", "overview.js", "printing.js", "menu.js"),
    # What can be done with it.
    *("drawing.js", "zooming.js", "hovering.js", "carrying.js", "legend.js", "waiting.js"),
    *("acting.js", "pointing.js", "keying.js", "chart.js"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A chart beside others: those of one `group` are low and show the same time.

    Those that `follow` have no buttons of their own.
    """

    group: str
    follows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A chart in which batches can be moved; `on_asked` is called when something is asked.

    While it is not ready its buttons are there, but do nothing. `undo` and `redo` say whether there
    is something to take back or do again. `said` is what is told of the last change: its `text`,
    whether it was `refused`, `buttons` as pairs of words and what they ask, what `escape` asks, and
    the `former` places of what moved, as machine, start and end one after the other.
    """

    on_asked: Callable[[], None]
    is_ready: bool = True
    undo: bool = False
    redo: bool = False
    said: Mapping[str, Any] | None = None


def gantt(
    key: str,
    drawn: Payload,
    *,
    title: str,
    selected: str | None = None,
    beside: Beside | None = None,
    hand: Hand | None = None,
) -> Mapping[str, Any]:
    """Show a chart and return what happened to it.

    `selected` is the batch selected in the chart, as `machine:number`, or None. `asked` is there
    for one run after something was asked: `what` is to be done, and to which operations.
    """
    data = {
        **drawn,
        "title": title,
        "selected": selected,
        "group": beside.group if beside else "",
        "compact": beside is not None,
        "follows": beside is not None and beside.follows,
        "hand": {"undo": hand.undo, "redo": hand.redo} if hand and hand.is_ready else None,
        "steps": hand is not None,
        "said": dict(hand.said) if hand and hand.said else None,
    }
    result = _renderer()(
        key=key,
        data=data,
        default={"selected": selected},
        on_selected_change=_nothing,
        on_asked_change=hand.on_asked if hand else _nothing,
    )
    return {"selected": result.get("selected"), "asked": result.get("asked")}


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
