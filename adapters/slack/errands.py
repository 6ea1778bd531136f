"""What the words of the command come to, where they begin no interview: lists, choices, and the Home tab.

Asks `access` through what it reads. Knows no library of Slack's and no interview's course.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from adapters.slack.blocks import Block, Message, Part, make_inert, preformatted
from adapters.slack.home import (
    list_words,
    offer_hours,
    offer_languages,
    tell_items,
    tell_person,
    to_card,
    to_home,
    to_strangers_home,
)
from bot.access import Scope, scope
from bot.conversation import may_begin
from bot.delivery import Voice
from bot.documents.cover import list_map_lines, make_writer
from bot.engine.lexicon import Move, Shared, fold
from bot.engine.words import Names, fill
from bot.overview import read_overview
from bot.prompts import Overview
from bot.protection import FLOW, find_classes
from bot.state.preferences import choose_hours, choose_language
from bot.state.queries import Member
from bot.state.record import Transaction

SURFACE = "slack"
MOST_MAPS = 6  # of classes, on one card
HOUR = re.compile(r"\d{1,2}")
READ = {"register": "register.read", "cover": "cover.read"}  # words that show what not everybody may see
MOVES = {"japanese": "ja", "english": "en"}  # the universal moves that name a language


class Publish(Protocol):
    """Shows somebody their Home tab."""

    async def __call__(self, user: str, view: Block) -> None: ...


class Told(NamedTuple):
    """What is answered: `is_private` where it names what only a direct message may, `changed` where the Home has."""

    card: Message
    is_private: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Errands:
    """Answers by name: of a word of content with no flow of its own."""

    voice: Voice
    publish: Publish

    @property
    def shared(self) -> Shared:
        return self.voice.store.words.shared

    async def answer(self, member: Member, asked: Move) -> Told:
        """What a word comes to. Raises CannotSave."""
        if asked.name == "language":
            return await self._choose_language(member, asked.argument)
        if asked.name == "hours":
            return await self._choose_hours(member, asked.argument)
        if asked.name in ("register", "me"):
            return await self._show(member, asked.name)
        if asked.name == "cover":
            return await self._show_cover(member)
        if asked.name == "report":
            return Told(await self.tell_report(member.language))
        return Told(self.list(member, "commands_list"))

    def word(self, language: str, notice: str, **values: object) -> str:
        """A phrase of the product's in this language."""
        return fill(self.shared.says[notice].of(language), values, language, self.shared, Names(surface=SURFACE))

    def list(self, member: Member, notice: str) -> Message:
        """The words this person may use, each with a button."""
        names = [name for name in self.shared.commands if self._may_use(member, name)]
        return to_card(self.word(member.language, notice), list_words(names, member.language, self.shared))

    async def tell_report(self, language: str = "") -> Message:
        """Where to turn; for anybody, and in both languages where nobody knows which is theirs."""
        names = Names(company=await asyncio.to_thread(self.voice.reader.read_company), surface=SURFACE)
        text = self.shared.says["report_here"]
        told = [language] if language else ["ja", "en"]
        return to_card("\n".join(fill(text.of(one), {}, one, self.shared, names) for one in told))

    def _may_use(self, member: Member, name: str) -> bool:
        flow = self.shared.commands[name].flow
        if flow:
            return flow in self.voice.routes and may_begin(member, flow)
        action = READ.get(name)
        return action is None or scope(member.actor, action) != Scope()

    async def _choose_language(self, member: Member, argument: str) -> Told:
        language = self._read_language(argument)
        if language is None:
            rows = [Part("", offer_languages("languages", member.language, self.shared))]
            return Told(to_card(self.word(member.language, "language_asked"), rows))
        await asyncio.to_thread(self.voice.store.write, lambda tx: choose_language(tx, member.id, language))
        return Told(to_card(self.word(language, "language_set")), changed=True)

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
        hours = read_hours(argument, member.hours)
        zone = member.timezone
        if not argument:
            told = self.word(member.language, "hours_asked", **_span(member.hours), zone=zone)
            rows = [Part("", offer_hours("hours", member.hours, member.language, self.shared))]
            return Told(to_card(told, rows))
        taken = hours is not None and await asyncio.to_thread(
            self.voice.store.write, lambda tx: choose_hours(tx, member.id, *hours)
        )
        if hours is None or not taken:
            return Told(to_card(self.word(member.language, "hours_unread")))
        return Told(to_card(self.word(member.language, "hours_set", **_span(hours), zone=zone)), changed=True)

    # -- what concerns a person ----------------------------------------------------------------------------------------

    async def _show(self, member: Member, name: str) -> Told:
        if name == "me":
            overview = await asyncio.to_thread(read_overview, self.voice, member)
            return Told(to_card(tell_person(overview)), is_private=True)
        if not self._may_use(member, name):
            return Told(to_card(self.word(member.language, "not_yours")))
        overview = await self._read(member, "slack")
        return Told(to_card(tell_items(overview, self.shared)), is_private=True)

    async def _show_cover(self, member: Member) -> Told:
        """How the classes of the own department are protected, and the word by which one goes on with them."""
        if not self._may_use(member, "cover"):
            return Told(to_card(self.word(member.language, "not_yours")))
        told = await asyncio.to_thread(self._map, member)
        names = [name for name in ("measures",) if self._may_use(member, name)]
        said = self.word(member.language, "cover_shown" if told else "no_classes")
        return Told(to_card(said, [*told, *list_words(names, member.language, self.shared)]), is_private=True)

    def _map(self, member: Member) -> Sequence[Part]:
        """The maps of the first classes; who looked is in the audit."""
        store, reader = self.voice.store, self.voice.reader
        found = list(
            islice(find_classes(reader, self.voice.routes, member, store.clock.now(), only_own=True), MOST_MAPS)
        )
        flow, spoken = self.voice.routes[FLOW].flow, self.shared.formats["table_spoken"].of(member.language)
        maps = [
            "\n".join(list_map_lines(facts, make_writer(flow, facts, self.shared, member.language), spoken))
            for facts in found
        ]
        if maps:
            detail = {"count": len(maps), "form": "slack"}
            store.write(lambda tx: tx.add_entry(member.id, "cover.viewed", member.id, **detail))
        return [Part(text, preformatted(f"map:{place}", make_inert(text))) for place, text in enumerate(maps, 1)]

    async def _read(self, member: Member, form: str) -> Overview:
        """The person's page; who read which names of the register, and where, is in the audit."""
        overview = await asyncio.to_thread(read_overview, self.voice, member)
        if overview.items:
            count = len(overview.items)

            def note(tx: Transaction) -> None:
                tx.add_entry(member.id, "register.viewed", member.id, count=count, form=form)

            await asyncio.to_thread(self.voice.store.write, note)
        return overview

    async def show_home(self, person: str, user: str) -> None:
        """Publish the Home tab of somebody of the directory, as things stand now."""
        member = await asyncio.to_thread(self.voice.reader.find_person, person)
        if member is not None and member.active:
            overview = await self._read(member, "slack_home")
            await self.publish(user, to_home(overview, self.shared))

    async def show_strangers_home(self, language: str, user: str) -> None:
        await self.publish(user, to_strangers_home(language, self.shared))


def read_hours(argument: str, before: tuple[int, int]) -> tuple[int, int] | None:
    """Two hours as typed, or one end as a menu names it ("from 8") beside the other as it was."""
    found = [int(one) for one in HOUR.findall(argument)]
    if len(found) == 1 and argument.startswith(("from ", "to ")):
        return (found[0], before[1]) if argument.startswith("from ") else (before[0], found[0])
    return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 - both ends


def _span(hours: tuple[int, int]) -> dict[str, object]:
    return {"from": hours[0], "to": hours[1]}
