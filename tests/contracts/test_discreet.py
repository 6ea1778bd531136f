"""What may show in no preview: the text beside the blocks, the summary and the text for clients without cards say one
neutral sentence, and everything stays to be read in the conversation.
"""

import html
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.render import to_messages
from adapters.teams.render import to_activities
from bot.prompts import Notice, Prompt
from tests.chat import content, shared
from tests.contracts.block_kit import texts_in
from tests.contracts.slack_prompts import choices, make, token
from tests.contracts.test_slack_render import shown_in

FLOWS = sorted(name for name, flow in content().flows.items() if flow.discreet)
BOTH = ("ja", "en")
LONG = "長い話" * 3_000


def list_prompts(flow: str, language: str) -> list[Prompt]:
    return [one for step in shown_in(flow, language) for one in step if isinstance(one, Prompt)]


def list_previews(prompt: Prompt | Notice) -> Iterator[str]:
    """All that a notification, or a client that shows neither blocks nor cards, might show of it."""
    for message in to_messages([prompt], shared(), token):
        yield message["text"]
    for activity in to_activities([prompt], shared(), token):
        yield from (activity[name] for name in ("text", "summary") if activity.get(name))
        yield from (one["content"]["fallbackText"] for one in activity.get("attachments") or ())


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("flow", FLOWS)
def test_nothing_of_a_discreet_flow_shows_outside(flow: str, language: str) -> None:
    """Whatever question it is, every preview is its neutral sentence alone; the question itself is in what is shown."""
    for prompt in list_prompts(flow, language):
        assert prompt.preview
        assert set(list_previews(prompt)) == {prompt.preview}
        seen = " ".join(texts_in([one["blocks"] for one in to_messages([prompt], shared(), token)]))
        assert prompt.title in html.unescape(seen)


@pytest.mark.parametrize("flow", FLOWS)
def test_without_its_preview_it_would_show(flow: str) -> None:
    """The control: as any other flow's, a question is told in full beside the blocks."""
    for prompt in list_prompts(flow, "ja"):
        assert any(prompt.title in one for one in list_previews(replace(prompt, preview="")))


@pytest.mark.parametrize("length", [10, len(LONG)])
def test_a_notice_of_any_length_stays_unseen(length: int) -> None:
    """What is told beside a question is whole in the conversation, in as many messages as it takes."""
    notice = Notice(LONG[:length], "ご確認が1件あります。")
    assert set(list_previews(notice)) == {notice.preview}
    for made in (to_messages([notice], shared(), token), to_activities([notice], shared(), token)):
        assert read(made).count("長") == notice.text.count("長")


@pytest.mark.parametrize("shown", [make(choices=choices(9)), make("text", title=LONG), make(body=LONG)])
def test_a_question_too_long_for_one_message_stays_unseen(shown: Prompt) -> None:
    """Where it takes several messages, each of them has the neutral sentence."""
    prompt = replace(shown, preview="ご確認が1件あります。")
    assert set(list_previews(prompt)) == {prompt.preview}


def read(made: Any) -> str:
    """What stands in blocks and cards."""
    parts = [[one.get("blocks"), [card["content"]["body"] for card in one.get("attachments") or ()]] for one in made]
    return json.dumps(parts, ensure_ascii=False)
