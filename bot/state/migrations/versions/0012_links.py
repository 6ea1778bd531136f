"""Links by which the contact outside the company sees one thing of a case."""

from alembic import op

from bot.state.incident_tables import links

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    links.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("links")
