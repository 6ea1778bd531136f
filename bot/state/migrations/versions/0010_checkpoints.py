"""Signed checkpoints of the audit chain."""

from alembic import op

from bot.state.tables import checkpoints

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    checkpoints.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("checkpoints")
