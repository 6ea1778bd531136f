"""The deployment's one row: whether it is a trial, its wrapped data key, the head of its audit chain."""

from pathlib import Path

from sqlalchemy import Connection, select, update

from bot.ports import Clock
from bot.state.audit import FIRST
from bot.state.crypto import (
    Vault,
    make_master_key,
    new_data_key,
    probe_master_key,
    read_master_key,
    unwrap_data_key,
)
from bot.state.database import Database, dialect_of
from bot.state.tables import deployment


def find_trial(database: Database) -> bool | None:
    """Whether this is a trial deployment; None where nothing stands yet."""
    with database.reading() as connection:
        return connection.execute(select(deployment.c.trial)).scalar()


def check_keys(connection: Connection | None, key_file: Path, reporter_key_file: Path) -> None:
    """Raise KeyFault where a key file will not do for what stands, or nothing stands and it cannot be made."""
    columns = (deployment.c.wrapped_key, deployment.c.wrapped_reporter_key)
    row = connection.execute(select(*columns)).one_or_none() if connection is not None else None
    for wrapped, path in zip(row or (None, None), (key_file, reporter_key_file), strict=True):
        if wrapped is None:
            probe_master_key(path)
        else:
            unwrap_data_key(read_master_key(path), wrapped, path)


def open_vault(database: Database, key_file: Path) -> Vault:
    """The vault of a deployment that stands. Raises KeyFault."""
    with database.reading() as connection:
        wrapped = connection.execute(select(deployment.c.wrapped_key)).scalar_one()
    return Vault(unwrap_data_key(read_master_key(key_file), wrapped, key_file))


def open_keeper(database: Database, reporter_key_file: Path) -> Vault:
    """The vault of who reported what; a deployment older than that gets its key now. Raises KeyFault."""
    wanted = select(deployment.c.wrapped_reporter_key)
    with database.reading() as connection:
        wrapped = connection.execute(wanted).scalar_one()
    if wrapped is None:
        _, made = new_data_key(make_master_key(reporter_key_file))
        with database.writing() as connection:
            first = update(deployment).where(deployment.c.wrapped_reporter_key.is_(None))
            connection.execute(first.values(wrapped_reporter_key=made))
            wrapped = connection.execute(wanted).scalar_one()  # another process may have been first
    return Vault(unwrap_data_key(read_master_key(reporter_key_file), wrapped, reporter_key_file))


def make_deployment(database: Database, key_file: Path, trial: bool, clock: Clock) -> bool:
    """Set up an empty database; False where another process was first. Raises KeyFault."""
    master = make_master_key(key_file) if not key_file.exists() else read_master_key(key_file)
    _, wrapped = new_data_key(master)
    with database.writing() as connection:
        row = {"id": 1, "trial": trial, "wrapped_key": wrapped, "audit_seq": 0, "audit_hash": FIRST}
        put = dialect_of(connection).insert(deployment).values(**row, created_at=clock.now()).on_conflict_do_nothing()
        return connection.execute(put.returning(deployment.c.id)).first() is not None
