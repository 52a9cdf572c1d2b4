"""Charts of the release laboratory."""

from collections.abc import Sequence

import plotly.graph_objects as go

from planner.simulation import Frontier, Measures
from ui.colours import SERIES
from ui.figures.base import figure


def balance(found: Frontier) -> go.Figure:
    """Return flow time against throughput: all settings, the frontier, the knee."""
    made = figure(height=380, x="orders per hour the machines could make", y="flow time, hours")
    made.update_layout(hovermode="closest")
    made.add_scatter(
        x=[point.capacity for point in found.points],
        y=[point.flow for point in found.points],
        text=[point.setting.name for point in found.points],
        mode="markers",
        name="all settings",
        marker={"color": SERIES[0], "opacity": 0.3},
    )
    made.add_scatter(
        x=[point.capacity for point in found.best],
        y=[point.flow for point in found.best],
        text=[point.setting.name for point in found.best],
        mode="lines+markers",
        name="frontier",
        line={"color": SERIES[0]},
    )
    made.add_scatter(
        x=[found.knee.capacity],
        y=[found.knee.flow],
        text=[found.knee.setting.name],
        mode="markers",
        name="recommended",
        marker={"color": SERIES[1], "size": 16, "symbol": "star"},
    )
    made.update_xaxes(rangemode="normal")
    return made


def by_rate(rows: Sequence[tuple[float, Measures]]) -> go.Figure:
    """Return mean and 95th percentile of flow time over the arrival rate."""
    made = figure(x="arrival rate, times the present", y="flow time, hours")
    factors = [factor for factor, _ in rows]
    for name, values, colour in (
        ("mean", [measures.flow for _, measures in rows], SERIES[0]),
        ("95 %", [measures.flow_95 for _, measures in rows], SERIES[1]),
    ):
        made.add_scatter(x=factors, y=values, mode="lines+markers", name=name, line_color=colour)
    return made
