"""What every command of the command line shares: a refused start, phrases, who acts, how an answer is written.

Knows no command and decides nothing.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.bootstrap import Program, StartFault
from bot.engine.model import Text
from bot.engine.words import Names, fill
from bot.faults import CONFIGURATION, word_fault
from bot.state.people import TIMEZONE
from bot.state.queries import Member

REFUSED = 1

As = Annotated[str | None, typer.Option("--as", metavar="EMAIL", help="Who acts.")]
Lang = Annotated[str, typer.Option("--lang", help="ja or en.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@contextmanager
def starting() -> Iterator[None]:
    """A refused start is one sentence and exit code 78."""
    try:
        yield
    except StartFault as fault:
        sys.stderr.write(word_fault(fault.code, **fault.params) + "\n")
        raise typer.Exit(CONFIGURATION) from fault


def say(program: Program, notice: str, language: str, **values: Any) -> str:
    """One of the product's own phrases, for the command line."""
    text: Text = program.content.shared.says[notice]
    return fill(
        text.of(language), values, language, program.content.shared, Names(company=program.reader.read_company())
    )


def refuse(program: Program, notice: str, language: str, **values: Any) -> typer.Exit:
    sys.stderr.write(say(program, notice, language, **values) + "\n")
    return typer.Exit(REFUSED)


def take_role(program: Program, email: str | None, language: str) -> tuple[Member, str]:
    """The person `--as` names and how the audit calls who acts. Exits where that is not to be had."""
    member = program.find_member(email)
    if member is None or not member.active:
        raise refuse(program, "not_yours" if email else "as_needed", language)
    actor = program.name_actor(member)
    if actor is None:
        raise refuse(program, "operator_needed", language)
    return member, actor


def to_stranger(email: str, language: str) -> Member:
    """Somebody whom the directory does not know, or knows no more: without an id; a report is all they may do."""
    return Member("", email, email, language, "", Text(ja="", en=""), "", (), TIMEZONE, active=False)


def check_language(lang: str | None) -> str | None:
    if lang not in (None, "ja", "en"):
        raise typer.BadParameter("ja / en")
    return lang


def write_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def write_table(rows: Sequence[Sequence[str]]) -> None:
    from rich.cells import cell_len as width  # noqa: PLC0415 - most commands show no table

    wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell + " " * (most - width(cell)) for cell, most in zip(row, wide, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def write_bytes(data: bytes) -> None:
    typer.echo(data, nl=False)


def write_file(path: Path, data: bytes, force: bool) -> None:
    """A file for its owner alone; what stands there stays unless `force`. Raises OSError, and then leaves nothing."""
    target = path.with_name(f".{path.name}.{os.getpid()}") if force else path
    opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(data)
        if force:
            target.replace(path)
    except OSError:
        target.unlink(missing_ok=True)
        raise
