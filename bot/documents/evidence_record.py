"""An evidence pack as a Word document that a court can read: Japanese with English, every line with when, who, what and
what proves it.

Pure. Takes the pack's own values, and words for the ids in them; decides nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from bot.documents.word_file import WordFile
from bot.documents.wording import Wording

Told = Mapping[str, Any]
LOG = ("evidence", "handover")
HIDDEN = ("at", "who")  # of a line: they have columns of their own
BOTH = " / "


@dataclass(frozen=True, slots=True)
class Telling:
    """How a pack, or a line of a case, is said: in these languages, people and things by name."""

    pack: Told
    words: Sequence[Wording]
    names: Mapping[str, Told]  # id of the catalogue -> {ja, en}

    def say(self, name: str, /, **values: Any) -> str:
        """In each language, once where they are the same."""
        return BOTH.join(dict.fromkeys(one.say(f"pack_{name}", **values) for one in self.words))

    def knows(self, name: str) -> bool:
        return f"pack_{name}" in self.words[0].shared.formats

    def person(self, person: Any) -> str:
        known = self.pack["people"].get(person)
        return self._both(known) if known else self.value(person)

    def value(self, value: Any) -> str:
        """Whatever a line holds: names for ids, parts by their labels."""
        if value is None or isinstance(value, bool):
            return self.say("value_yes" if value else "value_no") if value is not None else ""
        if isinstance(value, Mapping):
            return self._join(value)
        if isinstance(value, list | tuple):
            return ", ".join(map(self.value, value))
        text = str(value)
        if text in self.pack["people"]:
            return self.person(text)
        known = self.names.get(text)
        if known:
            return self._both(known)
        return self.say(f"value_{text}") if self.knows(f"value_{text}") else text

    def _join(self, value: Told) -> str:
        if set(value) == {"ja", "en"}:
            return self._both(value)
        return "\n".join(self.fields(value))

    def _both(self, text: Told) -> str:
        return BOTH.join(dict.fromkeys(str(text[one.language]) for one in self.words))

    def fields(self, told: Told) -> Iterator[str]:
        """What is told, a line each, without what is empty."""
        for name, value in told.items():
            if name in HIDDEN or value in (None, "", [], {}):
                continue
            label = self.say(f"field_{name}") if self.knows(f"field_{name}") else self.value(name)
            yield f"{label}: {self.value(value)}"

    def at(self, instant: str | None) -> str:
        """On the clock of whoever made it, with its distance from UTC."""
        if not instant or "T" not in instant:
            return instant or ""
        return datetime.fromisoformat(instant).astimezone(ZoneInfo(self.pack["timezone"])).isoformat(" ", "seconds")


def write_record(telling: Telling, proofs: Mapping[int, str], key: str, guide: Sequence[str]) -> bytes:
    """The whole document; `proofs` are the commitments by number of line, `guide` says how it is verified."""
    pack, say = telling.pack, telling.say
    file = WordFile(say("title", number=pack["case"]["number"]), say("page"))
    file.add_line(say("made", time=telling.at(pack["made_at"]), name=telling.person(pack["made_by"])))
    file.add_line(f"{say('key')}: {key}")
    file.add_line(say("sealed"))
    file.add_line(say("guidance", zone=pack["timezone"]))
    for name, heads, list_rows in SECTIONS:
        rows = list(list_rows(telling, proofs))
        file.add_heading(say(name))
        if rows:
            file.add_table([say(f"col_{head}") for head in heads], rows, [PARTS.get(head, 4) for head in heads])
        else:
            file.add_line(say("none"))
    file.add_heading(say("proof"))
    for line in guide:
        file.add_line(line)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


Rows = Iterator[list[str]]


def _list_members(telling: Telling, _: Mapping[int, str]) -> Rows:
    for one in telling.pack["members"]:
        yield [telling.person(one["person"]), telling.value(one["role"]), telling.value(one["state"])]


def _list_report(telling: Telling, _: Mapping[int, str]) -> Rows:
    for line in telling.fields(telling.pack["report"]):
        name, _colon, told = line.partition(": ")
        yield [name, told]


def _list_record(telling: Telling, proofs: Mapping[int, str]) -> Rows:
    yield from (_write_line(telling, one, proofs) for one in telling.pack["record"])


def _list_log(telling: Telling, proofs: Mapping[int, str]) -> Rows:
    """What was taken, each followed by what became of it."""
    lines = [one for one in telling.pack["record"] if one["kind"] in LOG]
    for one in sorted(lines, key=lambda one: (_find_first(one), one["seq"])):
        yield _write_line(telling, one, proofs)


def _find_first(one: Told) -> int:
    return int(one["body"].get("of") or one["body"].get("corrects") or one["seq"])


def _write_line(telling: Telling, one: Told, proofs: Mapping[int, str]) -> list[str]:
    body = one["body"]
    what = "\n".join(telling.fields(body))
    kind = telling.say(f"kind_{one['kind']}") if telling.knows(f"kind_{one['kind']}") else one["kind"]
    return [
        str(one["seq"]),
        telling.at(body["at"]),
        telling.person(body["who"]),
        kind,
        what,
        proofs.get(one["seq"], ""),
    ]


def _list_tasks(telling: Telling, _: Mapping[int, str]) -> Rows:
    for one in telling.pack["tasks"]:
        name = one["body"].get("words") or telling.value(one["task"])
        yield [name, telling.person(one["owner"]), telling.value(one["state"]), telling.at(one["due_at"])]


def _list_deadlines(telling: Telling, _: Mapping[int, str]) -> Rows:
    for one in telling.pack["deadlines"]:
        due = telling.at(one["last_day"] or one["due_at"])
        yield [telling.value(one["clock"]), telling.value(one["state"]), due]


def _list_items(telling: Telling, _: Mapping[int, str]) -> Rows:
    for one in telling.pack["items"]:
        names = dict.fromkeys(filter(None, (one["name"], one["name_en"])))
        department = telling.value({"ja": one["department"], "en": one["department_en"]})
        level = BOTH.join(dict.fromkeys(words.level(one["level"]) for words in telling.words))
        places = telling.value(one["places"])
        yield [BOTH.join(names), department, telling.person(one["owner"]), level, places]


def _list_measures(telling: Telling, _: Mapping[int, str]) -> Rows:
    for one in telling.pack["measures"]:
        kept = str(one["kept_days"] or "")
        yield [telling.value(one["measure"]), telling.value(one["state"]), telling.person(one["owner"]), kept]


PARTS = {"seq": 1, "kind": 2, "at": 3, "who": 3, "what": 8, "proof": 4}  # widths of columns beside each other
LINE = ("seq", "at", "who", "kind", "what", "proof")
SECTIONS: Sequence[tuple[str, Sequence[str], Callable[[Telling, Mapping[int, str]], Rows]]] = (
    ("members", ("who", "role", "state"), _list_members),
    ("report", ("name", "what"), _list_report),
    ("log", LINE, _list_log),
    ("record", LINE, _list_record),
    ("tasks", ("name", "owner", "state", "due"), _list_tasks),
    ("deadlines", ("name", "state", "due"), _list_deadlines),
    ("items", ("name", "department", "owner", "level", "places"), _list_items),
    ("measures", ("name", "state", "owner", "kept"), _list_measures),
)
