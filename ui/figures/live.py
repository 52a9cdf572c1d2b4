"""Charts of the live release service."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from ui import words
from ui.colours import SERIES
from ui.figures.base import figure
from ui.tables.live import local, minutes

# Shapes beside colours: a reason is never told by colour alone.
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "cross")


def first_waits(rows: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Return how long the first order of each released batch waited, by reason of release."""
    made = figure(height=260, y="first order waited, min")
    made.update_layout(hovermode="closest", showlegend=True)
    for place, reason in enumerate(sorted({str(row["reason"]) for row in rows})):
        own = [row for row in rows if row["reason"] == reason]
        made.add_scatter(
            x=[local(row["released"]) for row in own],
            y=[minutes(row["first_wait_seconds"]) for row in own],
            text=[f"batch {row['number']}, {words.count(row['orders'], 'order')}" for row in own],
            mode="markers",
            name=reason,
            marker={
                "color": SERIES[place % len(SERIES)],
                "symbol": SYMBOLS[place % len(SYMBOLS)],
                "size": 8,
            },
        )
    return made
