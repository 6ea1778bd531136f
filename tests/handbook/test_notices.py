"""Drafts of reports, notices and requests: filled from the case, open about what is missing, a company's to edit."""

from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import OURS
from bot.engine.loader import ContentFault, read_catalogue
from bot.engine.words import places
from bot.faults import word_fault
from bot.handbook.incident import read_response
from bot.handbook.notices import draft, find_notice, list_missing
from bot.handbook.notices_file import NoticesFile
from tests.chat import content

TOLD: dict[str, Any] = content().documents["notices"]
NAMES = tuple(TOLD["notices"])
LANGUAGES = ("ja", "en")
FILE = "documents/notices.yaml"


def fill_all(name: str) -> dict[str, str]:
    return {place: f"<{place}>" for place in places(TOLD["notices"][name]["text"]["ja"])}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_draft_holds_every_fact_that_is_known(name: str, language: str) -> None:
    """With all facts nothing is missing, and each of them stands in the text."""
    facts = fill_all(name)
    told = draft(TOLD, name, facts, language)
    assert (told.missing, told.open) == ((), ())
    assert all(value in told.text for value in facts.values())
    assert TOLD["unknown"][language] not in told.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_draft_of_nothing_says_what_is_missing(name: str, language: str) -> None:
    """Without facts no place is left in braces, and every fact is either missing or may follow."""
    told = draft(TOLD, name, {}, language)
    assert "{" not in told.text
    assert {*told.missing, *told.open} == set(fill_all(name))
    assert len(list_missing(TOLD, told.missing, language)) == len(told.missing)
    assert told.note
    assert told.unverified


def test_one_fact_that_is_missing_is_named_alone() -> None:
    """Empty, blank and unknown are alike; nought is a number."""
    facts: dict[str, Any] = fill_all("ppc-final")
    for nothing in (None, "", "  ", []):
        assert draft(TOLD, "ppc-final", {**facts, "cause": nothing}, "ja").missing == ("cause",)
    assert draft(TOLD, "ppc-final", {**facts, "persons": 0}, "ja").missing == ()


def test_the_quick_report_may_leave_open_what_the_final_one_must_tell() -> None:
    """What is being looked into does not hold the quick report up."""
    quick, final = (draft(TOLD, name, {}, "ja") for name in ("ppc-quick", "ppc-final"))
    assert "cause" in quick.open
    assert "cause" in final.missing
    assert TOLD["open"]["ja"] in quick.text


def test_facts_in_both_languages_and_lists() -> None:
    """A fact of two languages is told in the one asked for, a list with its joints."""
    facts = {**fill_all("camera"), "places": [{"ja": "図面庫", "en": "drawing room"}, "P-3"]}
    assert "図面庫" in draft(TOLD, "camera", facts, "ja").text
    assert "drawing room, P-3" in draft(TOLD, "camera", facts, "en").text


@pytest.mark.parametrize("value", ["{contact}", ["{left}", "{right}"]])
def test_what_a_person_wrote_is_never_filled_again(value: Any) -> None:
    """Braces in a fact stay what they are."""
    text = draft(TOLD, "partner", {**fill_all("partner"), "outline": value}, "ja").text
    assert all(one in text for one in ([value] if isinstance(value, str) else value))


def test_deadlines_find_their_notice() -> None:
    """Each notice that meets a deadline names one there is; both reports and both notices have theirs."""
    clocks = read_response(content().catalogue["incident"]).clocks
    assert {one["clock"] for one in TOLD["notices"].values() if "clock" in one} <= set(clocks)
    assert all(find_notice(TOLD, name) for name in ("ppc-quick", "ppc-final", "person-notice", "contract", "police"))
    assert find_notice(TOLD, "market") is None


def test_no_request_to_others_tells_of_a_suspicion() -> None:
    """Who keeps cameras or logs is told what to keep, and none of the facts of the case."""
    secret = {"outline", "cause", "found_how", "items", "damage", "access", "data_items"}
    for name in ("camera", "logs"):
        assert secret.isdisjoint(fill_all(name))


# -- a company's own ---------------------------------------------------------------------------------------------------

REFUSED = {
    "an unknown place": (
        "notices:\n  camera:\n    text: # here\n      ja: |\n        {moon}\n      en: |\n        {moon}\n",
        "not_one_of",
    ),
    "a place in one language": (
        "notices:\n  camera:\n    text: # here\n      ja: |\n        {places}\n      en: |\n        there\n",
        "places_unlike",
    ),
    "open what is not there": ("notices:\n  camera:\n    may_stay_open: [cause] # here\n", "not_one_of"),
    "a source without a title": ("notices:\n  camera:\n    source: ['found:nowhere'] # here\n", "not_one_of"),
    "a wrong key": ("notices:\n  camera:\n    txt: {} # here\n", "unknown_key"),
}


def read_with(folder: Path, text: str) -> Any:
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    return read_catalogue([OURS, folder], {"notices": NoticesFile}, "documents")["notices"]


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused_where_it_stands(what: str, tmp_path: Path) -> None:
    """The complaint names the company's file and the line, in a sentence of each language."""
    text, code = REFUSED[what]
    with pytest.raises(ContentFault) as refused:
        read_with(tmp_path, text)
    fault = refused.value
    here = next(number for number, line in enumerate(text.splitlines(), 1) if "# here" in line)
    assert (fault.code, fault.path, fault.line) == (code, str(tmp_path / FILE), here)
    told = word_fault(fault.code, path=fault.path, line=fault.line, **fault.params).splitlines()
    assert len(told) == 2
    assert all(fault.path in line and "{" not in line for line in told)


def test_a_company_writes_its_own(tmp_path: Path) -> None:
    """A text laid over ours is the one that is drafted; the others stay."""
    own = (
        "notices:\n  camera:\n    text:\n      ja: |\n        {places} を頼みます\n      en: |\n        Keep {places}\n"
    )
    told = read_with(tmp_path, own)
    assert draft(told, "camera", {"places": "A"}, "en").text == "Keep A"
    assert list(told["notices"]) == list(NAMES)
