"""What was settled for a class, and the measures that protect it."""

from alembic import op

from bot.state.tables import classes, measures

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    classes.create(op.get_bind())
    measures.create(op.get_bind())


def downgrade() -> None:
    op.drop_table("measures")
    op.drop_table("classes")
