"""A checkpoint as text: read as it was written and in no other form, by us and by a tool of somebody else."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.state.signing import check_note, read_notes, read_private_key, read_public_key, write_private_key
from tests.state.chains import ORIGIN, SIGNER, STRANGER, flip, make_rows
from tests.state.world import MONDAY

KEYS = {SIGNER.public.id: SIGNER.public}
ROW = make_rows(1)[0]
TEXT = SIGNER.sign(1, ROW.hash, MONDAY)


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    """Alone, after one another, in a mail with its own line ends and words around: the same, and rightly signed."""
    later = SIGNER.sign(2, ROW.hash, MONDAY)
    for text in (TEXT + later, f"Dear auditor,\r\n\r\n{TEXT}\r\n{later}\r\nyours".replace("\n", "\r\n")):
        notes = read_notes(text.replace("\r\r", "\r"))
        assert [note.text for note in notes] == [TEXT, later]
        assert [note.checkpoint.seq for note in notes] == [1, 2]
        assert all(check_note(note, KEYS) for note in notes)
    assert notes[0].checkpoint == (ORIGIN, 1, ROW.hash, MONDAY)


def test_no_flipped_bit_leaves_a_checkpoint_that_vouches() -> None:
    """Every bit of every byte: what is left is no checkpoint, or not rightly signed by a key that is known."""
    raw = TEXT.rstrip("\n")
    changed = [flip(raw, place, bit) for place in range(len(raw.encode())) for bit in range(8)]
    accepted = [text for text in changed for note in read_notes(text) if check_note(note, KEYS)]
    assert accepted == []
    assert len(changed) > 1000


def test_a_key_of_another_is_told_from_a_wrong_signature() -> None:
    """A key nobody gave gives no answer; ours, named by somebody who has not got it, gives no."""
    (note,) = read_notes(STRANGER.sign(1, ROW.hash, MONDAY))
    assert check_note(note, KEYS) is None
    assert check_note(note._replace(key=SIGNER.public.id), KEYS) is False


def test_keys_are_read_in_every_form_they_are_written_in() -> None:
    """The private one from its file, the public one from its file and its line; another origin's line is refused."""
    public = SIGNER.public
    assert read_private_key(write_private_key(SIGNER.private)).private_bytes_raw() == bytes(range(32))
    assert read_public_key(public.pem, ORIGIN) == read_public_key(f"{public.line}\n", ORIGIN) == public
    for text in (public.line, public.line[:-1], "", "a+b+c", "-----BEGIN PUBLIC KEY-----"):
        assert read_public_key(text, "elsewhere") is None


def test_a_tool_of_others_finds_the_signature_right(tmp_path: Path) -> None:
    """OpenSSL checks it from the text and the public key alone, and refuses it with one digit changed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.fail("openssl is needed")
    body, _, line = TEXT.partition("\n\n")
    (tmp_path / "key.pem").write_text(SIGNER.public.pem)
    (tmp_path / "signature").write_bytes(base64.b64decode(line.split()[2])[4:])
    command = [
        openssl,
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "key.pem",
        "-rawin",
        "-in",
        "body",
        "-sigfile",
        "signature",
    ]
    for said, returncode in ((f"{body}\n", 0), (f"{body}\n".replace("\n1\n", "\n2\n"), 1)):
        (tmp_path / "body").write_text(said)
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == returncode, done.stderr
