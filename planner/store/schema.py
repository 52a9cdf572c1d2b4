"""The tables of the database, as SQLAlchemy sees them; migrations make them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored as UTC without a zone so that every database keeps it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC without its zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return the stored UTC time with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

scenarios = Table(
    "scenarios",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("tables", LargeBinary, nullable=False),  # compressed JSON of texts
    Column("version", Integer, nullable=False, server_default="1"),  # the one in force
    Column("deleted", UtcTime),  # since when it is in the bin
    sqlite_autoincrement=True,  # the id of a deleted scenario never comes back
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "scenario_id", ForeignKey("scenarios.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("options", Text, nullable=False),  # JSON
    Column("state", String(20), nullable=False, index=True),
    Column("created", UtcTime, nullable=False),
    Column("started", UtcTime),
    Column("ended", UtcTime),
    Column("heartbeat", UtcTime),
    Column("host", String(300)),
    Column("pid", Integer),
    Column("process_start", String(100)),
    Column("stop_requested", Boolean, nullable=False),
    Column("status", String(20)),
    Column("method", String(100)),
    Column("cost", BigInteger),
    Column("bound", BigInteger),
    Column("message", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # of the scenario
    Column("deleted", UtcTime),
    Column("visitor", String(200)),  # who asked for it; nothing for a program
    sqlite_autoincrement=True,
)

progress = Table(
    "progress",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("bound", BigInteger),
    Column("terms", Text, nullable=False),  # JSON
    Column("method", String(100), nullable=False),
)

# A run has one schedule, its best; a baseline has a name and no run.
schedules = Table(
    "schedules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "scenario_id", ForeignKey("scenarios.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), unique=True),
    Column("name", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),  # compressed JSON
    Column("version", Integer, nullable=False, server_default="1"),  # of the scenario
)

# What the tables of a scenario have been; `scenarios.version` says which of them is in force.
versions = Table(
    "versions",
    metadata,
    Column("scenario_id", ForeignKey("scenarios.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created", UtcTime, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("tables", LargeBinary, nullable=False),  # compressed JSON of texts
    Column("based_on", Integer),
    Column("note", Text, nullable=False),
    Column("changes", Text, nullable=False),  # JSON: how a variant differs from its parent
    Column("parent_version", Integer),
    Column("refused", Boolean, nullable=False),
)

variants = Table(
    "variants",
    metadata,
    Column("scenario_id", ForeignKey("scenarios.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", ForeignKey("scenarios.id", ondelete="CASCADE"), nullable=False, index=True),
)

# The versions of one schedule: `current` says which of them is in force. A plan's key is the id of
# its run, or the name of a baseline.
schedule_lines = Table(
    "schedule_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "scenario_id", ForeignKey("scenarios.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), index=True),
    Column("plan", String(100), nullable=False),
    Column("version", Integer, nullable=False),  # of the scenario
    Column("current", Integer, nullable=False),
    UniqueConstraint("scenario_id", "plan", "version"),
    sqlite_autoincrement=True,
)

schedule_versions = Table(
    "schedule_versions",
    metadata,
    Column("line_id", ForeignKey("schedule_lines.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("based_on", Integer),
    Column("kind", String(20), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("visitor", String(200)),
    Column("name", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("given", Text, nullable=False),  # JSON: what is given beyond the scenario
    Column("content", LargeBinary, nullable=False),  # compressed JSON of the schedule
    Column("refused", Boolean, nullable=False),
    Column("published", UtcTime),
)

# A schedule that is planned again; its result is looked at before it becomes a version.
replans = Table(
    "replans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "line_id", ForeignKey("schedule_lines.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("based_on", Integer, nullable=False),  # the number of the version
    Column("state", String(20), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("started", UtcTime),
    Column("ended", UtcTime),
    Column("seconds", Float, nullable=False),
    Column("host", String(300)),
    Column("pid", Integer),
    Column("process_start", String(100)),
    Column("stop_requested", Boolean, nullable=False),
    Column("visitor", String(200)),
    Column("given", Text, nullable=False),  # JSON: what is given beyond the scenario
    Column("message", Text, nullable=False),
    Column("told", Text, nullable=False),  # JSON: how many moved, and notes
    Column("content", LargeBinary),  # compressed JSON of the schedule, once there is one
    sqlite_autoincrement=True,
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("value", Text, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime),
    UniqueConstraint("fingerprint"),
)

# Past orders in the canonical columns, as text: what the file said, nothing rounded.
order_history = Table(
    "order_history",
    metadata,
    Column(
        "import_id",
        ForeignKey("imports.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("row", BigInteger, primary_key=True, autoincrement=False),
    Column("order_id", String(200), nullable=False),
    Column("product", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("duration_minutes", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("extra", Text, nullable=False),  # JSON of the other columns, or nothing
    sqlite_with_rowid=False,
)
