"""A pack of a case for tests, and changing one as somebody with the key, or with key and database, could."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.access import Scope
from bot.bootstrap import Program, build_anchoring, build_program
from bot.commands.evidence import make_files
from bot.conclusions import NoteIncident
from bot.settings import Settings
from bot.state.audit import Entry, digest_row, link_row
from bot.state.casework import note_incident
from bot.state.incidents import Cases
from bot.state.packs import AUDIT, PACK, SIGNATURE, SUMS, judge_pack, sign_sums, write_sums
from bot.state.signing import Signer
from tests.bot.trial import SATO, put_forward
from tests.state.taken import act_as, find, note, open_case
from tests.state.world import content

Files = dict[str, bytes]
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TAKEN = {"what": "設計サーバのログ", "place": "金庫の封筒", "method": "copy", "sha256": HASH, "corrects": None}


class Packed:
    """A pack as it was written, who signed it, and the number of its case."""

    def __init__(self, files: Files, signer: Signer, number: str) -> None:
        self.files, self.signer, self.number = files, signer, number


def make_case(program: Program) -> str:
    """A case with evidence, about an item of the register, and something else that happened meanwhile."""
    put_forward(program, SATO, {"金型の図面": 3}, places=["設計サーバの金型フォルダ"])
    case = open_case(program)
    lead = find(program, "takahashi").id
    (row,) = program.reader.read_register(Scope(department=find(program, "sato").department_id))
    facts = {"items": [row["id"]], "answers": {"personal_data": "yes"}}
    fact = NoteIncident(case.id, "fact", facts, {"items": [row["id"]]})
    program.store.write(lambda tx: note_incident(tx, act_as(lead), lead, fact))
    note(program, "takahashi", case, "evidence", **TAKEN, taker=lead)
    program.store.write(lambda tx: tx.add_entry(SATO, "company.fact_set", "something else"))
    note(program, "takahashi", case, "handover", of=4, what=TAKEN["what"], **{"from": "高橋", "to": "調査会社"})
    return case.number


def make_pack(folder: Path) -> Packed:
    """A trial with a case, packed."""
    settings = Settings(data=folder / "data", key_file=folder / "key" / "master.key", DATABASE_URL=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.bootstrap.read_content", lambda _: content())
        program = build_program(settings, make="trial")
    number = make_case(program)
    lead = find(program, "takahashi")
    case = Cases(program.reader.database, program.reader.vault).find(lead.actor, number)
    assert case is not None
    build_anchoring(program).do_due(wanted=True)
    files = make_files(program, lead, case)
    program.database.close()
    return Packed(files, program.signer, number)


def judge(files: Files) -> str:
    return judge_pack(files).result


def sign(files: Files, signer: Signer) -> Files:
    """The files as whoever holds the key would sign them."""
    sums = write_sums(files)
    return {**files, SUMS: sums.encode(), SIGNATURE: sign_sums(signer, sums).encode()}


def read_rows(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[AUDIT].splitlines()]


def write_rows(files: Files, rows: list[dict[str, Any]]) -> Files:
    return {**files, AUDIT: "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode()}


def rechain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with hashes that follow from each other, as somebody with the database could make them."""
    before, made = rows[0]["before"], [rows[0]]
    for row in rows[1:]:
        digest = row.get("digest")
        if "action" in row:
            digest = digest_row(row["seq"], Entry(row["actor"], row["action"], row["object"], row["detail"], row["at"]))
        before = link_row(before, str(digest))
        made.append({**row, "hash": before})
    return made


def change_pack(files: Files, change: Callable[[dict[str, Any]], None]) -> Files:
    pack = json.loads(files[PACK])
    change(pack)
    return {**files, PACK: json.dumps(pack, ensure_ascii=False).encode()}
