"""The terminal's loop: takes up what waits for one person, a line at a time, until nothing waits or the input ends."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.terminal.deliver import TerminalMessenger
from adapters.terminal.inbound import to_body
from bot.conversation import Conversation, Wanted
from bot.delivery import Delivery
from bot.drafts import Drafts
from bot.events import Body, Event, Left, Opened, Said, Submitted
from bot.ports import Clock, Ids
from bot.prompts import End
from bot.reporting import Caller, ReportDesk
from bot.state.database import CannotSave
from bot.state.queries import Member

SURFACE = "terminal"
ReadLine = Callable[[], Awaitable[str | None]]  # None at the end of input


@dataclass(slots=True)
class Talk:
    """One person at one terminal."""

    conversation: Conversation
    delivery: Delivery
    messenger: TerminalMessenger
    member: Member
    actor: str
    clock: Clock
    ids: Ids
    read_line: ReadLine
    desk: ReportDesk
    bring: Callable[[Member], Awaitable[None]] | None = None  # puts there what is due for whoever comes
    left: set[str] = field(default_factory=set)  # taken up in this visit, and not again
    after: str | None = None  # the flow of the last of them
    has_enough: bool = False
    opened: str | None = None  # what the last answer opened, and comes next
    at_desk: bool = False  # a report is being told

    async def run(self, wanted: Wanted, language: str | None) -> None:
        """From one interview to the next queued one until nothing waits or the input ends."""
        try:
            await Drafts(self.desk.store).erase_late()
            await self.conversation.carry_over()
            if self.bring and self.actor == self.member.id:
                await self.bring(self.member)
            while interview := await self._take_up(wanted):
                if not await self._answer(interview, language):
                    return
                language = self._language(interview) or language  # the one last spoken here goes on
                wanted = wanted._replace(flow=None)  # what was asked for is begun once
            if not self.left:
                await self.delivery.speak(self.member, None)
                left = self.conversation.count_unjudged(self.member)
                await self.delivery.say(self.member, "drafts_wait" if left else "nothing_waits", {"count": left})
        except CannotSave:
            await self.delivery.say(self.member, "cannot_save")

    async def _take_up(self, wanted: Wanted) -> str | None:
        if self.opened:
            return await self.conversation.take_up_opened(self.member, self.opened, self.actor, self.left, self.after)
        return await self.conversation.take_up(self.member, wanted, self.actor, self.left, self.after)

    async def run_one(self, interview: str, language: str | None) -> None:
        """This interview and no other."""
        try:
            await self._answer(interview, language)
        except CannotSave:
            await self.delivery.say(self.member, "cannot_save")

    async def report(self, line: str | None = None) -> bool:
        """One report, or more on one, begun by this line or by itself. False where the input ended."""
        body: Body = to_body(line) if line else Opened()
        with suppress(CannotSave):  # said with what comes next
            await Drafts(self.desk.store).erase_late()
        self.at_desk = True
        while await self._tell_desk(body):
            answer = await self.read_line()
            if answer is None:
                return False
            body = to_body(answer)
        self.at_desk = False
        return True

    async def tell_left(self) -> None:
        """How they come back who went away in the middle; all that was answered is saved already."""
        if self.at_desk:
            await self.messenger.show(self.member.id, [self.desk.tell_left(self._caller())])
        else:
            await self.delivery.say(self.member, "paused")

    async def _tell_desk(self, body: Body) -> bool:
        """Whether a question of the desk waits after this."""
        key = f"{SURFACE}:{self.ids.new()}"
        try:
            came = await self.desk.take(self._caller(), key, body, self.clock.now(), self.messenger.question)
        except CannotSave:
            await self.messenger.show(self.member.id, [self.desk.tell_not_taken(self.member.language)])
            return False
        await self.messenger.show(self.member.id, came.shown)
        with suppress(CannotSave):  # it was said; at worst it is said once more
            await self.desk.settle(came)
        return came.waits

    def _caller(self) -> Caller:
        member = self.member
        return Caller(SURFACE, member.id or member.email, member.id or None, member.language, member.timezone)

    def _is_for_desk(self, line: str) -> bool:
        """Nobody reports in another's name, nor sees what another reported."""
        is_self = self.actor == self.member.id
        return is_self and (self.desk.is_report(line) or self.desk.names_receipt(line))

    async def _answer(self, interview: str, language: str | None) -> bool:
        """One interview, until it ends or is put away. False where the input ended, or the person has had enough."""
        status = await self._hand_in(interview, Opened(language))
        while status == "open":
            await self.delivery.speak(self.member, interview)
            line = await self.read_line()
            if line is None:
                await self._hand_in(interview, Left())
                await self._end(interview, "paused")
                return False
            if self._is_for_desk(line):  # comes before everything, and gives the place back
                if not await self.report(line):
                    return False
                continue
            status = await self._hand_in(interview, to_body(line))
        await self.delivery.speak(self.member, interview)
        await self._end(interview, status)
        return status not in ("paused", "cancelled") and not self.has_enough

    def _language(self, interview: str) -> str | None:
        found = self.conversation.reader.read_interview(interview, self.conversation.routes)
        return found.language if found else None

    async def _hand_in(self, interview: str, body: Body) -> str:
        """The interview's status after the event; an event that could not be saved leaves it open, and says so."""
        try:
            handled = await self.conversation.handle(self._make_event(interview, body))
        except CannotSave:
            await self.delivery.say(self.member, "cannot_save")
            return "open" if isinstance(body, Said | Submitted) else "unsaved"
        if handled.fault == "not_yours":
            await self.delivery.say(self.member, "not_yours")
        self.has_enough, self.opened = handled.rests, handled.opens
        # One that cannot go on is put away, so that it keeps nobody from what else waits.
        return "stuck" if handled.fault and not isinstance(body, Said | Submitted) else handled.status

    def _make_event(self, interview: str, body: Body) -> Event:
        return Event(
            key=f"{SURFACE}:{self.ids.new()}",
            interview=interview,
            person=self.member.id,
            surface=SURFACE,
            occurred_at=self.clock.now(),
            body=body,
            actor=self.actor,
            shown=self.messenger.question,
        )

    async def _end(self, interview: str, status: str) -> None:
        found = self.conversation.reader.read_interview(interview, self.conversation.routes)
        outcome = found.snapshot.position.removeprefix("=") if found and status == "done" else status
        self.left.add(interview)
        if found:
            self.after = found.flow
            await self.messenger.show(self.member.id, [End(found.flow, outcome)])
