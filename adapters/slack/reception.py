"""What a person does in Slack, handed to the conversation: who it is, which interview is meant.

Knows no library of Slack's. What is said in return goes through the outbox, but a modal, whose trigger does not wait.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from adapters.slack.answer import Answer
from adapters.slack.inbound import Incoming, to_body
from adapters.slack.render import ANSWER, Token, to_modal
from bot.conversation import Conversation, Wanted
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.events import Body, Event, Opened, Said
from bot.prompts import Notice
from bot.state.accounts import Account, find_account, meet
from bot.state.queries import Member
from bot.state.store import note_fault

SURFACE = "slack"
SPOKEN = ("said", "command", "pressed", "moved", "asked_form", "submitted")

ReadEmail = Callable[[str, str], Awaitable[str | None]]  # workspace, user -> address
ReadToken = Callable[[str], tuple[str, str, int] | None]  # token -> (interview, question, revision)


@dataclass(slots=True)
class Reception:
    """The handler behind the door."""

    conversation: Conversation
    voice: Voice
    dispatcher: Dispatcher
    token: Token
    read_token: ReadToken
    read_email: ReadEmail
    running: set["asyncio.Task[None]"] = field(default_factory=set)

    async def handle(self, incoming: Incoming) -> Answer:
        """One thing a person did. Raises CannotSave where it was not accepted."""
        if incoming.kind not in SPOKEN or not incoming.user:
            return Answer()
        if incoming.kind == "said" and not incoming.is_private:
            return Answer()  # what is said among others is meant for them
        account = find_account(self.voice.store.database, SURFACE, f"{incoming.team}:{incoming.user}")
        if account is None or account.person is None:
            self._later(self._introduce(incoming))
            return self._say(None, "slack_moment") if incoming.kind == "command" else Answer()
        member = self.voice.reader.find_person(account.person)
        if member is None:
            return Answer()
        answer = await (self._speak(member, incoming) if not incoming.token else self._act(member, incoming))
        self.dispatcher.wake()
        return answer

    async def _speak(self, member: Member, incoming: Incoming) -> Answer:
        """Typed text, or the command: for the interview that waits, else one that may begin."""
        interview = await self.conversation.take_up(member, Wanted(), member.id)
        if interview is None:
            if incoming.kind == "command":
                return self._say(member, "nothing_waits")
            self._later(self._tell(member, incoming, "nothing_waits"))
            return Answer()
        found = self.voice.reader.read_interview(interview, self.voice.routes)
        is_new = found is None or found.prompted_at is None or found.status != "open"
        body: Body = Opened() if is_new or incoming.kind == "command" else to_body(incoming)
        await self._hand_in(member, incoming, interview, body)
        return self._say(member, "slack_in_dm") if incoming.kind == "command" else Answer()

    async def _act(self, member: Member, incoming: Incoming) -> Answer:
        """A press or a form, which says by its token what it belongs to."""
        read = self.read_token(incoming.token)
        if read is None:
            return self._say(member, "not_yours")
        interview, question, revision = read
        if incoming.kind == "asked_form":
            prompt = self.voice.make_prompt(member, interview)
            if prompt and prompt.question == question:
                return Answer(view=to_modal(prompt, self.voice.store.words.shared, self.token))
        body = self._to_body(member, incoming, question, revision)
        fault = await self._hand_in(member, incoming, interview, body, question)
        return self._say(member, "not_yours") if fault == "not_yours" else Answer()

    def _to_body(self, member: Member, incoming: Incoming, question: str, revision: int) -> Body:
        if incoming.kind == "moved":
            move = self.voice.store.words.shared.moves.get(incoming.choice)
            return Said(move.shown.of(member.language) if move else incoming.choice)
        if incoming.kind == "asked_form":  # of a card that is over: the turn says so
            return to_body(replace(incoming, kind="pressed"), question, revision)
        if incoming.kind == "submitted" and set(incoming.fields) == {ANSWER}:
            return Said(_join(incoming.fields[ANSWER]))
        return to_body(incoming, question, revision)

    async def _hand_in(
        self, member: Member, incoming: Incoming, interview: str, body: Body, shown: str | None = None
    ) -> str | None:
        event = Event(incoming.key, interview, member.id, SURFACE, incoming.occurred_at, body, shown=shown)
        handled = await self.conversation.handle(event)
        if handled.status == "done" and not handled.repeated and not handled.rests:
            await self._go_on(member, incoming, interview)
        return handled.fault

    async def _go_on(self, member: Member, incoming: Incoming, ended: str) -> None:
        """What waits behind an interview that came to its end."""
        found = self.voice.reader.read_interview(ended, self.voice.routes)
        after = found.flow if found else None
        following = await self.conversation.take_up(member, Wanted(), member.id, {ended}, after)
        if following:
            key = f"{incoming.key}:next"
            event = Event(key, following, member.id, SURFACE, incoming.occurred_at, Opened())
            await self.conversation.handle(event)

    def _say(self, member: Member | None, notice: str) -> Answer:
        language = member.language if member else "ja"
        return Answer(text=self.voice.store.words.shared.says[notice].of(language))

    # -- afterwards ----------------------------------------------------------------------------------------------------

    def _later(self, work: Awaitable[None]) -> None:
        """Work that may call Slack; nothing that was accepted depends on it."""

        async def done() -> None:
            try:
                await work
            except Exception as fault:  # the person tries again, and so do we
                note_fault(fault)

        task = asyncio.create_task(done())
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _introduce(self, incoming: Incoming) -> None:
        """Somebody new: matched by the address the workspace has of them; what they did is then taken up."""
        email = await self.read_email(incoming.team, incoming.user)
        member = self.voice.reader.find_member(email) if email else None
        account, channel = f"{incoming.team}:{incoming.user}", incoming.channel if incoming.is_private else None
        known = partial(meet, surface=SURFACE, account=account, person=member.id if member else None, channel=channel)
        await asyncio.to_thread(self.voice.store.write, known)
        if member is None:
            await self._tell(None, incoming, "slack_unknown")
        elif incoming.kind in ("said", "command"):
            await self._speak(member, incoming)
            self.dispatcher.wake()

    async def _tell(self, member: Member | None, incoming: Incoming, notice: str) -> None:
        """A phrase of ours outside any interview."""
        text = self._say(member, notice).text
        account = Account(SURFACE, f"{incoming.team}:{incoming.user}", None, incoming.channel or None, 0, 0)
        await self.dispatcher.send(account, [Notice(text)])


def _join(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value or "")
