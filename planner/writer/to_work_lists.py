"""Work lists to print: a sheet per machine and shift, with a box to tick for each line."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html import escape
from itertools import groupby, pairwise

from planner.calendars import WEEKDAYS, Window
from planner.domain import Scenario
from planner.kpis import ChangeoverRun, Stop
from planner.schedule import Batch, PlannedUpkeep, Schedule
from planner.writer.cell_text import minutes
from planner.writer.handover import NO_COLOURS, Handover

# Where shifts are assumed to change in a window that is longer than any shift.
LONGEST_SHIFT_HOURS = 12
SHIFT_CHANGES = (6, 14, 22)
LONGEST_TOGETHER = 12  # orders of a batch that are kept on one page
FULL_PAGE = 26  # lines that fit on a page in the usual size; more are written smaller
COLUMNS = ("", "Start", "End", "Order", "What", "Due")
STYLE = """
body { font: 12.5pt/1.3 system-ui, sans-serif; color: #14191f; margin: 20px; }
section.small { font-size: 10.5pt; line-height: 1.2; }
section + section { break-before: page; }
h1 { font-size: 1.7em; margin: 0; } h2 { font-size: 1.2em; margin: 2px 0 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 3px 6px; }
section.small :is(th, td) { padding: 1.5px 6px; }
td:nth-child(4) { font-weight: 600; } td:nth-child(5) { overflow-wrap: anywhere; }
tbody { border-top: 1.5px solid #14191f; break-inside: avoid; }
tbody td { border-top: 1px solid #b8c0cc; }
tbody.long { break-inside: auto; } tr { break-inside: avoid; } .time { white-space: nowrap; }
thead { display: table-header-group; }
tr.batch th { background: #eef1f5; font-weight: 600; }
tr.changeover td { background: repeating-linear-gradient(135deg, #0000 0 5px, #0002 5px 6px); }
tr.upkeep td { background: #e3e8f0; font-weight: 600; }
i { display: inline-block; width: .9em; height: .9em; border: 1px solid #14191f; }
.box { width: 1.6em; } .late { font-weight: 700; } footer { font-size: 8pt; margin-top: 8px; }
@page { size: A4; margin: 11mm; }
@media print { body { margin: 0; } * { print-color-adjust: exact; } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A line of a list in `[start, end)`: an operation of a batch, or what comes before that.

    That is its changeover, or upkeep; upkeep that no batch follows has none.
    """

    start: int
    end: int
    number: int
    batch: Batch | None
    operation: str | None = None
    changeover: ChangeoverRun | None = None
    upkeep: PlannedUpkeep | None = None


def work_lists_html(
    scenario: Scenario,
    schedule: Schedule,
    *,
    machine: str | None = None,
    run: str = "",
    colours: Mapping[str, str] = NO_COLOURS,
) -> str:
    """Return the lists of `machine`, or of all machines, as one page to print.

    A shift is an open window of the machine; one of more than 12 hours is cut at 06:00, 14:00 and
    22:00. Each order stands in the shifts in which it is made, with its own times; a shift without
    work has no list.
    """
    handover = Handover(scenario=scenario, schedule=schedule, run=run, chosen_colours=colours)
    body = "".join(
        _section(handover, name, shift, tasks)
        for name in handover.machines(machine)
        for shift, tasks in _lists(handover, name)
    )
    title = escape(f"{scenario.name}: work lists")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{body or _nothing(handover)}</body></html>\n"
    )


def _nothing(handover: Handover) -> str:
    return f"<p>No work.</p><footer>{escape(handover.line)}</footer>"


def shifts(scenario: Scenario, machine: str, until: int) -> tuple[Window, ...]:
    """Return the shifts of `machine` that begin before `until`, in units, in order."""
    longest = LONGEST_SHIFT_HOURS * scenario.clock.units_per_hour
    made: list[Window] = []
    for window in scenario.machine[machine].windows:
        if window.start >= until:
            break
        if window.end - window.start <= longest:
            made.append(window)
            continue
        cuts = _cuts(scenario, window.start, min(window.end, until + 2 * longest))
        bounds = [window.start, *cuts, window.end]
        made += [Window(a, b) for a, b in pairwise(bounds)]
    return tuple(shift for shift in made if shift.start < until)


def _cuts(scenario: Scenario, start: int, end: int) -> list[int]:
    """Return when shifts change within `(start, end)`."""
    clock = scenario.clock
    first, last = clock.local(start).date(), clock.local(end).date()
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    moments = (datetime.combine(day, time(hour)) for day in days for hour in SHIFT_CHANGES)
    return [cut for cut in map(clock.units, moments) if start < cut < end]


def _lists(handover: Handover, machine: str) -> Iterator[tuple[Window | None, list[_Task]]]:
    """Yield each shift with its tasks, then, without a shift, what begins in none."""
    tasks = list(_tasks(handover, machine))
    until = max((max(task.end, task.start + 1) for task in tasks), default=0)
    found = shifts(handover.scenario, machine, until)
    starts = [shift.start for shift in found]
    lists: dict[int, list[_Task]] = {}
    outside: list[_Task] = []
    for task in tasks:
        first = bisect_right(starts, task.start) - 1
        if first < 0 or found[first].end <= task.start:
            outside.append(task)
        place = max(first, 0)
        while place < len(found) and found[place].start < max(task.end, task.start + 1):
            if found[place].end > task.start:
                lists.setdefault(place, []).append(task)
            place += 1
    yield from ((found[place], lists[place]) for place in sorted(lists))
    if outside:
        yield None, outside


def _tasks(handover: Handover, machine: str) -> Iterator[_Task]:
    upkeeps = list(handover.schedule.upkeeps_on(machine))
    last = len(handover.schedule.on(machine))
    for number, batch, run in handover.batches(machine):
        while upkeeps and upkeeps[0].start < batch.start:
            yield _of_upkeep(upkeeps.pop(0), number, batch)
        if run is not None and run.minutes:
            yield _Task(start=run.start, end=run.end, number=number, batch=batch, changeover=run)
        for made in batch.placements:
            yield _Task(
                start=made.start,
                end=made.end,
                number=number,
                batch=batch,
                operation=made.operation,
            )
    for upkeep in upkeeps:
        yield _of_upkeep(upkeep, last + 1, None)


def _of_upkeep(upkeep: PlannedUpkeep, number: int, batch: Batch | None) -> _Task:
    return _Task(start=upkeep.start, end=upkeep.end, number=number, batch=batch, upkeep=upkeep)


def _section(handover: Handover, machine: str, shift: Window | None, tasks: list[_Task]) -> str:
    title = "outside of the machine's calendar"
    if shift is not None:
        title = f"{_moment(handover, shift.start)} – {_moment(handover, shift.end)}"
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    groups = [(number, list(group)) for number, group in groupby(tasks, lambda task: task.number)]
    bodies = "".join(_batch(handover, shift, number, group) for number, group in groups)
    small = ' class="small"' if len(tasks) + len(groups) > FULL_PAGE else ""
    return (
        f"<section{small}><h1>{escape(machine)}</h1><h2>{title}</h2>"
        f"<table><thead><tr>{head}</tr></thead>{bodies}</table>"
        f"<footer>{escape(handover.line)}</footer></section>"
    )


def _batch(handover: Handover, shift: Window | None, number: int, tasks: Sequence[_Task]) -> str:
    """Return what of a batch and the changeover and upkeep before it belongs to a shift."""
    batch, made = tasks[0].batch, sum(task.operation is not None for task in tasks)
    head = _head(handover, number, batch, made) if batch is not None and made else ""
    kept_up = "".join(_upkeep(handover, shift, task) for task in tasks if task.upkeep)
    changing = "".join(_changeover(handover, shift, task) for task in tasks if task.changeover)
    lines = "".join(_order(handover, shift, task) for task in tasks if task.operation)
    kind = ' class="long"' if made > LONGEST_TOGETHER else ""
    return f"<tbody{kind}>{kept_up}{changing}{head}{lines}</tbody>"


def _head(handover: Handover, number: int, batch: Batch, made: int) -> str:
    """Return the line above the orders of a batch, of which so many are made here."""
    whole = len(batch.placements)
    orders = f"{whole} order{'' if whole == 1 else 's'}"
    if made < whole:
        orders = f"{made} of {orders}"
    mark = f'<i style="background:{handover.looks[batch.family].fill}"></i>'
    title = f"{mark} Batch {number}: {escape(batch.family)}"
    return f'<tr class="batch"><th colspan="{len(COLUMNS)}">{title}, {orders}</th></tr>'


def _upkeep(handover: Handover, shift: Window | None, task: _Task) -> str:
    assert task.upkeep is not None
    what = escape(f"Upkeep: {handover.upkeep_title(task.upkeep)}")
    return f'<tr class="upkeep">{_times(handover, shift, task)}<td colspan="3">{what}</td></tr>'


def _changeover(handover: Handover, shift: Window | None, task: _Task) -> str:
    run = task.changeover
    assert run is not None
    length = minutes(handover.scenario.clock, run.minutes)
    what = escape(f"Changeover {run.from_family} → {run.to_family}, {length} min")
    return (
        f'<tr class="changeover">{_times(handover, shift, task)}'
        f'<td colspan="3">{what}, before batch {task.number}</td></tr>'
    )


def _times(handover: Handover, shift: Window | None, task: _Task) -> str:
    """Return the box to tick and the times; what goes beyond the shift says so."""
    since = task.start if shift is None else shift.start
    start, end = (_moment(handover, units, since) for units in (task.start, task.end))
    if shift is not None and task.start < shift.start:
        start = f"since {start}"
    if shift is not None and task.end > shift.end:
        end = f"until {end}"
    return f'<td class="box">☐</td><td class="time">{start}</td><td class="time">{end}</td>'


def _order(handover: Handover, shift: Window | None, task: _Task) -> str:
    assert task.operation is not None
    order = handover.scenario.order[handover.scenario.operation[task.operation].order]
    amount = "" if order.quantity is None else f"{order.quantity:f} {order.unit}".strip()
    what = " · ".join(filter(None, (order.product, amount, order.note)))
    return (
        f"<tr>{_times(handover, shift, task)}<td>{escape(handover.title(task.operation))}</td>"
        f"<td>{escape(what)}{_way(handover, task.operation)}</td>"
        f'<td class="time">{_due(handover, task, shift)}</td></tr>'
    )


def _way(handover: Handover, operation: str) -> str:
    """Return where an operation comes from and where it goes, nothing where it does neither."""
    came = [
        _stop(stop, _moment(handover, stop.done, None)) for stop in handover.ways.before(operation)
    ]
    goes = [
        _stop(stop, _moment(handover, stop.start, None))
        for stop in handover.ways.following(operation)
    ]
    parts = [f"from {', '.join(came)}"] if came else []
    parts += [f"→ to {', '.join(goes)}"] if goes else []
    return f"<br><small>{escape(' '.join(parts))}</small>" if parts else ""


def _stop(stop: Stop, when: str) -> str:
    return f"{stop.machine} batch {stop.number} ({when})"


def _due(handover: Handover, task: _Task, shift: Window | None) -> str:
    due = None if task.operation is None else handover.due(task.operation)
    if due is None:
        return "–"
    ended = handover.scenario.clock.day_ended(due)
    since = task.start if shift is None else shift.start
    text = _moment(handover, due, since)
    if ended:
        text = f"{WEEKDAYS[ended.weekday()]} {ended}"
    return f'<span class="late">{text} late</span>' if task.end > due else text


def _moment(handover: Handover, units: int, since: int | None = None) -> str:
    """Return local time as it is read on the floor, such as `Mon 2026-03-02 06:00`.

    Without the date within a week of `since`, whose date the reader knows, as `Mon 06:00`.
    """
    clock = handover.scenario.clock
    local, day = clock.local(units), WEEKDAYS[clock.local(units).weekday()]
    known = None if since is None else clock.local(since).date()
    if known is not None and abs(local.date() - known) < timedelta(days=7):
        return f"{day} {local:%H:%M}"
    return f"{day} {local:%Y-%m-%d %H:%M}"
