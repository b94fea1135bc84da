"""Read by Alembic for each command: works on the connection, and in the transaction, it was handed."""

from alembic import context

from chassis.journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
context.run_migrations()
