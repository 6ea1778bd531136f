"""The table of credits: who named whose good practice, and how far that has come."""

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, String, Table

from bot.state.columns import ID, Instant, metadata

# A colleague's good practice, by a title alone. Before it is kept it is known to those it names here, and to nobody
# else; one that was dropped has no title any more.
credits = Table(
    "credits",
    metadata,
    Column("id", ID, primary_key=True),
    Column("giver_id", ID, ForeignKey("people.id"), nullable=False),
    Column("credited_id", ID, ForeignKey("people.id"), nullable=False),
    Column("department_id", ID, ForeignKey("departments.id"), nullable=False),  # of the credited person, when named
    Column("decider_id", ID, ForeignKey("people.id")),  # whoever is asked, or decided, once the credited person agreed
    Column("state", String(10), nullable=False),  # asked, agreed, kept or dropped
    Column("named", Boolean, nullable=False),  # the credited person's name may be shown
    Column("body", LargeBinary, nullable=False),  # sealed: the title
    Column("created_at", Instant, nullable=False),
    Column("agreed_at", Instant),
    Column("ended_at", Instant),  # kept or dropped
)
