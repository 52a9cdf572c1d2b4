"""What all charts have in common."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from ui.colours import SERIES

# Passed to every chart on a page: no tool bar, no wheel trap while scrolling.
CONFIG: Mapping[str, Any] = {"displayModeBar": False, "scrollZoom": False}


def drawn(text: str) -> str:
    """Return text as a chart draws it letter by letter; Plotly reads `<b>` and `&lt;` as markup."""
    return escape(text, quote=False)


def series_colours(names: Sequence[str]) -> dict[str, str]:
    """Return a colour for each plan of a comparison, the same in all charts of a page."""
    return {name: SERIES[place % len(SERIES)] for place, name in enumerate(names)}


def figure(*, height: int = 280, x: str = "", y: str = "") -> go.Figure:
    """Return an empty chart with the axes' titles; its colours come from the page's theme."""
    made = go.Figure()
    made.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="x unified",
        bargap=0.25,
        separators=".,",
    )
    made.update_xaxes(title_text=x, automargin=True, fixedrange=True)
    made.update_yaxes(title_text=y, automargin=True, rangemode="tozero", fixedrange=True)
    return made
