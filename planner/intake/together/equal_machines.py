"""A row of a machine list that stands for several equal machines: one row for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.intake.formats.amounts import number
from planner.intake.reading.sheet_reading import Option, Question
from planner.intake.rows.imported import Imported
from planner.reader.notes import some
from planner.reader.tables import Table

KEY = "equal_machines"
EACH, ONE = "each", "one"
_MOST = 200  # machines of one row
# Lists of machines, and single machines: of these any of the equal ones will do, so the first.
_LISTS = ("eligible_machines",)
_SINGLE = ("current_machine", "pinned_machine")
_EVERY = {"durations.csv": "machine_id", "changeovers.csv": "machine", "needs.csv": "machine"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many machines each row of a machine list stands for, and what its column is called."""

    heading: str
    of: Mapping[str, int]

    @property
    def listed(self) -> str:
        """Return the machines that are several, each with their number."""
        return some([f"{count} × {name}" for name, count in self.of.items()])


def counted_machines(part: Imported) -> Counted | None:
    """Return the machines of a list that stand for several; None where there are none."""
    column = part.mapping.column_of("count")
    table = part.table
    if part.kind != "machines" or column is None or table is None:
        return None
    if not {column.column, "machine_id"} <= set(table.columns):
        return None
    counts = {}
    pairs = zip(table.column("machine_id"), table.column(column.column), strict=True)
    for name, text in pairs:
        found = number(text, ".")
        if found is not None and 1 < found.number <= _MOST and found.number == int(found.number):
            counts[name] = int(found.number)
    return Counted(heading=column.column, of=counts) if counts else None


def question(counted: Counted, answers: Mapping[str, str]) -> Question | None:
    """Return the question whether such rows are several machines; None if answered."""
    if answers.get(KEY) in (EACH, ONE):
        return None
    return Question(
        key=KEY,
        text=f"{counted.heading}: {counted.listed}. Is each of them a machine of its own?",
        options=(
            Option(value=EACH, label="yes: each is planned as a machine of its own"),
            Option(value=ONE, label="no: each row is one machine"),
        ),
        default=EACH,
    )


def with_each(
    tables: Mapping[str, Table], counted: Counted, answers: Mapping[str, str]
) -> tuple[dict[str, Table], str]:
    """Return the tables with a machine for each, named wherever its row was, and what is said."""
    if answers.get(KEY) == ONE:
        return dict(tables), f"{counted.heading} is not planned with: each row is one machine"
    names = _names(tables["machines.csv"], counted.of)
    made = {**tables, "machines.csv": _rows_each(tables["machines.csv"], "machine_id", names)}
    for file in ("orders.csv", "routes.csv"):
        if file in made:
            made[file] = _named(made[file], names)
    for file, column in _EVERY.items():
        if file in made and column in made[file].columns:
            made[file] = _rows_each(made[file], column, names)
    first = next(iter(names.values()))
    said = f"{counted.heading}: {counted.listed} are machines of their own, such as {first[0]}"
    return made, said


def _names(machines: Table, counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the names of the machines that each row stands for, none of which is there yet."""
    taken = set(machines.column("machine_id"))
    names = {}
    for name, count in counts.items():
        made = [f"{name}-{k}" for k in range(1, count + 1)]
        while taken & set(made):
            made = [f"{one}'" for one in made]
        taken.update(made)
        names[name] = tuple(made)
    return names


def _rows_each(table: Table, column: str, names: Mapping[str, tuple[str, ...]]) -> Table:
    at = table.columns.index(column)
    rows, numbers = [], []
    for row, line in zip(table.rows, table.numbers, strict=True):
        for name in names.get(row[at], (row[at],)):
            rows.append((*row[:at], name, *row[at + 1 :]))
            numbers.append(line)
    return replace(table, rows=tuple(rows), numbers=tuple(numbers))


def _named(table: Table, names: Mapping[str, tuple[str, ...]]) -> Table:
    lists = [table.columns.index(name) for name in _LISTS if name in table.columns]
    single = [table.columns.index(name) for name in _SINGLE if name in table.columns]
    rows = []
    for row in table.rows:
        made = list(row)
        for place in lists:
            made[place] = "|".join(
                one for name in row[place].split("|") for one in names.get(name, (name,))
            )
        for place in single:
            made[place] = names.get(row[place], (row[place],))[0]
        rows.append(tuple(made))
    return replace(table, rows=tuple(rows))
