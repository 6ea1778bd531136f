"""`campaign`: one short thing to many people: whom it would reach and when, started, paused, taken up again, cancelled.

Decides by `access`; what came of one is told by `campaign_results`.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.access import Resource, can
from bot.bootstrap import Program, build_program, read_settings
from bot.campaigning import read_plan
from bot.commands.console import As, AsJson, Lang, refuse, say, starting, take_role, write_json, write_table
from bot.hours import write_clock
from bot.recurrence import find_next_instant, is_rule
from bot.state.campaigns import (
    Audience,
    Campaign,
    Sending,
    cancel_campaign,
    find_campaign,
    list_campaigns,
    make_campaign,
    pause_campaign,
    read_progress,
    resume_campaign,
    start_campaign,
)
from bot.state.preferences import is_timezone
from bot.state.queries import Member
from bot.state.record import Transaction
from bot.state.schedules import Schedule, end_schedule, find_schedule, list_schedules, make_schedule

KINDS = ("lesson", "case")

campaign_app = typer.Typer(no_args_is_help=True)
Names = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only these; may be given again.")]
Classes = Annotated[list[str] | None, typer.Option("--class", metavar="CLASS", help="Whose department has these.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The campaign, by its id or the end of it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would come to.")]


@campaign_app.command("new")
def new_campaign(  # noqa: PLR0913, PLR0917 - each is an option
    kind: Annotated[str, typer.Option("--kind", help="lesson or case.")] = "lesson",
    subject: Annotated[str, typer.Option("--subject", metavar="ID", help="Which; else what fits each person.")] = "",
    department: Names = None,
    role: Names = None,
    class_: Classes = None,
    at: Annotated[datetime | None, typer.Option("--at", help="Not before; UTC where it names no zone.")] = None,
    repeat: Annotated[str | None, typer.Option("--repeat", metavar="RRULE", help="Comes again and again.")] = None,
    timezone: Annotated[str, typer.Option("--timezone", help="On whose clock RRULE is meant.")] = "Asia/Tokyo",
    dry_run: DryRun = False,
    email: As = None,
    as_json: AsJson = False,
    lang: Lang = "ja",
) -> None:
    """Write one down; nothing is sent before `start`, or, with --repeat, before its day comes."""
    program, member, actor = open_for("campaign.manage", email, lang)
    if kind not in KINDS:
        raise typer.BadParameter(", ".join(KINDS))
    audience = Audience(_find_departments(program, department or (), lang), tuple(role or ()), tuple(class_ or ()))
    starts_at = (at if at.tzinfo else at.replace(tzinfo=UTC)) if at else program.clock.now()
    one = Campaign(program.ids.new(), kind, subject, audience, "planned", member.id, 0, starts_at)
    if repeat is not None:
        if not (is_timezone(timezone) and is_rule(repeat, starts_at, timezone)):
            raise refuse(program, "schedule_unread", lang)
        told = (kind, subject, audience, member.id)
        _repeat(program, actor, Schedule(one.id, repeat, timezone, starts_at, None, *told), as_json, lang, dry_run)
        return
    if not dry_run:
        program.store.write(lambda tx: make_campaign(tx, actor, one))
    show_plan(program, one, as_json, lang, "campaign_would" if dry_run else "campaign_made")


def _repeat(program: Program, actor: str, one: Schedule, as_json: bool, lang: str, dry_run: bool) -> None:
    """Note what is to come again, and say when next and to how many as things stand."""
    next_at = find_next_instant(one.rule, one.since, one.timezone, program.clock.now())
    if next_at is None:
        raise refuse(program, "schedule_unread", lang)
    if not dry_run:
        program.store.write(lambda tx: make_schedule(tx, actor, one))
    one = one._replace(next_at=next_at)
    people = read_plan(program.database, one.audience, next_at).people
    if as_json:
        write_json({**_to_schedule(one), "people": people})
    else:
        notice = "schedule_would" if dry_run else "schedule_made"
        sys.stdout.write(
            say(program, notice, lang, people=people, id=one.id, time=write_clock(next_at, one.timezone)) + "\n"
        )


@campaign_app.command("list")
def list_all(email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """All there ever were, the newest first, and before them what comes again."""
    program, _, _ = open_for("campaign.manage", email, lang)
    found, repeated = list_campaigns(program.database), list_schedules(program.database)
    if as_json:
        write_json([*map(_to_schedule, repeated), *map(to_record, found)])
    elif found or repeated:
        coming = [[one.id, "repeats", one.kind, one.subject, one.rule] for one in repeated]
        write_table([*coming, *([one.id, one.state, one.kind, one.subject, str(one.people)] for one in found)])
    else:
        sys.stdout.write(say(program, "campaigns_none", lang) + "\n")


@campaign_app.command("start")
def start(id: Id, dry_run: DryRun = False, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """From now on it goes out, at each person's hours."""
    if dry_run:
        program, _, _ = open_for("campaign.manage", email, lang)
        show_plan(program, find_one(program, id, lang), as_json, lang, "campaign_would")
        return
    _change(id, email, as_json, lang, start_campaign, "campaign_started")


@campaign_app.command("pause")
def pause(id: Id, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """Nothing more of it goes out until `resume`."""
    _change(id, email, as_json, lang, pause_campaign, "campaign_paused")


@campaign_app.command("resume")
def resume(id: Id, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """It goes on where it was paused."""
    _change(id, email, as_json, lang, resume_campaign, "campaign_resumed")


@campaign_app.command("cancel")
def cancel(id: Id, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """Whoever it has not reached yet it will not reach; what comes again comes no more."""
    program, _, actor = open_for("campaign.manage", email, lang)
    repeated = find_schedule(program.database, id)
    if repeated is not None:
        if not program.store.write(lambda tx: end_schedule(tx, actor, repeated.id)):
            raise refuse(program, "campaign_cannot", lang, state="cancelled")
        ended = _to_schedule(repeated._replace(next_at=None))
        if as_json:
            write_json(ended)
        else:
            sys.stdout.write(say(program, "schedule_ended", lang) + "\n")
        return
    _change(id, email, as_json, lang, cancel_campaign, "campaign_cancelled")


def open_for(action: str, email: str | None, lang: str) -> tuple[Program, Member, str]:
    """The program, who acts, and how the audit calls them. Exits where they may not."""
    with starting():
        program = build_program(read_settings(), make=None)
    member, actor = take_role(program, email, lang)
    if not can(member.actor, action, Resource()):
        raise refuse(program, "not_yours", lang)
    return program, member, actor


def find_one(program: Program, id: str, lang: str) -> Campaign:
    one = find_campaign(program.database, id)
    if one is None:
        raise refuse(program, "campaign_unknown", lang)
    return one


def _find_departments(program: Program, names: Any, lang: str) -> tuple[str, ...]:
    """By their names, in either language."""
    known = {name: row.id for row in program.reader.list_departments() for name in (row.name, row.name_en)}
    missing = [name for name in names if name not in known]
    if missing:
        raise refuse(program, "department_unknown", lang, name=missing[0])
    return tuple(known[name] for name in names)


def _change(
    id: str, email: str | None, as_json: bool, lang: str, change: Callable[[Transaction, str, str], Any], done: str
) -> None:
    program, _, actor = open_for("campaign.manage", email, lang)
    one = find_one(program, id, lang)
    came = program.store.write(lambda tx: change(tx, actor, one.id))
    if came is None or came is False:
        raise refuse(program, "campaign_cannot", lang, state=one.state)
    now = find_one(program, one.id, lang)
    if as_json:
        write_json({**to_record(now), **read_progress(program.database, one.id)._asdict()})
    else:
        sys.stdout.write(say(program, done, lang, count=came if came is not True else 0) + "\n")


def show_plan(program: Program, one: Campaign, as_json: bool, lang: str, notice: str) -> None:
    """Exactly whom it reaches, what that costs them, and when."""
    plan = read_plan(program.database, one.audience, max(one.starts_at, program.clock.now()))
    people, minutes, sendings = plan
    if as_json:
        told = {"people": people, "person_minutes": minutes, "sends": [_to_sending(sending) for sending in sendings]}
        write_json({**to_record(one), **told})
        return
    sys.stdout.write(say(program, notice, lang, people=people, minutes=minutes, id=one.id) + "\n")
    rows = [[one.group.timezone, str(one.group.people), *_to_clocks(one)] for one in sendings]
    if rows:
        write_table(rows)


def to_record(one: Campaign) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("id", "kind", "subject", "state", "people")}
    return {**told, "audience": one.audience._asdict(), "starts_at": one.starts_at.isoformat()}


def _to_schedule(one: Schedule) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("id", "kind", "subject", "rule", "timezone")}
    next_at = one.next_at.isoformat() if one.next_at else None
    return {**told, "state": "repeats" if next_at else "ended", "audience": one.audience._asdict(), "next_at": next_at}


def _to_sending(sending: Sending) -> dict[str, Any]:
    group = sending.group
    first_at, last_at = _to_times(sending)
    told = {"timezone": group.timezone, "from_hour": group.hours[0], "to_hour": group.hours[1]}
    return {**told, "people": group.people, "first_at": first_at, "last_at": last_at}


def _to_clocks(sending: Sending) -> list[str]:
    """From when to when, as the clock of those people shows it."""
    return [write_clock(at, sending.group.timezone) for at in (sending.first_at, sending.last_at)]


def _to_times(sending: Sending) -> tuple[str, str]:
    return sending.first_at.isoformat(timespec="seconds"), sending.last_at.isoformat(timespec="seconds")
