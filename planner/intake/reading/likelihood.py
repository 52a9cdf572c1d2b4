"""How well the cells of a column fit a meaning: points for and against, or a contradiction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from planner.intake.reading.profile import Profile

Points = float | None  # None: the cells contradict the meaning
_LONG_NUMBER = 12  # digits; an article's code, hardly an order's
_MOST_PRIORITIES = 15
_SERIALS = (36_000, 62_000)  # Excel's numbers of the days from 1998 to 2069


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What other columns and sheets are known to hold: sets of values as they are compared."""

    machines: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as a meaning is tried on it."""

    place: int
    profile: Profile
    has_time_unit: bool = False
    others: tuple[Profile, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)


def share_in(profile: Profile, known: frozenset[str]) -> float:
    """Return the share of a column's different values that are known; several may be in a cell."""
    if not known or not profile.values:
        return 0.0
    hits = sum(
        text in known or all(part.strip() in known for part in _parts(text))
        for text in profile.values
    )
    return hits / len(profile.values)


def _parts(text: str) -> list[str]:
    for mark in "|;/,":
        if mark in text:
            return text.split(mark)
    return [text]


def _is_decimal(p: Profile) -> bool:
    return p.amounts > 0.6 and p.whole < 0.98 * p.amounts


def _is_name(p: Profile) -> bool:
    return (
        bool(p.count) and p.dates < 0.5 and p.durations < 0.5 and p.money < 0.5 and p.clocks < 0.5
    )


def _order_id(c: Column) -> Points:
    p = c.profile
    if not _is_name(p) or _is_decimal(p) or p.filled < 0.3:
        return None
    if p.rows > 2 and len(p.values) == 1:
        return None
    points = 2.5 if p.unique == 1 else 2.0 if p.unique > 0.95 else 0.0 if p.unique > 0.25 else -2.5
    points += 0.6 * (c.place == 0) + 0.4 * (p.rising > 0.9)
    points -= 2.0 * (p.spaced > 0.6 and p.coded < 0.6) + 1.0 * (p.coded < 0.1)
    points -= 1.5 * _is_long_number(p) + 1.0 * (p.filled < 0.9)
    return points - 0.5 * (p.is_numbers and max(p.figures) <= 2 * p.rows)


def _is_long_number(p: Profile) -> bool:
    long = sum(text.isdigit() and len(text) >= _LONG_NUMBER for text in p.texts)
    return p.count > 0 and long > 0.8 * p.count


def _product(c: Column) -> Points:
    p = c.profile
    if not _is_name(p) or c.has_time_unit:
        return None
    points = 0.5 + 0.3 * (p.unique < 1) - 2.5 * _is_decimal(p) - 2.0 * (p.meant["yes_no"] > 0.9)
    points -= 1.5 * (p.is_numbers and max(p.figures) < 1000)
    return points + 2.0 * (share_in(p, c.around.products) > 0.7)


def _family(c: Column) -> Points:
    p = c.profile
    if not _is_name(p):
        return None
    fits = share_in(p, c.around.families)
    points = (
        0.5 - 3.0 * (c.has_time_unit and p.is_numbers) - 1.5 * _is_decimal(p) - 0.5 * p.is_numbers
    )
    points -= 2.0 * (p.unique == 1 and p.rows > 7) + 1.0 * (p.meant["yes_no"] > 0.9)
    points -= 2.0 * (p.filled < 0.5)
    return points + 4.0 * (fits > 0.7) - 1.0 * (bool(c.around.families) and fits == 0)


def _machine(c: Column) -> Points:
    p = c.profile
    if not _is_name(p) or _is_decimal(p):
        return None
    fits = share_in(p, c.around.machines)
    points = (
        0.5 + 0.8 * (p.unique < 0.6) - 2.5 * (p.unique == 1 and p.rows > 7) - 0.5 * p.is_numbers
    )
    points -= 1.5 * (p.is_numbers and max(p.figures) > 99_999)
    return points + 4.0 * (fits > 0.7) - 2.5 * (bool(c.around.machines) and fits < 0.2)


def _count(c: Column) -> Points:
    p = c.profile
    if p.amounts < 0.5 or p.dates > 0.3 or (p.durations > 0.3 and p.amounts < 0.7):
        return None
    if any(unit in "%" for unit in _first_units(p)):
        return None
    points = 0.5 - 2.0 * (not any(p.figures)) - 1.0 * (p.money > 0.5)
    looks_like_key = p.unique > 0.95 and p.rising > 0.9 and p.rows > 3 and p.whole == p.amounts
    return points - 2.0 * (looks_like_key and p.middle > 9_999) - 3.0 * _is_long_number(p)


def _first_units(p: Profile) -> list[str]:
    return [text[-1] for text in p.texts[:5] if text.endswith("%")]


def _time(c: Column) -> Points:
    p = c.profile
    if p.dates > 0.3 or p.amounts + p.durations < 0.5:
        return None
    if p.durations > 0.5:
        return 2.0
    return 0.3 + 0.7 * c.has_time_unit - 2.0 * _is_long_number(p) - 1.0 * (p.money > 0.5)


def _per_piece(c: Column) -> Points:
    points = _time(c)
    return None if points is None else points + 0.4 * _is_decimal(c.profile)


def _rate(c: Column) -> Points:
    p = c.profile
    if p.amounts < 0.5 or p.dates > 0.3 or p.durations > 0.5:
        return None
    return 0.3 - 2.0 * (not any(p.figures))


def _date(c: Column) -> Points:
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


def _due(c: Column) -> Points:
    points = _date(c)
    if points is None or c.profile.dates < 0.5:
        return points
    later = [other for other in c.others if other.dates > 0.5 and other is not c.profile]
    return points + (0.6 if later and all(_typical(c.profile) >= _typical(o) for o in later) else 0)


def _typical(p: Profile) -> str:
    """Return a text by which date columns of one form can be compared."""
    ordered = sorted(str(cell) for cell in p.cells)
    return ordered[len(ordered) // 2] if ordered else ""


def _clock(c: Column) -> Points:
    p = c.profile
    packed = sum(text.isdigit() and len(text) in (4, 6) for text in p.texts)
    hours = sum(0 <= value <= 24 for value in p.figures)
    fitting = p.clocks * p.count + max(packed, hours)
    return 1.5 if p.count and fitting > 0.8 * p.count and p.dates < 0.5 else None


def _priority(c: Column) -> Points:
    p = c.profile
    worded = p.meant["priority"]
    if p.dates > 0.3 or p.durations > 0.3 or _is_decimal(p) or not p.count:
        return None
    if worded > 0.5:
        return 1.0 + 1.5 * worded
    ranked = sum(len(text) == 1 or text[:1] in "pP" for text in p.values) == len(p.values)
    if p.is_numbers or ranked:
        return None if len(p.values) > _MOST_PRIORITIES else 0.8
    flags = p.meant["yes_no"] > 0.9
    return 0.3 if flags else -2.5 if len(p.values) <= 6 else None


def _status(c: Column) -> Points:
    p = c.profile
    if not _is_name(p) or _is_decimal(p) or (p.unique == 1 and p.rows > 5):
        return None
    few = len(p.values) <= max(8, p.rows // 4)
    known = p.meant["status"]
    return (
        3.0 * known - 0.5 * (p.meant["priority"] > known) if known > 0.4 else 0.3 if few else -2.0
    )


def _text(c: Column) -> Points:
    p = c.profile
    if p.dates > 0.5 or _is_decimal(p):
        return None
    return 0.3 - 1.0 * p.is_numbers


def _note(c: Column) -> Points:
    points = _text(c)
    return None if points is None else points + 0.5 * (c.profile.filled < 0.6)


def _unit(c: Column) -> Points:
    p = c.profile
    if p.dates > 0.2 or p.amounts > 0.2 or len(p.values) > 12:
        return None
    return 2.0 * p.units - 1.0 - 4.0 * (p.time_units >= 0.5)


def _unit_of_time(c: Column) -> Points:
    p = c.profile
    return 4.0 if p.time_units >= 0.5 and p.amounts < 0.2 else None


def _small_whole(c: Column) -> Points:
    p = c.profile
    if not p.count or p.dates > 0.3 or p.durations > 0.5 or _is_decimal(p):
        return None
    numbers = p.amounts > 0.8
    return (0.5 if numbers and max(p.figures) < 10_000 else -0.5) - 0.5 * (
        p.unique == 1 and p.rows > 5
    )


def _among(c: Column, known: frozenset[str], miss: float) -> Points:
    p = c.profile
    if not p.count or p.dates > 0.3:
        return None
    # Who names others does not name all of them.
    return 3.0 if share_in(p, known) > 0.7 and len(p.values) < len(known) else miss


def _named(known: Callable[[Column], frozenset[str]], miss: float) -> Callable[[Column], Points]:
    """Return a judge of columns whose cells name what another sheet holds."""

    def judge(c: Column) -> Points:
        if not c.profile.count or c.profile.dates > 0.3:
            return None
        return 3.0 if share_in(c.profile, known(c)) > 0.7 else miss

    return judge


def _key(c: Column) -> Points:
    p = c.profile
    if not _is_name(p) or _is_decimal(p) or p.filled < 0.8:
        return None
    fits = share_in(p, c.around.machines)
    points = 2.0 if p.unique == 1 else -1.0 if p.unique > 0.7 else -3.0
    return points + 0.6 * (c.place == 0) + 3.0 * (fits > 0.5) - 0.5 * p.is_numbers


def _worded(group: str) -> Callable[[Column], Points]:
    def judge(c: Column) -> Points:
        p = c.profile
        is_flag = not p.figures or set(p.figures) <= {0.0, 1.0} or group == "weekdays"
        return 2.0 if p.meant[group] > 0.6 and is_flag else None

    return judge


def _speed(c: Column) -> Points:
    p = c.profile
    if p.amounts < 0.8 or not p.figures:
        return None
    return 1.0 if min(p.figures) > 0 and max(p.figures) <= 200 else -1.0


def _many(c: Column) -> Points:
    p = c.profile
    if p.amounts < 0.8 or _is_decimal(p) or not p.figures:
        return None
    return 1.0 if max(p.figures) <= 50 else -2.0


def _changeover(c: Column) -> Points:
    p = c.profile
    worded = p.meant["yes_no"]
    if p.dates > 0.3 or p.amounts + p.durations + worded < 0.5:
        return None
    return 0.5 + 1.0 * (p.durations > 0.4) + 0.5 * c.has_time_unit


def _end_of_changeover(c: Column) -> Points:
    p = c.profile
    if not _is_name(p) or _is_decimal(p):
        return None
    return 0.5 + 1.0 * (p.unique < 0.7) + 2.5 * (share_in(p, c.around.families) > 0.6)


FITS: Mapping[str, Mapping[str, Callable[[Column], Points]]] = {
    "orders": {
        "order_id": _order_id,
        "line_item": _small_whole,
        "product": _product,
        "family": _family,
        "attr_": _family,
        "quantity": _count,
        "done_quantity": _count,
        "open_quantity": _count,
        "lot_quantity": _count,
        "unit": _unit,
        "duration_unit": _unit_of_time,
        "status": _status,
        "duration_minutes": _time,
        "minutes_per_unit": _per_piece,
        "units_per_hour": _rate,
        "min_minutes": _time,
        "max_minutes": _time,
        "setup_minutes": _time,
        "min_wait": _time,
        "max_wait": _time,
        "size_": _count,
        "release": _date,
        "due": _due,
        "deadline": _date,
        "planned_start": _date,
        "planned_end": _date,
        "pinned_start": _date,
        "release_time": _clock,
        "due_time": _clock,
        "deadline_time": _clock,
        "priority": _priority,
        "eligible_machines": _machine,
        "current_machine": _machine,
        "pinned_machine": _machine,
        "current_position": _small_whole,
        "planned_batch": _small_whole,
        "stage": _small_whole,
        "operation": _text,
        "predecessor": lambda c: _among(c, c.around.orders, 0.0),
        "needs": lambda c: _among(c, c.around.orders, -2.0),
        "customer": _text,
        "description": _text,
        "note": _note,
    },
    "machines": {
        "machine_id": _key,
        "process": _worded("process"),
        "capacity_": _count,
        "initial_family": _named(lambda c: c.around.families, -1.0),
        "pausable": _worded("yes_no"),
        "speed": _speed,
        "cost_per_hour": _rate,
        "calendar": _named(lambda c: c.around.calendars, -1.0),
        "count": _many,
        "rate": _rate,
        "most_batches_in_a_row": _count,
        "most_hours_in_a_row": _count,
        "most_quantity_in_a_row": _count,
        "setup_minutes": _time,
        "hand_on": _text,
        "note": _note,
    },
    "changeovers": {
        "from": _end_of_changeover,
        "to": _end_of_changeover,
        "minutes": _changeover,
        "cost": _rate,
        "machine": _machine,
        "attribute": _text,
        "note": _note,
    },
    "calendars": {
        "calendar": _text,
        "weekdays": _worded("weekdays"),
        "date": _date,
        "start": _clock,
        "end": _clock,
        "open": _worded("yes_no"),
        "note": _note,
    },
    "durations": {
        "order_id": _named(lambda c: c.around.orders, -1.0),
        "product": _product,
        "stage": _small_whole,
        "machine_id": _machine,
        "minutes": _time,
        "minutes_per_unit": _per_piece,
        "units_per_hour": _rate,
        "allowed": _worded("yes_no"),
        "forbidden": _worded("yes_no"),
        "note": _note,
    },
}
FITS = {**FITS, "eligibility": FITS["durations"]}
FITS = {**FITS, "waits": {"min_wait": _time, "max_wait": _time, "product": _product}}
FITS = {**FITS, "routes": {**FITS["orders"], "product": _product, "order_id": _product}}

_DATES = frozenset(
    [
        "entry_date",
        "changed_date",
        "print_date",
        "expiry_date",
        "document_date",
        "actual_start",
        "actual_end",
        "last_run_date",
    ]
)
_FIGURES = frozenset(
    [
        "stock",
        "safety_stock",
        "days_of_cover",
        "output_per_day",
        "price",
        "value",
        "shelf_life",
        "percent_done",
        "crew",
        "lead_time",
        "cavities",
        "campaign",
    ]
)


def fit_of(kind: str, field_name: str, column: Column) -> Points:
    """Return the points of a field of a kind of table for a column's cells."""
    stem = next(
        (s for s in ("attr_", "size_", "capacity_") if field_name.startswith(s)), field_name
    )
    judge = FITS[kind].get(stem, _text)
    return judge(column) if column.profile.count else None


def fit_of_other(meaning: str, column: Column) -> Points:
    """Return the points of a meaning that nothing is planned with."""
    p = column.profile
    if meaning in _DATES:
        return 1.5 if p.dates > 0.5 else None
    if meaning in _FIGURES:
        return 0.5 if p.amounts + p.durations > 0.6 else -1.5 if p.dates < 0.5 else None
    return None if p.dates > 0.5 and meaning != "calibration" else 0.3
