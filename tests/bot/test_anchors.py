"""The places outside: a folder that keeps what it has, a mailbox, a command, and reading them all again."""

import shlex
import stat
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from subprocess import SubprocessError

import pytest

from bot.anchors import Handed, Post, TakenName, find_outside, list_anchors, name_file
from bot.state.signing import read_public_key
from tests.doubles.post import Mailbox, open_mailbox
from tests.state.chains import ORIGIN, SIGNER, make_rows
from tests.state.world import MONDAY

ROW = make_rows(1)[0]
HANDED = Handed(1, SIGNER.sign(1, ROW.hash, MONDAY), SIGNER.public)


def write_to(place: str, post: Post | None = None, handed: Handed = HANDED) -> None:
    (anchor,) = list_anchors(place, post)
    anchor.write(handed)


def read_texts(place: Path) -> list[str]:
    return [one.note.text for one in find_outside(place)]


def test_a_folder_keeps_the_checkpoint_and_the_key_for_its_owner(tmp_path: Path) -> None:
    """Made where it is not there yet; what is in it says what was handed over, and the key beside it is the key."""
    place = tmp_path / "far" / "away"
    write_to(f"folder:{place}")
    assert read_texts(place) == [HANDED.text]
    (key,) = place.glob("*.pem")
    assert read_public_key(key.read_text(), ORIGIN) == SIGNER.public
    assert {stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()} == {0o600}


def test_a_folder_writes_nothing_over(tmp_path: Path) -> None:
    """The same twice is the same; another under the same name is refused, and what stands there stays."""
    write_to(f"folder:{tmp_path}")
    write_to(f"folder:{tmp_path}")
    other = HANDED._replace(text=SIGNER.sign(1, "0" * 64, MONDAY))
    with pytest.raises(TakenName):
        write_to(f"folder:{tmp_path}", handed=other)
    assert read_texts(tmp_path) == [HANDED.text]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_command_is_handed_it_at_its_standard_input(tmp_path: Path) -> None:
    """Words go as they are, no shell reads them; what ends badly is a fault."""
    kept = tmp_path / "kept and more $HOME | *"
    script = "import sys\nopen(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"
    place = f"command:{shlex.join([sys.executable, '-c', script, str(kept)])}"
    write_to(place)
    write_to(place)
    assert read_texts(tmp_path) == [HANDED.text, HANDED.text]
    for bad in ("command:false", "command:no-such-command-anywhere"):
        with pytest.raises((SubprocessError, OSError)):
            write_to(bad)


def test_the_name_of_a_place_tells_no_password() -> None:
    """A command is named by its first word alone, and two that differ later have two names."""
    names = [one.name for one in list_anchors("command:curl -u a:hush b; command:curl -u a:other b", None)]
    assert len(set(names)) == 2
    assert not any("hush" in name or "other" in name for name in names)


@pytest.mark.parametrize("place", ["folder:", "mailto:nobody", "ftp:x", "command:", "somewhere", 'command:"open'])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    """So is mail without a server to send it by."""
    with pytest.raises(ValueError, match=r"\w"):
        list_anchors(place, Post("smtp://localhost", None, lambda seq: ("", "")))
    with pytest.raises(ValueError, match="mailto"):
        list_anchors("mailto:auditor@a.example", None)
    assert list_anchors("none", None) == []


# -- by mail -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


def test_a_saved_mail_is_read_as_what_was_sent(mailbox: Mailbox, tmp_path: Path) -> None:
    """In the text and attached, with the key; a mail saved whole, an attachment, and the text alone all serve."""
    post = Post(mailbox.url, "review@a.example", lambda seq: (f"件名 {seq}", "どうぞ。\n\nHere you are."))
    write_to("mailto:auditor@a.example", post)
    (raw,) = mailbox.taken
    mail = message_from_bytes(raw, policy=default)
    assert (mail["To"], mail["From"]) == ("auditor@a.example", "review@a.example")
    assert "1" in mail["Subject"]
    (tmp_path / "mail.eml").write_bytes(raw)
    note, key = mail.iter_attachments()
    assert note.get_filename() == name_file(HANDED)
    (tmp_path / "attached.txt").write_text(note.get_content(), encoding="utf-8")
    body = mail.get_body(("plain",))
    assert body is not None
    (tmp_path / "copied.txt").write_text(body.get_content(), encoding="utf-8")
    assert read_texts(tmp_path) == [HANDED.text] * 3
    assert read_public_key(key.get_content(), ORIGIN) == SIGNER.public
    assert SIGNER.public.line in body.get_content()


def test_a_password_never_goes_in_clear(mailbox: Mailbox) -> None:
    """Where the server offers no encryption, a mail that needs a password is not sent, and the password is not said."""
    post = Post(mailbox.url.replace("//", "//user:hush@"), None, lambda seq: ("", ""))
    with pytest.raises(OSError, match=r"\w"):
        write_to("mailto:auditor@a.example", post)
    assert mailbox.taken == []


def test_what_is_no_checkpoint_is_passed_over(tmp_path: Path) -> None:
    """Pictures, broken mails, empty files and folders in between are no reason to stop."""
    write_to(f"folder:{tmp_path}")
    (tmp_path / "picture.png").write_bytes(bytes(range(256)))
    (tmp_path / "broken.eml").write_bytes(bytes(range(256)))
    (tmp_path / "empty").touch()
    (tmp_path / "inner").mkdir()
    assert read_texts(tmp_path) == [HANDED.text]
