"""What a person did in a chat, in our words, before anybody knows who they are or which interview is meant: values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.events import Body, Pressed, Said, Submitted


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did in a chat. What a kind does not have is empty."""

    # said, pressed, moved, asked_form, submitted, command, asked (a button in place of a command's words), resumed,
    # shortcut, home, changed (a message), person (what the chat knows of one), uninstalled
    kind: str
    key: str  # the same for every copy of it: `<surface>:<team>:…`
    team: str
    user: str
    occurred_at: datetime
    channel: str = ""
    is_private: bool = False  # in a conversation of two; for a command it need not be the one with us
    token: str = ""  # what a button or a form carries of ours
    choice: str = ""  # of a button; name of a command, callback_id of a shortcut or form, tab, what changed, why gone
    text: str = ""
    removed: int = 0  # invisible characters taken out of the text
    files: int = 0  # that came with the text, and were not looked at
    # By field: option ids, typed texts; of a person: locale, timezone, gone.
    fields: Mapping[str, Any] = field(default_factory=dict)
    trigger: str = ""  # opens a modal, for three seconds
    message_ts: str = ""  # the message it happened to
    view: str = ""  # the modal it happened in
    reply_url: str = ""  # takes what only this person shall see
    retry: int = 0  # how often the chat had sent it before
    reference: Mapping[str, Any] = field(default_factory=dict)  # how to write there, where a channel does not say it


def to_body(incoming: Incoming, question: str = "", revision: int = 0) -> Body:
    """As an event body; a press is at the question and revision that its token stands for, found by the shell."""
    if incoming.kind == "pressed":
        return Pressed(question, revision, incoming.choice)
    if incoming.kind == "submitted":
        return Submitted(incoming.fields)
    return Said(incoming.text, incoming.removed)
