"""The places outside the database to which a checkpoint is written: a folder, a mailbox, a command.

Each takes a checkpoint and its public key or raises; none knows when that is due.
"""

import shlex
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from bot.state.files import write_once
from bot.state.signing import PublicKey, read_notes
from bot.state.vouching import Found

FOLDER, MAIL, COMMAND = "folder", "mailto", "command"
NOWHERE = "none"
COMMAND_SECONDS = 30.0
LARGEST = 4 * 1024 * 1024  # bytes of a file in which checkpoints are looked for


class Handed(NamedTuple):
    """A checkpoint on its way out."""

    seq: int
    text: str
    key: PublicKey


class Post(NamedTuple):
    """By which server mail goes (smtp:// or smtps://, with user and password where it wants them), from whom, and the
    words around a checkpoint."""

    server: str
    sender: str | None
    word: Callable[[int], tuple[str, str]]  # number of rows -> subject, text


class Anchor(NamedTuple):
    """One place. `name` tells which without telling a secret of it; `folder` is where what was written can be read."""

    name: str
    write: Callable[[Handed], None]  # raises whatever went wrong
    folder: Path | None = None

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]


class TakenName(OSError):
    """In the folder stands another text under the name of this checkpoint."""


def list_anchors(places: str, post: Post | None) -> list[Anchor]:
    """What the setting names: `folder:PATH`, `mailto:ADDRESS` or `command:WORDS`, several parted by semicolons, or
    `none`. Raises ValueError."""
    named = [one.strip() for one in places.split(";") if one.strip()]
    return [] if named == [NOWHERE] else [_make_anchor(one, post) for one in named]


def _make_anchor(place: str, post: Post | None) -> Anchor:
    kind, _, rest = place.partition(":")
    if kind == FOLDER and rest:
        folder = Path(rest).expanduser()
        return Anchor(f"{FOLDER}:{folder}", partial(write_to_folder, folder), folder)
    if kind == MAIL and "@" in rest and post:
        return Anchor(place, partial(send_mail, rest, post))
    words = shlex.split(rest) if kind == COMMAND else []
    if words:  # its other words may hold a password
        return Anchor(f"{COMMAND}:{words[0]}~{sha256(rest.encode()).hexdigest()[:6]}", partial(run_command, words))
    raise ValueError(kind)


def name_file(handed: Handed) -> str:
    """The name of its file: of which deployment, and how many rows."""
    return f"{_name_origin(handed.key)}-{handed.seq:012d}.txt"


def _name_origin(key: PublicKey) -> str:
    return key.origin.replace("/", "-")


def write_to_folder(folder: Path, handed: Handed) -> None:
    """A file of its own, never written over, and beside it the public key. Raises OSError."""
    write_once(folder / f"{_name_origin(handed.key)}-{handed.key.id}.pem", handed.key.pem)
    file = folder / name_file(handed)
    if not write_once(file, handed.text) and file.read_text(encoding="utf-8", errors="replace") != handed.text:
        raise TakenName(file.name)


def send_mail(address: str, post: Post, handed: Handed) -> None:
    """Both in the text and as attachments. Raises OSError, of which the faults of SMTP are."""
    from bot.mail import make_message, send_message

    subject, text = post.word(handed.seq)
    message = make_message(address, post.sender, subject, f"{text}\n\n{handed.text}\n{handed.key.line}\n")
    message.add_attachment(handed.text, filename=name_file(handed))
    message.add_attachment(handed.key.pem, filename=f"{_name_origin(handed.key)}-{handed.key.id}.pem")
    send_message(post.server, message)


def run_command(words: list[str], handed: Handed) -> None:
    """The checkpoint comes in at its standard input; an exit code other than 0 is a fault. Raises OSError or
    SubprocessError."""
    import subprocess

    quiet = subprocess.DEVNULL
    subprocess.run(  # noqa: S603 - the operator's own command, without a shell
        words, input=handed.text.encode(), stdout=quiet, stderr=quiet, timeout=COMMAND_SECONDS, check=True
    )


# -- read again --------------------------------------------------------------------------------------------------------


def find_outside(place: Path) -> Iterator[Found]:
    """Every checkpoint in a file or in the files of a folder: as they were written, in a longer text, in a saved mail.
    Raises OSError."""
    for file in [place] if place.is_file() else sorted(place.iterdir()):
        if file.is_file() and file.stat().st_size <= LARGEST:
            yield from (Found(note, str(file), True) for note in read_notes(_read_text(file)))


def _read_text(file: Path) -> str:
    raw = file.read_bytes()
    if file.suffix.lower() != ".eml":
        return raw.decode("utf-8", "replace")
    from email.parser import BytesParser
    from email.policy import default

    body = BytesParser(policy=default).parsebytes(raw).get_body(("plain",))
    return str(body.get_content()) if body else ""
