"""The page a link leads to, over HTTP: no account, no cookie. A look opens nothing, only a press does: programs that
follow the links of mails see one sentence.
"""

import re
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.web.app import PATH as PAGE
from adapters.web.app import read_language, read_pairs
from adapters.web.render import HEADERS
from adapters.web.sheet import to_front, to_sheet
from bot.counsel import CounselDesk
from bot.doorway import TOO_LARGE, UNREADABLE, Refused, check_length, read_body
from bot.engine.lexicon import Shared
from bot.outside import DEEDS, GONE, OPEN, RENEW, Deed, Sheet
from bot.outside import PATH as BELOW
from bot.ports import Clock
from bot.state.database import CannotSave

PATH = f"{PAGE}{BELOW}{{token}}"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
KNOWN = (OPEN, RENEW, *(one for deeds in DEEDS.values() for one in deeds))
LARGEST = 16 * 1024  # bytes of one form
MOST_WRONG, MOST_DEEDS, SECONDS = 20, 60, 60.0  # links that lead nowhere, and presses by those that lead somewhere
STATUS = {"": 200, GONE: 404}  # 410 for links that show nothing any more
NO_MORE, TOO_MANY, NOT_NOW = 410, 429, 503


@dataclass(slots=True)
class OutsidePage:
    """Answers GET and POST at PATH."""

    desk: CounselDesk
    shared: Shared
    clock: Clock
    wrong: list[float] = field(default_factory=list)  # when links led nowhere
    presses: list[float] = field(default_factory=list)

    def route(self) -> Route:
        return Route(PATH, self.answer, methods=["GET", "POST"])

    async def answer(self, request: Request) -> Response:
        """The page as it stands after what was done; for a look, what stands before every link."""
        language = read_language(request)
        if request.method != "POST":
            return HTMLResponse(to_front(language, self.shared), 200, headers=HEADERS)
        try:
            return await self._take(request, language)
        except Refused as refused:
            notice = "web_too_long" if refused.status == TOO_LARGE else "web_unreadable"
            return self._tell(notice, language, refused.status)
        except CannotSave:
            return self._tell("outside_not_now", language, NOT_NOW)

    async def _take(self, request: Request, language: str) -> Response:
        check_length(request.headers.get("content-length", "").encode(), LARGEST)
        deed = read_deed(read_pairs(await read_body(request.receive, LARGEST)))
        if self._is_too_much(self.presses, MOST_DEEDS):
            return self._tell("outside_wait", language, TOO_MANY)
        token = request.path_params["token"]
        sheet = await self.desk.take(token if TOKEN.fullmatch(token) else "", deed, language)
        if sheet.standing == GONE and self._is_too_much(self.wrong, MOST_WRONG):
            return self._tell("outside_wait", language, TOO_MANY)
        noted = self.wrong if sheet.standing == GONE else self.presses  # so that nobody without a link closes it
        noted.append(self.clock.now().timestamp())
        return self._show(sheet, language, STATUS.get(sheet.standing, NO_MORE))

    def _is_too_much(self, known: list[float], most: int) -> bool:
        """Whether so many were counted within a minute; those before it are forgotten."""
        now = self.clock.now().timestamp()
        known[:] = [at for at in known if now - at < SECONDS]
        return len(known) >= most

    def _tell(self, notice: str, language: str, status: int) -> Response:
        return self._show(Sheet([self.shared.says[notice].of(language)]), language, status)

    def _show(self, sheet: Sheet, language: str, status: int) -> Response:
        return HTMLResponse(to_sheet(sheet, language, self.shared), status, headers=HEADERS)


def read_deed(pairs: list[tuple[str, str]]) -> Deed:
    """What a form says was done. Raises Refused for what is no form of ours."""
    told = dict(pairs)
    if told.get("deed") not in KNOWN:
        raise Refused(UNREADABLE)
    words = "".join(one for one in told.get("words", "") if one.isprintable() or one == "\n")
    return Deed(told["deed"], told.get("person", ""), words.strip())
