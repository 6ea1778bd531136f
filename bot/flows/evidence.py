"""The evidence log: what is asked of something taken, handed over or corrected, and the line of the record it becomes.

Pure. Earlier lines are never changed: a hand-over and a correction are lines of their own that name the one they are
about.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, NoteIncident
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.moments import read_moment
from bot.engine.position import Conclude
from bot.engine.reading import Reading, Refused

Line = Mapping[str, Any]  # of the log: seq, kind, and what was kept of it

OTHER = "other"
FINGERPRINT = "fingerprint"  # the reader of a question that asks for a file's SHA-256
NOT_KNOWN = "not_known"  # of when something was taken
NO_MOMENT, NO_HASH = "not_a_moment", "not_a_hash"
HASH = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
MOST_SHOWN = 8  # lines of the log to choose from, the newest


def read_case(facts: Facts) -> Mapping[str, Any]:
    """What the interview was given of the case; nothing once it was taken away."""
    return facts["case"] or {}


def list_log(facts: Facts) -> list[Line]:
    return list(read_case(facts).get("log") or ())


def find_entry(facts: Facts) -> Line:
    """The line that a hand-over or a correction is about."""
    return next((one for one in list_log(facts) if str(one["seq"]) == str(facts["entry"])), {})


def is_handed(facts: Facts) -> bool:
    return bool(facts["does"] == "handed")


def name_line(one: Line) -> Value:
    """What a line is about, in the words it was kept in."""
    return one.get("what") or ""


# -- what is offered ---------------------------------------------------------------------------------------------------


def derive_case_options(facts: Facts) -> list[dict[str, Any]]:
    """The cases this person is in, by number."""
    case = read_case(facts)
    numbers = [case.get("number", ""), *(one["number"] for one in case.get("others") or ())]
    return [{"id": one, "message": "case", "value": one} for one in sorted(filter(None, numbers))]


def derive_elsewhere(facts: Facts) -> Value:
    chosen = facts["which"]
    return "yes" if chosen and chosen != read_case(facts).get("number") else "no"


def derive_log_options(facts: Facts) -> list[dict[str, Any]]:
    """Lines that may be handed over or corrected: what was taken, the newest first."""
    taken = [one for one in list_log(facts) if one["kind"] == "evidence"]
    return [
        {"id": str(one["seq"]), "message": "line_of", "value": one["seq"], "other": name_line(one)}
        for one in reversed(taken[-MOST_SHOWN:])
    ]


def derive_source_options(facts: Facts) -> list[dict[str, Any]]:
    """The kinds of record this case may have left, as the catalogue calls them."""
    told = facts.catalogue["incident"]["traces"]
    return [{"id": one, **told[one]["name"]} for one in read_case(facts).get("traces") or () if one in told]


# -- what was said -----------------------------------------------------------------------------------------------------


def derive_needs_words(facts: Facts) -> Value:
    is_asked = derive_takes(facts) == "yes" and (not derive_source_options(facts) or facts["source"] == OTHER)
    return "yes" if is_asked else "no"


def derive_takes(facts: Facts) -> Value:
    return "no" if is_handed(facts) else "yes"


def read_what(facts: Facts) -> Value:
    """What was taken: a kind of record by its name in both languages, or the person's own words."""
    said = facts["words"] if derive_needs_words(facts) == "yes" else facts["source"]
    if isinstance(said, dict):
        return said.get("own")
    told = facts.catalogue["incident"]["traces"].get(said)
    return dict(told["name"]) if told else said


def read_said(facts: Facts, form: str, field: str) -> Value:
    """One field of a form; None where nothing was said there."""
    told = facts[form]
    value = told.get(field) if isinstance(told, dict) else None
    return None if value in UNANSWERED or value == "" else value


def read_hash(facts: Facts) -> str | None:
    told = facts["fingerprint"]
    return told if isinstance(told, str) and HASH.fullmatch(told) else None


def read_when(facts: Facts) -> Mapping[str, Any]:
    """The day and time that were said, or that they are not known; empty where it is the instant of the line itself."""
    told = facts["when"]
    if told == NOT_KNOWN:
        return {"when": "unknown"}
    return {name: told[name] for name in ("day", "time")} if isinstance(told, dict) else {}


def derive_taken_filled(facts: Facts) -> Mapping[str, Value]:
    """The person who answers took it, unless a line is corrected: then as that line had it."""
    one = find_entry(facts)
    if not one:
        return {"who": facts["me"]["person"]}
    method = one.get("method")
    said = {"who": one.get("taker"), "place": one.get("place"), "witness": one.get("witness")}
    return {name: value for name, value in {**said, "method": method}.items() if isinstance(value, str)}


def derive_handed_filled(facts: Facts) -> Mapping[str, Value]:
    """Whoever had it last hands it over, where that was said in words."""
    about = find_entry(facts).get("seq")
    moves = [one for one in list_log(facts) if one["kind"] == "handover" and one.get("of") == about]
    return {"from": moves[-1]["to"]} if moves and moves[-1].get("to") else {}


# -- how it reads ------------------------------------------------------------------------------------------------------


def tell(message: str, value: Value) -> Value:
    return {"message": message, "value": value} if value else ""


def derive_entry_line(facts: Facts) -> Value:
    one = find_entry(facts)
    return {"message": "about_entry", "value": one["seq"], "other": name_line(one)} if one else ""


def derive_when_line(facts: Facts) -> Value:
    told = facts["when"]
    if isinstance(told, dict):
        return tell("when_was", told["own"])
    return {"message": "when_not_known" if told == NOT_KNOWN else "when_now"}


def derive_method_line(facts: Facts) -> Value:
    said = read_said(facts, "taken", "method")
    return tell("method_was", said if isinstance(said, dict) else {"message": said}) if said else ""


def tell_person(facts: Facts) -> Value:
    said = read_said(facts, "taken", "who")
    return tell("who_was", {"person": said}) if said else ""


def read_place(facts: Facts) -> Value:
    return read_said(facts, "handed" if is_handed(facts) else "taken", "place")


# -- what follows ------------------------------------------------------------------------------------------------------


def note(facts: Facts, _: str) -> list[Conclusion]:
    """One line more of the case's record."""
    case = read_case(facts)
    if not case:
        return []
    kind, line = ("handover", write_handover(facts)) if is_handed(facts) else ("evidence", write_taken(facts))
    return [NoteIncident(case["id"], kind, {}, {**line, **read_when(facts)})]


def write_taken(facts: Facts) -> dict[str, Any]:
    """What was taken; where it corrects a line, its number and that line's hash if no other was given."""
    one = find_entry(facts)
    method = read_said(facts, "taken", "method")
    return {
        "what": read_what(facts),
        "source": facts["source"] if isinstance(facts["source"], str) and facts["source"] != OTHER else None,
        "taker": read_said(facts, "taken", "who"),
        "place": read_place(facts),
        "method": method.get("own") if isinstance(method, dict) else method,
        "witness": read_said(facts, "taken", "witness"),
        "sha256": read_hash(facts) or one.get("sha256"),
        "corrects": one.get("seq"),
    }


def write_handover(facts: Facts) -> dict[str, Any]:
    """From whom to whom a line's thing went, and where it is now."""
    one = find_entry(facts)
    told = {name: read_said(facts, "handed", name) for name in ("from", "to", "place")}
    return {"of": one.get("seq"), "what": name_line(one), **told}


def _begin(facts: Facts, incident: str) -> list[Conclusion]:
    return [BeginInterview("evidence", facts["me"]["person"], incident, {}, queued=True)]


def go_on(facts: Facts, _: str) -> list[Conclusion]:
    case = read_case(facts)
    return _begin(facts, case["id"]) if case else []


def go_there(facts: Facts, _: str) -> list[Conclusion]:
    """The case that was chosen, which is not the one this interview is about."""
    chosen = next((one for one in read_case(facts).get("others") or () if one["number"] == facts["which"]), None)
    return _begin(facts, chosen["id"]) if chosen else []


def read_moment_said(text: str, _: Facts, reading: Reading) -> Value:
    """A moment that is over: {day, time, own}."""
    found = read_moment(text, reading.today, reading.dates) if reading.dates else None
    if found is None:
        return Refused(NO_MOMENT)
    return {
        "day": found.day.isoformat(),
        "time": found.time,
        "own": " ".join(filter(None, (str(found.day), found.time))),
    }


def read_fingerprint(text: str, _: Facts, __: Reading) -> Value:
    """The one SHA-256 in a text, such as a tool prints it; in small letters."""
    found = {one.casefold() for one in HASH.findall(text)}
    return found.pop() if len(found) == 1 else Refused(NO_HASH)


READERS: Mapping[str, Callable[..., Value]] = {"moment": read_moment_said, FINGERPRINT: read_fingerprint}
DERIVED: Mapping[str, Derive] = {
    "case_number": lambda facts: read_case(facts).get("number", ""),
    "case_options": derive_case_options,
    "elsewhere": derive_elsewhere,
    "logged": lambda facts: len(derive_log_options(facts)),
    "log_options": derive_log_options,
    "source_options": derive_source_options,
    "source_count": lambda facts: len(derive_source_options(facts)),
    "takes": derive_takes,
    "hands": lambda facts: "yes" if is_handed(facts) else "no",
    "needs_words": derive_needs_words,
    "taken_filled": derive_taken_filled,
    "handed_filled": derive_handed_filled,
    "entry_line": derive_entry_line,
    "what_line": lambda facts: "" if is_handed(facts) else tell("what_was", read_what(facts)),
    "when_line": derive_when_line,
    "who_line": tell_person,
    "place_line": lambda facts: tell("place_was", read_place(facts)),
    "method_line": derive_method_line,
    "witness_line": lambda facts: tell("witness_was", read_said(facts, "taken", "witness")),
    "hash_line": lambda facts: tell("hash_was", read_hash(facts)),
    "from_line": lambda facts: tell("from_was", read_said(facts, "handed", "from")),
    "to_line": lambda facts: tell("to_was", read_said(facts, "handed", "to")),
}
CONCLUSIONS: Mapping[str, Conclude] = {"note": note, "go_on": go_on, "go_there": go_there}
