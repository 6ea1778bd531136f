"""The first schema: people, interviews, answers, items, the boxes and the audit chain."""

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant

revision = "0001"
down_revision = None

ID = sa.String(36)


def upgrade() -> None:
    op.create_table(
        "deployment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("trial", sa.Boolean, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("audit_seq", sa.BigInteger, nullable=False),
        sa.Column("audit_hash", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
    )
    op.create_table(
        "departments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False, unique=True),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("id", ID, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("family", sa.String(60), nullable=False),
        sa.Column("family_en", sa.String(60), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("department_id", ID, sa.ForeignKey("departments.id"), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_index("people_name", "people", ["name"])
    op.create_index("people_family", "people", ["family"])
    op.create_index("people_family_en", "people", [sa.text("lower(family_en)")])
    op.create_table(
        "roles",
        sa.Column("person_id", ID, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("role", sa.String(30), primary_key=True),
    )
    op.create_table(
        "company",
        sa.Column("fact", sa.String(40), primary_key=True),
        sa.Column("ja", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
    )
    op.create_table(
        "interviews",
        sa.Column("id", ID, primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("flow", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("prompted_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index(
        "interviews_unfinished",
        "interviews",
        ["person_id", "flow", "subject"],
        unique=True,
        sqlite_where=sa.text("status IN ('queued','open','paused')"),
        postgresql_where=sa.text("status IN ('queued','open','paused')"),
    )
    op.create_index("interviews_of", "interviews", ["person_id", "flow", "status"])
    op.create_index("interviews_subject", "interviews", ["subject"])
    op.create_table(
        "answers",
        sa.Column("interview_id", ID, sa.ForeignKey("interviews.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("question", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "items",
        sa.Column("id", ID, primary_key=True),
        sa.Column("department_id", ID, sa.ForeignKey("departments.id"), nullable=False),
        sa.Column("interview_id", ID, sa.ForeignKey("interviews.id"), nullable=False),
        sa.Column("owner_id", ID, sa.ForeignKey("people.id")),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index("ix_items_department_id", "items", ["department_id"])
    op.create_table(
        "publications",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.String(240), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("interview_id", ID),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sent_at", Instant),
    )
    op.create_index(
        "outbox_ready",
        "outbox",
        ["person_id", "due_at"],
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "outbox_events",
        "outbox",
        ["due_at"],
        sqlite_where=sa.text("state = 'ready' AND kind = 'event'"),
        postgresql_where=sa.text("state = 'ready' AND kind = 'event'"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "audit",
        "outbox",
        "inbox",
        "publications",
        "items",
        "answers",
        "interviews",
        "company",
        "roles",
        "people",
        "departments",
        "deployment",
    ):
        op.drop_table(table)
