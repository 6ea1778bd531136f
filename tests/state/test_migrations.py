"""Migrations: from nothing to the newest schema and back, alike on both databases, and exactly the tables we name."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from bot.state import database as database_module
from bot.state.columns import metadata
from bot.state.database import Database, DatabaseFault, open_database
from bot.state.tables import SCHEMA
from tests.state.canonical import read_state
from tests.state.test_store import BEFORE_THE_LAST
from tests.state.world import KINDS, World

MIGRATIONS = Path(database_module.__file__).parent / "migrations"
MOST_TABLES = 35
# SQLAlchemy cannot read an index over an expression back from SQLite; on PostgreSQL it is compared, here only its name.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index"),
]
LIST_INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
}


def config_of(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database opened for the first time: empty but for its schema."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    database = open_database(url, tmp_path)
    yield database
    database.close()


def find_differences(database: Database) -> list[object]:
    with database.writing() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)


def list_tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def test_an_empty_database_comes_to_the_newest_schema(empty: Database) -> None:
    """Opening an empty database makes every table, with nothing in it, and notes the revision."""
    assert list_tables(empty) == {*metadata.tables, "alembic_version"}
    with empty.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [SCHEMA]
        for name in metadata.tables:
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() == 0  # noqa: S608 - our own names


def test_what_the_migrations_make_is_what_the_tables_say(empty: Database) -> None:
    """Alembic finds no table, column, type, index or constraint that differs."""
    assert find_differences(empty) == []
    with empty.reading() as connection:
        for name, table in metadata.tables.items():
            made = {column["name"]: column["nullable"] for column in inspect(connection).get_columns(name)}
            assert made == {column.name: column.nullable for column in table.columns}, name
            keys = inspect(connection).get_foreign_keys(name)
            assert len(keys) == len(table.foreign_key_constraints), name
        made_indexes = set(connection.execute(text(LIST_INDEXES[connection.dialect.name])).scalars())
        assert made_indexes == {index.name for table in metadata.tables.values() for index in table.indexes}


def test_a_table_nobody_migrated_is_found(empty: Database) -> None:
    """Negative control: a table that only the code knows shows as a difference."""
    more = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(more)
    Table("forgotten", more, Column("id", Integer, primary_key=True))
    with empty.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), more) != []


def test_down_and_up_again_ends_where_it_began(empty: Database) -> None:
    """Each revision can be undone, one by one down to nothing, and done again."""
    revisions = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    for _ in revisions:
        with empty.writing() as connection:
            command.downgrade(config_of(connection), "-1")
    assert list_tables(empty) == {"alembic_version"}
    for _ in revisions:
        with empty.writing() as connection:
            command.upgrade(config_of(connection), "+1")
    assert list_tables(empty) == {*metadata.tables, "alembic_version"}
    assert find_differences(empty) == []


def test_migrating_what_is_migrated_changes_nothing(world: World) -> None:
    """An upgrade over a deployment that is used leaves every record as it was."""
    world.tell(world.begin("sato"), "sato", *BEFORE_THE_LAST, "はい")
    before = read_state(world)
    with world.database.writing() as connection:
        command.upgrade(config_of(connection), "head")
    assert read_state(world) == before
    assert world.reader.find_chain_break() is None


def test_the_schema_named_in_the_code_is_the_newest_revision() -> None:
    """A start that skips Alembic relies on it; there is one line of revisions, with one end."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [SCHEMA]
    assert len(scripts.get_bases()) == 1


def test_there_are_no_more_tables_than_agreed() -> None:
    """Each one is agreed on; the one of Alembic is counted too."""
    assert len(metadata.tables) + 1 <= MOST_TABLES


def test_a_migration_that_breaks_off_leaves_the_database_as_it_was(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a schema is never left: the next start finds an empty database and makes it whole."""
    for url in (None, request.getfixturevalue("postgres_url")):
        with monkeypatch.context() as broken:
            broken.setattr(database_module, "_migrate", _migrate_and_break)
            with pytest.raises(RuntimeError):
                open_database(url, tmp_path)
        database = open_database(url, tmp_path)
        assert find_differences(database) == []
        database.close()


def _migrate_and_break(connection: object) -> None:
    command.upgrade(config_of(connection), "head")
    raise RuntimeError("the power is gone")


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_somebody_else_or_of_a_newer_version_is_refused_untouched(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Tables that are not ours, and a revision this version does not know, stop the start; nothing is changed."""
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else None
    database = open_database(url, tmp_path)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    assert _code_of_opening(url, tmp_path) == "database_newer"
    _rename_a_table(url, tmp_path)
    assert _code_of_opening(url, tmp_path) == "database_foreign"


def _code_of_opening(url: str | None, folder: Path) -> str:
    with pytest.raises(DatabaseFault) as caught:
        open_database(url, folder)
    return caught.value.code


def _rename_a_table(url: str | None, folder: Path) -> None:
    opener = database_module._open_postgres(url) if url else database_module._open_sqlite(folder / database_module.FILE)
    with opener.writing() as connection:
        connection.execute(text("ALTER TABLE deployment RENAME TO theirs"))
    opener.close()


def test_a_fault_never_tells_the_password_of_the_database() -> None:
    """What is said of a PostgreSQL that cannot be reached names host and database, not the credentials."""
    with pytest.raises(DatabaseFault) as caught:
        open_database("postgresql://reviewer:hush@127.0.0.1:1/review", Path())
    assert caught.value.code == "database_unreachable"
    assert re.search("hush|reviewer", str(caught.value)) is None
