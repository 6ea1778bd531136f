"""`calendar`: what a year would bring one person of what is sent unasked, when and why, as things stand now.

Plays the year through by the functions that send; sends nothing.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import AsJson, say, starting, take_role, write_json, write_table
from bot.handbook.awareness import Awareness
from bot.handbook.grounds import MOMENT as OF_MOMENT
from bot.handbook.grounds import Reason
from bot.handbook.spacing import RIGHT
from bot.handbook.year import Entry, Planned, Reply, plan_year
from bot.hours import find_day, write_clock
from bot.interruptions import Hours
from bot.nudging import to_hours
from bot.state.campaigns import is_meant
from bot.state.occasions import MOMENT, list_coming
from bot.state.queries import Member
from bot.state.schedules import Schedule, find_next, list_schedules
from bot.teaching import Teaching

ANSWERED_AFTER = timedelta(minutes=1)


def show_calendar(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose year.")],
    year: Annotated[int, typer.Option("--year", min=2000, max=2100)] = 0,
    as_json: AsJson = False,
    lang: Annotated[str | None, typer.Option("--lang", help="ja or en.")] = None,
) -> None:
    """What a year would bring a person, if they answered everything right."""
    with starting():
        program = build_program(read_settings())
    member, _ = take_role(program, email, lang or "ja")
    language = lang or member.language
    content = program.content
    teaching = Teaching(program.store, program.reader, program.clock, content.awareness, content.catalogue)
    entries = plan(program, teaching, member, year or program.clock.now().astimezone(ZoneInfo(member.timezone)).year)
    if as_json:
        write_json([_to_record(one) for one in entries])
    elif entries:
        awareness = teaching.read_awareness()
        write_table([_to_line(one, awareness, member, language) for one in entries])
    else:
        sys.stdout.write(say(program, "calendar_empty", language) + "\n")


def plan(program: Program, teaching: Teaching, member: Member, year: int) -> list[Entry]:
    """Every message of that year by what is scheduled now, in order."""
    hours, awareness = to_hours(member), teaching.read_awareness()
    mine = [one for one in list_schedules(program.database) if is_meant(program.database, one.audience, member.id)]
    planned = [_to_planned(one, at) for one in mine for at in _list_instants(one, hours, year)]
    coming = list_coming(program.database, member.id)
    planned += [
        _to_moment(one.moment, one.due_at) for one in coming if find_day(one.due_at, hours.timezone).year == year
    ]
    return plan_year(
        awareness, teaching.read_learner(member), hours, year, planned, lambda *_: Reply(RIGHT, ANSWERED_AFTER)
    )


def _to_planned(one: Schedule, at: datetime) -> Planned:
    """A lesson or case is chosen when it comes, unless a manager named it; a moment is named."""
    return _to_moment(one.subject, at) if one.kind == MOMENT else Planned(at, what=one.subject or one.kind)


def _to_moment(moment: str, at: datetime) -> Planned:
    return Planned(at, MOMENT, moment, (Reason(OF_MOMENT, (moment,)),))


def _list_instants(one: Schedule, hours: Hours, year: int) -> Iterator[datetime]:
    """When it comes in that year of the person's."""
    zone = ZoneInfo(hours.timezone)
    at = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC) - timedelta(seconds=1)
    ends_at = datetime(year + 1, 1, 1, tzinfo=zone)
    following = find_next(one, at)
    while following is not None and following < ends_at:
        yield following
        following = find_next(one, following)


def _to_record(one: Entry) -> dict[str, Any]:
    why = [{"kind": reason.kind, "values": list(reason.values)} for reason in one.why]
    return {"at": one.at.isoformat(), "kind": one.kind, "what": list(one.what), "why": why}


def _to_line(one: Entry, awareness: Awareness, member: Member, language: str) -> list[str]:
    """When by the person's clock, and what by its title."""
    shelves = (awareness.lessons, awareness.cases, awareness.moments)
    titled = {name: entry.title for shelf in shelves for name, entry in shelf.items()}
    titles = [titled[name].of(language) for name in one.what if name in titled]
    return [write_clock(one.at, member.timezone), one.kind, " / ".join(titles or one.what)]
