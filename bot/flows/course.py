"""How a case goes on after its first hour: what is done, what waits, what comes next, and one act at a time.

Pure. Each act is one interview: the next is given the case as the record has it then.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import AskReporter, BeginInterview, Conclusion, LetIn, NoteIncident, PutTask
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.numerals import read_number
from bot.engine.position import Conclude
from bot.flows import case_team
from bot.flows.case import (
    OWN,
    count_hours,
    go_on,
    list_chosen,
    list_deadlines,
    list_missing,
    list_open,
    list_owed,
    match_tasks,
    me,
    name_task,
    read_answers,
    read_aware,
    read_case,
    read_handbook,
    read_instant,
    read_known,
    read_past,
    read_told,
    take_nth,
    tell_day,
    tell_deadlines,
)
from bot.flows.case_notices import derive_draft, derive_draft_missing, derive_notice_options, note_draft
from bot.flows.case_team import NOBODY, find_asked, is_kept_out, is_said, let_in, offer_lead
from bot.flows.room import derive_room_line, open_room, tell_offer
from bot.flows.unseal import tell_law

GRADES = ("weak", "suspected", "certain", "unsure")
HOURS = {"today": 8, "tomorrow": 24, "days": 72}
REPORTED, TEAM_FORMED = "fr-01", "fr-02"  # tasks that a case has behind it by being taken, and by having a team
MOST_NAMED = 4  # tasks in a line
MOST_CHOSEN = 8  # put before somebody to choose from
LOST = "lost"


def read_act(facts: Facts) -> str:
    """What the person wants to do now; lost where they do not know, until they said what would help."""
    told = facts["now"]
    if told in UNANSWERED:
        return str(facts["lost"] or LOST)
    return str(told["choice"] if isinstance(told, dict) else told or "")


def read_said(facts: Facts) -> str:
    """What stood behind it, where a few words were typed: `done camera`, `grade 2`."""
    told = facts["now"]
    return str(told.get("own") or "") if isinstance(told, dict) else ""


# -- how it stands -----------------------------------------------------------------------------------------------------


def _name_some(facts: Facts, tasks: list[Mapping[str, Any]], notice: str) -> Value:
    names = [name_task(facts, one) for one in tasks[:MOST_NAMED]]
    more = len(tasks) - len(names)
    return {"message": notice if more <= 0 else f"{notice}_more", "value": names, "other": more} if names else ""


def derive_done_line(facts: Facts) -> Value:
    done = [one for one in read_case(facts).get("tasks") or () if one["state"] == "done"]
    return _name_some(facts, done, "done_line")


def derive_waiting_line(facts: Facts) -> Value:
    """What others were asked for."""
    return _name_some(facts, [one for one in list_open(facts) if one["owner"] not in (None, me(facts))], "waiting_line")


def derive_own_line(facts: Facts) -> Value:
    """What is the person's own to do, and what nobody has."""
    return _name_some(facts, [one for one in list_open(facts) if one["owner"] in (None, me(facts))], "own_line")


def list_news(facts: Facts) -> list[Mapping[str, Any]]:
    """Replies of whoever reported that were not seen here yet."""
    case = read_case(facts)
    return [one for one in case.get("replies") or () if one["seq"] > case.get("read", 0)]


def derive_news_line(facts: Facts) -> Value:
    news = [one.get("words") or one.get("text") or {"message": "left_open"} for one in list_news(facts)]
    return {"message": "news_line", "value": news} if news else ""


def derive_answers_line(facts: Facts) -> Value:
    """What owners said they could not do, or was not theirs; with whom they named."""
    told = [_name_free(facts, one) for one in list_open(facts) if one["said"] in ("cannot", "other")]
    return {"message": "cannot_line", "value": told} if told else ""


def _name_free(facts: Facts, one: Mapping[str, Any]) -> Value:
    name = name_task(facts, one)
    return {"message": "named", "value": name, "other": {"person": one["named"]}} if one.get("named") else name


def note_read(facts: Facts, _: str) -> list[Conclusion]:
    """What was new counts as seen once the person went on."""
    if not list_news(facts):
        return []
    return [_note(facts, "fact", {"read": read_case(facts)["last"]}, {"read": len(list_news(facts))})]


def says_nothing(facts: Facts) -> str:
    """Whether an act was chosen and then left open, so that nothing comes of it."""
    person, asked = facts["who_in"], facts["ask_what"]
    said = {
        "done": bool(list_finished(facts)),
        "ask": bool(asked) and asked not in UNANSWERED,
        "grade": bool(read_grade(facts)),
        "reporter": is_said(facts["question"]),
        "more": any(is_said(told) and told != NOBODY for told in (person, facts["heir"])),
    }
    return "no" if said.get(read_act(facts), True) else "yes"


def derive_next_hint(facts: Facts) -> Value:
    """One thing to begin with: what is open, else what the handbook has next."""
    mine = [one for one in list_open(facts) if one["owner"] in (None, me(facts))]
    following = [{key: one[key] for key in ("ja", "en")} for one in derive_ask_options(facts) if "ja" in one]
    names = [*(name_task(facts, one) for one in mine[:1]), *following]
    return {"message": "next_hint", "value": names[0]} if names else ""


# -- the acts ----------------------------------------------------------------------------------------------------------


def list_finished(facts: Facts) -> list[str]:
    """The tasks said to be done: by a few words, else chosen from the list; with `taken` only those named."""
    named = match_tasks(facts, read_said(facts)) if read_act(facts) in ("done", "taken") else []
    return named or list_chosen(facts["which"])


def finish_tasks(facts: Facts, _: str) -> list[Conclusion]:
    """Tasks that are done, and reports that were made."""
    finished, incident = list_finished(facts), str(read_case(facts).get("id"))
    tasks = [one for one in list_open(facts) if one["id"] in finished]
    put: list[Conclusion] = [PutTask(incident, one["task"], one["owner"], "done", words=one["words"]) for one in tasks]
    met = [one.id for one in list_deadlines(facts) if one.id in finished]
    if met:
        known = {**(read_known(facts).get("met") or {}), **dict.fromkeys(met, read_case(facts)["now"])}
        put.append(_note(facts, "notice", {"met": known}, {"met": met}))
    return put


def derive_which(facts: Facts) -> list[dict[str, Any]]:
    """What may be done by now: tasks, then what is owed."""
    tasks = [{"id": one["id"], **_label(name_task(facts, one))} for one in list_open(facts)][:MOST_CHOSEN]
    clocks = read_told(facts)["clocks"]
    owed = [{"id": one.id, **clocks[one.clock]["name"]} for one in list_deadlines(facts) if one.due_at]
    return [*tasks, *owed][:MOST_CHOSEN]


def _label(name: Value) -> dict[str, Any]:
    return dict(name) if isinstance(name, dict) else {"ja": name, "en": name}


def read_grade(facts: Facts) -> str:
    """The grade as chosen, or by its number behind the word."""
    place = read_number(read_said(facts)) if read_act(facts) == "grade" and read_said(facts) else None
    if place is not None and 1 <= place <= len(GRADES):
        return GRADES[int(place) - 1]
    told = facts["grade"]
    return told if told in GRADES else ""


def note_grade(facts: Facts, _: str) -> list[Conclusion]:
    grade = read_grade(facts)
    return [_note(facts, "decision", {"grade": grade}, {"grade": grade})] if grade else []


def derive_ask_options(facts: Facts) -> list[dict[str, Any]]:
    """What is nobody's any more, then what the handbook has next and nobody was asked for yet."""
    case, told = read_case(facts), read_told(facts)["tasks"]
    put = {one["task"] for one in case.get("tasks") or ()} | {REPORTED}
    put |= {TEAM_FORMED} if len(case.get("members") or ()) > 1 else set()
    free = [one for one in list_open(facts) if not one["owner"] and one["task"] != OWN]
    again = [{"id": str(one["task"]), **_label(name_task(facts, one))} for one in free]
    following = [name for name in read_handbook(facts).tasks if name not in put]
    return [*again, *({"id": name, **told[name]["name"]} for name in following)][:MOST_CHOSEN]


def put_asked(facts: Facts, key: str) -> list[Conclusion]:
    """Somebody is asked, or the person does it themselves; let in where that was said."""
    told, incident = facts["ask_what"], str(read_case(facts).get("id"))
    if told in (*UNANSWERED, None) or is_kept_out(facts) == "yes":
        return go_on(facts, key)
    words = str(told["own"]) if isinstance(told, dict) else ""
    owner = find_asked(facts) or me(facts)
    hours = HOURS.get(str(facts["ask_when"]))
    task = PutTask(
        incident, OWN if words else str(told), owner, "open", count_hours(facts, hours) if hours else None, words
    )
    lets = [LetIn(incident, {owner: ""})] if facts["ask_in"] == "let_in" else []
    return [*lets, task, *go_on(facts, key)]


def derive_missing(facts: Facts) -> list[dict[str, Any]]:
    """Up to four facts that would settle what is owed."""
    told = read_told(facts)["facts"]
    return [
        {"id": name, "kind": "yes_no", **told[name]["name"], "options": _yes_no()} for name in list_missing(facts)[:4]
    ]


def _yes_no() -> list[dict[str, str]]:
    return [{"id": "yes", "message": "say_yes"}, {"id": "no", "message": "say_no"}]


def note_answers(facts: Facts, _: str) -> list[Conclusion]:
    if not isinstance(facts["missing"], dict):
        return []
    return [_note(facts, "fact", {"answers": read_answers(facts)}, {"answers": dict(facts["missing"])})]


def ask_reporter(facts: Facts, key: str) -> list[Conclusion]:
    told = facts["question"]
    asked: list[Conclusion] = [AskReporter(str(read_case(facts).get("id")), told)] if is_said(told) else []
    return [*asked, *go_on(facts, key)]


def note_aware(facts: Facts, _: str) -> list[Conclusion]:
    aware = read_aware(facts)
    if not isinstance(facts["aware_fix"], dict) or aware is None:
        return []
    known = {"aware_at": aware.isoformat()}
    return [_note(facts, "fact", known, {**known, "was": read_known(facts).get("aware_at")})]


def take_evidence(facts: Facts, key: str) -> list[Conclusion]:
    """What was taken is written down as evidence, and what was asked for it is done."""
    incident = str(read_case(facts).get("id"))
    begun = BeginInterview("evidence", me(facts), incident, {}, queued=True)
    return [*finish_tasks(facts, key), begun, *go_on(facts, key)]


def begin_closing(facts: Facts, _: str) -> list[Conclusion]:
    return [BeginInterview("closing", me(facts), str(read_case(facts).get("id")), {}, queued=True)]


def begin_unseal(facts: Facts, _: str) -> list[Conclusion]:
    return [BeginInterview("unseal", me(facts), str(read_case(facts).get("id")), {}, queued=True)]


def rest(facts: Facts, key: str) -> list[Conclusion]:
    """Enough for today: whoever leads is asked again when something is due, others when they come."""
    return list(go_on(facts, key)) if read_case(facts).get("leader") == me(facts) else []


def _note(facts: Facts, kind: str, known: Mapping[str, Any], line: Mapping[str, Any]) -> NoteIncident:
    return NoteIncident(str(read_case(facts).get("id")), kind, known, line)


def tell_contacts(facts: Facts) -> list[dict[str, Any]]:
    """Whom to consult: bodies outside that fit, each with what for."""
    answers, mover = read_answers(facts), str((read_case(facts).get("report") or {}).get("mover"))
    holding = {name for name, value in answers.items() if value in ("yes", True)} | {mover}
    bodies = facts.catalogue["contacts"]["bodies"]
    fits = {name: one for name, one in bodies.items() if not one.get("fits") or holding & set(one["fits"])}
    return [{"key": name, "label": one["name"], "note": one["for"]} for name, one in fits.items()]


DERIVED: Mapping[str, Derive] = {
    "number": lambda facts: read_case(facts).get("number") or "",
    "act": read_act,
    "said": read_said,
    "done_line": derive_done_line,
    "waiting_line": derive_waiting_line,
    "own_line": derive_own_line,
    "cannot_line": derive_answers_line,
    "news_line": derive_news_line,
    "deadline_lines": tell_deadlines,
    **{f"deadline_{place + 1}": take_nth("deadline_lines", place) for place in range(3)},
    "owed_lines": list_owed,
    "nothing_owed_line": lambda facts: "" if list_owed(facts) else {"message": "nothing_owed"},
    "grade_word": lambda facts: {"message": f"grade.{read_known(facts).get('grade') or 'unsure'}"},
    "guidance": lambda facts: read_told(facts)["general"]["guidance"],
    "says_nothing": says_nothing,
    **case_team.DERIVED,
    "next_hint": derive_next_hint,
    "which_options": derive_which,
    "which_open": lambda facts: "no" if match_tasks(facts, read_said(facts)) or not derive_which(facts) else "yes",
    "grade_open": lambda facts: "no" if read_grade(facts) else "yes",
    "ask_options": derive_ask_options,
    "missing_fields": derive_missing,
    "notice_options": derive_notice_options,
    "draft_text": derive_draft,
    "draft_missing": derive_draft_missing,
    "contact_lines": tell_contacts,
    "law_line": tell_law,
    "room_line": derive_room_line,
    "room_offer": tell_offer,
    "aware_day": lambda facts: tell_day(read_aware(facts)),
    "aware_time": lambda facts: f"{read_aware(facts):%H:%M}" if read_aware(facts) else "",
    "time_now": lambda facts: f"{now:%H:%M}" if (now := read_instant(facts, read_case(facts).get("now"))) else "",
}
CONCLUSIONS: Mapping[str, Conclude] = {
    "note_read": note_read,
    "finish_tasks": finish_tasks,
    "note_grade": note_grade,
    "put_asked": put_asked,
    "note_answers": note_answers,
    "note_draft": note_draft,
    "ask_reporter": ask_reporter,
    "let_in": let_in,
    "offer_lead": offer_lead,
    "note_aware": note_aware,
    "take_evidence": take_evidence,
    "begin_closing": begin_closing,
    "begin_unseal": begin_unseal,
    "open_room": open_room,
    "go_on": go_on,
    "rest": rest,
}
READERS = {"past": read_past}
