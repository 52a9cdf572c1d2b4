"""Hand-over to the shop floor: batches over HTTP, in chunks, each exactly once.

First into the outbox, then out of it: what is to be sent, and under which key, is stored before it
is sent. After a failure of the network or a crash, `publish` goes on where it stopped.
"""

from planner.publish.destination import (
    Destination,
    checked_destination,
    destination_in,
    without_password,
)
from planner.publish.items import enqueue_released, enqueue_schedule
from planner.publish.outbox import ChunkState, RefusedItem
from planner.publish.sending import (
    PublishSettings,
    Report,
    Sender,
    publish,
)

__all__ = [
    "ChunkState",
    "Destination",
    "PublishSettings",
    "RefusedItem",
    "Report",
    "Sender",
    "checked_destination",
    "destination_in",
    "enqueue_released",
    "enqueue_schedule",
    "publish",
    "without_password",
]
