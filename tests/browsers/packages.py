"""Programs of other people's that only tests run: fetched by npm once, checked against their hash, never kept by us."""

import base64
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

PATIENCE = 60  # seconds to be fetched


class Unavailable(Exception):
    """What this machine lacks for it."""


class Package(NamedTuple):
    """One package of npm's; `integrity` is its SHA-512 in base64."""

    name: str
    version: str
    integrity: str

    @property
    def file(self) -> str:
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def fetch_package(package: Package, into: Path) -> Path:
    """The archive, kept in the user's cache; `into` is a folder to work in. Raises Unavailable."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "secret-review"
    kept = cache / package.file
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fetched = _pack(package, into)
        _check(package, fetched)
        kept = Path(shutil.copy2(fetched, cache))
    _check(package, kept)
    return kept


def _pack(package: Package, into: Path) -> Path:
    """By npm, which knows from where; nothing in the package is run by it."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--ignore-scripts", "--no-update-notifier"]
    try:
        subprocess.run(command, cwd=into, check=True, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError) as fault:
        raise Unavailable(f"npm could not fetch {package.name}") from fault
    return into / package.file


def _check(package: Package, file: Path) -> None:
    found = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    assert found == package.integrity, f"{file} is not the package we know"
