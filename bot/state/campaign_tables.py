"""The tables of campaigns: whom a manager decided to reach, with what, when, and what came of it."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from bot.state.columns import ID, Instant, metadata

# A decision that something of the kind is to come again and again, and when next.
schedules = Table(
    "schedules",
    metadata,
    Column("id", ID, primary_key=True),
    Column("rule", String(200), nullable=False),  # RRULE of RFC 5545, on the clock of `timezone`, or EVES
    Column("timezone", String(60), nullable=False),
    Column("since", Instant, nullable=False),  # the first of its instants, from which the rule counts
    Column("next_at", Instant),  # none where there is none any more, or it was ended
    Column("kind", String(8), nullable=False),  # these as a campaign has them
    Column("subject", String(60), nullable=False),
    Column("audience", Text, nullable=False),
    Column("starter_id", ID, ForeignKey("people.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("schedules_next", "next_at"),
)

# A decision to send many people one short thing. Whom it is still to reach stands in the outbox, under its id.
campaigns = Table(
    "campaigns",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(8), nullable=False),  # lesson, case, moment or credit
    Column("subject", String(60), nullable=False),  # which; empty where each person is given what fits them best
    Column("audience", Text, nullable=False),  # JSON of an Audience: all of nothing is everybody
    Column("state", String(10), nullable=False),  # planned, running, paused, cancelled or done
    Column("starter_id", ID, ForeignKey("people.id"), nullable=False),
    Column("people", Integer, nullable=False),  # how many it was planned for
    Column("starts_at", Instant, nullable=False),
    Column("day", Date),  # of a moment: the day it is about, such as somebody's first or last
    Column("schedule_id", ID, ForeignKey("schedules.id")),  # what it came of, where nobody started it by hand
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(
        "campaigns_unfinished",
        "state",
        sqlite_where=text("state IN ('planned','running','paused')"),
        postgresql_where=text("state IN ('planned','running','paused')"),
    ),
)

# What one person was sent by it. Whether they were right is theirs: it is sealed, and shown as counts alone.
nudges = Table(
    "nudges",
    metadata,
    Column("campaign_id", ID, ForeignKey("campaigns.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("interview_id", ID, ForeignKey("interviews.id"), nullable=False, index=True),
    Column("thing", String(60), nullable=False),  # the lesson, case or moment
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("fades_at", Instant),  # when it goes by itself; none once it was answered, put off or is over
    Column("body", LargeBinary, nullable=False),  # sealed: which form, what was shown, and how it was answered
    Index("nudges_person", "person_id", "asked_at"),
    Index(
        "nudges_fading",
        "fades_at",
        sqlite_where=text("fades_at IS NOT NULL"),
        postgresql_where=text("fades_at IS NOT NULL"),
    ),
)

# A case of the company's own that may be told in-house. Nothing here says of which case it is, or of which day.
own_cases = Table(
    "own_cases",
    metadata,
    Column("id", ID, primary_key=True),
    Column("body", LargeBinary, nullable=False),  # sealed: kinds of things, and what was learned in the company's words
)

# What one person wishes of campaigns. Duties, and what is owed after an answer, are no matter of wishes.
wishes = Table(
    "wishes",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("fewer", Text, nullable=False),  # JSON: topics they wish to hear less of
    Column("quiet_until", Instant),  # before which they wish to hear nothing
)
