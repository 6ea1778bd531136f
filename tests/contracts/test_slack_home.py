"""The Home tab and the cards behind the command's words: fit to send, and inert whatever is in them."""

from typing import Any

import pytest

from adapters.slack import blocks as slack_blocks
from adapters.slack.blocks import Message, Part
from adapters.slack.home import (
    list_words,
    offer_hours,
    offer_languages,
    offer_topics,
    tell_items,
    tell_person,
    to_card,
    to_home,
    to_strangers_home,
    to_told,
    to_view,
)
from bot.overview import EVERYBODYS, OFFERED
from bot.prompts import Line, Overview, Told, Topic, Unfinished
from tests.chat import shared
from tests.contracts.block_kit import find_active, find_home_faults, find_message_faults, find_view_faults, texts_in
from tests.contracts.test_slack_inert import payloads

BOTH = ("ja", "en")
WORDS = (*EVERYBODYS, *OFFERED.values())


def make(text: str, language: str = "ja", count: int = 20, hours: tuple[int, int] = (9, 18)) -> Overview:
    """A page on which somebody's words stand wherever they may."""
    return Overview(
        language,
        tuple(Unfinished(f"i{place}", text, text) for place in range(min(count, 10))),
        text,
        text,
        tuple(Line(text, text) for _ in range(count)),
        text,
        tuple(Line(text, text) for _ in range(7)),
        text,
        hours,
        tuple(Line(text, text) for _ in range(min(count, 5))),
        WORDS,
    )


def cards(overview: Overview, language: str) -> list[Message]:
    words = list(shared().commands)
    return [
        to_card(overview.origin, list_words(words, language, shared())),
        to_card("?", [Part("", offer_languages("languages", language, shared()))]),
        to_card("?", [Part("", offer_hours("hours", overview.hours, language, shared()))]),
        to_card("?", offer_topics([Topic(f"t{n}", overview.origin, n > 1) for n in range(14)], language, shared())),
        to_card(tell_items(overview, shared())),
        to_card(tell_person(overview)),
        *(to_told(Told(language, overview=overview, part=part), shared()) for part in ("home", "register", "me")),
    ]


def faults_of(text: str, language: str = "ja", **more: Any) -> list[str]:
    overview = make(text, language, **more)
    faults: list[str] = []
    for home in (to_home(overview, shared()), to_strangers_home(language, shared())):
        faults += [*find_home_faults(home), *find_active(home)]
    for card in cards(overview, language):
        told = to_view(card, shared(), language)
        faults += [*find_message_faults(card), *find_active(card), *find_view_faults(told), *find_active(told)]
    return faults


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("count", [0, 1, 20])
def test_the_page_is_fit_for_slack(language: str, count: int) -> None:
    """Empty, with one of everything and full, it passes Slack's types, its models and our own rules."""
    assert faults_of("P-3 条件表", language, count=count) == []


@pytest.mark.parametrize("hours", [(0, 1), (0, 24), (23, 24), (9, 18)])
def test_any_span_of_hours_can_be_shown(hours: tuple[int, int]) -> None:
    """The menus always hold the hours as they are, and only hours that make a span."""
    assert faults_of("x", hours=hours) == []


def test_payloads_are_inert_on_the_page() -> None:
    """Every third payload as names of items, people and interviews: shown as what they are, and nothing acts."""
    for text in payloads()[:-1:3]:
        assert not faults_of(text, count=2), (text[:60], faults_of(text, count=2)[:3])


def test_payloads_act_without_protection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: unescaped, the same payloads are found to act."""
    monkeypatch.setattr(slack_blocks, "escape", str)
    monkeypatch.setattr(slack_blocks, "make_inert", str)
    assert sum(bool(faults_of(text, count=1)) for text in payloads()[:200:4]) > 5


@pytest.mark.parametrize("language", BOTH)
def test_what_can_be_pressed_can_be_typed(language: str) -> None:
    """Each word of the command stands in the card's plain text, so that nothing depends on a button."""
    text = cards(make("x", language), language)[0]["text"]
    assert all(words.shown.of(language) in text for words in shared().commands.values())


def test_what_a_page_leaves_out_is_told() -> None:
    """The lists end with how many more there are."""
    told = list(texts_in(to_home(make("ほか3件", count=1), shared())))
    assert sum("ほか3件" in one for one in told) >= 2


def test_the_page_lets_one_report_and_credit_a_colleague() -> None:
    """Both stand on it for everybody, as if the word were typed."""
    blocks = to_home(make("x"), shared())["blocks"]
    pressed = {one.get("value") for block in blocks for one in block.get("elements", ())}
    assert {"\nreport", "\ncredit"} <= pressed
