"""The deployment's one row: whether it is a trial, its wrapped data key, the head of its audit chain."""

from pathlib import Path

from sqlalchemy import Connection, select

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


def check_key(connection: Connection | None, key_file: Path) -> None:
    """Raise KeyFault where the key file will not do for what stands, or nothing stands and it cannot be made."""
    wrapped = connection.execute(select(deployment.c.wrapped_key)).scalar() if connection is not None else None
    if wrapped is None:
        probe_master_key(key_file)
    else:
        unwrap_data_key(read_master_key(key_file), wrapped, key_file)


def open_vault(database: Database, key_file: Path) -> Vault:
    """The vault of a deployment that stands. Raises KeyFault."""
    with database.reading() as connection:
        wrapped = connection.execute(select(deployment.c.wrapped_key)).scalar_one()
    return Vault(unwrap_data_key(read_master_key(key_file), wrapped, key_file))


def make_deployment(database: Database, key_file: Path, trial: bool, clock: Clock) -> bool:
    """Set up an empty database; False where another process was first. Raises KeyFault."""
    master = make_master_key(key_file) if not key_file.exists() else read_master_key(key_file)
    _, wrapped = new_data_key(master)
    with database.writing() as connection:
        row = {"id": 1, "trial": trial, "wrapped_key": wrapped, "audit_seq": 0, "audit_hash": FIRST}
        put = dialect_of(connection).insert(deployment).values(**row, created_at=clock.now()).on_conflict_do_nothing()
        return connection.execute(put.returning(deployment.c.id)).first() is not None
