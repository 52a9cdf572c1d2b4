"""What is said of how columns were understood."""

from collections.abc import Mapping

from planner.intake.formats.during import during_of
from planner.intake.reading.known_columns import KnownColumns
from planner.intake.reading.sheet_reading import (
    BY_EXPORT,
)

# A heading this sure needs no word that it was understood so.
PLAIN = 0.72


# What is understood and cannot be planned with as it stands, with the reason.
_SAID_ONLY: Mapping[str, str] = {
    "setup_minutes": "set-up time: changeovers are a list of their own",
}


class SaidColumns(KnownColumns):
    """Says what each column is taken as, and which are not used."""

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

    def _why(self, name: str) -> str:
        return (
            "each row has another value in it"
            if name == "order_id"
            else ("no other column has such values")
        )

    def _is_unused(self, place: int) -> bool:
        name, by = self._field.get(place, ("", ""))
        if not name and self._counts_people(place):
            return False
        return name in _SAID_ONLY or (not name and by != BY_EXPORT)

    def _counts_people(self, place: int) -> bool:
        """Return whether a column of a shift plan counts setters or operators: they are shared."""
        is_count = self._tried.laid.profiles[place].is_numbers
        return self._tried.kind == "calendars" and is_count and during_of(self._name(place)) != ""

    def _because(self, place: int) -> str:
        name, _ = self._field.get(place, ("", ""))
        other = _SAID_ONLY.get(name) or self._tried.others[place].replace("_", " ")
        return f" ({other})" if other else ""
