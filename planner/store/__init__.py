"""Scenarios, runs, progress and schedules in a database, and the processes that plan.

The engine knows nothing of it. Open a `Store`; what it returns is frozen and in UTC.
"""

from planner.errors import StoreError
from planner.store.history import (
    delete_import,
    file_fingerprint,
    import_of,
    import_orders,
    past_orders,
)
from planner.store.rows import ImportRow, ProgressRow, RunOptions, RunRow, RunState, ScenarioRow
from planner.store.samples import seed_samples
from planner.store.shop_floor import outbox, outbox_chunks, release_batches, release_orders
from planner.store.store import Store

__all__ = [
    "ImportRow",
    "ProgressRow",
    "RunOptions",
    "RunRow",
    "RunState",
    "ScenarioRow",
    "Store",
    "StoreError",
    "delete_import",
    "file_fingerprint",
    "import_of",
    "import_orders",
    "outbox",
    "outbox_chunks",
    "past_orders",
    "release_batches",
    "release_orders",
    "seed_samples",
]
