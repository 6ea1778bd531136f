"""What the words of the command come to, where they begin no interview: lists, choices, a person's page.

Asks `access` through what it reads. Knows no platform and no interview's course.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from bot.access import Scope, scope
from bot.beginnings import OF_CASES
from bot.campaigning import FLOW as CAMPAIGNS
from bot.conversation import may_begin
from bot.delivery import Voice
from bot.documents.cover import list_map_lines, make_writer
from bot.engine.lexicon import Move, Shared, fold
from bot.engine.words import Names, fill
from bot.handbook.awareness import read_awareness
from bot.overview import read_overview
from bot.prompts import Overview, Told, Topic
from bot.protection import FLOW, find_classes
from bot.state.grading import choose_topic
from bot.state.incidents import Cases
from bot.state.learners import Wishes, read_wishes
from bot.state.preferences import choose_hours, choose_language
from bot.state.queries import Member
from bot.state.record import Transaction

PAGES = ("register", "me", "home")  # words that show of a person's page this
MOST_MAPS = 6  # of classes, on one card
HOUR = re.compile(r"\d{1,2}")
TURNS = {"less": True, "more": False}  # how a button says it
READ = {"register": "register.read", "cover": "cover.read"}  # words that show what not everybody may see
MOVES = {"japanese": "ja", "english": "en"}  # the universal moves that name a language


@dataclass(frozen=True, slots=True)
class Errands:
    """Answers by name: of a word of content with no flow of its own."""

    voice: Voice

    @property
    def shared(self) -> Shared:
        return self.voice.store.words.shared

    async def answer(self, member: Member, asked: Move) -> Told:
        """What a word comes to. Raises CannotSave."""
        if asked.name == "language":
            return await self._choose_language(member, asked.argument)
        if asked.name == "hours":
            return await self._choose_hours(member, asked.argument)
        if asked.name == "topics":
            return await self._choose_topics(member, asked.argument)
        if asked.name in PAGES:
            return await self._show(member, asked.name)
        if asked.name == "cover":
            return await self._show_cover(member)
        return self.list(member, "commands_list")

    def say(self, language: str, notice: str, **values: object) -> Told:
        """A phrase of the product's in this language."""
        return Told(language, self._word(language, notice, **values))

    def _word(self, language: str, notice: str, **values: object) -> str:
        surface = self.voice.surface
        return fill(self.shared.says[notice].of(language), values, language, self.shared, Names(surface=surface))

    def list(self, member: Member, notice: str) -> Told:
        """The words this person may use, each to press."""
        names = tuple(name for name in self.shared.commands if self._may_use(member, name))
        return Told(member.language, self._word(member.language, notice), words=names)

    def _may_use(self, member: Member, name: str) -> bool:
        flow = self.shared.commands[name].flow
        if flow:
            return flow in self.voice.routes and may_begin(member, flow) and self._has_case(member, flow)
        action = READ.get(name)
        return action is None or scope(member.actor, action) != Scope()

    def _has_case(self, member: Member, flow: str) -> bool:
        """Words about cases are for whoever was let into one."""
        reader = self.voice.reader
        return flow not in OF_CASES or bool(Cases(reader.database, reader.vault).list_open(member.actor))

    async def _choose_language(self, member: Member, argument: str) -> Told:
        language = self._read_language(argument)
        if language is None:
            return Told(member.language, self._word(member.language, "language_asked"), chooses="language")
        await asyncio.to_thread(self.voice.store.write, lambda tx: choose_language(tx, member.id, language))
        return Told(language, self._word(language, "language_set"), changed=True)

    def _read_language(self, argument: str) -> str | None:
        """A language by its name, in either of them, or by the word that switches to it."""
        for move, language in MOVES.items():
            names = {language, *map(fold, (self.shared.formats[f"language_{language}"].ja, *self._spell(move)))}
            if fold(argument) in names:
                return language
        return None

    def _spell(self, move: str) -> Sequence[str]:
        return sorted(self.shared.moves[move].spellings)

    async def _choose_hours(self, member: Member, argument: str) -> Told:
        language, zone = member.language, member.timezone
        if not argument:
            told = self._word(language, "hours_asked", **_span(member.hours), zone=zone)
            return Told(language, told, chooses="hours", hours=member.hours)
        hours = read_hours(argument, member.hours)
        taken = hours is not None and await asyncio.to_thread(
            self.voice.store.write, lambda tx: choose_hours(tx, member.id, *hours)
        )
        if hours is None or not taken:
            return self.say(language, "hours_unread")
        return Told(language, self._word(language, "hours_set", **_span(hours), zone=zone), changed=True)

    async def _choose_topics(self, member: Member, argument: str) -> Told:
        """Every topic with whether this person hears less of it; the one that was named is turned down, or back."""
        topics = self._list_topics(member, await asyncio.to_thread(read_wishes, self.voice.reader.database, member.id))
        if not argument:
            return Told(member.language, self._word(member.language, "topics_asked"), chooses="topics", topics=topics)
        fewer, name = read_topic(argument, self.shared)
        found = next((one for one in topics if name in (one.id, fold(one.label))), None)
        if found is None:
            return Told(member.language, self._word(member.language, "topics_unread"), chooses="topics", topics=topics)
        change = partial(choose_topic, actor=member.id, person=member.id, topic=found.id, fewer=fewer)
        await asyncio.to_thread(self.voice.store.write, change)
        now = tuple(replace(one, fewer=fewer) if one == found else one for one in topics)
        text = self._word(member.language, "topic_fewer" if fewer else "topic_more", topic=found.label)
        return Told(member.language, text, chooses="topics", topics=now, changed=True)

    def _list_topics(self, member: Member, wishes: Wishes) -> tuple[Topic, ...]:
        known = read_awareness(self.voice.routes[CAMPAIGNS].flow.catalogue).topics
        return tuple(Topic(id, text.of(member.language).strip(), id in wishes.fewer) for id, text in known.items())

    # -- what concerns a person ----------------------------------------------------------------------------------------

    async def _show(self, member: Member, name: str) -> Told:
        if name == "me":
            return Told(member.language, overview=await asyncio.to_thread(read_overview, self.voice, member), part=name)
        if not self._may_use(member, name):
            return self.say(member.language, "not_yours")
        overview = await self.read_page(
            member, self.voice.surface if name == "register" else f"{self.voice.surface}_home"
        )
        return Told(member.language, overview=overview, part=name)

    async def _show_cover(self, member: Member) -> Told:
        """How the classes of the own department are protected, and the word by which one goes on with them."""
        if not self._may_use(member, "cover"):
            return self.say(member.language, "not_yours")
        maps = await asyncio.to_thread(self._draw_maps, member)
        words = tuple(name for name in ("measures",) if self._may_use(member, name))
        text = self._word(member.language, "cover_shown" if maps else "no_classes")
        return Told(member.language, text, words=words, maps=maps)

    def _draw_maps(self, member: Member) -> tuple[str, ...]:
        """The maps of the first classes, each as lines of one width; who looked is in the audit."""
        store, reader, routes = self.voice.store, self.voice.reader, self.voice.routes
        found = islice(find_classes(reader, routes, member, store.clock.now(), only_own=True), MOST_MAPS)
        flow, spoken = routes[FLOW].flow, self.shared.formats["table_spoken"].of(member.language)
        maps = tuple(
            "\n".join(list_map_lines(facts, make_writer(flow, facts, self.shared, member.language), spoken))
            for facts in found
        )
        if maps:
            detail = {"count": len(maps), "form": self.voice.surface}
            store.write(lambda tx: tx.add_entry(member.id, "cover.viewed", member.id, **detail))
        return maps

    async def read_page(self, member: Member, form: str) -> Overview:
        """The person's page; who read which names of the register, and where, is in the audit."""
        overview = await asyncio.to_thread(read_overview, self.voice, member)
        if overview.items:
            count = len(overview.items)

            def note(tx: Transaction) -> None:
                tx.add_entry(member.id, "register.viewed", member.id, count=count, form=form)

            await asyncio.to_thread(self.voice.store.write, note)
        return overview

    async def find_page(self, person: str) -> Overview | None:
        """The page of somebody of the directory, as things stand now; nothing of somebody who left."""
        member = await asyncio.to_thread(self.voice.reader.find_person, person)
        if member is None or not member.active:
            return None
        return await self.read_page(member, f"{self.voice.surface}_home")


def read_hours(argument: str, before: tuple[int, int]) -> tuple[int, int] | None:
    """Two hours as typed, or one end as a menu names it ("from 8") beside the other as it was."""
    found = [int(one) for one in HOUR.findall(argument)]
    if len(found) == 1 and argument.startswith(("from ", "to ")):
        return (found[0], before[1]) if argument.startswith("from ") else (before[0], found[0])
    return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 - both ends


def read_topic(argument: str, shared: Shared) -> tuple[bool, str]:
    """Whether less of it is wished for, which is what naming it alone means, and its name; a button says so before it,
    whoever types it says after it that it is to come back."""
    verb, _, rest = argument.partition(" ")
    if verb in TURNS:
        return TURNS[verb], fold(rest)
    known, said = shared.formats["topic_back"], fold(argument)
    back = next((word for word in (fold(known.ja.strip()), fold(known.en.strip())) if said.endswith(word)), "")
    return not back, said.removesuffix(back).strip()


def _span(hours: tuple[int, int]) -> dict[str, object]:
    return {"from": hours[0], "to": hours[1]}
