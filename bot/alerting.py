"""Puts a case before whoever is to take it, at any hour, and goes on to the next where nobody does.

Knows no platform and no words, and of a case no more than its id.
"""

import asyncio
import json
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any

from bot.conversation import Conversation
from bot.events import Event, Opened
from bot.state.asking import Unfinished, find_unfinished
from bot.state.casework import go_onward
from bot.state.queries import Member, Ready
from bot.state.store import RECORD, note_fault


class Alerting:
    """Does what is due about cases nobody has taken yet; one that goes wrong holds up no other, and stays due."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.reader = conversation.reader
        self.store = conversation.store
        self.clock = conversation.clock

    async def do_due(self) -> None:
        """One look. Raises CannotSave where not even that is possible."""
        rows = await self._find()
        late = [(row, told["onward"]) for row, told in rows if "onward" in told]
        for row, incident in late:
            onward = partial(go_onward, key=row.key, incident=incident)
            await self._try(asyncio.to_thread(self.store.write, onward))
        for row, told in await self._find() if late else rows:
            if "alerts" in told:
                await self._try(self._alert(row))

    async def _find(self) -> list[tuple[Ready, Mapping[str, Any]]]:
        rows = await asyncio.to_thread(self.reader.find_events, self.clock.now())
        return [(row, json.loads(row.body)) for row in rows]

    async def _try(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as fault:
            note_fault(fault)

    async def _alert(self, row: Ready) -> None:
        """The question that tells nothing; what the week's budget or their hours say is asked of no one here."""
        waiting = find_unfinished(self.store.database, row.interview or "")
        member = self.reader.find_person(row.person) if waiting else None
        if waiting and member and member.active and waiting.person == member.id:
            await self._open(row, waiting, member)
        await asyncio.to_thread(self.store.mark_sent, [row.key], None)

    async def _open(self, row: Ready, waiting: Unfinished, member: Member) -> None:
        """For the first time as it is, else as a reminder; where they are out of it meanwhile, it is taken back."""
        if await self.conversation.ready(member, waiting.id):
            body = Opened(reminds=waiting.status != "queued")
            event = Event(row.key, waiting.id, member.id, RECORD, self.clock.now(), body, member.id)
            await self.conversation.handle(event)
