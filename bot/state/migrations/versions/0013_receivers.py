"""The order in which those who receive reports are asked, and of whom the managers know that no chat has them."""

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant
from bot.state.incident_tables import on_call

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    on_call.create(op.get_bind())
    op.add_column("people", sa.Column("missed_at", Instant))
    op.execute("UPDATE people SET missed_at = sought_at")  # so far whoever was sought was told of


def downgrade() -> None:
    op.drop_column("people", "missed_at")
    op.drop_table("on_call")
