"""Rooms of the teams of cases."""

from alembic import op

from bot.state.incident_tables import rooms

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    rooms.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("rooms")
