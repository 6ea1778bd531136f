"""Files written whole and once, for their owner alone, and never replaced: keys, and checkpoints outside the database.

Knows nothing of what they hold.
"""

import os
from pathlib import Path


def can_write(path: Path) -> bool:
    """Whether a file could be made there, its folders included."""
    folder = next((parent for parent in path.absolute().parents if os.path.exists(parent)), path)
    return folder.is_dir() and os.access(folder, os.W_OK)


def write_once(path: Path, text: str) -> bool:
    """Make the file, durable and whole; False where one stands there already, which is left as it is. Raises
    OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made = _put(waiting, path)
    finally:
        waiting.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return made


def _put(waiting: Path, path: Path) -> bool:
    try:
        os.link(waiting, path)  # fails where another process was first
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.exists(path):
            return False
        waiting.replace(path)
    return True


def _sync_folder(folder: Path) -> None:
    """After a power loss a key must not be younger than what is sealed under it."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
