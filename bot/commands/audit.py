"""`audit`: whether the record of all changes is whole, up to which checkpoint that can be vouched for, and making one.

Opens nothing that is sealed.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.access import Resource, can
from bot.anchors import find_outside
from bot.bootstrap import Program, StartFault, build_anchoring, build_program, read_anchors, read_settings
from bot.commands.console import REFUSED, As, AsJson, Lang, refuse, say, starting, take_role, write_json
from bot.state.checkpoints import Looked, Pending, Written, look_over
from bot.state.database import CannotSave
from bot.state.signing import PublicKey, read_public_key
from bot.state.vouching import Doubt, Found, Mark

NO_INPUT = 66  # EX_NOINPUT of sysexits.h: a file that was named cannot be read
EXITS = {"whole": 0, "broken": 1, "unanchored": 2}
audit_app = typer.Typer(no_args_is_help=True)

Places = Annotated[list[Path] | None, typer.Option("--checkpoints", metavar="DIR", help="Checkpoints kept elsewhere.")]
Keys = Annotated[list[Path] | None, typer.Option("--key", metavar="FILE", help="A public key you trust besides ours.")]


@audit_app.command("verify")
def verify_chain(
    places: Places = None, keys: Keys = None, email: As = None, as_json: AsJson = False, lang: Lang = "ja"
) -> None:
    """Whether the record is whole. Exit code 0: yes, vouched for outside; 1: no; 2: yes, but by itself alone."""
    with starting():
        program = build_program(read_settings(), make=None)
    actor = _take_auditor(program, email, lang) if email else None
    known = [_read_key(program, file, lang) for file in keys or ()]
    outside = _read_outside(program, places or (), lang)
    with starting():
        try:
            looked = look_over(program.database, program.signer.public, known, outside)
        except CannotSave as fault:
            raise StartFault("database_unreadable", path=program.database.where) from fault
    if actor:
        result = looked.verdict.result
        program.store.write(lambda tx: tx.add_entry(actor, "audit.verified", "audit", result=result))
    if as_json:
        write_json(_to_record(looked, outside, program.signer.public))
    else:
        _tell(program, looked, outside, lang)
    raise typer.Exit(EXITS[looked.verdict.result])


def _take_auditor(program: Program, email: str, lang: str) -> str:
    member, actor = take_role(program, email, lang)
    if not can(member.actor, "audit.verify", Resource()):
        raise refuse(program, "not_yours", lang)
    return actor


def _read_key(program: Program, file: Path, lang: str) -> PublicKey:
    try:
        key = read_public_key(file.read_text(encoding="utf-8"), program.signer.origin)
    except (OSError, UnicodeDecodeError):
        key = None
    if key is None:
        raise _refuse_file(program, "public_key_unreadable", file, lang)
    return key


def _read_outside(program: Program, places: Sequence[Path], lang: str) -> list[Found]:
    """From the folders that are set, as far as they are there, and from those named, which must be."""
    ours = [one.folder for one in read_anchors(program.settings) if one.folder and one.folder.is_dir()]
    found: dict[Path, list[Found]] = {}
    for place in (*ours, *places):
        try:
            found[place.resolve()] = list(find_outside(place))
        except OSError as fault:
            raise _refuse_file(program, "checkpoints_unreadable", place, lang) from fault
    return [one for several in found.values() for one in several]


def _refuse_file(program: Program, notice: str, file: Path, lang: str) -> typer.Exit:
    """Another exit code than that of a record that is not whole."""
    refuse(program, notice, lang, file=file)
    return typer.Exit(NO_INPUT)


@audit_app.command("checkpoint")
def make_checkpoint(lang: Lang = "ja") -> None:
    """Make a checkpoint now and write it to every place outside; exit code 1 where one does not take it."""
    with starting():
        program = build_program(read_settings(), make=None)
    made, written = build_anchoring(program).do_due(wanted=True)
    lines = [say(program, "checkpoint_made" if made else "checkpoint_none_new", lang, count=made or 0)]
    lines += _list_places(program, written, lang)
    lines += [say(program, "checkpoint_key", lang), f"  {program.signer.public.line}"]
    sys.stdout.write("\n".join(lines) + "\n")
    if written and any(not one.at for one in written.places.values()):
        raise typer.Exit(REFUSED)


def _list_places(program: Program, written: Pending | None, lang: str) -> Iterable[str]:
    for name, one in (written.places if written else {}).items():
        notice = "checkpoint_written" if one.at else "checkpoint_unwritten"
        yield say(program, notice, lang, place=name, tries=one.tries, fault=one.fault)


# -- what was found ----------------------------------------------------------------------------------------------------


def _tell(program: Program, looked: Looked, outside: Sequence[Found], lang: str) -> None:
    verdict, breach = looked.verdict, looked.verdict.breach
    lines = []
    if breach:
        told = {"row": breach.row, "seen": breach.seen_at, "place": breach.place or ""}
        lines.append(say(program, f"audit_{breach.cause}", lang, **told))
    else:
        lines.append(say(program, "audit_whole", lang, count=verdict.rows))
    if breach:
        lines.append(say(program, "audit_sure", lang, count=verdict.sure))
    if (mark := verdict.last_good) and mark != verdict.anchored:
        lines.append(say(program, "audit_last_good", lang, **_to_values(mark)))
    if mark := verdict.anchored:
        lines.append(say(program, "audit_anchored", lang, **_to_values(mark)))
        if verdict.rows_after and not breach:
            lines.append(say(program, "audit_rows_after", lang, count=verdict.rows_after))
    elif not breach:
        lines.append(say(program, "audit_unanchored", lang, count=verdict.rows))
    lines.append(say(program, "audit_counted", lang, made=looked.made, outside=len(outside)))
    for notice, doubts in (("audit_forged", verdict.marks.forged), ("audit_unknown", verdict.marks.unknown)):
        lines += [say(program, notice, lang, count=one.seq, place=one.place, key=one.key) for one in doubts]
    for name, one in looked.unwritten.items():
        lines.append(say(program, "checkpoint_unwritten", lang, place=name, tries=one.tries, fault=one.fault))
    lines += [say(program, "checkpoint_key", lang), f"  {program.signer.public.line}"]
    sys.stdout.write("\n".join(lines) + "\n")


def _to_values(mark: Mark) -> dict[str, Any]:
    at = mark.checkpoint.at.isoformat(timespec="seconds")
    return {"count": mark.checkpoint.seq, "time": at, "place": mark.place}


def _to_record(looked: Looked, outside: Sequence[Found], key: PublicKey) -> dict[str, Any]:
    verdict = looked.verdict
    return {
        "result": verdict.result,
        "rows": verdict.rows,
        "bad": verdict.breach._asdict() if verdict.breach else None,
        "sure": verdict.sure,
        "last_good": _to_values(verdict.last_good) if verdict.last_good else None,
        "anchored": _to_values(verdict.anchored) if verdict.anchored else None,
        "rows_after": verdict.rows_after,
        "checkpoints": {
            "database": looked.made,
            "outside": len(outside),
            "forged": [_to_doubt(one) for one in verdict.marks.forged],
            "unknown_key": [_to_doubt(one) for one in verdict.marks.unknown],
        },
        "unwritten": {name: _to_try(one) for name, one in looked.unwritten.items()},
        "key": key.line,
    }


def _to_doubt(one: Doubt) -> dict[str, Any]:
    return one._asdict()


def _to_try(one: Written) -> dict[str, Any]:
    return {"tries": one.tries, "fault": one.fault}
