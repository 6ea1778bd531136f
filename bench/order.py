"""The invented interview that is measured: an order at a workshop, thirteen questions of which twelve are asked.

Made here and not read from content, so that a change of wording never moves a figure.
"""

from collections.abc import Sequence

from bot.engine.model import Choice, Condition, Flow, Outcome, Question, Rule, Text, Words
from bot.engine.position import Reply

SOON, CALM = "today", "whenever"  # the two ways through the branch


def build_order() -> Flow:
    """Ten questions with choices, two texts, one number; `rush` is the one branch."""
    rush = Rule(when=Condition(operator="is", fact="rush", value=SOON), go="hour")
    questions = [
        _choose("work", ["repair", "painting", "engraving"], "customer"),
        _ask("customer", "text", "metal"),
        _choose("metal", ["steel", "copper", "brass"], "pieces"),
        _ask("pieces", "number", "rush"),
        _choose("rush", [SOON, CALM], "week", rush),
        _choose("hour", ["noon", "evening"], "finish"),
        _choose("week", ["this week", "next week", "next month"], "finish"),
        _choose("finish", ["polished", "brushed", "raw"], "mark"),
        _ask("mark", "text", "packing"),
        _choose("packing", ["paper", "box", "crate"], "delivery"),
        _choose("delivery", ["collected", "by post", "by courier"], "payment"),
        _choose("payment", ["cash", "card", "invoice"], "sure"),
        _choose("sure", ["send it", "keep it"], "placed"),
    ]
    return Flow(
        id="order",
        digest="0" * 64,
        status="published",
        first="work",
        title=_text("An order"),
        questions={question.id: question for question in questions},
        outcomes={"placed": Outcome(id="placed", text=_text("The order is placed."))},
    )


def _text(words: str) -> Text:
    return Text(ja=words, en=words)


def _ask(name: str, kind: str, go: str, *branches: Rule, choices: Sequence[str] = ()) -> Question:
    return Question.model_validate(
        {
            "id": name,
            "kind": kind,
            "words": Words(title=_text(f"Which {name}?")),
            "choices": tuple(Choice(id=choice, label=_text(choice)) for choice in choices),
            "next": (*branches, Rule(go=go)),
        }
    )


def _choose(name: str, choices: Sequence[str], go: str, *branches: Rule) -> Question:
    return _ask(name, "one_of", go, *branches, choices=choices)


def list_answers(way: str) -> list[tuple[str, str | int]]:
    """(question, value) from start to end, by this way through the branch."""
    branch = ("hour", "evening") if way == SOON else ("week", "next week")
    return [
        ("work", "engraving"),
        ("customer", "Kestrel & Daughters"),
        ("metal", "brass"),
        ("pieces", 24),
        ("rush", way),
        branch,
        ("finish", "brushed"),
        ("mark", "a running fox, facing left"),
        ("packing", "box"),
        ("delivery", "by courier"),
        ("payment", "invoice"),
        ("sure", "send it"),
    ]


def list_replies(way: str) -> list[Reply]:
    """The same answers as the engine keeps them."""
    return [Reply("answered", value) for _, value in list_answers(way)]
