"""The three firms of the handbook's outline as worked cases: what each had, as the class it protects and its cover.

`python -m tests.content.firms` writes docs/firms.md anew; its words are those of content/sample/firms.yaml.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from bot.engine.loader import read_yaml
from bot.handbook.cover import FLOOR, Cover, find_cover, to_squares
from bot.handbook.measures import LEAKERS, OBJECTIVES, ItemClass, read_measures
from tests.chat import content

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "firms.md"
JOINTS = {"ja": "、", "en": ", "}
SPACES = {"ja": "", "en": " "}

Words = Mapping[str, Any]
CATALOGUE: Words = content().catalogue["measures"]


class Firm(NamedTuple):
    """One firm as the outline tells of it, what it protects as we read it, and how that stands."""

    id: str
    told: Words
    item_class: ItemClass
    cover: Cover

    @property
    def squares(self) -> dict[tuple[str, str], str]:
        return to_squares(self.cover)

    def list_met(self, objective: str, leaker: str) -> list[str]:
        """The forms in which a square is in place."""
        cells = self.cover.cells.items()
        return [cell.form for cell, state in cells if cell[:2] == (objective, leaker) and state == "in_place"]


def read_page() -> Words:
    page: Words = read_yaml(ROOT / "content" / "sample" / "firms.yaml")
    return page


@cache
def list_firms() -> tuple[Firm, ...]:
    return tuple(_read_firm(name, told) for name, told in read_page()["firms"].items())


def _read_firm(name: str, told: Words) -> Firm:
    level, forms = int(told["class"]["level"].removeprefix("L")), frozenset(told["class"]["forms"])
    item_class = ItemClass(name, f"L{level}", level, forms, ())
    return Firm(
        name, told, item_class, find_cover(read_measures(CATALOGUE), item_class, dict.fromkeys(told["had"], "claimed"))
    )


class Writer(NamedTuple):
    """Writes the page in one language."""

    language: str
    words: Words

    def say(self, text: Words, **params: str) -> str:
        told = SPACES[self.language].join(text[self.language].split("\n")).strip()
        for name, value in params.items():
            told = told.replace("{" + name + "}", value)
        return told

    def join(self, table: str, names: list[str]) -> str:
        texts = [self.say(CATALOGUE[table][name].get("short") or CATALOGUE[table][name]["name"]) for name in names]
        return JOINTS[self.language].join(texts)

    def write(self) -> Iterator[str]:
        yield f"# {self.say(self.words['title'])}"
        yield self.say(self.words["intro"])
        for firm in list_firms():
            yield from self.write_firm(firm)
        yield f"## {self.say(self.words['all'])}"
        yield self.say(self.words["meaning"])
        yield "\n".join(self.tell_all())
        yield self.say(self.words["source"])

    def write_firm(self, firm: Firm) -> Iterator[str]:
        told, forms = firm.told, [form for form in CATALOGUE["forms"] if form in firm.item_class.forms]
        level = content().shared.formats[f"level_{firm.item_class.level}"].of(self.language)
        parts = {"level": level, "forms": self.join("forms", forms)}
        about = {name: self.say(told[name]) for name in ("trade", "reading")}
        yield f"## {self.say(told['name'])}"
        yield self.say(told["story"])
        yield self.say(self.words["about"], **parts, **about)
        yield f"**{self.say(self.words['had'])}**"
        yield "\n".join(f"- {self.say(text)} (`{name}`)" for name, text in told["had"].items())
        yield f"**{self.say(self.words['cover'])}**"
        yield "\n".join(self.draw(firm))
        yield self.tell_floor(firm)
        yield self.say(self.words["named"], objectives=self.join("objectives", told["named"]))
        yield f"**{self.say(self.words['gained'])}**"
        yield self.say(told["gained"])

    def draw(self, firm: Firm) -> Iterator[str]:
        yield f"| | {' | '.join(self.join('leakers', [leaker]) for leaker in LEAKERS)} |"
        yield "|---|---|---|---|---|"
        for objective in OBJECTIVES:
            states = [self.name_state(firm, objective, leaker) for leaker in LEAKERS]
            yield f"| {self.join('objectives', [objective])} | {' | '.join(states)} |"

    def name_state(self, firm: Firm, objective: str, leaker: str) -> str:
        state, met = firm.squares[objective, leaker], firm.list_met(objective, leaker)
        if state == "open" and met:
            return self.say(self.words["states"]["part"], forms=self.join("forms", met))
        return self.say(self.words["states"][state])

    def tell_floor(self, firm: Firm) -> str:
        floors = {cell.form: state for cell, state in firm.cover.cells.items() if cell.objective == FLOOR}
        sides = {
            side: self.join("forms", [form for form, state in floors.items() if (state == "in_place") == holds])
            for side, holds in (("told", True), ("untold", False))
        }
        return self.say(
            self.words["floor"], **{side: told or self.say(self.words["none"]) for side, told in sides.items()}
        )

    def tell_all(self) -> Iterator[str]:
        """The squares that are open in each of the firms, in every form."""
        for square in product(OBJECTIVES, LEAKERS):
            if all(firm.squares[square] == "open" and not firm.list_met(*square) for firm in list_firms()):
                yield f"- {self.name_square(*square)}: {self.say(CATALOGUE['opens'][square[0]][square[1]])}"

    def name_square(self, objective: str, leaker: str) -> str:
        return f"{self.join('objectives', [objective])} × {self.join('leakers', [leaker])}"


def write_page() -> str:
    """The whole of docs/firms.md: in Japanese, then in English."""
    words = read_page()["page"]
    return "\n\n".join(part for language in JOINTS for part in Writer(language, words).write()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
