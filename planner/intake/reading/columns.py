"""What each column of a table of a known kind means, what is thereby assumed, and what to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.intake.files.cells import shown
from planner.intake.formats.families import answered_rule, suggested_rule
from planner.intake.giving_back.exported import added_columns, is_own_table
from planner.intake.headings.fields import FIELDS, OPEN, known_fields
from planner.intake.headings.units import is_unnamed, normal
from planner.intake.reading.heard import attribute_of
from planner.intake.reading.kinds import Tried
from planner.intake.reading.laid_out import LaidOut
from planner.intake.reading.sheet_reading import (
    BY_EXPORT,
    IGNORED,
    ColumnReading,
    Option,
    Question,
    SheetReading,
)
from planner.reader.tables import COLUMNS, REQUIRED

NO_COLUMN = "none"
ROW_NUMBERS = "rows"
# Nearer than this to the next best whole, a needed meaning is asked about.
CLOSE = 0.7
# A heading this sure needs no word that it was understood so.
PLAIN = 0.72
_TIMES = ("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes")
_MACHINES = ("eligible_machines", "current_machine", "pinned_machine")
# What a plan of orders rests on, each with the fields that give it.
_CORE: Mapping[str, tuple[str, ...]] = {
    "due": ("due", "deadline"),
    "quantity": ("quantity", "open_quantity"),
    "duration_minutes": _TIMES,
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
    "routes": {"eligible_machines": ("eligible_machines",), "duration_minutes": _TIMES},
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
# What is understood and cannot be planned with as it stands, with the reason.
_SAID_ONLY: Mapping[str, str] = {
    "setup_minutes": "set-up time: changeovers are a list of their own",
}
# An empty column of these is not the same as none: its cells are missing.
_NEVER_EMPTY = frozenset(("quantity", "family", *_TIMES, "max_minutes"))


class Columns:
    """Gives each column its field, collecting what was assumed and what has to be asked."""

    def __init__(self, bare: SheetReading, tried: Tried, laid: LaidOut) -> None:
        self._bare, self._tried, self._laid = bare, tried, laid
        self._given = dict(bare.answers)
        self._field: dict[int, tuple[str, str]] = {}
        self._rule = answered_rule(self._given.get("family_rule")) or bare.family_rule
        self.questions: list[Question] = []
        self.assumptions: list[str] = []
        self.keys = [f"meaning:{name}" for name in bare.header]
        self.keys += [f"column:{name}" for name in known_fields(bare.kind)]

    def read(self) -> None:
        """Find the meaning of each column."""
        self._field = {place: (name, self._by(place)) for place, name in self._tried.found.items()}
        is_orders = self._bare.kind == "orders"
        self._setup_beside_pieces()
        self._rate_beside_time()
        if is_orders:
            self._export_columns()
        self._take_answers()
        if is_orders:
            self._pairs()
            self._order_id()
            self._size_alone()
        self._by_content()
        self._close_calls()
        self._attributes()
        if is_orders:
            self._machines()
            self._family_rule()
        self._contradicted()
        self._unknown()
        self._empty()
        self._say()

    def mapping(self) -> SheetReading:
        """Return the reading with the fields found."""
        columns = []
        for place, column in enumerate(self._bare.columns):
            name, by = self._field.get(place, ("", "name"))
            other = "" if name else self._tried.others[place]
            columns.append(
                replace(
                    column,
                    field=name,
                    by=by,
                    certainty=self._certainty(place),
                    examples=self._laid.profiles[place].examples,
                    alternatives=self._possible(place)[:12],
                    other=other,
                )
            )
        return replace(self._bare, columns=tuple(columns), family_rule=self._rule)

    # --- what is known of a column ----------------------------------------------------------

    def _by(self, place: int) -> str:
        return "name" if self._heard(place) > 0 else "content"

    def _heard(self, place: int) -> float:
        return self._tried.heard[place].get(self._tried.found.get(place, ""), 0.0)

    def _certainty(self, place: int) -> float:
        name, by = self._field.get(place, ("", ""))
        if by in ("user", BY_EXPORT, "remembered"):
            return 1.0
        if not name or self._tried.found.get(place) is None:
            return 0.0 if not self._tried.others[place] else 0.8
        return round(min(1.0, 0.25 + self._tried.margin(place) / 6), 2)

    def _possible(self, place: int) -> tuple[str, ...]:
        """Return the fields the cells of a column allow, likeliest first."""
        points = self._tried.points[place]
        return tuple(sorted(points, key=lambda name: -points[name]))

    def _fields(self) -> set[str]:
        return {name for name, _ in self._field.values()}

    def _drop(self, name: str) -> None:
        for place in [place for place, (known, _) in self._field.items() if known == name]:
            del self._field[place]

    def _is_free(self, place: int) -> bool:
        return (
            place not in self._field
            and not self._tried.others[place]
            and self._laid.profiles[place].count > 0
        )

    def _is_free_of_cells(self, place: int) -> bool:
        return self._laid.profiles[place].count == 0

    def _name(self, place: int) -> str:
        return self._bare.header[place]

    def _examples(self, place: int) -> str:
        return ", ".join(self._laid.profiles[place].examples)

    def _setup_beside_pieces(self) -> None:
        """Beside the time of a piece, what may be a set-up as well as a run is one."""
        if not {"minutes_per_unit", "units_per_hour"} & self._fields():
            return
        for place, (name, _) in list(self._field.items()):
            points = self._tried.points[place]
            near = points.get("setup_minutes", -9.0) > points.get(name, 0.0) - 1.0
            if name == "duration_minutes" and near and "setup_minutes" not in self._fields():
                self._field[place] = ("setup_minutes", "name")

    def _rate_beside_time(self) -> None:
        """Beside the time of an order, what may be an output as well as a rate is none."""
        if "duration_minutes" not in self._fields():
            return
        for place, (name, _) in list(self._field.items()):
            nothing = self._tried.nothing[place]
            is_weak = name == "units_per_hour" and self._tried.points[place][name] < nothing + 1.0
            if is_weak and self._tried.others[place]:
                del self._field[place]

    # --- answers ------------------------------------------------------------------------------

    def _take_answers(self) -> None:
        header = self._bare.header
        for key, value in self._bare.answers:
            head, _, rest = key.partition(":")
            if head == "meaning" and rest in header:
                self._set_by_user(header.index(rest), "" if value == NO_COLUMN else value)
            if head == "column" and value in header:
                self._set_by_user(header.index(value), rest)
            elif head == "column" and value in (NO_COLUMN, ROW_NUMBERS):
                self._drop(rest)

    def _set_by_user(self, place: int, name: str) -> None:
        if name == "attr_":
            name = attribute_of(self._name(place))
        if name in ("size_", "capacity_"):
            name += normal(self._name(place)).replace(" ", "_")
        if name and name != IGNORED:
            self._drop(name)
        self._field.pop(place, None)
        if name in self._known_names() or name.startswith(OPEN) or name == IGNORED:
            self._field[place] = (name, "user")
        else:
            self._field[place] = ("", "user")

    def _known_names(self) -> set[str]:
        return set(FIELDS[self._bare.kind])

    # --- an export of the planner comes back ---------------------------------------------------

    def _export_columns(self) -> None:
        self._planned_columns()
        if added := added_columns(self._bare.header):
            self._take_back(added)
        if is_own_table(self._bare.header):
            self._own_columns()

    def _own_columns(self) -> None:
        """Give what a table of a plan says of its orders the meaning that it was written with."""
        for place, name in enumerate(self._bare.header):
            if name in COLUMNS["orders.csv"] and self._field.get(place, ("", ""))[1] != BY_EXPORT:
                self._drop(name)
                self._field[place] = (name, "name")

    def _empty(self) -> None:
        """Take empty columns that are called as a scenario's own for these: they add nothing."""
        file = f"{self._bare.kind}.csv"
        known = {*COLUMNS.get(file, ())} - {*REQUIRED.get(file, ())} - _NEVER_EMPTY
        for place, name in enumerate(self._bare.header):
            is_empty = self._is_free_of_cells(place) and place not in self._field
            if is_empty and name in known and name not in self._fields():
                self._field[place] = (name, "name")

    def _planned_columns(self) -> None:
        """Recognise such columns by their names alone, as other tools write them."""
        names = {normal(name): place for place, name in enumerate(self._bare.header)}
        if not (
            {"changeover start", "planned start"} & names.keys()
            and {"batch", "planned batch"} & names.keys()
        ):
            return
        added = {
            "planned machine": "current_machine",
            "planned position": "current_position",
            "planned start": "planned_start",
            "planned batch": "planned_batch",
        }
        if "changeover start" in names and "planned start" not in names:
            added |= {
                "machine": "current_machine",
                "position": "current_position",
                "start": "planned_start",
            }
        ends = ("end", "planned end", "changeover start", "minutes late")
        mine = {names[name]: field for name, field in added.items() if name in names}
        others = [names[name] for name in ends if name in names]
        self._replace(mine, others, "name")

    def _take_back(self, added: Mapping[str, str]) -> None:
        """Give an export's own columns their meaning, and what they had taken back to others."""
        mine = {p: added[name] for p, name in enumerate(self._bare.header) if name in added}
        self._replace(mine, (), BY_EXPORT)

    def _replace(self, mine: Mapping[int, str], nothing: Sequence[int], by: str) -> None:
        """Read the other columns as if those of the plan were not there; then give them theirs."""
        from planner.intake.reading.assignment import assigned

        gains = [
            {} if place in mine or place in nothing else gain
            for place, gain in enumerate(self._tried.gains)
        ]
        kept = assigned(gains)
        self._field = {place: (name, self._by(place)) for place, name in kept.items()}
        for place in nothing:
            self._field[place] = ("", "name")
        for place, name in mine.items():
            if name != IGNORED:
                self._drop(name)
            self._field[place] = (name, by)
        self.assumptions.append("the planned columns are the current sequence")

    def _pairs(self) -> None:
        """Leave as it is what says nothing without its partner."""
        for name, partner in (
            ("current_position", "current_machine"),
            ("pinned_start", "pinned_machine"),
            ("release_time", "release"),
            ("due_time", "due"),
            ("deadline_time", "deadline"),
        ):
            if name in self._fields() and partner not in self._fields():
                self._drop(name)

    # --- what is missing or close -----------------------------------------------------------

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

    def _labelled(self, place: int) -> str:
        examples = self._examples(place)
        return f"{self._name(place)} ({examples})" if examples else self._name(place)

    def _unknown(self) -> None:
        """Ask about columns that could hold what is missing and whose headings say nothing."""
        known = {_stem(name) for name in self._fields()}
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

    def _ask_meaning(self, place: int, first: Sequence[str]) -> None:
        name = self._name(place)
        ranked = dict.fromkeys((*first, *self._possible(place)))
        options = [Option(value=field, label=field) for field in ranked]
        if self._laid.profiles[place].is_dates:
            label = "the day it was entered or changed: nothing is planned with it"
            options.append(Option(value="entry_date", label=label))
        options.append(Option(value=IGNORED, label="nothing the planner uses"))
        self.questions.append(
            Question(
                key=f"meaning:{name}",
                text=f"What does {name} hold? For example {self._examples(place)}.",
                options=tuple(options),
                default=IGNORED,
                column=name,
                sheet=self._laid.sheet.title,
            )
        )

    # --- attributes, families, machines ---------------------------------------------------------

    def _attributes(self) -> None:
        """Call a single attribute the family; beside a family, attributes are kept as they are."""
        marked = [p for p, (name, by) in self._field.items() if name.startswith("attr_")]
        own = [p for p in marked if normal(self._name(p)).startswith("attr")]
        fits = [p for p in marked if self._tried.points[p].get(self._field[p][0], 0.0) > 7.5]
        if "family" in self._fields():
            for place in set(marked) - set(own):
                if self._field[place][1] != "user":
                    del self._field[place]
        elif fits and len(marked) > len(fits):
            # Labels of the changeovers are values of these: no other column counts.
            for place in set(marked) - set(fits) - set(own):
                del self._field[place]
        if len(fits) == 1 and "family" not in self._fields() and not own:
            self._field[fits[0]] = ("family", "name")

    def _machines(self) -> None:
        place = next((p for p, (f, _) in self._field.items() if f == "eligible_machines"), None)
        if place is None:
            return
        name, given = self._name(place), self._given.get("machines")
        self.keys.append("machines")
        if given == "current":
            self._drop("eligible_machines")
            self._field[place] = ("current_machine", "user")
        elif given is None and "allowed" not in self._laid.headings[place].words:
            if "current_machine" in self._fields():
                return
            self.questions.append(_machine_question(name, self._laid.sheet.title))
            said = f"{name} names the machines an order may run on, and no others"
            self.assumptions.append(said)

    def _family_rule(self) -> None:
        fields = self._fields()
        is_settled = self._rule or "family_rule" in self._given
        if "family" in fields or any(field.startswith("attr_") for field in fields) or is_settled:
            return
        for place, column in enumerate(self._bare.columns):
            if self._field.get(place, ("", ""))[0] not in ("", "description", "note", "product"):
                continue
            rows = self._laid.rows
            texts = [shown(row[column.index]) for row in rows if column.index < len(row)]
            rule = suggested_rule(column.column, texts)
            if rule is not None:
                self._rule = rule
                self.assumptions.append(rule.text)
                return

    # --- words ------------------------------------------------------------------------------------

    def _say(self) -> None:
        for place, (name, by) in sorted(self._field.items()):
            if by == "content":
                self.assumptions.append(
                    f"{self._name(place)} is taken as {name}: {self._why(name)}"
                )
            elif by == "name" and name and not self._is_plain(place, name):
                self.assumptions.append(f"{self._name(place)} is taken as {name}")
        left = [p for p in range(len(self._bare.columns)) if self._is_unused(p)]
        for place in left:
            self._say_rival(place)
        unused = [self._name(p) + self._because(p) for p in left]
        if unused:
            self.assumptions.append(f"kept, but nothing is planned with: {'; '.join(unused)}")

    def _is_plain(self, place: int, name: str) -> bool:
        """Return whether a heading needs no word that it was understood so."""
        return name == self._name(place) or self._heard(place) >= PLAIN

    def _say_rival(self, place: int) -> None:
        """Say that another column has the meaning this one's heading names too."""
        said = self._tried.heard[place]
        for name, score in sorted(said.items(), key=lambda item: -item[1])[:1]:
            holder = next((p for p, (f, _) in self._field.items() if f == name), None)
            if score > 0.6 and holder not in (None, place) and not self._tried.others[place]:
                said_so = f"{self._name(holder)} is taken as {name}, not {self._name(place)}"
                self.assumptions.append(said_so)

    def _contradicted(self) -> None:
        """Ask about columns whose headings name what a plan needs and whose cells are not that."""
        for place in range(len(self._bare.columns)):
            key = f"meaning:{self._name(place)}"
            if place in self._field or key in self._given or not self._laid.profiles[place].count:
                continue
            said = self._tried.heard[place]
            name = max(said, key=lambda field: said[field], default="")
            is_needed = _stem(name) in _NEEDED_CELLS and name not in self._fields()
            if is_needed and said[name] > 0.6 and name not in self._tried.points[place]:
                self._ask_meaning(place, ())
                self.questions[-1] = replace(
                    self.questions[-1],
                    default=None,
                    text=f"{self._name(place)} is called as {name} is, but its cells are not: "
                    f"{self._examples(place)}. What does it hold?",
                )

    def _why(self, name: str) -> str:
        return (
            "each row has another value in it"
            if name == "order_id"
            else ("no other column has such values")
        )

    def _is_unused(self, place: int) -> bool:
        name, by = self._field.get(place, ("", ""))
        return name in _SAID_ONLY or (not name and by != BY_EXPORT)

    def _because(self, place: int) -> str:
        name, _ = self._field.get(place, ("", ""))
        other = _SAID_ONLY.get(name) or self._tried.others[place].replace("_", " ")
        return f" ({other})" if other else ""


def _stem(name: str) -> str:
    return "attr_" if name.startswith("attr_") else name


def is_fixed(held: tuple[str, str] | None) -> bool:
    """Return whether a person, or an export of the planner, has said what a column means."""
    return held is not None and held[1] in ("user", BY_EXPORT)


def column_reading(column: ColumnReading, field: str, by: str) -> ColumnReading:
    """Return a column with a meaning."""
    return replace(column, field=field, by=by)


def _machine_question(name: str, sheet: str) -> Question:
    return Question(
        key="machines",
        column=name,
        sheet=sheet,
        default="eligible",
        text=f"{name}: the only machines an order may run on, or where it is planned now?",
        options=(
            Option(value="eligible", label="the only machines it may run on"),
            Option(value="current", label="where it is planned now; others are possible"),
        ),
    )


__all__ = ["NO_COLUMN", "ROW_NUMBERS", "Columns", "column_reading", "is_fixed", "is_unnamed"]
