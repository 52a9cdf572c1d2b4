"""A report as a page of its own and as a PDF of one page, with the same two charts."""

import io
import textwrap
import warnings
from base64 import b64encode
from html import escape
from typing import Any

from planner.writer.handover import Handover, visible
from planner.writer.report import PlanReport
from planner.writer.to_gantt import draw_gantt

PAPER = (8.27, 11.69)  # A4, inches
MARGIN = 0.07  # of the width
NOW, BEFORE = "#3d7ea6", "#b9c1ca"
MOST_MACHINES = 12
WIDEST = 96  # letters of a line
STYLE = """
body { font: 11pt/1.45 system-ui, sans-serif; color: #14191f; max-width: 780px; margin: 24px auto;
  padding: 0 16px; }
h1 { font-size: 20pt; margin: 0; } .headline { font-size: 14pt; margin: 6px 0 14px; }
h2 { font-size: 11.5pt; margin: 14px 0 4px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 10px;
  margin: 0; }
dl div { border: 1px solid #b8c0cc; border-left: 4px solid #3d7ea6; padding: 6px 12px; }
dt { font-size: 10pt; } dd { margin: 0; } dd.value { font-size: 17pt; font-weight: 600; }
dd.note, footer { font-size: 9pt; color: #4d5865; } img { width: 100%; }
ul { margin: 0; padding-left: 18px; font-size: 10pt; } footer { margin-top: 12px; }
@page { size: A4; margin: 14mm; } @media print { body { margin: 0; padding: 0; } }
"""


def report_html(report: PlanReport) -> str:
    """Return the report as a page that needs no network and prints on one sheet."""
    figures = "".join(
        f'<div><dt>{escape(label)}</dt><dd class="value">{escape(value)}</dd>'
        f'<dd class="note">{escape(note)}</dd></div>'
        for label, value, note in report.figures
    )
    rests = "".join(f"<li>{escape(text)}</li>" for text in report.rests_on)
    title = escape(report.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1>"
        f'<p class="headline">{escape(report.headline)}</p><dl>{figures}</dl>'
        "<h2>Who makes what, and when</h2>"
        f"{_image(report, 'gantt', 'The plan, machine by machine')}"
        "<h2>Hours of changeover per machine</h2>"
        f"{_image(report, 'bars', 'Hours of changeover, before and in this plan')}"
        f"<h2>What this rests on</h2><ul>{rests}</ul>"
        f"<footer>{escape(report.certificate)}</footer></body></html>\n"
    )


def report_pdf(report: PlanReport) -> bytes:
    """Return the report as one page of A4."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=PAPER)
    left, width = MARGIN, 1 - 2 * MARGIN
    _text(figure, left, 0.955, visible(report.title)[:60], size=18, weight="bold")
    headline = textwrap.fill(visible(report.headline), 74)
    _text(figure, left, 0.925, headline, size=12.5)
    for place, (label, value, note) in enumerate(report.figures):
        at = left + place * width / 3
        _text(figure, at, 0.865, label, size=9.5)
        _text(figure, at, 0.845, value, size=15, weight="bold")
        _text(figure, at, 0.818, textwrap.fill(note, 34), size=8)
    _heading(figure, 0.765, "Who makes what, and when")
    _gantt(report, figure.add_axes((left + 0.06, 0.50, width - 0.24, 0.24)))
    _heading(figure, 0.435, "Hours of changeover per machine")
    _bars(report, figure.add_axes((left + 0.06, 0.27, width - 0.06, 0.14)))
    _heading(figure, 0.205, "What this rests on")
    _text(figure, left, 0.185, _listed(report), size=8.5)
    _text(figure, left, 0.03, textwrap.fill(visible(report.certificate), 120), size=7, up=True)
    return _saved(figure, "pdf", report)


def _listed(report: PlanReport) -> str:
    """Return what the report rests on as lines that fit on the page."""
    lines = [
        line
        for text in report.rests_on
        for line in textwrap.wrap(f"• {visible(text)}", WIDEST, subsequent_indent="   ")
    ]
    return "\n".join(lines[:9] + ["…"] * (len(lines) > 9))


def _heading(figure: Any, height: float, text: str) -> None:
    _text(figure, MARGIN, height, text, size=10.5, weight="bold")


def _text(figure: Any, x: float, y: float, text: str, *, up: bool = False, **look: Any) -> None:
    figure.text(x, y, text, parse_math=False, va="bottom" if up else "top", **look)


def _image(report: PlanReport, what: str, alternative: str) -> str:
    """Return a chart as part of the page."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    rows = len(report.plan.scenario.machines)
    height = min(7.0, 1.4 + 0.34 * rows) if what == "gantt" else 2.4
    figure = Figure(figsize=(9.5, height), layout=ConstrainedLayoutEngine())
    if what == "gantt":
        _gantt(report, figure.subplots())
    else:
        _bars(report, figure.subplots())
    data = b64encode(_saved(figure, "svg", report)).decode()
    return f'<img alt="{escape(alternative)}" src="data:image/svg+xml;base64,{data}">'


def _saved(figure: Any, kind: str, report: PlanReport) -> bytes:
    from matplotlib import rc_context

    target = io.BytesIO()
    undated = {"Date": None} if kind == "svg" else {"CreationDate": None}
    metadata = {"Title": visible(report.title), **undated}
    with (
        rc_context({"svg.hashsalt": "batch planner", "hatch.linewidth": 0.5, "pdf.fonttype": 42}),
        warnings.catch_warnings(),
    ):
        # A script that the font lacks is drawn as boxes.
        warnings.filterwarnings("ignore", message="Glyph ")
        figure.savefig(target, format=kind, metadata=metadata)
    return target.getvalue()


def _gantt(report: PlanReport, axes: Any) -> None:
    draw_gantt(report.plan, axes)
    axes.set_title("", loc="left")  # the page has one


def _bars(report: PlanReport, axes: Any) -> None:
    """Draw the hours of changeover of the machines that change over most, before and now."""
    before, now = _hours(report.before), _hours(report.plan)
    names = sorted({*before, *now}, key=lambda name: -max(before.get(name, 0), now.get(name, 0)))
    shown = names[:MOST_MACHINES]
    places = range(len(shown))
    for shift, hours, colour, label in (
        (-0.2, before, BEFORE, report.before_name),
        (0.2, now, NOW, "this plan"),
    ):
        axes.bar(
            [place + shift for place in places],
            [hours.get(name, 0.0) for name in shown],
            0.38,
            color=colour,
            label=label,
        )
    axes.set_xticks(list(places))
    axes.set_xticklabels([visible(name)[:14] for name in shown], parse_math=False, fontsize=8)
    axes.set_ylabel("hours", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 1))


def _hours(made: Handover) -> dict[str, float]:
    found = dict.fromkeys(made.scenario.machine, 0.0)
    for run in made.changeovers.values():
        found[run.machine] += run.minutes / made.scenario.clock.units_per_hour
    return found
