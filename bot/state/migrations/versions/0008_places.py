"""Room for how to write to somebody where that is more than a channel's name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    change(sa.Text(), "channel")


def downgrade() -> None:
    change(sa.String(80), "substr(channel, 1, 80)")


def change(kind: TypeEngine[str], value: str) -> None:
    """By another column, as SQLite changes none."""
    op.add_column("accounts", sa.Column("place", kind))
    op.execute(f"UPDATE accounts SET place = {value}")  # noqa: S608 - of the two above
    op.drop_column("accounts", "channel")
    op.execute("ALTER TABLE accounts RENAME COLUMN place TO channel")
