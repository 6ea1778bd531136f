"""The schema's history, one revision a file, run by Alembic on SQLite and PostgreSQL alike."""
