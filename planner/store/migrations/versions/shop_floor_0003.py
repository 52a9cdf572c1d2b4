"""Arriving orders, released batches, and the outbox of what goes to the shop floor."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables between planning and the shop floor."""
    _release_batches()
    _release_orders()
    _outbox_chunks()
    _outbox()


def _release_batches() -> None:
    op.create_table(
        "release_batches",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("machines", sa.Text, nullable=False),
        sa.Column("released", sa.DateTime, nullable=False),
        sa.Column("first_received", sa.DateTime, nullable=False),
        sa.Column("orders", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(50), nullable=False),
    )


def _release_orders() -> None:
    batch = sa.ForeignKey("release_batches.number")
    op.create_table(
        "release_orders",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("order_id", sa.String(200), nullable=False, unique=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("machines", sa.Text, nullable=False),
        sa.Column("received", sa.DateTime, nullable=False),
        sa.Column("due", sa.DateTime),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("batch", sa.BigInteger, batch, index=True),
        sa.Column("inside", sa.Boolean, index=True),
        sa.Column("finished", sa.DateTime),
    )


def _outbox_chunks() -> None:
    op.create_table(
        "outbox_chunks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("destination", sa.String(500), nullable=False, index=True),
        sa.Column("key", sa.String(36), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("ended", sa.DateTime),
    )


def _outbox() -> None:
    chunk = sa.ForeignKey("outbox_chunks.id")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("destination", sa.String(500), nullable=False),
        sa.Column("item", sa.String(200), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("chunk_id", sa.Integer, chunk, index=True),
        sa.Column("refusal", sa.Text),
        sa.UniqueConstraint("destination", "item"),
    )
