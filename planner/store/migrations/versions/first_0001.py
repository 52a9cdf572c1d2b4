"""Scenarios, runs, their progress and schedules, settings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _scenarios()
    _runs()
    _progress()
    _schedules()
    op.create_table(
        "settings",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _scenarios() -> None:
    op.create_table(
        "scenarios",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
        sa.Column("tables", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        _belongs_to("scenarios", "scenario_id", nullable=False, index=True),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime),
        sa.Column("ended", sa.DateTime),
        sa.Column("heartbeat", sa.DateTime),
        sa.Column("host", sa.String(300)),
        sa.Column("pid", sa.Integer),
        sa.Column("process_start", sa.String(100)),
        sa.Column("stop_requested", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(20)),
        sa.Column("method", sa.String(100)),
        sa.Column("cost", sa.BigInteger),
        sa.Column("bound", sa.BigInteger),
        sa.Column("message", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _progress() -> None:
    op.create_table(
        "progress",
        _belongs_to("runs", "run_id", primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("cost", sa.BigInteger, nullable=False),
        sa.Column("bound", sa.BigInteger),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("method", sa.String(100), nullable=False),
    )


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer, primary_key=True),
        _belongs_to("scenarios", "scenario_id", nullable=False, index=True),
        _belongs_to("runs", "run_id", unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _belongs_to(table: str, column: str, **options: bool) -> sa.Column[int]:
    owner = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(column, sa.Integer, owner, **options)  # type: ignore[arg-type]
