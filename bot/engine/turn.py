"""One event handled: the interview before it, the interview after it, and what follows. Pure and synchronous.

Knows no words but those people type, no platform and no storage.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.asides import choose, is_small_question
from bot.engine.choices import find_option
from bot.engine.dates import DateWords
from bot.engine.desk import EACH, OVERLAID, SILENT, Desk
from bot.engine.forms import read_form
from bot.engine.interview import Interview, Recorded, Turn, follow_flow
from bot.engine.lexicon import Move, Shared, fold, has_letters, is_question, read_move, read_move_within, unquote
from bot.engine.moves import make_move, open_standing, take_field
from bot.engine.numerals import read_number
from bot.engine.position import Reply, Route, Snapshot, replay
from bot.engine.reading import Accepted, Half, Moved, Near, Reading, Refused, Result, Several
from bot.engine.replies import read_reply
from bot.events import Body, ColleagueAnswered, Computed, Event, Left, Opened, Pressed, Said, Stopped, Submitted

SHORT = 30  # a message up to this long may be a pause where text is collected; then it is asked back
# Moves that answer no question: done whenever they were typed, and the question before the person stays.
ASIDE_OF_ANY = ("why", "example", "help", "list", "japanese", "english", "report", "pause")


def take_turn(
    route: Route, interview: Interview, event: Event, now: datetime, shared: Shared, dates: DateWords | None = None
) -> Turn:
    """What this event makes of this interview. Raises FlowFault where the flow itself cannot go on."""
    today = now.astimezone(ZoneInfo(interview.given.get("timezone", "Asia/Tokyo"))).date()
    reading = Reading(shared, event.people, today, dates, event.person, route.readers)
    desk = Desk(route, follow_flow(route, interview), event, now, reading)
    if interview.status in ("done", "cancelled") and not isinstance(event.body, ColleagueAnswered):
        if not isinstance(event.body, Computed):
            desk.say("over" if interview.status == "done" else "over_gone")
        return Turn(interview, tuple(desk.says))
    desk.has_moved = _asks_something_else(interview.snapshot, desk.snapshot)
    if desk.has_moved:
        desk.say("flow_changed")
        desk.end_where_reached(interview.snapshot.position)
    if desk.status != "done" or isinstance(event.body, ColleagueAnswered):
        _handle(desk, event.body)
    if desk.snapshot.position != interview.snapshot.position:
        desk.have_worked_out()
    return desk.finish()


def _asks_something_else(before: Snapshot, after: Snapshot) -> bool:
    """Whether a new version of the flow took away the question that was shown, be it one asked out of its turn."""
    was_aside = before.aside is not None and before.aside["kind"] not in SILENT
    return bool(before.position) and (before.position != after.position or (was_aside and after.aside is None))


def _handle(desk: Desk, body: Body) -> None:
    if isinstance(body, Said):
        _hear(desk, body)
    elif isinstance(body, Pressed):
        _press(desk, body)
    elif isinstance(body, Submitted):
        _wake(desk)
        meant = desk.event.shown in (None, desk.asking().key)
        if _came_late(desk) or not meant or desk.asking().kind != "form":
            desk.say("old_card", key=_question_meant(desk) if desk.snapshot.path else desk.snapshot.position)
        else:
            _take(desk, read_form(desk.asking(), body.fields, desk.reading), None)
    elif isinstance(body, Opened):
        _open(desk, body)
    elif isinstance(body, Left):
        desk.status = "paused" if desk.status == "open" else desk.status
    elif isinstance(body, Stopped):
        _wake(desk)
        key = desk.aside["key"] if desk.aside.get("kind") in OVERLAID else desk.snapshot.position
        desk.say("kept_out", kind=body.kind, key=key)
        desk.recorded.append(Recorded(key, Reply("kept_out", [body.kind, body.lines, body.characters])))
    elif isinstance(body, Computed):
        _take_computed(desk, body)
    else:
        _hear_colleague(desk, body)


def _wake(desk: Desk) -> None:
    if desk.status in ("queued", "paused"):
        desk.status = "open"


def _open(desk: Desk, body: Opened) -> None:
    desk.language = body.language or desk.language
    if body.reminds:
        desk.say("reminder")
    elif desk.snapshot.path:
        handed = desk.interview.given.get("handed") if desk.status == "queued" else None
        if isinstance(handed, dict):
            desk.say("taken_over", key=desk.snapshot.path[-1], former=handed["former"])
        else:
            desk.say("welcome_back", key=desk.snapshot.path[-1])
    _wake(desk)


def _hear(desk: Desk, body: Said) -> None:
    _wake(desk)
    if body.removed:
        desk.say("cleaned", count=body.removed)
    report = read_move_within(body.text, desk.reading.shared, "report")
    if report and unquote(body.text) is None and not desk.route.flow.reports:
        # It comes before everything, and nothing of it is kept here.
        make_move(desk, report)
        return
    is_aside = _is_aside(body.text, desk.reading.shared)
    if _only_waits(desk, desk.event.shown) and desk.event.shown != desk.asking().key and not is_aside:
        return  # said while it was still worked out: an answer to nothing
    if _came_late(desk) and has_letters(body.text) and not is_aside:
        over = desk.aside.get("over") if desk.aside.get("kind") == "stale" else desk.snapshot.aside
        desk.set_aside("stale", text=body.text, before=_question_meant(desk), over=over)
        return
    if not (desk.has_moved and not desk.snapshot.path):  # with nothing answered there is no question to ask about
        _read(desk, body.text)


def _only_waits(desk: Desk, key: str | None) -> bool:
    """Whether the question of this key takes no answer, because it stands only until something is worked out."""
    question = desk.route.flow.questions.get((key or "").partition("@")[0])
    return question is not None and question.awaits is not None


def _is_aside(text: str, shared: Shared) -> bool:
    move = read_move(text, shared)
    return move is not None and move.name in ASIDE_OF_ANY


def _came_late(desk: Desk) -> bool:
    """Whether a reply was made while another question than the present one stood before the person."""
    if not desk.snapshot.path:
        return False
    if desk.has_moved:
        return True
    if desk.event.shown is not None:
        return desk.event.shown != desk.asking().key
    prompted_at = desk.interview.prompted_at
    return prompted_at is not None and desk.event.occurred_at < prompted_at


def _question_meant(desk: Desk) -> str:
    """The question a late reply was probably for."""
    shown = desk.event.shown
    return shown if shown in desk.snapshot.path else desk.snapshot.path[-1]


def _read(desk: Desk, text: str) -> None:
    """A typed message: an answer to a small question, a universal move, or a reply to the question asked."""
    if is_small_question(desk):
        _read_small(desk, text)
        return
    asking = desk.asking()
    literal = asking.kind == "text" and unquote(text) is not None
    move = None if literal else read_move(text, desk.reading.shared)
    if move and move.argument and asking.kind == "text" and read_number(move.argument) is None:
        move = None  # a name that begins like "change" is a name where names are collected
    if move:
        # A label that reads like a move ("あとで") is that choice where the choice is shown.
        option = find_option(asking.options, text)
        if option is None or option.move or option.opens:
            make_move(desk, Move(option.move) if option and option.move else move)
            return
    if asking.question.awaits:
        return  # looking again is all there is to do
    if desk.aside.get("kind") == EACH and "/" in fold(text):  # all of the form after all
        desk.snapshot = desk.snapshot._replace(aside=desk.aside["over"])
        asking = desk.asking()
    _take(desk, read_reply(asking, text, desk.reading), text)


def _read_small(desk: Desk, text: str) -> None:
    """An answer to it, else a move, else the person simply went on with the question behind it."""
    result = read_reply(desk.asking(), text, desk.reading)
    if isinstance(result, Accepted):
        again = choose(desk, result.value)
        if again is not None:
            _read(desk, again)
        return
    kind, move = desk.aside["kind"], read_move(text, desk.reading.shared)
    if move and move.name in ASIDE_OF_ANY:
        make_move(desk, move)
    elif kind in ("near", "meant", "which", "pick_line", "pick_answer", "draft"):
        desk.snapshot = desk.snapshot._replace(aside=desk.aside.get("over"))
        _read(desk, text)
    elif move and move.name not in ("back", "skip", "unknown", "later", "continue"):
        make_move(desk, move)
    elif move:
        desk.snapshot = desk.snapshot._replace(aside=desk.aside.get("over"))
        desk.say("left_as_it_was")
    elif has_letters(text):
        desk.say("choose_one")
        desk.recorded.append(Recorded(desk.snapshot.position, Reply("note"), text))
    else:
        desk.say("empty")


def _press(desk: Desk, body: Pressed) -> None:
    """A button, told apart from one of an older card by its question."""
    _wake(desk)
    asking = desk.asking()
    if body.question != asking.key or (is_small_question(desk) and body.revision < desk.aside.get("since", 0)):
        if not _only_waits(desk, body.question):
            desk.say("old_card", key=body.question)
        return
    option = next((option for option in asking.options if option.id == body.choice), None)
    if option is None:
        desk.say("choose_one")
    elif is_small_question(desk):
        again = choose(desk, option.id)
        if again is not None:
            _read(desk, again)
    else:
        moved = option.move or option.opens
        value = [option.id] if asking.kind == "several_of" else option.id
        _take(desk, Moved(option.move, option.opens) if moved else Accepted(value), None)


def _take(desk: Desk, result: Result, said: str | None) -> None:
    """What reading the reply gave, carried out."""
    asking = desk.asking()
    key, over = asking.key, desk.snapshot.aside if desk.aside.get("kind") in (*OVERLAID, EACH) else None
    sure = isinstance(result, Accepted) or (isinstance(result, Near) and not result.doubtful)
    if desk.aside.get("kind") == EACH and isinstance(result, Accepted | Near) and sure:
        take_field(desk, result.value)
    elif isinstance(result, Accepted):
        _take_value(desk, result, said)
    elif isinstance(result, Half) and result.notice and (move := read_move_within(said or "", desk.reading.shared)):
        make_move(desk, move)
    elif isinstance(result, Half):
        if result.notice:
            desk.say(result.notice, key=key, field=result.at)
        desk.set_aside(EACH, key=key, told=dict(result.told), at=result.at, over=over)
    elif isinstance(result, Moved) and result.move:
        make_move(desk, Move(result.move))
    elif isinstance(result, Moved):
        open_standing(desk, str(result.opens))
    elif isinstance(result, Near):
        desk.set_aside("near", key=key, value=result.value, said=said, over=over)
    elif isinstance(result, Several):
        form = {"field": result.field, "value": result.value, "filled": result.filled, "more": result.more}
        desk.set_aside("which", key=key, people=result.people, said=said, over=over, **form)
    else:
        _refuse(desk, result, said, over)


def _take_value(desk: Desk, result: Accepted, said: str | None) -> None:
    asking = desk.asking()
    collects = asking.kind == "text" or asking.question.own
    move = read_move_within(said, desk.reading.shared) if said and collects and len(said) <= SHORT else None
    if move and not unquote(said or ""):
        over = desk.snapshot.aside if desk.aside.get("kind") in OVERLAID else None
        desk.set_aside("meant", key=asking.key, value=result.value, said=said, move=move.name, over=over)
        return
    desk.accept(asking.key, Reply("answered", result.value, result.filled), said)


def _refuse(desk: Desk, result: Refused, said: str | None, over: dict[str, object] | None) -> None:
    asking = desk.asking()
    move = read_move_within(said or "", desk.reading.shared)
    wants_change = asking.kind != "text" and read_move_within(said or "", desk.reading.shared, "change")
    if move and asking.kind != "text":
        make_move(desk, move)
    elif wants_change and desk.snapshot.path:
        make_move(desk, Move("change", said or ""))
    elif said and result.notice in ("choose_one", "choose_some") and is_question(said, desk.reading.shared):
        desk.say("asked_back", key=asking.key)
    elif result.notice == "empty" and asking.question.required:
        desk.say("empty_needed")
    elif result.notice == "too_long":
        desk.set_aside("draft", key=asking.key, text=said, over=over, **result.params)
    else:
        params = {name: value for name, value in result.params.items() if name != "told"}
        desk.say(result.notice, key=asking.key, **params)
        if result.params.get("told") and not over:  # the lines that were understood stay filled
            desk.set_aside("half", told=result.params["told"])
        if result.notice == "choose_one" and said and has_letters(said):
            desk.recorded.append(Recorded(asking.key, Reply("note"), said))


def _take_computed(desk: Desk, body: Computed) -> None:
    """What was worked out takes its place among the answers; the person hears of it by the question it leads to."""
    reply = Reply("answered", body.value)
    desk.recorded.append(Recorded(body.key, reply))
    answers = {**desk.snapshot.answers, body.key: reply}
    desk.snapshot = replay(desk.route, desk.interview.given, answers)._replace(aside=desk.snapshot.aside)
    desk.end_where_reached(body.key)


def _hear_colleague(desk: Desk, body: ColleagueAnswered) -> None:
    """Another person's answer to a standing question of this interview; a finished interview keeps its place."""
    reply = Reply("answered", {"said": body.value, "person": body.colleague})
    desk.recorded.append(Recorded(body.key, reply))
    answers = {**desk.snapshot.answers, body.key: reply}
    if desk.status in ("done", "cancelled"):
        desk.snapshot = desk.snapshot._replace(answers=answers)
    else:
        desk.snapshot = replay(desk.route, desk.interview.given, answers)._replace(aside=desk.snapshot.aside)
    question = desk.route.flow.questions[body.key.partition("@")[0]]
    if desk.status != "cancelled":
        desk.say("colleague_said", key=body.key, person=body.colleague)
        desk.conclude(question.concludes, body.key)
    if desk.status not in ("done", "cancelled"):
        desk.end_where_reached(body.key)
