"""Scenarios, runs, progress and schedules in a database, and the processes that plan.

The engine knows nothing of it. Open a `Store`; what it returns is frozen and in UTC.
"""

from planner.errors import StaleStepError, StoreError
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
    LineRow,
    ProgressRow,
    RunOptions,
    RunRow,
    RunState,
    ScenarioRow,
    StepOrigin,
    StepRow,
    VersionRow,
)
from planner.store.samples import seed_samples
from planner.store.schedule_versions import (
    StepDraft,
    can_step_forward,
    go_to_step,
    line_of,
    lines_of,
    name_step,
    open_line,
    publish_step,
    published_step,
    save_step,
    step_back,
    step_forward,
    step_schedule,
    steps_of,
)
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
    "LineRow",
    "ProgressRow",
    "RunOptions",
    "RunRow",
    "RunState",
    "ScenarioRow",
    "StaleStepError",
    "StepDraft",
    "StepOrigin",
    "StepRow",
    "Store",
    "StoreError",
    "VersionRow",
    "add_variant",
    "can_redo",
    "can_step_forward",
    "delete_import",
    "file_fingerprint",
    "go_to_step",
    "import_of",
    "import_orders",
    "line_of",
    "lines_of",
    "name_step",
    "open_line",
    "outbox",
    "outbox_chunks",
    "parents",
    "past_orders",
    "publish_step",
    "published_step",
    "redo",
    "release_batches",
    "release_orders",
    "save_step",
    "save_version",
    "seed_samples",
    "settle",
    "step_back",
    "step_forward",
    "step_schedule",
    "steps_of",
    "undo",
    "version_of",
    "versions_of",
]
