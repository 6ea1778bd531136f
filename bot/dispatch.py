"""What is due on a chat surface goes out: claimed by one replica, worded at the moment of sending, sent, recorded.

Order is kept within a conversation, and one that fails holds up no other. Knows no platform.
"""

import asyncio
import logging
import random
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.closing import find_closed, to_card
from bot.delivery import Voice
from bot.letters import ASKED, SAID, Batch, Closed, Letter, Sender
from bot.ports import Barred, Clock, Rejected, Throttled, Unsent
from bot.state.accounts import Account, Came, claim, has_due, settle
from bot.state.outbox import DEAD, UNKNOWN, URGENT, Standing, take_standing
from bot.state.pace import BULK, EVERY, Stop
from bot.state.queries import Member, Ready
from bot.state.record import Transaction, note_prompted
from bot.state.store import note_fault
from bot.together import Together

BATCH = 20  # conversations held at a time
BULK_BATCH = 10  # of them, for campaigns; the others are free for whoever is waiting for an answer
PACE = timedelta(seconds=1)  # between two messages to one conversation
PATROL = 1.0  # seconds after which it looks again without being woken
MOST_SECONDS = 45.0  # for all that is sent to one conversation in one go; less than the lease
MOST_TRIES = 60  # with the waits between them some hours, as long as a platform may be down
LONGEST_WAIT = 300.0
URGENT_WAIT = 5.0  # at the most, as long as that is worth it: what is urgent comes late by no more than the outage
BARRED_WAIT = timedelta(seconds=60)  # until a platform that takes nothing from us is asked again
LAST_WORD_SECONDS = 10.0  # for what is being sent when it all ends
CLOSE_TRIES = 5  # of a card that was answered

log = logging.getLogger("secret_review")


class Way(NamedTuple):
    """How one go ended: when to come again, and why the first thing that has not arrived is not tried again, if so."""

    wait: timedelta = PACE
    tries: int = 0
    reason: str | None = None
    state: str = DEAD  # of that thing
    stop: Stop | None = None
    doubtful: bool = False


class Unclosed(NamedTuple):
    """An answered card that could not be closed, to be tried again from an instant on."""

    from_at: datetime
    tries: int
    held: Account
    card: Closed


class Dispatcher:
    """Speaks on one surface until it is stopped. `reads_back` False posts again whatever may have been lost.

    `tells_once` is for where nobody can look up what arrived: a turn that may have been lost is said again, as two of
    a question do no harm, and what only tells or reminds is listed as unknown.
    """

    def __init__(
        self, voice: Voice, sender: Sender, clock: Clock, reads_back: bool = True, tells_once: bool = False
    ) -> None:
        self.voice = voice
        self.store = voice.store
        self.together = Together(voice.store.write)
        self.sender = sender
        self.send = sender.send
        self.clock = clock
        self.reads_back = reads_back
        self.tells_once = tells_once
        self.woken = asyncio.Event()
        self.is_sure = False  # that there is something to claim
        self.running: set[asyncio.Task[None]] = set()
        self.bulk = 0  # how many of them are for campaigns
        self.unclosed: list[Unclosed] = []
        self.is_open = True

    def wake(self) -> None:
        """Something was written that is due."""
        self.is_sure = True
        self.woken.set()

    async def run(self) -> None:
        """Hold up to BATCH conversations at a time, each for as long as it takes by itself."""
        while self.is_open:
            self.woken.clear()
            try:
                for one in self._take_unclosed(BATCH - len(self.running)):
                    self._begin(self._try_to_close(one))
                await self._begin_claimed()
            except Exception as fault:  # what is due stays so; one bad round must not end all speaking
                note_fault(fault)
            try:
                await asyncio.wait_for(self.woken.wait(), PATROL)
            except TimeoutError:
                continue

    async def _begin_claimed(self) -> None:
        """What was claimed while this ends is begun all the same; else nobody would say it before its lease is over."""
        claiming = asyncio.create_task(self._claim(BATCH - len(self.running)))
        try:
            await asyncio.shield(claiming)
        finally:
            for held in await claiming:
                self._begin(self._deliver(held) if held.lane != BULK else self._deliver_bulk(held))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.running.add(task)
        task.add_done_callback(self._leave)

    def _leave(self, task: "asyncio.Task[None]") -> None:
        was_full = len(self.running) == BATCH
        self.running.discard(task)
        if not task.cancelled() and task.exception():
            note_fault(task.exception())  # type: ignore[arg-type] # it is there
        if was_full:  # else there was room for all that was due, and what has come since has woken us
            self.woken.set()

    async def stop(self) -> None:
        """Claim nothing more; what is being sent has a moment to finish, the rest is left to its lease."""
        self.is_open = False
        self.wake()
        if self.running:
            await asyncio.wait(self.running, timeout=LAST_WORD_SECONDS)
        for task in self.running:
            task.cancel()

    async def deliver_due(self) -> bool:
        """One round: everything that may be said now, one conversation beside the other. False where nothing was."""
        held = await self._claim(BATCH)
        again = self._take_unclosed(BATCH)
        await asyncio.gather(*map(self._try_to_close, again), *map(self._deliver, held))
        return bool(held)

    async def _claim(self, most: int) -> list[Account]:
        surface, database = self.voice.surface, self.store.database
        if most < 1:
            return []
        is_sure, self.is_sure = self.is_sure, False
        if not is_sure and not await asyncio.to_thread(has_due, database, surface, self.clock.now()):
            return []
        free = max(0, BULK_BATCH - self.bulk)
        return await asyncio.to_thread(self.store.write, lambda tx: claim(tx, surface, most, free))

    async def _deliver_bulk(self, held: Account) -> None:
        self.bulk += 1
        try:
            await self._deliver(held)
        finally:
            self.bulk -= 1

    async def _deliver(self, held: Account) -> None:
        begun_at = self.clock.now()  # a reply cannot be older than the sending of what it replies to
        batch = Batch()
        try:
            batch = await asyncio.to_thread(self._word, held)
        except Exception as fault:  # a fault of our own; nothing was sent
            way = self._judge(held, fault)._replace(doubtful=held.doubt_at is not None)
        else:
            way = await self._post(held, batch)
        standing = await self.together.write(lambda tx: self._settle(tx, held, batch, way, begun_at))
        for one in standing:
            await self._close(held, one)

    async def _post(self, held: Account, batch: Batch) -> Way:
        """Send what is worded, after looking for what may have arrived before."""
        was_doubtful = held.doubt_at is not None
        found: Mapping[str, str] = {}
        if held.doubt_at and self.tells_once:
            batch.doubt(held.doubt_at)
        try:
            async with asyncio.timeout(MOST_SECONDS):
                if self.reads_back and held.doubt_at and batch.letters:
                    found = await self.sender.read_back(held, held.doubt_at)
                was_doubtful = was_doubtful and not batch.is_all
                async for posted in self.sender.post(held, batch.letters, found):
                    batch.note(posted)
        except Exception as fault:  # whatever it is, it is tried again, and the others go on
            way = self._judge(held, fault)
            if self.tells_once and way.doubtful:
                return self._give_up_tale(batch, way, fault)._replace(doubtful=was_doubtful)
            return way._replace(doubtful=way.doubtful or was_doubtful)
        return Way(PACE, doubtful=was_doubtful)

    def _give_up_tale(self, batch: Batch, way: Way, fault: Exception) -> Way:
        """Where nobody can look it up: what may have been told already is not told twice."""
        if batch.missing is None or not batch.is_told_once(batch.missing):
            return way
        return Way(reason=type(fault).__name__, state=UNKNOWN)

    def _judge(self, held: Account, fault: Exception) -> Way:
        """What a fault means for what was to be said and for everything else."""
        if isinstance(fault, Throttled):
            wait = timedelta(seconds=fault.seconds)
            if not fault.wide:
                return Way(wait, held.tries)
            return Way(PACE, held.tries, stop=Stop(held.workspace, held.lane, self.clock.now() + wait))
        note_fault(fault)
        if isinstance(fault, Barred):
            if not held.was_barred:
                log.error("%s takes nothing from us: %s", held.surface, fault.code)
            until = self.clock.now() + BARRED_WAIT
            return Way(PACE, held.tries, stop=Stop(held.workspace, EVERY, until, fault.code))
        if isinstance(fault, Rejected):
            return Way(reason=fault.code)
        tries, is_lost = min(held.tries + 1, MOST_TRIES), not isinstance(fault, Unsent)
        is_urgent, is_long = held.lane == URGENT, tries == MOST_TRIES
        longest = URGENT_WAIT if is_urgent and not is_long else LONGEST_WAIT
        wait = back_off(tries, longest)
        given_up = type(fault).__name__ if is_long and not is_urgent else None
        return Way(wait, 0 if given_up else tries, given_up, doubtful=is_lost)

    def _settle(self, tx: Transaction, held: Account, batch: Batch, way: Way, begun_at: datetime) -> list[Standing]:
        """Write what came of it; the cards that are to be closed now."""
        asked = batch.asked
        card = to_card(batch.prompt, self.sender.to_standing(batch.prompt)) if batch.prompt else ""
        outcomes = batch.judge(way.reason, card, way.state)
        came = Came(tx.now + way.wait, way.tries, outcomes, way.doubtful, way.stop)
        if not settle(tx, held, came):
            return []
        over = set(batch.over)
        if asked and batch.prompt:
            note_prompted(tx, batch.prompt.interview, begun_at)
            over.add(batch.prompt.interview)
        return take_standing(tx, held.surface, over, asked.row if asked else None)

    async def _close(self, held: Account, standing: Standing) -> None:
        try:
            card = await asyncio.to_thread(find_closed, self.voice, standing)
        except Exception as fault:  # of our own
            note_fault(fault)
            return
        if card:
            await self._try_to_close(Unclosed(self.clock.now(), 0, held, card))

    def _take_unclosed(self, most: int) -> list[Unclosed]:
        """Cards whose time has come to be closed once more; from now on the caller's."""
        now = self.clock.now()
        due = [one for one in self.unclosed if one.from_at <= now][: max(0, most)]
        self.unclosed = [one for one in self.unclosed if one not in due]
        return due

    async def _try_to_close(self, one: Unclosed) -> None:
        """A card that stays open is harmless, whoever presses it is told kindly; so it is only kept in mind."""
        try:
            await self.sender.close(one.held, one.card)
        except (Rejected, Barred) as fault:
            note_fault(fault)
        except Exception as fault:
            wait = self._judge(one.held._replace(tries=one.tries), fault).wait
            if one.tries + 1 < CLOSE_TRIES:
                self.unclosed.append(one._replace(from_at=self.clock.now() + wait, tries=one.tries + 1))

    def _word(self, held: Account) -> Batch:
        """What is due in a conversation in words, in order, with the question it ends with."""
        voice = self.voice.in_one_go()
        due = voice.reader.find_ready(held.person or "", self.clock.now(), held.surface)
        rows = [row for row in due if row.lane == held.lane]
        if held.lane == BULK:
            del rows[1:]  # one place in the pace is one message
        member = voice.reader.find_person(held.person or "")
        if member is None:
            return Batch(rows, is_all=len(rows) == len(due))
        turns = [row for row in rows if row.kind == "turn"]
        prompt = voice.make_prompt(member, turns[-1].interview) if turns else None
        letters = [letter for row in rows for letter in self._write(voice, member, row)]
        if prompt:
            row = turns[-1]
            known = tuple(row.refs.get(ASKED, ()))
            letters.append(Letter(self._mark(row, ASKED), row.key, ASKED, (prompt,), known))
        return Batch(rows, letters, prompt, find_over(voice, turns), len(rows) == len(due))

    def _write(self, voice: Voice, member: Member, row: Ready) -> list[Letter]:
        """What a row says; nothing where there is nothing to say any more."""
        shown = tuple(voice.word(member, [row], None))
        stands = row.was_sent and row.kind != "turn"
        refs, is_alone = tuple(row.refs.get(SAID, ())), row.kind == "card"
        made = Letter(self._mark(row, SAID), row.key, SAID, shown, refs, stands, is_alone)
        return [made] if shown else []

    def _mark(self, row: Ready, part: str) -> str:
        return self.store.vault.digest(f"outbox:{row.key}:{part}")


def find_over(voice: Voice, turns: list[Ready]) -> frozenset[str]:
    """The interviews of these turns that have come to their end."""
    ids = {row.interview for row in turns if row.interview}
    found = [voice.read_interview(one) for one in ids]
    return frozenset(one.id for one in found if one and one.status in ("done", "cancelled"))


def back_off(tries: int, longest: float = LONGEST_WAIT) -> timedelta:
    """How long to wait after so many tries in a row, spread so that not everybody comes again at once."""
    return timedelta(seconds=min(longest, 2.0**tries) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
