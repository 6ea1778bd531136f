"""Reading what an item rests on and what became of it: interviews, answers, texts as shown, audit. Read-only.

Knows no words; who may see an item was decided before.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select

from bot.engine.interview import Interview, Recorded
from bot.state.crypto import Damaged, Vault
from bot.state.database import Database
from bot.state.rows import open_answer, open_interview
from bot.state.store import note_fault
from bot.state.tables import answers, audit, interviews, publications


class Told(NamedTuple):
    """One recorded answer: when, by whom, in which language, and the digest of the flow version that was shown."""

    at: datetime
    person: str
    language: str
    digest: str
    recorded: Recorded


class Happened(NamedTuple):
    """One entry of the audit; `detail` is JSON."""

    at: datetime
    actor: str
    action: str
    thing: str
    detail: str


class History:
    """Reads one database with one key. Raises CannotSave where the database does not answer."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault

    def find_interviews(self, ids: Collection[str] = (), subjects: Collection[str] = ()) -> list[Interview]:
        """Interviews of these ids or about these subjects, oldest first; a damaged one hides no other."""
        return self._open(or_(interviews.c.id.in_(list(ids)), interviews.c.subject.in_(list(subjects))))

    def find_handed_on(self, interview: str) -> list[Interview]:
        """The interviews this one handed a question on to."""
        return self._open(interviews.c.subject.startswith(f"{interview}:", autoescape=True))

    def _open(self, which: ColumnElement[bool]) -> list[Interview]:
        rows = self.database.fetch(select(interviews).where(which).order_by(interviews.c.created_at, interviews.c.id))
        return [value for row in rows for value in self._try(lambda row=row: open_interview(self.vault, row))]

    def read_answers(self, interview: str) -> list[Told]:
        """Every recorded answer of an interview in order; a damaged one hides no other."""
        wanted = select(answers).where(answers.c.interview_id == interview)
        rows = self.database.fetch(wanted.order_by(answers.c.revision, answers.c.place))
        return [
            Told(row.at, row.person_id, row.language, row.digest, value)
            for row in rows
            for value in self._try(lambda row=row: open_answer(self.vault, row))
        ]

    def _try(self, read: Any) -> Iterator[Any]:
        try:
            yield read()
        except (Damaged, ValueError) as fault:
            note_fault(fault)

    def read_publications(self, digests: Collection[str]) -> dict[str, str]:
        """What was published under these digests."""
        rows = self.database.fetch(select(publications).where(publications.c.digest.in_(list(digests))))
        return {row.digest: row.body for row in rows}

    def read_entries(self, things: Collection[str], actions: Collection[str]) -> list[Happened]:
        """The audit's entries about these things, oldest first."""
        wanted = select(audit).where(audit.c.object.in_(list(things)), audit.c.action.in_(list(actions)))
        rows = self.database.fetch(wanted.order_by(audit.c.seq))
        return [Happened(row.at, row.actor, row.action, row.object, row.detail) for row in rows]
