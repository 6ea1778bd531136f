"""The day a campaign is about, where it brings a moment of working life."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("campaigns")}
    if "day" not in known:  # where 0014 ran with the table as it is by now
        op.add_column("campaigns", sa.Column("day", sa.Date()))


def downgrade() -> None:
    op.drop_column("campaigns", "day")
