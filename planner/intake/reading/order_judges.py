"""How well the cells of a column fit what orders and routes have: points, or a contradiction."""

from planner.intake.reading.profile import Profile
from planner.intake.reading.tried_column import (
    Column,
    Points,
    is_decimal,
    is_long_number,
    is_name,
    share_in,
)

_MOST_PRIORITIES = 15


_SERIALS = (36_000, 62_000)  # Excel's numbers of the days from 1998 to 2069


def order_id(c: Column) -> Points:
    """Return how well cells are the number of an order."""
    p = c.profile
    if not is_name(p) or is_decimal(p) or p.filled < 0.3:
        return None
    if p.rows > 2 and len(p.values) == 1:
        return None
    points = 2.5 if p.unique == 1 else 2.0 if p.unique > 0.95 else 0.0 if p.unique > 0.25 else -2.5
    points += 0.6 * (c.place == 0) + 0.4 * (p.rising > 0.9)
    points -= 2.0 * (p.spaced > 0.6 and p.coded < 0.6) + 1.0 * (p.coded < 0.1)
    points -= 1.5 * is_long_number(p) + 1.0 * (p.filled < 0.9)
    return points - 0.5 * (p.is_numbers and max(p.figures) <= 2 * p.rows)


def product(c: Column) -> Points:
    """Return how well cells are a product."""
    p = c.profile
    if not is_name(p) or c.has_time_unit:
        return None
    points = 0.5 + 0.3 * (p.unique < 1) - 2.5 * is_decimal(p) - 2.0 * (p.meant["yes_no"] > 0.9)
    points -= 1.5 * (p.is_numbers and max(p.figures) < 1000)
    return points + 2.0 * (share_in(p, c.around.products) > 0.7)


def family(c: Column) -> Points:
    """Return how well cells are a family, or a value that families are made of."""
    p = c.profile
    if not is_name(p):
        return None
    fits = share_in(p, c.around.families)
    points = (
        0.5 - 3.0 * (c.has_time_unit and p.is_numbers) - 1.5 * is_decimal(p) - 0.5 * p.is_numbers
    )
    points -= 2.0 * (p.unique == 1 and p.rows > 7) + 1.0 * (p.meant["yes_no"] > 0.9)
    points -= 2.0 * (p.filled < 0.5)
    return points + 4.0 * (fits > 0.7) - 1.0 * (bool(c.around.families) and fits == 0)


def machine(c: Column) -> Points:
    """Return how well cells are the machines of an order."""
    p = c.profile
    if not is_name(p) or is_decimal(p):
        return None
    fits = share_in(p, c.around.machines)
    points = (
        0.5 + 0.8 * (p.unique < 0.6) - 2.5 * (p.unique == 1 and p.rows > 7) - 0.5 * p.is_numbers
    )
    points -= 1.5 * (p.is_numbers and max(p.figures) > 99_999)
    return points + 4.0 * (fits > 0.7) - 2.5 * (bool(c.around.machines) and fits < 0.2)


def amount(c: Column) -> Points:
    """Return how well cells are an amount."""
    p = c.profile
    if p.amounts < 0.5 or p.dates > 0.3 or (p.durations > 0.3 and p.amounts < 0.7):
        return None
    if any(unit in "%" for unit in _first_units(p)):
        return None
    points = 0.5 - 2.0 * (not any(p.figures)) - 1.0 * (p.money > 0.5)
    looks_like_key = p.unique > 0.95 and p.rising > 0.9 and p.rows > 3 and p.whole == p.amounts
    return points - 2.0 * (looks_like_key and p.middle > 9_999) - 3.0 * is_long_number(p)


def _first_units(p: Profile) -> list[str]:
    return [text[-1] for text in p.texts[:5] if text.endswith("%")]


def time_taken(c: Column) -> Points:
    """Return how well cells are the time that something takes."""
    p = c.profile
    if p.dates > 0.3 or p.amounts + p.durations < 0.5:
        return None
    if p.durations > 0.5:
        return 2.0
    return 0.3 + 0.7 * c.has_time_unit - 2.0 * is_long_number(p) - 1.0 * (p.money > 0.5)


def per_piece(c: Column) -> Points:
    """Return how well cells are the time of a piece."""
    points = time_taken(c)
    return None if points is None else points + 0.4 * is_decimal(c.profile)


def rate(c: Column) -> Points:
    """Return how well cells are so much per hour."""
    p = c.profile
    if p.amounts < 0.5 or p.dates > 0.3 or p.durations > 0.5:
        return None
    return 0.3 - 2.0 * (not any(p.figures))


def moment(c: Column) -> Points:
    """Return how well cells are a date."""
    p = c.profile
    if p.dates >= 0.5:
        return 1.5 - 0.3 * (p.filled < 0.5)
    if p.dates + p.weeks >= 0.5:  # codes may look like weeks: only a heading makes them dates
        return 0.0
    if p.amounts > 0.8 and p.figures:
        low, high = min(p.figures), max(p.figures)
        if _SERIALS[0] <= low and high <= _SERIALS[1]:
            return 0.8
        if c.has_time_unit and low >= 0:  # so many hours or days from the start
            return 0.0
    return None


def due(c: Column) -> Points:
    """Return how well cells are the date by which an order is wanted."""
    points = moment(c)
    if points is None or c.profile.dates < 0.5:
        return points
    later = [other for other in c.others if other.dates > 0.5 and other is not c.profile]
    return points + (0.6 if later and all(_typical(c.profile) >= _typical(o) for o in later) else 0)


def _typical(p: Profile) -> str:
    """Return a text by which date columns of one form can be compared."""
    ordered = sorted(str(cell) for cell in p.cells)
    return ordered[len(ordered) // 2] if ordered else ""


def clock(c: Column) -> Points:
    """Return how well cells are a time of day."""
    p = c.profile
    packed = sum(text.isdigit() and len(text) in (4, 6) for text in p.texts)
    hours = sum(0 <= value <= 24 for value in p.figures)
    fitting = p.clocks * p.count + max(packed, hours)
    return 1.5 if p.count and fitting > 0.8 * p.count and p.dates < 0.5 else None


def priority(c: Column) -> Points:
    """Return how well cells are a priority."""
    p = c.profile
    worded = p.meant["priority"]
    if p.dates > 0.3 or p.durations > 0.3 or is_decimal(p) or not p.count:
        return None
    if worded > 0.5:
        return 1.0 + 1.5 * worded
    ranked = sum(len(text) == 1 or text[:1] in "pP" for text in p.values) == len(p.values)
    if p.is_numbers or ranked:
        return None if len(p.values) > _MOST_PRIORITIES else 0.8
    flags = p.meant["yes_no"] > 0.9
    return 0.3 if flags else -2.5 if len(p.values) <= 6 else None


def status(c: Column) -> Points:
    """Return how well cells are how far an order is."""
    p = c.profile
    if not is_name(p) or is_decimal(p) or (p.unique == 1 and p.rows > 5):
        return None
    few = len(p.values) <= max(8, p.rows // 4)
    known = p.meant["status"]
    return (
        3.0 * known - 0.5 * (p.meant["priority"] > known) if known > 0.4 else 0.3 if few else -2.0
    )


def words(c: Column) -> Points:
    """Return how well cells are words."""
    p = c.profile
    if p.dates > 0.5 or is_decimal(p):
        return None
    return 0.3 - 1.0 * p.is_numbers


def note(c: Column) -> Points:
    """Return how well cells are a remark."""
    points = words(c)
    return None if points is None else points + 0.5 * (c.profile.filled < 0.6)


def unit(c: Column) -> Points:
    """Return how well cells are a unit of amounts."""
    p = c.profile
    if p.dates > 0.2 or p.amounts > 0.2 or len(p.values) > 12:
        return None
    return 2.0 * p.units - 1.0 - 4.0 * (p.time_units >= 0.5)


def unit_of_time(c: Column) -> Points:
    """Return how well cells are a unit of times."""
    p = c.profile
    return 4.0 if p.time_units >= 0.5 and p.amounts < 0.2 else None


def small_whole(c: Column) -> Points:
    """Return how well cells are a small whole number."""
    p = c.profile
    if not p.count or p.dates > 0.3 or p.durations > 0.5 or is_decimal(p):
        return None
    numbers = p.amounts > 0.8
    return (0.5 if numbers and max(p.figures) < 10_000 else -0.5) - 0.5 * (
        p.unique == 1 and p.rows > 5
    )


def among(c: Column, known: frozenset[str], miss: float) -> Points:
    """Return how well cells are what another sheet holds, though not all of it."""
    p = c.profile
    if not p.count or p.dates > 0.3:
        return None
    # Who names others does not name all of them.
    return 3.0 if share_in(p, known) > 0.7 and len(p.values) < len(known) else miss
