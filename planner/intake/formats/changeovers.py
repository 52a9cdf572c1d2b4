"""Times of changeovers, where a dash, a word or an empty cell may stand for not possible."""

from dataclasses import dataclass, field

from planner.intake.files.cells import Cell, is_nothing, shown
from planner.intake.formats.column_format import Format
from planner.intake.formats.durations import DurationEvidence, minutes_of, minutes_text
from planner.intake.formats.problems import Converted, Problem, short
from planner.intake.headings.lexicon import lexicon
from planner.intake.headings.text import segments

NOT_POSSIBLE = "no"
_DASHES = frozenset("-–—−/\\")
_SIGNS = frozenset(["x", "xx", "xxx", "✗", "✘", "×", "#", "*"])
# What may stand in a cell instead of a time, and what it is taken for until it is answered.
CLASSES = {"no": "no", "dash": "no", "sign": "no", "empty": "no", "yes": "default"}


def class_of(cell: Cell) -> str:
    """Return what a cell without a time is: no, yes, dash, sign or empty; "" for another.

    >>> class_of("not possible"), class_of("—"), class_of("45 min")
    ('no', 'dash', '')
    """
    text = shown(cell).casefold()
    if not text:
        return "empty"
    if not set(text) - _DASHES:
        return "dash"
    if text in _SIGNS:
        return "sign"
    if text[0].isdigit() or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return ""
    meant = lexicon().value("yes_no", text)
    if meant:
        return "yes" if meant == "yes" else "no"
    return "dash" if is_nothing(cell) else ""


@dataclass(slots=True)
class ChangeoverEvidence:
    """What all cells of a column of changeovers say."""

    times: DurationEvidence = field(default_factory=DurationEvidence)
    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        """Take one cell into account."""
        what = class_of(cell)
        if not what:
            self.times.add(cell)
            return
        self.counts[what] = self.counts.get(what, 0) + 1
        self.examples.setdefault(what, shown(cell))


def changeover(cell: Cell, form: Format) -> Converted:
    """Return minutes as decimal text, `no` where it is not possible, "" for the default."""
    what = class_of(cell)
    if what:
        decided = dict(form.decided).get(what, "default")
        return "" if decided == "default" else decided
    found = minutes_of(cell, unit=form.unit, decimal=form.decimal)
    if found is None or found < 0:
        return Problem(
            "duration",
            f"{short(cell)} is not the time of a changeover",
            "Write 90 min, 1:30 or 1.5 h, or no where it is not possible.",
        )
    if found > 10**7:
        return Problem("number_range", f"{shown(cell)} is more than 19 years", "Check the unit.")
    return minutes_text(found)


def state(cell: Cell, _form: Format) -> Converted:
    """Return the name of a state of a machine, `*` for words that mean any."""
    text = shown(cell)
    known = lexicon()
    is_any = any(known.value("any", part) for part in (text, *segments(text)))
    return "*" if is_any else text
