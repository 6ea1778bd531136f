"""What the ledger interview derives: which column of a company's own list holds what, and what its levels mean.

Pure. It sees heads, two samples and the values of a level, never the rows; `outlook` is told to it by who has the file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.engine.facts import Derive, Facts
from bot.engine.lexicon import fold, fold_word
from bot.engine.model import UNANSWERED
from bot.engine.position import Conclude

NOTHING = ("none", *UNANSWERED)
MOST_VALUES = 9  # values of the level that are asked
MOST_OFFERED = 7  # departments shown to choose from
MOST_TOLD = 5  # departments counted by name

Column = Mapping[str, Any]  # id, letter, head, samples, values


def _words(facts: Facts) -> Mapping[str, Any]:
    found: Mapping[str, Any] = facts.catalogue["ledger"]
    return found


def hear_head(head: str, words: Mapping[str, Any]) -> str | None:
    """What a column of this head holds (name, department, owner, level, place), or None where its words do not tell."""
    said = fold(head)
    if not said or any(fold_word(word) in said for word in words["never"]):
        return None
    fits = [
        (said == fold_word(word), len(word), kind)
        for kind, column in words["columns"].items()
        for word in (*column["is"], *column["holds"])
        if said == fold_word(word) or (word in column["holds"] and fold_word(word) in said)
    ]
    return max(fits, key=lambda fit: fit[:2])[2] if fits else None


def hear_level(value: str, words: Mapping[str, Any]) -> str | None:
    """Which of our levels a value of the list plainly says; letters, numbers and "high" are left to the person."""
    said = fold(value)
    return next((name for name, one in words["levels"].items() if said in map(fold_word, one["heard_as"])), None)


def propose_columns(columns: Sequence[Column], words: Mapping[str, Any]) -> dict[str, str]:
    """The column for each kind: the first whose head tells it."""
    found: dict[str, str] = {}
    for column in columns:
        kind = hear_head(column["head"], words)
        if kind:
            found.setdefault(kind, column["id"])
    return found


def _option(facts: Facts, name: str) -> dict[str, Any]:
    one = _words(facts)[name]
    return {"id": name, **one["label"], "also": one["heard_as"]}


def derive_column_options(facts: Facts) -> list[dict[str, Any]]:
    """Every column as a choice, in the order it is listed; a spreadsheet's letter is understood, too."""
    return _to_options(facts["columns"])


def _to_options(columns: Sequence[Column]) -> list[dict[str, Any]]:
    heads = [column["head"] for column in columns]
    return [
        {
            "id": column["id"],
            **_both(f"{head} ({column['letter']})" if heads.count(head) > 1 else head),
            "also": [column["letter"]],
        }
        for column, head in zip(columns, heads, strict=True)
    ]


def _both(text: str) -> dict[str, str]:
    return {"ja": text, "en": text}


def _to_lines(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        {"key": column["id"], "label": column["head"], "note": list(column["samples"]) or None} for column in columns
    ]


def _left(facts: Facts) -> list[Column]:
    """The columns that hold neither the name nor the department."""
    mapping = facts["mapping"]
    return [column for column in facts["columns"] if column["id"] not in (mapping["name"], mapping["department"])]


def _make_fields(facts: Facts, kinds: Sequence[str], columns: Sequence[Column]) -> list[dict[str, Any]]:
    words, offered = _words(facts), {column["id"] for column in columns}
    proposed = propose_columns(facts["columns"], words)
    return [
        {
            "id": kind,
            "kind": "one_of",
            **words["columns"][kind]["label"],
            "options": [*_to_options(columns), _option(facts, "none")],
            "filled": proposed[kind] if proposed.get(kind) in offered else None if kind == "name" else "none",
        }
        for kind in kinds
    ]


def derive_mapping(facts: Facts) -> dict[str, Any]:
    """Which column (an id, or None) holds what, the level of each value, and whose all rows are without a column."""
    what = facts["what"] if isinstance(facts["what"], dict) else {}
    more = facts["more"] if isinstance(facts["more"], dict) else {}
    chosen = {**what, **more}
    if isinstance(facts["name_column"], str) and facts["name_column"] not in NOTHING:
        chosen["name"] = facts["name_column"]
    kinds = ("name", "department", "owner", "level", "place")
    found = {kind: None if chosen.get(kind) in (None, *NOTHING) else chosen[kind] for kind in kinds}
    return {**found, "levels": _read_levels(facts, found["level"]), "whole": _find_whole(facts, found["department"])}


def _read_levels(facts: Facts, level: str | None) -> dict[str, int | None]:
    """The level of each value that was asked, by the value as the list has it; None where it was left open."""
    told = (facts["levels"] or {}).get(level) if level else None
    told, ranks = told if isinstance(told, dict) else {}, _words(facts)["levels"]
    values = enumerate(_values_of(facts, level))
    return {value: ranks[told[f"v{at}"]]["rank"] if told.get(f"v{at}") in ranks else None for at, value in values}


def _values_of(facts: Facts, level: str | None) -> list[str]:
    found: list[str] = next((column["values"] for column in facts["columns"] if column["id"] == level), [])
    return found[:MOST_VALUES]


def _find_whole(facts: Facts, column: str | None) -> str | None:
    """The department all rows belong to where no column says it: the head's own, or the one the manager names."""
    if column:
        return None
    if facts["reach"] == "own":
        return str(facts["own"])
    said = facts["which_department"]
    if isinstance(said, dict):
        named = [one["id"] for one in facts["departments"] if fold(said["own"]) in (fold(one["ja"]), fold(one["en"]))]
        return named[0] if named else None
    return None if said in (None, *UNANSWERED) else str(said)


def derive_department_choices(facts: Facts) -> list[dict[str, Any]]:
    """The person's own department first; where there are many, the others are written."""
    ordered = sorted(facts["departments"], key=lambda one: one["id"] != facts["own"])
    return [{"id": one["id"], "ja": one["ja"], "en": one["en"]} for one in ordered[:MOST_OFFERED]]


def derive_level_fields(facts: Facts) -> list[dict[str, Any]]:
    """One line for each value of the level, proposed where its words are plain."""
    words = _words(facts)
    options = [{"id": name, **one["label"], "also": one["heard_as"]} for name, one in words["levels"].items()]
    return [
        {
            "id": f"v{at}",
            "kind": "one_of",
            **_both(value),
            "options": [*options, _option(facts, "open")],
            "filled": hear_level(value, words) or "open",
        }
        for at, value in enumerate(_values_of(facts, facts["mapping"]["level"]))
    ]


def word_outlook(counts: Mapping[str, Any] | None, words: Mapping[str, Any]) -> dict[str, str]:
    """What would happen, as counted by who has the file: `rows new standing gone twice refused`, and `departments`
    as a list of (name in both languages, count)."""
    if counts is None:
        return dict(words["outlook"]["later"])
    counts = {**counts, "standing": counts["standing"] + counts["gone"]}
    phrase = words["outlook"]["counted" if counts["new"] else "nothing_new"]
    return {language: _fill(phrase[language], counts, language) for language in ("ja", "en")}


def _fill(text: str, counts: Mapping[str, Any], language: str) -> str:
    told = [f"{name[language]} {count}" for name, count in counts["departments"]]
    between = {"ja": "、", "en": ", "}[language]
    listed = between.join(told[:MOST_TOLD]) + ("…" if len(told) > MOST_TOLD else "")
    for name, value in {**counts, "departments": listed}.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


DERIVED: Mapping[str, Derive] = {
    "column_options": derive_column_options,
    "column_lines": lambda facts: _to_lines(facts["columns"]),
    "what_fields": lambda facts: _make_fields(facts, ("name", "department"), facts["columns"]),
    "left_lines": lambda facts: _to_lines(_left(facts)),
    "more_fields": lambda facts: _make_fields(facts, ("owner", "level", "place"), _left(facts)),
    "left_count": lambda facts: len(_left(facts)),
    "mapping": derive_mapping,
    "has_name": lambda facts: "yes" if (facts["what"] or {}).get("name", "none") not in NOTHING else "no",
    "names_department": lambda facts: "no" if facts["mapping"]["department"] or facts["reach"] == "own" else "yes",
    "department_choices": derive_department_choices,
    "level_column": lambda facts: facts["mapping"]["level"] or "none",
    "level_fields": derive_level_fields,
    "level_count": lambda facts: len(facts["level_fields"]),
    "outlook": lambda facts: word_outlook(None, _words(facts)),
}
CONCLUSIONS: Mapping[str, Conclude] = {}
