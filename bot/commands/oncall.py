"""`oncall`: in which order those who receive reports are asked to take a case. Tells of no case; knows no role but
theirs."""

import sys
from typing import Annotated

import typer

from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import AsJson, Lang, refuse, say, starting, write_json, write_table
from bot.state.queries import Member
from bot.state.receivers import RECEIVE, list_receivers, settle_turn

oncall_app = typer.Typer(no_args_is_help=True)


@oncall_app.command("list")
def show_turn(as_json: AsJson = False, lang: Lang = "ja") -> None:
    """Who is asked first, and who after that where nobody takes it."""
    with starting():
        program = build_program(read_settings(), make=None)
    found = _list_members(program)
    if as_json:
        write_json([{"email": one.email, "roles": _list_roles(one)} for one in found])
    elif found:
        write_table([[str(place), one.email, one.name, *_list_roles(one)[:1]] for place, one in enumerate(found, 1)])
    else:
        sys.stdout.write(say(program, "oncall_nobody", lang) + "\n")


@oncall_app.command("set")
def set_turn(
    emails: Annotated[list[str] | None, typer.Argument(metavar="EMAIL...", help="Without any: by role again.")] = None,
    lang: Lang = "ja",
) -> None:
    """These are asked first, in this order, and all others after them; written in the audit."""
    with starting():
        program = build_program(read_settings(), make=None)
    known = {one.email: one.id for one in _list_members(program)}
    named = list(dict.fromkeys(one.casefold() for one in emails or ()))
    if strange := [one for one in named if one not in known]:
        raise refuse(program, "oncall_unknown", lang, email=strange[0])
    program.store.write(lambda tx: settle_turn(tx, program.operator, [known[one] for one in named]))
    sys.stdout.write(say(program, "oncall_settled", lang) + "\n")


def _list_members(program: Program) -> list[Member]:
    """Those who receive reports, in turn."""
    known = {one.id: one for one in program.reader.list_members()}
    return [known[one] for one in list_receivers(program.database.fetch)]


def _list_roles(member: Member) -> list[str]:
    return [role for role in RECEIVE if role in member.roles]
