"""Columns that the planner itself has written: an export comes back."""

from collections.abc import Mapping, Sequence

from planner.intake.giving_back.exported import added_columns, is_own_table
from planner.intake.headings.units import normal
from planner.intake.reading.known_columns import KnownColumns
from planner.intake.reading.missing_columns import TIMES
from planner.intake.reading.sheet_reading import (
    BY_EXPORT,
    IGNORED,
)
from planner.reader.tables import COLUMNS, REQUIRED

# An empty column of these is not the same as none: its cells are missing.
_NEVER_EMPTY = frozenset(("quantity", "family", *TIMES, "max_minutes"))


class OwnColumns(KnownColumns):
    """Gives columns of a plan the meaning that they were written with."""

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
