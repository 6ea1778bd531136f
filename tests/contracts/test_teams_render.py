"""Teams' rendering: everything the flows show is fit to send, inert, and stands alone as text."""

import os
import re
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.home import to_home
from adapters.teams import cards
from adapters.teams.cards import MOST_BYTES, decode_choice, encode_choice, flatten, measure
from adapters.teams.home import to_told
from adapters.teams.render import to_activities, to_closed, to_standing
from bot.overview import EVERYBODYS, OFFERED
from bot.prompts import Choice, Field, Line, Notice, Overview, Prompt, Row, Shown, Table, Told, Topic, Unfinished
from tests.chat import content, shared
from tests.contracts.adaptive_card import find_faults, find_schema_faults
from tests.contracts.slack_prompts import choices, make, token
from tests.contracts.test_slack_inert import everywhere, payloads, read
from tests.contracts.test_slack_render import shown_in

LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
BOTH = ("ja", "en")
KINDS = ("yes_no", "one_of", "several_of", "text", "number", "date", "person", "form")


def render(*shown: Shown | Told) -> list[dict[str, Any]]:
    return to_activities(shown, shared(), token)


def to_message(card: Any) -> dict[str, Any]:
    return cards.to_message(card, "summary")


def faults_of(*shown: Shown | Told) -> list[str]:
    """What Teams would refuse or act upon in all of it: the messages and the answered cards."""
    faults = [fault for one in render(*shown) for fault in find_faults(one)]
    for prompt in (one for one in shown if isinstance(one, Prompt)):
        for answer in (None, prompt.title):
            faults += find_faults(to_message(to_closed(to_standing(prompt), answer, shared(), prompt.language)))
    return faults


def elements(payload: Any, kind: str) -> list[Any]:
    return [one for one in cards_of(payload) if one.get("type") == kind]


def cards_of(payload: Any) -> list[Any]:
    from tests.contracts.block_kit import objects_in

    return list(objects_in(payload))


# -- every prompt of every flow ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("flow", sorted(content().flows))
def test_everything_shown_is_fit_for_teams(flow: str, language: str) -> None:
    """Each prompt and notice of each flow passes the cards' own schema and our rules, in both languages."""
    for step in shown_in(flow, language):
        assert not faults_of(*step), (faults_of(*step), step)


@pytest.mark.parametrize("flow", sorted(content().flows))
def test_nothing_is_lost_on_a_card(flow: str) -> None:
    """Body, list, title, every choice and every field of a question can be read on its card or before it."""
    for step in shown_in(flow, "ja"):
        for prompt in (one for one in step if isinstance(one, Prompt)):
            seen = read("".join(map(str, _texts(render(prompt)))))
            wanted = [prompt.title, *prompt.body.split("\n"), *(line.label for line in prompt.lines)]
            wanted += [one.label for one in prompt.choices] + [one.label for one in prompt.fields]
            wanted += [choice.label for one in prompt.fields for choice in one.choices]
            missing = [
                text for text in wanted if text.strip() and read(flatten(text)) not in read(flatten(seen, 10**6))
            ]
            assert not [text for text in missing if read(text) not in seen], prompt


def _texts(value: Any) -> list[str]:
    """Everything a person reads, fallbacks aside."""
    names = ("text", "title", "label", "placeholder", "value")
    return [one[name] for one in cards_of(value) for name in names if isinstance(one.get(name), str)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", BOTH)
def test_every_kind_of_prompt_has_its_card(kind: str, language: str) -> None:
    """Few choices are buttons, many and several are picked and sent, a day has its calendar, a form its inputs."""
    fields = tuple(Field(one, one, f"{one}?", choices(3) if "of" in one else (), None) for one in KINDS[1:7])
    given = choices(3) if kind in ("yes_no", "one_of", "several_of") else ()
    prompt = make(kind, choices=given, fields=fields if kind == "form" else (), language=language, hint="h", moves="m")
    (activity,) = render(prompt)
    assert not faults_of(prompt)
    presses = [one["verb"] for one in elements(activity, "Action.Execute")]
    wanted = {
        "several_of": ["send"],
        "date": ["send"],
        "form": ["send"],
        "yes_no": ["choose"] * 3,
        "one_of": ["choose"] * 3,
    }
    assert presses == wanted.get(kind, [])


def test_every_cell_of_a_table_holds_something() -> None:
    """The corner above the labels and cells with nothing to say, too: clients leave an empty one out of its row."""
    table = Table(("x", "y"), (Row("z", ("", "1")), Row("w", ("2", ""))), "spoken")
    told = render(make("text", table=table))
    rows = [one["cells"] for one in elements(told, "TableRow")]
    assert [len(cells) for cells in rows] == [3, 3, 3]
    assert all(cell["items"] for cells in rows for cell in cells)
    assert not faults_of(make("text", table=table))


def test_what_must_be_chosen_says_so_in_the_persons_language() -> None:
    """A question that is picked and sent wants at least one, and says so; in a form everything may stay open."""
    for language, other in (("ja", "en"), ("en", "ja")):
        (activity,) = render(make("several_of", choices=choices(3), language=language))
        (asked,) = elements(activity, "Input.ChoiceSet")
        words = shared().formats["chat_nothing_chosen"]
        assert asked["isRequired"]
        assert asked["errorMessage"] == words.of(language).strip() != words.of(other).strip()
    form = make("form", fields=(Field("a", "several_of", "a", choices(3)),))
    assert not [one for one in cards_of(render(form)) if one.get("isRequired")]


def test_moves_need_nothing_filled_in() -> None:
    """Why and the like are pressed without what stands in the inputs; only sending takes it along."""
    (activity,) = render(make("several_of", choices=choices(3), offers=("why", "unknown")))
    taken = {one["verb"]: one["associatedInputs"] for one in elements(activity, "Action.Execute")}
    assert taken == {"send": "auto", "move": "none"}


@pytest.mark.parametrize("count", [10, 99, 100, 101, 400])
def test_more_than_a_card_holds_becomes_numbered_text(count: int) -> None:
    """However many choices there are and however long, each message stays within its size, and nothing is left out."""
    long = tuple(Choice(f"c{place}", f"{place}番の長い名前{'あ' * 200}") for place in range(count))
    for kind in ("one_of", "several_of"):
        shown = make(kind, choices=long, body="あ" * 9000, title="どれですか。")
        told = render(shown)
        assert not faults_of(shown)
        seen = "".join(_texts(told))
        assert all(f"{place}番の長い名前" in seen for place in range(count))


def test_a_form_too_large_for_a_card_can_be_typed() -> None:
    """Its fields and their choices go before it as numbered text."""
    fields = tuple(Field(f"f{place}", "several_of", f"{place}の欄", choices(90)) for place in range(4))
    shown = make("form", fields=fields, offers=("why",))
    assert not faults_of(shown)
    assert all(f"{place}の欄" in "".join(_texts(render(shown))) for place in range(4))


def test_an_answered_card_shrinks_to_its_answer() -> None:
    """Nothing is left to press, and the answer is there."""
    shown = make("one_of", choices=choices(3), body="長い前置き")
    closed = to_closed(to_standing(shown), "選択2", shared(), "ja")
    assert not [one for one in cards_of(closed) if str(one.get("type", "")).startswith(("Action", "Input"))]
    assert "選択2" in str(closed)
    assert measure(to_message(closed)) < measure(render(shown)[0])


# -- what people typed -------------------------------------------------------------------------------------------------


TEAMS_OWN = ("{{DATE(2026-11-30T00:00:00Z,SHORT)}}", "${name}", "[x](https://evil.example)")


def test_payloads_are_inert() -> None:
    """Mentions, links, formatting, templates, direction marks: whatever is typed shows what it is and does nothing."""
    *typed, largest = payloads()
    for text in [*TEAMS_OWN, *(typed if LONG else typed[::3])]:
        assert not faults_of(*everywhere(text)), (text[:60], faults_of(*everywhere(text))[:3])
    assert not faults_of(Notice(largest), make("text", body=largest))


@pytest.mark.parametrize(("name", "off"), [("make_inert", str), ("MARKUP", {}), ("TEMPLATE", re.compile("$^"))])
def test_payloads_act_without_protection(monkeypatch: pytest.MonkeyPatch, name: str, off: Any) -> None:
    """Negative control: with a protection off, payloads are found to act."""
    monkeypatch.setattr(cards, name, off)
    told = [*TEAMS_OWN, *payloads()[:-1]]
    assert any(faults_of(*everywhere(text)) for text in told)


def test_a_fault_is_found() -> None:
    """Negative control: what the schema does not know is a fault, and so is what is too large."""
    (activity,) = render(make("one_of", choices=choices(3)))
    card = activity["attachments"][0]["content"]
    assert not find_schema_faults(card)
    assert find_schema_faults({**card, "body": [{"type": "RichTextBlok"}]})
    assert find_schema_faults({**card, "bodies": []})
    assert find_faults({"type": "message", "text": "あ" * MOST_BYTES, "textFormat": "plain"})


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=400), st.sampled_from(BOTH))
def test_any_text_at_all(text: str, language: str) -> None:
    """No text makes an activity that Teams would refuse or act upon."""
    assert not faults_of(*everywhere(text, language))


@given(st.lists(st.text(alphabet="a,%2C5", max_size=6), max_size=5))
def test_values_come_back_from_a_list(values: list[str]) -> None:
    """However a value is spelt, it is one of a list again."""
    told = ",".join(map(encode_choice, values))
    assert [decode_choice(one) for one in told.split(",")] == (values or [""])


# -- beside any interview ----------------------------------------------------------------------------------------------


WORDS = (*EVERYBODYS, *OFFERED.values())


def page(text: str, language: str, count: int = 10) -> Overview:
    waiting = tuple(Unfinished(f"i{place}", text, text) for place in range(count))
    lines = tuple(Line(text, text) for _ in range(2 * count))
    return Overview(language, waiting, text, text, lines, text, lines[:7], text, (9, 18), lines[:5], WORDS)


def tales(text: str, language: str) -> list[Told]:
    words = tuple(shared().commands)
    pages = [Told(language, overview=page(text, language), part=part) for part in ("home", "register", "me")]
    choosing = [Told(language, text, chooses=one, hours=(9, 18)) for one in ("language", "hours")]
    topics = tuple(Topic(f"t{place}", text, place % 2 == 0) for place in range(14))
    choosing.append(Told(language, text, chooses="topics", topics=topics))
    return [Told(language, text, words=words), *choosing, *pages]


@pytest.mark.parametrize("language", BOTH)
def test_home_and_the_words_of_the_command_are_fit_for_teams(language: str) -> None:
    """The page of a person and the small cards, whatever is in them, are within size, in form and inert."""
    for text in [*payloads()[::7], "ふつうの名前"]:
        for told in tales(text, language):
            assert not find_faults(to_told(told, shared())), (text[:60], told.part)


def test_the_card_has_what_the_home_tab_has() -> None:
    """What waits, the items, campaigns, the person, languages, hours, words for topics, reports, credit stand on it."""
    card = to_told(Told("ja", overview=page("名前", "ja"), part="home"), shared())
    choices_made = [one["data"]["choice"] for one in elements(card, "Action.Submit")]
    waiting = [f"i{place}" for place in range(10)]
    assert choices_made == [*waiting, "language ja", "language en", "hours", *WORDS]
    assert str(card).count("名前") > 40


@pytest.mark.parametrize("language", BOTH)
def test_nothing_of_the_home_tab_is_missing_on_the_card(language: str) -> None:
    """Every line that Slack's Home shows, and every button of it, is on Teams' card; the control: not on a part."""
    overview = page("名前", language)
    home = cards_of(to_home(overview, shared()))
    shown = _lines(one["text"] for one in home if isinstance(one.get("text"), str))
    pressed = {one["value"].strip() for one in home if one.get("type") == "button"}
    card, part = (to_told(Told(language, overview=overview, part=name), shared()) for name in ("home", "me"))
    assert len(shown) > 30
    assert shown <= _lines(_texts(card))
    assert pressed <= {one["data"]["choice"] for one in elements(card, "Action.Submit")}
    assert not shown <= _lines(_texts(part))


def _lines(texts: Iterable[str]) -> set[str]:
    """Without the marks by which Slack writes bold."""
    return {line.strip(" *") for text in texts for line in text.split("\n")}


def test_notices_in_a_row_are_one_message() -> None:
    """What is told stands before the question as one plain text."""
    told = render(Notice("一"), Notice("二"), make("text"))
    assert [one.get("text") for one in told] == ["一\n二", None]
