"""Values of the planner as JSON and back; large ones compressed."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from planner.domain import Weights
from planner.reader import Table, Tables
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule, Terms, Unplanned
from planner.store.rows import RunOptions


def fingerprint(tables: Tables) -> str:
    """Return what identifies what the tables say: a SHA-256 of their cells and settings.

    What the files were called, and in which rows of them the cells were, does not count.
    """
    cells = [[name, table.columns, table.rows] for name, table in sorted(tables.files.items())]
    return hashlib.sha256(_json([tables.settings, cells]).encode()).hexdigest()


def packed_tables(tables: Tables) -> bytes:
    """Return the tables as compressed JSON."""
    return _packed(asdict(tables))


def unpacked_tables(content: bytes) -> Tables:
    """Return the tables of `packed_tables`."""
    given = _unpacked(content)
    return Tables(
        files={name: _table(table) for name, table in given["files"].items()},
        settings=given["settings"],
        name=given["name"],
        skipped=tuple(given["skipped"]),
        sources=given["sources"],
        upload=given.get("upload", ""),
    )


def packed_schedule(schedule: Schedule) -> bytes:
    """Return `schedule` as compressed JSON: times in units from the scenario's start."""
    table: dict[str, Any] = {
        "batches": [_batch_row(batch) for batch in schedule.batches],
        "unplanned": [[item.operation, item.reason] for item in schedule.unplanned],
    }
    if schedule.upkeeps:
        table["upkeeps"] = [[u.machine, u.name, u.start, u.end] for u in schedule.upkeeps]
    return _packed(table)


def unpacked_schedule(content: bytes) -> Schedule:
    """Return the schedule of `packed_schedule`."""
    table = _unpacked(content)
    return Schedule(
        batches=tuple(_batch(row) for row in table["batches"]),
        unplanned=tuple(
            Unplanned(operation=operation, reason=reason)
            for operation, reason in table["unplanned"]
        ),
        upkeeps=tuple(
            PlannedUpkeep(machine=machine, name=name, start=start, end=end)
            for machine, name, start, end in table.get("upkeeps", ())
        ),
    )


def terms_text(terms: Terms) -> str:
    """Return `terms` as JSON."""
    return _json(asdict(terms))


def terms_from(text: str) -> Terms:
    """Return the terms of `terms_text`."""
    return Terms(**json.loads(text))


def options_text(options: RunOptions) -> str:
    """Return `options` as JSON."""
    return _json(asdict(options))


def options_from(text: str) -> RunOptions:
    """Return the options of `options_text`; what a newer version added is left out."""
    table = json.loads(text)
    known = {name: table[name] for name in (f.name for f in fields(RunOptions)) if name in table}
    if known.get("weights") is not None:
        known["weights"] = Weights(**known["weights"])
    return RunOptions(**known)


def changes_text(changes: Sequence[str]) -> str:
    """Return the changes of a variant as JSON."""
    return _json(list(changes))


def changes_from(text: str) -> tuple[str, ...]:
    """Return the changes of `changes_text`."""
    return tuple(json.loads(text))


def _table(given: Mapping[str, Any]) -> Table:
    return Table(
        columns=tuple(given["columns"]),
        rows=tuple(tuple(row) for row in given["rows"]),
        numbers=tuple(given["numbers"]),
    )


def _batch_row(batch: Batch) -> dict[str, Any]:
    return {
        "machine": batch.machine,
        "family": batch.family,
        "start": batch.start,
        "end": batch.end,
        "placements": [[p.operation, p.start, p.end] for p in batch.placements],
    }


def _batch(row: Mapping[str, Any]) -> Batch:
    return Batch(
        machine=row["machine"],
        family=row["family"],
        start=row["start"],
        end=row["end"],
        placements=tuple(
            Placement(operation=operation, start=start, end=end)
            for operation, start, end in row["placements"]
        ),
    )


def _packed(value: object) -> bytes:
    return zlib.compress(_json(value).encode(), level=6)


def _unpacked(content: bytes) -> Any:
    return json.loads(zlib.decompress(content))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
