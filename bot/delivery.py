"""The outbox speaks: rows that are due become words at the moment of sending, after asking again who may see them.

Knows no platform; a surface's Messenger shows what is handed to it.
"""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from copy import copy
from typing import Any

from bot.access import Resource, can
from bot.engine.interview import Interview
from bot.engine.model import Text
from bot.engine.notices import to_notices
from bot.engine.position import Route
from bot.engine.speaking import Speaker, find_people_ids, to_prompt
from bot.engine.words import Names, fill
from bot.lookup import Lookup
from bot.ports import Clock, Messenger
from bot.prompts import Notice, Prompt, Shown
from bot.state.crypto import Damaged
from bot.state.database import CannotSave
from bot.state.incidents import Cases
from bot.state.outbox import URGENT
from bot.state.queries import Member, Reader, Ready
from bot.state.rounds import read_progress
from bot.state.rows import says_from_json
from bot.state.store import Store, note_fault
from bot.state.withdrawal import CASE

MOST_LINES = 15  # of a round's departments on one card


class Voice:
    """What is due, as it is shown on one surface, after asking again who may see it."""

    def __init__(self, store: Store, reader: Reader, surface: str) -> None:
        self.store = store
        self.reader = reader
        self.surface = surface
        self._kept: dict[str, Interview | None] | None = None

    def in_one_go(self) -> "Voice":
        """The same for what is worded now: each interview is read once."""
        one = copy(self)
        one._kept = {}
        return one

    @property
    def routes(self) -> Mapping[str, Route]:
        return self.store.words.routes

    def word(self, member: Member, rows: Sequence[Ready], prompt: Prompt | None) -> list[Shown]:
        """Rows that are due as what is shown, and the question behind them."""
        said: list[Shown] = [notice for row in rows for notice in self._word_safely(member, row)]
        return [*said, prompt] if prompt else said

    def make_prompt(self, member: Member, interview: str | None) -> Prompt | None:
        """The question an interview waits at, if it is open and this person's."""
        found = self._read(member, interview)
        return to_prompt(self.speak_of(found)) if found and found.status == "open" else None

    def _word_safely(self, member: Member, row: Ready) -> list[Notice]:
        """A row that can no longer be put into words, say because its question is gone, is said as that."""
        try:
            return self._word(member, row)
        except Exception as fault:  # whatever it is, the rest must still be said
            number = note_fault(fault)
            return [Notice(self._fill(member, self.store.words.shared.says["unsayable"], {"id": number}))]

    def phrase(self, member: Member, notice: str, params: Mapping[str, Any] | None = None) -> Notice:
        """One of the product's own phrases."""
        return Notice(self._fill(member, self.store.words.shared.says[notice], params or {}))

    def _read(self, member: Member, interview: str | None) -> Interview | None:
        found = self.read_interview(interview) if interview else None
        allowed = found and can(member.actor, "interview.answer", Resource(person=found.person))
        return found if found and allowed and self._may_know(member, found) else None

    def read_interview(self, id: str) -> Interview | None:
        """As the record has it. Raises CannotSave, Damaged."""
        if self._kept is None:
            return self.reader.read_interview(id, self.routes)
        if id not in self._kept:
            self._kept[id] = self.reader.read_interview(id, self.routes)
        return self._kept[id]

    def _may_know(self, member: Member, interview: Interview) -> bool:
        """Of a case only whoever is let into it now is told, whatever they were given before."""
        case = (interview.given.get(CASE) or {}).get("id")
        try:
            return not case or Cases(self.reader.database, self.reader.vault).find(member.actor, case) is not None
        except Damaged as fault:
            note_fault(fault)
            return False

    def _word(self, member: Member, row: Ready) -> list[Notice]:
        if row.kind == "card":
            return self._word_round(member, json.loads(row.body)["round"])
        if row.kind == "notice":
            told = json.loads(row.body)
            if not can(member.actor, "notice.read", Resource(person=told.get("whose"))):
                return []
            text = self._fill(member, self.store.words.shared.says[told["notice"]], told["params"])
            return [Notice(text)]
        says = says_from_json(row.body)
        interview = self._read(member, row.interview)
        if interview is None:  # damaged, or no longer this person's: only what speaks of no interview is said
            plain = [say for say in says if say.notice in ("damaged", "failed", "cannot_save")]
            return [Notice(self._fill(member, self.store.words.shared.says[say.notice], say.params)) for say in plain]
        speaker = self.speak_of(interview)
        return [Notice(text, speaker.preview) for text in to_notices(speaker, says)]

    def _word_round(self, member: Member, round_id: str) -> list[Notice]:
        """How far a round is: how many departments, and each by name as far as a card holds them."""
        if not can(member.actor, "round.begin", Resource()):
            return []
        asked, says = read_progress(self.store.database, round_id), self.store.words.shared.says
        done = len([one for one in asked if one.status == "done"])
        lines = [self._fill(member, says["round_head"], {"total": len(asked), "done": done})]
        for one in sorted(asked, key=lambda one: one.status == "done")[:MOST_LINES]:
            department = {"ja": one.department, "en": one.department_en}
            values = {"department": department, "person": {"person": one.person}}
            lines.append(self._fill(member, says["round_line"], {**values, "state": {"form": f"asked_{one.status}"}}))
        if len(asked) > MOST_LINES:
            lines.append(self._fill(member, says["round_more"], {"count": len(asked) - MOST_LINES}))
        return [Notice("\n".join(lines))]

    def speak_of(self, interview: Interview) -> Speaker:
        """Whoever puts this interview into words."""
        names = self._name(lambda: find_people_ids(interview))
        return Speaker(self.routes[interview.flow], interview, self.store.words.shared, names)

    def _name(self, list_ids: Callable[[], Collection[str]]) -> Names:
        """These people and the company, as far as a text names them."""
        people = Lookup(lambda: self.reader.find_names(list_ids()))
        return Names(people, Lookup(self.reader.read_company), self.surface)

    def _fill(self, member: Member, text: Text, params: Mapping[str, Any]) -> str:
        values = {"me": {"person": member.id}, **params}
        shared = self.store.words.shared
        told = [one for value in values.values() for one in (value if isinstance(value, list) else [value])]
        people = [one["person"] for one in told if isinstance(one, dict) and "person" in one]
        return fill(text.of(member.language), values, member.language, shared, self._name(lambda: people))


class Delivery:
    """Speaks to people through one messenger, outside interviews in the language of each person. Where somebody else
    sits there for them (`by_proxy`), what is discreet is neither said nor taken for said."""

    def __init__(
        self,
        store: Store,
        reader: Reader,
        messenger: Messenger,
        clock: Clock,
        surface: str,
        by_proxy: bool = False,
    ) -> None:
        self.store = store
        self.reader = reader
        self.messenger = messenger
        self.clock = clock
        self.surface = surface
        self.by_proxy = by_proxy
        self.voice = Voice(store, reader, surface)

    async def speak(self, member: Member, interview: str | None) -> None:
        """Say everything that is due to this person, then show the question the interview waits at, if it is open."""
        ready = self.reader.find_ready(member.id, self.clock.now(), self.surface)
        rows = [row for row in ready if self._may_be_said(row, interview)]
        prompt = self.voice.make_prompt(member, interview)
        shown = self.voice.word(member, rows, prompt)
        if shown:
            await self.messenger.show(member.id, shown)
        if rows or prompt:
            with suppress(CannotSave):  # it was said; at worst it is said once more
                keys = [row.key for row in rows]
                await asyncio.to_thread(self.store.mark_sent, keys, interview if prompt else None)

    def _may_be_said(self, row: Ready, interview: str | None) -> bool:
        """An urgent question is put by its own interview; said beside another one it would pass for told."""
        if row.lane == URGENT and row.interview != interview:
            return False
        return not (self.by_proxy and row.interview and self._is_discreet(row.interview))

    def _is_discreet(self, interview: str) -> bool:
        found = self.reader.read_interview(interview, self.voice.routes)
        return found is None or self.voice.routes[found.flow].flow.discreet

    async def say(self, member: Member, notice: str, params: Mapping[str, Any] | None = None) -> None:
        """One of the product's own phrases, at once."""
        await self.messenger.show(member.id, [self.voice.phrase(member, notice, params)])
