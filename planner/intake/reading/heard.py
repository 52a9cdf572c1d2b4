"""What the words of a heading say of each field of a kind of table."""

from collections.abc import Iterable
from dataclasses import dataclass

from planner.intake.headings.evidence import HeadingEvidence
from planner.intake.headings.fields import FIELDS, field_of
from planner.intake.headings.units import HeadingUnit, normal
from planner.intake.reading.laid_out import LaidOut

_TIMES = ("duration_minutes", "minutes_per_unit", "min_minutes", "max_minutes", "minutes")
_DAYS = ("release", "due", "deadline", "planned_start", "planned_end")
_AMOUNTS = ("quantity", "lot_quantity")
_OF_QUANTITY = {"done": "done_quantity", "open": "open_quantity", "scrap": ""}
# A word that shifts the reading halves, or nearly, what the other words say, and is as good as a
# name that is not quite the heading.
_NEAR = 0.25
_LESS, _SURE, _LIKELY, _POSSIBLE = 0.4, 0.75, 0.7, 0.4


def heard_fields(laid: LaidOut, kind: str, place: int) -> dict[str, float]:
    """Return how strongly the heading of a column says each field of a kind, 0 to 1.

    Words that shift it are included, where it is not known as a whole.
    """
    heading = laid.headings[place]
    said: dict[str, float] = {}
    for (told_in, meaning), score in heading.scores.items():
        name = field_of(kind, told_in, meaning)
        if name:
            name = attribute_of(heading.text) if name == "attr_" else name
            name = f"size_{_slug(heading.text)}" if name == "size_" else name
            weight = score * laid.speaks(heading.spoken[told_in, meaning])
            said[name] = max(said.get(name, 0.0), weight)
    own = attribute_of(heading.text)
    if said.get("family", 0.0) > said.get(own, 0.0) - _NEAR and own in said:
        del said[own]
    heard = _Heard(said, kind, heading, laid.units[place])
    heard.shift()
    return said


def attribute_of(heading: str) -> str:
    """Return the name of the attribute a heading stands for.

    >>> attribute_of("Farbton (RAL)")
    'attr_farbton'
    """
    return f"attr_{_slug(heading)}"


def _slug(heading: str) -> str:
    return normal(heading).replace(" ", "_").removeprefix("attr_").removeprefix("size_") or "x"


@dataclass(frozen=True, slots=True)
class _Heard:
    """The fields a heading says, while its unit and single words in it are weighed."""

    said: dict[str, float]
    kind: str
    heading: HeadingEvidence
    unit: HeadingUnit

    def shift(self) -> None:
        """Let the unit of a heading, and words of one that is not known, speak for and against."""
        self._by_unit()
        if self.heading.languages:
            return
        words = self.heading.words
        if "setup" in words and self.kind != "changeovers":
            self._as_setup()
        if {"weight", "per_unit"} <= words:  # what a piece weighs is no quantity
            self._less(_AMOUNTS)
        if words & {"actual", "last"}:
            self._less((*_DAYS, *_TIMES, *_AMOUNTS))
        if set(_AMOUNTS) & self.said.keys():
            self._as_part_of_quantity()

    def _by_unit(self) -> None:
        unit = self.unit
        is_silent = not self.said and not self.heading.scores
        if unit.rate:
            self._less((*_TIMES, *_AMOUNTS, "speed"))
            self._more("rate" if self.kind == "machines" else "units_per_hour", _SURE)
        elif unit.pieces:
            self._less(("duration_minutes", "minutes", "units_per_hour", *_AMOUNTS))
            self._more("minutes_per_unit", _SURE)
        elif unit.time in ("s", "min", "h") and is_silent and "setup" not in self.heading.words:
            is_list = self.kind in ("changeovers", "durations")
            self._more("minutes" if is_list else "duration_minutes", _POSSIBLE)

    def _as_setup(self) -> None:
        is_time = bool(self.unit.time) or bool(set(_TIMES) & self.said.keys())
        self._less(_TIMES)
        if is_time:
            self._more("setup_minutes", _LIKELY)

    def _as_part_of_quantity(self) -> None:
        for word, name in _OF_QUANTITY.items():
            if word in self.heading.words:
                self._less(_AMOUNTS)
                self._more(name, _SURE)

    def _less(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.said:
                self.said[name] *= _LESS

    def _more(self, name: str, least: float) -> None:
        if name in FIELDS[self.kind]:
            self.said[name] = max(self.said.get(name, 0.0), least)
