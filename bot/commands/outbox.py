"""`outbox`: what waits to be said, what could not be said and why, and saying it again. Names no content."""

import sys
from typing import Annotated, Any

import typer

from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import AsJson, Lang, refuse, say, starting, write_json, write_table
from bot.state.outbox import Dead, Tally, find_dead, resend, tally

STATES = ("ready", "sent", "dead", "cancelled")


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
    counted, dead = tally(database, now), find_dead(database)
    if as_json:
        write_json({**_to_counts(counted), "dead": [_to_letter(one) for one in dead]})
        return
    write_table(_to_lines(counted))
    sys.stdout.write(say(program, "outbox_oldest", lang, time=counted.oldest_at) + "\n" if counted.oldest_at else "")
    if dead:
        sys.stdout.write(say(program, "outbox_dead", lang, count=len(dead)) + "\n")
        write_table([[one.key, one.lane, one.person, one.reason or ""] for one in dead])


def _send_again(program: Program, key: str | None, lang: str) -> None:
    count = program.store.write(lambda tx: resend(tx, program.operator, key))
    if not count:
        raise refuse(program, "outbox_nothing_dead", lang)
    sys.stdout.write(say(program, "outbox_resent", lang, count=count) + "\n")


def _to_counts(counted: Tally) -> dict[str, Any]:
    lanes = {lane: {state: by.get(state, 0) for state in STATES} for lane, by in counted.counts.items()}
    return {"lanes": lanes, "oldest_at": counted.oldest_at.isoformat() if counted.oldest_at else None}


def _to_letter(one: Dead) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("key", "kind", "lane", "person", "reason")}
    return {**told, "due_at": one.due_at.isoformat()}


def _to_lines(counted: Tally) -> list[list[str]]:
    """Lanes and states under the names by which programs and logs know them."""
    lines = [[lane, *(str(by.get(state, 0)) for state in STATES)] for lane, by in counted.counts.items()]
    return [["lane", *STATES], *lines]
