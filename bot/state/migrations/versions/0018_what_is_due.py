"""What is due, and what campaigns have for a person, is found without looking through all there is; when a conversation
may go on stands in no index, so that a claim rewrites none.
"""

import sqlalchemy as sa
from alembic import op

from bot.state.tables import outbox

revision = "0018"
down_revision = "0017"

NEW = ("outbox_nudged", "outbox_listed")


def upgrade() -> None:
    bind = op.get_bind()
    known = {index["name"] for table in ("accounts", "outbox") for index in sa.inspect(bind).get_indexes(table)}
    if "accounts_next" in known:
        op.drop_index("accounts_next", "accounts")
    for index in outbox.indexes:
        if index.name in NEW and index.name not in known:  # there where an earlier revision made the table
            index.create(bind)
    if bind.dialect.name == "postgresql":
        # Of what is ready nearly all is what campaigns have yet to bring, and nearly nothing of it is to be said now;
        # a server that takes the one for as frequent among the other looks through everything instead.
        op.execute("CREATE STATISTICS outbox_ready_kinds (mcv) ON state, kind FROM outbox")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP STATISTICS outbox_ready_kinds")
    for name in NEW:
        op.drop_index(name, "outbox")
    op.create_index("accounts_next", "accounts", ["surface", "next_at"])
