"""Opening the database and writing to it safely: SQLite in the data folder, or PostgreSQL by its URL.

On SQLite every write, checkpoint and close of the writer happens under one file lock, so that two processes never
write or checkpoint together; readers open read-only and delay nobody.
"""

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, StaticPool

from bot.state.filelock import FileLock
from bot.state.tables import SCHEMA

FILE = "secret-review.sqlite3"
BUSY_SECONDS = 30.0
WAL_BYTES = 4 * 1024 * 1024  # the write-ahead log is folded back when it has grown past this


class DatabaseFault(Exception):
    """The database cannot be used; `code` says how, `where` which."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"{code}: {where}")
        self.code, self.where = code, where


class Database:
    """One writer and any number of readers over the same database."""

    def __init__(self, writer: Engine, reader: Engine, where: str, path: Path | None) -> None:
        self.writer = writer
        self.reader = reader
        self.where = where  # how the database is called in messages, without credentials
        self.path = path  # of the SQLite file; None on PostgreSQL
        self._lock = FileLock(path.with_name("write.lock")) if path else None
        self._turn = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: committed at the end, rolled back on an error."""
        with self._turn, self._lock or _no_lock():
            with self.writer.begin() as connection:
                yield connection
            self._fold_log()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for reading."""
        with self.reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close both sides; the writer's close may fold the log back, so it too is done under the lock."""
        self.reader.dispose()
        with self._turn, self._lock or _no_lock():
            self.writer.dispose()

    def _fold_log(self) -> None:
        log = Path(f"{self.path}-wal")
        if self.path and log.exists() and log.stat().st_size > WAL_BYTES:
            raw = self.writer.raw_connection()  # a checkpoint cannot run inside the BEGIN that the engine would send
            cursor = raw.cursor()
            cursor.execute("PRAGMA busy_timeout=0")  # it waits for no reader
            with suppress(sqlite3.OperationalError):  # what was committed stands; a later write folds the log
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
            raw.close()


@contextmanager
def _no_lock() -> Iterator[None]:
    yield


def open_database(url: str | None, folder: Path) -> Database:
    """The database of these settings, at the newest schema. Raises DatabaseFault and changes nothing then."""
    if url and not url.startswith("sqlite"):
        database = _open_postgres(url)
    else:
        database = _open_sqlite(Path(url.removeprefix("sqlite:///")) if url else folder / FILE)
    try:
        _check_and_migrate(database)
    except DBAPIError as fault:
        database.close()
        raise DatabaseFault(_code_of(fault), database.where) from fault
    except BaseException:
        database.close()
        raise
    return database


def _code_of(fault: DBAPIError) -> str:
    if isinstance(fault.orig, sqlite3.DatabaseError) and not isinstance(fault.orig, sqlite3.OperationalError):
        return "database_unreadable"
    return "database_unreachable"


def _open_sqlite(path: Path) -> Database:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        FileLock(path.with_name("write.lock")).probe()
    except OSError as fault:
        raise DatabaseFault("folder_unwritable", str(path.parent)) from fault

    def connect_writer() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "wal_autocheckpoint=0",
            "secure_delete=ON",
            *(["fullfsync=ON", "checkpoint_fullfsync=ON"] if sys.platform == "darwin" else []),
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def connect_reader() -> sqlite3.Connection:
        address = f"{path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)

    writer = create_engine("sqlite://", creator=connect_writer, poolclass=StaticPool, hide_parameters=True)
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    reader = create_engine("sqlite://", creator=connect_reader, poolclass=NullPool, hide_parameters=True)
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return Database(writer, reader, str(path), path)


def _open_postgres(url: str) -> Database:
    try:
        import psycopg  # noqa: F401, PLC0415 - only installed where PostgreSQL is used
    except ImportError as fault:
        raise DatabaseFault("driver_missing", "PostgreSQL") from fault
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise DatabaseFault("database_unknown", scheme)
    engine = create_engine(f"postgresql+psycopg://{rest}", pool_pre_ping=True, hide_parameters=True)
    reader = engine.execution_options(isolation_level="REPEATABLE READ")  # one view for all that one reading reads
    return Database(engine, reader, f"PostgreSQL {rest.rpartition('@')[2]}", None)


def _check_and_migrate(database: Database) -> None:
    found = _find_schema(database)
    if found == SCHEMA:
        return
    if found and found > SCHEMA:
        raise DatabaseFault("database_newer", database.where)
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            # Replicas that start together migrate one after the other.
            connection.execute(text("SELECT pg_advisory_xact_lock(7274537)"))
        _migrate(connection)


def _find_schema(database: Database) -> str | None:
    """The schema the database says it has; None for an empty one. Raises DatabaseFault for somebody else's."""
    if database.path and not database.path.exists():
        return None
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if "alembic_version" not in tables or "deployment" not in tables:
            raise DatabaseFault("database_foreign", database.where)
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a start at the newest schema does not pay for it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_passing(fault: BaseException) -> bool:
    """Whether the same batch may well succeed at once: a lost connection, a lock, two transactions that crossed."""
    if not isinstance(fault, DBAPIError):
        return False
    code: Any = getattr(fault.orig, "sqlstate", None)
    return isinstance(fault, OperationalError) or fault.connection_invalidated or code in ("40001", "40P01")
