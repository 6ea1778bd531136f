"""Teams' front: what is answered at once, as cards and messages for one person; whom Teams knows.

Knows cards through `render` and `home`, and of the SDKs nothing but the line.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.teams.cards import Element
from adapters.teams.line import Failed, Json, Line, Reference, to_reference
from adapters.teams.render import to_closed
from bot.closing import Answered
from bot.engine.lexicon import Shared
from bot.front import Found, to_language
from bot.incoming import Incoming
from bot.ports import Barred
from bot.prompts import Overview, Prompt, Shown, Told
from bot.state.accounts import Account
from bot.state.store import note_fault

GUEST = "#ext#"  # in the name of somebody of another organisation
# Between asking Teams who somebody is and asking once more. Nobody tells us of them again, and where the app is given
# to a whole company in one go, more come than Teams will answer.
WAITS = (1.0, 3.0, 9.0, 27.0, 60.0, 120.0)  # seconds
REFUSED = range(400, 500)  # statuses that mean no, but for these:
LATER = (412, 429)

Note = Callable[[Account, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person gets at once: something told, for their eyes only, or their card as it is now."""

    told: Told | None = None
    card: Element | None = None


class TeamsFront:
    """What the reception needs of Teams."""

    closes = True
    opens_forms = False  # a form is a card like any other
    keeps_home = False

    def __init__(self, line: Line, shared: Shared, note: Note) -> None:
        self.line = line
        self.shared = shared
        self.note = note

    def nothing(self) -> Answer:
        """Received."""
        return Answer()

    def reply(self, incoming: Incoming, told: Told) -> Answer:
        """For this person's eyes only."""
        return Answer(told=told)

    def to_shown(self, answer: Answer) -> Sequence[Shown | Told]:
        """What was told."""
        return [answer.told] if answer.told else []

    def ask(self, prompt: Prompt, over: bool = False) -> Answer:
        """A form stands on its card already."""
        return Answer()

    def hold(self, incoming: Incoming, told: Told) -> Answer | None:
        """A card stays as it is by itself."""
        return None

    def close(self, answered: Answered, language: str) -> Answer:
        """The question and its answer."""
        return Answer(card=to_closed(answered.title, answered.answer, self.shared, language))

    def is_among_us(self, incoming: Incoming, account: Account | None) -> bool:
        """In Teams a conversation of two that we hear of is the one with us."""
        return incoming.is_private

    def find_place(self, incoming: Incoming) -> str | None:
        """How to write to them; where it happened among others, with their conversation with us still to be opened."""
        return read_reference(incoming).to_text()

    async def keep_place(self, incoming: Incoming, account: Account) -> None:
        """Teams may move a conversation to another address."""
        if not incoming.is_private:
            return
        known = to_reference(account.channel) if account.channel else None
        place = read_reference(incoming)
        if known is None or known._replace(locale=place.locale) != place:
            await self.note(account, place.to_text())

    async def read(self, incoming: Incoming) -> Found:
        """Asks Teams about a member of the conversation in which it happened."""
        asked = Reference(**{name: incoming.reference[name] for name in Reference._fields})
        told = await self._read_member(asked)
        zone = incoming.reference.get("timezone") or None
        return Found(read_address(told, incoming.team), to_language(asked.locale), zone)

    async def _read_member(self, asked: Reference) -> Json:
        """Again and again for some minutes, unless Teams says no."""
        for wait in WAITS:
            try:
                return await self.line.read_member(asked)
            except Failed as fault:
                if fault.status in REFUSED and fault.status not in LATER:
                    raise
            except Barred:
                raise
            except Exception as fault:  # whatever it is: it was only read, and does no harm where it had arrived
                note_fault(fault)
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        return await self.line.read_member(asked)

    async def show_home(self, user: str, overview: Overview) -> None:
        """Kept nowhere; it is shown on request."""

    async def show_strangers_home(self, user: str, language: str) -> None:
        """The same."""


class Nobody:
    """Whom a bot can find by an address: it has to be met first, by being installed or written to."""

    async def look_up(self, email: str) -> tuple[str, str] | None:
        """None."""
        return None

    async def read(self, team: str, user: str) -> Found:
        """Of nobody."""
        return Found(None, "ja", None)


def read_reference(incoming: Incoming) -> Reference:
    """How to write to whoever did this; the conversation of others is never a place for it."""
    told = {name: incoming.reference[name] for name in Reference._fields}
    return Reference(**told) if incoming.is_private else Reference(**{**told, "conversation": ""})


def read_address(member: Any, tenant: str) -> str | None:
    """The address under which the directory may know a member; None for guests and whoever shows none."""
    told = {name: member.get(name) for name in ("email", "userPrincipalName", "tenantId", "userRole")}
    is_ours = str(told["tenantId"] or tenant).lower() == tenant.lower() and told["userRole"] not in (
        "guest",
        "anonymous",
    )
    name = str(told["userPrincipalName"] or "")
    if not is_ours or GUEST in name.lower():
        return None
    return str(told["email"] or name) or None
