"""Room for how to write to somebody where that is more than a channel's name."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.alter_column("channel", existing_type=sa.String(80), type_=sa.Text)


def downgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.alter_column("channel", existing_type=sa.Text, type_=sa.String(80))
