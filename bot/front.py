"""What the reception needs of a surface: how it answers at once, and whom it knows. Protocols and values."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from bot.closing import Answered
from bot.incoming import Incoming
from bot.prompts import Overview, Prompt, Shown, Told
from bot.state.accounts import Account

A = TypeVar("A")


class Found(NamedTuple):
    """Somebody as the chat knows them. `email` is None for guests and whoever shows none."""

    email: str | None
    language: str
    timezone: str | None


class Front(Protocol[A]):
    """One surface, as the reception needs it. `A` is what it answers at once."""

    closes: bool  # answers a press with the card as it is then
    opens_forms: bool  # shows a form at once, over what was pressed
    keeps_home: bool  # shows each person a page that has to be kept fresh

    def nothing(self) -> A:
        """Received."""

    def reply(self, incoming: Incoming, told: Told) -> A:
        """For this person's eyes only."""

    def to_shown(self, answer: A) -> Sequence[Shown | Told]:
        """What a reply says, to be written into the conversation instead."""

    def ask(self, prompt: Prompt, over: bool = False) -> A:
        """A form to fill in, over what is there; in place of the form just sent where that is what was `over`."""

    def hold(self, incoming: Incoming, told: Told) -> A | None:
        """The form just sent, still open with what was filled in, and this said on it; None where that cannot be."""

    def close(self, answered: Answered, language: str) -> A:
        """The card with nothing left to press."""

    def is_among_us(self, incoming: Incoming, account: Account | None) -> bool:
        """Whether nobody but this person and we are where it happened."""

    def find_place(self, incoming: Incoming) -> str | None:
        """How to write to this person from now on, as far as this tells; None where it does not."""

    async def keep_place(self, incoming: Incoming, account: Account) -> None:
        """Remember a way to write that is not the one we knew."""

    async def read(self, incoming: Incoming) -> Found:
        """The address under which the directory may know who did this, with language and time zone."""

    async def show_home(self, user: str, overview: Overview) -> None:
        """The page of somebody of the directory, wherever such pages are kept."""

    async def show_strangers_home(self, user: str, language: str) -> None:
        """The page of somebody the directory does not know."""


def to_language(locale: object) -> str:
    """The language we speak that is nearest to a locale such as ja-JP; where the chat names none, Japanese."""
    return "ja" if str(locale or "ja").lower().startswith("ja") else "en"
