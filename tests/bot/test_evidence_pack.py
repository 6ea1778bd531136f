"""`evidence pack` and `evidence verify`: whole as written, broken by any change, unanchored without a checkpoint."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select, update

from bot.given import list_places
from bot.holds import AllowPack
from bot.state.commitments import LINE, commit
from bot.state.incidents import Cases
from bot.state.packs import CHECKPOINTS, PACK, RECORD, SUMS, judge_pack
from bot.state.permits import ALLOWED_FOR, allow_pack, find_allowed
from bot.state.tables import deployment, outbox
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, MANAGER, Run, open_trial, read_entries
from tests.state.packed import HASH, Packed, make_case, read_rows
from tests.state.taken import act_as, find, note

__all__ = ["run"]  # pytest finds it among this module's names

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def packed(run: Run, place: Path) -> Packed:
    program = open_trial()
    number = make_case(program)
    program.database.close()
    result = run("evidence", "pack", number, str(place / "pack"), "--as", MANAGER)
    assert result.exit_code == 0, result.output
    return Packed({one.name: one.read_bytes() for one in (place / "pack").iterdir()}, program.signer, number)


def verify(run: Run, folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    result = run("evidence", "verify", str(folder), "--json", *words)
    told: dict[str, Any] = json.loads(result.stdout)
    return result.exit_code, told


# -- written -----------------------------------------------------------------------------------------------------------


def test_a_pack_as_written_is_whole(run: Run, packed: Packed, place: Path) -> None:
    """Exit code 0, also with the company's key and the checkpoints kept outside given; sha256sum agrees."""
    code, told = verify(run, place / "pack")
    assert (code, told["result"], told["case"], told["lines"], told["alone"]) == (0, "whole", packed.number, 5, 0)
    outside = place / "key" / "checkpoints"
    (key,) = outside.glob("*.pem")
    assert verify(run, place / "pack", "--key", str(key), "--checkpoints", str(outside))[0] == 0
    for line in packed.files[SUMS].decode().splitlines():
        digest, name = line.split("  ")
        assert sha256(packed.files[name]).hexdigest() == digest
    for language in ("ja", "en"):
        told_in = run("evidence", "verify", str(place / "pack"), "--lang", language)
        assert (told_in.exit_code, packed.number in told_in.output) == (0, True)


def test_it_holds_the_case_and_nothing_of_anything_else(packed: Packed) -> None:
    """The record, what it is about and what was measured stand in it; of other rows a digest alone, of who reported
    nothing."""
    pack = json.loads(packed.files[PACK])
    assert [one["kind"] for one in pack["record"]] == ["report", "decision", "fact", "evidence", "handover"]
    assert [(one["name"], one["places"]) for one in pack["items"]] == [("金型の図面", ["設計サーバの金型フォルダ"])]
    assert [one for one in pack["deadlines"] if one["state"] in ("due", "maybe")]
    rows = read_rows(packed.files)[1:]
    assert {row["object"] for row in rows if "action" in row} == {pack["case"]["id"]}
    assert {tuple(row) for row in rows if "action" not in row} == {("seq", "digest", "hash")}
    text = b"".join(packed.files.values()).decode(errors="replace")
    assert not [word for word in ("something else", "company.fact_set", "interview.begun", "R-7Q4") if word in text]


def test_the_word_file_says_every_line_in_both_languages(packed: Packed) -> None:
    """Each line stands there with its proof, each section has a heading, and pages are numbered."""
    document = Document(BytesIO(packed.files[RECORD]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    pack = json.loads(packed.files[PACK])
    for line in pack["record"]:
        proof = commit(line["salt"], pack["case"]["id"], line["seq"], line["kind"], line["body"])
        assert proof in cells
    assert any(HASH in cell and "金庫の封筒" in cell for cell in cells)
    titles = [one.text for one in document.paragraphs if one.style and (one.style.name or "").startswith("Heading")]
    assert len(titles) == 10
    assert all(" / " in title for title in titles)
    assert "NUMPAGES" in document.sections[0].footer.paragraphs[0]._p.xml


def test_packing_is_written_in_the_audit_and_for_members_alone(run: Run, packed: Packed, place: Path) -> None:
    """Whoever was not let in is refused as for a case that does not exist, and leaves nothing behind."""
    assert [one[:2] for one in read_entries("incident.exported")] == [(find_id("takahashi"), "incident.exported")]
    refused = run("evidence", "pack", packed.number, str(place / "other"), "--as", CLERK)
    nothing = run("evidence", "pack", "ZZZZ", str(place / "other"), "--as", CLERK)
    assert (refused.exit_code, refused.output) == (nothing.exit_code, nothing.output) == (1, nothing.output)
    assert not (place / "other").exists()
    assert run("evidence", "pack", packed.number, str(place / "pack"), "--as", MANAGER).exit_code == 1  # not empty
    assert len(read_entries("incident.exported")) == 1


def test_each_member_sees_until_when_a_case_is_kept(run: Run, packed: Packed) -> None:
    """Whoever is in a case is told its day and how much goes; nobody else hears of it, and nothing is erased."""
    (one,) = json.loads(run("evidence", "retention", "--dry-run", "--json", "--as", MANAGER).stdout)
    assert (one["number"], one["held"], one["keep_until"], one["lines"]) == (packed.number, False, None, 5)
    assert json.loads(run("evidence", "retention", "--json", "--as", CLERK).stdout) == []
    for language in ("ja", "en"):
        told = run("evidence", "retention", "--as", MANAGER, "--lang", language)
        assert (told.exit_code, packed.number in told.output) == (0, True)


def find_id(name: str) -> str:
    program = open_trial()
    program.database.close()
    return find(program, name).id


def test_outside_the_trial_nobody_acts_for_another(run: Run, packed: Packed, place: Path) -> None:
    """Where it is no trial, a case is never written out in somebody's name, even where operators may act."""
    program = open_trial()
    with program.database.writing() as connection:
        connection.execute(update(deployment).values(trial=False))
    program.database.close()
    refused = run("evidence", "pack", packed.number, str(place / "other"), "--as", MANAGER)
    assert (refused.exit_code, (place / "other").exists()) == (1, False)


def allow(number: str, name: str) -> None:
    """Somebody says in their chat that the record may be written out."""
    program = open_trial()
    known = Cases(program.database, program.store.vault).find(find(program, "takahashi").actor, number)
    assert known is not None
    person = find(program, name).id
    program.store.write(lambda tx: allow_pack(tx, act_as(person), person, AllowPack(known.id)))
    program.database.close()


def test_in_a_real_company_its_leader_lets_it_be_written_out(
    run: Run, packed: Packed, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the program does it, in nobody's name and only after the leader's word, for three days; until then
    the case is answered like none. The leader hears of it, and both stand in the audit."""
    program = open_trial()
    with program.database.writing() as connection:
        connection.execute(update(deployment).values(trial=False))
    program.database.close()
    words = ("evidence", "pack", packed.number, str(place / "out"))
    allow(packed.number, "kobayashi")  # who is not in it
    assert run(*words).exit_code == 1  # without the setting nobody acts
    monkeypatch.setenv("SECRET_REVIEW_OPERATOR", "true")
    refused, nothing = run(*words), run("evidence", "pack", "ZZZZ", str(place / "out"))
    assert (refused.exit_code, refused.output) == (nothing.exit_code, nothing.output) == (1, nothing.output)
    allow(packed.number, "takahashi")
    assert run(*words, "--as", MANAGER).exit_code == 1
    assert run(*words).exit_code == 0
    assert verify(run, place / "out")[0] == 0
    (_, (actor, *_)) = read_entries("incident.exported")
    assert actor.startswith("operator:")
    program = open_trial()
    told = [row.body for row in program.database.fetch(select(outbox)) if "pack_made" in str(row.body)]
    late = program.clock.now() + ALLOWED_FOR
    assert find_allowed(program.database, program.store.vault, packed.number, late) is None
    program.database.close()
    assert len(told) == 1


def test_without_checkpoints_it_is_unanchored(run: Run, packed: Packed, place: Path) -> None:
    """Exit code 2 where they are cut off, 0 again with those kept elsewhere; with an older one it says how many lines
    none vouches for."""
    (place / "pack" / CHECKPOINTS).unlink()
    code, told = verify(run, place / "pack")
    assert (code, told["result"], told["alone"]) == (2, "unanchored", 5)
    assert verify(run, place / "pack", "--checkpoints", str(place / "key" / "checkpoints"))[0] == 0
    seqs = [row["seq"] for row in read_rows(packed.files) if row.get("action") == LINE]
    hashes = {row["seq"]: row["hash"] for row in read_rows(packed.files)[1:]}
    program = open_trial()
    older = packed.signer.sign(seqs[2], hashes[seqs[2]], program.clock.now())
    program.database.close()
    verdict = judge_pack({**packed.files, CHECKPOINTS: older.encode()})
    assert (verdict.result, verdict.alone) == ("unanchored", 2)


@pytest.mark.parametrize("places", ["none", "command:/bin/false"])
def test_a_checkpoint_that_stands_nowhere_outside_vouches_for_nothing(
    run: Run, packed: Packed, place: Path, places: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no place takes it, the line since the last that was taken is whole by itself alone, and whoever writes the
    pack is told so."""
    program = open_trial()
    known = Cases(program.database, program.store.vault).find(find(program, "takahashi").actor, packed.number)
    assert known is not None
    note(program, "takahashi", known, "fact", words="後で分かったこと")
    program.database.close()
    monkeypatch.setenv("SECRET_REVIEW_CHECKPOINTS", places)
    written = run("evidence", "pack", packed.number, str(place / "alone"), "--as", MANAGER)
    assert (written.exit_code, "audit checkpoint" in written.output) == (0, True)
    code, told = verify(run, place / "alone")
    assert (code, told["alone"]) == (2, 1)


def test_it_is_verified_where_nothing_else_is(packed: Packed, place: Path) -> None:
    """In a process with no data folder, no keys and no way out, the answer is the same."""
    bare = place / "bare"
    shutil.copytree(place / "pack", bare / "pack")
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise OSError('no network')\n"
        "socket.socket.connect = refuse\n"
        "sys.argv = ['bot', 'evidence', 'verify', sys.argv[1]]\n"
        "from bot.__main__ import main\n"
        "main()\n"
    )
    home = {"HOME": str(bare), "XDG_CONFIG_HOME": str(bare / "c"), "XDG_DATA_HOME": str(bare / "d")}
    settings = {"SECRET_REVIEW_DATA": str(bare / "no"), "SECRET_REVIEW_KEY_FILE": str(bare / "keys" / "master.key")}
    env = {**{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}, **home, **settings}
    words = [sys.executable, "-c", code, str(bare / "pack")]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(one.name for one in bare.iterdir()) == ["pack"]


def test_the_word_file_keeps_a_line_together_and_its_columns_wide_enough(packed: Packed) -> None:
    """No row breaks between two pages, heads come again, and the widths stand where every program looks for them: what
    is told has more room than its number."""
    document = Document(BytesIO(packed.files[RECORD]))
    for table in document.tables:
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)
        assert "w:tblHeader" in table.rows[0]._tr.xml
        grid = [column.width for column in table.columns]
        assert [cell.width for cell in table.rows[0].cells] == grid
    (log,) = [table for table in document.tables if len(table.columns) == 6][:1]
    widths = [column.width or 0 for column in log.columns]
    assert widths[4] > 6 * widths[0]


@pytest.mark.parametrize("told", ["judgement", "ledger"])
def test_where_an_item_lies_comes_from_all_that_is_known(told: str) -> None:
    """Places of the register and of a ledger stand beside each other, each once; either alone is enough."""
    places = {"judgement": ["設計サーバ", "図面庫"], "ledger": ["図面庫", "総務の棚"]}
    assert list_places({name: {"places": one} for name, one in places.items()}) == ["設計サーバ", "図面庫", "総務の棚"]
    assert list_places({told: {"places": places[told]}}) == places[told]
