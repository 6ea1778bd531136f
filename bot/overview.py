"""Everything that concerns one person, on one page: what waits, what their department holds, what is known of them.

Asks `access` how far the person reaches before anything is read. Knows no platform.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.access import Resource, Scope, can, scope
from bot.campaigning import FLOW as CAMPAIGNS
from bot.campaigning import REPEATS, read_running
from bot.delivery import Voice
from bot.documents.wording import Row, Wording
from bot.prompts import Line, Overview, Unfinished
from bot.state.preferences import read_preferences
from bot.state.queries import Member, Waiting

EVERYBODYS = ("topics", "report", "credit")  # words of the command
OFFERED = {"occasion.begin": "moment", "campaign.manage": "campaign"}  # by what one may do
MOST_UNFINISHED = 10
MOST_ITEMS = 20
MOST_CAMPAIGNS = 5


def read_overview(voice: Voice, member: Member) -> Overview:
    """The page of somebody of the directory. Raises CannotSave, Damaged."""
    words = Wording(voice.store.words.shared, member.language)
    waiting = _find_unfinished(voice, member)
    items = list_items(voice, member)
    return Overview(
        language=member.language,
        unfinished=tuple(_tell_unfinished(voice, member, words, one) for one in waiting[:MOST_UNFINISHED]),
        more_unfinished=_tell_more(words, len(waiting) - MOST_UNFINISHED),
        title=words.say("home_items", department=member.department.model_dump()) if items is not None else "",
        items=tuple(_tell_item(words, row) for row in (items or ())[:MOST_ITEMS]),
        more_items=_tell_more(words, len(items or ()) - MOST_ITEMS),
        about=tuple(_tell_person(voice, member, words)),
        origin=words.say("home_origin"),
        hours=member.hours,
        campaigns=tuple(_list_campaigns(voice, member, words)),
        words=tuple(_list_words(member)),
    )


def _list_words(member: Member) -> Iterator[str]:
    """What everybody may begin, and what only some."""
    yield from EVERYBODYS
    for action, word in OFFERED.items():
        if scope(member.actor, action) != Scope():
            yield word


def _list_campaigns(voice: Voice, member: Member, words: Wording) -> Iterator[Line]:
    """Those under way, in people; nothing of how anybody answered."""
    if not can(member.actor, "campaign.manage", Resource()):
        return
    for one in read_running(voice.reader, voice.routes[CAMPAIGNS].flow)[:MOST_CAMPAIGNS]:
        title = one["title"]["en" if member.language == "en" else "ja"]
        if one["state"] == REPEATS:
            yield Line(title, words.say("home_campaign_next", value=one["next"]))
        else:
            yield Line(title, words.say(f"home_campaign_{one['state']}", count=one["sent"], of=one["people"]))


def list_items(voice: Voice, member: Member) -> Sequence[Row] | None:
    """What stands on the register of the person's own department; None where they may not read it. Raises Damaged."""
    allowed = scope(member.actor, "register.read")
    if allowed.everything:
        allowed = Scope(department=member.department_id)
    if allowed == Scope():
        return None
    return [row for row in voice.reader.read_register(allowed) if row["state"] != "retired"]


def _find_unfinished(voice: Voice, member: Member) -> list[Waiting]:
    if not can(member.actor, "interview.answer", Resource(person=member.id)):
        return []
    return [one for one in voice.reader.find_waiting(member.id) if one.flow in voice.routes]


def _tell_unfinished(voice: Voice, member: Member, words: Wording, waiting: Waiting) -> Unfinished:
    title = voice.routes[waiting.flow].flow.title.of(member.language)
    subject = _name_subject(voice, member, words, waiting)
    prompt = voice.make_prompt(member, waiting.id) if waiting.status == "open" else None
    left = prompt.progress.minutes_left if prompt and prompt.progress else None
    return Unfinished(
        waiting.id,
        words.say("home_about", title=title, subject=subject) if subject else title,
        words.say("home_minutes", minutes=left) if left else "",
    )


def _name_subject(voice: Voice, member: Member, words: Wording, waiting: Waiting) -> str:
    """What the interview is about, as it was told when it began; of one nobody came to yet, as far as they may read."""
    found = voice.reader.read_interview(waiting.id, voice.routes)
    given = found.given if found else {}
    if isinstance(item := given.get("item"), dict):
        return words.pick(item, "name")
    if isinstance(department := given.get("department"), dict):
        return words.pick(department["name"], words.language)
    item = voice.reader.find_item(waiting.subject) or {}
    allowed = item and can(member.actor, "register.read", Resource(department=item["department_id"]))
    return words.pick(item, "name") if allowed else ""


def _tell_item(words: Wording, row: Row) -> Line:
    known = [words.level(row["level"]), words.name("state", row["state"])]
    return Line(words.pick(row, "name"), words.join(one for one in known if one))


def _tell_more(words: Wording, count: int) -> str:
    return words.say("home_more", count=count) if count > 0 else ""


def _tell_person(voice: Voice, member: Member, words: Wording) -> Iterator[Line]:
    def tell(name: str, value: Any) -> Line:
        return Line(words.say(f"me_{name}"), value)

    yield tell("name", member.name)
    yield tell("email", member.email)
    yield tell("department", member.department.of(member.language))
    yield tell("roles", words.names("role", member.roles))
    known = read_preferences(voice.reader.database, member.id)
    if known:
        language = words.name("language", known.language)
        yield tell("language", _with_source(words, language, known.language_from))
        yield tell("timezone", _with_source(words, known.timezone, known.timezone_from))
    from_hour, to_hour = member.hours
    yield tell("hours", words.say("hours_span", **{"from": from_hour, "to": to_hour}))


def _with_source(words: Wording, value: str, source: str) -> str:
    name = f"from_{source}" if f"from_{source}" in words.shared.formats else "from_other"
    return words.say("home_from", value=value, source=words.say(name))
