"""Alembic's entry: runs the revisions on the connection the program opened."""

from alembic import context

from bot.state import campaign_tables, credit_tables, incident_tables, tables  # noqa: F401 - each tells `metadata` of its own
from bot.state.columns import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
