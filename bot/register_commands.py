"""The commands over the register: its tables. A module of its own, as all of it speaks of items and nothing else does.

Each asks `access` how far the person's view reaches, writes one audit row, and says what came of it.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.access import scope
from bot.bootstrap import Program, build_program, read_settings
from bot.console import (
    As,
    AsJson,
    Lang,
    check_language,
    refuse,
    starting,
    take_role,
    write_bytes,
    write_file,
    write_json,
    write_table,
)
from bot.documents.wording import Row, Wording
from bot.state.queries import Member

File = Annotated[Path | None, typer.Argument(metavar="FILE", help="Where to write it; --csv without one prints.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV, to FILE or here.")]
AsXlsx = Annotated[bool, typer.Option("--xlsx", help="As an Excel file, to FILE.")]
Every = Annotated[bool, typer.Option("--all", help="Also what was taken off the register.")]
Force = Annotated[bool, typer.Option("--force", help="Write over FILE where it stands.")]


def register(  # noqa: PLR0913 - everything a person may ask for is a parameter here
    file: File = None,
    *,
    email: As = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_xlsx: AsXlsx = False,
    everything: Every = False,
    force: Force = False,
    lang: Lang = "ja",
) -> None:
    """The register, as far as the person may see it."""
    check_language(lang)
    form = _choose_form(as_json, as_csv, as_xlsx, file)
    with starting():
        program = build_program(read_settings())
    member, actor = take_role(program, email, lang)
    if file and file.exists() and not force:
        raise refuse(program, "file_exists", lang, file=file)
    known = program.reader.read_register(scope(member.actor, "register.read"))
    rows = [row for row in known if everything or row["state"] != "retired"]
    program.store.write(lambda tx: tx.add_entry(actor, "register.viewed", member.id, count=len(rows), form=form))
    words = Wording(program.content.shared, lang)
    if form == "text":
        from bot.documents.register import to_table

        write_table(to_table(rows, words, [row["id"] for row in known]))
    elif form == "json":
        from bot.documents.register import to_record

        write_json([to_record(row) for row in rows])
    else:
        _hand_over(program, file, _make_file(program, member, rows, words, form), force, lang)


def _choose_form(as_json: bool, as_csv: bool, as_xlsx: bool, file: Path | None) -> str:
    chosen = [name for name, one in (("json", as_json), ("csv", as_csv), ("xlsx", as_xlsx)) if one]
    form = chosen[0] if chosen else "text"
    if len(chosen) > 1 or (form == "xlsx" and file is None) or (file and form not in ("csv", "xlsx")):
        raise typer.BadParameter("--json / --csv [FILE] / --xlsx FILE")
    return form


def _make_file(program: Program, member: Member, rows: Sequence[Row], words: Wording, form: str) -> bytes:
    from bot.documents.register import to_csv, to_xlsx

    if form == "csv":
        return to_csv(rows, words)
    company = program.reader.read_company().get("name")
    return to_xlsx(rows, words, company.of(words.language) if company else "", _find_today(program, member))


def _find_today(program: Program, member: Member) -> date:
    return program.clock.now().astimezone(ZoneInfo(member.timezone)).date()


def _hand_over(program: Program, file: Path | None, data: bytes, force: bool, lang: str) -> None:
    if file is None:
        write_bytes(data)
        return
    try:
        write_file(file, data, force)
    except FileExistsError as fault:
        raise refuse(program, "file_exists", lang, file=file) from fault
    except OSError as fault:
        raise refuse(program, "file_unwritable", lang, file=file) from fault
