"""Planning again from a version of a schedule, in a process of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "replans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "line_id",
            sa.Integer,
            sa.ForeignKey("schedule_lines.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime),
        sa.Column("ended", sa.DateTime),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("host", sa.String(300)),
        sa.Column("pid", sa.Integer),
        sa.Column("process_start", sa.String(100)),
        sa.Column("stop_requested", sa.Boolean, nullable=False),
        sa.Column("visitor", sa.String(200)),
        sa.Column("given", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
