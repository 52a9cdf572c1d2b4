"""Versions of scenarios, which version a run plans, and variants."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What a scenario holds when this migration comes becomes its first version.
FIRST_VERSIONS = """
INSERT INTO versions
    (scenario_id, number, created, fingerprint, tables, note, changes, refused)
SELECT id, 1, created, fingerprint, tables, '', '[]', :refused FROM scenarios
"""


def upgrade() -> None:
    """Add the tables, and make a first version of every scenario."""
    for table in ("scenarios", "runs", "schedules"):
        op.add_column(table, sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    _versions()
    _variants()
    op.get_bind().execute(
        sa.text(FIRST_VERSIONS).bindparams(sa.bindparam("refused", False, sa.Boolean))
    )


def _versions() -> None:
    op.create_table(
        "versions",
        _scenario("scenario_id", primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("tables", sa.LargeBinary, nullable=False),
        sa.Column("based_on", sa.Integer),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("parent_version", sa.Integer),
        sa.Column("refused", sa.Boolean, nullable=False),
    )


def _variants() -> None:
    op.create_table(
        "variants",
        _scenario("scenario_id", primary_key=True),
        _scenario("parent_id", nullable=False, index=True),
    )


def _scenario(column: str, **options: bool) -> sa.Column[int]:
    owner = sa.ForeignKey("scenarios.id", ondelete="CASCADE")
    return sa.Column(column, sa.Integer, owner, **options)  # type: ignore[arg-type]
