"""Versions of schedules: by hand, replanned, published."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; schedules that are there become first versions when they are opened."""
    op.create_table(
        "schedule_lines",
        sa.Column("id", sa.Integer, primary_key=True),
        _owned("scenario_id", "scenarios.id", nullable=False),
        _owned("run_id", "runs.id"),
        sa.Column("plan", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("current", sa.Integer, nullable=False),
        sa.UniqueConstraint("scenario_id", "plan", "version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "schedule_versions",
        sa.Column(
            "line_id",
            sa.Integer,
            sa.ForeignKey("schedule_lines.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("based_on", sa.Integer),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("visitor", sa.String(200)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("given", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("refused", sa.Boolean, nullable=False),
        sa.Column("published", sa.DateTime),
    )


def _owned(column: str, owner: str, *, nullable: bool = True) -> sa.Column[int]:
    key = sa.ForeignKey(owner, ondelete="CASCADE")
    return sa.Column(column, sa.Integer, key, nullable=nullable, index=True)
