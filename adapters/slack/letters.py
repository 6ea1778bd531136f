"""The mark that Slack keeps beside a message of ours, by which each part of a letter is found again. Sends nothing."""

from collections.abc import Mapping
from typing import Any

from bot.envelopes import Envelope

EVENT = "secret_review_message"


def to_arguments(envelope: Envelope) -> dict[str, Any]:
    """For chat.postMessage and chat.update, but the channel."""
    metadata = {"event_type": EVENT, "event_payload": {"key": " ".join(envelope.marks)}}
    return {**(envelope.message or {}), "metadata": metadata}


def read_marks(message: Mapping[str, Any]) -> list[str]:
    """The marks of a message of ours, as conversations.history tells it; of any other none."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return []
    return str((metadata.get("event_payload") or {}).get("key", "")).split()
