"""Slack's rendering: everything the flows show is fit to send, and stands alone as text."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from adapters.slack.render import to_closed, to_modal
from bot.prompts import Choice, End, Field, Notice, Prompt, Shown
from tests.chat import CONTENT, IDS, Chat, content, shared, work_out
from tests.contracts.block_kit import find_message_faults, find_schema_faults, find_view_faults, texts_in
from tests.contracts.slack_prompts import choices, elements, faults_of, make, render, token

BOTH = ("ja", "en")


def name_me(given: Any) -> Any:
    """The same with who is asked in the place of "me"."""
    if isinstance(given, dict):
        return {key: name_me(value) for key, value in given.items()}
    if isinstance(given, list):
        return [name_me(value) for value in given]
    return IDS["sato"] if given == "me" else given


# The examples of content, and what they leave out: (flow, given, replies).
WALKS = [
    *((flow, name_me(case.given), case.says) for flow, cases in content().cases.items() for case in cases),
    ("company", {}, ("5年", "内線201", "外の窓口", "社内AI", "顧問弁護士")),
    ("inventory", {}, ("はじめる", "プレスの条件表", "ほかにある", "旋盤の条件表", "送る", "はい", "古い図面", "はい")),
]
# Said wherever it may be: the small questions of the engine's own, and the notices beside them.
ASIDES = ["なぜ", "ヘルプ", "例", "直す", "そのまま", "一覧", "やめる", "続ける", "あいうえお", "英語で", "日本語で"]
ASIDES += ["あ" * 4100, "short", "休む"]


# -- every prompt of every flow ----------------------------------------------------------------------------------------


def walk(flow: str, facts: Any, says: Sequence[str], language: str) -> Iterator[list[Shown]]:
    """What a person is shown, step by step."""
    chat = Chat(flow, language, facts)
    yield [chat.last_prompt] if chat.last_prompt else []
    for typed in says:
        if chat.status != "open":
            chat.open(language)
        chat.say(typed)
        yield [*map(Notice, chat.notices), *([chat.last_prompt] if chat.last_prompt else [])]
        while chat.waits:  # seen by whoever comes before it is worked out
            chat.compute(work_out(chat.awaited[-1]))
            yield [chat.last_prompt] if chat.last_prompt else []


@cache
def shown_in(flow: str, language: str) -> list[list[Shown]]:
    """Each example as it is, and with every word that works anywhere said after its first reply."""
    mine = [(facts, says) for name, facts, says in WALKS if name == flow]
    mine += [(facts, (*says[:1], *ASIDES, *says[1:])) for facts, says in mine]
    steps = [step for facts, says in mine for step in walk(flow, facts, says, language)]
    return list({repr(step): step for step in steps}.values())


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("flow", sorted(content().flows))
def test_everything_shown_is_fit_for_slack(flow: str, language: str) -> None:
    """Each prompt and notice of each flow passes Slack's types, its models and our own rules, in both languages."""
    for step in shown_in(flow, language):
        assert not faults_of(*step), (faults_of(*step), step)


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("flow", sorted(content().flows))
def test_walk_meets_every_question(flow: str, language: str) -> None:
    """The walk above leaves out no question that this person can be asked."""
    assert find_unmet(flow, language) == set()


def find_unmet(flow: str, language: str) -> set[str]:
    """The questions this person can be asked that no walk reaches."""
    asked = {name for name, one in content().flows[flow].questions.items() if not one.by_others}
    return asked - {prompt.question.partition("@")[0] for prompt in prompts_in(flow, language)}


def prompts_in(flow: str, language: str) -> list[Prompt]:
    return [one for step in shown_in(flow, language) for one in step if isinstance(one, Prompt)]


def test_every_flow_is_walked() -> None:
    """Every folder of content is among the flows that are walked, and in each language people see as many questions."""
    folders = {path.name for path in (CONTENT / "flows").iterdir()}
    counts = {language: {flow: len(prompts_in(flow, language)) for flow in folders} for language in BOTH}
    print(f"{len(folders)} flows; prompts: {counts}; {sum(map(sum, (one.values() for one in counts.values())))} in all")
    assert folders == set(content().flows)
    assert counts["ja"] == counts["en"]
    assert all(counts["ja"].values())


@pytest.mark.parametrize("flow", sorted(content().flows))
def test_a_flow_that_nobody_walks_is_found_out(flow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without its examples, questions of the flow are missed."""
    monkeypatch.setattr("tests.contracts.test_slack_render.WALKS", [one for one in WALKS if one[0] != flow])
    monkeypatch.setattr("tests.contracts.test_slack_render.shown_in", shown_in.__wrapped__)
    assert find_unmet(flow, "ja")


@pytest.mark.parametrize("flow", sorted(content().flows))
def test_plain_text_stands_alone(flow: str) -> None:
    """Nothing is only in the blocks: body, list, title, every choice and field is in the text as well."""
    for step in shown_in(flow, "ja"):
        for prompt in (one for one in step if isinstance(one, Prompt)):
            text = html.unescape("\n".join(one["text"] for one in render(replace(prompt, preview=""))))
            labels = [choice.label for choice in prompt.choices]
            labels += [choice.label for field in prompt.fields for choice in field.choices]
            labels += [getattr(one, "row", "") or one.label for one in (*prompt.fields, *prompt.lines)]
            labels += [prompt.title, *prompt.body.split("\n")]
            rows = [(row.label, *row.cells) for row in prompt.table.rows] if prompt.table else []
            labels += [text for row in rows for text in row] + ([prompt.table.spoken] if prompt.table else [])
            assert not [label for label in labels if label not in text], (labels, text)


# -- what becomes what -------------------------------------------------------------------------------------------------


def test_choices_are_buttons_with_the_token() -> None:
    """Up to nine choices are buttons, each with the token and its choice; nothing else of the interview is there."""
    (message,) = render(make(choices=choices(9)))
    pressed = elements(message, "button")
    assert [one["value"] for one in pressed] == [f"{token(make())}\nc{place}" for place in range(1, 10)]
    assert [one["action_id"] for one in pressed] == [f"choose:{place}" for place in range(1, 10)]
    assert max(len(one["elements"]) for one in elements(message, "actions")) <= 5


def test_many_choices_are_a_menu() -> None:
    """From ten choices on they are picked and sent; beyond what a menu holds they are numbered to be typed."""
    (message,) = render(make(choices=choices(10)))
    assert elements(message, "radio_buttons") and [one["action_id"] for one in elements(message, "button")] == [
        "send:1"
    ]
    assert elements(render(make(choices=choices(100))), "static_select")
    many = render(make(choices=choices(300)))
    assert not elements(many, "static_select") and "300 選択300" in many[-1]["text"]
    assert not faults_of(
        make(choices=choices(300)), make(choices=choices(100)), make("several_of", choices=choices(99))
    )


def test_several_are_ticked_and_sent() -> None:
    """Several of a list are ticked under the question, proposals ticked already, and sent with the token."""
    prompt = make("several_of", choices=(*choices(3, chosen=True), Choice("none", "どれもない", exclusive=True)))
    (message,) = render(prompt)
    (ticks,) = elements(message, "checkboxes")
    assert [one["value"] for one in ticks["initial_options"]] == ["c1", "c2", "c3"]
    assert [one["value"] for one in elements(message, "button")] == [f"{token(prompt)}\n"]
    assert "0 どれもない" in message["text"]


def test_form_opens_and_can_be_typed() -> None:
    """A form is a button, with its fields as numbered lines beside; all proposed, it can be sent as it is."""
    field = Field("a", "one_of", "どこ", (*choices(2), Choice("none", "どれもない", exclusive=True)))
    (message,) = render(make("form", fields=(field,)))
    assert [one["action_id"] for one in elements(message, "button")] == ["open:1"]
    assert "1) どこ\n   1 選択1   2 選択2   0 どれもない" in message["text"]
    (filled,) = render(make("form", fields=(replace(field, filled="c1"),)))
    assert [one["action_id"] for one in elements(filled, "button")] == ["open:1", "send:1"]


def test_question_without_choices_is_only_asked() -> None:
    """Text, numbers and days are typed: there is nothing to press but the moves offered."""
    for kind in ("text", "number", "date"):
        (message,) = render(make(kind, hint="そのまま書いてください。", offers=("why", "pause")))
        assert [one["value"].split("\n")[1] for one in elements(message, "button")] == ["why", "pause"]


def test_notices_come_together_and_before_the_question() -> None:
    """Notices in a row are one message, a question is one of its own; an end says nothing."""
    messages = render(Notice("一"), Notice("二"), make(), Notice("三"), End("f", "done"))
    assert [one["text"].split("\n")[0] for one in messages] == ["一", "どれですか。", "三"]
    assert all(one["unfurl_links"] is one["unfurl_media"] is False for one in messages)


def test_long_text_is_kept_whole() -> None:
    """What is longer than a section or a message goes on in the next, parted where lines end."""
    lines = [f"{number}: {'あ' * 90}" for number in range(600)]
    messages = render(Notice("\n".join(lines)), make(body="\n".join(lines)))
    assert not [fault for one in messages for fault in find_message_faults(one)]
    assert [line for one in messages[:5] for line in one["text"].split("\n") if line][:600] == lines


def test_closed_card_has_nothing_to_press() -> None:
    """An answered card is its question and its answer."""
    closed = to_closed("どこですか。", "{answer} の <棚>", shared(), "ja")
    assert not [one for one in closed["blocks"] if one["type"] != "section"]
    assert "{answer} の &lt;棚&gt;" in closed["text"]


# -- modals ------------------------------------------------------------------------------------------------------------


def test_modal_takes_each_field_in_its_own_way() -> None:
    """Choices are ticked, words typed, days picked; what is proposed is there, and all may be left open."""
    fields = (
        Field("a", "yes_no", "有無", (Choice("yes", "はい", chosen=True), Choice("no", "いいえ")), "yes", "はい"),
        Field("b", "several_of", "形", choices(4), [{"own": "棚の上"}], "棚の上", own=True, limit=60),
        Field("c", "person", "人", (), "id", "森さん"),
        Field("d", "date", "日", (), "2026-11-09", "11月9日"),
        Field("e", "text", "名", limit=40),
        Field("f", "one_of", "列", choices(30)),
    )
    view = to_modal(make("form", fields=fields), shared(), token)
    assert not find_view_faults(view)
    inputs = {one["block_id"]: one["element"] for one in elements(view, "input")}
    assert list(inputs) == ["field:a", "field:b", "own:b", "field:c", "field:d", "field:e", "field:f"]
    assert all(one["optional"] for one in elements(view, "input"))
    assert inputs["field:a"]["initial_option"]["value"] == "yes"
    assert inputs["own:b"]["initial_value"] == "棚の上"
    assert inputs["field:c"]["action_id"] == "keep:3" and "initial_value" not in inputs["field:c"]
    assert "森さん" in inputs["field:c"]["placeholder"]["text"]
    assert inputs["field:d"]["initial_date"] == "2026-11-09"
    assert inputs["field:e"]["max_length"] == 40
    assert inputs["field:f"]["type"] == "static_select"
    assert (view["private_metadata"], view["callback_id"]) == (token(make()), "form")


def test_modal_of_many_fields_says_what_is_left_out() -> None:
    """More fields than a modal holds are not lost silently."""
    fields = tuple(Field(f"k{place}", "person", f"項目{place}", (), "id", "森さん") for place in range(120))
    assert not faults_of(make("form", fields=fields))
    assert shared().formats["chat_rest"].ja in texts_in(to_modal(make("form", fields=fields), shared(), token))


@pytest.mark.parametrize("language", BOTH)
def test_modal_of_several(language: str) -> None:
    """A list to tick can be a modal as well."""
    view = to_modal(make("several_of", choices=choices(4), language=language, title="x" * 200), shared(), token)
    assert not find_view_faults(view)
    assert [one["block_id"] for one in elements(view, "input")] == ["field:answer"]


def fill_in(view: dict[str, Any], pick: bool = False) -> dict[str, Any]:
    """What Slack hands back for a view sent as it opens, or with the first of each list, read as `render` says."""
    fields: dict[str, Any] = {}
    for block in elements(view, "input"):
        (role, _, name), element = block["block_id"].partition(":"), block["element"]
        options = element.get("options", [])[:1] if pick else []
        told = [one["value"] for one in options or element.get("initial_options", [])]
        if not element["type"].startswith(("checkboxes", "multi")):
            chosen = (options or [element.get("initial_option", {})])[0].get("value")
            told = chosen or element.get("initial_value") or element.get("initial_date") or ""
        if role == "own":
            fields[name] = [*fields[name], told] if told else fields[name]
        elif told or not element["action_id"].startswith("keep"):
            fields[name] = told
    return fields


def forms_in(flow: str) -> Iterator[Chat]:
    """A chat before each form of the examples."""
    for _, facts, says in (one for one in WALKS if one[0] == flow):
        for count in range(len(says)):
            chat = Chat(flow, "ja", facts).say(*says[:count])
            if chat.last_prompt and chat.last_prompt.kind == "form":
                yield chat


@pytest.mark.parametrize("flow", ["inventory", "evaluation"])
def test_modal_sent_as_it_opens_keeps_the_proposals(flow: str) -> None:
    """A modal that is sent untouched says what was proposed, and nothing of what was left open."""
    for chat in forms_in(flow):
        prompt = chat.last_prompt
        assert prompt
        answer = chat.submit(fill_in(to_modal(prompt, shared(), token))).answer(prompt.question)
        assert answer == {one.id: "unknown" if one.filled is None else one.filled for one in prompt.fields}


def test_modal_filled_in_is_taken() -> None:
    """What is picked in a modal becomes the answer, by the ids the options carry."""
    for chat in forms_in("evaluation"):
        prompt = chat.last_prompt
        assert prompt
        fields = fill_in(to_modal(prompt, shared(), token), pick=True)
        chat.submit(fields)
        if chat.asked == "aside:effect":  # an answer that is changed shows what that does before
            chat.choose("yes")
        assert chat.answer(prompt.question) == fields


# -- the checks themselves ---------------------------------------------------------------------------------------------


def wrong_messages() -> Iterator[tuple[str, dict[str, Any]]]:
    (good,) = render(make("several_of", choices=choices(3), body="x"))
    section, ticks, sending = good["blocks"][:3]
    element = ticks["element"]
    yield "unknown block", {**good, "blocks": [{"type": "sektion"}]}
    yield "misspelt property", {**good, "blocks": [{**section, "txt": "x"}]}
    yield "long section", {**good, "blocks": [{**section, "text": {**section["text"], "text": "x" * 3001}}]}
    yield "empty text", {**good, "blocks": [{**section, "text": {**section["text"], "text": ""}}]}
    yield "51 blocks", {**good, "blocks": [section] * 51}
    yield "same block", {**good, "blocks": [sending, sending]}
    yield "11 ticks", {**good, "blocks": [{**ticks, "element": {**element, "options": element["options"] * 4}}]}
    yield "13,001 characters", {**good, "blocks": [{**section, "text": {**section["text"], "text": "x" * 2900}}] * 5}
    yield "no text", {**good, "text": ""}


@pytest.mark.parametrize(("what", "message"), list(wrong_messages()))
def test_checks_find_what_slack_refuses(what: str, message: dict[str, Any]) -> None:
    """The three layers together see each of the usual mistakes."""
    assert find_message_faults(message), what


def test_schemas_know_views() -> None:
    """In a modal and on the home page, too, a block that Slack does not have is found."""
    view = to_modal(make("form", fields=(Field("a", "text", "名"),)), shared(), token)
    assert not find_view_faults(view)
    assert find_schema_faults("modal", {**view, "blocks": [{"type": "sektion"}]})
    assert not find_schema_faults("home", {"type": "home", "blocks": []})
    assert find_schema_faults("home", {"type": "home", "blocks": [{"type": "sektion"}]})
