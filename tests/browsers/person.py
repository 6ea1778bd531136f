"""Somebody in front of Slack in a browser: types, presses and fills in what is really there, and waits for the answer.

Knows the emulator's page and nothing of interviews; every wait is for something to be seen, none for time to pass.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browsers.emulator import talk_of, user_of

PATIENCE = 30_000  # milliseconds
MARK = "\u25b8"  # before what is proposed
PLACE = re.compile(r"\{\w+\}")  # in a text of content

OURS = "[...document.querySelectorAll('.msg')].filter(m => m.querySelector('.badge-app') && m.dataset.ts > seen)"
ASKS = "m => m.querySelector('.bk-actions, .bk-context, .bk-input')"
HEARD = (
    f"([seen, asks, holds]) => {{ const found = {OURS}; "
    f"return found.some(asks ? {ASKS} : () => true) && found.map(m => m.innerText).join('\\n').includes(holds) }}"
)
# The emulator runs the lines of a plain text together, which Slack does not.
STYLE = ".bk-text, .bk-context-text { white-space: pre-line }"
READ = (
    f"seen => {OURS}.map(m => "
    f"({{ts: m.dataset.ts, text: m.querySelector('.blocks, .msg-text').innerText, asks: !!({ASKS})(m)}}))"
)


@dataclass
class Person:
    """Made by `Office.seat`, in the conversation with us."""

    page: Page
    email: str
    pictures: Path | None = None
    seen: str = ""  # the latest message taken in
    cards: list[str] = field(default_factory=list)  # the questions, by their message
    answered: int = 0  # of the questions, those that stood when this person last did something
    heard: list[str] = field(default_factory=list)  # all that came
    shots: Any = field(default_factory=lambda: count(1))

    # -- what a person does --------------------------------------------------------------------------------------------

    async def says(self, text: str, holds: str = "", asks: bool = True) -> str:
        """Type into the conversation; what came in return, as `hears` waits for it."""
        await self.types(text)
        return await self.hears(holds, asks)

    async def types(self, text: str) -> None:
        """The emulator's messages bear whole seconds: one typed in the second of the question seems older than it."""
        await self.page.wait_for_function("since => Math.floor(Date.now() / 1000) > since", arg=await self._second())
        self.answered = len(self.cards)
        composer = self.page.locator(".composer-input")
        await composer.fill(text)
        await composer.press("Enter")

    async def presses(self, label: str, holds: str = "", asks: bool = True) -> str:
        """A button of the latest question not answered yet that has it, once it is there."""
        while not (found := [one for one in self.cards[self.answered :] if await self._button(one, label).count()]):
            await self.hears()
        self.answered = len(self.cards)
        await self._button(found[-1], label).click()
        return await self.hears(holds, asks)

    async def remembers(self, label: str) -> dict[str, Any]:
        """The press of a button of the latest question, to be made when that is over."""
        channel = talk_of(self.email)
        told = await (await self.page.request.get(f"/_control/messages/{channel}")).json()
        card = next(one for one in told["messages"] if one["ts"] == self.cards[-1])
        rows = [block for block in card["blocks"] if block["type"] == "actions"]
        found = [(row, one) for row in rows for one in row["elements"] if one["text"]["text"] == label]
        action = {**found[0][1], "block_id": found[0][0]["block_id"]}
        return {"channel": channel, "messageTs": card["ts"], "user": user_of(self.email), "action": action}

    async def presses_late(self, press: Mapping[str, Any]) -> str:
        """As from a page that did not see the question end, or once more from one that did."""
        await self.page.request.post("/_control/interact", data=dict(press))
        return await self.hears()

    async def opens(self, label: str) -> None:
        """Press what opens a form."""
        await self.button(label).click()
        await expect(self.modal).to_be_visible(timeout=PATIENCE)
        await self.photograph("form")

    async def fills(self, values: Mapping[str, str | Sequence[str]]) -> None:
        """Lines of the open form, by label: a text, the label of a choice, or labels of several."""
        for label, wanted in values.items():
            line = self.modal.locator(".bk-input", has=self.page.locator(".bk-label", has_text=exactly(label)))
            if await line.locator(".bk-options").count():
                for one in [wanted] if isinstance(wanted, str) else wanted:
                    await line.locator("label", has_text=exactly(one)).locator("input").check()
            else:
                await line.locator("input").fill(str(wanted))
        await self.photograph("filled")

    async def submits(self, asks: bool = True) -> str:
        await self.modal.locator(".modal-btn.primary").click()
        await expect(self.modal).to_have_count(0, timeout=PATIENCE)
        return await self.hears(asks=asks)

    async def closes(self) -> None:
        """The form, by the cross in its corner: an accident."""
        await self.modal.locator(".modal-x").click()
        await expect(self.modal).to_have_count(0, timeout=PATIENCE)

    async def goes_to(self, channel: str = "") -> None:
        """Another channel, or back to the conversation with us; what stands there counts as seen once it is heard."""
        await self.page.goto(f"/archives/{channel or talk_of(self.email)}")
        await self.page.add_style_tag(content=STYLE)
        await self.page.locator(".actas select").last.select_option(user_of(self.email))
        await expect(self.page.locator(".composer-input")).to_be_visible(timeout=PATIENCE)
        self.seen = ""

    async def goes_home(self) -> str:
        """The Home tab, and what it says once it is there."""
        await self.page.locator(".sidebar-item", has=self.page.locator(".app-dot")).click()
        home = self.page.locator(".home-inner .blocks")
        await expect(home).to_be_visible(timeout=PATIENCE)
        await self.photograph("home")
        return await home.inner_text()

    # -- what a person sees --------------------------------------------------------------------------------------------

    async def hears(self, holds: str = "", asks: bool = True) -> str:
        """What was written to this person since, once this is in it and, where one is to come, a question."""
        await self.page.wait_for_function(HEARD, arg=[self.seen, asks, holds], timeout=PATIENCE)
        new = await self.page.evaluate(READ, self.seen)
        self.seen = new[-1]["ts"]
        self.cards += [one["ts"] for one in new if one["asks"]]
        self.heard.append("\n".join(one["text"] for one in new))
        await self.photograph("chat")
        return self.heard[-1]

    async def sees(self, text: str, times: int = 1) -> None:
        """So many messages with this in them."""
        await expect(self.page.locator(".msg", has_text=text)).to_have_count(times, timeout=PATIENCE)
        await self.photograph("seen")

    @property
    def modal(self) -> Locator:
        return self.page.locator(".modal")

    def button(self, label: str, card: int = -1) -> Locator:
        return self._button(self.cards[card], label)

    def _button(self, card: str, label: str) -> Locator:
        return self.page.locator(f'.msg[data-ts="{card}"]').locator(".bk-button", has_text=exactly(label))

    async def photograph(self, what: str) -> None:
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            name = f"{self.email.partition('@')[0]}-{next(self.shots):02}-{what}.png"
            await self.page.screenshot(path=self.pictures / name)

    async def _second(self) -> int:
        return int(await self.page.evaluate("Math.floor(Date.now() / 1000)"))


def exactly(label: str) -> re.Pattern[str]:
    """A label of content and nothing else, whatever stands in its places, proposed or not."""
    pieces = map(re.escape, PLACE.split(label))
    return re.compile(rf"^\s*{MARK}?{'.+'.join(pieces)}\s*$")
