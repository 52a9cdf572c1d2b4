"""The dates of orders: local times first, then units from the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.calendars import MINUTES_A_DAY, Clock
from planner.reader import cells
from planner.reader.notes import Notes, counted
from planner.reader.settings import exists
from planner.reader.sheet import Sheet

# With the years that a horizon may add, times in seconds stay below 10 ** 9.
LONGEST_YEARS = 10
LATEST = ("due", "deadline")
EARLIEST = ("release", "pinned_start")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDates:
    """Dates of each row as local times; None where there is none."""

    release: Sequence[datetime | None]
    due: Sequence[datetime | None]
    deadline: Sequence[datetime | None]
    pinned_start: Sequence[datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Dates of each row in units from the start; None where there is none."""

    release: Sequence[int | None]
    due: Sequence[int | None]
    deadline: Sequence[int | None]
    pinned_start: Sequence[int | None]


def local_dates(sheet: Sheet) -> LocalDates:
    """Return the dates of the orders; a date alone is its start or, for a latest time, its end."""
    for column in (*EARLIEST, *LATEST):
        count = sum(map(cells.is_date_alone, sheet.texts(column)))
        if count:
            when = "the end" if column in LATEST else "00:00"
            what = counted(count, f"{column} date")
            sheet.notes.assume(f"{what} without a time of day: {when} of that day")
    return LocalDates(
        release=sheet.parsed("release", cells.moment),
        due=sheet.parsed("due", cells.latest_moment),
        deadline=sheet.parsed("deadline", cells.latest_moment),
        pinned_start=sheet.parsed("pinned_start", cells.moment),
    )


def units_from(sheet: Sheet, dates: LocalDates, clock: Clock) -> Dates:
    """Return the dates of the orders in units from the start of `clock`."""
    converted = {
        column: _column(sheet, column, getattr(dates, column), clock)
        for column in (*EARLIEST, *LATEST)
    }
    for column in EARLIEST:
        _not_too_far(sheet, column, converted[column], clock)
    return Dates(
        release=_from_start(converted["release"], sheet.notes),
        due=converted["due"],
        deadline=converted["deadline"],
        pinned_start=_pinned_from_start(sheet, converted["pinned_start"]),
    )


def first_shown(local: datetime, clock: Clock) -> datetime:
    """Return the first time from `local` on that the clocks of the zone show."""
    while not exists(local, clock):
        local += timedelta(minutes=1)
    return local


def _not_too_far(sheet: Sheet, column: str, dates: Sequence[int | None], clock: Clock) -> None:
    latest = LONGEST_YEARS * 366 * MINUTES_A_DAY * clock.units_per_minute
    for index, units in enumerate(dates):
        if units is not None and units > latest:
            sheet.fault(
                index,
                column,
                "date_range",
                f"{sheet.cell(index, column)} is more than {LONGEST_YEARS} years after the start",
                "Check the year, here and of the scenario's start.",
            )


def _column(
    sheet: Sheet, column: str, locals_: Sequence[datetime | None], clock: Clock
) -> list[int | None]:
    distinct = {local for local in locals_ if local}
    missing = {local for local in distinct if not local.tzinfo and not exists(local, clock)}
    if missing:
        for index, local in enumerate(locals_):
            # A date alone means a midnight that nobody wrote: where the clocks go over it,
            # as in Cairo and Havana, the day begins when they have.
            if local in missing and not cells.is_date_alone(sheet.cell(index, column)):
                sheet.fault(
                    index,
                    column,
                    "local_time",
                    f"{sheet.cell(index, column)} does not exist: the clocks go forward over it",
                    "Choose another time.",
                )
    shown = {local: first_shown(local, clock) if local in missing else local for local in distinct}
    units = {local: clock.units(_whole(at, column, clock)) for local, at in shown.items()}
    return [units[local] if local else None for local in locals_]


def _whole(local: datetime, column: str, clock: Clock) -> datetime:
    """Return `local` with fractions of a unit cut off where only an earlier time is safe."""
    if column not in LATEST:
        return local
    if clock.time_unit == "second":
        return local.replace(microsecond=0)
    return local.replace(second=0, microsecond=0)


def _from_start(releases: Sequence[int | None], notes: Notes) -> list[int | None]:
    early = sum(release is not None and release < 0 for release in releases)
    if early:
        notes.assume(f"{counted(early, 'order')} released before the start: free from the start on")
    return [None if release is None else max(0, release) for release in releases]


def _pinned_from_start(sheet: Sheet, starts: Sequence[int | None]) -> list[int | None]:
    for index, start in enumerate(starts):
        if start is not None and start < 0:
            sheet.fault(
                index,
                "pinned_start",
                "pinned",
                "the pinned start is before the scenario's start",
                "Start the scenario earlier, or leave out what has begun.",
            )
    return list(starts)
