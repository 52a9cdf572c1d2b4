"""Orders with operations: a row for each order, a route for each, and the stage that is planned."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.intake.reading.sheet_reading import Option, Question
from planner.intake.rows.imported import Imported
from planner.intake.rows.operations import stage_key
from planner.reader.tables import Table

KEY = "stage"
ROUTES = "routes.csv"
_OF_STEP = (
    *("stage", "operation", "eligible_machines", "duration_minutes", "minutes_per_unit"),
    *("units_per_hour", "min_minutes", "max_minutes", "min_wait", "max_wait"),
)
_TIMES = ("duration_minutes", "minutes_per_unit", "units_per_hour", "min_minutes")


# A scenario may have routes, and the planner says that it does not plan them yet.
ROUTES_ARE_PLANNED = False


def plans_routes() -> bool:
    """Return whether all stages of a route are planned."""
    return ROUTES_ARE_PLANNED


def divided(part: Imported, answers: Mapping[str, str]) -> list[Imported]:
    """Return a table of operations as one of orders and one of routes; another as it is."""
    if not part.has_operations or part.table is None:
        return [part]
    table = part.table
    groups = _groups(table)
    stage = chosen_stage(table, answers)
    kept = [_row_of(table, group, stage) for group in groups.values()]
    cells = dict(zip(table.numbers, part.cells, strict=True)) if part.cells else {}
    orders = Table(
        columns=_order_columns(table),
        rows=tuple(_order_row(table, groups[_id(table, index)], index) for index in kept),
        numbers=tuple(table.numbers[index] for index in kept),
    )
    said = f"{len(table.rows)} rows are operations of {len(kept)} orders, kept as their routes"
    if not plans_routes():
        said += f"; routes cannot be planned yet, so stage {stage} alone is"
    return [
        replace(
            part,
            table=orders,
            assumptions=(*part.assumptions, said),
            cells=tuple(cells[number] for number in orders.numbers) if cells else (),
        ),
        _routes(part, table),
    ]


def _groups(table: Table) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for index in range(len(table.rows)):
        groups.setdefault(_id(table, index), []).append(index)
    return groups


def _id(table: Table, index: int) -> str:
    return table.rows[index][table.columns.index("order_id")]


def _order_columns(table: Table) -> tuple[str, ...]:
    if not plans_routes():
        return table.columns
    return tuple(name for name in table.columns if name not in _OF_STEP)


def _row_of(table: Table, group: Sequence[int], stage: str) -> int:
    """Return the row of an order's stage; where it has none the last one."""
    name = "stage" if "stage" in table.columns else "operation"
    at = table.columns.index(name)
    return next((i for i in group if table.rows[i][at] == stage), group[-1])


def _order_row(table: Table, group: Sequence[int], index: int) -> tuple[str, ...]:
    """Return a row of the order: what a step leaves out, such as the due date, others may say."""
    made = []
    for place, name in enumerate(table.columns):
        cell = table.rows[index][place]
        if not cell and name not in _OF_STEP:
            cell = next((table.rows[i][place] for i in reversed(group) if table.rows[i][place]), "")
        if name in _order_columns(table):
            made.append(cell)
    return tuple(made)


def _routes(part: Imported, table: Table) -> Imported:
    own = ("family", *(name for name in table.columns if name.startswith("attr_")))
    names = ("order_id", *_OF_STEP[:2], *own, *_OF_STEP[2:])
    places = [table.columns.index(name) for name in names if name in table.columns]
    rows = tuple(tuple(row[place] for place in places) for row in table.rows)
    return Imported(
        file=part.file,
        kind="routes",
        table=Table(
            columns=tuple(table.columns[place] for place in places),
            rows=rows,
            numbers=table.numbers,
        ),
        mapping=replace(part.mapping, kind="routes"),
    )


def chosen_stage(table: Table, answers: Mapping[str, str]) -> str:
    """Return the stage that is planned where only one can be: as answered, or the longest."""
    stages = stages_of(table)
    if answers.get(KEY) in stages:
        return answers[KEY]
    return max(stages, key=lambda stage: (_work(table, stage), -stages.index(stage)), default="")


def stages_of(table: Table) -> list[str]:
    """Return the stages of a table of operations, in order."""
    name = "stage" if "stage" in table.columns else "operation"
    if name not in table.columns:
        return []
    return sorted({text for text in table.column(name) if text}, key=stage_key)


def _work(table: Table, stage: str) -> float:
    name = "stage" if "stage" in table.columns else "operation"
    times = next((n for n in _TIMES if n in table.columns), None)
    if times is None:
        return 0.0
    pairs = zip(table.column(name), table.column(times), strict=True)
    figures = [float(time) for known, time in pairs if known == stage and time]
    return sum(1 / figure if times == "units_per_hour" else figure for figure in figures if figure)


def question(routes: Table, answers: Mapping[str, str]) -> Question | None:
    """Return the question which stage is planned, while routes cannot be; None if answered."""
    stages = stages_of(routes)
    if plans_routes() or len(stages) < 2 or answers.get(KEY) in stages:
        return None
    named = _names(routes)
    return Question(
        key=KEY,
        text="Orders go through several operations, and one stage alone can be planned. Which one?",
        options=tuple(Option(value=s, label=f"stage {s}{named.get(s, '')}") for s in stages),
        default=chosen_stage(routes, answers),
    )


def _names(routes: Table) -> dict[str, str]:
    if not {"stage", "operation"} <= set(routes.columns):
        return {}
    found: dict[str, list[str]] = {}
    for stage, name in zip(routes.column("stage"), routes.column("operation"), strict=True):
        if name and name not in found.setdefault(stage, []):
            found[stage].append(name)
    return {stage: f": {', '.join(names[:3])}" for stage, names in found.items() if names}


def with_stage(
    orders: Table, routes: Table, answers: Mapping[str, str]
) -> tuple[Table, tuple[str, ...]]:
    """Return orders without times with those of one stage of their routes."""
    key = next(
        (k for k in ("order_id", "product") if k in routes.columns and k in orders.columns), ""
    )
    if (
        not key
        or plans_routes()
        or any(any(orders.column(n)) for n in _TIMES if n in orders.columns)
    ):
        return orders, ()
    stage = chosen_stage(routes, answers)
    at = routes.columns.index("stage" if "stage" in routes.columns else "operation")
    steps = {
        row[routes.columns.index(key)]: dict(zip(routes.columns, row, strict=True))
        for row in routes.rows
        if row[at] == stage
    }
    names = [
        n for n in (*_TIMES, "eligible_machines") if n in routes.columns and n not in orders.columns
    ]
    place = orders.columns.index(key)
    rows = tuple(
        (*row, *(steps.get(row[place], {}).get(name, "") for name in names)) for row in orders.rows
    )
    missing = sum(row[place] not in steps for row in orders.rows)
    said = f"routes cannot be planned yet: stage {stage} alone is, with its times and machines"
    lost = (f"{missing} orders have no stage {stage}",) if missing else ()
    return replace(orders, columns=(*orders.columns, *names), rows=rows), (said, *lost)
