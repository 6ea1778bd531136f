"""`moments`: turns of working life that a list tells of, so that each person has their short talk; and those of long
holidays, switched on and off.

Decides by `access`; a list is taken whole or not at all.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

from bot.access import Resource, Scope, can, scope
from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import REFUSED, As, AsJson, Lang, refuse, say, starting, take_role, write_json, write_table
from bot.engine.dates import read_last_day
from bot.grades import PlanMoment
from bot.handbook.awareness import Moment, read_moments
from bot.hours import find_day
from bot.intake.occasions import EMAILS, Legend, Sheet, Told, read_occasions
from bot.intake.people import Complaint, decode
from bot.state.occasions import PLAN, SWITCH, bring_holidays, has_holidays, list_planned, plan_moment
from bot.state.queries import Member
from bot.state.record import Transaction


class Acting(NamedTuple):
    """Who tells of moments: how the audit calls them, and in which language they read."""

    program: Program
    member: Member
    actor: str
    language: str

    @property
    def moments(self) -> Mapping[str, Moment]:
        return read_moments(self.program.content.awareness)


class Group(NamedTuple):
    """One moment on one day: for whom it is new, and how many know of it already."""

    moment: str
    day: date
    new: tuple[str, ...]
    known: int


def tell_moments(
    file: Annotated[Path | None, typer.Argument(help="CSV: email, moment, date.")] = None,
    holidays: Annotated[
        Literal["on", "off"] | None, typer.Option("--holidays", help="Before each long holiday, to everybody.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would come to.")] = False,
    email: As = None,
    as_json: AsJson = False,
    lang: Lang = "ja",
) -> None:
    """Have the short talks of these moments come to these people; without a file, say which moments there are."""
    with starting():
        program = build_program(read_settings(), make=None)
    member, actor = take_role(program, email, lang)
    if scope(member.actor, PLAN) == Scope():
        raise refuse(program, "not_yours", lang)
    acting = Acting(program, member, actor, lang)
    if holidays:
        _switch(acting, holidays == "on", as_json, dry_run)
    if file is not None:
        _take(acting, file, as_json, dry_run)
    elif not holidays:
        _show(acting, as_json)


# -- what there is -----------------------------------------------------------------------------------------------------


def _show(acting: Acting, as_json: bool) -> None:
    """Each moment with the words for it, what its day is and when it comes."""
    comes = has_holidays(acting.program.database)
    if as_json:
        told = [{"id": one.id, "name": one.name.model_dump(), "comes": one.comes} for one in acting.moments.values()]
        write_json({"moments": told, "holidays": "on" if comes else "off"})
        return
    write_table(
        [
            [one.id, one.name.of(acting.language), one.date.of(acting.language), _tell(acting, f"moment_{one.comes}")]
            for one in acting.moments.values()
        ]
    )
    sys.stdout.write(_tell(acting, "moments_holidays_on" if comes else "moments_holidays_off") + "\n")


def _tell(acting: Acting, notice: str, **values: Any) -> str:
    return say(acting.program, notice, acting.language, **values)


def _switch(acting: Acting, comes: bool, as_json: bool, dry_run: bool) -> None:
    program, member = acting.program, acting.member
    if not can(member.actor, SWITCH, Resource()):
        raise refuse(program, "not_yours", acting.language)
    if not dry_run:
        program.store.write(lambda tx: bring_holidays(tx, acting.actor, member.id, comes))
    comes = has_holidays(program.database)
    if as_json:
        write_json({"holidays": "on" if comes else "off"})
    else:
        sys.stdout.write(_tell(acting, "moments_holidays_on" if comes else "moments_holidays_off") + "\n")


# -- a list ------------------------------------------------------------------------------------------------------------


def _take(acting: Acting, file: Path, as_json: bool, dry_run: bool) -> None:
    """All of it or nothing."""
    sheet, persons = _read(acting, file)
    if sheet.complaints:
        _complain(acting, sheet.complaints, as_json)
        raise typer.Exit(REFUSED)
    groups = _sort(acting, sheet.told, persons)
    if not dry_run:
        acting.program.store.write(lambda tx: _plan(tx, acting, groups))
    count, known = sum(len(one.new) for one in groups), sum(one.known for one in groups)
    if as_json:
        told = [{"moment": one.moment, "day": one.day, "people": len(one.new), "known": one.known} for one in groups]
        write_json({"planned": count, "known": known, "dry_run": dry_run, "moments": told})
        return
    notice = "moments_would" if dry_run else "moments_planned"
    sys.stdout.write(_tell(acting, notice if count else "moments_known", count=count, known=known) + "\n")
    names = {name: one.name.of(acting.language) for name, one in acting.moments.items()}
    if count:
        write_table([[names[one.moment], one.day.isoformat(), str(len(one.new))] for one in groups if one.new])


def _read(acting: Acting, file: Path) -> tuple[Sheet, dict[str, Member]]:
    """The file, and those of the directory by address; who is not in it, or not theirs, is a complaint, too."""
    try:
        text = decode(file.read_bytes())
    except OSError:
        return Sheet((), (Complaint(0, str(file), "file_unreadable"),)), {}
    if text is None:
        return Sheet((), (Complaint(0, str(file), "not_csv"),)), {}
    program = acting.program
    today = find_day(program.clock.now(), acting.member.timezone)
    columns = program.content.awareness["moments"]["columns"]
    words = program.store.words.dates

    def read_day(said: str) -> date | None:
        return read_last_day(said, today, words) if words else None

    sheet = read_occasions(text, Legend(columns, acting.moments, read_day, today, acting.language))
    persons = {one.email.casefold(): one for one in program.reader.list_members() if one.active}
    strange = [one for told in sheet.told if (one := _find_strange(acting, told, persons.get(told.email)))]
    return Sheet(sheet.told, tuple(sorted([*sheet.complaints, *strange], key=lambda one: one.row))), persons


def _find_strange(acting: Acting, told: Told, known: Member | None) -> Complaint | None:
    if known is None:
        return Complaint(told.row, EMAILS, "person_unknown", told.email)
    if not can(acting.member.actor, PLAN, Resource(known.id, known.department_id)):
        return Complaint(told.row, EMAILS, "person_not_yours", told.email)
    return None


def _sort(acting: Acting, told: Sequence[Told], persons: Mapping[str, Member]) -> list[Group]:
    """By moment and day, in the order of the file; a row that stands there twice counts once."""
    named: dict[tuple[str, date], dict[str, None]] = {}
    for one in told:
        named.setdefault((one.moment, one.day), {})[persons[one.email].id] = None
    groups = []
    for (moment, day), ids in named.items():
        known = list_planned(acting.program.database, moment, day) & set(ids)
        groups.append(Group(moment, day, tuple(one for one in ids if one not in known), len(known)))
    return groups


def _plan(tx: Transaction, acting: Acting, groups: Sequence[Group]) -> None:
    for one in groups:
        wanted = PlanMoment(one.moment, acting.moments[one.moment].comes, one.new, one.day.isoformat())
        plan_moment(tx, acting.actor, acting.member.id, wanted)


def _complain(acting: Acting, complaints: Sequence[Complaint], as_json: bool) -> None:
    lines = [
        _tell(acting, f"complaint_{one.rule}", row=one.row, column=one.column, accepted=one.accepted)
        for one in complaints
    ]
    if as_json:
        told = [{"row": one.row, "column": one.column, "rule": one.rule} for one in complaints]
        write_json({"complaints": [{**one, "text": line} for one, line in zip(told, lines, strict=True)]})
    else:
        head = _tell(acting, "import_refused", count=len(complaints))
        sys.stdout.write("\n".join([head, *lines]) + "\n")
