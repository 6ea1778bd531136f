"""The desk that takes reports, as somebody in a chat has it before them: what it asks, when it has spoken, and how a
form of it is filled in that Slack shows over the card.
"""

import asyncio
import time
from datetime import timedelta
from typing import Any

from bot.bootstrap import Program, build_desk
from bot.prompts import Prompt
from bot.reporting import Caller
from bot.state.mailboxes import Mailbox, name_mailbox, read_mailboxes
from tests.doubles.payloads import submit
from tests.journeys.deeds import Deed, Fill
from tests.journeys.hands import SlackHands, fill_slack, find_all
from tests.slack.test_interview import PATIENCE, Person

SPOKEN = timedelta(seconds=45)  # what is due later than this was said, or stands in a form


def find_mailbox(program: Program, email: str) -> Mailbox | None:
    member = program.find_member(email)
    assert member is not None
    keeper = program.store.keeper
    own = name_mailbox(keeper, member.id)
    return read_mailboxes(program.database, keeper, [own]).get(own)


def find_receipt(program: Program, email: str) -> str:
    """The receipt of the report they sent last."""
    box = find_mailbox(program, email)
    assert box is not None
    return str(box.reports[-1]["receipt"])


async def find_prompt(program: Program, email: str, surface: str) -> Prompt:
    """What the desk asks them."""
    member = program.find_member(email)
    assert member is not None
    caller = Caller(surface, "", member.id, member.language, member.timezone)
    prompt: Prompt | None = await build_desk(program).make_prompt(caller)
    assert prompt is not None, email
    return prompt


async def hear_desk(program: Program, email: str, asks: bool = False) -> None:
    """Until the desk has said what it has to say; with `asks`, a question of the team unasked."""
    until = time.monotonic() + PATIENCE
    while not has_spoken(program, find_mailbox(program, email), asks):
        assert time.monotonic() < until
        await asyncio.sleep(0.02)


def has_spoken(program: Program, box: Mailbox | None, asks: bool) -> bool:
    if asks:
        return box is not None and bool(box.body.get("draft")) and box.due_at is None
    return box is None or box.due_at is None or box.due_at > program.clock.now() + SPOKEN


def waits(box: Mailbox | None) -> bool:
    """Whether the desk asks something there."""
    return box is not None and (box.body.get("draft") or {}).get("status") == "open"


class SlackDesk:
    """Hands that fill in what stands over a card: opened by a press, or put there in the place of the form before."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.known = len(person.double.called("views.open"))
        self.next: Any = None

    async def do(self, deed: Deed) -> bool:
        """False where nothing before them does it."""
        hands = SlackHands(self.person)
        if not isinstance(deed, Fill):
            return await hands.do(deed)
        if self.next is None:
            await hands.press("open", "")  # on the card; where the press before it opened the form, there is none
        view = self.next or await self._wait_for_view()
        told = submit(fill_slack(find_all(view, "input"), deed.values), view["private_metadata"], self.person.user)
        got = await self.person.double.send(self.person.url, "interactive", told, time.time())
        assert got.status == 200
        self.next = (got.body or {}).get("view")
        return True

    async def _wait_for_view(self) -> Any:
        until = time.monotonic() + PATIENCE
        while len(found := self.person.double.called("views.open")) == self.known:
            assert time.monotonic() < until
            await asyncio.sleep(0.02)
        self.known = len(found)
        return found[-1].args["view"]
