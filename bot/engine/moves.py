"""The universal moves: back, skip, don't know, later, why, example, help, change, language, pause, cancel, report.

Each works at any question and says what it did; what they read and write is the desk of one turn.
"""

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from bot.engine.answers import read_one
from bot.engine.asking import Line, read_lines
from bot.engine.choices import find_option, nearest
from bot.engine.desk import EACH, OVERLAID, SILENT, Desk, ask_again
from bot.engine.forms import next_open, read_form
from bot.engine.lexicon import Move, fold, fold_word
from bot.engine.model import Value
from bot.engine.numerals import read_number
from bot.engine.position import AGAIN, Reply
from bot.engine.reading import Accepted

MENTIONED = 75  # least rapidfuzz partial ratio (0-100) at which a text speaks of a question


def make_move(desk: Desk, move: Move) -> None:
    """Do one universal move."""
    MOVES[move.name](desk, move.argument)


def go_back(desk: Desk, _: str) -> None:
    """Ask the question before again, with its answer shown; from there once more one further back."""
    path = desk.snapshot.path
    at = desk.aside["key"] if desk.aside.get("kind") == "reask" else desk.snapshot.position
    before = path[: path.index(at)] if at in path else path
    if desk.aside.get("kind") not in (None, "reask", *SILENT):
        desk.drop_aside()
        return
    if not before:
        desk.say("nothing_before")
        return
    desk.set_aside("reask", key=before[-1])


def skip(desk: Desk, _: str) -> None:
    """Leave the question out; one asked again keeps the answer it had."""
    _leave(desk, "skipped")


def not_know(desk: Desk, _: str) -> None:
    """Say that one does not know; where that helps, examples are shown once first."""
    asking = desk.asking()
    if desk.aside.get("kind") == EACH:
        take_field(desk, "unknown")
        return
    if asking.question.on_unknown == "example" and not desk.aside:
        desk.say("example", key=asking.key)
        desk.set_aside("hinted")
        return
    shown = read_form(asking, {}, desk.reading) if asking.kind == "form" else None
    if isinstance(shown, Accepted):  # what is proposed stands, the open lines are not known
        desk.accept(asking.key, Reply("answered", shown.value, shown.filled))
        return
    _leave(desk, "unknown")


def postpone(desk: Desk, _: str) -> None:
    """Leave the question for the end, where it comes back once; with nothing else to ask before that, pause."""
    asking = desk.asking()
    if desk.aside.get("kind") in OVERLAID:
        desk.drop_aside()
    elif asking.question.on_later == "pause":
        pause(desk, "")
    elif asking.key in desk.snapshot.path:
        desk.apply(asking.key, Reply("later", AGAIN))
    else:
        desk.apply(asking.key, Reply("later"))
        if desk.snapshot.position == asking.key:
            desk.says.pop()
            pause(desk, "")


def _leave(desk: Desk, state: str) -> None:
    asking = desk.asking()
    if desk.aside.get("kind") == EACH:
        take_field(desk, "unknown")
    elif desk.aside.get("kind") not in (None, *SILENT):
        desk.drop_aside()
        desk.say("left_as_it_was")
    elif asking.question.required:
        desk.say("needed", key=asking.key)
    else:
        desk.apply(asking.key, Reply(state))


def take_field(desk: Desk, value: Value) -> None:
    """The value of the one field of a form that was asked; then the next open field, or the form is whole."""
    aside = desk.aside
    told = {**aside["told"], aside["at"]: value}
    form = ask_again(desk.route, desk.interview.given, desk.snapshot, aside["key"], desk.reading.shared)
    still = next_open(form, told)
    if still:
        desk.set_aside(**{**aside, "told": told, "at": still.id})
        return
    desk.snapshot = desk.snapshot._replace(aside=aside["over"])
    left = [line for line in form.fields if line.id not in told]
    value = {**{line.id: line.filled for line in left}, **told}
    reply = Reply("answered", value, tuple(line.id for line in left if not line.told))
    desk.accept(form.key, reply, "")  # what was typed stands in its fields; that it was typed has it confirmed


def tell_why(desk: Desk, _: str) -> None:
    desk.say("why", key=_told_about(desk))


def show_example(desk: Desk, _: str) -> None:
    desk.say("example", key=_told_about(desk))


def give_help(desk: Desk, _: str) -> None:
    desk.say("help", key=_told_about(desk))


def _told_about(desk: Desk) -> str:
    """The question of the flow that a why, example or help speaks of."""
    return str(desk.aside["key"]) if desk.aside.get("kind") in OVERLAID else desk.snapshot.position


def change(desk: Desk, argument: str) -> None:
    """Change a line of the list shown or an earlier answer; without a word of which, ask which."""
    asking = desk.asking()
    flow = desk.route.flow
    standing, shows = asking.question.edits or flow.edits, asking.question.shows or flow.shows
    place = read_number(argument) if argument else None
    meant = find_mentioned(desk, argument) if argument and place is None else None
    if standing and shows and (lines := read_lines(asking.facts, shows)):
        desk.set_aside("pick_line", shows=shows, edits=standing)
        _change_line(desk, standing, lines, argument)
        return
    path = desk.snapshot.path
    if not path:
        desk.say("nothing_before")
    elif place is not None and 1 <= place <= len(path):
        desk.set_aside("reask", key=path[int(place) - 1])
    elif meant:
        desk.set_aside("reask", key=meant)
    else:
        desk.set_aside("pick_answer")


def find_mentioned(desk: Desk, text: str) -> str | None:
    """The answered question of which a text speaks, by its words in a list or the label of a field; the latest."""
    folded = fold(text)
    for key in reversed(desk.snapshot.path):
        question = desk.route.flow.questions[key.partition("@")[0]]
        words = [question.words.noun, *(field.label for field in question.fields)]
        spoken = [fold_word(one).rstrip("?") for text in words if text for one in (text.ja, text.en)]
        if any(fuzz.partial_ratio(one, folded) >= MENTIONED for one in spoken if len(one) > 1):
            return key
    return None


def _change_line(desk: Desk, standing: str, lines: Sequence[Line], argument: str) -> None:
    """Open the line that the argument is the place or name of, if it is that of one."""
    options = desk.asking().options[: len(lines)]
    found = find_option(options, argument) or nearest(options, argument) if argument else None
    if found:
        desk.set_aside("open", key=f"{standing}@{found.id}")


def pause(desk: Desk, _: str) -> None:
    """Stop here; everything is kept and the next visit goes on from this question."""
    desk.status = "paused"
    desk.say("paused")


def cancel(desk: Desk, _: str) -> None:
    """Ask once, then really delete."""
    desk.set_aside("cancel", over=desk.aside.get("over") if desk.aside.get("kind") == "cancel" else desk.snapshot.aside)


def go_on(desk: Desk, _: str) -> None:
    """Return to the open question."""
    desk.drop_aside()


def show_list(desk: Desk, _: str) -> None:
    """Show the list the interview is making, if it makes one."""
    desk.say("list")


def speak_japanese(desk: Desk, _: str) -> None:
    _speak(desk, "ja")


def speak_english(desk: Desk, _: str) -> None:
    _speak(desk, "en")


def _speak(desk: Desk, language: str) -> None:
    desk.language = language
    desk.say("language")


def report(desk: Desk, _: str) -> None:
    """A suspected leak goes to people at once: say whom to reach. Nothing of it is kept here."""
    desk.say("report_desk")


def hand_over(desk: Desk, argument: str) -> None:
    """Give this whole interview to somebody else, where the flow lets one; to the one named with it, if one is."""
    hands = desk.route.flow.hands
    may = desk.route.asked_when.get(hands or "")
    if hands is None or (may and not may(desk.facts())):
        desk.say("not_handed_over")
        return
    open_standing(desk, hands)
    found = read_one(desk.asking(), argument, desk.reading) if argument else None
    if isinstance(found, Accepted):
        desk.accept(hands, Reply("answered", found.value), argument)


def name_somebody(desk: Desk, _: str) -> None:
    """The choice "someone else" asks for the name; the question stays."""
    desk.say("name_somebody")


MOVES: dict[str, Callable[[Desk, str], None]] = {
    "back": go_back,
    "skip": skip,
    "unknown": not_know,
    "later": postpone,
    "why": tell_why,
    "example": show_example,
    "help": give_help,
    "change": change,
    "pause": pause,
    "cancel": cancel,
    "continue": go_on,
    "list": show_list,
    "japanese": speak_japanese,
    "english": speak_english,
    "report": report,
    "hand_over": hand_over,
    "name_somebody": name_somebody,
}


def open_standing(desk: Desk, question: str) -> None:
    """Ask a standing question now; a question with `about` takes that fact's value at this moment."""
    about = desk.route.flow.questions[question].about
    desk.set_aside("open", key=f"{question}@{desk.facts()[about]}" if about else question)
