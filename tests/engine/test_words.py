"""Filling the places of a text: people, lists, numbers, and what nobody knows."""

import pytest

from bot.engine.model import Text, Value
from bot.engine.words import Names, fill, places, write
from tests.chat import IDS, NAMES, shared


def said(text: str, language: str = "ja", **values: Value) -> str:
    return fill(text, values, language, shared(), NAMES)


def test_places_of_a_text() -> None:
    """Places are names in braces, in order; other braces are none."""
    assert places("{a} と {b.c}、{a}") == ["a", "b.c", "a"]
    assert places("{A} {} {1} { a }") == []


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3, "3"),
        ("型", "型"),
        ({"ja": "型", "en": "die"}, "型"),
        ({"own": "型"}, "型"),
        (["型", "治具"], "型、治具"),
        ([{"ja": "型", "en": "die"}, {"own": "治具"}, 3], "型、治具、3"),
        ([], ""),
    ],
)
def test_value_in_a_place(value: Value, written: str) -> None:
    """Numbers, texts of both languages, own words and lists are written as a person reads them."""
    assert said("[{it}]", it=value) == f"[{written}]"


def test_language_decides() -> None:
    """The other language takes the other words, also inside a list."""
    assert said("{it}", "en", it={"ja": "型", "en": "die"}) == "die"
    assert said("{it}", "en", it=[{"ja": "型", "en": "die"}, "jig"]) == "die, jig"


def test_people() -> None:
    """People are written by family name and honorific, with the department where it helps to tell them apart."""
    assert said("{who}", who={"person": IDS["sato"]}).startswith("佐藤")
    assert said("{who}", "en", who={"person": IDS["sato"]}).startswith("Sato")
    assert "営業部" in said("{who}", who={"person": IDS["yamamoto.aya"], "form": "person_at"})
    assert "Sales" in said("{who}", "en", who={"person": IDS["yamamoto.aya"], "form": "person_at"})
    nobody = shared().formats["nobody"].ja
    assert said("{who}", who={"person": "unknown id"}) == said("{who}", who={"person": None}) == nobody


def test_nobody_knows() -> None:
    """A place nobody can fill reads as not known yet, never as a brace."""
    missing = shared().formats["missing"]
    assert said("[{it}]", it=None) == f"[{missing.ja}]"
    assert said("[{it}]", "en", it={"something": "else"}) == f"[{missing.en}]"
    assert said("{company.lawyer}") == missing.ja


def test_company_and_surface() -> None:
    """Facts of the company and texts of the surface have places of their own."""
    names = Names(company={"retention": Text(ja="5年", en="five years")}, surface="terminal")
    assert fill("{company.retention}", {}, "en", shared(), names) == "five years"
    assert fill("{surface.trust}", {}, "ja", shared(), names) == shared().surfaces["terminal"]["trust"].ja


def test_parts_of_a_record() -> None:
    """A point reaches into a record."""
    assert said("{place.name}", place={"name": {"ja": "棚", "en": "shelf"}}) == "棚"


def test_what_is_filled_in_is_not_filled_again() -> None:
    """Braces a person typed stay as they were typed, alone and in a list."""
    assert said("[{it}]", it="{company.retention}") == "[{company.retention}]"
    assert said("[{it}]", it=["{me}", {"own": "{it}"}]) == "[{me}、{it}]"
    assert write("{left}", "ja", shared(), NAMES) == "{left}"
    assert write(["{left}", "{right}"], "ja", shared(), NAMES) == "{left}、{right}"
