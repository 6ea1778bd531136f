"""How the values of an item are said: its level, class, reasons, state, owner. Ids in, words of content out.

Pure; an id that content has no word for is said as "other", never shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.lexicon import Shared
from bot.engine.words import Names, fill, write

Row = Mapping[str, Any]  # an item with its department, owner and opened body; what was judged may be missing


def read_judgement(row: Row) -> Mapping[str, Any]:
    """What was judged of an item; empty where nothing was."""
    found = row.get("judgement")
    return found if isinstance(found, Mapping) else {}


def list_ids(value: Any) -> list[str]:
    """The ids of a list that may be missing or be something else."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of content in one language."""

    shared: Shared
    language: str

    def say(self, name: str, /, **values: Any) -> str:
        """One of the formats of content."""
        text = self.shared.formats[name].of(self.language)
        return fill(text, values, self.language, self.shared, Names())

    def name(self, kind: str, id: Any) -> str:
        """The word for an id of this kind, say `reason` and `economic`."""
        name = f"{kind}_{id}"
        return self.say(name if name in self.shared.formats else "other")

    def names(self, kind: str, ids: Iterable[Any]) -> str:
        return self.join([self.name(kind, one) for one in ids])

    def join(self, parts: Iterable[str]) -> str:
        return write(list(parts), self.language, self.shared, Names())

    def pick(self, row: Row, name: str) -> str:
        """A value in the language asked, where the record has it; a name nobody can read is told as such."""
        if name == "name" and row.get("damaged"):
            return self.say("damaged_item", number=row["damaged"])
        return str((self.language == "en" and row.get(f"{name}_en")) or row.get(name) or "")

    def level(self, level: Any) -> str:
        return "" if level is None else self.name("level", level)

    def class_of(self, name: str | None) -> str:
        """A class such as `L3-desk` in words."""
        level, dash, way = (name or "").partition("-")
        return self.say("class", level=self.name("level", level[1:]), way=self.name("way", way)) if dash else ""

    def reason(self, row: Row) -> str:
        """What decided the level, in short: the first reason, or that a person decided otherwise."""
        judgement = read_judgement(row)
        if judgement.get("overruled"):
            return self.name("reason", "overruled")
        return next((self.name("reason", one) for one in list_ids(judgement.get("reasons"))), "")

    def owner(self, row: Row) -> str:
        """Who knows the item best, and where that is not settled yet, so."""
        name, how = self.pick(row, "owner_name"), f"how_{row.get('owner_how')}"
        return self.say(how, name=name) if name and how in self.shared.formats else name
