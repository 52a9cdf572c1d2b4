"""Files to hand over: a workbook, printable pages per machine, a chart for the browser.

`workbook` and `printable` take a plan and return bytes or text; nothing here knows a page.
"""

import io
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd

from planner.kpis import rows
from ui import words
from ui.colours import family_fills
from ui.plans import Plan, batch_key
from ui.tables.schedules import batch_table, machine_table, order_table, quantity, unplanned_table


def workbook(plan: Plan, baseline: Plan | None = None) -> bytes:
    """Return an Excel file: figures, batches, orders, machines, what is not planned."""
    # Needed only here, and slow to import.
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for name, table in _sheets(plan, baseline):
        _write_sheet(book.add_worksheet(name), table, head, date)
    book.close()
    return target.getvalue()


def _sheets(plan: Plan, baseline: Plan | None) -> Iterable[tuple[str, pd.DataFrame]]:
    yield "Figures", _figures(plan, baseline)
    yield "Batches", batch_table(plan).drop(columns="key")
    yield "Orders", order_table(plan).drop(columns="key")
    yield "Machines", machine_table(plan.kpis)
    if plan.schedule.unplanned:
        yield "Not planned", unplanned_table(plan)


def _figures(plan: Plan, baseline: Plan | None) -> pd.DataFrame:
    listed = rows(plan.kpis)
    columns: dict[str, list[Any]] = {
        "Figure": [row.label for row in listed],
        "Unit": [row.unit for row in listed],
        plan.name: [_number(row.value) for row in listed],
    }
    if baseline is not None:
        columns[baseline.name] = [_number(row.value) for row in rows(baseline.kpis)]
    columns["Meaning"] = [row.meaning for row in listed]
    return pd.DataFrame(columns)


def _number(value: Any) -> Any:
    return "not available" if value is None else float(value)


def _write_sheet(sheet: Any, table: pd.DataFrame, head: Any, date: Any) -> None:
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, str(name), head)
        cells = table[name].tolist()
        for row, value in enumerate(cells, start=1):
            _write_cell(sheet, row, column, value, date)
        longest = max((len(str(cell)) for cell in cells[:200]), default=0)
        sheet.set_column(column, column, min(40, max(10, longest, len(str(name))) + 2))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(table)), max(0, len(table.columns) - 1))


def _write_cell(sheet: Any, row: int, column: int, value: Any, date: Any) -> None:
    if value is None or value is pd.NaT or value != value:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, date)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        # Text stays text: a name that begins with = is no formula.
        sheet.write_string(row, column, str(value))


PRINT_STYLE = """
body { font: 12pt/1.35 system-ui, sans-serif; color: #14191f; margin: 24px; }
section { break-after: page; }
section:last-child { break-after: auto; }
h1 { font-size: 18pt; margin: 0; }
p { margin: 2px 0 12px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 4px 8px; }
th, td { border-bottom: 1px solid #b8c0cc; }
tr { break-inside: avoid; }
tr.changeover td { background: repeating-linear-gradient(135deg, #0000 0 5px, #0002 5px 6px); }
i { display: inline-block; width: 12px; height: 12px; border: 1px solid #14191f; }
.late { font-weight: 700; }
.tick { width: 2em; }
@page { margin: 14mm; }
"""


def printable(plan: Plan, machines: Iterable[str] | None = None) -> str:
    """Return a page to print, one sheet per machine: changeovers and batches in sequence."""
    names = list(machines) if machines is not None else list(plan.scenario.machine)
    body = "".join(_section(plan, name) for name in names)
    title = escape(f"{plan.scenario.name}: {', '.join(names)}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{PRINT_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _section(plan: Plan, machine: str) -> str:
    batches = plan.schedule.on(machine)
    lines = "".join(_batch_lines(plan, machine, number) for number in range(1, len(batches) + 1))
    zone = plan.scenario.clock.time_zone
    head = "".join(f"<th>{name}</th>" for name in ("Done", "Start", "End", "What", "Orders", "Due"))
    return (
        f"<section><h1>{escape(machine)}</h1><p>{escape(plan.scenario.name)} · "
        f"{words.count(len(batches), 'batch', 'batches')} · times in {escape(zone)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></section>"
    )


def _batch_lines(plan: Plan, machine: str, number: int) -> str:
    clock = plan.scenario.clock
    batch = plan.schedule.on(machine)[number - 1]
    change = plan.changeovers.get(batch_key(machine, number))
    lines = ""
    if change is not None and change.minutes:
        what = f"Changeover {change.from_family} → {change.to_family}"
        length = words.lasting(clock, change.minutes)
        lines = _line(
            [words.moment(clock, change.start), words.moment(clock, change.end), what, length, ""],
            "changeover",
        )
    orders = [(plan.scenario.order[plan.scenario.operation[p.operation].order], p.end)
              for p in batch.placements]  # fmt: skip
    fill = family_fills(plan.scenario.families)[batch.family].fill
    what = f'<i style="background:{fill}"></i> {escape(batch.family)}'
    named = "<br>".join(
        escape(" · ".join(filter(None, (o.name, o.product, quantity(o) if o.quantity else ""))))
        for o, _ in orders
    )
    dues = "<br>".join(_due(plan, order.due, end) for order, end in orders)
    times = [escape(words.moment(clock, at)) for at in (batch.start, batch.end)]
    cells = "".join(f"<td>{cell}</td>" for cell in (*times, what, named, dues))
    return f'{lines}<tr><td class="tick">☐</td>{cells}</tr>'


def _due(plan: Plan, due: int | None, end: int) -> str:
    text = escape(words.moment(plan.scenario.clock, due)) or "–"
    return f'<span class="late">{text} late</span>' if due is not None and end > due else text


def _line(cells: list[str], kind: str) -> str:
    inner = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr class="{kind}"><td class="tick">☐</td>{inner}</tr>'


def chart_html(plan: Plan) -> str:
    """Return the Gantt chart as a page of its own that needs no network."""
    from ui.figures.schedule import gantt_figure

    return str(gantt_figure(plan).to_html(include_plotlyjs=True, full_html=True))
