"""Campaigns and schedules, whom a campaign is to reach, and indexes by which what is due is found among many rows."""

import sqlalchemy as sa
from alembic import op

from bot.state.campaign_tables import campaigns, nudges, schedules, wishes

revision = "0014"
down_revision = "0013"

INDEXES = {
    "outbox_nudges": (["due_at"], "state = 'ready' AND kind = 'nudge'"),
    "outbox_told": (["person_id", "sent_at"], "sent_at IS NOT NULL"),
    "outbox_campaign": (["campaign_id", "state"], "campaign_id IS NOT NULL"),
}
READY = ["person_id", "due_at"]
BEFORE, SINCE = "state = 'ready'", "state = 'ready' AND kind IN ('turn','notice','reminder','card')"


def upgrade() -> None:
    for table in (schedules, campaigns, nudges, wishes):
        table.create(op.get_bind())
    op.add_column("outbox", sa.Column("campaign_id", sa.String(36)))
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "outbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_index("outbox_ready", "outbox")
    op.create_index("outbox_ready", "outbox", READY, sqlite_where=sa.text(SINCE), postgresql_where=sa.text(SINCE))


def downgrade() -> None:
    op.drop_index("outbox_ready", "outbox")
    op.create_index("outbox_ready", "outbox", READY, sqlite_where=sa.text(BEFORE), postgresql_where=sa.text(BEFORE))
    for name in INDEXES:
        op.drop_index(name, "outbox")
    op.drop_column("outbox", "campaign_id")
    for table in (wishes, nudges, campaigns, schedules):
        table.drop(op.get_bind())
