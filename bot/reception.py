"""What a person does in a chat, handed to the conversation: who it is, which interview is meant.

Knows no platform: a surface's Front answers at once and knows its people. What else is said in return goes through the
outbox.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from bot.closing import find_answered
from bot.conversation import Conversation, NotAllowed, Wanted
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.engine.lexicon import Move, read_command
from bot.errands import Errands
from bot.events import Body, Event, Left, Opened, Said
from bot.front import A, Front, to_language
from bot.hearing import Hearing
from bot.incoming import Incoming, to_body
from bot.prompts import Notice, Prompt, Shown, Told
from bot.reporting import ReportDesk
from bot.state.accounts import Account
from bot.state.database import CannotSave
from bot.state.preferences import take_over
from bot.state.queries import Member
from bot.state.reach import Met, find_met, leave_chat, lose_workspace, meet_person
from bot.state.record import Transaction
from bot.state.store import Handled, note_fault
from bot.ticks import is_ticked, to_said

REPORT = "report"  # the word that is answered whoever asks
HOME = "home"
log = logging.getLogger("secret_review")

ReadToken = Callable[[str], tuple[str, str, int] | None]  # token -> (interview, question, revision)


@dataclass(slots=True)
class Reception(Generic[A]):
    """The handler behind the door."""

    conversation: Conversation
    voice: Voice
    dispatcher: Dispatcher
    read_token: ReadToken
    front: Front[A]
    desk: ReportDesk
    errands: Errands = field(init=False)
    hearing: Hearing[A] = field(init=False)
    running: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.errands = Errands(self.voice)
        ways = (self.front, self.read_token, self._to_body, self.errands, self._later)
        self.hearing = Hearing(self.desk, self.dispatcher, *ways)

    @property
    def surface(self) -> str:
        return self.voice.surface

    async def handle(self, incoming: Incoming) -> A:
        """One thing a person did, or the chat says of them. Raises CannotSave where it was not accepted."""
        if incoming.kind == "uninstalled":
            return await self._note_removal(incoming)
        if not incoming.user or (incoming.kind in ("said", "changed") and not incoming.is_private):
            return self.front.nothing()  # what is said among others is meant for them
        asks = incoming.kind == "shortcut" or self._read_words(incoming) == Move(REPORT)
        try:
            account, member = await self._recognise(incoming)
        except CannotSave as fault:
            refused = self.hearing.refuse(incoming, asks, fault)
            if refused is None:
                raise
            return refused
        if incoming.kind == "person":
            return await self._hear_of(account, incoming)
        heard = await self.hearing.hear(member, account, incoming, asks)  # comes before everything, whoever asks
        if heard is not None:
            return heard
        if account and member:
            await self.front.keep_place(incoming, account)
        return await self._receive(member, incoming)

    async def _receive(self, member: Member | None, incoming: Incoming) -> A:
        take = TAKES.get(incoming.kind)
        if take is None or (member is None and incoming.kind == "changed"):
            return self.front.nothing()
        if member is None:
            self._later(self._introduce(incoming))
            is_asked = incoming.kind == "command" and not self.front.is_among_us(incoming, None)
            return self._say(None, incoming, self._own("moment")) if is_asked else self.front.nothing()
        answer: A = await take(self, member, incoming)
        self.dispatcher.wake()
        return answer

    async def _recognise(self, incoming: Incoming) -> tuple[Account | None, Member | None]:
        """The conversation, and whose it is; nobody's where they left the directory."""
        database, name = self.voice.store.database, _name(incoming)
        account, member = await database.ask(lambda: find_met(database, self.surface, name))
        return account, member if member and member.active else None

    def _own(self, notice: str) -> str:
        """A phrase that every surface has its own words for."""
        return f"{self.surface}_{notice}"

    # -- what is typed and pressed in an interview ---------------------------------------------------------------------

    async def speak(self, member: Member, incoming: Incoming) -> A:
        """Typed text: for the interview that waits, else one that may begin."""
        interview = await self.conversation.take_up(member, Wanted(), member.id)
        if interview is None:
            self._later(self._tell(member, incoming, "nothing_waits"))
            return self.front.nothing()
        found = await asyncio.to_thread(self.voice.reader.read_interview, interview, self.voice.routes)
        is_new = found is None or found.prompted_at is None or found.status != "open"
        await self._hand_in(member, incoming, interview, Opened() if is_new else to_body(incoming))
        return self.front.nothing()

    async def act(self, member: Member, incoming: Incoming) -> A:
        """A press or a form, which says by its token what it belongs to."""
        read = self.read_token(incoming.token)
        if read is None:
            return self._say(member, incoming, "not_yours")
        interview, question, revision = read
        prompt: Prompt | None = None
        if incoming.kind == "asked_form" or is_ticked(incoming):
            found = await asyncio.to_thread(self.voice.make_prompt, member, interview)
            prompt = found if found and found.question == question else None
            if prompt and incoming.kind == "asked_form":
                return self.front.ask(prompt)
        body = self._to_body(member.language, incoming, question, revision, prompt)
        handled = await self._hand_in(member, incoming, interview, body, question)
        if handled.fault == "not_yours":
            return self._say(member, incoming, "not_yours")
        if not self.front.closes:
            return self.front.nothing()
        voice, after = self.voice, None if handled.tells else handled.after  # where more came of it, it went on
        answered = await voice.store.database.ask(lambda: find_answered(voice, interview, question, after))
        return self.front.close(answered, member.language)

    def _to_body(
        self, language: str, incoming: Incoming, question: str, revision: int, prompt: Prompt | None = None
    ) -> Body:
        if incoming.kind == "moved":
            move = self.voice.store.words.shared.moves.get(incoming.choice)
            return Said(move.shown.of(language) if move else incoming.choice)
        if incoming.kind == "asked_form":  # of a card that is over: the turn says so
            return to_body(replace(incoming, kind="pressed"), question, revision)
        if is_ticked(incoming):
            return to_said(incoming, prompt, self.voice.store.words.shared)
        return to_body(incoming, question, revision)

    async def _hand_in(
        self, member: Member, incoming: Incoming, interview: str, body: Body, shown: str | None = None
    ) -> Handled:
        event = Event(incoming.key, interview, member.id, self.surface, incoming.occurred_at, body, shown=shown)
        handled = await self.conversation.handle(event)
        if handled.status == "done" and not handled.repeated and not handled.rests:
            await self._go_on(member, incoming, handled)
            self._later(self._refresh_home(member.id, incoming.user))
        return handled

    async def _go_on(self, member: Member, incoming: Incoming, ended: Handled) -> None:
        """What waits behind an interview that came to its end."""
        after = ended.after.flow if ended.after else None
        following = await self.conversation.take_up_opened(member, ended.opens, member.id, {ended.interview}, after)
        if following:
            key = f"{incoming.key}:next"
            event = Event(key, following, member.id, self.surface, incoming.occurred_at, Opened())
            await self.conversation.handle(event)

    async def notice_edit(self, member: Member, incoming: Incoming) -> A:
        """An answer stands as it first came, and who edits it is told so; a message taken back needs no word."""
        if incoming.choice == "message_changed" and not incoming.retry:
            self._later(self._tell(member, incoming, "edited_in_chat"))
        return self.front.nothing()

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

    async def command(self, member: Member, incoming: Incoming) -> A:
        """The command with its words, or none; nothing that is said here names an item, a department or a person."""
        asked, words = self._read_words(incoming), self.voice.store.words.shared.commands
        if asked is None and not incoming.text:
            return await self._turn_to(member, incoming, await self._find_first(member))
        if asked is None or asked.name not in words:
            return self.front.reply(incoming, self.errands.list(member, "command_unknown"))
        flow = words[asked.name].flow
        if flow is None:
            return await self._run(member, incoming, asked)
        try:
            interview = await self.conversation.take_up(member, Wanted(flow), member.id)
        except NotAllowed:
            return self._say(member, incoming, "not_yours")
        return await self._turn_to(member, incoming, interview)

    async def _run(self, member: Member, incoming: Incoming, asked: Move) -> A:
        told = await self.errands.answer(member, asked)
        if told.changed:
            self._later(self._refresh_home(member.id, incoming.user))
        if told.is_private and not await self._is_among_us(incoming):
            self._later(self._write(incoming, [told]))
            return self._say(replace(member, language=told.language), incoming, self._own("in_dm"))
        return self.front.reply(incoming, told)

    async def _find_first(self, member: Member) -> str | None:
        """What somebody is asked who asks for nothing: what is urgent, then what leads, where it waits for them, else
        what waits."""
        words = self.voice.store.words.shared.commands.values()
        leading = [one.flow for one in words if one.leads and one.flow in self.voice.routes]
        for flow in [*await self._list_urgent(member), *leading]:
            try:
                found = await self.conversation.take_up(member, Wanted(flow), member.id)
            except NotAllowed:
                continue
            if found:
                return found
        return await self.conversation.take_up(member, Wanted(), member.id)

    async def _list_urgent(self, member: Member) -> list[str]:
        """The flows of what waits for them at any hour."""
        waiting = await asyncio.to_thread(self.voice.reader.find_waiting, member.id)
        routes = self.voice.routes
        found = [one.flow for one in waiting if one.flow in routes and routes[one.flow].flow.urgent]
        return list(dict.fromkeys(found))

    async def resume(self, member: Member, incoming: Incoming) -> A:
        """A button that names an interview; whether it is this person's is asked as for any other."""
        waiting = await asyncio.to_thread(self.voice.reader.find_waiting, member.id)
        others = {one.id for one in waiting} - {incoming.choice}
        if len(others) == len(waiting):  # it is over, or was never theirs
            self._later(self._refresh_home(member.id, incoming.user))
            return self._say(member, incoming, "nothing_waits")
        interview = await self.conversation.take_up(member, Wanted(), member.id, others)
        return await self._turn_to(member, incoming, interview)

    async def _turn_to(self, member: Member, incoming: Incoming, interview: str | None) -> A:
        """Go on with this interview; what else is open rests, so that typed text has one place to go."""
        if interview is None:
            return self._say(member, incoming, "nothing_waits")
        waiting = await asyncio.to_thread(self.voice.reader.find_waiting, member.id)
        for one in waiting:
            if one.status == "open" and one.id != interview:
                key = f"{incoming.key}:rest:{one.id}"
                event = Event(key, one.id, member.id, self.surface, incoming.occurred_at, Left())
                await self.conversation.handle(event)
        await self._hand_in(member, incoming, interview, Opened())
        if incoming.view:
            self._later(self._refresh_home(member.id, incoming.user))
        elif await self._is_among_us(incoming):
            return self.front.nothing()  # the question itself follows, right there
        return self._say(member, incoming, self._own("in_dm"))

    async def open_home(self, member: Member, incoming: Incoming) -> A:
        """Somebody looks at their page, or met us just now."""
        if not self.front.keeps_home:
            return await self._run(member, incoming, Move(HOME))
        if incoming.choice == HOME:
            self._later(self._refresh_home(member.id, incoming.user))
        return self.front.nothing()

    # -- replies -------------------------------------------------------------------------------------------------------

    def _say(self, member: Member | None, incoming: Incoming, notice: str) -> A:
        """One of our phrases; to somebody whose language nobody knows, in both."""
        if member:
            return self.front.reply(incoming, self.errands.say(member.language, notice))
        text = self.voice.store.words.shared.says[notice]
        return self.front.reply(incoming, Told("ja", f"{text.ja}\n{text.en}"))

    async def _is_among_us(self, incoming: Incoming) -> bool:
        """Whether nobody but this person and we are where it happened: in our conversation, or on a page of ours."""
        if incoming.view:
            return True
        account, _ = await self._recognise(incoming)
        return self.front.is_among_us(incoming, account)

    # -- afterwards ----------------------------------------------------------------------------------------------------

    def _later(self, work: Awaitable[None]) -> None:
        """Work that may call the platform; nothing that was accepted depends on it."""

        async def done() -> None:
            try:
                await work
            except Exception as fault:  # the person tries again, and so do we
                note_fault(fault)

        task = asyncio.create_task(done())
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _refresh_home(self, person: str, user: str) -> None:
        page = await self.errands.find_page(person) if self.front.keeps_home else None
        if page:
            await self.front.show_home(user, page)

    async def _introduce(self, incoming: Incoming) -> None:
        """Somebody new: matched by the address the chat has of them; what they did is then taken up."""
        found = await self.front.read(incoming)
        reader, store = self.voice.reader, self.voice.store
        member = await asyncio.to_thread(reader.find_member, found.email) if found.email else None
        person = member.id if member and member.active else None
        met = Met(_name(incoming), self.front.find_place(incoming), found.language, found.timezone)
        await asyncio.to_thread(store.write, lambda tx: meet_person(tx, self.surface, person, met))
        member = await asyncio.to_thread(reader.find_person, person) if person else None
        if member is not None:
            await self._take_up(member, incoming)
        elif incoming.kind == HOME and self.front.keeps_home:
            await self.front.show_strangers_home(incoming.user, found.language)
        else:
            text = store.words.shared.says[self._own("unknown")]
            await self._write(incoming, [Notice(text.of(found.language))])

    async def _take_up(self, member: Member, incoming: Incoming) -> None:
        """What somebody did before we knew them; what is answered to a command goes into our conversation."""
        if incoming.kind in ("said", "command", "home", "asked"):
            answer = await TAKES[incoming.kind](self, member, incoming)
            self.dispatcher.wake()
            await self._write(incoming, self.front.to_shown(answer))

    async def _tell(self, member: Member, incoming: Incoming, notice: str) -> None:
        """A phrase of ours outside any interview."""
        await self._write(incoming, [Notice(self.errands.say(member.language, notice).text)])

    async def _write(self, incoming: Incoming, shown: Sequence[Shown | Told]) -> None:
        """Into the conversation with us, wherever it is answered to."""
        if not shown:
            return
        known, _ = await self._recognise(incoming)
        there, kept = self.front.find_place(incoming), known.channel if known else None
        place = (there or kept) if incoming.is_private else (kept or there)
        account = Account(self.surface, _name(incoming), None, place, 0, 0)
        await self.dispatcher.send(account, shown)

    # -- what the chat says of people and of us ------------------------------------------------------------------------

    async def _hear_of(self, account: Account | None, incoming: Incoming) -> A:
        """Somebody's language or place changed, or they are gone. Who was never met is nothing to us."""
        if account is None or account.person is None:
            return self.front.nothing()
        person, told = account.person, incoming.fields
        if told["gone"]:
            await asyncio.to_thread(self.voice.store.write, lambda tx: leave_chat(tx, self.surface, account.account))
            self.dispatcher.wake()
        else:
            language = to_language(told["locale"]) if told["locale"] else None
            zone = told["timezone"] or None
            await asyncio.to_thread(
                self.voice.store.write, lambda tx: take_over(tx, self.surface, person, language, zone)
            )
        return self.front.nothing()

    async def _note_removal(self, incoming: Incoming) -> A:
        """The app, or its right to speak, was taken away: whoever runs us can read that; what is due stays due."""
        log.warning("%s %s", self.surface, incoming.choice)

        def note(tx: Transaction) -> None:
            tx.add_entry(self.surface, "app.removed", incoming.team, how=incoming.choice)
            lose_workspace(tx, self.surface, incoming.team)

        await asyncio.to_thread(self.voice.store.write, note)
        return self.front.nothing()


Take = Callable[[Reception[Any], Member, Incoming], Awaitable[Any]]
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
