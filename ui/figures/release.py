"""Charts of the release policies."""

from collections.abc import Sequence

import plotly.graph_objects as go

from planner.simulation import Frontier, Measures, in_words
from ui.colours import SERIES
from ui.figures.base import figure


def balance(found: Frontier) -> go.Figure:
    """Return flow time against orders per hour: all settings, the frontier, the knee."""
    made = figure(height=380, x="orders per hour the machines could make", y="lead time, hours")
    made.update_layout(hovermode="closest")
    made.add_scatter(
        x=[point.capacity for point in found.points],
        y=[point.flow for point in found.points],
        text=[in_words(point.setting) for point in found.points],
        mode="markers",
        name="all that were tried",
        marker={"color": SERIES[0], "opacity": 0.3},
    )
    made.add_scatter(
        x=[point.capacity for point in found.best],
        y=[point.flow for point in found.best],
        text=[in_words(point.setting) for point in found.best],
        mode="lines+markers",
        name="the best of them",
        line={"color": SERIES[0]},
    )
    made.add_scatter(
        x=[found.knee.capacity],
        y=[found.knee.flow],
        text=[in_words(found.knee.setting)],
        mode="markers",
        name="the balance",
        marker={"color": SERIES[1], "size": 16, "symbol": "star"},
    )
    made.update_xaxes(rangemode="normal")
    return made


def by_rate(rows: Sequence[tuple[float, Measures]]) -> go.Figure:
    """Return mean and 95th percentile of flow time over the arrival rate."""
    made = figure(x="arrival rate, times the present", y="lead time, hours")
    factors = [factor for factor, _ in rows]
    for name, values, colour in (
        ("mean", [measures.flow for _, measures in rows], SERIES[0]),
        ("95 %", [measures.flow_95 for _, measures in rows], SERIES[1]),
    ):
        made.add_scatter(x=factors, y=values, mode="lines+markers", name=name, line_color=colour)
    return made
