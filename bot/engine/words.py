"""Filling `{places}` in a text from facts, in one language.

Knows how a person, a list, a number and a missing fact are written; the texts themselves live in content.
"""

import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from types import MappingProxyType
from typing import Any

from bot.engine.lexicon import Shared
from bot.engine.model import Text, Value

LENGTH_OF_MONTH = len("2026-12")
PLACE = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


@dataclass(frozen=True, slots=True)
class PersonName:
    """How to write one person: Japanese family name, English name, department in both languages."""

    ja: str
    en: str
    department: Text
    email: str = ""
    full: Text | None = None  # used where two of one name stand side by side


@dataclass(frozen=True, slots=True)
class Names:
    """What the shell looked up for one prompt: people by id, the company's facts, the surface's own texts."""

    people: Mapping[str, PersonName] = field(default_factory=dict)
    company: Mapping[str, Text] = field(default_factory=dict)
    surface: str = "terminal"
    messages: Mapping[str, Text] = field(default_factory=dict)  # the flow's own, which derived facts name


def places(text: str) -> list[str]:
    """The names of the places in a text, in order."""
    return PLACE.findall(text)


def fill(text: str, values: Mapping[str, Value], language: str, shared: Shared, names: Names) -> str:
    """The text with every place filled; a place nobody can fill reads as not known yet, never as a brace."""

    def put(found: re.Match[str]) -> str:
        return write(_look_up(found.group(1), values, language, shared, names), language, shared, names, values)

    lines = [(line, PLACE.sub(put, line)) for line in text.split("\n")]
    # A line that held nothing but places with nothing in them is not shown.
    return "\n".join(filled for line, filled in lines if filled.strip() or not line.strip()).strip()


def _look_up(place: str, values: Mapping[str, Value], language: str, shared: Shared, names: Names) -> Value:
    head, _, rest = place.partition(".")
    if head == "company":
        known = names.company.get(rest)
        return known.of(language) if known else shared.formats["missing"].of(language)
    if head == "surface":
        return shared.surfaces[names.surface][rest].of(language)
    value = values[head]
    return value.get(rest) if rest and isinstance(value, dict) else value


def write(
    value: Value, language: str, shared: Shared, names: Names, values: Mapping[str, Value] = MappingProxyType({})
) -> str:
    """One value as a person reads it: {person: id}, {ja, en}, {on: ISO date or month}, {days: number}, {message: name}
    with what its places take beside `values`, a list of values, or plain text."""
    if isinstance(value, dict) and "message" in value:
        # An answer kept from an earlier version may name a choice that this one no longer has.
        text = names.messages.get(value["message"], shared.formats["missing"]).of(language)
        return fill(text, ChainMap(value, values), language, shared, names)  # type: ignore[arg-type] # only read
    if isinstance(value, dict):
        return _write_record(value, language, shared, names)
    if isinstance(value, list | tuple):
        return _write_list([write(part, language, shared, names, values) for part in value], language, shared)
    if value is None:
        return shared.formats["missing"].of(language)
    return str(value)


def _write_list(parts: Sequence[str], language: str, shared: Shared) -> str:
    joined = shared.formats["joiner"].of(language)
    return reduce(lambda left, right: joined.replace("{left}", left).replace("{right}", right), parts) if parts else ""


def _write_record(value: Mapping[str, Any], language: str, shared: Shared, names: Names) -> str:
    if "person" in value:
        return write_person(value["person"], language, shared, names, value.get("form", "person"))
    if "on" in value or "days" in value:
        return _write_time(value, language, shared)
    if "form" in value:
        return shared.formats[value["form"]].of(language)
    if "ja" in value:
        return str(value["en" if language == "en" else "ja"])
    if "own" in value:
        return str(value["own"])
    return shared.formats["missing"].of(language)


def _write_time(value: Mapping[str, Any], language: str, shared: Shared) -> str:
    """A day or a month of a year that the person knows, or a number of days; what is none of it reads as it is."""
    if "days" in value:
        return shared.formats["days"].of(language).replace("{count}", str(value["days"]))
    iso = str(value["on"])
    try:
        day = date.fromisoformat(iso if len(iso) > LENGTH_OF_MONTH else f"{iso}-01")
    except ValueError:
        return iso
    month = shared.formats["months"].of(language).split()[day.month - 1]
    if len(iso) == LENGTH_OF_MONTH:
        return month
    return shared.formats["day"].of(language).replace("{month}", month).replace("{day}", str(day.day))


def write_person(person: str | None, language: str, shared: Shared, names: Names, form: str = "person") -> str:
    """A person by name and honorific; `person_at` adds the department. Somebody unknown reads as such."""
    known = names.people.get(person or "")
    if known is None:
        return shared.formats["nobody"].of(language)
    alike = [one for one in names.people.values() if one.ja == known.ja and one.email != known.email]
    name = known.full.of(language) if alike and known.full else (known.en if language == "en" else known.ja)
    pattern = shared.formats[form].of(language)
    return pattern.replace("{name}", name).replace("{department}", known.department.of(language))
