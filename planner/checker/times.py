"""The rules about time."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from planner.calendars import Window, open_units
from planner.checker.places import Fault, Layout, Place, UpkeepPlace
from planner.domain import After, Duration, Machine, Process
from planner.schedule import Placement


def one_batch_at_a_time(layout: Layout) -> Iterator[Fault]:
    """Batches and upkeep of a machine do not overlap.

    start[next] >= end[previous]
    """
    for step in layout.steps:
        start = step.batch.start if isinstance(step, Place) else step.planned.start
        if start < step.free and step.follows:
            shown = layout.shown(start), layout.shown(step.free)
            message = f"starts {shown[0]}, while what is before it lasts until {shown[1]}"
            yield step.breaks(message, short_by=step.free - start)


def changeover_time(layout: Layout) -> Iterator[Fault]:
    """Directly before each batch lies its changeover from what the machine was set up for.

    pausable: working units in [end[previous], start[next]) >= changeover
    not pausable: start[next] - end[previous] >= changeover

    The first batch changes over from the machine's initial family, at 0 or later. Upkeep comes
    before the changeover; after one that sets the machine up, the changeover is from that family.
    """
    for place in layout.places:
        if place.machine is None:
            continue
        start, free = place.batch.start, place.free
        room = (
            open_units(place.machine.windows, free, start)
            if place.machine.pausable
            else start - free
        )
        if max(0, room) < place.changeover:
            message = (
                f"the changeover to {place.batch.family!r} takes {place.changeover}, "
                f"there is room for {max(0, room)} before {layout.shown(start)}"
            )
            short_by = place.changeover - max(0, room)
            yield place.breaks(message, short_by=short_by)


def changeover_possible(layout: Layout) -> Iterator[Fault]:
    """No batch follows another, or the initial family, where its machine cannot change over so.

    possible[family[previous], family[next]]
    """
    for place in layout.places:
        if not place.possible:
            message = f"{place.before!r} cannot be changed over to {place.batch.family!r}"
            yield place.breaks(message)


def machine_calendar(layout: Layout) -> Iterator[Fault]:
    """Work, changeover and upkeep happen in open windows, between 0 and the horizon.

    pausable: batches and operations start in an open unit and end at the end of one
    not pausable: there is a window with its start + changeover <= start and end <= its end;
    upkeep is inside a window, which may be another
    """
    for step in layout.upkeeps:
        yield from _upkeep_is_open(layout, step)
    for place in layout.places:
        batch, machine = place.batch, place.machine
        if batch.start < 0 or batch.end > layout.scenario.horizon:
            message = f"[{batch.start}, {batch.end}) is not within [0, {layout.scenario.horizon}]"
            outside = max(-batch.start, batch.end - layout.scenario.horizon)
            yield place.breaks(message, short_by=outside)
        if machine is None:
            continue
        if machine.pausable:
            yield from _begins_and_ends_open(layout, place, machine.windows)
        elif not _inside_one(machine.windows, batch.start, batch.end, place.changeover):
            message = (
                f"{layout.shown(batch.start)} to {layout.shown(batch.end)} with "
                f"{place.changeover} of changeover before it is not inside one open window"
            )
            yield place.breaks(message)


def release(layout: Layout) -> Iterator[Fault]:
    """No operation starts before its release.

    start >= release
    """
    for place in layout.places:
        for placement, operation in place.placed:
            earliest = layout.scenario.order[operation.order].release
            if placement.start < earliest:
                shown = layout.shown(placement.start), layout.shown(earliest)
                message = f"{operation.name} starts {shown[0]}, before its release {shown[1]}"
                short_by = earliest - placement.start
                yield place.breaks(message, operation.name, at=placement.start, short_by=short_by)


def route_order(layout: Layout) -> Iterator[Fault]:
    """No operation starts before those before it on its route are complete.

    start[next] >= completion[operation]
    """
    for place, placement, before, complete in _after(layout):
        if placement.start < complete:
            shown = layout.shown(placement.start), layout.shown(complete)
            message = (
                f"{placement.operation} starts {shown[0]}, before {before.operation} "
                f"is complete at {shown[1]}"
            )
            yield _breaks(place, message, placement, complete - placement.start)


def waiting_time(layout: Layout) -> Iterator[Fault]:
    """Between a completion and the next start on the route lies at least and at most its wait.

    least_wait <= start[next] - completion[operation] <= most_wait, where it is not below 0
    """
    for place, placement, before, complete in _after(layout):
        wait = placement.start - complete
        if 0 <= wait < before.least_wait:
            message = (
                f"{placement.operation} starts {wait} after {before.operation} is complete, "
                f"the least wait is {before.least_wait}"
            )
            short_by = before.least_wait - wait
            yield _breaks(place, message, placement, short_by)
        if before.most_wait is not None and wait > before.most_wait:
            message = (
                f"{placement.operation} starts {wait} after {before.operation} is complete, "
                f"the most it may wait is {before.most_wait}"
            )
            short_by = wait - before.most_wait
            yield _breaks(place, message, placement, short_by)


def _after(layout: Layout) -> Iterator[tuple[Place, Placement, After, int]]:
    """Yield each planned operation with each one before it and when that is complete."""
    for place in layout.places:
        for placement, operation in place.placed:
            for before in operation.after:
                complete = layout.completions.get(before.operation)
                if complete is not None:
                    yield place, placement, before, complete


def _breaks(place: Place, message: str, placement: Placement, short_by: int) -> Fault:
    return place.breaks(message, placement.operation, at=placement.start, short_by=short_by)


def deadline(layout: Layout) -> Iterator[Fault]:
    """No order completes after its deadline.

    completion <= deadline
    """
    for place in layout.places:
        for _, operation in place.placed:
            latest = layout.scenario.order[operation.order].deadline
            complete = layout.completions[operation.name]
            if latest is not None and complete > latest:
                shown = layout.shown(complete), layout.shown(latest)
                message = f"{operation.name} completes {shown[0]}, after its deadline {shown[1]}"
                short_by = complete - latest
                yield place.breaks(message, operation.name, at=complete, short_by=short_by)


def processing_time(layout: Layout) -> Iterator[Fault]:
    """Operations take their time, and a batch lasts from its first start to its last end.

    serial: working units = minimum, one operation after the other
    parallel: all start and end with the batch; max(minimum) <= working units <= min(maximum)
    continuous: minimum <= working units <= maximum
    """
    for place in layout.places:
        yield from _batch_fits(place)
        for placement in place.batch.placements:
            yield from _placement_fits(place, placement)
        if place.machine is None:
            continue
        for placement, operation in place.placed:
            allowed = operation.durations.get(place.machine.name)
            if allowed is not None:
                yield from _lasts(place, place.machine, placement, allowed)
        if place.machine.process == Process.SERIAL:
            yield from _one_after_the_other(layout, place)


def _begins_and_ends_open(
    layout: Layout, place: Place, windows: Sequence[Window]
) -> Iterator[Fault]:
    # The batch's own ends are those of placements, or processing_time says so.
    for placement in place.batch.placements:
        if placement.start >= placement.end:
            continue
        for word, unit in (("starts", placement.start), ("ends", placement.end - 1)):
            if not open_units(windows, unit, unit + 1):
                moment = placement.start if word == "starts" else placement.end
                message = f"{placement.operation} {word} {layout.shown(moment)}, when closed"
                yield place.breaks(message, placement.operation, at=moment)


def _upkeep_is_open(layout: Layout, step: UpkeepPlace) -> Iterator[Fault]:
    start, end = step.planned.start, step.planned.end
    if start < 0 or end > layout.scenario.horizon:
        message = f"[{start}, {end}) is not within [0, {layout.scenario.horizon}]"
        yield step.breaks(message, short_by=max(-start, end - layout.scenario.horizon))
    if step.machine is None or start >= end:
        return
    windows = step.machine.windows
    if step.machine.pausable:
        for word, unit, moment in (("starts", start, start), ("ends", end - 1, end)):
            if not open_units(windows, unit, unit + 1):
                yield step.breaks(f"{word} {layout.shown(moment)}, when closed", at=moment)
    elif not _inside_one(windows, start, end, 0):
        message = f"{layout.shown(start)} to {layout.shown(end)} is not inside one open window"
        yield step.breaks(message)


def _inside_one(windows: Sequence[Window], start: int, end: int, changeover: int) -> bool:
    # The last two windows that begin by then: a batch without length may end the earlier one.
    last = bisect_right(windows, start, key=lambda window: window.start)
    return any(
        window.start + changeover <= start and end <= window.end
        for window in windows[max(0, last - 2) : last]
    )


def _batch_fits(place: Place) -> Iterator[Fault]:
    batch = place.batch
    if not batch.placements:
        yield place.breaks("the batch has no operations")
        return
    first = min(placement.start for placement in batch.placements)
    last = max(placement.end for placement in batch.placements)
    if (first, last) != (batch.start, batch.end):
        message = f"lasts [{batch.start}, {batch.end}), its operations [{first}, {last})"
        yield place.breaks(message, short_by=abs(first - batch.start) + abs(last - batch.end))


def _placement_fits(place: Place, placement: Placement) -> Iterator[Fault]:
    batch, name = place.batch, placement.operation
    if placement.end < placement.start:
        message = f"{name} ends at {placement.end}, before it starts at {placement.start}"
        short_by = placement.start - placement.end
        yield place.breaks(message, name, at=placement.start, short_by=short_by)
    together = place.machine is not None and place.machine.process == Process.PARALLEL
    if together and (placement.start, placement.end) != (batch.start, batch.end):
        message = f"{name} is not in from the batch's start to its end"
        yield place.breaks(message, name, at=placement.start)


def _lasts(
    place: Place, machine: Machine, placement: Placement, allowed: Duration
) -> Iterator[Fault]:
    taken = open_units(machine.windows, placement.start, placement.end)
    most = allowed.minimum if machine.process == Process.SERIAL else allowed.maximum
    name, at = placement.operation, placement.start
    if taken < allowed.minimum:
        message = f"{name} works for {taken}, it takes {allowed.minimum}"
        yield place.breaks(message, name, at=at, short_by=allowed.minimum - taken)
    elif most is not None and taken > most:
        message = f"{name} works for {taken}, it takes at most {most}"
        yield place.breaks(message, name, at=at, short_by=taken - most)


def _one_after_the_other(layout: Layout, place: Place) -> Iterator[Fault]:
    in_order = sorted(place.batch.placements, key=lambda item: (item.start, item.end))
    ends = accumulate((item.end for item in in_order), max)
    for (free, _), (_, item) in pairwise(zip(ends, in_order, strict=True)):
        if item.start < free:
            message = f"{item.operation} starts before what is ahead of it ends"
            at, short_by = item.start, free - item.start
            yield place.breaks(message, item.operation, at=at, short_by=short_by)
