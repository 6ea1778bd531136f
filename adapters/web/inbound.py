"""From the fields of a posted form to what a visitor did. Pure and total: what is no form of ours is None."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.events import Body, Opened, Pressed, Said, Submitted

VISITOR = re.compile(r"[0-9a-f-]{36}")
LONGEST = 2000  # characters of one field
FIELD = "field:"


@dataclass(frozen=True, slots=True)
class Posted:
    """What a visitor did: at a draft of theirs, or with a receipt; `page` is the one they saw, each is seen once."""

    visitor: str
    body: Body
    question: str = ""
    receipt: str = ""
    page: str = ""
    switches: bool = False  # asks for the other language, and sends nothing

    @property
    def fields(self) -> Mapping[str, object]:
        """What is filled in, by field."""
        return self.body.fields if isinstance(self.body, Submitted) else {}


def read_posted(pairs: Sequence[tuple[str, str]]) -> Posted | None:
    """A form as names and values, in the order of the page."""
    told: dict[str, list[str]] = {}
    for name, value in pairs:
        told.setdefault(name, []).append(_clean(value))
    one: Mapping[str, str] = {name: values[0] for name, values in told.items()}
    if "receipt" in one:
        return Posted("", Said(one["receipt"]), receipt=one["receipt"])
    if not VISITOR.fullmatch(one.get("visitor", "")):
        return None
    page = one.get("page", "") if VISITOR.fullmatch(one.get("page", "")) else ""
    if "question" not in one:
        return Posted(one["visitor"], Opened(), page=page)
    if "switch" in one:
        return Posted(one["visitor"], Submitted(_read_fields(told)), one["question"], page=page, switches=True)
    if "choice" in one:
        revision = int(one["revision"]) if one.get("revision", "").isdecimal() else 0
        return Posted(one["visitor"], Pressed(one["question"], revision, one["choice"]), one["question"], page=page)
    return Posted(one["visitor"], Submitted(_read_fields(told)), one["question"], page=page)


def _read_fields(told: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Each field's one value, or all of them."""
    fields = {name.removeprefix(FIELD): values for name, values in told.items() if name.startswith(FIELD)}
    return {name: list(values) if len(values) > 1 else values[0] for name, values in fields.items()}


def _clean(text: str) -> str:
    """Without characters nobody can see."""
    return "".join(one for one in text[:LONGEST] if one.isprintable() or one in "\n\t").strip()
