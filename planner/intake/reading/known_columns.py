"""What is known of the columns of a table while their meanings are found, and what a user said."""

from collections.abc import Sequence

from planner.intake.formats.families import answered_rule
from planner.intake.headings.fields import FIELDS, OPEN, known_fields
from planner.intake.headings.units import normal
from planner.intake.reading.heard import attribute_of
from planner.intake.reading.kinds import Tried
from planner.intake.reading.laid_out import LaidOut
from planner.intake.reading.sheet_reading import (
    BY_EXPORT,
    IGNORED,
    Option,
    Question,
    SheetReading,
)

NO_COLUMN = "none"


ROW_NUMBERS = "rows"


def stem(name: str) -> str:
    """Return a field without the name of its attribute."""
    return "attr_" if name.startswith("attr_") else name


def is_fixed(held: tuple[str, str] | None) -> bool:
    """Return whether a person, or an export of the planner, has said what a column means."""
    return held is not None and held[1] in ("user", BY_EXPORT)


class KnownColumns:
    """The meanings found so far, with what speaks for others; questions and assumptions gather."""

    def __init__(self, bare: SheetReading, tried: Tried, laid: LaidOut) -> None:
        self._bare, self._tried, self._laid = bare, tried, laid
        self._given = dict(bare.answers)
        self._field: dict[int, tuple[str, str]] = {}
        self._rule = answered_rule(self._given.get("family_rule")) or bare.family_rule
        self.questions: list[Question] = []
        self.assumptions: list[str] = []
        self.keys = [f"meaning:{name}" for name in bare.header]
        self.keys += [f"column:{name}" for name in known_fields(bare.kind)]

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

    def _labelled(self, place: int) -> str:
        examples = self._examples(place)
        return f"{self._name(place)} ({examples})" if examples else self._name(place)

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
