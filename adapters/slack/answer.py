"""What is answered to Slack at once: nothing, or what is wrong with a form, a word to one person, a modal. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything else that follows goes through the outbox."""

    errors: Mapping[str, str] = field(default_factory=dict)  # of a form, by block_id; it stays open
    text: str = ""  # for this person's eyes only
    blocks: Sequence[Json] = ()
    view: Json | None = None  # a modal
    way: str = "open"  # what to do with it: open, update (the one it came from), push (over that one)

    @property
    def says(self) -> Json:
        """What only this person shall see, as Slack takes it from a command or at a response_url; else empty."""
        if not (self.text or self.blocks):
            return {}
        blocks = {"blocks": list(self.blocks)} if self.blocks else {}
        return {"response_type": "ephemeral", "replace_original": False, "text": self.text, **blocks}


def to_reply(kind: str, answer: Answer) -> Json:
    """The body of the response; empty where Slack only wants to hear that we have it."""
    if kind == "submitted" and answer.errors:
        return {"response_action": "errors", "errors": dict(answer.errors)}
    if kind == "submitted" and answer.view is not None:
        return {"response_action": "push" if answer.way == "push" else "update", "view": dict(answer.view)}
    return answer.says if kind == "command" else {}
