"""What the handbook says about leaks, as a company edits it: what cannot be used is refused with file and line."""

from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import OURS
from bot.engine.loader import ContentFault, read_catalogue
from bot.faults import word_fault
from bot.handbook.contacts_file import ContactsFile
from bot.handbook.incident import list_doubts, may_show, read_response
from bot.handbook.incident_file import IncidentFile

SHAPES = {"incident": IncidentFile, "contacts": ContactsFile}
FILES = ("catalogue/incident.yaml", "catalogue/contacts.yaml")
TEXT = "\n      ja: |\n        文\n      en: |\n        text\n"
CLOCK = f"""\
facts:
  own_fact:
    name:{TEXT}    asks:{TEXT}clocks:
  own-clock:
    name:{TEXT}    when:{TEXT}    needs: [own_fact]
    hours: 48
    source: [knowledge]
"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our two files alone, so that reading takes no longer than it must."""
    return lay(tmp_path_factory.mktemp("ours"), *((OURS / name).read_text(encoding="utf-8") for name in FILES))


def lay(folder: Path, *texts: str) -> Path:
    for name, text in zip(FILES, texts, strict=False):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def read_with(ours: Path, folder: Path, text: str) -> Any:
    return read_catalogue([ours, lay(folder / "own", text)], SHAPES)["incident"]


def change(line: str, put: str) -> str:
    """The company's own clock with one line other than it was; `# here` marks where the complaint belongs."""
    assert line in CLOCK
    return CLOCK.replace(line, put)


REFUSED = {
    "a table that is none": ("clockz: {} # here\n", "unknown_key"),
    "a wrong key": ("tasks:\n  fr-01:\n    ownr: it # here\n", "unknown_key"),
    "a strength of its own": ("signs:\n  sg-emp-01:\n    strength: strong # here\n", "not_one_of"),
    "an owner nobody is": ("tasks:\n  fr-01:\n    owner: boss # here\n", "not_one_of"),
    "an unknown way to go": ("traces:\n  camera:\n    stays: forever # here\n", "not_one_of"),
    "hours backwards": ("tasks:\n  fr-01:\n    due_hour: 1\n    start_hour: 5\n", "not_in_order"),
    "a button too long": (
        f"signs:\n  sg-emp-01:\n    short:\n      ja: | # here\n        {23 * '長'}\n",
        "text_too_long",
    ),
    "a line too many on the form": ("signs: # here\n  sg-emp-04:\n    shown: yes\n", "count_differs"),
    "a fourth thing of the first hour": (f"evidence_dont: # here\n  ev-x3:\n    first_hour:{TEXT}", "count_differs"),
    "a source without a title": (change("[knowledge]", "['found:nowhere'] # here"), "not_one_of"),
    "a fact nobody asks": (change("[own_fact]", "[own_fact, moon] # here"), "not_one_of"),
    "a fact twice": (change("hours: 48", "hours: 48\n    unless: [own_fact] # here"), "stands_twice"),
    "too many facts": (
        change(
            "hours: 48",
            "hours: 48\n    any_of: [sensitive, encrypted, insured, crime, contract, regulated, controlled, my_number]",
        ),
        "count_differs",
    ),
    "hours beside days": (change("hours: 48", "hours: 48\n    days: 2"), "one_only"),
    "a window without an end": (change("hours: 48", "hours: 48\n    from_day: 1 # here"), "goes_with"),
    "longer for no reason": (change("hours: 48", "days: 2\n    longer_days: 4 # here"), "goes_with"),
    "longer that is shorter": (
        change("hours: 48", "days: 5\n    longer_if: crime\n    longer_days: 4 # here"),
        "not_in_order",
    ),
    "days before none": (change("hours: 48", "days: -1 # here"), "wrong_value"),
    "a fact in capitals": (CLOCK.replace("own_fact:", "Own: # here").replace("[own_fact]", "[]"), "not_plain_fact"),
    "a clock in capitals": (change("own-clock:", "Own: # here"), "not_plain"),
    "a day that is none": (change("hours: 48", "hours: 48\n    confirmed: yesterday # here"), "wrong_value"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused_where_it_stands(what: str, ours: Path, tmp_path: Path) -> None:
    """The complaint names the company's own file and, where it is marked, the line; in a sentence of each language."""
    text, code = REFUSED[what]
    with pytest.raises(ContentFault) as refused:
        read_with(ours, tmp_path, text)
    fault = refused.value
    assert (fault.code, fault.path) == (code, str(tmp_path / "own" / FILES[0]))
    here = [number for number, line in enumerate(text.splitlines(), 1) if "# here" in line]
    assert fault.line in (here or range(1, len(text.splitlines()) + 1))
    told = word_fault(fault.code, path=fault.path, line=fault.line, **fault.params).splitlines()
    assert len(told) == 2
    assert all(fault.path in line and "{" not in line for line in told)


def test_a_contact_of_an_unknown_source_is_refused(ours: Path, tmp_path: Path) -> None:
    """Contacts say where they are from, too."""
    own = lay(tmp_path, "{}", "bodies:\n  police:\n    source: ['found:nowhere']\n")
    with pytest.raises(ContentFault) as refused:
        read_catalogue([ours, own], SHAPES)
    assert (refused.value.code, refused.value.line) == ("not_one_of", 3)


@pytest.mark.parametrize(
    "mail", ["counsel", "a@b.example, c@d.example", '"a@b.example\\nBcc: c@d.example"', "<a@b.example>", "counsel@"]
)
def test_a_contact_is_written_to_at_one_address_or_at_none(ours: Path, tmp_path: Path, mail: str) -> None:
    """What a mail server could read as more than one address, or as another line, is refused with its line."""
    text = "company:\n  outside-contact:\n    mail: {}\n"
    read = read_catalogue([ours, lay(tmp_path / "good", "{}", text.format("counsel@a.example"))], SHAPES)
    assert read["contacts"]["company"]["outside-contact"]["mail"] == "counsel@a.example"
    with pytest.raises(ContentFault) as refused:
        read_catalogue([ours, lay(tmp_path / "bad", "{}", text.format(mail))], SHAPES)
    assert (refused.value.code, refused.value.line) == ("wrong_value", 3)


def test_a_company_adds_a_clock_of_its_own_and_hides_one(ours: Path, tmp_path: Path) -> None:
    """A clock with a fact of its own stands beside ours, and a hidden one is gone."""
    response = read_response(read_with(ours, tmp_path, CLOCK + "  market:\n    hidden: yes\n"))
    assert response.clocks["own-clock"].hours == 48
    assert response.clocks["own-clock"].facts == ("own_fact",)
    assert "market" not in response.clocks
    assert "ppc-quick" in response.clocks


def test_what_a_lawyer_confirmed_is_no_doubt_any_more(ours: Path, tmp_path: Path) -> None:
    """A day at an entry takes its doubts off, and shows what waited for it; a plain date needs no marks."""
    before = read_catalogue([ours], SHAPES)["incident"]
    assert not may_show(before["protection"]["wb-law"])
    assert read_response(before).clocks["ppc-quick"].unverified
    text = "protection:\n  wb-law:\n    confirmed: 2026-12-05\nclocks:\n  ppc-quick:\n    confirmed: 2026-12-05\n"
    after = read_with(ours, tmp_path, text)
    assert may_show(after["protection"]["wb-law"])
    assert list_doubts(after["protection"]["wb-law"]) == ()
    assert read_response(after).clocks["ppc-quick"].unverified == ()
