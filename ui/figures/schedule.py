"""The Gantt chart as a Plotly figure, for a file that opens anywhere."""

import plotly.graph_objects as go

from planner.schedule import Batch
from ui import words
from ui.colours import Fill, family_fills
from ui.figures.base import figure
from ui.loads import load_text
from ui.plans import Plan

# The patterns of `ui.colours`, as Plotly names them.
SHAPES = ("", ".", "|", "-")


def gantt_figure(plan: Plan) -> go.Figure:
    """Return batches by family and hatched changeovers, a row per machine."""
    made = figure(height=140 + 60 * len(plan.scenario.machines))
    for family, look in family_fills(plan.scenario.families).items():
        batches = [batch for batch in plan.schedule.batches if batch.family == family]
        if batches:
            made.add_trace(_family_bars(plan, family, look, batches))
    made.add_trace(_changeover_bars(plan))
    names = list(plan.scenario.machine)
    made.update_layout(barmode="overlay", hovermode="closest", title_text=plan.scenario.name)
    made.update_xaxes(type="date", fixedrange=False)
    made.update_yaxes(type="category", categoryorder="array", categoryarray=names[::-1])
    return made


def _family_bars(plan: Plan, family: str, look: Fill, batches: list[Batch]) -> go.Bar:
    return go.Bar(
        name=family,
        orientation="h",
        y=[batch.machine for batch in batches],
        base=[_local(plan, batch.start) for batch in batches],
        x=[_milliseconds(plan, batch.start, batch.end) for batch in batches],
        customdata=[_told(plan, batch) for batch in batches],
        hovertemplate="%{customdata}<extra></extra>",
        marker={
            "color": look.fill,
            "line": {"color": "#14191f", "width": 0.6},
            "pattern": {"shape": SHAPES[look.pattern], "fgcolor": look.ink, "size": 6},
        },
    )


def _changeover_bars(plan: Plan) -> go.Bar:
    runs = [run for run in plan.changeovers.values() if run.minutes]
    return go.Bar(
        name="changeover",
        orientation="h",
        y=[run.machine for run in runs],
        base=[_local(plan, run.start) for run in runs],
        x=[_milliseconds(plan, run.start, run.end) for run in runs],
        customdata=[f"{run.from_family} → {run.to_family}" for run in runs],
        hovertemplate="changeover %{customdata}<extra></extra>",
        marker={
            "color": "#ffffff",
            "line": {"color": "#14191f", "width": 0.6},
            "pattern": {"shape": "/", "fgcolor": "#14191f", "size": 5},
        },
    )


def _local(plan: Plan, units: int) -> str:
    return plan.scenario.clock.local(units).replace(tzinfo=None).isoformat()


def _milliseconds(plan: Plan, start: int, end: int) -> float:
    """Return the length on the wall clock, on which the axis runs."""
    clock = plan.scenario.clock
    lasting = clock.local(end).replace(tzinfo=None) - clock.local(start).replace(tzinfo=None)
    return lasting.total_seconds() * 1000


def _told(plan: Plan, batch: Batch) -> str:
    clock = plan.scenario.clock
    parts = [
        f"{batch.machine}: {batch.family}",
        f"{words.moment(clock, batch.start)} to {words.moment(clock, batch.end)}",
        words.count(len(batch.placements), "order"),
        load_text(plan.scenario, batch),
    ]
    # Plotly reads a few tags; names from files must not become any.
    return "<br>".join(part.replace("<", "‹").replace(">", "›") for part in parts if part)
