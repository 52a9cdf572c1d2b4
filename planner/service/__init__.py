"""The live release service: takes orders over HTTP and releases them in batches.

The names here say what a service has stored; they are loaded when first used. Import the rest from
the modules: `app`, `live_policies`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.service.stored import (
        ServiceNote,
        ServiceState,
        Table,
        handover_states,
        handovers,
        refused_batches,
        released_batches,
        service_note,
        totals,
        waiting_buffers,
        waiting_times,
    )

__all__ = [
    "ServiceNote",
    "ServiceState",
    "Table",
    "handover_states",
    "handovers",
    "refused_batches",
    "released_batches",
    "service_note",
    "totals",
    "waiting_buffers",
    "waiting_times",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'planner.service' has no attribute {name!r}")
    return getattr(import_module("planner.service.stored"), name)
