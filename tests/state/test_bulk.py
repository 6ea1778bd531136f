"""Many rows by one statement: the same in the database as when SQLAlchemy writes them one by one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, delete, insert, update

from bot.state.bulk import Bulk
from bot.state.tables import outbox
from tests.state.world import World

AT = datetime(2026, 11, 2, 1, 2, 3, 456789, UTC)
NAMES = ("50% :sure", "「引用」 'x' \"y\"", "%(key)s ? \\")
CALL = Bulk(insert(outbox))
RENAME = Bulk(update(outbox).where(outbox.c.key == bindparam("row_key")).values(body=bindparam("new")))


def due(number: int, at: datetime = AT) -> dict[str, object]:
    row = {"key": f"k{number}", "kind": "turn", "person_id": "p", "interview_id": None, "state": "ready"}
    return {**row, "due_at": at, "body": NAMES[number], "card": bytes([number, 0, 255]), "sent_at": None}


def test_rows_arrive_as_sqlalchemy_writes_them(world: World) -> None:
    """Instants, bytes, nothing at all and signs that mean something to a driver; and what the table itself fills in."""
    rows = [due(number) for number in range(len(NAMES))]
    for many in (rows, rows[:1]):
        world.store.write(lambda tx: [tx.connection.execute(insert(outbox), row) for row in rows])
        expected = world.rows(outbox)
        world.store.write(lambda tx: tx.connection.execute(delete(outbox)))
        world.store.write(lambda tx, many=many: CALL.write(tx.connection, many))
        assert world.rows(outbox) == expected[: len(many)]
        assert [row.lane for row in world.rows(outbox)] == ["reply"] * len(many)
        world.store.write(lambda tx: tx.connection.execute(delete(outbox)))


def test_an_update_changes_the_rows_it_names(world: World) -> None:
    """Each by its own key and to its own value; no rows are no statement."""
    world.store.write(lambda tx: CALL.write(tx.connection, [due(number) for number in range(len(NAMES))]))
    world.store.write(lambda tx: RENAME.write(tx.connection, []))
    changed = [{"row_key": "k0", "new": NAMES[2]}, {"row_key": "k2", "new": NAMES[0]}]
    world.store.write(lambda tx: RENAME.write(tx.connection, changed))
    assert [row.body for row in sorted(world.rows(outbox))] == [NAMES[2], NAMES[1], NAMES[0]]


def test_an_instant_without_its_zone_is_refused(world: World) -> None:
    """The types' own checks are not passed by."""
    with pytest.raises(ValueError, match="time zone"):
        world.store.write(lambda tx: CALL.write(tx.connection, [due(0, AT.replace(tzinfo=None))]))
