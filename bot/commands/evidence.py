"""`evidence`: writes the record of a case out so that others can rely on it, and verifies one without any database."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.anchors import find_outside
from bot.bootstrap import Program, build_anchoring, build_program, read_content, read_settings
from bot.commands.console import REFUSED, As, AsJson, Lang, refuse, say, starting, take_role, write_file, write_json
from bot.documents.wording import Wording
from bot.engine.lexicon import Shared
from bot.engine.loader import Content
from bot.engine.words import Names, fill
from bot.handbook.incident import read_response
from bot.keeping import describe_keeping
from bot.packing import gather_pack
from bot.state.commitments import LINE
from bot.state.incidents import Cases, Incident
from bot.state.packs import (
    ALL,
    AUDIT,
    CHECKPOINTS,
    GUIDE,
    KEY,
    PACK,
    RECORD,
    SIGNATURE,
    SUMS,
    Verdict,
    judge_pack,
    sign_sums,
    write_sums,
)
from bot.state.permits import find_allowed, note_packed
from bot.state.proofs import read_checkpoints, read_links
from bot.state.queries import Member
from bot.state.rows import to_json
from bot.state.signing import PublicKey, read_public_key

EXITS = {"whole": 0, "broken": 1, "unanchored": 2}
TRIES = 3  # where somebody writes to the case meanwhile
LANGUAGES = ("ja", "en")
evidence_app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="DIR")]
Places = Annotated[list[Path] | None, typer.Option("--checkpoints", metavar="DIR", help="Checkpoints kept elsewhere.")]
Keys = Annotated[list[Path] | None, typer.Option("--key", metavar="FILE", help="A public key you were given.")]


@evidence_app.command("pack")
def pack_case(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Its number.")],
    folder: Folder,
    email: As = None,
    lang: Lang = "ja",
) -> None:
    """Write the record of a case into an empty folder, for a court or a lawyer; whoever did so is in the audit."""
    with starting():
        program = build_program(read_settings(), make=None)
    member, actor, found = (
        _find_own(program, case, email, lang) if program.is_trial or email else _find_allowed(program, case, lang)
    )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise refuse(program, "pack_folder_taken", lang, dir=folder)
    told = None if program.is_trial else member.id
    program.store.write(lambda tx: note_packed(tx, actor, found.id, told))
    _, written = build_anchoring(program).do_due(wanted=True)
    files = make_files(program, member, found)
    _write_files(program, folder, files, lang)
    verdict = judge_pack(files)
    told_of = {"number": found.number, "dir": folder, "lines": verdict.lines}
    sys.stdout.write(say(program, "pack_written", lang, **told_of) + "\n")
    if verdict.result == "unanchored":
        sys.stdout.write(say(program, "pack_unvouched", lang) + "\n")
    elif written is None or any(not one.at for one in written.places.values()):
        sys.stdout.write(say(program, "pack_not_anchored", lang) + "\n")


def _find_own(program: Program, case: str, email: str | None, lang: str) -> tuple[Member, str, Incident]:
    """In the trial, by somebody who is in it; nobody acts for another in cases anywhere else."""
    if not program.is_trial:
        raise refuse(program, "case_as_refused", lang)
    member, actor = take_role(program, email, lang)
    found = Cases(program.reader.database, program.reader.vault).find(member.actor, case)
    if found is None:
        raise refuse(program, "not_yours", lang)
    return member, actor, found


def _find_allowed(program: Program, case: str, lang: str) -> tuple[Member, str, Incident]:
    """By whoever runs the program, as its leader let them; a case nobody let out is answered like none."""
    reader = program.reader
    if not program.settings.operator:
        raise refuse(program, "operator_needed", lang)
    known = find_allowed(reader.database, reader.vault, case, program.clock.now())
    member = reader.find_person(known[1]) if known else None
    found = Cases(reader.database, reader.vault).find(member.actor, known[0]) if known and member else None
    if member is None or found is None:
        raise refuse(program, "pack_not_allowed", lang)
    return member, f"{program.operator} for {member.id}", found


def make_files(program: Program, member: Member, case: Incident) -> dict[str, bytes]:
    """The files of a pack; made anew where a line came between the record and what proves it."""
    for _ in range(TRIES):
        files = _gather_files(program, member, case)
        if judge_pack(files).result != "broken":
            break
    return files


def _gather_files(program: Program, member: Member, case: Incident) -> dict[str, bytes]:
    from bot.documents.evidence_record import Telling, write_record

    content, public = program.content, program.signer.public
    response = read_response(content.catalogue["incident"])
    pack = gather_pack(program.reader, member, case, response, program.clock.now())
    links = read_links(program.database, case.id)
    shared, guide = content.shared, list(_write_guide(content.shared))
    items = {one["id"]: {"ja": one["name"], "en": one["name_en"] or one["name"]} for one in pack["items"]}
    telling = Telling(pack, [Wording(shared, one) for one in LANGUAGES], {**name_things(content), **items})
    files = {
        PACK: to_json(pack).encode() + b"\n",
        RECORD: write_record(telling, _list_proofs(links), public.line, guide),
        AUDIT: "".join(to_json(one) + "\n" for one in links).encode(),
        KEY: f"{public.line}\n".encode(),
        GUIDE: "\n".join([*guide, ""]).encode(),
    }
    sums = write_sums(files)
    files |= {SUMS: sums.encode(), SIGNATURE: sign_sums(program.signer, sums).encode()}
    return {**files, CHECKPOINTS: read_checkpoints(program.database, links[0]["first"], public.id).encode()}


def _list_proofs(links: list[dict[str, Any]]) -> dict[int, str]:
    details = (json.loads(row["detail"]) for row in links if row.get("action") == LINE)
    return {one["seq"]: one["commitment"] for one in details}


def _write_guide(shared: Shared) -> Iterator[str]:
    for language in LANGUAGES:
        yield from shared.says["pack_guide"].of(language).strip().splitlines()


def name_things(content: Content) -> dict[str, Mapping[str, str]]:
    """What ids of the catalogue are called."""
    incident, measures = content.catalogue["incident"], content.catalogue["measures"]["measures"]
    notices = content.flows["course"].catalogue["notices"]["notices"]
    tables = [notices, *(incident[name] for name in ("stops", "signs", "tasks", "traces", "team", "clocks", "facts"))]
    named = {id: one["name"] for table in tables for id, one in table.items()}  # the later outweigh the earlier
    traces = {f"trace-{id}": one["name"] for id, one in incident["traces"].items()}
    stops = {f"stop-{id}": one["name"] for id, one in incident["stops"].items()}
    methods = {name: text.model_dump() for name, text in content.flows["evidence"].messages.items()}
    return {**methods, **{id: one["short"] for id, one in measures.items()}, **named, **traces, **stops}


def _write_files(program: Program, folder: Path, files: Mapping[str, bytes], lang: str) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ALL:
            write_file(folder / name, files[name], force=False)
    except OSError as fault:
        raise refuse(program, "pack_unwritable", lang, dir=folder) from fault


# -- kept --------------------------------------------------------------------------------------------------------------


@evidence_app.command("retention")
def show_retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Nothing else is done here.")] = True,
    email: As = None,
    as_json: AsJson = False,
    lang: Lang = "ja",
) -> None:
    """When each case this person is in is erased by itself, and what goes then; erases nothing."""
    program, member, _ = _open(email, lang)
    cases = Cases(program.reader.database, program.reader.vault)
    found = [describe_keeping(cases, member.actor, one) for one in cases.list_open(member.actor)]
    if as_json:
        write_json(found)
        return
    for one in found:
        how = "held" if one["held"] else "until" if one["keep_until"] else "open"
        sys.stdout.write(say(program, f"retention_{how}", lang, **one) + "\n")
    if not found:
        sys.stdout.write(say(program, "retention_none", lang) + "\n")


def _open(email: str | None, lang: str) -> tuple[Program, Member, str]:
    """The trial and who acts there; nobody acts for another in cases anywhere else."""
    with starting():
        program = build_program(read_settings(), make=None)
    if not program.is_trial:
        raise refuse(program, "case_as_refused", lang)
    return program, *take_role(program, email, lang)


# -- verified ----------------------------------------------------------------------------------------------------------


@evidence_app.command("verify")
def verify_pack(
    folder: Folder, keys: Keys = None, places: Places = None, as_json: AsJson = False, lang: Lang = "ja"
) -> None:
    """Whether a pack is whole. Exit code 0: yes, and vouched for; 1: no; 2: yes, but by itself alone."""
    with starting():
        shared = read_content(read_settings()).shared
    try:
        files = {one.name: one.read_bytes() for one in sorted(folder.iterdir()) if not one.name.startswith(".")}
        origin = files.get(SIGNATURE, b"").decode(errors="replace").partition(" ")[0]
        trusted = [_read_key(file, origin) for file in keys or ()]
        outside = [found.note for place in places or () for found in find_outside(place)]
    except (OSError, ValueError) as fault:
        sys.stderr.write(_word(shared, "pack_unreadable_dir", lang, dir=getattr(fault, "filename", folder)) + "\n")
        raise typer.Exit(REFUSED) from fault
    verdict = judge_pack(files, trusted, outside)
    if as_json:
        write_json(verdict._asdict())
    else:
        sys.stdout.write("\n".join(_tell(shared, verdict, lang)) + "\n")
    raise typer.Exit(EXITS[verdict.result])


def _read_key(file: Path, origin: str) -> PublicKey:
    key = read_public_key(file.read_text(encoding="utf-8"), origin)
    if key is None:
        raise OSError(0, "no key", str(file))
    return key


def _tell(shared: Shared, verdict: Verdict, lang: str) -> Iterator[str]:
    if verdict.result == "broken":
        yield _word(shared, f"pack_broken_{verdict.cause}", lang, where=verdict.where)
        return
    rows, time = verdict.anchored or (0, "")
    values = {"case": verdict.case, "lines": verdict.lines, "alone": verdict.alone, "rows": rows, "time": time}
    yield _word(shared, f"pack_{verdict.result}", lang, **values)
    yield _word(shared, "pack_which_key", lang, key=verdict.key)
    if verdict.hidden:
        yield _word(shared, "pack_hidden", lang, rows=verdict.hidden)


def _word(shared: Shared, notice: str, lang: str, **values: Any) -> str:
    return fill(shared.says[notice].of(lang), values, lang, shared, Names())
