"""The columns of an upload, filled with the orders as they are today."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass
from functools import cached_property

from planner.intake.giving_back.dialects import Dialect, dialect_of
from planner.intake.giving_back.uploads import Upload
from planner.intake.headings.fields import type_of
from planner.intake.reading.sheet_reading import BY_EXPORT, ColumnReading
from planner.reader import Table

# What an upload says about the current sequence is what the plan replaces.
_REPLACED = frozenset(("current_machine", "current_position"))


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class Page:
    """The columns of the upload, and how the orders of today are written into them."""

    upload: Upload
    orders: Table

    @cached_property
    def columns(self) -> tuple[ColumnReading, ...]:
        """Return the columns of the upload, without those that an export had added to it."""
        return tuple(c for c in self.upload.mapping.columns if c.by != BY_EXPORT)

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns of the upload."""
        return tuple(column.column for column in self.columns)

    @cached_property
    def dialect(self) -> Dialect:
        """Return how the file writes: a workbook, which has no dialect, gives plain CSV."""
        return dialect_of(self.upload, self.columns)

    @cached_property
    def rows(self) -> tuple[Lookup[str, str], ...]:
        """Return the orders of today by field, those of the upload first and in its order."""
        named = (dict(zip(self.orders.columns, row, strict=True)) for row in self.orders.rows)
        today = {row["order_id"]: row for row in named}
        known = [today.pop(name) for name in self.upload.orders if name in today]
        return (*known, *today.values())

    @cached_property
    def _fields(self) -> tuple[tuple[str, ...], ...]:
        """Return the fields that each column of the upload holds; the first is its own."""
        return tuple(
            tuple(f for f in self.upload.fields if self._is_held(f, column))
            for column in self.columns
        )

    def _is_held(self, field: str, column: ColumnReading) -> bool:
        is_by_rule = field == "family" and column.field != "family"
        return self.upload.headings.get(field) == column.column and not is_by_rule

    @cached_property
    def added(self) -> tuple[str, ...]:
        """Return the fields of today that no column of the upload shows as they are now."""
        held = {field for fields in self._fields for field in fields}
        return tuple(
            field
            for field in self.orders.columns
            if field not in held and field not in _REPLACED and self._is_worth_a_column(field)
        )

    def _is_worth_a_column(self, field: str) -> bool:
        rule = self.upload.mapping.family_rule
        if field != "family" or rule is None or self.upload.headings.get(field) != rule.column:
            return any(self.orders.column(field))
        # Read by a rule, which reads the same again unless somebody has changed it.
        return any(self._values(row).get(field) != row[field] for row in self.rows)

    def _values(self, row: Lookup[str, str]) -> dict[str, str]:
        """Return what an order was read as; nothing if it is new."""
        order = self.upload.orders.get(row["order_id"])
        return {} if order is None else dict(zip(self.upload.fields, order.values, strict=True))

    def own(self, row: Lookup[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the cells of the upload's columns: as they were, where nothing was changed.

        They are those of each step of the order with its stage, or of the order, whose stage is "".
        """
        order = self.upload.orders.get(row["order_id"])
        cells = () if order is None else order.cells
        for stage, given in self.upload.steps.get(row["order_id"], (("", cells),)):
            yield stage, tuple(self._own(row, given))

    def _own(self, row: Lookup[str, str], cells: Sequence[str]) -> Iterator[str]:
        before = self._values(row)
        for place, column in enumerate(self.columns):
            fields = self._fields[place]
            is_changed = any(row.get(field) != before.get(field) for field in fields)
            day = column.field.removesuffix("_time")
            if day != column.field and row.get(day) != before.get(day):
                yield row.get(day, "")[11:16]
            elif cells and not is_changed and not self._is_value_of_workbook(fields):
                yield cells[place]
            else:
                yield self._written(row, place)

    def _is_value_of_workbook(self, fields: tuple[str, ...]) -> bool:
        # As text, its decimal point may be taken for another column's thousands mark; its date may
        # count from 1904, or have day and month exchanged.
        kinds = {type_of(field) for field in fields[:1]}
        typed = {"number", "quantity", "duration", "date"}
        return self.dialect.is_of_workbook and bool(kinds & typed)

    def beside(self, row: Lookup[str, str]) -> Iterator[str]:
        """Yield the cells of the added columns."""
        for field in self.added:
            is_number = type_of(field) in ("number", "quantity", "duration")
            yield self.dialect.number(row[field]) if is_number else row[field]

    def _written(self, row: Lookup[str, str], place: int) -> str:
        """Return a value as the column writes it: as another row has it, or by its format."""
        fields, column = self._fields[place], self.columns[place]
        value = row.get(fields[0], "") if fields else ""
        if fields[1:] == ("unit",):
            return f"{self.dialect.number(value)} {row.get('unit', '')}".strip()
        if self.dialect.is_of_workbook or self.upload.mapping.column_of("duration_unit"):
            return self.dialect.written(value, column)
        if self.upload.mapping.column_of(f"{column.field}_time"):
            return self.dialect.written(value[:10], column)
        return self._known[place].get(value) or self.dialect.written(value, column)

    @cached_property
    def _known(self) -> tuple[Lookup[str, str], ...]:
        """Return, for each column, how the upload writes each value."""
        known: list[dict[str, str]] = [{} for _ in self.columns]
        for name, order in self.upload.orders.items():
            values = self._values({"order_id": name})
            for place, fields in enumerate(self._fields):
                if len(fields) == 1:
                    known[place].setdefault(values[fields[0]], order.cells[place])
        return tuple(known)
