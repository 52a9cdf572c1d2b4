"""How well cells fit what lists of machines, changeovers and calendars have."""

import re
from collections.abc import Callable

from planner.intake.formats.during import during_of
from planner.intake.reading.tried_column import Column, Points, is_decimal, is_name, share_in

_NUMBER_AND_WORD = re.compile(r"\d.*[^\W\d_]")


def named(known: Callable[[Column], frozenset[str]], miss: float) -> Callable[[Column], Points]:
    """Return a judge of columns whose cells name what another sheet holds."""

    def judge(c: Column) -> Points:
        if not c.profile.count or c.profile.dates > 0.3:
            return None
        return 3.0 if share_in(c.profile, known(c)) > 0.7 else miss

    return judge


def machine_key(c: Column) -> Points:
    """Return how well cells are the name of a machine in a list of machines."""
    p = c.profile
    if not is_name(p) or is_decimal(p) or p.filled < 0.8:
        return None
    fits = share_in(p, c.around.machines)
    points = 2.0 if p.unique == 1 else -1.0 if p.unique > 0.7 else -3.0
    return points + 0.6 * (c.place == 0) + 3.0 * (fits > 0.5) - 0.5 * p.is_numbers


def worded(group: str) -> Callable[[Column], Points]:
    """Return a judge of columns whose cells are words of a known group."""

    def judge(c: Column) -> Points:
        p = c.profile
        is_flag = not p.figures or set(p.figures) <= {0.0, 1.0} or group == "weekdays"
        return 2.0 if p.meant[group] > 0.6 and is_flag else None

    return judge


def interval(c: Column) -> Points:
    """Return how well cells say after how much upkeep is needed: numbers with words behind."""
    p = c.profile
    if p.dates > 0.3:
        return None
    counted = sum(_NUMBER_AND_WORD.search(value) is not None for value in p.values)
    return 2.0 if counted > 0.6 * len(p.values) else None


def shared(c: Column) -> Points:
    """Return how well cells are the names of tools or crews."""
    p = c.profile
    if not is_name(p) or is_decimal(p) or p.filled < 0.8:
        return None
    known = max(share_in(p, c.around.machines), share_in(p, c.around.orders))
    return 0.5 + 0.3 * (c.place == 0) + 0.5 * p.is_words - 4.0 * (known > 0.5)


def shift(c: Column) -> Points:
    """Return how well cells are when a crew works: a calendar's name, or its hours."""
    p = c.profile
    if p.dates > 0.3 or is_decimal(p):
        return None
    return 3.0 if share_in(p, c.around.calendars) > 0.7 else 1.5 if not p.is_numbers else -1.0


def during(c: Column) -> Points:
    """Return how well cells say when something is needed: setting up, running and so on."""
    p = c.profile
    if not p.is_words:
        return None
    hits = sum(bool(during_of(value)) for value in p.values)
    return 2.0 if hits > 0.6 * len(p.values) else -1.0


def speed(c: Column) -> Points:
    """Return how well cells are the speed of a machine."""
    p = c.profile
    if p.amounts < 0.8 or not p.figures:
        return None
    return 1.0 if min(p.figures) > 0 and max(p.figures) <= 200 else -1.0


def number_of_equals(c: Column) -> Points:
    """Return how well cells are how many equal machines there are."""
    p = c.profile
    if p.amounts < 0.8 or is_decimal(p) or not p.figures:
        return None
    return 1.0 if max(p.figures) <= 50 else -2.0


def people(c: Column) -> Points:
    """Return how well cells are how many there are of a tool or a crew, whatever the heading."""
    points = number_of_equals(c)
    return None if points is None else points + 1.0


def changeover(c: Column) -> Points:
    """Return how well cells are the time of a changeover."""
    p = c.profile
    worded = p.meant["yes_no"]
    if p.dates > 0.3 or p.amounts + p.durations + worded < 0.5:
        return None
    return 0.5 + 1.0 * (p.durations > 0.4) + 0.5 * c.has_time_unit


def end_of_changeover(c: Column) -> Points:
    """Return how well cells are what a changeover leads from or to."""
    p = c.profile
    if not is_name(p) or is_decimal(p):
        return None
    return 0.5 + 1.0 * (p.unique < 0.7) + 2.5 * (share_in(p, c.around.families) > 0.6)
