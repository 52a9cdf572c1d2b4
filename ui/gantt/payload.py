"""A schedule as compact lists of numbers and texts, which the Gantt chart draws.

Batches are sorted by machine and start; times are units from the scenario's start. The chart
places local times with `clock`: the start and every shift of the clocks, in milliseconds.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from planner.calendars import Clock, Window, open_parts
from planner.domain import Machine, PinReason, Process, Scenario
from planner.kpis import ChangeoverRun, changeovers_of, worked_parts
from planner.schedule import Batch, Placement, Schedule
from ui.colours import family_fills
from ui.gantt.facts import facts_of
from ui.gantt.groupings import groupings
from ui.gantt.links import links
from ui.gantt.moving import may_go, not_planned, set_up
from ui.gantt.supply import supply
from ui.gantt.upkeep import upkeep_due
from ui.loads import load_profile, load_text, share_of
from ui.words import duration_text

PINNED, LATE = 1, 2
# Work that has begun, and work that is too near to be moved.
STAYING = {PinReason.PINNED: PINNED, PinReason.BEGUN: 4, PinReason.FROZEN: 8}
# More batches than this in view are summed up.
MOST_BARS = 10_000
PROCESS_WORDS = {
    Process.SERIAL: "one after the other",
    Process.PARALLEL: "all at once",
    Process.CONTINUOUS: "in and out as places are free",
}

Payload = dict[str, Any]


def payload(
    scenario: Scenario,
    schedule: Schedule,
    *,
    limit: int = MOST_BARS,
    now: int | None = None,
    past: Sequence[Batch] = (),
    runs: Iterable[ChangeoverRun] | None = None,
) -> Payload:
    """Return what the chart needs to know; `limit` is the most batches drawn one by one.

    `now` is where the line of now stands; without it, it stands at this moment, if that is planned.
    `past` are batches that have been made, as they were. `runs` are the changeovers of the
    schedule, where they are known.
    """
    listed = _by_machine(scenario, schedule)
    batches = [batch for _, batch in listed]
    last = max((batch.end for batch in batches), default=0)
    may = may_go(scenario, batches)
    machines = [may["sets"][place] for place in may["of"]]
    contents = [batch.operations for batch in batches]
    waiting = [item.operation for item in schedule.unplanned]
    parts: Payload = {
        "clock": clock_shifts(scenario.clock, max(last * 2, scenario.clock.units_per_hour)),
        "end": last or scenario.clock.units_per_hour * 8,
        "now": _now(scenario, last) if now is None else now,
        "machines": _machines(scenario.machines, last),
        "families": _families(scenario),
        "batches": _batches(scenario, listed),
        "profiles": _profiles(scenario, listed),
        "orders": _orders(scenario, batches),
        "links": links(scenario, batches),
        "groupings": groupings(scenario, batches),
        "may": may,
        "setUp": set_up(scenario),
        "unplanned": not_planned(scenario, schedule.unplanned),
        "changeovers": _changeovers(scenario, schedule, runs),
        "upkeeps": _upkeeps(scenario, schedule),
        "upkeepDue": upkeep_due(scenario, contents, waiting),
        "supply": supply(scenario, schedule, contents, machines, last),
        "past": _past(scenario, past),
        "limit": limit,
    }
    return {**parts, "version": _fingerprint(parts)}


def _by_machine(scenario: Scenario, schedule: Schedule) -> list[tuple[int, Batch]]:
    """Return the batches with the places of their machines, machine by machine and by start."""
    return [
        (row, batch)
        for row, machine in enumerate(scenario.machines)
        for batch in schedule.on(machine.name)
    ]


def clock_shifts(clock: Clock, until: int) -> Payload:
    """Return the wall clock at the start, and when the clocks change before `until`."""
    start = clock.local(0)
    wall = start.replace(tzinfo=UTC).timestamp()
    unit = 60_000 // clock.units_per_minute
    return {
        "wall": round(wall * 1000),
        "unit": unit,
        "shifts": [[0, 0], *_shifts(clock, until)],
    }


def _shifts(clock: Clock, until: int) -> list[list[int]]:
    first = clock.local(0).utcoffset() or timedelta()
    day = 24 * clock.units_per_hour
    found, known, at = [], first, 0
    while at < until:
        offset = clock.local(at + day).utcoffset() or timedelta()
        if offset != known:
            moment = _change_in(clock, at, at + day, known)
            found.append([moment, round((offset - first).total_seconds() * 1000)])
            known = offset
        at += day
    return found


def _change_in(clock: Clock, low: int, high: int, offset: timedelta) -> int:
    """Return the first unit after `low` at which the clocks are no longer at `offset`."""
    while high - low > 1:
        middle = (low + high) // 2
        if (clock.local(middle).utcoffset() or timedelta()) == offset:
            low = middle
        else:
            high = middle
    return high


def _past(scenario: Scenario, past: Sequence[Batch]) -> list[int]:
    """Return machine, start and end of each batch that has been made, one after the other."""
    rows = {machine.name: row for row, machine in enumerate(scenario.machines)}
    return [value for batch in past for value in (rows[batch.machine], batch.start, batch.end)]


def _now(scenario: Scenario, last: int) -> int | None:
    now = scenario.clock.units(datetime.now(UTC))
    return now if 0 <= now <= last else None


def _machines(machines: Sequence[Machine], last: int) -> Payload:
    closed: dict[tuple[Window, ...], int] = {}
    places = [closed.setdefault(machine.windows, len(closed)) for machine in machines]
    return {
        "name": [machine.name for machine in machines],
        "process": [PROCESS_WORDS[machine.process] for machine in machines],
        "closed": [_closed(windows, last) for windows in closed],
        "closedOf": places,
    }


def _closed(windows: Sequence[Window], last: int) -> list[int]:
    """Return starts and ends of closed time, one after the other, somewhat beyond `last`."""
    pairs, clock = [], 0
    for start, end in windows:
        if start > clock:
            pairs += [clock, start]
        clock = end
        if clock > 2 * last + 10_000:
            return pairs
    return [*pairs, clock, 2**40]


def _families(scenario: Scenario, chosen: Mapping[str, str] | None = None) -> Payload:
    fills = family_fills(scenario.families, chosen)
    return {
        "name": list(fills),
        "fill": [look.fill for look in fills.values()],
        "ink": [look.ink for look in fills.values()],
        "pattern": [look.pattern for look in fills.values()],
        "all": list(scenario.changeovers.families),
    }


def with_colours(drawn: Payload, scenario: Scenario, chosen: Mapping[str, str]) -> Payload:
    """Return a chart in which families have the colours that the user chose."""
    if not chosen:
        return drawn
    fresh = {**drawn, "families": _families(scenario, chosen)}
    return {**fresh, "version": _fingerprint({"of": drawn["version"], "chosen": dict(chosen)})}


def _batches(scenario: Scenario, listed: Sequence[tuple[int, Batch]]) -> Payload:
    families = {name: place for place, name in enumerate(scenario.families)}
    first = [0]
    for _, batch in listed:
        first.append(first[-1] + len(batch.placements))
    return {
        "machine": [row for row, _ in listed],
        "family": [families[batch.family] for _, batch in listed],
        "start": [batch.start for _, batch in listed],
        "end": [batch.end for _, batch in listed],
        "first": first,
        "flags": [_flags(scenario, batch) for _, batch in listed],
        "load": [load_text(scenario, batch) for _, batch in listed],
        "share": [_share(scenario, batch) for _, batch in listed],
    }


def _flags(scenario: Scenario, batch: Batch) -> int:
    pins = (scenario.operation[name].pin for name in batch.operations)
    stays = {STAYING[pin.because] for pin in pins if pin is not None}
    late = any(is_late(scenario, placement) for placement in batch.placements)
    return sum(stays) + LATE * late


def is_late(scenario: Scenario, placement: Placement) -> bool:
    """Return whether the order of `placement` completes after its due date."""
    due = _order_of(scenario, placement.operation).due
    return due is not None and placement.end > due


def _share(scenario: Scenario, batch: Batch) -> float:
    """Return the load for machines that show one inside their bars, -1 for others."""
    if scenario.machine[batch.machine].process == Process.SERIAL:
        return -1
    share = share_of(scenario, batch)
    return -1 if share is None else round(share, 3)


def _profiles(scenario: Scenario, listed: Sequence[tuple[int, Batch]]) -> Mapping[str, list[float]]:
    """Return the load over time of batches on continuous machines: time, share, time, share."""
    return {
        str(place): [round(value, 3) for step in load_profile(scenario, batch) for value in step]
        for place, (row, batch) in enumerate(listed)
        if scenario.machines[row].process == Process.CONTINUOUS
        and any(capacity for capacity in scenario.machines[row].capacity)
    }


def _orders(scenario: Scenario, batches: Sequence[Batch]) -> Payload:
    placements = [placement for batch in batches for placement in batch.placements]
    known = facts_of(scenario)
    facts = [known[placement.operation] for placement in placements]
    return {
        "name": [each.order.name for each in facts],
        "operation": [placement.operation for placement in placements],
        "lot": [scenario.operation[placement.operation].lot for placement in placements],
        "product": [each.order.product for each in facts],
        "customer": [each.order.customer for each in facts],
        "start": [placement.start for placement in placements],
        "end": [placement.end for placement in placements],
        "due": [each.order.due for each in facts],
        "due_text": [each.due_text for each in facts],
        "label": [each.label for each in facts],
    }


def _order_of(scenario: Scenario, operation: str) -> Any:
    return scenario.order[scenario.operation[operation].order]


def _changeovers(
    scenario: Scenario, schedule: Schedule, known: Iterable[ChangeoverRun] | None
) -> Payload:
    found = changeovers_of(scenario, schedule) if known is None else known
    runs = [run for run in found if run.minutes]
    first, count = {}, 0
    for machine in scenario.machines:
        first[machine.name] = count - 1
        count += len(schedule.on(machine.name))
    index = scenario.changeovers.index
    return {
        "batch": [first[run.machine] + run.before for run in runs],
        "parts": [
            [moment for part in worked_parts(scenario, run) for moment in part] for run in runs
        ],
        "from": [index[run.from_family] for run in runs],
        "text": [_changeover_text(scenario.clock, run) for run in runs],
    }


def _upkeeps(scenario: Scenario, schedule: Schedule) -> Payload:
    """Return upkeep by machine and start; `parts` are when it is worked at."""
    listed = [
        (row, upkeep)
        for row, machine in enumerate(scenario.machines)
        for upkeep in schedule.upkeeps_on(machine.name)
    ]
    return {
        "machine": [row for row, _ in listed],
        "name": [upkeep.name for _, upkeep in listed],
        "start": [upkeep.start for _, upkeep in listed],
        "end": [upkeep.end for _, upkeep in listed],
        "parts": [
            [
                moment
                for part in open_parts(scenario.machines[row].windows, upkeep.start, upkeep.end)
                for moment in part
            ]
            for row, upkeep in listed
        ],
    }


def _changeover_text(clock: Clock, run: ChangeoverRun) -> str:
    cost = f", cost {run.cost:,}" if run.cost else ""
    return duration_text(clock, run.minutes) + cost


def _fingerprint(parts: Payload) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
