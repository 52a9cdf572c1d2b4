"""Scenarios, runs, progress and schedules in a database, and the processes that plan.

The engine knows nothing of it. Open a `Store`; what it returns is frozen and in UTC.
"""

from planner.errors import StoreError
from planner.store.bin import BinRow
from planner.store.history import (
    delete_import,
    file_fingerprint,
    import_of,
    import_orders,
    past_orders,
)
from planner.store.rows import (
    ImportRow,
    ProgressRow,
    RunOptions,
    RunRow,
    RunState,
    ScenarioRow,
    VersionRow,
)
from planner.store.samples import seed_samples
from planner.store.shop_floor import outbox, outbox_chunks, release_batches, release_orders
from planner.store.store import Store
from planner.store.versions import (
    add_variant,
    can_redo,
    parents,
    redo,
    save_version,
    settle,
    undo,
    version_of,
    versions_of,
)

__all__ = [
    "BinRow",
    "ImportRow",
    "ProgressRow",
    "RunOptions",
    "RunRow",
    "RunState",
    "ScenarioRow",
    "Store",
    "StoreError",
    "VersionRow",
    "add_variant",
    "can_redo",
    "delete_import",
    "file_fingerprint",
    "import_of",
    "import_orders",
    "outbox",
    "outbox_chunks",
    "parents",
    "past_orders",
    "redo",
    "release_batches",
    "release_orders",
    "save_version",
    "seed_samples",
    "settle",
    "undo",
    "version_of",
    "versions_of",
]
