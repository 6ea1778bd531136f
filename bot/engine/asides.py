"""The engine's own small questions and what their answers do: did you mean, which one, change it, really stop.

Each handler takes the desk and the choice made; the question they stand beside stays where it was.
"""

from collections.abc import Callable
from typing import Any

from bot.engine.desk import EACH, OVERLAID, SILENT, Desk
from bot.engine.lexicon import Move
from bot.engine.moves import make_move, take_field
from bot.engine.position import Reply, Snapshot

Choose = Callable[[Desk, str, dict[str, Any]], str | None]


def is_small_question(desk: Desk) -> bool:
    """Whether an aside of this module is what the person has before them."""
    return desk.aside.get("kind", "hinted") not in (*OVERLAID, *SILENT, EACH)


def choose(desk: Desk, choice: str) -> str | None:
    """Settle the aside by the choice made. Returns text that is now to be read as a reply, if that came of it."""
    aside = desk.aside
    desk.drop_aside()
    return CHOICES[aside["kind"]](desk, choice, aside)


def _give_back(desk: Desk, aside: dict[str, Any]) -> None:
    """Put the question the aside came from before the person again, also where it was one asked out of turn."""
    if aside.get("over"):
        desk.snapshot = desk.snapshot._replace(aside=aside["over"])


def choose_near(desk: Desk, choice: str, aside: dict[str, Any]) -> None:
    _give_back(desk, aside)
    if choice == "yes" and desk.aside.get("kind") == EACH:
        take_field(desk, aside["value"])
    elif choice == "yes":
        desk.accept(aside["key"], Reply("answered", aside["value"]), aside["said"])


def choose_meant(desk: Desk, choice: str, aside: dict[str, Any]) -> None:
    """A message that could be a pause or an answer."""
    _give_back(desk, aside)
    if choice == "move":
        make_move(desk, Move(aside["move"]))
    else:
        desk.accept(aside["key"], Reply("answered", aside["value"]), aside["said"])


def choose_which(desk: Desk, choice: str, aside: dict[str, Any]) -> None:
    """One of several people of a name, for the question or for one line of its form."""
    _give_back(desk, aside)
    if choice not in aside["people"]:
        return
    if aside["field"] is None:
        desk.accept(aside["key"], Reply("answered", choice), aside["said"])
        return
    value = {**aside["value"], aside["field"]: choice}
    if aside["more"]:
        (field, people), *more = aside["more"]
        desk.set_aside(**{**aside, "field": field, "people": people, "value": value, "more": more})
        return
    desk.accept(aside["key"], Reply("answered", value, tuple(aside["filled"])), aside["said"])


def choose_line(desk: Desk, choice: str, aside: dict[str, Any]) -> None:
    if choice == "answers":
        desk.set_aside("pick_answer")
    elif choice != "keep":
        desk.set_aside("open", key=f"{aside['edits']}@{choice}")


def choose_answer(desk: Desk, choice: str, aside: dict[str, Any]) -> None:
    if choice != "keep":
        desk.set_aside("reask", key=choice)


def choose_effect(desk: Desk, choice: str, aside: dict[str, Any]) -> None:
    if choice == "yes":
        state, value, filled = aside["reply"]
        desk.apply(aside["key"], Reply(state, value, tuple(filled)), aside["said"])
    else:
        desk.say("left_as_it_was")


def choose_cancel(desk: Desk, choice: str, aside: dict[str, Any]) -> None:
    if choice != "yes":
        _give_back(desk, aside)
        desk.say("left_as_it_was")
        return
    desk.snapshot = Snapshot(desk.route.flow.first, (), {})
    desk.status, desk.erased = "cancelled", True
    desk.recorded.clear()
    desk.say("cancelled")


def choose_draft(desk: Desk, choice: str, aside: dict[str, Any]) -> str | None:
    """A text over the limit: the beginning is used, or the person writes it shorter."""
    _give_back(desk, aside)
    return str(aside["text"][: aside["limit"]]) if choice == "beginning" else None


def choose_stale(desk: Desk, choice: str, aside: dict[str, Any]) -> str | None:
    """A text typed before its question was seen: for the one before, for this one, or for neither."""
    _give_back(desk, aside)
    if choice == "neither":
        desk.say("left_as_it_was")
        return None
    if choice == "before":
        desk.set_aside("reask", key=aside["before"])
    return str(aside["text"])


CHOICES: dict[str, Choose] = {
    "near": choose_near,
    "meant": choose_meant,
    "which": choose_which,
    "pick_line": choose_line,
    "pick_answer": choose_answer,
    "effect": choose_effect,
    "cancel": choose_cancel,
    "draft": choose_draft,
    "stale": choose_stale,
}
