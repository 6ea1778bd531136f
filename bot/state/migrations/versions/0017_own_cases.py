"""Cases of the company's own that may be told in-house."""

from alembic import op

from bot.state.campaign_tables import own_cases

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    own_cases.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("own_cases")
