"""What is due is found from the outbox on; when a conversation may go on is looked at then, and stands in no index, so
that a claim rewrites none.
"""

import sqlalchemy as sa
from alembic import op

from bot.state.tables import IS_SAID

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    known = {index["name"] for table in ("accounts", "outbox") for index in _list_indexes(table)}
    if "accounts_next" in known:
        op.drop_index("accounts_next", "accounts")
    if "outbox_due" not in known:  # where an earlier revision made the table as it is by now
        op.create_index("outbox_due", "outbox", ["due_at"], sqlite_where=IS_SAID, postgresql_where=IS_SAID)


def _list_indexes(table: str) -> list[sa.engine.interfaces.ReflectedIndex]:
    return sa.inspect(op.get_bind()).get_indexes(table)


def downgrade() -> None:
    op.drop_index("outbox_due", "outbox")
    op.create_index("accounts_next", "accounts", ["surface", "next_at"])
