"""Which kind of table a sheet is: each kind is tried with its best meanings of all columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.intake.files.cells import shown
from planner.intake.headings.evidence import HeadingEvidence
from planner.intake.headings.fields import FIELDS, OPEN, field_of
from planner.intake.headings.lexicon import folded
from planner.intake.reading.assignment import assigned, margin
from planner.intake.reading.laid_out import LaidOut
from planner.intake.reading.likelihood import (
    Column,
    Surroundings,
    fit_of,
    fit_of_other,
    share_in,
)
from planner.intake.reading.profile import Profile

HEADING_POINTS = 6.0
NOTHING = 1.5  # points of meaning nothing the planner knows
_TITLE_POINTS = 4.0
_TIMES = frozenset(
    ["duration_minutes", "minutes_per_unit", "min_minutes", "max_minutes", "minutes"]
)
# Of equal meanings the one that a plan rests on goes first.
_WANTED = {
    "quantity": 1.0,
    "due": 0.4,
    "order_id": 0.3,
    "duration_minutes": 0.3,
    "min_minutes": -0.8,
}
# What cells alone can say, whatever the heading.
_BY_CELLS = frozenset(
    """
    order_id machine_id due quantity from to minutes product family eligible_machines status
    weekdays start end predecessor duration_minutes calendar duration_unit
    """.split()  # noqa: SIM905
)
_DAYS = frozenset(["release", "due", "deadline", "planned_start", "planned_end"])
_AMOUNTS = frozenset(["quantity", "lot_quantity"])

# A table is of a kind only if it has one field of each of these groups.
_NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "orders": (("order_id", "product", "quantity", "due"),),
    "routes": (("product", "order_id"), ("stage", "operation")),
    "machines": (("machine_id",),),
    "changeovers": (("from",), ("to",)),
    "calendars": (("start", "date"), ("weekdays", "date", "calendar", "end")),
    "durations": (
        ("order_id", "product"),
        ("machine_id",),
        ("minutes", "minutes_per_unit", "units_per_hour"),
    ),
    "eligibility": (("product", "order_id"), ("machine_id",)),
}
# How much a field tells about its kind; what is not named tells a fourth.
_TELLING: Mapping[str, Mapping[str, float]] = {
    "orders": {"due": 1.4, "quantity": 1.0, "order_id": 1.0, "customer": 0.8, "priority": 0.8}
    | {"release": 0.8, "status": 0.6, "deadline": 1.0, "product": 0.5, "duration_minutes": 0.5}
    | {"done_quantity": 0.6, "open_quantity": 0.6, "eligible_machines": 0.4, "attr_": 0.3}
    | {"current_machine": 0.6, "pinned_machine": 0.8},
    "routes": {"stage": 1.4, "operation": 1.0, "min_wait": 1.2, "max_wait": 1.2, "product": 0.6}
    | {"eligible_machines": 0.5, "setup_minutes": 0.5},
    "machines": {"machine_id": 1.1, "process": 1.4, "capacity_": 1.2, "speed": 1.1, "rate": 0.9}
    | {"cost_per_hour": 1.2, "initial_family": 1.0, "pausable": 1.2, "count": 1.0}
    | {"calendar": 0.8, "group": 0.4},
    "changeovers": {"from": 1.2, "to": 1.2, "minutes": 1.0, "cost": 0.6, "attribute": 0.8},
    "calendars": {"weekdays": 1.5, "start": 1.0, "end": 1.0, "open": 1.0, "calendar": 0.4},
    "durations": {"machine_id": 0.8, "product": 0.6, "minutes": 0.7, "units_per_hour": 1.0}
    | {"minutes_per_unit": 1.0},
    "eligibility": {"machine_id": 0.8, "product": 0.6, "allowed": 1.2, "forbidden": 1.2},
}


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class Tried:
    """A sheet read as one kind of table: the likeliest field of each column.

    `points` are those of each column for each field, `nothing` those of the likeliest meaning that
    nothing is planned with, whose name is in `others`.
    """

    kind: str
    laid: LaidOut
    points: tuple[Mapping[str, float], ...]
    heard: tuple[Mapping[str, float], ...]
    nothing: tuple[float, ...]
    others: tuple[str, ...]
    structure: float = 0.0

    @cached_property
    def gains(self) -> tuple[Mapping[str, float], ...]:
        """Return what each field of each column gains over meaning nothing."""
        return tuple(
            {name: value - least for name, value in points.items()}
            for points, least in zip(self.points, self.nothing, strict=True)
        )

    @cached_property
    def found(self) -> dict[int, str]:
        """Return the field of each column that has one."""
        return assigned(self.gains)

    def margin(self, place: int) -> float:
        """Return how much worse the next best whole is in which a column means something else."""
        return margin(self.gains, self.found, place) if place in self.found else 0.0

    @cached_property
    def score(self) -> float:
        """Return how likely the sheet is of this kind; 0 is not at all."""
        names = set(self.found.values())
        if not all(any(field in names for field in group) for group in _NEEDED[self.kind]):
            return 0.0
        telling = _TELLING[self.kind]
        own = sum(
            HEADING_POINTS * self.heard[place].get(name, 0.0) * telling.get(_stem(name), 0.25)
            for place, name in self.found.items()
        )
        title = _TITLE_POINTS * self.laid.title_kinds.get(self.kind, 0.0)
        return max(0.0, own + title + self.structure)


def _stem(name: str) -> str:
    return next((stem for stem in OPEN if name.startswith(stem)), name)


def tried(laid: LaidOut, kind: str, around: Surroundings) -> Tried:
    """Return `laid` read as a table of `kind`."""
    structure, pair = _structure(laid, kind, around)
    columns = [
        Column(
            place=place,
            profile=profile,
            has_time_unit=bool(laid.units[place].time),
            others=laid.profiles,
            around=around,
        )
        for place, profile in enumerate(laid.profiles)
    ]
    points, heard, nothing, others = [], [], [], []
    for column, heading in zip(columns, laid.headings, strict=True):
        said = _heard(laid, kind, column.place, heading)
        fits = _fits(kind, said, column, heading)
        for name, place in pair.items():
            if place == column.place and name in fits:
                fits[name] += 4.0
        if kind == "orders":
            _weigh_against_quantity(fits, column, laid)
        points.append(fits)
        heard.append(said)
        least, other = _other(laid, kind, heading, column)
        nothing.append(least)
        others.append(other)
    return Tried(
        kind=kind,
        laid=laid,
        points=tuple(points),
        heard=tuple(heard),
        nothing=tuple(nothing),
        others=tuple(others),
        structure=structure,
    )


def _heard(laid: LaidOut, kind: str, place: int, heading: HeadingEvidence) -> dict[str, float]:
    """Return how strongly a heading says each field of a kind, words that shift it included."""
    said: dict[str, float] = {}
    for (told_in, meaning), score in heading.scores.items():
        name = field_of(kind, told_in, meaning)
        if name:
            name = attribute_of(heading.text) if name == "attr_" else name
            name = f"size_{_slug(heading.text)}" if name == "size_" else name
            weight = score * laid.speaks(heading.spoken[told_in, meaning])
            said[name] = max(said.get(name, 0.0), weight)
    return _shifted(said, kind, place, heading, laid)


def attribute_of(heading: str) -> str:
    """Return the name of the attribute a heading stands for.

    >>> attribute_of("Farbton (RAL)")
    'attr_farbton'
    """
    return f"attr_{_slug(heading)}"


def _slug(heading: str) -> str:
    from planner.intake.headings.units import normal

    return normal(heading).replace(" ", "_").removeprefix("attr_").removeprefix("size_") or "x"


def _shifted(
    said: dict[str, float], kind: str, place: int, heading: HeadingEvidence, laid: LaidOut
) -> dict[str, float]:
    """Let the words of a heading that is not known as a whole speak for and against."""
    unit, words = laid.units[place], heading.words
    if heading.languages and not (unit.rate or unit.pieces):
        return said
    own = FIELDS[kind]

    def less(names: frozenset[str], factor: float) -> None:
        for name in names & said.keys():
            said[name] *= factor

    def more(name: str, least: float) -> None:
        if name in own:
            said[name] = max(said.get(name, 0.0), least)

    if heading.languages:
        words = frozenset()
    if unit.rate:
        less(_TIMES | _AMOUNTS | frozenset(["speed"]), 0.4)
        more("rate" if kind == "machines" else "units_per_hour", 0.75)
    elif unit.pieces:
        less(frozenset(["duration_minutes", "minutes", "units_per_hour"]) | _AMOUNTS, 0.4)
        more("minutes_per_unit", 0.75)
    elif (
        unit.time in ("s", "min", "h") and "setup" not in words and not said and not heading.scores
    ):
        more("minutes" if kind in ("changeovers", "durations") else "duration_minutes", 0.4)
    if "setup" in words and kind != "changeovers":
        less(_TIMES, 0.4)
        if unit.time or _TIMES & said.keys():
            more("setup_minutes", 0.7)
    if {"weight", "per_unit"} <= words:  # what a piece weighs is no quantity
        less(_AMOUNTS, 0.4)
    if words & {"actual", "last"}:
        less(_DAYS | _TIMES | _AMOUNTS, 0.4)
    if _AMOUNTS & said.keys():
        for word, name in (("done", "done_quantity"), ("open", "open_quantity")):
            if word in words:
                less(_AMOUNTS, 0.5)
                more(name, 0.75)
    if kind == "changeovers" and "" in said:
        del said[""]
    return said


def _fits(
    kind: str, said: Mapping[str, float], column: Column, heading: HeadingEvidence
) -> dict[str, float]:
    points = {}
    open_names = [name for name in said if name.startswith(OPEN)]
    if kind in ("orders", "routes"):
        open_names.append(attribute_of(heading.text))
    for name in dict.fromkeys((*FIELDS[kind], *open_names)):
        if name in OPEN or (
            name.startswith("attr_") and said.get("family", 0.0) >= said.get(name, 0.0) > 0
        ):
            continue
        fit = fit_of(kind, name, column)
        if fit is not None and not said.get(name) and name not in _BY_CELLS:
            fit = min(fit, NOTHING - 0.1)
        if fit is not None:
            points[name] = HEADING_POINTS * said.get(name, 0.0) + fit + _WANTED.get(name, 0.0)
    return points


def _weigh_against_quantity(fits: dict[str, float], column: Column, laid: LaidOut) -> None:
    """Compare times with the quantity beside them: of a piece, or of the whole order?"""
    unit = laid.units[column.place].time or "min"
    minutes = column.profile.middle * {"s": 1 / 60, "min": 1, "h": 60, "d": 1440}[unit]
    pieces = laid.typical_quantity
    if laid.repeats_orders and "line_item" in fits:
        fits["line_item"] += 1.5
        if "current_position" in fits:
            fits["current_position"] -= 1.0
    if "quantity" in fits and laid.made_so_far is not None:
        fits["quantity"] += _covers(column.profile, laid.made_so_far)
    if not minutes or pieces < 5:
        return
    if "minutes_per_unit" in fits and minutes > 4 and minutes * pieces > 2 * 1440:
        fits["minutes_per_unit"] -= 2.5
    if "duration_minutes" in fits and minutes < 1 and pieces > 20:
        fits["duration_minutes"] -= 2.0


def _covers(wanted: Profile, made: Profile) -> float:
    """Return points for a quantity that is nowhere less than what is made of it."""
    if wanted is made:
        return 0.0
    pairs = [
        (whole, part)
        for whole, part in zip(wanted.numbers, made.numbers, strict=True)
        if whole is not None and part is not None
    ]
    kept = sum(part <= whole for whole, part in pairs)
    return (
        0.0 if not pairs else 1.5 if kept == len(pairs) else -3.0 if kept < 0.8 * len(pairs) else 0
    )


def _other(laid: LaidOut, kind: str, heading: HeadingEvidence, column: Column) -> tuple[float, str]:
    best, name = NOTHING, ""
    for (told_in, meaning), score in heading.scores.items():
        is_own = told_in == kind and not field_of(kind, told_in, meaning)
        if told_in != "other" and not is_own:
            continue
        fit = fit_of_other(meaning, column)
        if fit is None:
            continue
        value = HEADING_POINTS * score * laid.speaks(heading.spoken[told_in, meaning]) + fit
        if value > best:
            best, name = value, meaning
    return best, name


# --- what the cells of several columns say together -------------------------------------------


def _structure(laid: LaidOut, kind: str, around: Surroundings) -> tuple[float, dict[str, int]]:
    """Return points for the form of the whole table, and columns it gives a field to."""
    shapes = laid.profiles
    if kind == "changeovers":
        pair = pair_of_states(laid)
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
    if kind == "routes":
        has_steps = any(_is_step(laid, place) for place in range(len(shapes)))
        dates = any(p.is_dates for p in shapes)
        return 5.0 * has_steps - 12.0 * dates - 4.0 * (not has_steps), {}
    key = any(
        p.unique > 0.95 and p.filled > 0.95 and p.coded > 0.5 and not p.is_dates for p in shapes
    )
    if not key or not any(p.is_dates for p in shapes):
        return 0.0, {}
    # Where few headings are known, a table with dates and names is taken for orders.
    known = sum(bool(heading.languages) for heading in laid.headings)
    is_unknown = len(laid.rows) > 1 and 2 * known < len(laid.headings)
    return 6.0 if is_unknown else 1.5, {}


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


def _is_step(laid: LaidOut, place: int) -> bool:
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
    rising = [
        values for values in several if all(a < b for a, b in zip(values, values[1:], strict=False))
    ]
    starts = {values[0] for values in several}
    return len(several) >= 2 and len(rising) >= 0.9 * len(several) and len(starts) <= 2


def known_values(profile: Profile) -> frozenset[str]:
    """Return the values of a column as they are compared with those of others."""
    return frozenset(profile.values)
