"""An evidence pack as files, and what can be said of one: whole, broken where, or vouched for by nobody outside.

Pure, and knows no database: the files, keys and checkpoints are all it takes. Of the audit it holds the rows of one
case and of every other row a digest alone, which tells nothing of it and still lets the chain be followed.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.state.audit import Entry, digest_row, link_row
from bot.state.commitments import LINE, commit
from bot.state.signing import Note, PublicKey, Signer, check_note, read_notes, read_public_key

FORMAT = "secret-review evidence pack 1"
PACK, RECORD, AUDIT, KEY, GUIDE = "pack.json", "record.docx", "audit.jsonl", "key.txt", "README.txt"
SUMS, SIGNATURE, CHECKPOINTS = "SHA256SUMS", "SHA256SUMS.sig", "checkpoints.txt"
SIGNED = (PACK, RECORD, AUDIT, KEY, GUIDE)
ALL = (*SIGNED, SUMS, SIGNATURE, CHECKPOINTS)  # the last is signed in itself

Result = Literal["whole", "broken", "unanchored"]
Files = Mapping[str, bytes]
Row = Mapping[str, Any]


class Broken(Exception):
    """The first thing that is not as it should be: what kind, and where."""

    def __init__(self, cause: str, where: str) -> None:
        super().__init__(f"{cause}: {where}")
        self.cause, self.where = cause, where


class Verdict(NamedTuple):
    """What can be said of a pack. `anchored` is the newest checkpoint that agrees, `alone` how many lines of the record
    no checkpoint vouches for."""

    result: Result
    cause: str = ""
    where: str = ""
    case: str = ""
    lines: int = 0
    hidden: int = 0  # rows of the audit that were followed by their digest alone
    key: str = ""
    anchored: tuple[int, str] | None = None  # number of rows, instant
    alone: int = 0


# -- made --------------------------------------------------------------------------------------------------------------


def write_sums(files: Files) -> str:
    """As sha256sum writes it, so that it checks them too."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in SIGNED)


def sign_sums(signer: Signer, sums: str) -> str:
    """The signature in one line: of which deployment, and key and signature in base64."""
    signed = bytes.fromhex(signer.public.id) + signer.private.sign(_write_signed(signer.origin, sums))
    return f"{signer.origin} {base64.b64encode(signed).decode()}\n"


def _write_signed(origin: str, sums: str) -> bytes:
    return f"{FORMAT}\n{origin}\n\n{sums}".encode()


def write_link(seq: int, entry: Entry, before: str, hash_: str, at: str | None) -> dict[str, Any]:
    """One row of the audit: whole where `at` is given, else its digest alone; none where the row was hashed before
    digests were, so that nobody can follow the chain past it without seeing it."""
    if at is not None:
        shown = {"at": at, "actor": entry.actor, "action": entry.action, "object": entry.object}
        return {"seq": seq, **shown, "detail": entry.detail, "hash": hash_}
    digest = digest_row(seq, entry)
    return {"seq": seq, "digest": digest if link_row(before, digest) == hash_ else None, "hash": hash_}


# -- judged ------------------------------------------------------------------------------------------------------------


def judge_pack(files: Files, trusted: Sequence[PublicKey] = (), outside: Iterable[Note] = ()) -> Verdict:
    """Whether the files are as they were signed, each line of the record as it was written down, and up to where a
    checkpoint of the audit vouches for that. `trusted` are keys known from elsewhere, `outside` checkpoints kept
    elsewhere.
    """
    try:
        return _judge(files, trusted, outside)
    except Broken as broken:
        return Verdict("broken", broken.cause, broken.where)


def _judge(files: Files, trusted: Sequence[PublicKey], outside: Iterable[Note]) -> Verdict:
    key = _check_files(files, trusted)
    pack = _read_json(files[PACK], PACK)
    links = list(_follow(_read_lines(files[AUDIT])))
    seqs = _check_record(pack, [row for row in links if "action" in row])
    anchored = _find_anchor([*_read_own_notes(files, key), *outside], links, key, {one.id: one for one in trusted})
    alone = [seq for seq in seqs if not _is_vouched(seq, links, anchored)]
    known = (anchored.checkpoint.seq, anchored.checkpoint.at.isoformat()) if anchored else None
    result: Result = "unanchored" if alone or not anchored else "whole"
    hidden = len([row for row in links if "action" not in row])
    number = str(pack["case"]["number"])
    return Verdict(result, "", "", number, len(pack["record"]), hidden, key.line, known, len(alone))


def _check_files(files: Files, trusted: Sequence[PublicKey]) -> PublicKey:
    """The key that signed the list of the files, all of which are as listed."""
    for name in (*SIGNED, SUMS, SIGNATURE):
        if name not in files:
            raise Broken("missing", name)
    stray = sorted(name for name in files if name not in ALL)
    if stray:
        raise Broken("stray", stray[0])
    sums = _decode(files[SUMS], SUMS)
    if sums != write_sums(files):
        listed = {name: digest for digest, _, name in (line.partition("  ") for line in sums.splitlines())}
        changed = (name for name in SIGNED if listed.get(name) != hashlib.sha256(files[name]).hexdigest())
        raise Broken("changed", next(changed, SUMS))
    origin = _decode(files[SIGNATURE], SIGNATURE).partition(" ")[0]
    key = read_public_key(_decode(files[KEY], KEY), origin)
    if key is None or not _is_signed(key, sums, _decode(files[SIGNATURE], SIGNATURE)):
        raise Broken("signature", SIGNATURE)
    if trusted and key not in trusted:
        raise Broken("other_key", KEY)
    return key


def _is_signed(key: PublicKey, sums: str, line: str) -> bool:
    try:
        signed = base64.b64decode(line.strip().partition(" ")[2], validate=True)
        if signed[:4].hex() != key.id or line != f"{key.origin} {base64.b64encode(signed).decode()}\n":
            return False
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signed[4:], _write_signed(key.origin, sums))
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return True


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as fault:
        raise Broken("unreadable", name) from fault


def _read_json(raw: bytes, name: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError as fault:
        raise Broken("unreadable", name) from fault


def _read_lines(raw: bytes) -> list[Row]:
    return [_read_json(line, f"{AUDIT} {number}") for number, line in enumerate(raw.splitlines(), 1)]


def _follow(lines: Sequence[Row]) -> Iterator[Row]:
    """The rows in order, each following from the one before; one without a digest is taken at its word."""
    if not lines or not {"first", "before"} <= set(lines[0]):
        raise Broken("unreadable", f"{AUDIT} 1")
    before, seq = str(lines[0]["before"]), int(lines[0]["first"])
    for row in lines[1:]:
        if row.get("seq") != seq or not _links(before, row):
            raise Broken("row", str(seq))
        yield row
        before, seq = str(row["hash"]), seq + 1


def _links(before: str, row: Row) -> bool:
    try:
        digest: str | None = row.get("digest")
        if "action" in row:
            fields = (row["actor"], row["action"], row["object"], row["detail"], row["at"])
            digest = digest_row(row["seq"], Entry(*map(str, fields)))
        return digest is None or bool(link_row(before, digest) == row["hash"])
    except KeyError:
        return False


def _check_record(pack: Any, rows: Sequence[Row]) -> list[int]:
    """The numbers of the audit rows that prove the record's lines: one each, in order, and none besides."""
    try:
        incident, record = str(pack["case"]["id"]), list(pack["record"])
        foreign = next((row for row in rows if row["object"] != incident), None)
        if foreign:
            raise Broken("row", str(foreign["seq"]))
        proofs = [(row["seq"], json.loads(row["detail"])) for row in rows if row["action"] == LINE]
        for place, line in enumerate(record, 1):
            told = {"seq": place, "commitment": _commit(incident, line)}
            if line["seq"] != place or place > len(proofs) or proofs[place - 1][1] != told:
                raise Broken("line", str(place))
        if len(proofs) > len(record):
            raise Broken("line", str(len(record) + 1))
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Broken("unreadable", PACK) from fault
    return [seq for seq, _ in proofs]


def _commit(incident: str, line: Row) -> str:
    return commit(line["salt"], incident, line["seq"], line["kind"], line["body"])


def _read_own_notes(files: Files, key: PublicKey) -> list[Note]:
    """The checkpoints put beside, of this key and nothing between them."""
    text = _decode(files.get(CHECKPOINTS, b""), CHECKPOINTS)
    notes = read_notes(text)
    if text != "\n".join(note.text for note in notes):
        raise Broken("changed", CHECKPOINTS)
    wrong = next((note for note in notes if not check_note(note, {key.id: key})), None)
    if wrong:
        raise Broken("checkpoint", str(wrong.checkpoint.seq))
    return notes


def _find_anchor(
    notes: Iterable[Note], links: Sequence[Row], key: PublicKey, trusted: Mapping[str, PublicKey]
) -> Note | None:
    """The newest checkpoint that agrees with the rows; one that does not, or is not what it says, breaks the pack."""
    first, last = links[0]["seq"] if links else 1, links[-1]["seq"] if links else 0
    found = None
    for note in sorted(notes, key=lambda one: one.checkpoint.seq):
        is_right = check_note(note, {**trusted, key.id: key})
        if note.checkpoint.origin != key.origin or is_right is None:
            continue
        if not is_right:
            raise Broken("checkpoint", str(note.checkpoint.seq))
        if first <= note.checkpoint.seq <= last:
            if links[note.checkpoint.seq - first]["hash"] != note.checkpoint.hash:
                raise Broken("rewritten", str(note.checkpoint.seq))
            found = note
    return found


def _is_vouched(seq: int, links: Sequence[Row], anchor: Note | None) -> bool:
    """Whether the chain leads from this row to the checkpoint without a row taken at its word."""
    if anchor is None or seq > anchor.checkpoint.seq:
        return False
    between = links[seq - links[0]["seq"] + 1 : anchor.checkpoint.seq - links[0]["seq"] + 1]
    return all("action" in row or row["digest"] is not None for row in between)
