"""What a run has found so far."""

from collections.abc import Sequence

import plotly.graph_objects as go

from planner.store import ProgressRow
from ui.colours import SERIES
from ui.figures.base import figure


def cost_and_bound(progress: Sequence[ProgressRow], now: float | None = None) -> go.Figure:
    """Return the best cost and the proven limit over the seconds of a run.

    `now` draws both lines on to the present second of a run that goes on.
    """
    made = figure(height=260, x="seconds", y="cost")
    times = [row.seconds for row in progress]
    ends = [max(now, times[-1])] if now is not None and times else []
    costs = [row.cost for row in progress]
    made.add_scatter(
        x=times + ends,
        y=costs + costs[-1:] * len(ends),
        name="best plan so far",
        mode="lines",
        line={"shape": "hv", "color": SERIES[0], "width": 3},
    )
    known = [row for row in progress if row.bound is not None]
    if known:
        bounds = [row.bound for row in known]
        made.add_scatter(
            x=[row.seconds for row in known] + ends,
            y=bounds + bounds[-1:] * len(ends),
            name="limit: no plan is below",
            mode="lines",
            line={"shape": "hv", "color": SERIES[1], "dash": "dash", "width": 2},
        )
    return made
