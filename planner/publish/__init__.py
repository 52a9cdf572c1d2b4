"""Hand-over to the shop floor: batches over HTTP, in chunks, each exactly once.

First into the outbox, then out of it: what is to be sent, and under which key, is stored before it
is sent. After a failure of the network or a crash, `publish` goes on where it stopped.
"""

from planner.publish.items import enqueue_released, enqueue_schedule
from planner.publish.outbox import ChunkState, Refused
from planner.publish.sending import (
    PublishSettings,
    Report,
    Sender,
    checked_destination,
    publish,
)

__all__ = [
    "ChunkState",
    "PublishSettings",
    "Refused",
    "Report",
    "Sender",
    "checked_destination",
    "enqueue_released",
    "enqueue_schedule",
    "publish",
]
