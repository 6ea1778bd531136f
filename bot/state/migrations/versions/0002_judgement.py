"""What an item was judged to be: its level, its class, and when to look again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("items", sa.Column("level", sa.Integer))
    op.add_column("items", sa.Column("class", sa.String(20)))
    op.add_column("items", sa.Column("review_on", sa.Date))


def downgrade() -> None:
    for name in ("review_on", "class", "level"):
        op.drop_column("items", name)
