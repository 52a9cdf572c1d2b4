"""What each column of a table of a known kind means, what is thereby assumed, and what to ask."""

from dataclasses import replace

from planner.intake.files.cells import shown
from planner.intake.formats.families import suggested_rule
from planner.intake.headings.units import is_unnamed, normal
from planner.intake.reading.known_columns import NO_COLUMN, ROW_NUMBERS, is_fixed
from planner.intake.reading.missing_columns import MissingColumns
from planner.intake.reading.own_columns import OwnColumns
from planner.intake.reading.said_columns import SaidColumns
from planner.intake.reading.sheet_reading import (
    ColumnReading,
    Option,
    Question,
    SheetReading,
)


class Columns(OwnColumns, MissingColumns, SaidColumns):
    """Gives each column its field, collecting what was assumed and what has to be asked."""

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

    # --- an export of the planner comes back ---------------------------------------------------

    # --- what is missing or close -----------------------------------------------------------

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
