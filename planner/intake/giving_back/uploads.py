"""The table of orders as it was handed in, kept with the scenario so that it can be given back."""

import json
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from planner.errors import PlannerError
from planner.intake.formats.column_format import Format
from planner.intake.reading.sheet_reading import ColumnReading, SheetReading
from planner.intake.rows.imported import Imported
from planner.reader.tables import Table

VERSION = 1
ORDERS, ROUTES = "orders.csv", "routes.csv"
_OWN_FORMAT = Format(unit="min")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedOrder:
    """One row: its `cells` as they were in the file, and the `values` they were read as."""

    cells: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The orders of a file: `cells` follow the columns of `mapping`, `values` follow `fields`.

    `headings` says which column of the file each field was read from. `rows` has by file of the
    scenario the row of the upload for each of its rows, `columns` by file the heading of each
    column, and `files` by file the name of the table it is from: what is found wrong in the
    scenario is told of in the upload (`planner.reader.in_upload`). `steps` are, where rows are
    steps of orders, the stage and the cells of each row of an order.
    """

    file: str
    mapping: SheetReading
    fields: tuple[str, ...]
    headings: Lookup[str, str]
    orders: Lookup[str, UploadedOrder]
    rows: Lookup[str, Sequence[int]] = field(default_factory=dict)
    columns: Lookup[str, Lookup[str, str]] = field(default_factory=dict)
    files: Lookup[str, str] = field(default_factory=dict)
    steps: Lookup[str, Sequence[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the upload as JSON text, a line per order."""
        head = {
            "version": VERSION,
            "file": self.file,
            "mapping": asdict(self.mapping),
            "fields": self.fields,
            "headings": dict(self.headings),
            "rows": {name: list(rows) for name, rows in self.rows.items()},
            "columns": {name: dict(columns) for name, columns in self.columns.items()},
            "files": dict(self.files),
            "steps": {name: list(steps) for name, steps in self.steps.items()},
        }
        lines = [_compact([name, o.cells, o.values]) for name, o in self.orders.items()]
        orders = ",\n".join(lines)
        return f'{_compact(head)[:-1]},\n"orders":[\n{orders}\n]}}\n'

    @classmethod
    def from_json(cls, text: str) -> "Upload":
        """Return the upload that `to_json` wrote; refuses anything else."""
        try:
            data = json.loads(text)
            if data["version"] != VERSION:
                raise ValueError(f"version {data['version']}, not {VERSION}")
            return cls(
                file=str(data["file"]),
                mapping=SheetReading.from_json(_compact(data["mapping"])),
                fields=tuple(data["fields"]),
                headings=dict(data["headings"]),
                orders={
                    str(name): UploadedOrder(cells=tuple(cells), values=tuple(values))
                    for name, cells, values in data["orders"]
                },
                rows={str(name): tuple(rows) for name, rows in data.get("rows", {}).items()},
                columns={str(k): dict(names) for k, names in data.get("columns", {}).items()},
                files=dict(data.get("files", {})),
                steps={
                    str(name): tuple((str(stage), tuple(cells)) for stage, cells in steps)
                    for name, steps in data.get("steps", {}).items()
                },
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise PlannerError(f"this is no uploaded table of orders: {error}") from error


def upload_of(parts: Sequence[Imported], files: Lookup[str, Table]) -> Upload | None:
    """Return the upload of files with orders; `files` are what their rows became in the end.

    None where there is no such table, or its rows have no names.
    """
    part = next((part for part in parts if part.name == ORDERS), None)
    table = files.get(ORDERS)
    if part is None or table is None or "order_id" not in table.columns:
        return None
    rows = zip(table.column("order_id"), part.cells, table.rows, strict=True)
    known = {part.name: part for part in parts if part.name in files and part.table is not None}
    return Upload(
        file=part.file,
        mapping=part.mapping,
        fields=table.columns,
        headings=dict(part.headings),
        orders={name: UploadedOrder(cells=cells, values=row) for name, cells, row in rows},
        rows={name: files[name].numbers for name in known},
        columns={name: dict(part.headings) for name, part in known.items()},
        files={name: part.file for name, part in known.items()},
        steps=_steps(part, known.get(ROUTES)),
    )


def _steps(
    orders: Imported, routes: Imported | None
) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the rows of a file of operations by order."""
    if routes is None or routes.table is None or routes.file != orders.file or not routes.cells:
        return {}
    table, found = routes.table, dict[str, list[tuple[str, tuple[str, ...]]]]()
    rows = zip(table.column("order_id"), table.column("stage"), routes.cells, strict=True)
    for order, stage, cells in rows:
        found.setdefault(order, []).append((stage, cells))
        more = routes.more_cells.get(cells, ())
        found[order] += [(stage, others) for others in more]
    return found


def own_upload(
    table: Table, file: str = "orders.csv", *, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> Upload:
    """Return the upload of orders that are in the planner's own format, as a file had them."""
    columns = tuple(
        ColumnReading(column=name, index=place, field=name, format=_OWN_FORMAT)
        for place, name in enumerate(table.columns)
    )
    return Upload(
        file=file,
        mapping=SheetReading(
            kind="orders", header_row=1, columns=columns, delimiter=delimiter, encoding=encoding
        ),
        fields=table.columns,
        headings={name: name for name in table.columns},
        orders={
            name: UploadedOrder(cells=row, values=row)
            for name, row in zip(table.column("order_id"), table.rows, strict=True)
        },
    )


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
