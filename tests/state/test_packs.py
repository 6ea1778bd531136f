"""What is said of an evidence pack: whole as written, broken at the first thing changed, unanchored by itself alone."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.state import packs
from bot.state.commitments import LINE, commit
from bot.state.packs import ALL, CHECKPOINTS, KEY, PACK, judge_pack
from bot.state.signing import Signer
from tests.state.packed import Files, Packed, change_pack, judge, make_pack, read_rows, rechain, sign, write_rows


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    return make_pack(tmp_path_factory.mktemp("pack"))


def list_flips(files: Files) -> Iterator[tuple[str, Files]]:
    """Each file with a byte changed at its beginning, middle and end, cut short, emptied, and left out."""
    for name in ALL:
        raw = files[name]
        for at in (0, len(raw) // 2, len(raw) - 2):
            yield f"{name} {at}", {**files, name: raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]}
        if name != CHECKPOINTS:
            yield f"{name} cut", {**files, name: raw[:-3]}
            yield f"{name} empty", {**files, name: b""}
            yield f"{name} gone", {other: one for other, one in files.items() if other != name}


def test_any_change_of_any_file_breaks_it(packed: Packed) -> None:
    """Every file, changed, cut or left out, and one added, is found."""
    assert {what: judge(files) for what, files in list_flips(packed.files) if judge(files) != "broken"} == {}
    assert judge({**packed.files, "more.json": b"{}"}) == "broken"


def test_every_line_changed_by_whoever_holds_the_key_breaks_it(packed: Packed) -> None:
    """Signed anew with the right key, a line with another word, time, person, kind or salt does not fit the audit; nor
    do lines that were swapped, left out or added."""
    count = len(json.loads(packed.files[PACK])["record"])
    changes: dict[str, Callable[[dict[str, Any]], None]] = {}
    for at in range(count):
        changes |= {
            f"at {at}": lambda pack, at=at: pack["record"][at]["body"].update(at="2026-11-17T00:00:00+00:00"),
            f"who {at}": lambda pack, at=at: pack["record"][at]["body"].update(who="somebody"),
            f"more {at}": lambda pack, at=at: pack["record"][at]["body"].update(more=1),
            f"kind {at}": lambda pack, at=at: pack["record"][at].update(kind="note"),
            f"salt {at}": lambda pack, at=at: pack["record"][at].update(salt="00" * 16),
            f"gone {at}": lambda pack, at=at: pack["record"].pop(at),
            f"twice {at}": lambda pack, at=at: pack["record"].insert(at, pack["record"][at]),
        }
    for at in range(count - 1):
        changes[f"swapped {at}"] = lambda pack, at=at: pack["record"].insert(at, pack["record"].pop(at + 1))
    changes["case"] = lambda pack: pack["case"].update(id="another")
    for what, change in changes.items():
        changed = sign(change_pack(packed.files, change), packed.signer)
        assert judge(changed) == "broken", what
    assert judge(sign(change_pack(packed.files, lambda _: None), packed.signer)) == "whole"


def test_every_row_of_the_audit_changed_breaks_it(packed: Packed) -> None:
    """Signed anew, each row with another field, left out, doubled or swapped with the next is named."""
    rows = read_rows(packed.files)
    for at in range(1, len(rows)):
        wrong = [{**rows[at], name: "0" * 64} for name in rows[at] if name != "seq"]
        several = [[*rows[:at], one, *rows[at + 1 :]] for one in wrong]
        several += [[*rows[:at], rows[at], *rows[at:]]]
        if at < len(rows) - 1:
            several += [[*rows[:at], *rows[at + 1 :]], [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]]
        for changed in several:
            verdict = judge_pack(sign(write_rows(packed.files, changed), packed.signer))
            assert verdict.result == "broken", (at, verdict)
            assert verdict.cause in ("row", "line", "rewritten")


def rewrite(packed: Packed) -> Files:
    """A line changed with everything that follows from it, by somebody with key and database."""
    pack, rows = json.loads(packed.files[PACK]), read_rows(packed.files)
    line = pack["record"][3]
    line["body"]["place"] = "別の場所"
    told = {"seq": 4, "commitment": commit(line["salt"], pack["case"]["id"], 4, line["kind"], line["body"])}
    proofs = [at for at, row in enumerate(rows) if row.get("action") == LINE]
    rows[proofs[3]]["detail"] = json.dumps(told)
    files = {**packed.files, PACK: json.dumps(pack, ensure_ascii=False).encode()}
    return sign(write_rows(files, rechain(rows)), packed.signer)


def test_a_rewritten_history_is_told_by_a_checkpoint(packed: Packed) -> None:
    """With line, audit and signatures all made anew only the checkpoint tells, and without it that nobody vouches."""
    assert judge_pack(rewrite(packed)).cause == "rewritten"
    assert judge({**rewrite(packed), CHECKPOINTS: b""}) == "unanchored"


def test_without_the_checkpoint_held_against_the_rows_a_rewrite_is_missed(
    packed: Packed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: where commitments are not compared, the changed line alone passes as whole."""
    changed = sign(change_pack(packed.files, lambda pack: pack["record"][3]["body"].update(place="x")), packed.signer)
    assert judge(changed) == "broken"
    proofs = [json.loads(row["detail"])["commitment"] for row in read_rows(changed) if row.get("action") == LINE]
    monkeypatch.setattr(packs, "_commit", lambda _, line: proofs[line["seq"] - 1])
    assert judge(changed) == "whole"


def test_another_deployments_signature_breaks_it(packed: Packed) -> None:
    """Signed by another key, under this name or with that key put beside, and a key from elsewhere that is not its."""
    other = Signer(packed.signer.origin, Ed25519PrivateKey.generate())
    assert judge(sign(packed.files, other)) == "broken"
    whole_other = sign({**packed.files, KEY: f"{other.public.line}\n".encode()}, other)
    assert judge(whole_other) == "broken"
    assert judge({**whole_other, CHECKPOINTS: b""}) == "unanchored"  # as whole as anybody could make one
    assert judge_pack(whole_other, [packed.signer.public]).cause == "other_key"
    assert judge_pack(packed.files, [packed.signer.public]).result == "whole"
    forged = Signer("secret-review/elsewhere", Ed25519PrivateKey.generate())
    assert judge(sign(packed.files, forged)) == "broken"
