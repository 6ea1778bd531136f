"""Microsoft's own client for bots in Teams, fetched by npm and started: one person of the sample company before it.

It is not faithful in everything: it sends no token, refuses and repeats nothing, and knows neither the manifest nor
words for one person's eyes; tests/doubles and tests/teams cover those. It tells nobody that it runs.
"""

import asyncio
import json
import shutil
import socket
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zlib import crc32

from aiohttp import ClientError, ClientSession
from ruamel.yaml import YAML

from tests.browsers.packages import Package, Unavailable, fetch_package

PACKAGE = Package(
    "@microsoft/m365agentsplayground",
    "0.2.28",
    "EevhYW8xtEATwNg5eiFqTgZT0P5gjfCsLBwBWESSrB6+0lr9Yi9R27HJwjNGUlT3JQlxoWMgnvEQunUuyI/+2Q==",
)
START_SECONDS = 30.0
GUIDE = Path(__file__).parents[2] / "deploy" / "teams" / ".m365agentsplayground.yml"


def fetch_playground(into: Path) -> Path:
    """Its script, unpacked into that folder. Raises Unavailable."""
    if not shutil.which("node"):
        raise Unavailable("node is not installed")
    package = fetch_package(PACKAGE, into)
    with tarfile.open(package) as files:
        files.extractall(into, filter="data")
    return into / "package" / "cli.js"


def describe(email: str, name: str) -> str:
    """Its configuration as the guide has it, for this person, in YAML as JSON is."""
    told = YAML(typ="safe").load(GUIDE)
    number = f"{crc32(email.encode()):012}"
    speaks = {"id": f"user-{number}", "name": name, "userPrincipleName": email, "email": email}
    told["currentUser"] |= {**speaks, "aadObjectId": f"00000000-0000-4000-8000-{number}"}
    return json.dumps(told, ensure_ascii=False)


@asynccontextmanager
async def run_playground(script: Path, folder: Path, bot: str, email: str, name: str) -> AsyncIterator[str]:
    """Its address, while it runs before the bot at that address, for this person."""
    _settle(folder, describe(email, name))
    port, quiet = _find_port(), asyncio.subprocess.DEVNULL
    arguments = ("start", "-e", bot, "-c", "msteams", "-p", str(port), "--disable-telemetry")
    running = await asyncio.create_subprocess_exec(
        "node",
        str(script),
        *arguments,
        cwd=folder,
        stdout=quiet,
        stderr=quiet,
    )
    try:
        address = f"http://localhost:{port}"
        await asyncio.wait_for(_wait_for(address, running), START_SECONDS)
        yield address
        assert running.returncode is None, "the Playground ended before the test did"
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def _wait_for(address: str, running: asyncio.subprocess.Process) -> None:
    """An invalid configuration makes it say that it listens, and end."""
    async with ClientSession() as session:
        while running.returncode is None:
            try:
                async with session.get(address) as answer:
                    if answer.status == 200:
                        return
            except ClientError:
                await asyncio.sleep(0.1)
    raise AssertionError(f"the Playground ended with {running.returncode}")


def _settle(folder: Path, configuration: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".m365agentsplayground.yml").write_text(configuration, encoding="utf-8")


def _find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
