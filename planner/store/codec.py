"""Values of the planner as JSON and back; large ones compressed."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from planner.domain import Weights
from planner.schedule import Batch, Placement, Schedule, Terms, Unplanned
from planner.store.rows import RunOptions, TableTexts


def fingerprint(tables: TableTexts) -> str:
    """Return what identifies the tables: a SHA-256 of their names and texts."""
    return hashlib.sha256(_json(sorted(tables.items())).encode()).hexdigest()


def packed_tables(tables: TableTexts) -> bytes:
    """Return the table texts as compressed JSON."""
    return _packed(dict(tables))


def unpacked_tables(content: bytes) -> dict[str, str]:
    """Return the table texts of `packed_tables`."""
    texts: dict[str, str] = _unpacked(content)
    return texts


def packed_schedule(schedule: Schedule) -> bytes:
    """Return `schedule` as compressed JSON: times in units from the scenario's start."""
    return _packed(
        {
            "batches": [_batch_row(batch) for batch in schedule.batches],
            "unplanned": [[item.operation, item.reason] for item in schedule.unplanned],
        }
    )


def unpacked_schedule(content: bytes) -> Schedule:
    """Return the schedule of `packed_schedule`."""
    table = _unpacked(content)
    return Schedule(
        batches=tuple(_batch(row) for row in table["batches"]),
        unplanned=tuple(
            Unplanned(operation=operation, reason=reason)
            for operation, reason in table["unplanned"]
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
