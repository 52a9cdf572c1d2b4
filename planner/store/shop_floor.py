"""The tables between planning and the shop floor: arriving orders, released batches, the outbox.

`planner.service` and `planner.publish` read and write them; numbers of orders and batches are
given by the one process that releases.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from planner.store.schema import UtcTime, metadata

release_batches = Table(
    "release_batches",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("family", Text, nullable=False),
    Column("machines", Text, nullable=False),  # joined by |, or nothing for all
    Column("released", UtcTime, nullable=False),
    Column("first_received", UtcTime, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("reason", String(50), nullable=False),
)

# An order without a batch waits; `inside` is set while it holds a place of a continuous machine.
release_orders = Table(
    "release_orders",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("order_id", String(200), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("family", Text, nullable=False),
    Column("machines", Text, nullable=False),
    Column("received", UtcTime, nullable=False),
    Column("due", UtcTime),
    Column("content", Text, nullable=False),  # JSON, as it was received
    Column("batch", ForeignKey("release_batches.number"), index=True),
    Column("inside", Boolean, index=True),
    Column("finished", UtcTime),
)

# What a chunk holds is settled before it is sent: sent again, it is the same under the same key.
outbox_chunks = Table(
    "outbox_chunks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("destination", String(500), nullable=False, index=True),
    Column("key", String(36), nullable=False, unique=True),
    Column("state", String(20), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("status", Integer),  # of the last answer over HTTP
    Column("reason", Text, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("ended", UtcTime),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("destination", String(500), nullable=False),
    Column("item", String(200), nullable=False),
    Column("payload", Text, nullable=False),  # JSON
    Column("chunk_id", ForeignKey("outbox_chunks.id"), index=True),
    Column("refusal", Text),
    UniqueConstraint("destination", "item"),
)
