"""The tables. In clear: ids, levels, states, times, people, departments.

Every other text a person gave is sealed bytes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from bot.state.columns import ID, Instant, metadata

SCHEMA = "0018"  # the newest revision in migrations/; a database that says so needs no Alembic at start

# One row: what this deployment is, its data key wrapped by the master key, and the head of the audit chain.
deployment = Table(
    "deployment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("trial", Boolean, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("wrapped_reporter_key", LargeBinary),  # the key of who reported what, under a master key of its own
    Column("audit_seq", BigInteger, nullable=False),
    Column("audit_hash", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
)

departments = Table(
    "departments",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(120), nullable=False, unique=True),
    Column("name_en", String(120), nullable=False),
    Column("field", String(40), nullable=False),  # which pack of the catalogue it is asked with
)

people = Table(
    "people",
    metadata,
    Column("id", ID, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("family", String(60), nullable=False),  # how a person is spoken to, in each language
    Column("family_en", String(60), nullable=False),
    Column("title", String(120), nullable=False),
    Column("department_id", ID, ForeignKey("departments.id"), nullable=False),
    Column("language", String(2), nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("active", Boolean, nullable=False),
    # Who said so: the directory, a chat surface by its name, or "person" themselves, who outranks both.
    Column("language_from", String(12), nullable=False, server_default="directory"),
    Column("timezone_from", String(12), nullable=False, server_default="directory"),
    Column("from_hour", Integer, nullable=False, server_default="9"),  # on the person's own clock
    Column("to_hour", Integer, nullable=False, server_default="18"),
    Column("sought_at", Instant),  # when a chat surface was last asked for them in vain
    Column("missed_at", Instant),  # since when the managers know that no chat surface has them
    Index("people_name", "name"),
    Index("people_family", "family"),
    Index("people_family_en", text("lower(family_en)")),
)

roles = Table(
    "roles",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("role", String(30), primary_key=True),
)

company = Table(
    "company",
    metadata,
    Column("fact", String(40), primary_key=True),
    Column("ja", Text, nullable=False),
    Column("en", Text, nullable=False),
)

# What is to be said to a person, as the index that finds it has it: a condition with values handed in finds none.
IS_LISTED = text("state = 'ready' AND kind = 'nudge' AND interview_id IS NOT NULL")
IS_EVENT = text("state = 'ready' AND kind = 'event'")
IS_SAID = text("state = 'ready' AND kind IN ('turn','notice','reminder','card')")

UNFINISHED = ("queued", "open", "paused")  # states of an interview that is not over

interviews = Table(
    "interviews",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("flow", String(40), nullable=False),
    Column("subject", String(80), nullable=False),  # what it is about: a department's id, or the interview that asked
    Column("digest", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("status", String(10), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed: given values and snapshot
    Column("prompted_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    # One person has one unfinished interview about one thing, whichever window or replica begins it.
    Index(
        "interviews_unfinished",
        "person_id",
        "flow",
        "subject",
        unique=True,
        sqlite_where=text("status IN ('queued','open','paused')"),
        postgresql_where=text("status IN ('queued','open','paused')"),
    ),
    Index("interviews_of", "person_id", "flow", "status"),
    Index("interviews_subject", "subject"),
)

answers = Table(
    "answers",
    metadata,
    Column("interview_id", ID, ForeignKey("interviews.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),  # among the answers of one turn
    Column("question", String(60), nullable=False),
    Column("state", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed: key, value, what was left as proposed, what was typed
    Column("digest", String(64), nullable=False),  # of the flow version whose words were shown
    Column("language", String(2), nullable=False),
    Column("person_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", ID, primary_key=True),
    Column("department_id", ID, ForeignKey("departments.id"), nullable=False, index=True),
    Column("interview_id", ID, ForeignKey("interviews.id"), nullable=False),
    Column("owner_id", ID, ForeignKey("people.id")),
    Column("state", String(12), nullable=False),  # draft, proposed or retired
    Column("level", Integer),  # 0 public to 3 strictly confidential, as far as it was judged
    Column("class", String(20)),  # level and way of use, e.g. L3-desk
    Column("review_on", Date),  # when to look at it again
    # sealed: name, its key in the interview, pack line, forms, flags; `judgement` where there is one
    Column("body", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

# What the head of a department settled for one class of its information, and what a manager made of it.
classes = Table(
    "classes",
    metadata,
    Column("department_id", ID, ForeignKey("departments.id"), primary_key=True),
    Column("class", String(20), primary_key=True),  # level and way of use, as items have it
    Column("interview_id", ID, ForeignKey("interviews.id"), nullable=False),
    Column("state", String(10), nullable=False),  # proposed, approved or returned
    # sealed: its items and forms then, what was said of measures, what stays open, findings, the decision
    Column("body", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

# One row a measure and place: said once, it serves every class there that needs it.
measures = Table(
    "measures",
    metadata,
    Column("place", ID, primary_key=True),  # a department's id, or company where one serves all
    Column("measure", String(60), primary_key=True),  # of the catalogue
    Column("state", String(10), nullable=False),  # claimed, confirmed, planned, declined, released or unknown
    Column("owner_id", ID, ForeignKey("people.id")),
    Column("due_on", Date),
    Column("kept_days", Integer),  # for how many days its records keep, where it leaves any
    Column("chosen_for", String(60), nullable=False),  # the department and class it was first chosen for
    Column("interview_id", ID, ForeignKey("interviews.id"), nullable=False),  # where it was said last
    Column("said_by", ID, ForeignKey("people.id"), nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("confirmed_by", ID, ForeignKey("people.id")),
    Column("confirmed_at", Instant),
    Column("asks", String(10)),  # what its owner is asked next: done, still, has or days
    Column("ask_on", Date),  # and from which day on
    Column("body", LargeBinary, nullable=False),  # sealed: why it was declined
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("measures_owner", "owner_id", "ask_on"),
)

publications = Table(
    "publications",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("state", String(10), nullable=False),  # taken, failed or damaged
    Column("at", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String(240), primary_key=True),  # what it is for, e.g. turn:<event key>
    # event, nudge (a person a campaign is to reach), or what is said to a person: state/outbox.py has the list
    Column("kind", String(20), nullable=False),
    Column("person_id", ID, nullable=False),
    Column("interview_id", ID),
    Column("surface", String(12)),  # where it is to be said; anywhere where it names none
    Column("lane", String(8), nullable=False, server_default="reply"),  # urgent, reply or bulk
    Column("state", String(10), nullable=False),  # ready, sent, dead or cancelled
    Column("reason", String(60)),  # why it is dead: the platform's own code, or the name of a fault
    Column("due_at", Instant, nullable=False),
    Column("body", Text, nullable=False),  # references only: notices by name, ids, numbers
    Column("sent_at", Instant),
    Column("ref", Text),  # where it stands by now, in the surface's own words
    Column("card", LargeBinary),  # sealed: what its question says, as long as it can be answered there
    Column("campaign_id", ID),  # the campaign it is of
    Index(
        "outbox_cards",
        "interview_id",
        sqlite_where=text("card IS NOT NULL"),
        postgresql_where=text("card IS NOT NULL"),
    ),
    Index("outbox_ready", "person_id", "due_at", sqlite_where=IS_SAID, postgresql_where=IS_SAID),
    # What a person was told lately.
    Index(
        "outbox_told",
        "person_id",
        "sent_at",
        sqlite_where=text("sent_at IS NOT NULL"),
        postgresql_where=text("sent_at IS NOT NULL"),
    ),
    Index(
        "outbox_campaign",
        "campaign_id",
        "state",
        sqlite_where=text("campaign_id IS NOT NULL"),
        postgresql_where=text("campaign_id IS NOT NULL"),
    ),
    # What campaigns have, or had, for a person.
    Index("outbox_nudged", "person_id", sqlite_where=text("kind = 'nudge'"), postgresql_where=text("kind = 'nudge'")),
    # What stands on a card of several.
    Index("outbox_listed", "due_at", sqlite_where=IS_LISTED, postgresql_where=IS_LISTED),
    # What campaigns are still to put before people.
    Index(
        "outbox_nudges",
        "due_at",
        sqlite_where=text("state = 'ready' AND kind = 'nudge'"),
        postgresql_where=text("state = 'ready' AND kind = 'nudge'"),
    ),
    Index(
        "outbox_events",
        "due_at",
        sqlite_where=IS_EVENT,
        postgresql_where=IS_EVENT,
    ),
)

# One row is one conversation on a chat surface: whose it is, and the lease and pace of what is said there.
accounts = Table(
    "accounts",
    metadata,
    Column("surface", String(12), primary_key=True),
    Column("account", String(80), primary_key=True),  # workspace:user
    Column("person_id", ID, ForeignKey("people.id")),  # none for somebody the directory does not know
    Column("channel", Text),  # where to write to them, once that is known, in the surface's own words
    Column("next_at", Instant, nullable=False),  # nothing is sent before
    Column("tries", Integer, nullable=False),  # in a row that came to nothing
    Column("fence", Integer, nullable=False),  # grows with every claim; who has an older one writes nothing
    Column("doubt_at", Instant),  # what was sent since may have arrived or not; none where that is known
    Index("accounts_person", "person_id"),
)

# Where a whole workspace is left alone by every replica: one lane of it, or all.
pace = Table(
    "pace",
    metadata,
    Column("surface", String(12), primary_key=True),
    Column("workspace", String(40), primary_key=True),
    Column("lane", String(8), primary_key=True),
    Column("next_at", Instant, nullable=False),  # nothing is sent before
    Column("reason", String(60)),  # the platform's code where somebody must mend something; none where it is only pace
)

# A manager's decision to have departments asked, and which interview came of it in each.
rounds = Table(
    "rounds",
    metadata,
    Column("id", ID, primary_key=True),
    Column("starter_id", ID, ForeignKey("people.id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("repeat_months", Integer, nullable=False),  # 0 where no next one is planned
)

invitations = Table(
    "invitations",
    metadata,
    Column("round_id", ID, ForeignKey("rounds.id"), primary_key=True),
    Column("department_id", ID, ForeignKey("departments.id"), primary_key=True),
    Column("interview_id", ID, ForeignKey("interviews.id"), nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("action", String(60), nullable=False),
    Column("object", String(120), nullable=False),
    Column("detail", Text, nullable=False),  # nothing secret: states, counts, a keyed digest of the content
    Column("hash", String(64), nullable=False),
)

# The head of the audit chain at some instants, signed, and where outside the database each was written.
checkpoints = Table(
    "checkpoints",
    metadata,
    # how many rows the chain had; two of the same number there are not, whichever replica was first
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("key", String(8), nullable=False),  # the id of the key that signed it
    Column("text", Text, nullable=False),  # as it is written outside
    Column("places", Text, nullable=False),  # JSON: name of a place -> since when it is there, tries, why not
    Column("next_at", Instant),  # when a place is to be written to; none where there is nothing left to do
    Index(
        "checkpoints_ready",
        "next_at",
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    ),
)
