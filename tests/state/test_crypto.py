"""Sealing: a cell opens only where it was sealed and only whole; the key file is made once, for its owner alone."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import update

from bot.state.crypto import (
    NONCE,
    VERSION,
    Damaged,
    KeyFault,
    Vault,
    make_master_key,
    new_data_key,
    read_master_key,
    unwrap_data_key,
)
from bot.state.rows import open_answer, open_interview, open_item
from bot.state.tables import answers, interviews, items
from tests.state.test_store import BEFORE_THE_LAST
from tests.state.world import World

PLACES = [(table, row, column) for table in ("items", "answers") for row in ("1", "1/2") for column in ("body", "name")]
TEXT = "P-3ライン加工条件表"
ROOT = Path(__file__).resolve().parents[2]


class PlacelessVault:
    """The same cipher without associated data: what the negative controls are tried with."""

    def __init__(self) -> None:
        self.cipher = AESGCM(AESGCM.generate_key(bit_length=256))

    def seal(self, table: str, row: str, column: str, text: str) -> bytes:
        return VERSION + bytes(NONCE) + self.cipher.encrypt(bytes(NONCE), text.encode(), None)

    def open(self, table: str, row: str, column: str, sealed: bytes) -> str:
        return self.cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], None).decode()


def count_opened_elsewhere(vault: Any) -> int:
    """How many pairs of different places there are where a cell of the one opens at the other."""
    opened = 0
    for sealed_at in PLACES:
        cell = vault.seal(*sealed_at, TEXT)
        assert vault.open(*sealed_at, cell) == TEXT
        for other in PLACES:
            try:
                opened += other != sealed_at and vault.open(*other, cell) == TEXT
            except Damaged:
                continue
    return opened


def make_vault() -> Vault:
    return Vault(AESGCM.generate_key(bit_length=256))


def test_a_cell_opens_at_its_own_table_row_and_column_only() -> None:
    """Moved to any other place, a sealed cell is damaged."""
    assert count_opened_elsewhere(make_vault()) == 0


def test_without_associated_data_a_moved_cell_opens() -> None:
    """Negative control: the place is bound by the associated data and by nothing else."""
    assert count_opened_elsewhere(PlacelessVault()) == len(PLACES) * (len(PLACES) - 1)


def test_places_that_read_alike_when_joined_are_told_apart() -> None:
    """A row whose name runs on into the column's is another place."""
    vault = make_vault()
    with pytest.raises(Damaged):
        vault.open("items", "1b", "ody", vault.seal("items", "1", "body", TEXT))


def test_every_changed_bit_and_every_cut_is_damaged() -> None:
    """Each bit of each byte flipped, each shorter and one longer cell: none of them opens."""
    vault = make_vault()
    cell = vault.seal("items", "1", "body", TEXT)
    changed = [
        cell[:place] + bytes([cell[place] ^ 1 << bit]) + cell[place + 1 :]
        for place in range(len(cell))
        for bit in range(8)
    ]
    for one in [*changed, *(cell[:length] for length in range(len(cell))), cell + b"\0"]:
        with pytest.raises(Damaged):
            vault.open("items", "1", "body", one)


def test_two_seals_of_one_text_are_two_cells() -> None:
    """Equal texts are not recognised in the database, and another key opens neither."""
    vault = make_vault()
    first, second = (vault.seal("items", "1", "body", TEXT) for _ in range(2))
    assert first != second
    with pytest.raises(Damaged):
        make_vault().open("items", "1", "body", first)


@pytest.mark.parametrize("text", ["", "\0", "\ud800 alone", "𠮷野家の配合", "x" * 100_000])
def test_any_text_comes_back_as_it_was(text: str) -> None:
    """What is sealed is opened unchanged, whatever characters it holds."""
    vault = make_vault()
    assert vault.open("items", "1", "body", vault.seal("items", "1", "body", text)) == text


def test_the_audit_digest_tells_nothing_without_the_key() -> None:
    """The same content has the same digest under one key and another under another."""
    vault = make_vault()
    assert vault.digest(TEXT) == vault.digest(TEXT) != make_vault().digest(TEXT)
    assert vault.digest(TEXT) != vault.digest(TEXT + " ")


OPENERS = {interviews: open_interview, answers: open_answer, items: open_item}


def test_a_cell_moved_between_rows_of_the_database_is_damaged(world: World) -> None:
    """In the real tables, too, no row opens with the cell of another row or of another table."""
    world.tell(world.begin("sato"), "sato", *BEFORE_THE_LAST, "はい")
    world.begin("ito")
    cells = {table: [row.body for row in world.rows(table)] for table in OPENERS}
    tried = 0
    for table, opener in OPENERS.items():
        row = world.rows(table)[0]
        for other in {bytes(cell) for found in cells.values() for cell in found} - {bytes(row.body)}:
            with pytest.raises(Damaged):
                opener(world.vault, Moved(row, other))
            tried += 1
    assert tried > 30


class Moved:
    """A row with another row's cell in it."""

    def __init__(self, row: Any, body: bytes) -> None:
        self._row, self.body = row, body

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def test_a_damaged_item_is_told_and_never_shown_as_garbage(world: World) -> None:
    """With a cell changed in the database that item stands there by a number, without a name, the others as ever."""
    from bot.access import Scope

    world.tell(world.begin("sato"), "sato", *BEFORE_THE_LAST, "はい")
    row = world.rows(items)[0]
    with world.database.writing() as connection:
        connection.execute(update(items).where(items.c.id == row.id).values(body=row.body[:-1] + b"?"))
    rows = {one["id"]: one for one in world.reader.read_register(Scope(everything=True))}
    assert len(rows) == 6
    assert (rows[row.id]["name"], rows[row.id]["damaged"][:2]) == ("", "E-")
    assert all(one["name"] and "damaged" not in one for one in rows.values() if one["id"] != row.id)
    assert world.reader.find_item(row.id) is None


# -- keys --------------------------------------------------------------------------------------------------------------


def test_the_data_key_comes_out_under_its_master_key_only() -> None:
    """A wrapped key that was changed, cut or wrapped by another master is refused as not of this key file."""
    master, other, path = os.urandom(32), os.urandom(32), Path("master.key")
    data_key, wrapped = new_data_key(master)
    assert unwrap_data_key(master, wrapped, path) == data_key
    flipped = [wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(len(wrapped))]
    for key, cell in [(other, wrapped), *((master, one) for one in flipped), (master, wrapped[:20]), (master, b"")]:
        with pytest.raises(KeyFault) as caught:
            unwrap_data_key(key, cell, path)
        assert caught.value.code == "key_other"


def test_a_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """The file and its new folder can be read by nobody else, also under a generous umask."""
    before = os.umask(0)
    try:
        key = make_master_key(tmp_path / "keys" / "master.key")
    finally:
        os.umask(before)
    assert (tmp_path / "keys" / "master.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert len(key) == 32
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["master.key"]


def test_an_existing_key_file_is_read_and_never_replaced(tmp_path: Path) -> None:
    """Making the key a second time gives the first key, byte for byte."""
    path = tmp_path / "master.key"
    key = make_master_key(path)
    before = path.read_bytes()
    assert make_master_key(path) == key == read_master_key(path)
    assert path.read_bytes() == before


MAKE = """
import sys
from pathlib import Path
from bot.state.crypto import make_master_key
print("ready", flush=True)
for name in sys.stdin:
    print(make_master_key(Path(name.strip())).hex(), flush=True)
"""


def test_processes_that_race_to_make_the_key_agree_on_one(tmp_path: Path) -> None:
    """Four processes, fifty rounds: all read the same key, the file holds it, and nothing else is left behind."""
    command = [sys.executable, "-c", MAKE]
    pipe = subprocess.PIPE
    racers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) for _ in range(4)]
    try:
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for number in range(50):
            path = tmp_path / f"{number}.key"
            for racer in racers:
                print(path, file=racer.stdin, flush=True)
            keys = {racer.stdout.readline().strip() for racer in racers if racer.stdout}
            assert keys == {read_master_key(path).hex()}
    finally:
        for racer in racers:
            racer.communicate()
    assert len(list(tmp_path.iterdir())) == 50


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "key_missing"),
        (b"", "key_unreadable"),
        (b"not base64!", "key_unreadable"),
        (base64.b64encode(bytes(31)), "key_unreadable"),
        (base64.b64encode(bytes(33)), "key_unreadable"),
        ("鍵".encode(), "key_unreadable"),
    ],
)
def test_a_key_file_that_is_no_key_is_refused_by_name(tmp_path: Path, content: bytes | None, code: str) -> None:
    """A missing, empty, short, long or unreadable key file has its own word, and the file stays as it is."""
    path = tmp_path / "master.key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeyFault) as caught:
        read_master_key(path)
    assert caught.value.code == code
    assert path.exists() == (content is not None)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Where the key cannot be written, the fault says so."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KeyFault) as caught:
        make_master_key(tmp_path / "file" / "master.key")
    assert caught.value.code == "key_unwritable"
