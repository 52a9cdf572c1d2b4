"""A schedule as iCalendar (RFC 5545): an event is a batch, changeover or upkeep, in UTC."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from planner.domain import Scenario
from planner.kpis import ChangeoverRun
from planner.schedule import Batch, PlannedUpkeep, Schedule
from planner.writer.handover import Handover

LONGEST_LINE = 75  # octets, without the line break (RFC 5545, section 3.1)


def schedule_icalendar(
    scenario: Scenario,
    schedule: Schedule,
    *,
    machine: str | None = None,
    made: datetime | None = None,
    run: str = "",
) -> str:
    """Return the calendar of `machine`, or of all machines, with CRLF line ends.

    `made` is when the calendar was made, by default the scenario's start. A batch that keeps
    machine and orders keeps its identity, so a later calendar moves it.
    """
    handover = Handover(scenario=scenario, schedule=schedule, run=run)
    stamp = _utc(made or scenario.clock.local(0))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Batch planner//EN", "CALSCALE:GREGORIAN"]
    title = scenario.name if machine is None else f"{scenario.name}: {machine}"
    lines += [f"X-WR-CALNAME:{_escaped(title)}", f"X-WR-CALDESC:{_escaped(handover.line)}"]
    lines += [f"X-WR-TIMEZONE:{scenario.clock.time_zone}"]
    lines += [
        f"X-BATCH-PLANNER-{label.upper().replace(' ', '-')}:{_escaped(value)}"
        for label, value in handover.facts.items()
    ]
    for name in handover.machines(machine):
        for number, batch, change in handover.batches(name):
            if change is not None and change.minutes:
                lines += _changeover(handover, change, batch, stamp)
            lines += _batch(handover, batch, number, stamp)
        for count, upkeep in enumerate(schedule.upkeeps_on(name), start=1):
            lines += _upkeep(handover, upkeep, count, stamp)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _batch(handover: Handover, batch: Batch, number: int, stamp: str) -> list[str]:
    orders = [handover.title(name) for name in batch.operations]
    late = [
        f"{handover.scenario.operation[p.operation].order} is late"
        for p in batch.placements
        if (due := handover.due(p.operation)) is not None and p.end > due
    ]
    text = "\n".join([f"Orders: {', '.join(orders)}", *late, handover.line])
    return _event(
        handover,
        (batch.start, batch.end),
        stamp,
        {
            "UID": _identity(handover, "batch", batch),
            "SUMMARY": f"{batch.machine}, batch {number}: {batch.family}",
            "DESCRIPTION": text,
            "LOCATION": batch.machine,
            "CATEGORIES": "Batch",
        },
    )


def _changeover(handover: Handover, run: ChangeoverRun, batch: Batch, stamp: str) -> list[str]:
    return _event(
        handover,
        (run.start, run.end),
        stamp,
        {
            "UID": _identity(handover, "changeover", batch),
            "SUMMARY": f"{run.machine}, changeover: {run.from_family} → {run.to_family}",
            "DESCRIPTION": handover.line,
            "LOCATION": run.machine,
            "CATEGORIES": "Changeover",
        },
    )


def _upkeep(handover: Handover, upkeep: PlannedUpkeep, count: int, stamp: str) -> list[str]:
    """Return the event of an upkeep, known by how many of its machine are before it."""
    told = [handover.scenario.name, "upkeep", upkeep.machine, upkeep.name, str(count)]
    return _event(
        handover,
        (upkeep.start, upkeep.end),
        stamp,
        {
            "UID": _named(told),
            "SUMMARY": f"{upkeep.machine}, upkeep: {handover.upkeep_title(upkeep)}",
            "DESCRIPTION": handover.line,
            "LOCATION": upkeep.machine,
            "CATEGORIES": "Upkeep",
        },
    )


def _event(
    handover: Handover, interval: tuple[int, int], stamp: str, texts: dict[str, str]
) -> list[str]:
    start, end = (_utc(handover.scenario.clock.local(moment)) for moment in interval)
    lines = ["BEGIN:VEVENT", f"DTSTAMP:{stamp}", f"DTSTART:{start}"]
    if end > start:  # an event without an end has no length; DTEND must be later than DTSTART
        lines.append(f"DTEND:{end}")
    return [*lines, *(f"{key}:{_escaped(text)}" for key, text in texts.items()), "END:VEVENT"]


def _identity(handover: Handover, kind: str, batch: Batch) -> str:
    return _named([handover.scenario.name, kind, batch.machine, *batch.operations])


def _named(told: Sequence[str]) -> str:
    return f"{hashlib.sha256(chr(0).join(told).encode()).hexdigest()[:32]}@batch-planner"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Return `text` as a TEXT value: no control character is allowed in one."""
    for letter, replacement in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(letter, replacement)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(letter for letter in text if letter >= " " and letter != "\x7f")


def _folded(line: str) -> Iterator[str]:
    """Yield the pieces of a line; all but the first begin with the blank that joins them."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode("utf-8", "replace"))
        if size + octets > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece
