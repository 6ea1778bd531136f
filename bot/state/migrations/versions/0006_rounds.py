"""Rounds through the departments, and which interview came of each."""

from alembic import op

from bot.state.tables import invitations, rounds

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    rounds.create(op.get_bind())
    invitations.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("invitations")
    op.drop_table("rounds")
