"""Prompts made for Slack's tests, and everything of them that Slack would refuse or act upon."""

from typing import Any

from adapters.slack.render import show_picture, to_closed, to_messages, to_modal, to_standing
from bot.prompts import Choice, Prompt, Shown
from tests.chat import shared
from tests.contracts.block_kit import find_active, find_message_faults, find_view_faults, objects_in


def token(prompt: Prompt) -> str:
    return "t" * 200


def render(*shown: Shown) -> list[dict[str, Any]]:
    return to_messages(shown, shared(), token)


def faults_of(*shown: Shown) -> list[str]:
    """What Slack would refuse or act upon in all of it: the messages, the modals, the answered cards."""
    faults = [fault for one in render(*shown) for fault in (*find_message_faults(one), *find_active(one))]
    for prompt in (one for one in shown if isinstance(one, Prompt)):
        pictured = [show_picture(one, "F0123456789", prompt) for one in render(prompt)]
        faults += [fault for one in pictured for fault in (*find_message_faults(one), *find_active(one))]
        closed = to_closed(to_standing(prompt), prompt.title, shared(), prompt.language)
        faults += [*find_message_faults(closed), *find_active(closed)]
        if prompt.kind in ("form", "several_of"):
            view = to_modal(prompt, shared(), token)
            faults += [*find_view_faults(view), *find_active(view)]
    return faults


def make(kind: str = "one_of", **more: Any) -> Prompt:
    return Prompt("f", "i", 3, more.pop("language", "ja"), "q", kind, more.pop("title", "どれですか。"), **more)


def choices(count: int, **more: Any) -> tuple[Choice, ...]:
    return tuple(Choice(f"c{place}", f"選択{place}", **more) for place in range(1, count + 1))


def elements(payload: Any, kind: str) -> list[Any]:
    return [one for one in objects_in(payload) if one.get("type") == kind]
