"""Past orders, and how far each file of them has been imported."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = (
    "product",
    "family",
    "quantity",
    "unit",
    "duration_minutes",
    "release",
    "due",
    "machine",
    "customer",
    "extra",
)


def upgrade() -> None:
    """Add the tables of past orders."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("finished", sa.DateTime),
    )
    op.create_table(
        "order_history",
        sa.Column(
            "import_id",
            sa.Integer,
            sa.ForeignKey("imports.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("row", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("order_id", sa.String(200), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        sqlite_with_rowid=False,
    )
