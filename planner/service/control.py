"""Starting and stopping the release service on this computer, from another process."""

import os
import signal

from planner.service.claim import OWNER, owner_in
from planner.store import Store
from planner.store.database import ENVIRONMENT
from planner.store.processes import (
    ProcessIdentity,
    host,
    python_module,
    start_detached,
)

PORT = 8650
COMMAND = (*python_module("planner.cli"), "release", "serve", "--keep-buffers")
LOG = "release-service.log"


def start_service(store: Store, *, size: int, wait_seconds: float, port: int = PORT) -> None:
    """Start a service that releases full batches, or after the longest wait, and goes on alone.

    It listens on this computer only. What it says is in the log folder of the store.
    """
    rules = ("--size", str(size), "--wait", f"{wait_seconds:g}", "--port", str(port))
    # A URL may hold a password, and every user of a machine can read command lines.
    start_detached((*COMMAND, *rules), store.log_folder / LOG, {ENVIRONMENT: store.url})


def is_here(store: Store) -> bool:
    """Return whether a service runs on this computer, where it can be stopped."""
    return _owner(store) is not None


def stop_service(store: Store) -> bool:
    """Ask the service of this computer to stop, and return whether there is one.

    It takes no more orders; what waits is kept for the next start.
    """
    owner = _owner(store)
    if owner is None:
        return False
    os.kill(owner.pid, signal.SIGTERM)
    return True


def _owner(store: Store) -> ProcessIdentity | None:
    """Return the process that releases, if it is one of this computer and lives."""
    noted = store.setting(OWNER)
    if noted is None:
        return None
    owner = owner_in(noted)
    # Without a start, another process may have the number by now.
    known = owner.process.host == host() and owner.process.start is not None
    return owner.process if known and not owner.is_gone else None
