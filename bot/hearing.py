"""How a chat's people reach the desk that takes reports, and how its words reach them: beside the outbox, which would
tell who spoke when. Knows no platform.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Generic

from bot.closing import Answered
from bot.dispatch import MOST_TRIES, Dispatcher, back_off
from bot.errands import Errands
from bot.events import Body, Opened
from bot.front import A, Front, to_language
from bot.incoming import Incoming
from bot.prompts import Notice, Prompt, Shown, Told
from bot.reporting import NAME, Caller, Came, ReportDesk
from bot.state.accounts import Account
from bot.state.database import CannotSave
from bot.state.mailboxes import Mailbox, claim_due, has_due, settle_due
from bot.state.queries import Member
from bot.state.store import note_fault

PATROL = 2.0  # seconds between two looks at what is due
BATCH = 20  # mailboxes at a time
CARD_AFTER = timedelta(minutes=2)  # a form was opened and nothing came of it
HOME_ZONE = "Asia/Tokyo"  # of whom nobody knows theirs

Place = tuple[str, str, int]  # interview, question and revision of a button
ToBody = Callable[[str, Incoming, str, int], Body]
Later = Callable[[Awaitable[None]], None]  # begins work that nothing which was accepted depends on


@dataclass(slots=True)
class Hearing(Generic[A]):
    """The desk's ear and voice on one surface."""

    desk: ReportDesk
    dispatcher: Dispatcher
    front: Front[A]
    read_token: Callable[[str], Place | None]
    to_body: ToBody
    errands: Errands
    later: Later  # what fails of ours stays due in the mailbox
    # The language of each account before whom a question of the desk stands: kept in no record, for when that is away.
    amid: dict[str, str] = field(default_factory=dict)

    @property
    def surface(self) -> str:
        return self.dispatcher.voice.surface

    async def hear(self, member: Member | None, account: Account | None, incoming: Incoming, asks: bool) -> A | None:
        """What is answered at once to something meant for the desk, or to a file alone; None for everything else.
        `asks` where a button, the command or a message's menu asks to report."""
        if incoming.files and incoming.kind == "said":
            self._tell_unopened(member, account, incoming)
            if member and not incoming.text.strip():  # it answers nothing; whoever is new is still introduced
                return self.front.nothing()
        try:
            return await self._hear(member, account, incoming, asks)
        except CannotSave as fault:  # of reading, before anything could be taken
            refused = self.refuse(incoming, asks, fault)
            if refused is None:
                raise
            return refused

    async def _hear(self, member: Member | None, account: Account | None, incoming: Incoming, asks: bool) -> A | None:
        caller = self._to_caller(member, account, incoming)
        at = self.read_token(incoming.token) if incoming.token else None
        pressed = at is not None and at[0].startswith(NAME)
        if not (asks or pressed or (incoming.kind == "said" and await self._is_meant(caller, incoming.text))):
            return None
        if pressed and at and not self.desk.owns(caller, at[0]):
            return self.front.reply(incoming, self.errands.say(caller.language, "not_yours"))
        if pressed and at and incoming.kind == "asked_form":
            prompt = await self.desk.make_prompt(caller)
            if prompt and prompt.question == at[1]:
                return self.front.ask(prompt)
        body = self.to_body(caller.language, incoming, at[1], at[2]) if pressed and at else Opened()
        body = self.to_body(caller.language, incoming, "", 0) if incoming.kind == "said" else body
        return await self._take(member, caller, incoming, body, at[1] if pressed and at else None)

    def _tell_unopened(self, member: Member | None, account: Account | None, incoming: Incoming) -> None:
        """Files are never looked at, and still stand in the chat; said once, and kept nowhere."""
        caller = self._to_caller(member, account, incoming)
        if not incoming.retry:
            told = self.errands.say(caller.language, "files_not_taken")
            self.later(self.dispatcher.send(to_account(caller), [Notice(told.text)]))

    def _to_caller(self, member: Member | None, account: Account | None, incoming: Incoming) -> Caller:
        """Who did this, as the desk needs them."""
        there, kept = self.front.find_place(incoming), account.channel if account else None
        place = (there or kept) if incoming.is_private else (kept or there)
        name = f"{incoming.team}:{incoming.user}"
        if member:
            return Caller(self.surface, name, member.id, member.language, member.timezone, place)
        locale = incoming.fields.get("locale") or incoming.reference.get("locale")
        language = to_language(locale) if locale else self.amid.get(name) or _guess_language(incoming.text)
        return Caller(self.surface, name, None, language, HOME_ZONE, place)

    async def _is_meant(self, caller: Caller, text: str) -> bool:
        """Whether typed text asks to report, names a receipt, or a question of the desk stands before them."""
        return self.desk.is_report(text) or self.desk.names_receipt(text) or await self.desk.waits(caller)

    async def _take(
        self, member: Member | None, caller: Caller, incoming: Incoming, body: Body, shown: str | None
    ) -> A:
        work = asyncio.create_task(self.desk.take(caller, incoming.key, body, incoming.occurred_at, shown))
        try:
            came = await asyncio.shield(work)
        except CannotSave as fault:
            return self._tell_not_taken(caller, incoming, fault)
        except asyncio.CancelledError:  # the chat waits no longer, but whoever reports does
            self.later(self._tell_late(member, caller, work))
            raise
        return self._answer(member, caller, incoming, came)

    def _answer(self, member: Member | None, caller: Caller, incoming: Incoming, came: Came) -> A:
        """Where it came to another form that is it, shown over the last; everything else is said."""
        self._keep_in_mind(caller, came)
        if came.repeated:  # what it came to was said, or stays due
            return self.front.nothing()
        prompt = next((one for one in came.shown if isinstance(one, Prompt)), None)
        is_all = prompt is not None and len(came.shown) == 1  # what else there is to say would not show beside a form
        is_at_card = incoming.kind in ("pressed", "submitted") and self.front.opens_forms
        if prompt and is_all and prompt.kind == "form" and is_at_card:
            self.later(self._leave_card(came))
            return self.front.ask(prompt, over=incoming.kind == "submitted")
        self.later(self._say(member, caller, came))
        if incoming.kind in ("command", "shortcut", "asked") and not incoming.is_private:
            return self.front.reply(incoming, self.errands.say(caller.language, f"{self.surface}_report_in_dm"))
        closes = self.front.closes and incoming.kind in ("pressed", "submitted", "moved")
        return self.front.close(Answered(), caller.language) if closes else self.front.nothing()

    async def _tell_late(self, member: Member | None, caller: Caller, work: Awaitable[Came]) -> None:
        """What came of something once nobody waited for it any more."""
        try:
            came = await work
        except CannotSave as fault:
            note_fault(fault)
            await self.dispatcher.send(to_account(caller), [self._word_not_taken(caller)])
            return
        self._keep_in_mind(caller, came)
        if not came.repeated:
            await self._say(member, caller, came)

    def _keep_in_mind(self, caller: Caller, came: Came) -> None:
        """Who is in the middle of something here, and in which language."""
        if came.waits:
            self.amid[caller.account] = caller.language
        else:
            self.amid.pop(caller.account, None)

    def refuse(self, incoming: Incoming, asks: bool, fault: CannotSave) -> A | None:
        """What is answered to somebody who reports while not even who they are can be read; None for everything
        else."""
        caller = self._to_caller(None, None, incoming)
        at = self.read_token(incoming.token) if incoming.token else None
        pressed = at is not None and at[0].startswith(NAME)
        if not (asks or pressed or (incoming.kind == "said" and self._is_likely_meant(caller, incoming.text))):
            return None
        return self._tell_not_taken(caller, incoming, fault)

    def _is_likely_meant(self, caller: Caller, text: str) -> bool:
        """As `_is_meant`, without the record."""
        return self.desk.is_report(text) or self.desk.names_receipt(text) or caller.account in self.amid

    def _tell_not_taken(self, caller: Caller, incoming: Incoming, fault: CannotSave) -> A:
        """Said plainly, so that nobody believes it was taken; a form stays as it was filled in, to be sent again."""
        note_fault(fault)
        told = self._word_not_taken(caller)
        if incoming.kind in ("command", "shortcut", "asked"):
            return self.front.reply(incoming, told)
        held = self.front.hold(incoming, told) if incoming.kind == "submitted" else None
        if held is not None:
            return held
        self.later(self.dispatcher.send(to_account(caller), [told]))
        return self.front.nothing()

    def _word_not_taken(self, caller: Caller) -> Told:
        return Told(caller.language, self.desk.tell_not_taken(caller.language).text)

    # -- what is said in return ----------------------------------------------------------------------------------------

    async def _say(self, member: Member | None, caller: Caller, came: Came) -> None:
        """Into the conversation with them, and after it what the report had interrupted."""
        back = [] if came.waits or member is None else await asyncio.to_thread(self._find_place, member)
        await self._send(caller, came, back)

    async def _send(self, caller: Caller, came: Came, more: Sequence[Shown] = ()) -> None:
        await self.dispatcher.send(to_account(caller), [*came.shown, *more])
        await self.desk.settle(came)

    def _find_place(self, member: Member) -> list[Shown]:
        """The question somebody had before them when they turned to the desk."""
        voice = self.dispatcher.voice
        waiting = [one for one in voice.reader.find_waiting(member.id) if one.status == "open"]
        prompts = [voice.make_prompt(member, one.id) for one in waiting[:1]]
        found = [one for one in prompts if one]
        return [voice.phrase(member, "back_to_place"), *found] if found else []

    async def _leave_card(self, came: Came) -> None:
        """It stands in a form before them; its card comes only if they leave that."""
        later = self.desk.store.clock.now() + CARD_AFTER
        put = partial(settle_due, name=came.mailbox, revision=came.revision, again_at=later)
        await asyncio.to_thread(self.desk.store.write, put)

    # -- what is still to be said --------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until it is cancelled; one bad look ends nothing."""
        while True:
            try:
                await self.deliver_due()
            except Exception as fault:
                note_fault(fault)
            await asyncio.sleep(PATROL)

    async def deliver_due(self) -> int:
        """Say what is due in mailboxes whose people are here: what was not sent, and questions of the team."""
        store = self.desk.store
        now = store.clock.now()
        if not await asyncio.to_thread(has_due, store.database, self.surface, now):
            return 0
        claimed = await asyncio.to_thread(store.write, lambda tx: claim_due(tx, self.surface, BATCH))
        for box in claimed:
            await self._deliver(box)
        return len(claimed)

    async def _deliver(self, box: Mailbox) -> None:
        caller = Caller(*box.body["who"])
        try:
            if box.awaits_question:
                came = await self.desk.bring_question(caller, box.id)
            else:
                came = await asyncio.to_thread(self.desk.word, box)
            await self._send(caller, came)
        except Exception as fault:
            note_fault(fault)
            again_at = self.desk.store.clock.now() + back_off(box.tries + 1) if box.tries < MOST_TRIES else None
            put = partial(settle_due, name=box.id, revision=box.revision, again_at=again_at)
            await asyncio.to_thread(self.desk.store.write, put)


def to_account(caller: Caller) -> Account:
    return Account(caller.surface, caller.account, caller.person, caller.place, 0, 0)


def _guess_language(text: str) -> str:
    """Of somebody nobody knows yet, by the words with which they came; where there are none, Japanese."""
    return "en" if text.strip() and text.isascii() else "ja"
