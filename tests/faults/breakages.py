"""Ways to break a trial deployment that stands, each with what the refusal must name. One function is one way."""

import base64
import shutil
import socket
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from bot.state.database import FILE
from tests.faults.places import Place, opened, settle
from tests.postgres import make_database, name_of


@dataclass(frozen=True, slots=True)
class Broken:
    """A start that must be refused: what its sentence names, the environment it needs, the command."""

    names: Path | str
    changed: Mapping[str, str | Path] = field(default_factory=dict)
    command: tuple[str, ...] = ("people",)
    may_change: frozenset[str] = frozenset()  # files that hold nothing of their own


Breakage = Callable[[Place], Broken]
BREAKAGES: dict[str, Breakage] = {}


def breakage(function: Breakage) -> Breakage:
    BREAKAGES[function.__name__] = function
    return function


# -- the database ------------------------------------------------------------------------------------------------------


@breakage
def database_of_garbage(place: Place) -> Broken:
    place.database_file.write_bytes(Random(1).randbytes(65536))
    return Broken(place.database_file)


@breakage
def database_of_a_few_letters(place: Place) -> Broken:
    place.database_file.write_text("not a database")
    return Broken(place.database_file)


@breakage
def database_of_garbage_after_its_header(place: Place) -> Broken:
    whole = place.database_file.read_bytes()
    place.database_file.write_bytes(whole[:100] + Random(1).randbytes(len(whole) - 100))
    return Broken(place.database_file)


@breakage
def database_cut_in_half(place: Place) -> Broken:
    whole = place.database_file.read_bytes()
    place.database_file.write_bytes(whole[: len(whole) // 2])
    return Broken(place.database_file)


@breakage
def database_cut_after_its_first_page(place: Place) -> Broken:
    place.database_file.write_bytes(place.database_file.read_bytes()[:4096])
    return Broken(place.database_file)


@breakage
def database_is_a_folder(place: Place) -> Broken:
    place.database_file.unlink()
    place.database_file.mkdir()
    return Broken(place.database_file)


def _make_foreign(file: Path, *statements: str) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@breakage
def database_of_another_program(place: Place) -> Broken:
    _make_foreign(place.database_file, "CREATE TABLE songs (title TEXT)")
    return Broken(place.database_file)


@breakage
def database_of_another_program_with_a_log(place: Place) -> Broken:
    _make_foreign(place.database_file, "PRAGMA journal_mode=WAL", "CREATE TABLE songs (title TEXT)")
    return Broken(place.database_file)


@breakage
def database_of_another_program_that_uses_alembic(place: Place) -> Broken:
    _make_foreign(place.database_file, "CREATE TABLE alembic_version (version_num TEXT)")
    return Broken(place.database_file)


@breakage
def database_of_a_newer_version(place: Place) -> Broken:
    with closing(sqlite3.connect(place.database_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    return Broken(place.database_file)


@breakage
def database_elsewhere_of_garbage(place: Place) -> Broken:
    file = place.folder / "elsewhere" / "other.db"
    file.parent.mkdir()
    file.write_bytes(Random(1).randbytes(65536))
    return Broken(file, {"DATABASE_URL": f"sqlite:///{file}"})


@breakage
def database_url_of_an_unknown_kind(place: Place) -> Broken:
    return Broken("mysql", {"DATABASE_URL": "mysql://review@localhost/review"})


@breakage
def database_url_without_a_kind(place: Place) -> Broken:
    return Broken("DATABASE_URL", {"DATABASE_URL": "review"})


@breakage
def database_url_of_sqlite_with_too_few_slashes(place: Place) -> Broken:
    return Broken("sqlite:///", {"DATABASE_URL": "sqlite:/review.db"})


@breakage
def database_url_with_a_port_in_letters(place: Place) -> Broken:
    return Broken("DATABASE_URL", {"DATABASE_URL": "postgresql://localhost:port/review"})


@breakage
def postgres_that_does_not_run(place: Place) -> Broken:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    address = f"127.0.0.1:{port}/review"
    return Broken(address, {"DATABASE_URL": f"postgresql://review:watchword@{address}"})


@breakage
def postgres_without_this_database(place: Place) -> Broken:
    url = make_database().replace("/test_", "/nowhere_")
    return Broken(name_of(url), {"DATABASE_URL": url})


@breakage
def postgres_of_another_program(place: Place) -> Broken:
    import psycopg

    url = make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    return Broken(name_of(url), {"DATABASE_URL": url})


@breakage
def postgres_with_another_key(place: Place) -> Broken:
    other = settle(place.folder / "other", make_database())
    place.key_file.write_text(base64.b64encode(bytes(32)).decode())
    return Broken(place.key_file, {"DATABASE_URL": str(other.url)})


@breakage
def postgres_without_its_key(place: Place) -> Broken:
    other = settle(place.folder / "other", make_database())
    place.key_file.unlink()
    return Broken(place.key_file, {"DATABASE_URL": str(other.url)})


# -- the data folder ---------------------------------------------------------------------------------------------------


@breakage
def data_folder_below_a_file(place: Place) -> Broken:
    (place.folder / "file").write_text("")
    folder = place.folder / "file" / "data"
    return Broken(folder, {"SECRET_REVIEW_DATA": folder})


@breakage
def data_folder_that_is_a_file(place: Place) -> Broken:
    (place.folder / "file").write_text("")
    return Broken(place.folder / "file", {"SECRET_REVIEW_DATA": place.folder / "file"})


# -- the key -----------------------------------------------------------------------------------------------------------


@breakage
def key_of_other_data(place: Place) -> Broken:
    place.key_file.write_text(base64.b64encode(bytes(32)).decode())
    return Broken(place.key_file)


@breakage
def key_of_other_data_after_a_crash(place: Place) -> Broken:
    """The log of the last process still lies beside the database; it must stay as it is, only its index is SQLite's."""
    # The file itself last: whoever closes it, as a copy does, gives up the locks that SQLite holds on it, and then the
    # next of its connections to close takes itself for the only one and removes the log.
    ends = ("-wal", "-shm", "")
    with opened(place) as program:
        program.store.publish({"f" * 64: ("text", lambda: "kept in the log")})
        for end in ends:
            shutil.copy(f"{place.database_file}{end}", place.folder / f"kept{end}")
    for end in ends:
        shutil.move(place.folder / f"kept{end}", f"{place.database_file}{end}")
    return replace(key_of_other_data(place), may_change=frozenset([f"data/{FILE}-shm"]))


@breakage
def key_that_is_not_base64(place: Place) -> Broken:
    place.key_file.write_text("correct horse battery staple")
    return Broken(place.key_file)


@breakage
def key_that_is_not_text(place: Place) -> Broken:
    place.key_file.write_bytes(bytes(range(200, 232)))
    return Broken(place.key_file)


@breakage
def key_that_is_short(place: Place) -> Broken:
    place.key_file.write_text(base64.b64encode(bytes(16)).decode())
    return Broken(place.key_file)


@breakage
def key_that_is_empty(place: Place) -> Broken:
    place.key_file.write_text("")
    return Broken(place.key_file)


@breakage
def key_that_is_a_folder(place: Place) -> Broken:
    place.key_file.unlink()
    place.key_file.mkdir()
    return Broken(place.key_file)


@breakage
def key_that_is_missing(place: Place) -> Broken:
    place.key_file.unlink()
    return Broken(place.key_file)


@breakage
def key_inside_the_data_folder(place: Place) -> Broken:
    file = shutil.copy(place.key_file, place.data / "master.key")
    return Broken(file, {"SECRET_REVIEW_KEY_FILE": file})


@breakage
def key_that_is_short_before_anything_stands(place: Place) -> Broken:
    shutil.rmtree(place.data)
    return key_that_is_short(place)


@breakage
def key_that_cannot_be_made(place: Place) -> Broken:
    shutil.rmtree(place.data)
    (place.folder / "file").write_text("")
    file = place.folder / "file" / "master.key"
    return Broken(file, {"SECRET_REVIEW_KEY_FILE": file})


# -- the settings ------------------------------------------------------------------------------------------------------


@breakage
def setting_that_is_neither_yes_nor_no(place: Place) -> Broken:
    return Broken("SECRET_REVIEW_OPERATOR", {"SECRET_REVIEW_OPERATOR": "perhaps"})


# -- the file of people ------------------------------------------------------------------------------------------------


def _import(file: Path) -> Broken:
    return Broken(file, command=("people", "import", str(file), "--apply"))


@breakage
def people_file_that_is_missing(place: Place) -> Broken:
    return _import(place.folder / "people.csv")


@breakage
def people_file_that_is_a_folder(place: Place) -> Broken:
    (place.folder / "people.csv").mkdir()
    return _import(place.folder / "people.csv")


@breakage
def people_file_of_garbage(place: Place) -> Broken:
    (place.folder / "people.csv").write_bytes(Random(1).randbytes(4096))
    return _import(place.folder / "people.csv")


@breakage
def people_file_of_a_spreadsheet_program(place: Place) -> Broken:
    (place.folder / "people.csv").write_bytes(b"PK\x03\x04\0\0" + Random(2).randbytes(4096))
    return _import(place.folder / "people.csv")


@breakage
def people_file_with_an_open_quote(place: Place) -> Broken:
    (place.folder / "people.csv").write_text('email,name,department,roles\na@b.example,"A')
    return _import(place.folder / "people.csv")
