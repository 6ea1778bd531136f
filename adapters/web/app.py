"""The page for reports without a chat trace, over HTTP: no account, no cookie, nothing written down of who came.

A visitor is known by what their own page carries, later by the receipt. Hands what they do to the same desk as chats.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.web.inbound import Posted, read_posted
from adapters.web.render import HEADERS, to_page
from bot.doorway import TOO_LARGE, UNREADABLE, Refused, check_length, read_body
from bot.engine.lexicon import Shared
from bot.events import Opened
from bot.ports import Clock, Ids
from bot.prompts import Notice, Shown
from bot.reporting import Caller, ReportDesk
from bot.state.database import CannotSave

PATH = "/report"
SURFACE = "web"
LARGEST = 64 * 1024  # bytes of one form
MOST_FIELDS = 60
ZONE = "Asia/Tokyo"  # of a visitor nobody knows
MOST_WRONG, WRONG_SECONDS = 5, 60.0  # receipts that lead nowhere, of all visitors together, until it takes a while
MOST_FRESH, FRESH_SECONDS = 30, 60.0  # reports begun here, of all visitors together, before the telephone is named


@dataclass(slots=True)
class Page:
    """Answers GET and POST at PATH."""

    desk: ReportDesk
    shared: Shared
    clock: Clock
    ids: Ids
    wrong: list[float] = field(default_factory=list)  # when receipts led nowhere
    fresh: list[float] = field(default_factory=list)  # when reports were begun

    def route(self) -> Route:
        return Route(PATH, self.answer, methods=["GET", "POST"])

    async def answer(self, request: Request) -> Response:
        """The page as it stands after what was done."""
        language = read_language(request)
        try:
            if request.method == "GET":
                return self._show(*await self._open(language), language)
            check_length(request.headers.get("content-length", "").encode(), LARGEST)
            posted = read_posted(read_pairs(await read_body(request.receive, LARGEST)))
            if posted is None:
                return self._refuse(language, UNREADABLE)
            return self._show(*await self._take(posted, language), language)
        except Refused as refused:
            return self._refuse(language, refused.status)
        except CannotSave:
            return self._page([self.desk.tell_not_taken(language)], "", language, 503)

    async def _open(self, language: str) -> tuple[list[Shown], str]:
        """The first page; nothing is kept of somebody who only looked."""
        return [*await self.desk.preview(self._to_caller("", language))], self._make_name()

    def _make_name(self) -> str:
        """Of a visitor or a page: one nobody can guess, and which tells nothing of when it was made."""
        seed = hashlib.sha256(self.ids.new().encode()).hexdigest()
        return f"{seed[:8]}-{seed[8:12]}-{seed[12:16]}-{seed[16:20]}-{seed[20:32]}"

    async def _take(self, posted: Posted, language: str) -> tuple[list[Shown], str]:
        if posted.receipt:
            return await self._return(posted, language)
        caller, now = self._to_caller(posted.visitor, language), self.clock.now()
        waits = await self.desk.waits(caller)
        if not waits and self._is_flooded():
            raise CannotSave
        if posted.question and not waits:  # their first form stands on a page nobody kept
            await self.desk.take(caller, f"web:{posted.visitor}:open", Opened(), now)
        key = f"web:{posted.visitor}:{posted.page}:{hashlib.sha256(repr(posted.body).encode()).hexdigest()[:16]}"
        came = await self.desk.take(caller, key, posted.body, now, posted.question or None)
        if not came.waits:
            await self.desk.settle(came)
        return [*came.shown], posted.visitor if came.waits else ""

    def _is_flooded(self) -> bool:
        """Whether more is begun than people can mean; whoever is in the middle of a report goes on all the same."""
        now = self.clock.now().timestamp()
        self.fresh = [at for at in self.fresh if now - at < FRESH_SECONDS]
        if len(self.fresh) >= MOST_FRESH:
            return True
        self.fresh.append(now)
        return False

    async def _return(self, posted: Posted, language: str) -> tuple[list[Shown], str]:
        """Back with a receipt; too many that lead nowhere take a while, whoever tries."""
        now = self.clock.now()
        self.wrong = [at for at in self.wrong if now.timestamp() - at < WRONG_SECONDS]
        if len(self.wrong) >= MOST_WRONG:
            return [Notice(self.shared.says["web_wait"].of(language))], ""
        caller = await asyncio.to_thread(self.desk.find_visitor, posted.receipt)
        if caller is None:
            self.wrong.append(now.timestamp())
            return [Notice(self.shared.says["no_such_receipt"].of(language))], ""
        caller = caller._replace(language=language)
        came = await self.desk.take(caller, f"web:{caller.account}:{self.ids.new()}", posted.body, now)
        return [*came.shown], caller.account

    def _to_caller(self, visitor: str, language: str) -> Caller:
        return Caller(SURFACE, visitor, None, language, ZONE)

    def _show(self, shown: list[Shown], visitor: str, language: str) -> Response:
        return self._page(shown, visitor, language, 200)

    def _refuse(self, language: str, status: int) -> Response:
        notice = "web_too_long" if status == TOO_LARGE else "web_unreadable"
        return self._page([Notice(self.shared.says[notice].of(language))], "", language, status)

    def _page(self, shown: list[Any], visitor: str, language: str, status: int) -> Response:
        page = to_page(shown, visitor, self._make_name(), language, self.shared, PATH)
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
