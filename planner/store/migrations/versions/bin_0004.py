"""The bin, who asked for a run, and addresses of the shop floor without passwords."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SIGN_IN = re.compile(r"//[^/?#]*@")


def upgrade() -> None:
    """Add the columns; take names and passwords out of the addresses that batches went to."""
    for table in ("scenarios", "runs"):
        op.add_column(table, sa.Column("deleted", sa.DateTime))
    op.add_column("runs", sa.Column("visitor", sa.String(200)))
    connection = op.get_bind()
    for (address,) in connection.execute(sa.text("SELECT DISTINCT destination FROM outbox")).all():
        if SIGN_IN.search(address):
            _rename(connection, address)
    _clean_note(connection)


def _rename(connection: sa.Connection, address: str) -> None:
    clean = SIGN_IN.sub("//", address, count=1)
    there = sa.text("SELECT item FROM outbox WHERE destination = :clean")
    known = set(connection.execute(there, {"clean": clean}).scalars())
    mine = sa.text("SELECT id, item FROM outbox WHERE destination = :address")
    for number, item in connection.execute(mine, {"address": address}).all():
        # The same batch may have gone to the same server with a password and without.
        where = clean if item not in known else f"{clean}#{number}"
        moved = sa.text("UPDATE outbox SET destination = :where WHERE id = :number")
        connection.execute(moved, {"where": where, "number": number})
    chunks = sa.text("UPDATE outbox_chunks SET destination = :clean WHERE destination = :address")
    connection.execute(chunks, {"clean": clean, "address": address})


def _clean_note(connection: sa.Connection) -> None:
    key = {"key": "release service settings"}
    note = connection.execute(sa.text("SELECT value FROM settings WHERE key = :key"), key).scalar()
    if note is not None:
        change = sa.text("UPDATE settings SET value = :note WHERE key = :key")
        connection.execute(change, key | {"note": SIGN_IN.sub("//", note)})
