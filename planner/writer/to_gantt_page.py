"""A schedule as a Gantt chart on a page of its own that needs no network, drawn by Plotly."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Any

from planner.domain import Scenario
from planner.kpis import worked_parts
from planner.schedule import Schedule
from planner.writer.cell_text import local_time
from planner.writer.handover import (
    CHANGEOVER_COLOUR,
    CLOSED_COLOUR,
    NO_COLOURS,
    UPKEEP_COLOUR,
    Handover,
)

PLOTLY_PATTERNS = ("", ".", "|", "-")
# Machine, start, end, words.
Bar = tuple[str, int, int, str]
PAGE_STYLE = "body{font:14px/1.4 system-ui,sans-serif;margin:16px;color:#14191f}h1{font-size:20px}"


def gantt_html(
    scenario: Scenario,
    schedule: Schedule,
    *,
    run: str = "",
    colours: Mapping[str, str] = NO_COLOURS,
) -> str:
    """Return the Gantt chart as a page of its own: zoom, hover, no network."""
    # Needed only here, and slow to import.
    from plotly.graph_objects import Figure
    from plotly.io import to_html

    handover = Handover(scenario=scenario, schedule=schedule, run=run, chosen_colours=colours)
    figure = Figure(data=traces(handover), layout=_layout(handover))
    chart = to_html(figure, include_plotlyjs=True, full_html=False, config={"displaylogo": False})
    facts = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in handover.facts.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(scenario.name)}</title><style>{PAGE_STYLE}</style></head><body>"
        f"<h1>{escape(scenario.name)}</h1>{chart}<dl>{facts}</dl></body></html>\n"
    )


def traces(handover: Handover) -> list[dict[str, Any]]:
    """Return the bars as Plotly traces: closed time, upkeep, changeovers, family by family."""
    bars: dict[str | None, list[Bar]] = {}
    for machine in handover.scenario.machine:
        for number, batch, run in handover.batches(machine):
            if run is not None and run.minutes:
                told = f"{run.from_family} → {run.to_family}"
                bars.setdefault(None, []).extend(
                    (machine, *part, told) for part in worked_parts(handover.scenario, run)
                )
            orders = ", ".join(map(handover.title, batch.operations))
            told = f"batch {number}: {batch.family} ({orders[:300]})"
            bars.setdefault(batch.family, []).append((machine, batch.start, batch.end, told))
    return [
        _closed(handover),
        *_upkeep(handover),
        *(_trace(handover, name, bars[name]) for name in (None, *handover.looks) if name in bars),
    ]


def _upkeep(handover: Handover) -> Iterator[dict[str, Any]]:
    """Yield the bars of upkeep, where there is any."""
    bars = [
        (machine, *part, handover.upkeep_title(upkeep))
        for machine in handover.scenario.machine
        for upkeep in handover.schedule.upkeeps_on(machine)
        for part in worked_parts(handover.scenario, upkeep)
    ]
    if bars:
        yield _drawn(handover, bars, "upkeep", {"color": UPKEEP_COLOUR, "pattern": {"shape": "x"}})


def _closed(handover: Handover) -> dict[str, Any]:
    """Return closed time as wide grey bars behind all others."""
    gaps = [
        (machine, start, end)
        for machine in handover.scenario.machine
        for start, end in handover.closed(machine)
    ]
    return {
        **_places(handover, gaps),
        "name": "closed",
        "width": 0.98,
        "hoverinfo": "skip",
        "marker": {"color": CLOSED_COLOUR},
    }


def _places(handover: Handover, bars: Sequence[tuple[str, int, int]]) -> dict[str, Any]:
    """Return bars as Plotly wants them: from a local time on, as long as they last."""
    clock = handover.scenario.clock
    unit = timedelta(minutes=1) / clock.units_per_minute / timedelta(milliseconds=1)
    return {
        "type": "bar",
        "orientation": "h",
        "y": [escape(machine) for machine, _, _ in bars],
        "base": [clock.local(start).replace(tzinfo=None).isoformat() for _, start, _ in bars],
        "x": [(end - start) * unit for _, start, end in bars],
    }


def _trace(handover: Handover, family: str | None, bars: Sequence[Bar]) -> dict[str, Any]:
    marker: dict[str, Any] = {"color": CHANGEOVER_COLOUR, "pattern": {"shape": "/"}}
    if family is not None:
        look = handover.looks[family]
        marker = {"color": look.fill, "pattern": {"shape": PLOTLY_PATTERNS[look.pattern]}}
    return _drawn(handover, bars, "changeover" if family is None else escape(family), marker)


def _drawn(
    handover: Handover, bars: Sequence[Bar], name: str, marker: Mapping[str, Any]
) -> dict[str, Any]:
    clock = handover.scenario.clock
    return {
        **_places(handover, [bar[:3] for bar in bars]),
        "name": name,
        "text": [
            f"{escape(told)}<br>{local_time(clock, start)} – {local_time(clock, end)}"
            for _, start, end, told in bars
        ],
        "textposition": "none",
        "hovertemplate": "%{y}<br>%{text}<extra></extra>",
        "marker": {**marker, "line": {"color": "#14191f", "width": 0.5}},
    }


def _layout(handover: Handover) -> dict[str, Any]:
    machines = [escape(machine) for machine in handover.scenario.machine]
    return {
        "barmode": "overlay",
        "template": "plotly_white",
        "height": 180 + 34 * len(machines),
        "xaxis": {"type": "date", "title": {"text": f"local time, {handover.facts['Time zone']}"}},
        "yaxis": {"categoryorder": "array", "categoryarray": machines[::-1], "automargin": True,
                  "type": "category"},
        "legend": {"title": {"text": "family"}},
    }  # fmt: skip
