"""The page for reports without a chat trace, over HTTP: no account, no cookie, nothing written down of who came.

A visitor is known by what their own page carries, later by the receipt. Hands what they do to the same desk as chats.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.web.inbound import Posted, read_posted
from adapters.web.limits import Limit, Senders
from adapters.web.render import HEADERS, Seen, to_page
from bot.doorway import TOO_LARGE, UNREADABLE, Refused, check_length, read_body
from bot.engine.lexicon import Shared
from bot.events import Opened, Said
from bot.ports import Clock, Ids
from bot.prompts import Notice, Prompt
from bot.reporting import Caller, ReportDesk
from bot.state.database import CannotSave

PATH = "/report"
SURFACE = "web"
LARGEST = 64 * 1024  # bytes of one form
MOST_FIELDS = 60
ZONE = "Asia/Tokyo"  # of a visitor nobody knows
# Receipts that lead nowhere, from one address and from all, until it takes a while. At the second pace somebody who has
# many addresses tries for centuries before one of a thousand receipts is found.
MOST_WRONG, MOST_WRONG_ALL, WRONG_SECONDS = 5, 300, 60.0
# Reports begun here, before the telephone is named: a whole company may come from one address.
MOST_FRESH, MOST_FRESH_ALL, FRESH_SECONDS = 10, 120, 60.0


@dataclass(slots=True)
class Page:
    """Answers GET and POST at PATH."""

    desk: ReportDesk
    shared: Shared
    clock: Clock
    ids: Ids
    senders: Senders = field(default_factory=Senders)
    wrong: Limit = field(default_factory=lambda: Limit(MOST_WRONG, MOST_WRONG_ALL, WRONG_SECONDS))
    fresh: Limit = field(default_factory=lambda: Limit(MOST_FRESH, MOST_FRESH_ALL, FRESH_SECONDS))

    def route(self) -> Route:
        return Route(PATH, self.answer, methods=["GET", "POST"])

    async def answer(self, request: Request) -> Response:
        """The page as it stands after what was done."""
        language = read_language(request)
        try:
            if request.method == "GET":
                return self._show(await self._open(language), language)
            check_length(request.headers.get("content-length", "").encode(), LARGEST)
            posted = read_posted(read_pairs(await read_body(request.receive, LARGEST)))
            if posted is None:
                return self._refuse(language, UNREADABLE)
            sender = self.senders.name(request.client.host if request.client else None)
            return self._show(await self._take(posted, sender, language), language)
        except Refused as refused:
            return self._refuse(language, refused.status)
        except CannotSave:
            return self._page(Seen([self.desk.tell_not_taken(language)]), language, 503)

    async def _open(self, language: str) -> Seen:
        """The first page; nothing is kept of somebody who only looked."""
        return Seen([*await self.desk.preview(self._to_caller("", language))], self._make_name(), is_first=True)

    def _make_name(self) -> str:
        """Of a visitor or a page: one nobody can guess, and which tells nothing of when it was made."""
        seed = hashlib.sha256(self.ids.new().encode()).hexdigest()
        return f"{seed[:8]}-{seed[8:12]}-{seed[12:16]}-{seed[16:20]}-{seed[20:32]}"

    async def _take(self, posted: Posted, sender: str, language: str) -> Seen:
        if posted.receipt:
            return await self._return(posted, sender, language)
        caller, now = self._to_caller(posted.visitor, language), self.clock.now()
        waits = await self.desk.waits(caller)
        if posted.switches:
            return await self._switch(caller, posted, now) if waits else await self._open(language)
        if not waits and self._is_flooded(sender):
            raise CannotSave
        if posted.question and not waits:  # their first form stands on a page nobody kept
            await self.desk.take(caller, f"web:{posted.visitor}:open", Opened(), now)
        key = f"web:{posted.visitor}:{posted.page}:{hashlib.sha256(repr(posted.body).encode()).hexdigest()[:16]}"
        came = await self.desk.take(caller, key, posted.body, now, posted.question or None)
        if not came.waits:
            await self.desk.settle(came)
        return Seen([*came.shown], posted.visitor if came.waits else "")

    async def _switch(self, caller: Caller, posted: Posted, now: datetime) -> Seen:
        """The same question in the other language; what was filled in goes back to the page and is kept nowhere."""
        word = self.shared.moves["english" if caller.language == "en" else "japanese"].shown.of(caller.language)
        came = await self.desk.take(caller, f"web:{caller.account}:{self.ids.new()}", Said(word), now)
        prompts = [one for one in came.shown if isinstance(one, Prompt)]
        typed = posted.fields if any(one.question == posted.question for one in prompts) else {}
        told = [Notice(self.shared.says["web_switched"].of(caller.language))] if typed else []
        return Seen([*told, *prompts], caller.account, typed)

    def _is_flooded(self, sender: str) -> bool:
        """Whether more is begun than people can mean; whoever is in the middle of a report goes on all the same."""
        now = self.clock.now().timestamp()
        if self.fresh.is_reached(sender, now):
            return True
        self.fresh.note(sender, now)
        return False

    async def _return(self, posted: Posted, sender: str, language: str) -> Seen:
        """Back with a receipt; too many that lead nowhere take a while."""
        now = self.clock.now()
        if self.wrong.is_reached(sender, now.timestamp()):
            return Seen([Notice(self.shared.says["web_wait"].of(language))])
        caller = await asyncio.to_thread(self.desk.find_visitor, posted.receipt)
        if caller is None:
            self.wrong.note(sender, now.timestamp())
            return Seen([Notice(self.shared.says["no_such_receipt"].of(language))])
        caller = caller._replace(language=language)
        came = await self.desk.take(caller, f"web:{caller.account}:{self.ids.new()}", posted.body, now)
        return Seen([*came.shown], caller.account)

    def _to_caller(self, visitor: str, language: str) -> Caller:
        return Caller(SURFACE, visitor, None, language, ZONE)

    def _show(self, seen: Seen, language: str) -> Response:
        return self._page(seen, language, 200)

    def _refuse(self, language: str, status: int) -> Response:
        notice = "web_too_long" if status == TOO_LARGE else "web_unreadable"
        return self._page(Seen([Notice(self.shared.says[notice].of(language))]), language, status)

    def _page(self, seen: Seen, language: str, status: int) -> Response:
        page = to_page(seen, self._make_name(), language, self.shared, PATH)
        return HTMLResponse(page, status, headers=HEADERS)


def read_language(request: Request) -> str:
    """As asked for, else the browser's first, else Japanese."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "ja")
    return "en" if asked.lower().startswith("en") else "ja"


def read_pairs(raw: bytes) -> list[tuple[str, str]]:
    """The fields of a form in UTF-8; none of what is not one."""
    try:
        return parse_qsl(raw.decode("utf-8"), max_num_fields=MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        return []
