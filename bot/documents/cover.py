"""How a class is protected and what would complete it, as text for a person and as plain values for programs.

Pure: it is handed what the record has of a class, and the flow whose words and reasoning are used. Ids in records,
words in text.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.documents.columns import to_lines
from bot.engine.asking import view_facts
from bot.engine.facts import Facts
from bot.engine.lexicon import Shared
from bot.engine.model import Flow, Value
from bot.engine.speaking import to_table
from bot.engine.words import Names, write
from bot.flows import measures
from bot.flows.measures_plan import list_suggested, read_catalogue, read_class, read_standing
from bot.handbook.cover import CELLS, FLOOR, NOT_APPLICABLE, PARTNER, find_cover, find_opened

WIDTH = 78  # columns of a terminal


def to_facts(flow: Flow, given: Mapping[str, Value], suggested: Value = None) -> Facts:
    """A class as the record has it, seen as an interview would of which nothing is answered but what was worked out."""
    known = Facts(given, {}, measures.DERIVED, flow.catalogue)
    answers = {"suggested": {known["inputs"]: suggested}} if suggested else {}
    return Facts(given, answers, measures.DERIVED, flow.catalogue)


def make_writer(flow: Flow, facts: Facts, shared: Shared, language: str) -> Callable[[Value], str]:
    """Writes values of the flow in one language."""
    return lambda value: write(value, language, shared, Names(messages=flow.messages), view_facts(facts))


# -- the cover ---------------------------------------------------------------------------------------------------------


def list_cells(facts: Facts) -> Iterator[dict[str, Any]]:
    """Every cell over the forms of a class, and its floors: how it stands and by which measures, also where there is
    nothing to need."""
    item_class, known = read_class(facts), read_catalogue(facts)
    cover = find_cover(known, item_class, read_standing(facts))
    for cell in CELLS:
        if cell.form in item_class.forms or (cell.leaker == PARTNER and cell.objective != FLOOR):
            yield {
                "department": facts["department"]["name"]["ja"],
                "class": item_class.id,
                "objective": cell.objective,
                "leaker": cell.leaker,
                "form": cell.form,
                "state": cover.cells.get(cell, NOT_APPLICABLE),
                "measures": list(cover.met_by.get(cell, ())),
            }


def list_map_lines(facts: Facts, say: Callable[[Value], str], spoken: str) -> Iterator[str]:
    """The map of a class under its name, and the same in a sentence; `spoken` is the pattern of that line."""
    table = to_table(facts["cover_table"], say)
    yield f"{say(facts['department']['name'])}  {say(facts['class_word'])}"
    yield say(facts["map_line"])
    yield from (f"  {line}" for line in to_lines(table, WIDTH - len("  ")))
    yield spoken.replace("{value}", table.spoken)


# -- the suggestion ----------------------------------------------------------------------------------------------------


def list_picks(facts: Facts, say: Callable[[Value], str], emails: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """What is planned or suggested for a class, in order, with who would see to it by when, why, and what is open
    without it."""
    opens = {one["measure"]: one["opens"] for one in facts["suggested"][facts["inputs"]]["picks"]}
    known, item_class, standing = read_catalogue(facts), read_class(facts), read_standing(facts)
    told, tasks = facts.catalogue["measures"]["measures"], measures.read_tasks(facts)
    for name, now in list_suggested(facts).items():
        owner, due = tasks[name]
        yield {
            "class": facts["class"]["id"],
            "measure": name,
            "name": say(dict(told[name]["short"])),
            "effort": told[name]["effort"],
            "now": now,
            "opens": opens.get(name) or [list(cell) for cell in find_opened(known, item_class, standing, name)],
            "owner": emails.get(owner or ""),
            "due": due,
            "reason": say(dict(told[name]["reason"])),
        }


def list_pick_lines(facts: Facts, say: Callable[[Value], str]) -> Iterator[str]:
    """The same as a person reads it."""
    yield f"{say(facts['department']['name'])}  {say(facts['class_word'])}"
    yield say(facts["filled_line"])
    for place, line in enumerate(facts["pick_lines"], 1):
        yield f"  {place} {say(line['label'])}   {say(line['note'])}"
    yield from filter(None, (say(facts[name]) for name in ("burden_line", "spared_line", "unmet_line")))
