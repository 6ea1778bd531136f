"""Who is who on a chat surface, when they may be spoken to next, and on which surface a row is to be said."""

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("surface", sa.String(12), primary_key=True),
        sa.Column("account", sa.String(80), primary_key=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("people.id")),
        sa.Column("channel", sa.String(80)),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
    )
    op.create_index("accounts_person", "accounts", ["person_id"])
    op.create_index("accounts_next", "accounts", ["surface", "next_at"])
    op.add_column("outbox", sa.Column("surface", sa.String(12)))


def downgrade() -> None:
    op.drop_column("outbox", "surface")
    op.drop_table("accounts")
