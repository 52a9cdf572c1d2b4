"""What each column means, as data that a browser can show and edit and that can be kept as JSON."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from planner.errors import PlannerError
from planner.intake.formats.column_format import Format
from planner.intake.formats.families import FamilyRule
from planner.intake.headings.units import normal

AS_IT_STANDS = Format()
IGNORED = "-"
BY_EXPORT = "export"
BY_USER = "user"
Answers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReading:
    """One column of the file and the canonical field it holds.

    `field` is "" where nothing is known: the column is kept under its own name. "-" leaves it out.
    `by` says who decided: name, content, user, remembered; export: the planner wrote it itself.
    `certainty` is 0 to 1; `alternatives` are other fields its cells allow, likeliest first.
    `other` is what a column means that nothing is planned with, such as entry_date. `examples` are
    a few of its cells.
    """

    column: str
    index: int
    field: str = ""
    by: str = "name"
    format: Format = AS_IT_STANDS
    certainty: float = 0.0
    alternatives: tuple[str, ...] = ()
    other: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a question."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something the file does not say. Without a `default` nothing is planned before an answer.

    An answer to an open question may be any text like its options. `key` names the sheet where
    several are read together; `sheet` always does.
    """

    key: str
    text: str
    options: tuple[Option, ...]
    default: str | None = None
    column: str = ""
    is_open: bool = False
    sheet: str = ""

    @property
    def is_blocking(self) -> bool:
        """Return whether an answer is needed."""
        return self.default is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """How to read one table: which row is the header, what each column means, what was answered.

    `kind` is orders, machines, changeovers, matrix, calendars or durations; "" is not known.
    `header_row` counts as a spreadsheet does; 0 means that there is no header. `header_lines` is 2
    where units or a second name stand below it.
    """

    kind: str
    header_row: int
    columns: tuple[ColumnReading, ...]
    answers: tuple[tuple[str, str], ...] = ()
    header_lines: int = 1
    family_rule: FamilyRule | None = None
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    certainty: float = 0.0
    other_kinds: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns as the file has them."""
        return tuple(column.column for column in self.columns)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the name of the column at each place of a row, "" where there is none."""
        names = {column.index: column.column for column in self.columns}
        return tuple(names.get(place, "") for place in range(max(names, default=-1) + 1))

    @property
    def fingerprint(self) -> str:
        """Return what is equal for all files with the same header, before and after an export."""
        return fingerprint([c.column for c in self.columns if c.by != BY_EXPORT])

    def column_of(self, field: str) -> ColumnReading | None:
        """Return the column that holds `field`."""
        return next((column for column in self.columns if column.field == field), None)

    def answered(self, key: str) -> str | None:
        """Return the answer to a question; its key may have been given without the column."""
        given = dict(self.answers)
        return given.get(key, given.get(key.partition(":")[0]))

    def to_json(self) -> str:
        """Return the mapping as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "SheetReading":
        """Return the mapping that `to_json` wrote; refuses anything else."""
        try:
            return _mapping(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise PlannerError(f"these are not meanings of columns: {error}") from error


def _mapping(data: dict[str, Any]) -> SheetReading:
    columns = tuple(
        ColumnReading(
            **{
                **column,
                "format": _format(column["format"]),
                "alternatives": tuple(column.get("alternatives", ())),
                "examples": tuple(column.get("examples", ())),
            }
        )
        for column in data.pop("columns")
    )
    data["other_kinds"] = tuple(data.get("other_kinds", ()))
    answers = tuple((str(key), str(value)) for key, value in data.pop("answers"))
    rule = data.pop("family_rule")
    family_rule = FamilyRule(**rule) if rule else None
    return SheetReading(columns=columns, answers=answers, family_rule=family_rule, **data)


def _format(data: dict[str, Any]) -> Format:
    decided = tuple((str(what), str(value)) for what, value in data.get("decided", ()))
    return Format(**{**data, "decided": decided})


def fingerprint(header: Sequence[str]) -> str:
    """Return a short text that is equal for headers that differ only in case and spacing."""
    text = "\x1f".join(normal(name) for name in header)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answer(mapping: SheetReading, key: str, value: str) -> SheetReading:
    """Return `mapping` with the question `key` answered."""
    kept = tuple((old, given) for old, given in mapping.answers if old != key)
    return replace(mapping, answers=(*kept, (key, value)))


def assign(mapping: SheetReading, column: str, field: str) -> SheetReading:
    """Return `mapping` with `column` meaning `field`, as a user decided; "" keeps it unknown.

    A column that held the field before is unknown afterwards.
    """
    if column not in mapping.header:
        raise PlannerError(f"there is no column {column!r}; there are {', '.join(mapping.header)}")
    columns = []
    for old in mapping.columns:
        if old.column == column:
            old = replace(old, field=field, by="user")
        elif field and field != IGNORED and old.field == field:
            old = replace(old, field="", by="user")
        columns.append(old)
    return replace(mapping, columns=tuple(columns))
