"""`outbox`: what waits to be said, what could not be said and why, and saying it again. Names no content."""

import sys
from typing import Annotated, Any

import typer

from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import AsJson, Lang, refuse, say, starting, write_json, write_table
from bot.state.outbox import DEAD, GIVEN_UP, UNKNOWN, GivenUp, Tally, find_given_up, resend, tally

STATES = ("ready", "sent", DEAD, UNKNOWN, "cancelled")


def show_outbox(
    as_json: AsJson = False,
    key: Annotated[str | None, typer.Option("--resend", metavar="KEY", help="Send this one again.")] = None,
    everything: Annotated[bool, typer.Option("--resend-all", help="Send all again that could not be sent.")] = False,
    lang: Lang = "ja",
) -> None:
    """What waits to be said, what could not be said and why."""
    with starting():
        program = build_program(read_settings(), make=None)
    if key or everything:
        _send_again(program, None if everything else key, lang)
        return
    database, now = program.store.database, program.clock.now()
    counted, given_up = tally(database, now), find_given_up(database)
    if as_json:
        told = {state: [_to_letter(one) for one in given_up if one.state == state] for state in GIVEN_UP}
        write_json({**_to_counts(counted), **told})
        return
    write_table(_to_lines(counted))
    sys.stdout.write(say(program, "outbox_oldest", lang, time=counted.oldest_at) + "\n" if counted.oldest_at else "")
    for state in GIVEN_UP:
        if found := [one for one in given_up if one.state == state]:
            sys.stdout.write(say(program, f"outbox_{state}", lang, count=len(found)) + "\n")
            write_table([[one.key, one.lane, one.person, one.reason or ""] for one in found])


def _send_again(program: Program, key: str | None, lang: str) -> None:
    count = program.store.write(lambda tx: resend(tx, program.operator, key))
    if not count:
        raise refuse(program, "outbox_nothing_dead", lang)
    sys.stdout.write(say(program, "outbox_resent", lang, count=count) + "\n")


def _to_counts(counted: Tally) -> dict[str, Any]:
    lanes = {lane: {state: by.get(state, 0) for state in STATES} for lane, by in counted.counts.items()}
    return {"lanes": lanes, "oldest_at": counted.oldest_at.isoformat() if counted.oldest_at else None}


def _to_letter(one: GivenUp) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("key", "kind", "lane", "person", "reason")}
    return {**told, "due_at": one.due_at.isoformat()}


def _to_lines(counted: Tally) -> list[list[str]]:
    """Lanes and states under the names by which programs and logs know them."""
    lines = [[lane, *(str(by.get(state, 0)) for state in STATES)] for lane, by in counted.counts.items()]
    return [["lane", *STATES], *lines]
