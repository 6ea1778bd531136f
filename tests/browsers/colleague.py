"""Somebody in front of Teams in a browser: types, presses and fills in what is really there, and waits for the answer.

Knows the Playground's page and nothing of interviews; every wait is for something to be seen, none for time to pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browsers.person import PATIENCE, exactly

OURS = ".fai-OutputCard"  # what the bot wrote
CARDS = f"{OURS} .ac-adaptiveCard"
HEARD = (
    "([seen, asks, holds]) => { const found = [...document.querySelectorAll('" + OURS + "')].slice(seen); "
    "return found.some(m => asks ? m.querySelector('.ac-adaptiveCard') : m.innerText.trim())"
    " && found.map(m => m.innerText).join('\\n').includes(holds) }"
)
READ = "seen => [...document.querySelectorAll('" + OURS + "')].slice(seen).map(m => m.innerText)"


@dataclass
class Colleague:
    """Made by `Office.seat`, in the conversation with us."""

    page: Page
    email: str
    pictures: Path | None = None
    seen: int = 0  # messages taken in
    heard: list[str] = field(default_factory=list)  # all that came
    shots: Any = field(default_factory=lambda: count(1))

    async def says(self, text: str, holds: str = "", asks: bool = True) -> str:
        """Type into the conversation; what came in return, as `hears` waits for it."""
        await self.types(text)
        return await self.hears(holds, asks)

    async def types(self, text: str) -> None:
        box = self.page.locator("div[role=textbox][contenteditable=true]").first
        await box.click(timeout=PATIENCE)
        await self.page.keyboard.insert_text(text)
        await self.page.get_by_label("Send Message").click()

    async def presses(self, label: str, holds: str = "", asks: bool = True) -> str:
        """A button of the latest card that has it."""
        await self.page.locator("button", has_text=exactly(label)).last.click(timeout=PATIENCE)
        return await self.hears(holds, asks)

    async def ticks(self, *labels: str) -> None:
        """Choices of the latest card, by what stands beside them, their number aside."""
        for label in labels:
            await self.page.locator(CARDS).last.get_by_text(label).last.click(timeout=PATIENCE)
        await self.photograph("ticked")

    async def fills(self, values: Mapping[str, str]) -> None:
        """Lines of the latest card, by label."""
        for label, text in values.items():
            await self.page.locator(CARDS).last.get_by_label(label).last.fill(text, timeout=PATIENCE)
        await self.photograph("filled")

    async def hears(self, holds: str = "", asks: bool = True) -> str:
        """What was written to this person since, once this is in it and, where one is to come, a question."""
        await self.page.wait_for_function(HEARD, arg=[self.seen, asks, holds], timeout=PATIENCE)
        new = await self.page.evaluate(READ, self.seen)
        self.seen += len(new)
        self.heard.append("\n".join(new))
        await self.photograph("chat")
        return self.heard[-1]

    async def sees(self, text: str, times: int = 1) -> None:
        """So many messages with this in them."""
        await expect(self.page.locator(OURS, has_text=text)).to_have_count(times, timeout=PATIENCE)
        await self.photograph("seen")

    async def has_nothing_to_press(self, label: str) -> None:
        """A card that was answered has lost its buttons."""
        await expect(self.page.locator("button", has_text=exactly(label))).to_have_count(0, timeout=PATIENCE)

    async def photograph(self, what: str) -> None:
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            name = f"{self.email.partition('@')[0]}-{next(self.shots):02}-{what}.png"
            await self.page.screenshot(path=self.pictures / name)
