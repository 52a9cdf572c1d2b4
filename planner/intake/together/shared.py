"""What machines share, as it is gathered from all sheets: rows of resources.csv and needs.csv."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planner.intake.reading.sheet_reading import Question
from planner.intake.rows.imported import Imported
from planner.reader.tables import Table, table_of

RESOURCES, NEEDS, CALENDARS, MACHINES = (
    *("resources.csv", "needs.csv", "calendars.csv", "machines.csv"),
)
ALWAYS = "day and night"
Cells = Mapping[str, str]
_FIRST = {
    RESOURCES: ("resource", "amount", "calendar", "cost_per_hour"),
    NEEDS: ("resource", "during", "amount", "minutes", "machine", "family"),
    CALENDARS: ("calendar", "weekdays", "start", "end"),
}


@dataclass(slots=True)
class Shared:
    """Resources, needs and calendars so far, what was assumed and asked, and keys of questions."""

    resources: list[Cells] = field(default_factory=list)
    needs: list[Cells] = field(default_factory=list)
    calendars: list[Cells] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the resources."""
        return frozenset(row["resource"] for row in self.resources)

    def ask(self, question: Question, answers: Mapping[str, str]) -> str:
        """Return the answer to a question, "" where there is none: then it is asked."""
        self.keys.append(question.key)
        given = answers.get(question.key, "").strip()
        if not given and question not in self.asked:
            self.asked.append(question)
        return given


def rows_of(part: Imported) -> list[dict[str, str]]:
    """Return the rows of a table as cells by their column."""
    if part.table is None:
        return []
    return [dict(zip(part.table.columns, row, strict=True)) for row in part.table.rows]


def whole(text: str) -> int:
    """Return a number of tools or people; what is not whole is cut off, nothing is one.

    >>> whole("2"), whole("1.5"), whole("")
    (2, 1, 1)
    """
    return int(float(text)) if text else 1


def with_shared(tables: Mapping[str, Table], shared: Shared) -> dict[str, Table]:
    """Return the tables with what machines share.

    Machines keep the calendar they have: they would follow one of a crew's if it were the only one.
    """
    made = dict(tables)
    if shared.calendars:
        made = _with_calendars(made, shared.calendars)
    for name, rows in ((RESOURCES, shared.resources), (NEEDS, shared.needs)):
        if rows:
            made[name] = _table(name, rows)
    return made


def _with_calendars(tables: dict[str, Table], added: Sequence[Cells]) -> dict[str, Table]:
    given = tables.get(CALENDARS, table_of(_FIRST[CALENDARS], ()))
    own = list(dict.fromkeys(given.column("calendar"))) if "calendar" in given.columns else []
    rows = [dict(zip(given.columns, row, strict=True)) for row in given.rows]
    if not own:
        own = [ALWAYS]
        added = [*added, {"calendar": ALWAYS, "weekdays": _ALL, "start": "00:00", "end": "24:00"}]
    made = {**tables, CALENDARS: _table(CALENDARS, [*rows, *added], given.columns)}
    machines = tables.get(MACHINES)
    if len(own) == 1 and machines is not None and not _is_named(machines):
        kept = [i for i, name in enumerate(machines.columns) if name != "calendar"]
        rows_with = tuple((*(row[i] for i in kept), own[0]) for row in machines.rows)
        columns = (*(machines.columns[i] for i in kept), "calendar")
        made[MACHINES] = replace(machines, columns=columns, rows=rows_with)
    return made


_ALL = "Mon Tue Wed Thu Fri Sat Sun"


def _is_named(machines: Table) -> bool:
    return "calendar" in machines.columns and any(machines.column("calendar"))


def _table(name: str, rows: Iterable[Cells], first: Sequence[str] = ()) -> Table:
    """Return a table of the columns in which any row has a cell, the first of them first."""
    listed = list(rows)
    filled = {column for row in listed for column, cell in row.items() if cell}
    order = [*first, *_FIRST[name], *sorted(filled)]
    columns = [c for c in dict.fromkeys(order) if c in filled or c in first]
    return table_of(columns, [[row.get(c, "") for c in columns] for row in listed])
