"""The live release service: takes orders over HTTP and releases them in batches.

The names here say what a service has stored, and start and stop one on this computer; they are
loaded when first used. Import the rest from the modules: `app`, `live_policies`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.service.completions import finished_orders
    from planner.service.control import PORT, is_here, start_service, stop_service
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
    "PORT",
    "ServiceNote",
    "ServiceState",
    "Table",
    "finished_orders",
    "handover_states",
    "handovers",
    "is_here",
    "refused_batches",
    "released_batches",
    "service_note",
    "start_service",
    "stop_service",
    "totals",
    "waiting_buffers",
    "waiting_times",
]
_HOME = {
    **dict.fromkeys(("PORT", "is_here", "start_service", "stop_service"), "control"),
    "finished_orders": "completions",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'planner.service' has no attribute {name!r}")
    home = _HOME.get(name, "stored")
    return getattr(import_module(f"planner.service.{home}"), name)
