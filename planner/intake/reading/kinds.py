"""Which kind of table a sheet is: each kind is tried with its best meanings of all columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.intake.headings.evidence import HeadingEvidence
from planner.intake.headings.fields import FIELDS, OPEN, field_of
from planner.intake.reading.assignment import assigned, margin
from planner.intake.reading.heard import attribute_of, heard_fields
from planner.intake.reading.laid_out import LaidOut
from planner.intake.reading.likelihood import fit_of, fit_of_other
from planner.intake.reading.profile import Profile
from planner.intake.reading.structure import is_step, structure_of
from planner.intake.reading.tried_column import Column, Surroundings

HEADING_POINTS = 6.0
NOTHING = 1.5  # points of meaning nothing the planner knows
_TITLE_POINTS = 4.0
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
    weekdays start end predecessor duration_minutes calendar duration_unit amount
    """.split()  # noqa: SIM905
)

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
    "waits": (("from",), ("to",), ("min_wait", "max_wait")),
    "upkeep": (
        ("machine",),
        ("minutes",),
        ("after_hours", "after_batches", "after_quantity", "interval"),
    ),
    "resources": (("resource",), ("amount", "calendar", "during", "person")),
    "needs": (
        ("resource",),
        ("during",),
        ("minutes", "machine", "family", "product", "stage"),
    ),
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
    "waits": {"from": 0.9, "to": 0.9, "min_wait": 1.2, "max_wait": 1.2},
    "upkeep": {"machine": 0.6, "minutes": 0.6, "after_hours": 1.4, "after_batches": 1.4}
    | {"after_quantity": 1.4, "interval": 1.4, "upkeep": 0.8, "done_before_hours": 0.8}
    | {"done_before_batches": 0.8, "done_before_quantity": 0.8},
    "resources": {"resource": 1.2, "amount": 0.8, "during": 0.8, "calendar": 0.4, "person": 0.4},
    "needs": {"resource": 1.0, "during": 1.2, "amount": 0.3, "minutes": 0.4},
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
    structure, pair = structure_of(laid, kind, around)
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
        said = heard_fields(laid, kind, column.place)
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
    """Weigh times by the quantity beside them: whether of a piece or of the whole order."""
    unit = laid.units[column.place].time or "min"
    minutes = column.profile.middle * {"s": 1 / 60, "min": 1, "h": 60, "d": 1440}[unit]
    pieces = laid.typical_quantity
    if laid.repeats_orders and "priority" in fits and is_step(laid, column.place):
        fits["priority"] -= 4.0  # 1, 2, 3 within each order: the place of a step
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


def known_values(profile: Profile) -> frozenset[str]:
    """Return the values of a column as they are compared with those of others."""
    return frozenset(profile.values)
