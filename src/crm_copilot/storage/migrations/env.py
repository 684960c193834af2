"""What Alembic runs for each of its commands: over the connection that `migrate` gives, in its transaction."""

from __future__ import annotations

from alembic import context

from crm_copilot.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True,
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
