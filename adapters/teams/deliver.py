"""Teams' Sender: what is shown goes into the conversation with a person, by the reference kept of it.

Nothing can be looked up afterwards, so what may have arrived is told apart from what has not for certain.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.teams.cards import Element, join, to_message
from adapters.teams.line import Failed, Line, Reference, to_reference
from adapters.teams.render import Token, to_activities, to_closed, to_standing
from bot.engine.lexicon import Shared
from bot.envelopes import Envelope, Writing, to_envelopes
from bot.letters import Closed, Letter, Posted
from bot.ports import Barred, Rejected, Throttled, Unsent
from bot.prompts import Prompt, Shown, Told
from bot.state.accounts import Account

LEAST_WAIT, LONGEST_WAIT = 1.0, 3600.0  # seconds
TOO_MANY, BARRED, FORBIDDEN, NOT_THERE, CONFLICT, UNAVAILABLE = 429, 401, 403, 404, 412, 503
FAILED = 500  # from here on nobody knows, though 502 and 504 come of what stands between
# What Teams says where this person is out of reach, as the app was taken away or is not there yet. Where an
# administrator switched it off, for one or for all, they come back without a word, so they stay known.
GONE = (
    "BotNotInConversationRoster",
    "ConversationBlockedByUser",
    "MessageWritesBlocked",
    "ForbiddenOperationException",
    "ConversationNotFound",
)
REMOVED = ("ActivityNotFoundInConversation", "404")  # what was to be changed stands no more

Note = Callable[[Account, str], Awaitable[None]]  # remembers a reference
Leave = Callable[[Account], Awaitable[None]]  # somebody is out of reach
IsService = Callable[[object], bool]  # whether we may write to this address


class TeamsMessenger:
    """Writes to people; opens the conversation with somebody who was only met among others."""

    def __init__(
        self, line: Line, shared: Shared, token: Token, note: Note, leave: Leave, is_service: IsService
    ) -> None:
        self.line = line
        self.is_service = is_service
        self.shared = shared
        self.note = note
        self.leave = leave
        self.writing = Writing(lambda shown: to_activities(shown, shared, token), join)

    async def send(self, account: Account, shown: Sequence[Shown | Told]) -> None:
        """Say it now, outside the outbox, and write nothing down. Raises Throttled, Rejected, Barred, Unsent, or what
        else went wrong."""
        reference = await self._find(account, keeps=False)
        for activity in self.writing.write(shown):
            await self._call(account, self.line.send(reference, activity))

    async def post(
        self, account: Account, letters: Sequence[Letter], found: Mapping[str, str]
    ) -> AsyncIterator[Posted]:
        """Write letters in order, saying of each message that it arrived."""
        reference: Reference | None = None
        is_first = True
        for envelope in to_envelopes(letters, found, self.writing):
            ref = envelope.ref
            if envelope.message:
                reference = reference or await self._find(account)
                try:
                    ref = await self._put(account, reference, envelope)
                except Throttled as fault:  # at our pace a first message is too much only for the whole tenant
                    raise Throttled(fault.seconds, wide=is_first) from fault
                is_first = False
            for posted in envelope.arrive(ref):
                yield posted

    async def _put(self, account: Account, reference: Reference, envelope: Envelope) -> str:
        """Show a message where it stands, or else anew; where that was."""
        message = envelope.message or {}
        if envelope.ref:
            try:
                await self._call(account, self.line.update(reference, envelope.ref, message))
            except Rejected as fault:
                if fault.code not in REMOVED:
                    raise
            else:
                return envelope.ref
        return str(await self._call(account, self.line.send(reference, message)))

    async def read_back(self, account: Account, since: datetime) -> Mapping[str, str]:
        """A bot may not read what it wrote."""
        return {}

    async def close(self, account: Account, card: Closed) -> None:
        """Leave nothing to press on a card, for all who see it."""
        made = to_message(self.to_closed(card), card.text)
        await self._call(account, self.line.update(await self._find(account), card.ref, made))

    def to_closed(self, card: Closed) -> Element:
        """A card as it is once it is over."""
        return to_closed(card.text, card.answer, self.shared, card.language)

    def to_standing(self, prompt: Prompt) -> str:
        """What of a question stays readable once it is answered."""
        return to_standing(prompt)

    async def _find(self, account: Account, keeps: bool = True) -> Reference:
        """How to write to them; a conversation is opened with whoever we were only met by among others."""
        if account.channel is None:
            raise Rejected("never_met")
        reference = to_reference(account.channel)
        if not self.is_service(reference.service):  # kept by a trial in the Playground, say: our token is not for there
            raise Barred("service_not_allowed")
        if reference.conversation:
            return reference
        opened = reference._replace(conversation=await self._call(account, self.line.open(reference)))
        if keeps:
            await self.note(account, opened.to_text())
        return opened

    async def _call(self, account: Account, call: Awaitable[Any]) -> Any:
        try:
            return await call
        except Failed as fault:
            meant = judge(fault)
            if isinstance(meant, Rejected) and meant.code in GONE:
                await self.leave(account)
            raise meant from fault


def judge(fault: Failed) -> Exception:
    """What an answer of Teams' means for what was to be said."""
    if fault.status in (TOO_MANY, CONFLICT, UNAVAILABLE):
        waits = fault.retry_after
        if waits.isascii() and waits.isdigit():
            return Throttled(min(LONGEST_WAIT, max(LEAST_WAIT, float(waits[:9]))))
        return Unsent(str(fault))
    if fault.status >= FAILED or not fault.status:
        return OSError(str(fault))
    code = fault.code or str(fault.status)
    # Each code that Microsoft documents for 403 is of one conversation, for which no company may be held up; without a
    # code our registration is at fault.
    if fault.status == BARRED or (fault.status == FORBIDDEN and not fault.code):
        return Barred(code)
    return Rejected(code)
