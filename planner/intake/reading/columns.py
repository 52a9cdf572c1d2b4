"""Which field each column of a table holds: by name, and where names fail by content."""

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import replace

from planner.intake.files.cells import Row, is_nothing, shown
from planner.intake.formats.durations import unit_minutes
from planner.intake.formats.families import suggested_rule
from planner.intake.giving_back.exported import added_columns
from planner.intake.headings.matching import Match, hint_of, matches, normal
from planner.intake.reading.profile import Profile, profiles
from planner.intake.reading.sheet_reading import BY_EXPORT, IGNORED, Option, Question, SheetReading
from planner.intake.rows.reader import ROW_NUMBERS

NO_COLUMN = "none"


class ColumnFinder:
    """Gives each column its field, collecting what was assumed and what has to be asked."""

    def __init__(self, mapping: SheetReading, rows: Sequence[Row]) -> None:
        self._bare = mapping
        self._rows = rows
        self._given = dict(mapping.answers)
        self._field: dict[int, tuple[str, str]] = {}
        self._rule = mapping.family_rule
        self._shapes: tuple[Profile, ...] = ()
        self.questions: list[Question] = []
        self.assumptions: list[str] = []

    def mapping(self) -> SheetReading:
        """Return the mapping with the fields found."""
        columns = []
        for place, column in enumerate(self._bare.columns):
            field, by = self._field.get(place, ("", "name"))
            columns.append(replace(column, field=field, by=by))
        return replace(self._bare, columns=tuple(columns), family_rule=self._rule)

    def by_name(self) -> None:
        """Give columns the fields their names say."""
        header = self._bare.header
        chosen, rivals = matches(header, self._bare.kind)
        for place, match in chosen.items():
            self._field[place] = (match.field, "name")
        for place, match in sorted(chosen.items()):
            if match.score < 0.85:
                self.assumptions.append(f"{header[place]} is taken as {match.field}")
        for rival in rivals:
            winner = next(p for p, m in chosen.items() if m.field == rival.field)
            if rival.score >= 0.8:
                self.assumptions.append(
                    f"{header[winner]} is taken as {rival.field}, not {header[rival.column]}"
                )
        if self._bare.kind == "orders":
            self._export_columns(header, rivals)
            self._pairs()
            self._one_family()

    def _export_columns(self, header: Sequence[str], rivals: Sequence[Match]) -> None:
        """Recognise the columns a planned export adds: they are the current sequence."""
        self._planned_columns(header, rivals)
        if added := added_columns(header):
            self._take_back(header, added, rivals)

    def _planned_columns(self, header: Sequence[str], rivals: Sequence[Match]) -> None:
        """Recognise such columns by their names alone, as other tools write them."""
        names = {normal(name): place for place, name in enumerate(header)}
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
        for name, field in added.items():
            if name in names:
                self._drop(field)
                self._field[names[name]] = (field, "name")
        for name in ("end", "planned end", "changeover start", "minutes late"):
            if name in names:
                self._field.pop(names[name], None)
        lost = [r for r in rivals if r.field not in self._fields() and r.column not in self._field]
        for rival in lost:
            if normal(header[rival.column]) not in ("end", "start", "planned end"):
                self._field[rival.column] = (rival.field, "name")
        self.assumptions.append("the planned columns are the current sequence")

    def _take_back(
        self, header: Sequence[str], added: Lookup[str, str], rivals: Sequence[Match]
    ) -> None:
        """Give an export's own columns their meaning, and what they had taken back to others."""
        places = {place: added[name] for place, name in enumerate(header) if name in added}
        for place in places:
            self._field.pop(place, None)
        for rival in rivals:
            if rival.field not in self._fields() and rival.column not in places:
                self._field[rival.column] = (rival.field, "name")
        for place, field in places.items():
            if field != IGNORED:
                self._drop(field)
            self._field[place] = (field, BY_EXPORT)
        self.assumptions.append("the planned columns are the current sequence")

    def _pairs(self) -> None:
        """Leave as it is what says nothing without its partner."""
        for field, partner in (
            ("current_position", "current_machine"),
            ("pinned_start", "pinned_machine"),
        ):
            if field in self._fields() and partner not in self._fields():
                self._drop(field)

    def _one_family(self) -> None:
        if "family" not in self._fields():
            return
        for place, (field, _) in list(self._field.items()):
            if field.startswith("attr_") and not normal(self._bare.header[place]).startswith(
                "attr"
            ):
                del self._field[place]

    def _fields(self) -> set[str]:
        return {field for field, _ in self._field.values()}

    def _drop(self, field: str) -> None:
        for place in [place for place, (known, _) in self._field.items() if known == field]:
            del self._field[place]

    def by_content(self) -> None:
        """Find by their cells the columns that an order needs and whose names say nothing."""
        width = max((column.index for column in self._bare.columns), default=-1) + 1
        everything = profiles(self._rows, width)
        self._shapes = tuple(everything[column.index] for column in self._bare.columns)
        self._order_id()
        self._unit_of_time()
        if "due" not in self._fields():
            self._pick("due", [p for p in self._free() if self._shapes[p].is_dates])
        self._run_time()
        own = {field for field, by in self._field.values() if by != BY_EXPORT}
        if not {"quantity", "duration_minutes"} & own:
            counts = [p for p in self._free() if self._shapes[p].is_numbers]
            timed = self._timed()
            self._pick("quantity", [p for p in counts if p not in timed])
        self._machines()
        self._family()

    def _run_time(self) -> None:
        times = {"duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes"}
        if times & self._fields():
            return
        timed = self._timed()
        if len(timed) == 1:
            self._take("duration_minutes", timed[0], "no other column counts time")

    def _unit_of_time(self) -> None:
        """Take a column of units for those of the durations, if it says hours and minutes."""
        place = next((p for p, (field, _) in self._field.items() if field == "unit"), None)
        if place is None or {"duration_unit", "quantity"} & self._fields():
            return
        column = self._bare.columns[place]
        cells = (row[column.index] for row in self._rows if column.index < len(row))
        units = [shown(cell) for cell in cells if not is_nothing(cell)]
        timed = sum(unit_minutes(unit) is not None for unit in units)
        if units and 2 * timed >= len(units):
            self._take("duration_unit", place, "its cells are units of time")

    def _timed(self) -> list[int]:
        """Return the free columns whose names say a unit of time."""
        header = self._bare.header
        return [p for p in self._free() if unit_minutes(hint_of(header[p])) is not None]

    def _free(self) -> list[int]:
        return [
            place
            for place, column in enumerate(self._bare.columns)
            if place not in self._field
            and self._shapes[place].filled
            and not _says_otherwise(column.column)
        ]

    def _order_id(self) -> None:
        if "order_id" in self._fields():
            return
        free = [p for p in self._free() if self._shapes[p].is_names]
        coded = [p for p in free if self._shapes[p].codes >= 0.9]
        lettered = [p for p in coded if self._shapes[p].numbers < 0.5]
        if self._given.get("column:order_id") == ROW_NUMBERS:
            self.assumptions.append("orders are named by their row")
            return
        if len(lettered) == 1 or len(coded) == 1 or coded[:1] == [0]:
            place = lettered[0] if len(lettered) == 1 else coded[0]
            self._take("order_id", place, "each row has another value in it")
            return
        self._ask_column("order_id", free, (ROW_NUMBERS, "none: name orders by their row"))

    def _pick(self, field: str, places: list[int]) -> None:
        if len(places) == 1:
            self._take(field, places[0], "no other column has such values")
        elif places:
            self._ask_column(field, places, (NO_COLUMN, "none of them"))

    def _take(self, field: str, place: int, why: str) -> None:
        self._field[place] = (field, "content")
        self.assumptions.append(f"{self._bare.header[place]} is taken as {field}: {why}")

    def _ask_column(self, field: str, places: list[int], other: tuple[str, str]) -> None:
        header = self._bare.header
        given = self._given.get(f"column:{field}")
        if given == other[0]:
            return
        if given in header:
            self._field[header.index(given)] = (field, "user")
            return
        options = [Option(value=header[p], label=header[p]) for p in places]
        self.questions.append(
            Question(
                key=f"column:{field}",
                text=f"Which column holds {field}?",
                options=(*options, Option(value=other[0], label=other[1])),
            )
        )

    def _machines(self) -> None:
        place = next((p for p, (f, _) in self._field.items() if f == "eligible_machines"), None)
        if place is None:
            return
        name = self._bare.header[place]
        given = self._given.get("machines")
        if given == "current":
            self._drop("eligible_machines")
            self._field[place] = ("current_machine", "user")
        elif given is None and normal(name) not in (
            "eligible machines",
            "possible machines",
            "allowed machines",
        ):
            if "current_machine" in self._fields():
                return
            self.questions.append(_machine_question(name))
            said = f"{name} names the machines an order may run on, and no others"
            self.assumptions.append(said)

    def _family(self) -> None:
        fields = self._fields()
        if "family" in fields or any(field.startswith("attr_") for field in fields) or self._rule:
            return
        for place, column in enumerate(self._bare.columns):
            if self._field.get(place, ("", ""))[0] not in ("", "description", "note", "product"):
                continue
            texts = [shown(row[column.index]) for row in self._rows if column.index < len(row)]
            rule = suggested_rule(column.column, texts)
            if rule is not None:
                self._rule = rule
                self.assumptions.append(rule.text)
                return


_OTHERWISE = frozenset(
    ("created", "erstellt", "changed", "actual", "ist", "angelegt", "entry", "posting", "modified")
)
# Parts of headings that count other time than an order's run: changeovers, lateness, waiting.
_OTHER_TIMES = """
    rust ruest setup changeover reglage preparac late tard verspat verzug delay retard retraso wait
    wart attente espera idle still pause break transport lead durchlauf
"""


def _says_otherwise(name: str) -> bool:
    words = normal(name)
    is_other_time = any(part in words for part in _OTHER_TIMES.split())
    return is_other_time or bool(_OTHERWISE & set(words.split()))


def _machine_question(name: str) -> Question:
    return Question(
        key="machines",
        column=name,
        default="eligible",
        text=f"{name}: the only machines an order may run on, or where it is planned now?",
        options=(
            Option(value="eligible", label="the only machines it may run on"),
            Option(value="current", label="where it is planned now; others are possible"),
        ),
    )
