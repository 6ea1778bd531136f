"""The ninety lines of the catalogue, answered as an expert of each department would, through the real conversation.

`python -m tests.content.experts` prints what came of it: replies an item, levels, agreement with `typical_level`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bot.conclusions import ClassifyItem
from bot.engine.loader import read_yaml
from tests.chat import IDS, Chat, content

HERE = Path(__file__).parent
MOST_REPLIES = 6
FORMS = {
    "outside": ("nonpublic", "duties", "lifetime"),
    "handling": ("forms", "ways", "marks", "useful"),
    "patent": ("analysable", "detect", "standard"),
}


class Played(NamedTuple):
    """One item settled: how many replies it took, and what was proposed beside what is typical."""

    line: str
    replies: int
    level: int
    typical: int
    reason: str
    questions: tuple[str, ...]
    judged: ClassifyItem


def read_experts() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(HERE / "experts.yaml")
    return found


def read_explained() -> Mapping[str, str]:
    """Why an expert's answers lead to another level than the catalogue calls typical, by line."""
    found: Mapping[str, str] = read_yaml(HERE / "disagreements.yaml")
    return found


def list_lines() -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Every line of the departments' packs with its field."""
    departments = content().catalogue["categories"]["departments"]
    return {name: (field, line) for field, pack in departments.items() for name, line in pack["lines"].items()}


def play(line_id: str, expert: Mapping[str, Any], language: str = "ja") -> Played:
    """Answer every question that is asked as the expert would, and put the proposal forward."""
    field, line = list_lines()[line_id]
    item = {
        "id": line_id,
        "name": line["name"]["ja"],
        "name_en": line["name"]["en"],
        "owner": IDS["sato"],
        **{name: line.get(name) for name in ("technical", "entrusted", "forms", "proposals")},
    }
    department = {"id": "d1", "name": {"ja": field, "en": field}, "field": field}
    chat = Chat("evaluation", language, {"item": item, "department": department, "turn": 2, "again": True})
    asked: list[str] = []
    while chat.ended is None:
        question = chat.position.partition("@")[0]
        asked.append(question)
        assert len(asked) < 12, (line_id, asked)
        answer(chat, question, expert)
    judged = chat.conclusions[0]  # the first conclusion of a finished evaluation
    assert isinstance(judged, ClassifyItem)
    typical, reason = int(line["typical_level"][1]), chat.facts["proposal"].reasons[0]
    return Played(line_id, len(asked), judged.level, typical, reason, (*asked,), judged)


def answer(chat: Chat, question: str, expert: Mapping[str, Any]) -> None:
    if question in FORMS:
        told = {name: expert[name] for name in FORMS[question] if name in expert}
        offered = {line.id: {one.id for one in line.choices} for line in chat.last_prompt.fields}  # type: ignore[union-attr]
        chat.submit({name: _offered(value, offered[name]) for name, value in told.items()})
    elif question == "others":
        places = [str(chat.choices.index(one) + 1) for one in expert["others"]]
        chat.say(" ".join(places))
    else:
        chat.choose("propose" if question == "conclusion" else expert[question])


def _offered(value: Any, offered: set[str]) -> Any:
    """What of an expert's list is shown at all; nothing of it is the choice for none."""
    if not isinstance(value, list):
        return value
    return [one for one in value if one in offered] or ["none"]


def play_all() -> Iterator[Played]:
    for line, expert in read_experts().items():
        yield play(line, expert)


def main() -> None:
    played = list(play_all())
    explained = read_explained()
    print(f"{len(played)} items, median {median(one.replies for one in played)} replies an item,", end=" ")
    print(f"most {max(one.replies for one in played)}")
    agreeing = [one for one in played if one.level == one.typical]
    print(f"{len(agreeing)} of {len(played)} agree with the catalogue's typical level")
    for one in played:
        if one.level != one.typical:
            print(f"  {one.line}: L{one.level} by {one.reason}, typical L{one.typical}: {explained.get(one.line, '?')}")


if __name__ == "__main__":
    main()
