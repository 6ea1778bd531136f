"""What we remember: the store's contract, kept alike on SQLite and PostgreSQL."""
