"""What a person does in Slack, handed to the conversation: who it is, which interview is meant.

Knows no library of Slack's. What is said in return goes through the outbox, but a modal, whose trigger does not wait,
and what the words of the command come to.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from adapters.slack.answer import Answer
from adapters.slack.blocks import Block, Message
from adapters.slack.errands import SURFACE, Errands
from adapters.slack.home import to_card, to_told
from adapters.slack.inbound import Incoming, to_body
from adapters.slack.render import ANSWER, Token, to_modal
from adapters.slack.workspace import Found, to_language
from bot.conversation import Conversation, NotAllowed, Wanted
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.engine.lexicon import Move, read_command
from bot.events import Body, Event, Left, Opened, Said
from bot.prompts import Notice
from bot.state.accounts import Account
from bot.state.preferences import take_over
from bot.state.queries import Member
from bot.state.reach import Met, find_met, leave_chat, meet_person
from bot.state.store import note_fault

REPORT = "report"  # the word that is answered whoever asks
log = logging.getLogger("secret_review")

ReadToken = Callable[[str], tuple[str, str, int] | None]  # token -> (interview, question, revision)


class People(Protocol):
    """Slack's side of people."""

    async def read(self, team: str, user: str) -> Found: ...

    async def publish(self, user: str, view: Block) -> None: ...


@dataclass(slots=True)
class Reception:
    """The handler behind the door."""

    conversation: Conversation
    voice: Voice
    dispatcher: Dispatcher
    token: Token
    read_token: ReadToken
    people: People
    errands: Errands = field(init=False)
    running: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.errands = Errands(self.voice, self.people.publish)

    async def handle(self, incoming: Incoming) -> Answer:
        """One thing a person did, or Slack says of them. Raises CannotSave where it was not accepted."""
        if incoming.kind == "uninstalled":
            return await self._note_removal(incoming)
        if not incoming.user or (incoming.kind in ("said", "changed") and not incoming.is_private):
            return Answer()  # what is said among others is meant for them
        account, member = await self._recognise(incoming)
        if incoming.kind == "person":
            return await self._hear_of(account, incoming)
        if incoming.kind == "shortcut" or self._read_words(incoming) == Move(REPORT):
            language = member.language if member else ""
            return self._reply(incoming, await self.errands.tell_report(language), language)
        return await self._receive(member, incoming)

    async def _receive(self, member: Member | None, incoming: Incoming) -> Answer:
        take = TAKES.get(incoming.kind)
        if take is None or (member is None and incoming.kind == "changed"):
            return Answer()
        if member is None:
            self._later(self._introduce(incoming))
            return self._say(None, "slack_moment") if incoming.kind == "command" else Answer()
        answer = await take(self, member, incoming)
        self.dispatcher.wake()
        return answer

    async def _recognise(self, incoming: Incoming) -> tuple[Account | None, Member | None]:
        """The conversation, and whose it is; nobody's where they left the directory."""
        database, name = self.voice.store.database, _name(incoming)
        account, member = await database.ask(lambda: find_met(database, SURFACE, name))
        return account, member if member and member.active else None

    # -- what is typed and pressed in an interview ---------------------------------------------------------------------

    async def speak(self, member: Member, incoming: Incoming) -> Answer:
        """Typed text: for the interview that waits, else one that may begin."""
        interview = await self.conversation.take_up(member, Wanted(), member.id)
        if interview is None:
            self._later(self._tell(member, incoming, "nothing_waits"))
            return Answer()
        found = await asyncio.to_thread(self.voice.reader.read_interview, interview, self.voice.routes)
        is_new = found is None or found.prompted_at is None or found.status != "open"
        await self._hand_in(member, incoming, interview, Opened() if is_new else to_body(incoming))
        return Answer()

    async def act(self, member: Member, incoming: Incoming) -> Answer:
        """A press or a form, which says by its token what it belongs to."""
        read = self.read_token(incoming.token)
        if read is None:
            return self._say(member, "not_yours")
        interview, question, revision = read
        if incoming.kind == "asked_form":
            prompt = await asyncio.to_thread(self.voice.make_prompt, member, interview)
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
            self._later(self.errands.show_home(member.id, incoming.user))
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

    async def notice_edit(self, member: Member, incoming: Incoming) -> Answer:
        """An answer stands as it first came, and who edits it is told so; a message taken back needs no word."""
        if incoming.choice == "message_changed" and not incoming.retry:
            self._later(self._tell(member, incoming, "edited_in_chat"))
        return Answer()

    # -- the command, and its buttons ----------------------------------------------------------------------------------

    def _read_words(self, incoming: Incoming) -> Move | None:
        """What the command, or a button in its place, asks for."""
        if incoming.kind == "asked":
            name, _, argument = incoming.choice.partition(" ")
            return Move(name, argument)
        if incoming.kind != "command":
            return None
        read = read_command(incoming.text, self.voice.store.words.shared)
        return Move(REPORT) if read and read.name == REPORT else read

    async def command(self, member: Member, incoming: Incoming) -> Answer:
        """The command with its words, or none; nothing that is said here names an item, a department or a person."""
        asked, words = self._read_words(incoming), self.voice.store.words.shared.commands
        if asked is None and not incoming.text:
            return await self._turn_to(member, incoming, await self._find_first(member))
        if asked is None or asked.name not in words:
            return self._reply(incoming, self.errands.list(member, "command_unknown"), member.language)
        flow = words[asked.name].flow
        if flow is None:
            return await self._run(member, incoming, asked)
        try:
            interview = await self.conversation.take_up(member, Wanted(flow), member.id)
        except NotAllowed:
            return self._reply(incoming, self._card(member, "not_yours"), member.language)
        return await self._turn_to(member, incoming, interview)

    async def _run(self, member: Member, incoming: Incoming, asked: Move) -> Answer:
        told = await self.errands.answer(member, asked)
        if told.changed:
            self._later(self.errands.show_home(member.id, incoming.user))
        language = asked.argument if told.changed and asked.argument in ("ja", "en") else member.language
        if told.is_private and not await self._is_among_us(incoming):
            self._later(self._write(incoming, told.card["text"]))
            return self._reply(incoming, self._card(member, "slack_in_dm"), language)
        return self._reply(incoming, told.card, language)

    async def _find_first(self, member: Member) -> str | None:
        """What somebody is asked who asks for nothing: what leads, where it waits for them, else what waits."""
        words = self.voice.store.words.shared.commands.values()
        for flow in (one.flow for one in words if one.leads and one.flow in self.voice.routes):
            try:
                found = await self.conversation.take_up(member, Wanted(flow), member.id)
            except NotAllowed:
                continue
            if found:
                return found
        return await self.conversation.take_up(member, Wanted(), member.id)

    async def resume(self, member: Member, incoming: Incoming) -> Answer:
        """A button that names an interview; whether it is this person's is asked as for any other."""
        waiting = await asyncio.to_thread(self.voice.reader.find_waiting, member.id)
        others = {one.id for one in waiting} - {incoming.choice}
        if len(others) == len(waiting):  # it is over, or was never theirs
            self._later(self.errands.show_home(member.id, incoming.user))
            return self._reply(incoming, self._card(member, "nothing_waits"), member.language)
        interview = await self.conversation.take_up(member, Wanted(), member.id, others)
        return await self._turn_to(member, incoming, interview)

    async def _turn_to(self, member: Member, incoming: Incoming, interview: str | None) -> Answer:
        """Go on with this interview; what else is open rests, so that typed text has one place to go."""
        if interview is None:
            return self._reply(incoming, self._card(member, "nothing_waits"), member.language)
        waiting = await asyncio.to_thread(self.voice.reader.find_waiting, member.id)
        for one in waiting:
            if one.status == "open" and one.id != interview:
                key = f"{incoming.key}:rest:{one.id}"
                await self.conversation.handle(Event(key, one.id, member.id, SURFACE, incoming.occurred_at, Left()))
        await self._hand_in(member, incoming, interview, Opened())
        if incoming.view:
            self._later(self.errands.show_home(member.id, incoming.user))
        elif await self._is_among_us(incoming):
            return Answer()  # the question itself follows, right there
        return self._reply(incoming, self._card(member, "slack_in_dm"), member.language)

    async def open_home(self, member: Member, incoming: Incoming) -> Answer:
        if incoming.choice == "home":
            self._later(self.errands.show_home(member.id, incoming.user))
        return Answer()

    # -- replies -------------------------------------------------------------------------------------------------------

    def _card(self, member: Member, notice: str) -> Message:
        return to_card(self.voice.store.words.shared.says[notice].of(member.language))

    def _reply(self, incoming: Incoming, card: Message, language: str) -> Answer:
        """For this person's eyes only: beside what was typed, or over what was pressed."""
        if incoming.view:
            return Answer(view=to_told(card, self.voice.store.words.shared, language))
        return Answer(text=card["text"], blocks=card["blocks"])

    def _say(self, member: Member | None, notice: str) -> Answer:
        """One of our phrases; to somebody whose language nobody knows, in both."""
        text = self.voice.store.words.shared.says[notice]
        return Answer(text=text.of(member.language) if member else f"{text.ja}\n{text.en}")

    async def _is_among_us(self, incoming: Incoming) -> bool:
        """Whether nobody but this person and we are where it happened: in our direct message, or in a view of ours."""
        if incoming.view:
            return True
        account, _ = await self._recognise(incoming)
        return bool(account and account.channel and account.channel == incoming.channel)

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
        found = await self.people.read(incoming.team, incoming.user)
        reader, store = self.voice.reader, self.voice.store
        member = await asyncio.to_thread(reader.find_member, found.email) if found.email else None
        person = member.id if member and member.active else None
        channel = incoming.channel if incoming.kind == "said" else None  # a command may come from anywhere
        met = Met(_name(incoming), channel or None, found.language, found.timezone)
        await asyncio.to_thread(store.write, lambda tx: meet_person(tx, SURFACE, person, met))
        member = await asyncio.to_thread(reader.find_person, person) if person else None
        if member is not None:
            await self._take_up(member, incoming)
        elif incoming.kind == "home":
            await self.errands.show_strangers_home(found.language, incoming.user)
        else:
            text = store.words.shared.says["slack_unknown"]
            await self._write(incoming, text.of(found.language))

    async def _take_up(self, member: Member, incoming: Incoming) -> None:
        """What somebody did before we knew them; what is answered to a command goes into the direct message."""
        take = TAKES[incoming.kind]
        if incoming.kind in ("said", "command", "home", "asked"):
            answer = await take(self, member, incoming)
            self.dispatcher.wake()
            if answer.text:
                await self._write(incoming, answer.text)

    async def _tell(self, member: Member, incoming: Incoming, notice: str) -> None:
        """A phrase of ours outside any interview."""
        await self._write(incoming, self.voice.store.words.shared.says[notice].of(member.language))

    async def _write(self, incoming: Incoming, text: str) -> None:
        """Into the direct message with us, wherever it is answered to."""
        known, _ = await self._recognise(incoming)
        channel = known.channel if known else None
        if incoming.kind in ("said", "changed"):
            channel = incoming.channel or channel
        account = Account(SURFACE, _name(incoming), None, channel, 0, 0)
        await self.dispatcher.send(account, [Notice(text)])

    # -- what Slack says of people and of us ---------------------------------------------------------------------------

    async def _hear_of(self, account: Account | None, incoming: Incoming) -> Answer:
        """Somebody's language or place changed, or they are gone. Who was never met is nothing to us."""
        if account is None or account.person is None:
            return Answer()
        person, told = account.person, incoming.fields
        if told["gone"]:
            await asyncio.to_thread(self.voice.store.write, lambda tx: leave_chat(tx, SURFACE, account.account))
            self.dispatcher.wake()
        else:
            language = to_language(told["locale"]) if told["locale"] else None
            await asyncio.to_thread(
                self.voice.store.write, lambda tx: take_over(tx, SURFACE, person, language, told["timezone"] or None)
            )
        return Answer()

    async def _note_removal(self, incoming: Incoming) -> Answer:
        """The app, or its right to speak, was taken away: whoever runs us can read that; what is due stays due."""
        log.warning("slack %s", incoming.choice)
        await asyncio.to_thread(
            self.voice.store.write, lambda tx: tx.add_entry(SURFACE, "app.removed", incoming.team, how=incoming.choice)
        )
        return Answer()


Take = Callable[[Reception, Member, Incoming], Awaitable[Answer]]
TAKES: dict[str, Take] = {
    "said": Reception.speak,
    "pressed": Reception.act,
    "moved": Reception.act,
    "asked_form": Reception.act,
    "submitted": Reception.act,
    "command": Reception.command,
    "asked": Reception.command,
    "resumed": Reception.resume,
    "home": Reception.open_home,
    "changed": Reception.notice_edit,
}


def _name(incoming: Incoming) -> str:
    return f"{incoming.team}:{incoming.user}"


def _join(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value or "")
