"""A schedule as a Gantt chart: PNG and SVG, drawn by Matplotlib."""

import io
import warnings
from collections.abc import Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo

from planner.domain import Scenario
from planner.kpis import worked_parts
from planner.schedule import Batch, Schedule
from planner.writer.handover import (
    CHANGEOVER_COLOUR,
    CLOSED_COLOUR,
    NO_COLOURS,
    UPKEEP_COLOUR,
    Handover,
    visible,
)

MOST_FAMILIES_IN_LEGEND = 24
LONGEST_LABEL = 32  # characters
TALLEST = 60.0  # inches
# Beyond the eight colours a family is told apart by a pattern.
PATTERNS = ("", "..", "||", "--")
UPKEEP_LOOK: Mapping[str, Any] = {
    "facecolor": UPKEEP_COLOUR,
    "edgecolor": "#59616C",
    "hatch": "xxxx",
    "linewidth": 0.4,
}


def gantt_image(
    scenario: Scenario,
    schedule: Schedule,
    kind: Literal["png", "svg"],
    *,
    run: str = "",
    colours: Mapping[str, str] = NO_COLOURS,
) -> bytes:
    """Return the Gantt chart as an image; changeovers and upkeep are hatched, closed time grey."""
    return image_of(
        Handover(scenario=scenario, schedule=schedule, run=run, chosen_colours=colours), kind
    )


def image_of(handover: Handover, kind: Literal["png", "svg"]) -> bytes:
    """Return the Gantt chart of a schedule that other exports share."""
    # Needed only here, and slow to import. Figure, not pyplot: nothing global, no screen.
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    scenario = handover.scenario
    height = min(TALLEST, 1.8 + 0.45 * len(scenario.machines))
    foot = 0.3 / height
    layout = ConstrainedLayoutEngine(rect=(0, foot, 1, 1 - foot))
    target = io.BytesIO()
    with (
        rc_context(
            {"svg.fonttype": "none", "svg.hashsalt": "batch planner", "hatch.linewidth": 0.5}
        ),
        warnings.catch_warnings(),
    ):
        # A script that the font lacks: boxes in PNG; SVG holds the text itself.
        warnings.filterwarnings("ignore", message="Glyph ")
        figure = Figure(figsize=(14, height), layout=layout)
        draw_gantt(handover, figure.subplots())
        figure.text(0.005, 0.005, visible(handover.line), fontsize=6, parse_math=False, va="bottom")
        metadata: dict[str, Any] = {
            "Title": visible(scenario.name),
            "Description": visible(handover.line),
        }
        if kind == "svg":
            metadata["Date"] = None  # the same schedule gives the same file
        figure.savefig(target, format=kind, dpi=110, metadata=metadata)
    return target.getvalue()


def draw_gantt(handover: Handover, axes: Any) -> None:
    """Draw a schedule into the axes of a Matplotlib figure."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    scenario = handover.scenario
    zone = ZoneInfo(scenario.clock.time_zone)
    for row, machine in enumerate(scenario.machine):
        _draw_machine(handover, axes, row, machine)
    axes.set_yticks(range(len(scenario.machine)))
    axes.set_yticklabels([_label(name) for name in scenario.machine], parse_math=False)
    axes.set_ylim(len(scenario.machine) - 0.5, -0.5)
    axes.set_xlim(_day(handover, 0), _day(handover, max(1, handover.makespan)))
    locator: Any = AutoDateLocator(tz=zone)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter: Any = ConciseDateFormatter(locator, tz=zone)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.set_title(_label(scenario.name), loc="left", parse_math=False)
    axes.set_xlabel(f"local time, {zone.key}")
    _legend(handover, axes)


def _draw_machine(handover: Handover, axes: Any, row: int, machine: str) -> None:
    width, scenario = (row - 0.4, 0.8), handover.scenario
    closed = [_bar(handover, *gap) for gap in handover.closed(machine)]
    axes.broken_barh(closed, (row - 0.5, 1.0), facecolors=CLOSED_COLOUR, zorder=0)
    runs = [run for _, _, run in handover.batches(machine) if run is not None and run.minutes]
    axes.broken_barh(
        [_bar(handover, *part) for run in runs for part in worked_parts(scenario, run)],
        width,
        facecolors=CHANGEOVER_COLOUR,
        edgecolors="#59616C",
        hatch="////",
        linewidth=0.4,
    )
    upkeeps = handover.schedule.upkeeps_on(machine)
    axes.broken_barh(
        [_bar(handover, *part) for each in upkeeps for part in worked_parts(scenario, each)],
        width,
        **UPKEEP_LOOK,
    )
    by_family: dict[str, list[Batch]] = {}
    for batch in handover.schedule.on(machine):
        by_family.setdefault(batch.family, []).append(batch)
    for family, batches in by_family.items():
        bars = [_bar(handover, batch.start, batch.end) for batch in batches]
        axes.broken_barh(bars, width, **_look(handover, family), linewidth=0.4)
    # What lasts over closed time rests there: it is paler.
    axes.broken_barh(closed, width, facecolors=CLOSED_COLOUR, alpha=0.6, zorder=2)
    for number, batch, _ in handover.batches(machine):
        if batch.end - batch.start > handover.makespan / 40:
            ink = handover.looks[batch.family].ink
            left, length = _bar(handover, batch.start, batch.end)
            text = str(number)
            axes.text(left + length / 2, row, text, color=ink, fontsize=7, ha="center", va="center")


def _label(name: str) -> str:
    """Return a name that leaves room for the chart."""
    text = visible(name)
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def _look(handover: Handover, family: str) -> dict[str, Any]:
    look = handover.looks[family]
    hatch = PATTERNS[look.pattern]
    return {"facecolor": look.fill, "edgecolor": "#14191f", "hatch": hatch or None}


def _legend(handover: Handover, axes: Any) -> None:
    from matplotlib.patches import Patch

    patches = [
        Patch(facecolor=CHANGEOVER_COLOUR, edgecolor="#59616C", hatch="////"),
        Patch(facecolor=CLOSED_COLOUR),
    ]
    names = ["changeover", "closed"]
    if handover.schedule.upkeeps:
        patches.insert(1, Patch(**UPKEEP_LOOK))
        names.insert(1, "upkeep")
    if len(handover.looks) <= MOST_FAMILIES_IN_LEGEND:
        patches += [Patch(**_look(handover, family)) for family in handover.looks]
        names += [_label(family) for family in handover.looks]
    legend = axes.legend(patches, names, loc="upper left", bbox_to_anchor=(1, 1), fontsize=7)
    for text in legend.get_texts():
        text.set_parse_math(False)


def _day(handover: Handover, units: int) -> float:
    from matplotlib.dates import date2num

    days: Any = date2num(handover.scenario.clock.local(units))  # type: ignore[no-untyped-call]
    return float(days)


def _bar(handover: Handover, start: int, end: int) -> tuple[float, float]:
    left = _day(handover, start)
    return left, _day(handover, end) - left
