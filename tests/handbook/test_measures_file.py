"""The catalogue of measures as a company edits it: laid over ours it adds, hides and re-words, and what cannot be used
is refused with file and line, in both languages.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import OURS
from bot.engine.loader import ContentFault, read_catalogue
from bot.faults import word_fault
from bot.handbook.measures import read_measures
from bot.handbook.measures_file import MeasuresFile

FILE = "catalogue/measures.yaml"
SHAPES = {"measures": MeasuresFile}
TEXT = "\n      ja: |\n        文\n      en: |\n        text\n"
OWN = f"""\
measures:
  own-roll-call:
    name:{TEXT}    short:{TEXT}    also: [点呼]
    desc:{TEXT}    reason:{TEXT}    objectives: [C3]
    leakers: [employee]
    forms: [paper, object]
    level: L1
    effort: low
    owners: [business]
    reach: department
    group: people
    rank: 900
    source: [knowledge]
"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our catalogue cut down to its first measures, so that reading it takes no time."""
    written = (OURS / FILE).read_text(encoding="utf-8")
    head, first, second, *_ = re.split(r"^(?=  c\d-)", written, flags=re.MULTILINE)
    folder = tmp_path_factory.mktemp("ours")
    return lay(folder, head + first + second + written[written.index("\nsources:") :])


def lay(folder: Path, text: str) -> Path:
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def read_with(ours: Path, folder: Path, text: str) -> Any:
    """Our measures with these lines laid over them."""
    return read_catalogue([ours, lay(folder / "own", text)], SHAPES)["measures"]


def change(line: str, put: str) -> str:
    """The company's own measure with one line other than it was; `# here` marks where the complaint belongs."""
    assert line in OWN
    return OWN.replace(line, put)


REFUSED = {
    "a wrong key": ("measures:\n  c1-need-to-know:\n    effrot: low # here\n", "unknown_key"),
    "a table that is none": ("mesures: {} # here\n", "unknown_key"),
    "a level of its own": (change("level: L1", "level: L4 # here"), "not_one_of"),
    "an unknown effort": (change("effort: low", "effort: none # here"), "not_one_of"),
    "an unknown objective": (change("[C3]", "[C3, C6] # here"), "not_one_of"),
    "an unknown leaker": (change("[employee]", "[staff] # here"), "not_one_of"),
    "an unknown form": (change("[paper, object]", "[paper, film] # here"), "not_one_of"),
    "an unknown owner": (change("[business]", "[boss] # here"), "not_one_of"),
    "an unknown group": (change("group: people", "group: rules # here"), "not_one_of"),
    "an unknown reach": (change("reach: department", "reach: world # here"), "not_one_of"),
    "a yes that is none": (change("rank: 900", "rank: 900\n    hidden: perhaps # here"), "not_one_of"),
    "a floor beside its forms": (change("rank: 900", "rank: 900\n    floor: [knowhow] # here"), "not_one_of"),
    "a source without a title": (change("[knowledge]", "['found:nowhere'] # here"), "not_one_of"),
    "nobody who would leak": (change("[employee]", "[] # here"), "wrong_value"),
    "a rank in words": (change("rank: 900", "rank: first # here"), "wrong_value"),
    "a missing line": ("measures:\n  own-roll-call: # here\n    effort: low\n", "missing_key"),
    "one language only": (change(f"short:{TEXT}", "short: # here\n      ja: |\n        点呼\n"), "missing_key"),
    "an empty text": (
        change(f"short:{TEXT}", "short:\n      ja: |\n        点呼\n      en: | # here\n\n"),
        "missing_key",
    ),
    "trust towards outsiders": (
        change("[C3]", "[C5]").replace("[employee]", "[outsider]") + "opens:\n  C5: {} # here\n",
        "missing_key",
    ),
    "a long label": (
        change("short:\n      ja: |\n        文", f"short:\n      ja: | # here\n        {21 * '長'}"),
        "text_too_long",
    ),
    "a long reason": (
        change(f"reason:{TEXT}", f"reason:\n      ja: |\n        文\n      en: | # here\n        {81 * 'x'}\n"),
        "text_too_long",
    ),
    "a rank that is taken": (change("rank: 900", "rank: {rank} # here"), "stands_twice"),
    "a word that is taken": (change("[点呼]", "[点呼, ｱｸｾｽ権] # here"), "stands_twice"),
    "a name not plain": (change("own-roll-call:", "朝の点呼: # here"), "not_plain"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused_where_it_stands(what: str, ours: Path, tmp_path: Path) -> None:
    """The complaint names the company's own file and the line that is to be mended, in a sentence of each language."""
    text, code = REFUSED[what]
    taken = next(iter(read_measures(read_catalogue([ours], SHAPES)["measures"]).values())).rank
    text = text.replace("{rank}", str(taken))
    with pytest.raises(ContentFault) as refused:
        read_with(ours, tmp_path, text)
    fault = refused.value
    here = next(number for number, line in enumerate(text.splitlines(), 1) if "# here" in line)
    assert (fault.code, fault.path, fault.line) == (code, str(tmp_path / "own" / FILE), here)
    told = word_fault(fault.code, path=fault.path, line=fault.line, **fault.params).splitlines()
    assert len(told) == 2
    assert all(fault.path in line and str(here) in line and "{" not in line for line in told)


def test_a_company_adds_a_measure_of_its_own(ours: Path, tmp_path: Path) -> None:
    """A measure in the company's folder stands beside ours."""
    catalogue = read_with(ours, tmp_path, OWN)
    measures = read_measures(catalogue)
    assert measures["own-roll-call"].rank == 900
    assert set(measures) - {"own-roll-call"} == set(read_measures(read_catalogue([ours], SHAPES)["measures"]))


def test_a_company_hides_a_measure_and_may_use_its_rank_and_words(ours: Path, tmp_path: Path) -> None:
    """A hidden measure is gone for reasoning, and what it took is free."""
    before = read_catalogue([ours], SHAPES)["measures"]
    hidden, told = next(iter(before["measures"].items()))
    own = change("rank: 900", f"rank: {told['rank']}").replace("[点呼]", f"[{told['also'][0]}]")
    measures = read_measures(read_with(ours, tmp_path, f"{own}  {hidden}:\n    hidden: yes\n"))
    assert hidden not in measures
    assert measures["own-roll-call"].rank == told["rank"]


def test_a_company_re_words_a_measure_and_nothing_else_of_it(ours: Path, tmp_path: Path) -> None:
    """A text in the company's folder takes the place of ours in that language; the rest stays as it was."""
    before = read_catalogue([ours], SHAPES)["measures"]
    name, told = next(iter(before["measures"].items()))
    after = read_with(ours, tmp_path, f"measures:\n  {name}:\n    short:\n      ja: |\n        自分たちの言い方\n")
    assert after["measures"][name] == {**told, "short": {**told["short"], "ja": "自分たちの言い方"}}
    assert read_measures(after) == read_measures(before)
