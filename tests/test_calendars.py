"""Wall clock, windows and working time."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.calendars import (
    Calendar,
    Clock,
    DatedWindow,
    WeeklyWindow,
    Window,
    always_open,
    clip,
    join,
    open_units,
    subtract,
)
from planner.errors import PlannerError

DAY = 24 * 60
WEEK = 7 * DAY

windows = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Window(*sorted(ends))),
    max_size=8,
)


def open_set(spans: list[Window] | tuple[Window, ...]) -> set[int]:
    """Return the open units one by one: the obvious twin of every window function."""
    return {unit for start, end in spans for unit in range(start, end)}


@given(windows, st.integers(0, 60), st.integers(0, 60))
def test_open_units_counts_what_counting_one_by_one_counts(
    spans: list[Window], start: int, end: int
) -> None:
    joined = join(spans)
    assert open_units(joined, start, end) == len(open_set(joined) & set(range(start, end)))


@given(windows)
def test_joined_windows_cover_the_same_and_neither_touch_nor_overlap(spans: list[Window]) -> None:
    joined = join(spans)
    assert open_set(joined) == open_set(spans)
    assert all(before.end < after.start for before, after in pairwise(joined))


@given(windows, windows)
def test_subtracting_closures_leaves_what_is_open_and_not_closed(
    opened: list[Window], closed: list[Window]
) -> None:
    left = subtract(join(opened), join(closed))
    assert open_set(left) == open_set(opened) - open_set(closed)


@given(windows, st.integers(0, 60))
def test_clipping_keeps_what_is_before_the_horizon(spans: list[Window], horizon: int) -> None:
    assert open_set(clip(join(spans), horizon)) == open_set(spans) & set(range(horizon))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
    ids=["an ordinary day", "the clocks go forward", "the clocks go back"],
)
def test_a_day_is_as_long_as_its_clock_says(day: date, hours: int) -> None:
    clock = Clock(start=datetime.combine(day, time()), time_zone="Europe/Berlin")
    whole_day = Calendar(name="c", dated=(DatedWindow(day=day),))
    assert whole_day.windows(clock, WEEK) == (Window(0, hours * 60),)


def test_a_night_shift_over_the_change_of_clocks_is_an_hour_shorter() -> None:
    # Saturday 22:00 to Sunday 06:00: 8 hours on the clock, 7 in fact.
    clock = Clock(start=datetime.fromisoformat("2026-03-28"), time_zone="Europe/Berlin")
    night = Calendar(name="n", weekly=(WeeklyWindow(weekday=5, start=22 * 60, end=30 * 60),))
    assert night.windows(clock, 3 * DAY) == (Window(22 * 60, 22 * 60 + 7 * 60),)


@pytest.mark.parametrize("year", range(2024, 2034))
def test_no_year_s_end_loses_a_week(year: int) -> None:
    # Ten weeks around New Year, Monday to Monday: each has its Monday shift.
    november = datetime.fromisoformat(f"{year}-11-30")
    monday = november - timedelta(days=november.weekday())
    clock = Clock(start=monday, time_zone="UTC")
    shift = Calendar(name="m", weekly=(WeeklyWindow(weekday=0, start=360, end=840),))
    expected = tuple(Window(week * WEEK + 360, week * WEEK + 840) for week in range(10))
    assert shift.windows(clock, 10 * WEEK) == expected


def test_always_open_is_one_window_up_to_the_horizon() -> None:
    clock = Clock(start=datetime.fromisoformat("2026-03-27T06:00"), time_zone="Europe/Berlin")
    assert always_open().windows(clock, 5000) == (Window(0, 5000),)


def test_a_closure_cuts_weekly_and_dated_windows() -> None:
    clock = Clock(start=datetime.fromisoformat("2026-03-02"))  # a Monday
    calendar = Calendar(
        name="c",
        weekly=(WeeklyWindow(weekday=0, start=360, end=840),),
        dated=(
            DatedWindow(day=date(2026, 3, 2), start=840, end=900),
            DatedWindow(day=date(2026, 3, 2), start=600, end=660, is_open=False),
        ),
    )
    assert calendar.windows(clock, DAY) == (Window(360, 600), Window(660, 900))


@given(
    st.integers(0, 3 * 365 * DAY),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.sampled_from(["minute", "second"]),
)
def test_units_of_the_local_time_of_units_are_those_units(units: int, zone: str, unit: str) -> None:
    clock = Clock(start=datetime.fromisoformat("2026-01-05T06:00"), time_zone=zone, time_unit=unit)
    assert clock.units(clock.local(units)) == units


def test_fractions_of_a_unit_are_rounded_up() -> None:
    clock = Clock(start=datetime.fromisoformat("2026-01-05"))
    assert clock.units(datetime.fromisoformat("2026-01-05T00:01:01")) == 2


def test_a_clock_refuses_a_zone_that_does_not_exist() -> None:
    with pytest.raises(PlannerError, match="Mars/Olympus"):
        Clock(start=datetime.fromisoformat("2026-01-05"), time_zone="Mars/Olympus")


def test_a_clock_refuses_a_start_with_a_zone() -> None:
    with pytest.raises(PlannerError, match="has a zone"):
        Clock(start=datetime(2026, 1, 5, tzinfo=UTC))
