"""Takes up conversations: opens the interview a person is to answer, hands events to the lane, carries answers between
interviews. Knows no platform and no words.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from bot.access import Resource, can
from bot.beginnings import (
    BEGINNINGS,
    FOLLOWED_BY,
    OF_CASES,
    OFFERED,
    PREPARATIONS,
    RENEWED,
    find_subject_department,
    is_about_item,
    takes_values,
)
from bot.computing import Computing
from bot.engine.position import Route
from bot.events import Body, ColleagueAnswered, Event, Said, Stopped, Submitted
from bot.flows.evidence import FINGERPRINT, HASH
from bot.guard import Finding
from bot.ports import Clock, Ids
from bot.state.database import CannotSave
from bot.state.incidents import Cases
from bot.state.lane import Lane
from bot.state.proposals import CARDS
from bot.state.queries import Member, Reader, Waiting
from bot.state.record import Transaction, begin_interview, prepare_interview, renew_given, take_back
from bot.state.store import Handled, Store

Inspect = Callable[[str], Finding | None]

OF_ONESELF = ("upkeep", "task", "credit")  # flows about what is a person's own, which each may begin


def may_begin(member: Member, flow: str) -> bool:
    """Whether this person may begin this flow by themselves, about what is theirs; of which case is seen then."""
    own = member.id if flow in OF_ONESELF else None
    into = frozenset({member.id} if flow in OF_CASES else ())  # into which cases, whoever begins it looks
    return can(member.actor, f"{flow}.begin", Resource(person=own, department=member.department_id, members=into))


class NotAllowed(Exception):
    """This person may not begin this, or there is no such thing; deliberately not told apart."""


class Wanted(NamedTuple):
    """What a person asks to talk about: a flow by name, and of that only these subjects; nothing is what waits."""

    flow: str | None = None
    subjects: tuple[str, ...] = ()


class Conversation:
    """The way in for every surface."""

    def __init__(self, store: Store, reader: Reader, lane: Lane, inspect: Inspect, clock: Clock, ids: Ids) -> None:
        self.store = store
        self.reader = reader
        self.lane = lane
        self.inspect = inspect
        self.clock = clock
        self.ids = ids
        self.computing = Computing(store, reader, clock, self._hand_in)

    @property
    def routes(self) -> Mapping[str, Route]:
        return self.store.words.routes

    async def take_up(
        self, member: Member, wanted: Wanted, actor: str, left: Collection[str] = (), after: str | None = None
    ) -> str | None:
        """The interview this person is to answer now: one that waits, else a new one, else None.

        `left` are interviews taken up before in this visit, `after` the flow of the last of them: what belongs to it
        comes first, then whatever else waits, but nothing new is begun unasked. Raises NotAllowed.
        """
        flow = wanted.flow
        if flow is not None and flow not in self.routes:
            raise NotAllowed(flow)
        # Subjects asked for by name are begun first, so that they are among what waits.
        begun_first = [flow] if wanted.subjects else [None, *([flow] if flow else OFFERED)]
        for name in begun_first:
            if name is None or await self._begin(member, name, wanted, actor, left):
                waiting = [one for one in self.reader.find_waiting(member.id, name or flow) if one.id not in left]
                for one in sorted(waiting, key=partial(self._place, FOLLOWED_BY.get(after or "", ()))):
                    meant = not wanted.subjects or one.subject in wanted.subjects
                    allowed = meant and self._may_answer(member, one) and self._may_act(member, one, actor)
                    if allowed and await self._prepare(member, one, actor):
                        return one.id
        return None

    async def take_up_opened(
        self, member: Member, opened: str | None, actor: str, left: Collection[str] = (), after: str | None = None
    ) -> str | None:
        """What was opened just now, by its subject, where something was and it still is to be had, else what waits."""
        wanted = Wanted(subjects=(opened,)) if opened else Wanted()
        found = await self.take_up(member, wanted, actor, left, after)
        return found if found or not opened else await self.take_up(member, Wanted(), actor, left, after)

    def _may_act(self, member: Member, waiting: Waiting, actor: str) -> bool:
        """Nobody acts for somebody else where nothing of it may show."""
        return actor == member.id or not self.routes[waiting.flow].flow.discreet

    def _place(self, following: Sequence[Sequence[str]], one: Waiting) -> tuple[int, bool, bool]:
        """What follows comes first, then what is open already, as what was typed may be for it, then what is urgent."""
        route = self.routes.get(one.flow)
        rank = next((place for place, flows in enumerate(following) if one.flow in flows), len(following))
        return rank, one.status != "open", not (route and route.flow.urgent)

    def count_unjudged(self, member: Member) -> int:
        """How many items of the own department this person might judge and nobody has."""
        allowed = can(member.actor, "evaluation.begin", Resource(department=member.department_id))
        return len(self.reader.find_drafts(member.department_id)) if allowed else 0

    async def _prepare(self, member: Member, waiting: Waiting, actor: str) -> bool:
        """Give an interview nobody came to yet what it is about; False where that is gone, and the interview too."""
        if not takes_values(waiting):
            return waiting.flow not in RENEWED or await self._renew(member, waiting, actor)
        given = PREPARATIONS[waiting.flow](self.reader, self.routes, member, waiting, self.clock.now())

        def prepare(tx: Transaction) -> None:
            if given is None:
                take_back(tx, actor, waiting.id)
            else:
                prepare_interview(tx, actor, waiting.id, given)

        await asyncio.to_thread(self.store.write, prepare)
        return given is not None

    async def _renew(self, member: Member, waiting: Waiting, actor: str) -> bool:
        """What nobody answered yet stands before the person as the record has it now; False where it is over."""
        given = PREPARATIONS[waiting.flow](self.reader, self.routes, member, waiting, self.clock.now())

        def renew(tx: Transaction) -> None:
            if given is None:
                take_back(tx, actor, waiting.id)
            else:
                renew_given(tx, waiting.id, given)

        await asyncio.to_thread(self.store.write, renew)
        return given is not None

    async def ready(self, member: Member, interview: str) -> bool:
        """Give an interview that waits what it is about; False where it is no longer this person's to answer."""
        waiting = next((one for one in self.reader.find_waiting(member.id) if one.id == interview), None)
        return (
            waiting is not None
            and self._may_answer(member, waiting)
            and await self._prepare(member, waiting, member.id)
        )

    def _may_answer(self, member: Member, waiting: Waiting) -> bool:
        """Whether what waits is of a flow that exists, and still this person's to do: roles and departments change."""
        if waiting.flow not in self.routes:
            return False
        named = find_subject_department(waiting)
        department = named or member.department_id
        own: str | None = member.id
        if is_about_item(waiting) or named or waiting.flow in CARDS:
            found = self.reader.read_interview(waiting.id, self.routes)
            own = member.id if found and (found.given.get("asker") or found.given.get("handed")) else None
        if waiting.flow in OF_CASES:
            found_case = Cases(self.reader.database, self.reader.vault).find(member.actor, waiting.subject)
            return found_case is not None and can(member.actor, f"{waiting.flow}.begin", found_case.resource)
        if is_about_item(waiting):
            department = (self.reader.find_item(waiting.subject) or {}).get("department_id", department)
        return can(member.actor, f"{waiting.flow}.begin", Resource(person=own, department=department))

    async def _begin(self, member: Member, flow: str, wanted: Wanted, actor: str, left: Collection[str]) -> bool:
        """Begin interviews of this flow where that is allowed and makes sense; True where one stands now."""
        asked_for = wanted.flow is not None
        if not may_begin(member, flow) or flow not in BEGINNINGS:
            if asked_for:
                raise NotAllowed(flow)
            return False
        if not asked_for and (left or not OFFERED[flow](self.reader, member, self.clock.now())):
            return False
        beginnings = BEGINNINGS[flow](self.reader, member, wanted.subjects)
        if not beginnings:
            if wanted.subjects:
                raise NotAllowed(flow)
            return False

        def begin(tx: Transaction) -> None:
            for beginning in beginnings:
                begin_interview(tx, actor, beginning)

        await asyncio.to_thread(self.store.write, begin)
        return True

    async def handle(self, event: Event) -> Handled:
        """One event of a person, after the guard looked at it. Raises CannotSave where it was not accepted."""
        await self.computing.wait_for(event.interview)
        body = screen(event.body, self.inspect)
        if isinstance(body, Stopped) and await asyncio.to_thread(self._asks_fingerprint, event.interview):
            body = screen(event.body, lambda text: self.inspect(HASH.sub("", text)))
        text = _text_of(body)
        people = await asyncio.to_thread(self.reader.find_known, text) if text else ()
        handled = await self.lane.hand_in(replace(event, body=body, people=people))
        if handled.tells:
            await self.carry_over()
            await self.computing.wait_for(event.interview)
        return handled

    def _asks_fingerprint(self, interview: str) -> bool:
        """Whether a file's fingerprint is asked for now, which to the guard looks like a key."""
        found = self.reader.read_interview(interview, self.routes)
        question = found and self.routes[found.flow].flow.questions.get(found.snapshot.position)
        return bool(question and question.reads == FINGERPRINT)

    async def _hand_in(self, event: Event) -> Handled:
        """One event that came of others; what comes of it goes on in turn."""
        handled = await self.lane.hand_in(event)
        if handled.tells:
            await self.carry_over()
        return handled

    async def carry_over(self) -> None:
        """Bring answers of one interview to the other that waits for them, and begin what is to be worked out; each is
        applied once.

        What cannot be brought now stays due; what a person just answered is saved all the same.
        """
        with suppress(CannotSave):
            for row in self.reader.find_events(self.clock.now()):
                told = json.loads(row.body)
                if "computes" in told:
                    self.computing.begin(row)
                if "colleague" not in told:
                    continue  # see `due`
                body = ColleagueAnswered(told["key"], told["value"], told["colleague"])
                event = Event(row.key, row.interview or "", told["colleague"], "record", self.clock.now(), body)
                handled = await self.lane.hand_in(event)
                if handled.fault is None:
                    await asyncio.to_thread(self.store.mark_sent, [row.key], None)


def screen(body: Body, inspect: Inspect) -> Body:
    """The guard's look at what was typed, before anything is kept: what it stops goes no further."""
    texts = [body.text] if isinstance(body, Said) else []
    if isinstance(body, Submitted):
        texts = [value for value in _strings(body.fields)]
    found = next((finding for finding in map(inspect, texts) if finding), None)
    return Stopped(found.kind, found.lines, found.characters) if found else body


def _strings(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []


def _text_of(body: Body) -> str:
    if isinstance(body, Said):
        return body.text
    return "\n".join(_strings(body.fields)) if isinstance(body, Submitted) else ""
