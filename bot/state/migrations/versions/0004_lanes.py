"""Lanes of what is said, why something could not be said, where it stands, and the pace of a whole workspace."""

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant

revision = "0004"
down_revision = "0003"

STANDS = sa.text("card IS NOT NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("lane", sa.String(8), nullable=False, server_default="reply"))
    op.add_column("outbox", sa.Column("reason", sa.String(60)))
    op.add_column("outbox", sa.Column("ref", sa.Text))
    op.add_column("outbox", sa.Column("card", sa.LargeBinary))
    op.create_index("outbox_cards", "outbox", ["interview_id"], sqlite_where=STANDS, postgresql_where=STANDS)
    op.add_column("accounts", sa.Column("doubt_at", Instant))
    op.create_table(
        "pace",
        sa.Column("surface", sa.String(12), primary_key=True),
        sa.Column("workspace", sa.String(40), primary_key=True),
        sa.Column("lane", sa.String(8), primary_key=True),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("reason", sa.String(60)),
    )


def downgrade() -> None:
    op.drop_table("pace")
    op.drop_column("accounts", "doubt_at")
    op.drop_index("outbox_cards", "outbox")
    for name in ("card", "ref", "reason", "lane"):
        op.drop_column("outbox", name)
