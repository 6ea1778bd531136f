"""Slack's mark-up of a typed text, turned back into what the person typed. Pure; knows no payload."""

import re

# Slack writes a typed <, > and & as names, so whatever still stands between angle brackets is its own.
TOKEN = re.compile(r"<([^<>\n]*)>|&(amp|lt|gt);")
ESCAPED = {"amp": "&", "lt": "<", "gt": ">"}
SIGNS = {"@": "@", "#": "#", "!": "@"}  # a person, a channel, a group or everybody
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|mailto:|tel:)", re.IGNORECASE)


def to_typed(text: str) -> str:
    """Mentions as @name, or @id where Slack tells no name; links as they were typed; & < > as themselves."""
    return TOKEN.sub(_restore, text)


def _restore(found: re.Match[str]) -> str:
    if found[2]:
        return ESCAPED[found[2]]
    target, _, label = found[1].partition("|")
    target, label = _unescape(target), _unescape(label)
    if target.startswith("!date^"):
        return label
    if target[:1] in SIGNS:
        return _name(target, label)
    return _link(target, label)


def _name(target: str, label: str) -> str:
    sign = SIGNS[target[0]]
    name = label or target[1:].partition("^")[0]
    return name if name.startswith(sign) else sign + name


def _link(target: str, label: str) -> str:
    """What Slack made a link of by itself is its label; where a person laid words over an address, both."""
    bare = SCHEME.sub("", target)
    if not label:
        return bare if target.lower().startswith(("mailto:", "tel:")) else target
    return (
        label
        if SCHEME.sub("", label).rstrip("/") == bare.rstrip("/")
        else f"{label} ({bare if '://' not in target else target})"
    )


def _unescape(text: str) -> str:
    return TOKEN.sub(lambda found: ESCAPED.get(found[2] or "", found[0]), text)
