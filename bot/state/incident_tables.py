"""The tables of reports and cases. Of what they are about, and of who reported, nothing stands in clear."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from bot.state.columns import ID, Instant, metadata

# A case. Nothing in clear tells what it is about, or when it came: its id is random, and every word of it is sealed
# under a key of its own, so that destroying the key erases it.
incidents = Table(
    "incidents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", String(8), nullable=False, unique=True),  # random, how its team speaks of it
    Column("state", String(10), nullable=False),  # new, taken, closed or erased
    Column("key", LargeBinary, nullable=False),  # the case's own, sealed
    Column("body", LargeBinary, nullable=False),  # sealed under it: what is known, who may never see it
    Column("held", Boolean, nullable=False),  # nothing of it is erased
    Column("keep_until", Date),  # after which it is erased, unless it is held
    Column("revision", Integer, nullable=False),
)

# Who needs to know. Nobody else learns that there is a case.
incident_members = Table(
    "incident_members",
    metadata,
    Column("incident_id", ID, ForeignKey("incidents.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("state", String(10), nullable=False),  # asked, member or left
    Column("role", String(20), nullable=False),  # of the catalogue's team; empty until it is settled
    Index("incident_members_person", "person_id", "state"),
)

# What happened in a case, in order: facts, evidence, hand-overs, decisions, questions. Rows are added, never changed.
incident_entries = Table(
    "incident_entries",
    metadata,
    Column("incident_id", ID, ForeignKey("incidents.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("body", LargeBinary, nullable=False),  # sealed: when, who, what
)

# In which order those who receive reports are asked, where somebody settled one.
on_call = Table(
    "on_call",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("place", Integer, nullable=False),
)

incident_tasks = Table(
    "incident_tasks",
    metadata,
    Column("id", ID, primary_key=True),
    Column("incident_id", ID, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("task", String(40), nullable=False),  # of the catalogue, or own
    Column("owner_id", ID, ForeignKey("people.id")),
    Column("state", String(10), nullable=False),  # open, done or dropped
    Column("due_at", Instant),
    Column("body", LargeBinary, nullable=False),  # sealed: its words where they are the team's own, what was said of it
    Column("revision", Integer, nullable=False),
)

# The room of a case's team in a chat. Its name tells nothing and is sealed all the same, so that a list of rooms leads
# to no case; the instants are those of the platform's calls.
rooms = Table(
    "rooms",
    metadata,
    Column("incident_id", ID, ForeignKey("incidents.id"), primary_key=True),
    Column("surface", String(12), nullable=False),
    Column("workspace", String(40), nullable=False),
    Column("state", String(10), nullable=False),  # wanted, open, over or failed
    Column("body", LargeBinary, nullable=False),  # sealed under the case's key: its name, where it is, what was said
    Column("revision", Integer, nullable=False),  # grows with whatever changes who is to be in it
    Column("next_at", Instant, nullable=False),  # nothing is done about it before; while it is held, the lease
    Column("tries", Integer, nullable=False),  # in a row that came to nothing
    Column("fence", Integer, nullable=False),  # grows with every claim; who has an older one writes nothing
)

# Where somebody who reports, or wants to, hears from us. Who that is, is sealed under a key that is not the
# deployment's; the row is named by a keyed digest of it. No instant here is one at which a person did something.
mailboxes = Table(
    "mailboxes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", LargeBinary, nullable=False),  # its own, sealed under the reporters' key
    Column("body", LargeBinary, nullable=False),  # sealed under it: who, where, the draft, what they reported
    Column("surface", String(12), nullable=False),  # where they spoke last
    Column("due_at", Instant),  # from when on something is to be said there; none where nothing waits
    Column("tries", Integer, nullable=False),
    Column("erase_on", Date),
    Column("revision", Integer, nullable=False),
)

# From a receipt, or from a report of a case, to the mailbox it came from: both ends under the reporters' key.
receipts = Table(
    "receipts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# What shows one thing of a case to the contact outside the company, for a while. Of what a link carries, only its hash
# stands here.
links = Table(
    "links",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what it carries
    Column("incident_id", ID, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("purpose", String(10), nullable=False),  # report or agree
    Column("state", String(10), nullable=False),  # open or over
    Column("expires_at", Instant, nullable=False),
    Column("opened", Integer, nullable=False),  # how often
)
