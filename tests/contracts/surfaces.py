"""How each surface shows each kind of prompt, read off what it really renders: the table in docs/surfaces.md.

`python -m tests.contracts.surfaces` writes it anew.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.slack.render import to_closed as to_slack_closed
from adapters.slack.render import to_messages, to_modal
from adapters.slack.render import to_standing as to_slack_standing
from adapters.teams.render import to_activities
from adapters.teams.render import to_closed as to_teams_closed
from adapters.teams.render import to_standing as to_teams_standing
from adapters.terminal.render import to_text
from bot.prompts import Choice, Field, Line, Notice, Prompt, Row, Shown, Table
from tests.chat import shared
from tests.contracts.block_kit import objects_in
from tests.contracts.slack_prompts import choices, make, token

PAGE = Path(__file__).parents[2] / "docs" / "surfaces.md"
FORM = (
    Field("a", "one_of", "a", choices(3)),
    Field("b", "several_of", "b", choices(4), own=True),
    Field("c", "person", "c", (), "p", "Sato"),
    Field("d", "text", "d", limit=60),
    Field("e", "date", "e"),
)
YES_NO = (Choice("yes", "yes"), Choice("no", "no"))
KINDS: Mapping[str, Shown] = {
    "a notice": Notice("x"),
    "yes_no": make("yes_no", choices=YES_NO),
    "one_of, up to 9": make("one_of", choices=choices(9)),
    "one_of, 10": make("one_of", choices=choices(10)),
    "one_of, 11 to 100": make("one_of", choices=choices(40)),
    "one_of, more": make("one_of", choices=choices(120)),
    "several_of, up to 10": make("several_of", choices=choices(8)),
    "several_of, 11 to 100": make("several_of", choices=choices(40)),
    "several_of, more": make("several_of", choices=choices(120)),
    "text": make("text", hint="x"),
    "number": make("number", hint="x"),
    "days": make("days", hint="x"),
    "date": make("date", hint="x"),
    "person": make("person", hint="x"),
    "form": make("form", fields=FORM),
    "a table with a question": make("text", table=Table(("x", "y"), (Row("z", ("x", "y")),), "x"), hint="x"),
    "a list above a question": make("text", lines=(Line("x", "y"), Line("z")), hint="x"),
    "moves offered (why, pause …)": make("text", offers=("why", "pause"), hint="x"),
}
BUTTONS = {"choose": "button", "move": "button for a move", "open": "button that opens a modal", "send": "send button"}
INPUTS = {
    "checkboxes": "ticks",
    "radio_buttons": "radio buttons",
    "static_select": "menu",
    "multi_static_select": "menu of several",
    "plain_text_input": "line to type",
    "datepicker": "calendar",
    "Input.Text": "line to type",
    "Input.Date": "calendar",
}


def write_table() -> str:
    """The whole page."""
    rows = [f"| {name} | {tell_terminal(one)} | {tell_slack(one)} | {tell_teams(one)} |" for name, one in KINDS.items()]
    answered = f"| an answered question | stays above | {tell_slack_closed()} | {tell_teams_closed()} |"
    head = "| Prompt | Terminal | Slack | Teams |\n|---|---|---|---|"
    return "\n".join([TITLE, head, *rows, answered, ROOMS])


TITLE = """# How each surface shows what is asked

Read off what the surfaces really render, by `python -m tests.contracts.surfaces`; a test holds this page to it.
Whatever is shown, the same answer can be typed, and what a surface cannot show is numbered text. The web comes later.
"""


ROOMS = """
A private room for the team of a case is made in Slack alone, and offered only where our app has the rights for it. In
Teams a bot cannot make a group chat without rights in Graph, which we do not ask for; terminal and web have no rooms.
Decision 0018.
"""


def tell_terminal(shown: Shown) -> str:
    if isinstance(shown, Notice):
        return "text"
    text = to_text(shown, shared())
    numbered = len(re.findall(r"(?:^|\s)\d+\)? \S", text))
    return "numbered lines, then typed" if numbered else "text, then typed"


def tell_slack(shown: Shown) -> str:
    if isinstance(shown, Notice):
        return "plain text"
    messages = to_messages([shown], shared(), token)
    told = _join(_count(_list_slack(messages)), bool(_list_numbered(messages, shown)))
    if isinstance(shown, Prompt) and shown.kind == "form":
        return f"{told}; in the modal: {_join(_count(_list_slack(to_modal(shown, shared(), token))), False)}"
    return told


def tell_teams(shown: Shown) -> str:
    activities = to_activities([shown], shared(), token)
    if not isinstance(shown, Prompt):
        return "plain text"
    cards = [one for one in activities if "attachments" in one]
    return _join(_count(_list_teams(cards)), bool(_list_numbered(activities, shown)))


def tell_slack_closed() -> str:
    prompt = make("one_of", choices=choices(3), body="y")
    closed = to_slack_closed(to_slack_standing(prompt), "x", shared(), "en")
    return "question and answer, nothing to press" if not list(_list_slack([closed])) else "stays"


def tell_teams_closed() -> str:
    prompt = make("one_of", choices=choices(3), body="y")
    closed = to_teams_closed(to_teams_standing(prompt), "x", shared(), "en")
    return "shrinks to its answer, nothing to press" if not list(_list_teams([closed])) else "stays"


def _list_slack(payload: Any) -> Iterator[str]:
    for one in objects_in(payload):
        kind = one.get("type")
        if kind == "button":
            yield BUTTONS[one["action_id"].partition(":")[0]]
        elif kind == "rich_text_preformatted":
            yield "table in letters of one width"
        elif kind in INPUTS:
            yield INPUTS[kind]


def _list_teams(payload: Any) -> Iterator[str]:
    for one in objects_in(payload):
        kind = one.get("type")
        if kind == "Action.Execute":
            yield BUTTONS[one["verb"]]
        elif kind == "Table":
            yield "table"
        elif kind == "Input.ChoiceSet":
            few = one["style"] == "expanded"
            yield (
                ("ticks" if few else "menu of several") if one["isMultiSelect"] else "radio buttons" if few else "menu"
            )
        elif kind in INPUTS:
            yield INPUTS[kind]


def _list_numbered(messages: Sequence[Mapping[str, Any]], shown: Shown) -> list[str]:
    """Choices that stand in what is read as numbers alone: none of them can be pressed or picked."""
    pressed = {name for name in (*_list_slack(messages), *_list_teams(messages)) if "move" not in name}
    is_asked = isinstance(shown, Prompt) and bool(shown.choices)
    return ["numbered"] if is_asked and not pressed else []


def _count(names: Iterator[str]) -> list[str]:
    counted = Counter(names)
    return [name if count == 1 else f"{count} × {name}" for name, count in counted.items()]


def _join(told: Sequence[str], is_numbered: bool) -> str:
    parts = [*(["numbered text, typed"] if is_numbered else []), *told]
    return ", ".join(parts) or "text, then typed"


if __name__ == "__main__":
    PAGE.write_text(write_table(), encoding="utf-8")
