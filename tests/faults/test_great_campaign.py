"""A campaign to everybody of a manufacturer, by three replicas of the real server on PostgreSQL that are killed again
and again, before a Slack that fails now and then; people go on talking meanwhile. Time is compressed by one factor."""

import asyncio
import itertools
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

import pytest
from sqlalchemy import select

from bot.bootstrap import Program
from bot.calendars import find_holidays
from bot.clock import SystemClock
from bot.dispatch import BULK_BATCH
from bot.hours import find_moment
from bot.state.accounts import LEASE, meet
from bot.state.campaigns import (
    Audience,
    Campaign,
    Progress,
    make_campaign,
    pause_campaign,
    read_progress,
    resume_campaign,
    start_campaign,
)
from bot.state.pace import BULK_PACE, CATCH_UP
from bot.state.queries import Member
from bot.state.tables import accounts
from tests.doubles.payloads import encode, event, make_request, message
from tests.doubles.slack import SlackDouble
from tests.faults.clients import PATIENCE, Ended, Forge, Worker
from tests.faults.conftest import LONG
from tests.faults.crowd import Crowd, gather
from tests.faults.places import Place, opened
from tests.faults.speaker import Ahead
from tests.faults.test_kill_sends import wait_until
from tests.slack.serving import SECRET, send, to_wire

PEOPLE, KILLS, TALKS = (int(os.environ.get("SECRET_REVIEW_PEOPLE", "100000")), 20, 200) if LONG else (150, 2, 6)
COMPRESSED = float(os.environ.get("SECRET_REVIEW_COMPRESSED", "16"))  # times faster than days are
FAULTY = 0.1  # of all posts
REPLICAS = 3
PLANNED_IN, PAUSED_IN = 5.0, 1.0  # seconds, as the clock on the wall has them
ANSWERED_IN = 0.1  # seconds, half of all replies
LASTS = 2 * 3600.0 if LONG else 120.0  # seconds at the most
SLOW = 10.0  # seconds in which a busy machine does what takes no time
TALKERS = ("DU1",)
GROWS = 1.25  # of what one replica took in memory when a quarter was sent

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the forge of workers forks"),
    pytest.mark.timeout(3 * 3600 if LONG else 240),
]


def compress(span: timedelta) -> float:
    """Seconds it takes here."""
    return span.total_seconds() / COMPRESSED


WAITS = {
    "bot.state.pace:BULK_PACE": compress(BULK_PACE),
    "bot.state.pace:CATCH_UP": compress(CATCH_UP),
    "bot.state.accounts:LEASE": compress(LEASE),
    "bot.state.nudges:LEASE": compress(LEASE),
    "bot.dispatch:MOST_SECONDS": compress(LEASE) / 2,
    "bot.dispatch:LONGEST_WAIT": 2.0,
    "bot.dispatch:PATROL": 0.1,
    "bot.nudging:PATROL": 0.2,
}


def find_workday(timezone: str) -> float:
    """Seconds until ten o'clock of the next working day there."""
    now = SystemClock().now()
    begins = find_moment(now + timedelta(hours=12), timezone, 10, 11, find_holidays(timezone))
    return (begins - now).total_seconds()


class Taken(NamedTuple):
    """A replica that was killed: how many conversations were held then, and seconds until all were settled, or others
    had them."""

    held: int
    after: float


@dataclass
class Manufacturer:
    """Everybody, three replicas that come and go, and what is seen of them."""

    forge: Forge
    place: Place
    program: Program
    api: str  # of Slack
    crowd: Crowd
    ahead: float
    forgets: bool = False  # the fault on purpose
    replicas: list[Worker] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)  # seconds from a word to the reply that left
    memory: list[int] = field(default_factory=list)  # pages of the replica that lives through it all

    async def start(self, place: int) -> None:
        """A replica in this place, once it listens."""
        slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": self.api}
        worker = self.forge.start(self.place, slack, waits=WAITS, ahead=self.ahead, forgets=self.forgets)
        while not (said := await asyncio.to_thread(worker.lines.read, time.monotonic() + PATIENCE)):
            pass
        self.replicas[place : place + 1], self.ports[place : place + 1] = [worker], [said[0]["port"]]

    async def kill(self, place: int) -> Taken:
        """Of the conversations that were held then, each is settled, or somebody else's."""
        held = self.find_held()
        began = time.monotonic()
        with self.replicas[place] as worker:
            await asyncio.to_thread(worker.kill)
        await wait_until(lambda: not held & self.find_held())
        after = time.monotonic() - began
        await self.start(place)
        return Taken(len(held), after)

    def find_held(self) -> set[tuple[str, int]]:
        held = select(accounts.c.account, accounts.c.fence).where(accounts.c.doubt_at.is_not(None))
        return {(row.account, row.fence) for row in self.program.database.fetch(held)}

    def gather(self, department: str) -> None:
        """Everybody there, whom Slack knows from now on."""
        own = [one for one in self.program.reader.list_members() if one.department_id == department]
        for one in own:
            self.meet(f"own{one.id}", one)
        gather(self.program, own[0].id, PEOPLE - len(own))

    def meet(self, user: str, member: Member) -> None:
        self.program.store.write(lambda tx: meet(tx, "slack", f"T01:{user}", member.id, f"D{user}"))

    def begin(self, starter: str, department: str) -> tuple[str, float]:
        """A campaign to a whole department, and the seconds that planning it took."""
        store, tell = self.program.store, Audience(departments=(department,))
        one = Campaign(self.program.ids.new(), "lesson", "", tell, "planned", starter, 0, self.program.clock.now())
        store.write(lambda tx: make_campaign(tx, starter, one))
        began = time.perf_counter()
        count = store.write(lambda tx: start_campaign(tx, starter, one.id))
        assert count
        return one.id, time.perf_counter() - began

    async def wait_for(self, many: int) -> None:
        """Until so many messages were posted."""
        await wait_until(lambda: len(self.crowd.posted) >= many, LASTS)

    async def talk(self, user: str, words: Iterable[str]) -> None:
        """Somebody answers and answers; each reply is timed from the word that Slack hands in."""
        channel = f"D{user}"
        for number, text in enumerate(words):
            at = self.program.clock.now().timestamp()
            told = event(message(text, user, f"{at:.6f}", channel=channel), f"Ev{user}{number}")
            body, media = encode("events_api", told)
            port = self.ports[number % REPLICAS]
            said = time.monotonic()
            with suppress(OSError):  # of one that was killed just then
                await send(port, to_wire(make_request(SECRET, at, body, media)))
            with suppress(TimeoutError):  # said to one that was killed just then; Slack would say it again
                self.answered.append(await asyncio.wait_for(self.hear(channel, said), compress(LEASE) + SLOW) - said)
            await asyncio.sleep(2.0)

    async def hear(self, channel: str, since: float) -> float:
        """When the first thing was written there after this instant."""
        while True:
            new = itertools.takewhile(lambda one: one[0] > since, reversed(self.crowd.posted))
            if found := [at for at, where in new if where == channel]:
                return min(found)
            await asyncio.sleep(0.005)

    def weigh(self) -> None:
        """What the first replica takes in memory, where the system tells."""
        told = Path(f"/proc/{self.replicas[0].process}/statm")
        self.memory += [int(told.read_text().split()[1])] if told.exists() else []

    async def finish(self, campaign: str) -> Progress:
        """Until nobody waits any more."""
        while True:
            now = read_progress(self.program.database, campaign)
            if not now.waiting:
                return now
            await asyncio.sleep(2.0 if LONG else 0.2)


@asynccontextmanager
async def open_manufacturer(
    forge: Forge, place: Place, seed: int, faulty: float = FAULTY, forgets: bool = False
) -> AsyncIterator[Manufacturer]:
    double = await SlackDouble(SECRET).start()
    with opened(place) as program:
        ahead = find_workday("Asia/Tokyo")
        program.store.clock = Ahead(ahead)
        later = replace(program, clock=Ahead(ahead))
        everybody = Manufacturer(
            forge, place, later, double.api, Crowd(double, faulty, seed, COMPRESSED), ahead, forgets
        )
        try:
            yield everybody
        finally:
            for one in everybody.replicas:
                with suppress(Ended, ProcessLookupError):
                    one.kill()
                one.line.close()
            await double.stop()


def must_find(program: Program, name: str) -> Member:
    member = program.find_member(f"{name}@hibarino.example")
    assert member is not None
    return member


def tell_again() -> Iterator[str]:
    """Says hello, begins, and tells the list over and over."""
    yield from ("こんにちは", "1")
    for number in itertools.count():
        yield f"第{number}番の図面" if number % 2 == 0 else "戻る"


async def pause_and_go_on(here: Manufacturer, campaign: str, actor: str) -> float:
    """How long after a pause was written the last message of the campaign left; then it goes on."""
    await here.wait_for(int(PEOPLE * 0.95))
    here.program.store.write(lambda tx: pause_campaign(tx, actor, campaign))
    paused, before = time.monotonic(), len(here.crowd.posted)
    await asyncio.sleep(3 * PAUSED_IN)
    after = [at for at, channel in here.crowd.posted[before:] if channel not in TALKERS]
    here.program.store.write(lambda tx: resume_campaign(tx, actor, campaign))
    return max(after, default=paused) - paused


def count_told(crowd: Crowd) -> Counter[int]:
    """How often each thing said of a campaign stands, and how many people have any."""
    keys = [
        Counter(one["metadata"]["event_payload"]["key"] for one in thread.values())
        for channel, thread in crowd.threads.items()
        if channel not in TALKERS
    ]
    return Counter(many for thread in keys for many in thread.values())


def count_reached(crowd: Crowd) -> int:
    return len([one for one in crowd.threads if one not in TALKERS])


def find_busiest(posted: Sequence[float], seconds: float) -> int:
    """The most messages in any window of this length."""
    most, begin = 0, 0
    for place, at in enumerate(posted):
        while posted[begin] <= at - seconds:
            begin += 1
        most = max(most, place - begin + 1)
    return most


async def test_everybody_is_told_once_whatever_dies(forge: Forge, postgres_place: Place, seed: int) -> None:
    """Everybody has exactly once what was for them, or is listed; nothing goes faster than the pace; replicas die and
    others take over; a pause holds within a second; replies do not wait; no replica grows."""
    async with open_manufacturer(forge, postgres_place, seed) as here:
        manager, talker = (must_find(here.program, name) for name in ("takahashi", "sato"))
        department = must_find(here.program, "ito").department_id
        assert department not in (manager.department_id, talker.department_id)
        here.gather(department)
        here.meet("U1", talker)
        campaign, planned = here.begin(manager.id, department)
        for place in range(REPLICAS):
            await here.start(place)
        began, chance, taken = time.monotonic(), Random(seed), list[Taken]()
        talking = asyncio.create_task(here.talk("U1", itertools.islice(tell_again(), TALKS)))
        for number in range(KILLS):
            await here.wait_for(int(PEOPLE * (0.1 + 0.8 * number / KILLS)))
            here.weigh()
            taken.append(await here.kill(chance.randrange(1, REPLICAS)))
        late = await pause_and_go_on(here, campaign, manager.id)
        now = await here.finish(campaign)
        lasted = time.monotonic() - began
        here.weigh()
        await talking
        told, reached = count_told(here.crowd), count_reached(here.crowd)
        posted = [at for at, channel in here.crowd.posted if channel not in TALKERS]
    longest = max(one.after for one in taken)
    print(
        f"{PEOPLE} people planned in {planned:.2f} s, sent in {lasted:.0f} s, {len(posted) / lasted:.0f} posts a second"
    )
    print(f"{now}, reached {reached}, things said by how often they stand {dict(told)}")
    print(
        f"{KILLS} kills, {sum(one.held for one in taken)} conversations held then, settled in at most {longest:.1f} s"
    )
    print(f"paused in {late:.2f} s; {len(here.answered)} replies, median {median(here.answered) * 1000:.0f} ms")
    print(f"memory of a replica by thousand pages {[round(one / 1000, 1) for one in here.memory]}")
    assert (now.sent + now.dead + now.unknown, now.cancelled) == (PEOPLE, 0)
    assert now.sent <= reached
    assert set(told) == {1}
    for minutes in (0.1, 1.0, 10.0):
        window = timedelta(minutes=minutes)
        busiest = find_busiest(posted, compress(window))
        print(f"in {minutes} minutes at most {busiest}, allowed {(window + CATCH_UP) / BULK_PACE:.0f}")
        assert busiest <= (window + CATCH_UP) / BULK_PACE + BULK_BATCH * REPLICAS  # given out, and on their way
    assert planned < PLANNED_IN
    assert late < PAUSED_IN
    assert longest < compress(LEASE) + SLOW
    assert median(here.answered) < ANSWERED_IN or not LONG
    assert not here.memory or here.memory[-1] < GROWS * here.memory[len(here.memory) // 4]


async def test_what_is_written_down_before_it_is_sent_is_lost(forge: Forge, postgres_place: Place, seed: int) -> None:
    """Negative control: replicas that note as sent what they are about to send leave people without it, and it is
    seen."""
    async with open_manufacturer(forge, postgres_place, seed, faulty=1.0, forgets=True) as here:
        department = must_find(here.program, "ito").department_id
        own = [one for one in here.program.reader.list_members() if one.department_id == department]
        for one in own:
            here.meet(f"own{one.id}", one)
        campaign, _ = here.begin(must_find(here.program, "takahashi").id, department)
        for place in range(REPLICAS):
            await here.start(place)
        now = await here.finish(campaign)
        assert now.sent == len(own) > count_reached(here.crowd)
