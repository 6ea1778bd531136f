"""Opening the database and writing to it safely: SQLite in the data folder, or PostgreSQL by its URL.

On SQLite every write, checkpoint and close of the writer happens under one file lock, so that two processes never
write or checkpoint together; readers open read-only and delay nobody.
"""

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from bot.state.filelock import FileLock
from bot.state.tables import SCHEMA

Result = TypeVar("Result")

FILE = "secret-review.sqlite3"
BUSY_SECONDS = 30.0
THREADS = 16  # of a server, that ask the database beside each other
WAL_BYTES = 8 * 1024 * 1024  # a log that readers let grow past this is cut; SQLite itself reuses it from 4 MiB on

_MIGRATING = threading.Lock()  # Alembic keeps what it works on in its modules, for one thread at a time

Judge = Callable[[Connection | None], None]  # of what stands, or None where nothing does; raises what refuses the start

NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # primary result codes

# Seconds before the same is tried again when the database only hiccupped.
PAUSES = (0.05, 0.3, 1.5)


class DatabaseFault(Exception):
    """The database cannot be used; `code` says how, `where` which."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(f"{code}: {where}")
        self.code, self.where = code, where


class CannotSave(Exception):
    """The database did not answer: nothing was read, nothing was accepted."""


class Database:
    """One writer and any number of readers over the same database."""

    def __init__(self, writer: Engine, reader: Engine, asker: Engine, where: str, path: Path | None) -> None:
        self.writer = writer
        self.reader = reader
        self.asker = asker  # for one statement alone, which needs no transaction to have one view
        self.where = where  # how the database is called in messages, without credentials
        self.path = path  # of the SQLite file; None on PostgreSQL
        self._lock = FileLock(path.with_name("write.lock")) if path else None
        self._turn = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: committed at the end, rolled back on an error. A file is written by one at a time; a
        server parts writers of one process as it does those of several."""
        if self._lock is None:
            with self.writer.begin() as connection:
                yield connection
            return
        with self._turn, self._lock:
            with self.writer.begin() as connection:
                yield connection
            self._fold_log()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for reading."""
        with self.reader.connect() as connection:
            if self.path:  # the driver begins nothing by itself
                connection.exec_driver_sql("BEGIN")
            yield connection

    def fetch(self, query: Any, given: Mapping[str, Any] | None = None) -> list[Row[Any]]:
        """Every row of one query with these parameters. Raises CannotSave where the database does not answer."""
        try:
            return self._ask(query, given)
        except DBAPIError as fault:
            if not fault.connection_invalidated:
                raise CannotSave(type(fault).__name__) from fault
        try:  # that connection was of before the server was last started; those that stand now are new
            return self._ask(query, given)
        except DBAPIError as fault:
            raise CannotSave(type(fault).__name__) from fault

    def _ask(self, query: Any, given: Mapping[str, Any] | None) -> list[Row[Any]]:
        with self.asker.connect() as connection:
            return list(connection.execute(query, given))

    async def ask(self, read: Callable[[], Result]) -> Result:
        """What a short read gives, from the event loop: a server is waited for on another thread; a file answers sooner
        than a thread can be woken, and no writer keeps its readers waiting."""
        return read() if self.path else await asyncio.to_thread(read)

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A view for the start, which makes no file: with an empty log, the main file changes only under the lock."""
        path = self.path
        if path is None:
            with self.reading() as connection:
                yield connection
            return
        with self._hold_if_made():
            log = Path(f"{path}-wal")
            quiet = "" if log.exists() and log.stat().st_size else "immutable=1"
            engine = create_engine("sqlite://", creator=lambda: _connect(path, quiet), poolclass=NullPool)
            with engine.connect() as connection:
                yield connection

    def close(self) -> None:
        """Close both sides; the writer's close may fold the log back, so it too is done under the lock."""
        self.reader.dispose()
        self.asker.dispose()
        with self._turn, self._hold_if_made():
            self.writer.dispose()

    def _hold_if_made(self) -> AbstractContextManager[None]:
        """The file lock where its file is there; where it is not, nobody ever wrote."""
        return self._lock if self._lock and self._lock.is_made() else _no_lock()

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


def open_database(url: str | None, folder: Path, judge: Judge = lambda _: None) -> Database:
    """The database of these settings, at the newest schema. Raises DatabaseFault and changes nothing then."""
    if url and not url.startswith("sqlite:///"):
        database = _open_postgres(url)
    else:
        database = _open_sqlite(Path(url.removeprefix("sqlite:///")) if url else folder / FILE)
    with starting(database):
        _check_and_migrate(database, judge)
    return database


@contextmanager
def starting(database: Database) -> Iterator[None]:
    """What goes wrong here refuses the start; the database is closed then. Raises DatabaseFault."""
    try:
        yield
    except (DBAPIError, CannotSave) as fault:
        database.close()
        raise DatabaseFault(_code_of(fault), database.where) from fault
    except BaseException:
        database.close()
        raise


def _code_of(fault: Exception) -> str:
    cause = getattr(fault.__cause__ if isinstance(fault, CannotSave) else fault, "orig", None)
    if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError):
        return "database_unreadable"
    return "database_unreachable"


def _prepare_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        FileLock(path.with_name("write.lock")).probe()
    except OSError as fault:
        raise DatabaseFault("folder_unwritable", str(path.parent)) from fault


def _connect(path: Path, how: str) -> sqlite3.Connection:
    """For reading alone; `how` are more parameters of SQLite's URI."""
    address = f"{path.absolute().as_uri()}?mode=ro&{how}"
    # Handed from thread to thread, but never used by two at once.
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _open_sqlite(path: Path) -> Database:
    def connect_writer() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "wal_autocheckpoint=1000",  # pages; within the commit, so under our lock too, and waiting for no reader
            "secure_delete=ON",
            *(["fullfsync=ON", "checkpoint_fullfsync=ON"] if sys.platform == "darwin" else []),
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    writer = create_engine("sqlite://", creator=connect_writer, poolclass=StaticPool, hide_parameters=True)
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    reader = create_engine(
        "sqlite://", creator=lambda: _connect(path, ""), poolclass=QueuePool, max_overflow=-1, hide_parameters=True
    )
    return Database(writer, reader, reader, str(path), path)


def _open_postgres(given: str) -> Database:
    scheme, _, rest = given.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise DatabaseFault("database_unknown", given.partition(":")[0])
    where = f"PostgreSQL {rest.rpartition('@')[2].partition('?')[0]}"  # never user, password or options
    try:
        url = f"postgresql+psycopg://{rest}"
        engine = create_engine(url, pool_pre_ping=True, pool_size=THREADS, hide_parameters=True)
        # One round trip a question: nothing is looked at before it, and there is nothing to roll back after it.
        alone = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
        asker = create_engine(url, pool_size=THREADS, hide_parameters=True, **alone)
    except ImportError as fault:
        raise DatabaseFault("driver_missing", "PostgreSQL") from fault
    except (ArgumentError, ValueError) as fault:
        raise DatabaseFault("database_unreachable", where) from fault
    reader = engine.execution_options(isolation_level="REPEATABLE READ")  # one view for all that one reading reads
    return Database(engine, reader, asker, where, None)


def _check_and_migrate(database: Database, judge: Judge) -> None:
    found = None
    if database.path is None or os.path.exists(database.path):
        with database.looking() as connection:
            found = _find_schema(connection, database.where)
            judge(connection if found else None)
    else:
        judge(None)
    if database.path:
        _prepare_folder(database.path)
    if found == SCHEMA:
        return
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            # Replicas that start together migrate one after the other.
            connection.execute(text("SELECT pg_advisory_xact_lock(7274537)"))
        _migrate(connection)


def _find_schema(connection: Connection, where: str) -> str | None:
    """The schema the database says it has; None for an empty one. Raises DatabaseFault for one that is not ours."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables or "deployment" not in tables:
        raise DatabaseFault("database_foreign", where)
    found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    if found > SCHEMA:
        raise DatabaseFault("database_newer", where)
    return found


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a start at the newest schema does not pay for it
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    with _MIGRATING:
        command.upgrade(config, "head")


def dialect_of(connection: Connection) -> Any:
    """SQLAlchemy's module for this database, whose `insert` knows what to do with a key that is there already."""
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def is_full(fault: DBAPIError) -> bool:
    """Whether there was no room, or no way, to write it: that does not pass within seconds, and whoever waits should
    hear of it at once."""
    code: Any = getattr(fault.orig, "sqlite_errorcode", 0)
    return code & 0xFF in NO_ROOM or getattr(fault.orig, "sqlstate", None) == "53100"


def is_passing(fault: BaseException) -> bool:
    """Whether the same batch may well succeed at once: a lost connection, a lock, two transactions that crossed."""
    if not isinstance(fault, DBAPIError):
        return False
    code: Any = getattr(fault.orig, "sqlstate", None)
    return isinstance(fault, OperationalError) or fault.connection_invalidated or code in ("40001", "40P01")
