"""The commands over the register: its tables, and what is done to one item.

A module of its own, as all of it speaks of items and nothing else does. Each command asks `access` how far the person
reaches, writes its audit row, and says what came of it.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.access import scope
from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import (
    As,
    AsJson,
    Lang,
    check_language,
    refuse,
    say,
    starting,
    take_role,
    write_bytes,
    write_file,
    write_json,
    write_table,
)
from bot.commands.items import Hand, Refused
from bot.documents.wording import Row, Wording
from bot.state.queries import Member

AsCsv = Annotated[str | None, typer.Option("--csv", metavar="[FILE]", help="As CSV; without FILE it is printed.")]
AsXlsx = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="As an Excel file.")]
Every = Annotated[bool, typer.Option("--all", help="Also what was taken off the register.")]
ItemId = Annotated[str, typer.Argument(metavar="ID", help="Its id, or the first eight characters or more.")]
Force = Annotated[bool, typer.Option("--force", help="Write over FILE where it stands.")]

PRINTED = "-"  # in place of a file
item_app = typer.Typer(no_args_is_help=True)
register_app = typer.Typer(invoke_without_command=True)


def complete(args: Sequence[str]) -> list[str]:
    """The arguments with what `--csv` leaves out; typer knows no option whose value may be missing."""
    completed: list[str] = []
    for place, arg in enumerate(args):
        following = args[place + 1] if place + 1 < len(args) else "--"
        completed += [arg, PRINTED] if arg == "--csv" and following.startswith("-") and following != PRINTED else [arg]
    return completed


@register_app.callback()
def register(  # noqa: PLR0913 - everything a person may ask for is a parameter here
    context: typer.Context,
    *,
    email: As = None,
    as_json: AsJson = False,
    as_csv: AsCsv = None,
    as_xlsx: AsXlsx = None,
    everything: Every = False,
    force: Force = False,
    lang: Lang = "ja",
) -> None:
    """The register, as far as the person may see it."""
    if context.invoked_subcommand:
        return
    check_language(lang)
    form = _choose_form(as_json, as_csv, as_xlsx)
    file = as_xlsx or (Path(as_csv) if as_csv and as_csv != PRINTED else None)
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


def _choose_form(as_json: bool, as_csv: str | None, as_xlsx: Path | None) -> str:
    chosen = [name for name, one in (("json", as_json), ("csv", as_csv), ("xlsx", as_xlsx)) if one]
    if len(chosen) > 1:
        raise typer.BadParameter("--json / --csv [FILE] / --xlsx FILE")
    return chosen[0] if chosen else "text"


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


@register_app.command("import")
def import_list(
    file: Path,
    email: As = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Which sheet of a workbook.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write it; without this it is only shown.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Ask once more which column holds what.")] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="ja or en.")] = None,
) -> None:
    """Take a list of information the company keeps already (Excel or CSV) into the register: all of it or nothing."""
    from bot.commands.ledger import Wish, import_ledger

    language = check_language(lang)
    with starting():
        program = build_program(read_settings())
    member, actor = take_role(program, email, language or "ja")
    raise typer.Exit(import_ledger(program, member, actor, Wish(file, sheet, apply, again, language)))


# -- one item ----------------------------------------------------------------------------------------------------------


def _take_hand(email: str | None, lang: str) -> Hand:
    check_language(lang)
    with starting():
        program = build_program(read_settings())
    return Hand(program, *take_role(program, email, lang))


@contextmanager
def _refusing(hand: Hand, lang: str) -> Iterator[None]:
    """What is not to be done is one sentence and an exit code; one more where the shell's history still has it."""
    try:
        yield
    except Refused as refused:
        kept_out = refused.notice.startswith("kept_out_")
        leave = refuse(hand.program, refused.notice, lang, **refused.values)
        raise (refuse(hand.program, "item_in_history", lang) if kept_out else leave) from refused


def _tell(hand: Hand, notice: str, lang: str, **values: Any) -> None:
    sys.stdout.write(say(hand.program, notice, lang, **values) + "\n")


@item_app.command()
def retire(item: ItemId, reason: Annotated[str, typer.Option("--reason")], email: As = None, lang: Lang = "ja") -> None:
    """Take an item off the register, with the reason."""
    hand = _take_hand(email, lang)
    with _refusing(hand, lang):
        _tell(hand, "item_retired", lang, name=hand.retire(item, reason)["name"])


@item_app.command()
def rename(
    item: ItemId,
    name: str,
    english: Annotated[str | None, typer.Option("--en", help="Its English name.")] = None,
    email: As = None,
    lang: Lang = "ja",
) -> None:
    """Give an item another name."""
    hand = _take_hand(email, lang)
    with _refusing(hand, lang):
        before, told = hand.rename(item, name, english)
        _tell(hand, "item_renamed", lang, before=before["name"], name=told)


@item_app.command()
def split(item: ItemId, names: list[str], email: As = None, lang: Lang = "ja") -> None:
    """Put several items in the place of one."""
    hand = _take_hand(email, lang)
    with _refusing(hand, lang):
        before, told = hand.split(item, names)
        _tell(hand, "item_split", lang, name=before["name"], names=told)


@item_app.command()
def owner(
    item: ItemId, person: Annotated[str, typer.Argument(metavar="EMAIL")], email: As = None, lang: Lang = "ja"
) -> None:
    """Say who knows an item best."""
    hand = _take_hand(email, lang)
    with _refusing(hand, lang):
        before, who = hand.give_owner(item, person)
        _tell(hand, "item_owner_changed", lang, name=before["name"], owner=who.name)


# -- why ---------------------------------------------------------------------------------------------------------------


def why(item: ItemId, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """From an item back to the answers it rests on, and forward to what followed."""
    from bot.commands.trail import Trail
    from bot.documents.why import to_lines, to_values
    from bot.state.history import History

    hand = _take_hand(email, lang)
    program, member = hand.program, hand.member
    with _refusing(hand, lang):
        row = hand.find("register.read", item)
    form = "json" if as_json else "text"
    program.store.write(lambda tx: tx.add_entry(hand.actor, "item.viewed", row["id"], form=form))
    words = Wording(program.content.shared, lang)
    history = History(program.database, program.store.vault)
    allowed = scope(member.actor, "register.read")
    told = Trail(program.reader, history, words, allowed, member.timezone).follow(row)
    if as_json:
        write_json(to_values(told, words))
    else:
        sys.stdout.write("\n".join(to_lines(told, words)) + "\n")
