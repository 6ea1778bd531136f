"""Reports of suspected leaks, the cases they become, and where whoever reported hears from us."""

import sqlalchemy as sa
from alembic import op

from bot.state.incident_tables import incident_entries, incident_members, incident_tasks, incidents, mailboxes, receipts

revision = "0009"
down_revision = "0008"

MADE = (incidents, incident_members, incident_entries, incident_tasks, mailboxes, receipts)


def upgrade() -> None:
    op.add_column("deployment", sa.Column("wrapped_reporter_key", sa.LargeBinary()))
    for table in MADE:
        table.create(op.get_bind())


def downgrade() -> None:
    for table in reversed(MADE):
        op.drop_table(table.name)
    op.drop_column("deployment", "wrapped_reporter_key")
