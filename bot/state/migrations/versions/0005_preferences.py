"""What people chose for themselves, who said so, and whom no chat surface knows."""

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant

revision = "0005"
down_revision = "0004"

ADDED = ("language_from", "timezone_from", "from_hour", "to_hour", "sought_at")


def upgrade() -> None:
    for name in ("language_from", "timezone_from"):
        op.add_column("people", sa.Column(name, sa.String(12), nullable=False, server_default="directory"))
    op.add_column("people", sa.Column("from_hour", sa.Integer, nullable=False, server_default="9"))
    op.add_column("people", sa.Column("to_hour", sa.Integer, nullable=False, server_default="18"))
    op.add_column("people", sa.Column("sought_at", Instant))


def downgrade() -> None:
    for name in ADDED:
        op.drop_column("people", name)
