"""Slack's front: what is answered at once, as messages for one person's eyes and modals; whom Slack knows.

Knows Block Kit through `render` and `home`, and no library of Slack's.
"""

from collections.abc import Sequence
from typing import Protocol

from adapters.slack.answer import Answer
from adapters.slack.blocks import Block
from adapters.slack.home import to_home, to_strangers_home, to_told, to_view
from adapters.slack.inbound import FIELD
from adapters.slack.render import Token, to_modal
from bot.closing import Answered
from bot.engine.lexicon import Shared
from bot.front import Found
from bot.incoming import Incoming
from bot.prompts import Notice, Overview, Prompt, Shown, Told
from bot.state.accounts import Account


class People(Protocol):
    """Slack's side of people."""

    async def read(self, team: str, user: str) -> Found: ...

    async def publish(self, user: str, view: Block) -> None: ...


class SlackFront:
    """What the reception needs of Slack."""

    closes = False  # the outbox changes an answered card
    opens_forms = True
    keeps_home = True

    def __init__(self, people: People, shared: Shared, token: Token) -> None:
        self.people = people
        self.shared = shared
        self.token = token

    def nothing(self) -> Answer:
        """Received."""
        return Answer()

    def reply(self, incoming: Incoming, told: Told) -> Answer:
        """Beside what was typed, or over what was pressed in a view."""
        card = to_told(told, self.shared)
        if incoming.view:
            return Answer(view=to_view(card, self.shared, told.language))
        return Answer(text=card["text"], blocks=card["blocks"])

    def to_shown(self, answer: Answer) -> Sequence[Shown | Told]:
        """Its text."""
        return [Notice(answer.text)] if answer.text else []

    def ask(self, prompt: Prompt, over: bool = False) -> Answer:
        """The modal of a form, or the next one in its place."""
        view = to_modal(prompt, self.shared, self.token)
        return Answer(view=view, way="update") if over else Answer(view=view)

    def hold(self, incoming: Incoming, told: Told) -> Answer | None:
        """Said below the last field: an error of one keeps a modal open."""
        fields = list(incoming.fields) if incoming.view else []
        return Answer(errors={FIELD + fields[-1]: told.text}) if fields else None

    def close(self, answered: Answered, language: str) -> Answer:
        """Nothing yet."""
        return Answer()

    def is_among_us(self, incoming: Incoming, account: Account | None) -> bool:
        """Whether it is our direct message."""
        return bool(account and account.channel and account.channel == incoming.channel)

    def find_place(self, incoming: Incoming) -> str | None:
        """The direct message in which they wrote; a command may come from anywhere."""
        return incoming.channel or None if incoming.kind in ("said", "changed") else None

    async def keep_place(self, incoming: Incoming, account: Account) -> None:
        """A direct message stays the same one."""

    async def read(self, incoming: Incoming) -> Found:
        """Asks Slack."""
        return await self.people.read(incoming.team, incoming.user)

    async def show_home(self, user: str, overview: Overview) -> None:
        """Publishes the Home tab."""
        await self.people.publish(user, to_home(overview, self.shared))

    async def show_strangers_home(self, user: str, language: str) -> None:
        """The same for somebody the directory does not know."""
        await self.people.publish(user, to_strangers_home(language, self.shared))
