"""Runs the migrations on the connection that `planner.store.database` hands over."""

from alembic import context

from planner.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction holds the lock that keeps other processes out.
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
