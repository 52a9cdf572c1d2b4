"""What the cells of several columns say together about the kind of a table."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from planner.intake.files.cells import shown
from planner.intake.formats.during import during_of
from planner.intake.headings.fields import field_of
from planner.intake.headings.lexicon import folded
from planner.intake.reading.laid_out import LaidOut
from planner.intake.reading.tried_column import Surroundings, share_in


def structure_of(laid: LaidOut, kind: str, around: Surroundings) -> tuple[float, dict[str, int]]:
    """Return points for the form of the whole table, and columns it gives a field to."""
    shapes = laid.profiles
    if kind == "changeovers":
        pair = pair_of_states(laid)
        if pair and _are_steps(laid, pair, around):
            return -2.0, {}
        return (7.0, {"from": pair[0], "to": pair[1]}) if pair else (-2.0, {})
    if kind == "machines":
        fits = max((share_in(p, around.machines) for p in shapes if p.unique == 1), default=0.0)
        dates = any(p.is_dates for p in shapes)
        return 6.0 * (fits > 0.5) - 4.0 * (len(laid.rows) > 150) - 3.0 * dates, {}
    if kind == "calendars":
        days = any(p.meant["weekdays"] > 0.6 for p in shapes)
        clocks = sum(p.clocks > 0.8 for p in shapes) >= 2
        return 3.0 * days + 2.0 * clocks - 4.0 * (not days and not clocks), {}
    if kind in ("durations", "eligibility"):
        has_times = any(p.amounts + p.durations > 0.6 for p in shapes)
        if kind == "eligibility" and has_times:
            return -20.0, {}
        pair = _product_on_machine(laid, around)
        return (5.0, {"product": pair[0], "machine_id": pair[1]}) if pair else (-3.0, {})
    if kind == "waits":
        pair = next((pair for pair in _word_pairs(laid) if _are_steps(laid, pair, around)), None)
        return (7.0, {"from": pair[0], "to": pair[1]}) if pair else (-2.0, {})
    if kind in ("upkeep", "resources", "needs"):
        against = -4.0 * any(p.is_dates for p in shapes) - 4.0 * (len(laid.rows) > 150)
        crews = _crews(laid) if kind == "resources" else None
        return (against, {}) if crews is None else (against + 5.0, {"resource": crews})
    if kind == "routes":
        has_steps = any(is_step(laid, place) for place in range(len(shapes)))
        dates = any(p.is_dates for p in shapes)
        return 5.0 * has_steps - 12.0 * dates - 4.0 * (not has_steps), {}
    return _of_orders(laid), {}


def _crews(laid: LaidOut) -> int | None:
    """Return the first column whose cells name crews by what they do, such as setters."""
    for place, p in enumerate(laid.profiles):
        does = [during_of(value) for value in p.values] if p.is_words and p.filled > 0.8 else []
        if sum(what not in ("", "upkeep") for what in does) > 0.5 * len(does):
            return place
    return None


def _of_orders(laid: LaidOut) -> float:
    """Return points for a key and dates, which orders have."""
    shapes = laid.profiles
    key = any(
        p.unique > 0.95 and p.filled > 0.95 and p.coded > 0.5 and not p.is_dates for p in shapes
    )
    if not key or not any(p.is_dates for p in shapes):
        return 0.0
    # Where few headings are known, a table with dates and names is taken for orders.
    known = sum(bool(heading.languages) for heading in laid.headings)
    is_unknown = len(laid.rows) > 1 and 2 * known < len(laid.headings)
    return 6.0 if is_unknown else 1.5


def pair_of_states(laid: LaidOut) -> tuple[int, int] | None:
    """Return two columns that hold the same values, each pair once: what is left and what comes."""
    names = [
        place
        for place, p in enumerate(laid.profiles)
        if p.filled > 0.9
        and p.unique < 0.8
        and p.dates < 0.2
        and p.durations < 0.5
        and len(p.values) > 1
        and not (p.amounts > 0.6 and p.whole < p.amounts)
    ]
    for left in names:
        for right in names:
            if left < right and _is_pair(laid, left, right):
                return left, right
    return None


def _word_pairs(laid: LaidOut) -> Iterator[tuple[int, int]]:
    """Yield each two columns of names, the left one first."""
    names = [place for place, p in enumerate(laid.profiles) if p.filled > 0.9 and p.is_words]
    yield from combinations(names, 2)


def _are_steps(laid: LaidOut, pair: tuple[int, int], around: Surroundings) -> bool:
    """Return whether what two columns hold is known as steps of routes, and not as families."""
    shares = [share_in(laid.profiles[place], around.steps) for place in pair]
    families = [share_in(laid.profiles[place], around.families) for place in pair]
    return min(shares) > 0.6 and max(families) < 0.5


def _is_pair(laid: LaidOut, left: int, right: int) -> bool:
    a, b = laid.profiles[left].values.keys(), laid.profiles[right].values.keys()
    common, smaller = len(a & b), min(len(a), len(b))
    if common < 2 or common < 0.6 * smaller:
        return False
    pairs = _pairs(laid, left, right)
    same = sum(x == y for x, y in pairs)
    if same > 0.5 * len(pairs):
        return False
    return len(set(pairs)) > 0.85 * len(pairs) or _differ_by_machine(laid, pairs, left, right)


def _differ_by_machine(laid: LaidOut, pairs: list[tuple[str, str]], left: int, right: int) -> bool:
    """Return whether another column of few values tells equal pairs apart."""
    for place, p in enumerate(laid.profiles):
        if place in (left, right) or p.filled < 0.9 or p.unique > 0.6 or not p.is_words:
            continue
        third = [value for _, value in _pairs(laid, left, place)]
        if len(set(zip(pairs, third, strict=False))) > 0.95 * len(pairs):
            return True
    return False


def _pairs(laid: LaidOut, left: int, right: int) -> list[tuple[str, str]]:
    one, two = laid.bare.columns[left].index, laid.bare.columns[right].index
    return [
        (folded(shown(row[one])), folded(shown(row[two])))
        for row in laid.rows
        if max(one, two) < len(row)
    ]


def _product_on_machine(laid: LaidOut, around: Surroundings) -> tuple[int, int] | None:
    names = [
        place
        for place, p in enumerate(laid.profiles)
        if p.filled > 0.9
        and p.dates < 0.2
        and p.durations < 0.2
        and p.unique < 1
        and len(p.values) > 1
        and not p.is_numbers
    ]
    for left in names:
        for right in names:
            if left == right or len(set(_pairs(laid, left, right))) < 0.95 * len(laid.rows):
                continue
            what, where = laid.profiles[left], laid.profiles[right]
            is_machine = share_in(where, around.machines) > 0.6 or _says(laid, right, "machine_id")
            is_product = share_in(what, around.products) > 0.6 or _says(laid, left, "product")
            if is_machine and is_product:
                return left, right
    return None


def _says(laid: LaidOut, place: int, field: str) -> bool:
    heading = laid.headings[place]
    said = [s for (told, m), s in heading.scores.items() if field_of("durations", told, m) == field]
    return max(said, default=0.0) > 0.5


def is_step(laid: LaidOut, place: int) -> bool:
    """Return whether whole numbers rise within each group of equal cells of a column before."""
    p = laid.profiles[place]
    if not p.is_numbers or p.whole < p.amounts or p.unique > 0.7 or len(p.values) < 2:
        return False
    return any(
        _rises(laid, group, place)
        for group, g in enumerate(laid.profiles)
        if group != place and g.unique < 0.8 and g.filled > 0.9 and len(g.values) > 1
    )


def _rises(laid: LaidOut, group: int, place: int) -> bool:
    steps, numbers = _pairs(laid, group, place), laid.profiles[place].numbers
    groups: dict[str, list[float]] = {}
    for (name, _), value in zip(steps, numbers, strict=False):
        if value is not None:
            groups.setdefault(name, []).append(value)
    several = [values for values in groups.values() if len(values) > 1]
    rising = [values for values in several if all(a < b for a, b in pairwise(values))]
    starts = {values[0] for values in several}
    return len(several) >= 2 and len(rising) >= 0.9 * len(several) and len(starts) <= 2
