"""Reports that name everybody who would receive them, and the contact outside the company who has a link: for tests."""

import re
from collections.abc import Sequence
from typing import Any

from bot.bootstrap import build_inspect
from bot.counsel import CounselDesk
from bot.engine.lexicon import clean
from bot.events import Body, Pressed, Said, Submitted
from bot.mailing import Mailing
from bot.outside import OPEN, Deed, Outside, Sheet
from bot.reporting import Caller, ReportDesk
from bot.state.incident_tables import incidents, mailboxes
from bot.state.links import make_link
from bot.state.mailboxes import to_mailbox
from bot.state.outbox import MAIL
from bot.state.tables import outbox
from tests.doubles.post import Mailbox
from tests.state.world import World

ADDRESS = "counsel@komorebi.example"
PAGE = "https://report.hibarino.example/report"
RECEIVERS = ("takahashi", "watanabe")
TOKEN = re.compile(rf"{re.escape(PAGE)}/outside/([\w-]+)")
ABOUT = {"mover": "employee", "when": "today", "still": "yes"}
SEEN = {"signs": ["sg-emp-03"], "what": "金型の図面"}


def caller_of(world: World, name: str) -> Caller:
    member = world.find(name)
    return Caller("slack", f"T1:{name}", member.id, member.language, member.timezone, f"D-{name}")


def make_desk(world: World) -> ReportDesk:
    """Where reports are taken, in a company whose contact outside can be written to."""
    world.reader.reaches_outside = True
    return ReportDesk(world.store, world.reader, lambda _: None)


async def tell(world: World, caller: Caller, *said: Body) -> list[Any]:
    """What somebody says at the desk; what they are shown last."""
    desk = make_desk(world)
    for body in said:
        world.clock.advance(seconds=7)
        key = f"{caller.name}:{world.clock.now().timestamp()}"
        came = await desk.take(caller, key, body, world.clock.now())
        await desk.settle(came)
    return list(came.shown)


async def report(world: World, name: str = "nakamura", seen: dict[str, Any] | None = None) -> str:
    """One that names everybody who would receive it; the id of its case."""
    before = {row.id for row in world.rows(incidents)}
    named = [world.people[one] for one in RECEIVERS]
    first = (Said(*clean("通報")), Said(*clean("1")), Submitted({**ABOUT, "conflict": named}))
    await tell(world, caller_of(world, name), *first, Pressed("nobody", 99, "outside"), Submitted(seen or SEEN))
    (incident,) = {row.id for row in world.rows(incidents)} - before
    return incident


def find_receipt(world: World) -> str:
    (box,) = [to_mailbox(world.keeper, row) for row in world.rows(mailboxes)]
    return str(box.reports[-1]["receipt"])


def make_mailing(world: World, server: Mailbox, store: Any = None) -> Mailing:
    outside = Outside(ADDRESS, server.url, "review@hibarino.example", PAGE)
    return Mailing(store or world.store, outside, world.template.content.shared)


def fetch_tokens(server: Mailbox) -> list[str]:
    """What the links of all mails carry, the newest last."""
    return [TOKEN.findall(one.get_content())[0] for one in server.mails]


def mails(world: World) -> list[Any]:
    return [row for row in world.rows(outbox) if row.kind == MAIL]


def link_to(world: World, incident: str, purpose: str = "report") -> str:
    """What a mail that was sent would carry."""
    return world.store.write(lambda tx: make_link(tx, incident, purpose))


async def knock(world: World, token: str, *deed: str, language: str = "en") -> Sheet:
    """What whoever has a link sees after this; by itself, after opening it."""
    content = world.template.content
    desk = CounselDesk(world.store, world.reader, build_inspect(content), content.catalogue["incident"])
    return await desk.take(token, Deed(*(deed or (OPEN,))), language)


def list_offered(sheet: Sheet) -> Sequence[str]:
    return [person for person, _ in sheet.people]
