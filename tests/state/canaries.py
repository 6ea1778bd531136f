"""Finding words where they must not be: in any file, in any of the encodings in which bytes leak."""

import base64
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.state.columns import metadata
from bot.state.database import Database
from tests.postgres import find_data_folder
from tests.state.world import World

KANA = "ヌメラピソワセビロクザナテユモ"


def make_stem(name: str) -> str:
    """A word nobody says, another one for each name; every canary of a kind begins with it."""
    chance = random.Random(name)
    return "".join(chance.choice(KANA) for _ in range(8))


def spell(word: str) -> dict[str, bytes]:
    """The word as it may stand in a file."""
    plain, escaped = word.encode(), json.dumps(word).strip('"')
    spellings = {
        "UTF-8": plain,
        "UTF-16 little": word.encode("utf-16-le"),
        "UTF-16 big": word.encode("utf-16-be"),
        "Shift_JIS": word.encode("cp932"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "JSON": escaped.encode(),
        "JSON twice": escaped.replace("\\", "\\\\").encode(),
    }
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        # The first and last letters also depend on what stands around.
        spellings[f"base64 {shift}"] = coded[4 if shift else 0 : len(plain) * 8 // 6 - 4]
    return spellings


def find_word(word: str, places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where the word is, and in which spelling."""
    spellings = spell(word)
    return [
        f"{place}: {how}" for place, content in places for how, bytes_of in spellings.items() if bytes_of in content
    ]


def read_files(*folders: Path) -> Iterable[tuple[str, bytes]]:
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield str(file), file.read_bytes()


def read_database(world: World) -> Iterable[tuple[str, bytes]]:
    """Every cell of every table as it lies there, and the raw files below, log included."""
    for name, table in metadata.tables.items():
        for row in world.rows(table):
            yield name, b"\0".join(_to_bytes(cell) for cell in row)
    yield from read_raw(world.database)


def read_raw(database: Database) -> Iterable[tuple[str, bytes]]:
    """The raw files of a database, log included."""
    if database.path:
        yield from read_files(database.path.parent)
        return
    with database.writing() as connection:
        number = connection.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
    folder = find_data_folder()
    yield from read_files(folder / "base" / str(number), folder / "pg_wal")
    yield "log", (folder / "log").read_bytes()


def _to_bytes(cell: Any) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode("utf-8", "surrogatepass")
