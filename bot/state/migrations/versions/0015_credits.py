"""Credits: who named whose good practice, and how far that has come."""

from alembic import op

from bot.state.credit_tables import credits

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    credits.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("credits")
