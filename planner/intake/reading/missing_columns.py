"""What a plan needs and no column is sure to hold: found by its cells, or asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.intake.headings.units import normal
from planner.intake.reading.known_columns import (
    NO_COLUMN,
    ROW_NUMBERS,
    KnownColumns,
    is_fixed,
    stem,
)
from planner.intake.reading.sheet_reading import (
    Option,
    Question,
)

TIMES = ("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes")


# Nearer than this to the next best whole, a needed meaning is asked about.
CLOSE = 0.7


_MACHINES = ("eligible_machines", "current_machine", "pinned_machine")


# What a plan of orders rests on, each with the fields that give it.
_CORE: Mapping[str, tuple[str, ...]] = {
    "due": ("due", "deadline"),
    "quantity": ("quantity", "open_quantity"),
    "duration_minutes": TIMES,
    "eligible_machines": _MACHINES,
    "product": ("product",),
    "family": ("family", "attr_"),
    "release": ("release",),
    "status": ("status",),
}


_KEYS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "machines": {"machine_id": ("machine_id",)},
    "changeovers": {n: (n,) for n in ("from", "to", "minutes", "machine")},
    "durations": {
        "machine_id": ("machine_id",),
        "minutes": ("minutes", "minutes_per_unit", "units_per_hour"),
    },
    "routes": {"eligible_machines": ("eligible_machines",), "duration_minutes": TIMES},
}


_BY_CONTENT = {
    "orders": ("due", "quantity"),
    "changeovers": ("minutes",),
    "durations": ("minutes",),
}


_NEEDED_CELLS = frozenset(
    """
    order_id quantity due release deadline duration_minutes minutes_per_unit units_per_hour
    done_quantity priority minutes machine_id
    """.split()  # noqa: SIM905
)


_CHOICE = frozenset(
    """
    order_id product family quantity due release duration_minutes minutes_per_unit
    units_per_hour eligible_machines machine_id from to minutes priority
    """.split()  # noqa: SIM905
)


_ASKED_AT_MOST = 10


class MissingColumns(KnownColumns):
    """Finds what is missing by the cells alone, and asks where that or another column is near."""

    def _order_id(self) -> None:
        self.keys.append("column:order_id")
        if self._given.get("column:order_id") in (ROW_NUMBERS, NO_COLUMN):
            self.assumptions.append("orders are named by their row")
            return
        if "order_id" in self._fields():
            return
        rivals = [p for p in range(len(self._bare.columns)) if self._could_name(p)]
        free = [p for p in rivals if self._is_free(p)]
        options = [Option(value=self._name(p), label=self._name(p)) for p in free or rivals]
        self.questions.append(
            Question(
                key="column:order_id",
                text="Which column holds order_id?",
                options=(
                    *options,
                    Option(value=ROW_NUMBERS, label="none: name orders by their row"),
                ),
                sheet=self._laid.sheet.title,
            )
        )

    def _size_alone(self) -> None:
        """Take the one size of orders that have no quantity for it: `Batch size (kg)`."""
        sizes = [
            place
            for place, (name, by) in self._field.items()
            if name.startswith("size_") and by == "name" and name != normal(self._name(place))
        ]
        own = [place for place in sizes if not normal(self._name(place)).startswith("size ")]
        if "quantity" not in self._fields() and len(sizes) == len(own) == 1:
            self._field[own[0]] = ("quantity", "content")

    def _could_name(self, place: int) -> bool:
        profile = self._laid.profiles[place]
        return (
            profile.filled == 1
            and profile.unique == 1
            and self._tried.points[place].get("order_id", -1.0) > 0
            and not is_fixed(self._field.get(place))
        )

    def _by_content(self) -> None:
        """Take what only one column can be: the only dates, the only numbers."""
        for name in _BY_CONTENT.get(self._bare.kind, ()):
            given = self._given.get(f"column:{name}")
            if given is not None or self._fields() & set(_CORE.get(name, (name,))):
                continue
            if name == "quantity" and "duration_minutes" in self._fields():
                continue
            free = [p for p in self._shaped(name) if not is_fixed(self._field.get(p))]
            if len(free) == 1:
                self._field[free[0]] = (name, "content")

    def _shaped(self, name: str) -> list[int]:
        shapes = self._laid.profiles
        found = [
            place
            for place in range(len(shapes))
            if self._is_free(place) and self._tried.points[place].get(name, -1.0) > 0
        ]
        if name == "quantity":
            found = [p for p in found if shapes[p].is_numbers and not self._laid.units[p].time]
        if name == "minutes":
            found = [p for p in found if shapes[p].filled > 0.6]
        return found

    def _close_calls(self) -> None:
        """Ask where another column is nearly as likely to have a meaning that matters."""
        for place, (name, by) in list(self._field.items()):
            if by not in ("name", "content") or name not in _CHOICE:
                continue
            self.keys.append(f"column:{name}")
            if self._tried.found.get(place) != name or self._tried.margin(place) >= CLOSE:
                continue
            if f"column:{name}" in self._given:
                continue
            rivals = self._rivals(name, place)
            if rivals:
                self._ask_column(name, [place, *rivals], default=self._name(place))

    def _rivals(self, name: str, place: int) -> list[int]:
        own = self._tried.gains[place].get(name, 0.0)
        return [
            other
            for other, gain in enumerate(self._tried.gains)
            if other != place
            and gain.get(name, -9.0) > max(0.0, own - 2 * CLOSE - 0.6)
            and (other not in self._field or self._tried.margin(other) < 2)
            and not is_fixed(self._field.get(other))
        ]

    def _ask_column(self, name: str, places: Sequence[int], default: str | None) -> None:
        options = [Option(value=self._name(p), label=self._labelled(p)) for p in places]
        self.questions.append(
            Question(
                key=f"column:{name}",
                text=f"Which column holds {name}?",
                options=(*options, Option(value=NO_COLUMN, label="none of them")),
                default=default,
                column=self._name(places[0]),
                sheet=self._laid.sheet.title,
            )
        )

    def _unknown(self) -> None:
        """Ask about columns that could hold what is missing and whose headings say nothing."""
        known = {stem(name) for name in self._fields()}
        core = _CORE if self._bare.kind == "orders" else _KEYS.get(self._bare.kind, {})
        missing = [name for name, fields in core.items() if not known & set(fields)]
        asked = 0
        for place in range(len(self._bare.columns)):
            key = f"meaning:{self._name(place)}"
            is_asked = any(question.key == key for question in self.questions)
            if not self._is_free(place) or key in self._given or self._is_heard(place) or is_asked:
                continue
            fitting = [name for name in missing if self._fits(place, name)]
            if fitting and asked < _ASKED_AT_MOST:
                asked += 1
                self._ask_meaning(place, fitting)

    def _is_heard(self, place: int) -> bool:
        """Return whether the heading names a field that another column has got."""
        said = self._tried.heard[place]
        return any(score > 0.5 and name in self._fields() for name, score in said.items())

    def _fits(self, place: int, name: str) -> bool:
        profile = self._laid.profiles[place]
        points = self._tried.points[place].get(name, -9.0)
        if profile.filled < 0.5 or points < 0.2 or len(profile.values) < 2:
            return False
        if name == "status":
            return profile.is_words and len(profile.values) <= 8 and profile.unique < 0.7
        if name in ("eligible_machines", "product", "family", "machine"):
            return profile.unique < 0.8 and not profile.is_numbers
        return True

    def _contradicted(self) -> None:
        """Ask about columns whose headings name what a plan needs and whose cells are not that."""
        for place in range(len(self._bare.columns)):
            key = f"meaning:{self._name(place)}"
            if place in self._field or key in self._given or not self._laid.profiles[place].count:
                continue
            said = self._tried.heard[place]
            name = max(said, key=lambda field: said[field], default="")
            is_needed = stem(name) in _NEEDED_CELLS and name not in self._fields()
            if is_needed and said[name] > 0.6 and name not in self._tried.points[place]:
                self._ask_meaning(place, ())
                self.questions[-1] = replace(
                    self.questions[-1],
                    default=None,
                    text=f"{self._name(place)} is called as {name} is, but its cells are not: "
                    f"{self._examples(place)}. What does it hold?",
                )
