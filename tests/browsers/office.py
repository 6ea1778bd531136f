"""The sample company at work in Slack: the emulator, our real server behind it, and people in a browser.

Knows how they are joined, and where labels stand in content; what is done there is the tests' matter.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser
from sqlalchemy import update

from bot.access import Scope
from bot.bootstrap import Program, build_program
from bot.server import open_server, take_port
from bot.settings import Settings
from bot.state.tables import people
from tests.browsers.emulator import run_emulator
from tests.browsers.person import Person
from tests.slack.serving import SECRET, serve

TOKENS = {"botToken": "xoxb-test", "appToken": "xapp-test", "signingSecret": SECRET}
EVERY_WAY = [("http", "ja"), ("http", "en"), ("socket", "ja"), ("socket", "en")]
BOTH_WAYS = [("http", "ja"), ("socket", "en")]
WINDOW = {"width": 1100, "height": 1000}


@dataclass
class Office:
    """Made by `open_office`."""

    program: Program
    browser: Browser
    stack: AsyncExitStack
    url: str
    language: str
    pictures: Path | None

    async def seat(self, email: str) -> Person:
        """A person of the sample company in a browser of their own, in the conversation with us."""
        context = await self.browser.new_context(base_url=self.url, viewport=WINDOW, locale="ja-JP")  # type: ignore[arg-type]
        self.stack.push_async_callback(context.close)
        person = Person(await context.new_page(), email, self.pictures)
        await person.goes_to()
        return person

    def place(self, email: str) -> tuple[str, str, int, str]:
        """Where a person's interview stands: flow, question, how many answers, and a question reopened meanwhile."""
        member = self.program.find_member(email)
        assert member is not None
        waiting = self.program.reader.find_waiting(member.id)[0]
        found = self.program.reader.read_interview(waiting.id, self.program.store.words.routes)
        assert found is not None
        snapshot = found.snapshot
        reopened = str((snapshot.aside or {}).get("key", ""))
        return waiting.flow, snapshot.position.partition("@")[0], len(snapshot.answers), reopened

    def items(self) -> list[tuple[str, str | None, int | None, str]]:
        """The register: name, owner, level, state."""
        rows = self.program.reader.read_register(Scope(everything=True))
        return [(row["name"], row["owner"], row["level"], row["state"]) for row in rows]

    def department(self, email: str) -> str:
        member = self.program.find_member(email)
        assert member is not None
        return member.department.of(self.language)

    def choice(self, flow: str, question: str, choice: str, field: str = "") -> str:
        """The label of a choice, as content has it; of a field where the question is a form."""
        shared, asked = self.program.content.shared, self.program.content.flows[flow].questions[question]
        choices = next(one.choices for one in asked.fields if one.id == field) if field else asked.choices
        labels = {one.id: one.label for one in (shared.yes, shared.no, *choices)}
        return labels[choice].of(self.language).strip()

    def field(self, flow: str, question: str, field: str) -> str:
        fields = self.program.content.flows[flow].questions[question].fields
        return next(one.label.of(self.language) for one in fields if one.id == field).strip()

    def word(self, name: str) -> str:
        """One of the product's own words, e.g. on a button."""
        return self.program.content.shared.formats[name].of(self.language).strip()

    def told(self, name: str, **values: object) -> str:
        """One of the product's notices, as people read it."""
        text = self.program.content.shared.says[name].of(self.language).strip()
        return text.format(**values)

    def move(self, name: str) -> str:
        """How a universal move is typed."""
        return self.program.content.shared.moves[name].shown.of(self.language).strip()


@contextmanager
def build_office(
    folder: Path, browser: Browser, language: str, pictures: Path | None, **settings: object
) -> Iterator[Office]:
    """The company before anything listens; everybody speaks this language and may be written to at any hour."""
    known = Settings(data=folder / "data", key_file=folder / "key").model_copy(update=settings)
    program = build_program(known)
    always = {"language": language, "language_from": "person", "from_hour": 0, "to_hour": 24}
    program.store.write(lambda tx: tx.connection.execute(update(people).values(always)))
    yield Office(program, browser, AsyncExitStack(), "", language, pictures)
    program.database.close()


@asynccontextmanager
async def open_office(
    folder: Path, emulator: Path, browser: Browser, way: tuple[str, str], pictures: Path | None = None
) -> AsyncIterator[Office]:
    """`way` is http or socket, and the language of everybody; `pictures` the folder for what is seen, if wanted."""
    transport, language = way
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(take_port(0))
        port = listening.getsockname()[1]
        mode = "events" if transport == "http" else "socket"
        app = {**TOKENS, "mode": mode, "requestUrl": f"http://127.0.0.1:{port}/slack/events"}
        office = stack.enter_context(build_office(folder, browser, language, pictures))
        members = {one.email: one.name for one in office.program.reader.list_members()}
        url = await stack.enter_async_context(run_emulator(emulator, folder, app, members))
        ways = {"http": {"slack_signing_secret": SECRET}, "socket": {"slack_app_token": TOKENS["appToken"]}}
        given = {"slack_bot_token": TOKENS["botToken"], "slack_api_url": f"{url}/api/", **ways[transport]}
        office.program = replace(office.program, settings=office.program.settings.model_copy(update=given))
        server = await stack.enter_async_context(open_server(office.program))
        await stack.enter_async_context(serve(server.app, listening))
        office.url, office.stack = url, stack
        yield office
