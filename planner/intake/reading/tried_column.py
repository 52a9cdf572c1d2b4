"""A column as a meaning is tried on it, with what is known around it."""

from dataclasses import dataclass, field

from planner.intake.reading.profile import Profile

Points = float | None  # None: the cells contradict the meaning


_LONG_NUMBER = 12  # digits; an article's code, hardly an order's


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


def is_decimal(p: Profile) -> bool:
    """Return whether most numbers of a column are broken ones."""
    return p.amounts > 0.6 and p.whole < 0.98 * p.amounts


def is_name(p: Profile) -> bool:
    """Return whether cells may be names: no dates, times or money."""
    return (
        bool(p.count) and p.dates < 0.5 and p.durations < 0.5 and p.money < 0.5 and p.clocks < 0.5
    )


def is_long_number(p: Profile) -> bool:
    """Return whether most cells are longer numbers than those of orders are."""
    long = sum(text.isdigit() and len(text) >= _LONG_NUMBER for text in p.texts)
    return p.count > 0 and long > 0.8 * p.count
