"""The audit chain: whatever is changed in the rows afterwards, the first row that does not follow is named."""

import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update

from bot.events import Opened
from bot.state import audit as audit_module
from bot.state.audit import FIRST, Entry, chain, find_break, list_hashes
from bot.state.tables import audit
from tests.state.world import MONDAY, World

LENGTH = 60


class Row(NamedTuple):
    seq: int
    at: datetime | str
    actor: str
    action: str
    object: str
    detail: str
    hash: str


def make_rows(length: int = LENGTH) -> list[Row]:
    entries = [
        Entry(
            "idmain-000001", "turn.open", f"idmain-{n:06}", f'{{"answers":["金型:{n}"]}}', MONDAY + timedelta(minutes=n)
        )
        for n in range(length)
    ]
    return [Row(**row) for row in chain(0, FIRST, entries)]


def look(rows: Sequence[Row], head: Row) -> int | None:
    return find_break(rows, head.seq, head.hash)


def flips(row: Row) -> list[Row]:
    """The row with one bit of one byte of one field changed, for each byte of each field, and each number changed."""
    chance = random.Random(row.seq)
    found = [row._replace(seq=row.seq + by) for by in (-1, 1, 1 << 20)]
    found += [row._replace(at=row.at + by) for by in (timedelta(microseconds=1), timedelta(days=-1))]  # type: ignore[operator]
    for name in ("actor", "action", "object", "detail", "hash"):
        raw = getattr(row, name).encode()
        for place in range(len(raw)):
            changed = raw[:place] + bytes([raw[place] ^ 1 << chance.randrange(8)]) + raw[place + 1 :]
            found.append(row._replace(**{name: changed.decode("utf-8", "surrogateescape")}))
    return found


def test_an_untouched_chain_holds() -> None:
    """Rows as they were written have no break, however many, and an empty log has none."""
    rows = make_rows()
    assert look(rows, rows[-1]) is None
    assert find_break([], 0, FIRST) is None


def test_every_flipped_byte_is_found_at_its_row() -> None:
    """Each byte of each field of each row, changed by one bit, breaks the chain at that row and no other."""
    rows = make_rows()
    missed = [
        (row.seq, changed)
        for place, row in enumerate(rows)
        for changed in flips(row)
        if look([*rows[:place], changed, *rows[place + 1 :]], rows[-1]) != row.seq
    ]
    assert missed == []


def test_without_the_content_in_the_hash_a_flip_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a hash over the number alone lets a changed actor pass."""
    monkeypatch.setattr(audit_module, "digest_row", lambda seq, entry: f"{seq:064}")
    rows = make_rows()
    assert look([rows[0]._replace(actor="somebody else"), *rows[1:]], rows[-1]) is None


def test_rows_hashed_as_they_were_at_first_hold_too() -> None:
    """A chain begun over the fields themselves and carried on over their digests has no break, and a change in either
    part is found at its row."""
    first: list[Row] = []
    for row in make_rows():
        before = first[-1].hash if first else FIRST
        entry = Entry(row.actor, row.action, row.object, row.detail, row.at)
        first.append(row._replace(hash=list_hashes(before, row.seq, entry)[1]))
    added = [Entry("somebody", "turn.open", f"idmain-{n}", "{}", MONDAY) for n in range(3)]
    rows = [*first, *(Row(**row) for row in chain(LENGTH, first[-1].hash, added))]
    assert look(rows, rows[-1]) is None
    for place in (LENGTH - 1, LENGTH):
        changed = [*rows[:place], rows[place]._replace(actor="nobody"), *rows[place + 1 :]]
        assert look(changed, rows[-1]) == place + 1


REARRANGED: dict[str, Callable[[list[Row], int], list[Row]]] = {
    "deleted": lambda rows, at: rows[:at] + rows[at + 1 :],
    "inserted": lambda rows, at: [*rows[:at], rows[at]._replace(actor="nobody"), *rows[at:]],
    "inserted and renumbered": lambda rows, at: [
        *rows[:at],
        rows[at]._replace(actor="nobody"),
        *(row._replace(seq=row.seq + 1) for row in rows[at:]),
    ],
    "swapped": lambda rows, at: [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]],
    "swapped in content": lambda rows, at: [
        *rows[:at],
        rows[at + 1]._replace(seq=rows[at].seq),
        rows[at]._replace(seq=rows[at + 1].seq),
        *rows[at + 2 :],
    ],
    "truncated": lambda rows, at: rows[:at],
}


@pytest.mark.parametrize("how", REARRANGED)
def test_a_rearranged_log_is_found_at_its_first_wrong_row(how: str) -> None:
    """Deleting, inserting, swapping and cutting off are named at the place where they were done, wherever that is."""
    rows = make_rows()
    for at in range(LENGTH - 1):
        assert look(REARRANGED[how](rows, at), rows[-1]) == at + 1, at


def test_a_row_written_twice_is_found_behind_the_first() -> None:
    """A duplicate breaks the chain at the number after it."""
    rows = make_rows()
    for at in range(LENGTH):
        assert look([*rows[: at + 1], rows[at], *rows[at + 1 :]], rows[-1]) == at + 2


def test_a_tail_rewritten_with_right_hashes_is_found_by_the_head() -> None:
    """Whoever recomputes every hash from a changed row on must also change the head, which is kept elsewhere."""
    rows = make_rows()
    entries = [Entry(row.actor, row.action, row.object, row.detail + " ", row.at) for row in rows[40:]]
    forged = [*rows[:40], *(Row(**row) for row in chain(40, rows[39].hash, entries))]
    assert look(forged, rows[-1]) == LENGTH + 1
    assert look(forged, forged[-1]) is None  # and with the head as well, only a checkpoint outside would tell


@given(fields=st.tuples(*[st.text(st.characters(exclude_categories=()), max_size=30)] * 4))
def test_a_row_is_hashed_as_the_documents_say(fields: tuple[str, str, str, str]) -> None:
    """SHA-256 over the hash before, a line feed and the digest of the row as plain JSON, whatever characters stand in
    it; as it was made at first, over the JSON itself."""
    row = json.dumps([7, "2026-11-09T07:40:00.000000+00:00", *fields], ensure_ascii=False)
    raw = row.encode("utf-8", "surrogatepass")
    told = [sha256(f"{FIRST}\n".encode() + one).hexdigest() for one in (sha256(raw).hexdigest().encode(), raw)]
    assert list(list_hashes(FIRST, 7, Entry(*fields, MONDAY))) == told


def test_the_same_instant_in_another_zone_is_the_same_row() -> None:
    """A database may hand an instant back in a zone of its own; the chain holds all the same."""
    from zoneinfo import ZoneInfo

    rows = make_rows(3)
    elsewhere = [row._replace(at=row.at.astimezone(ZoneInfo("Asia/Tokyo"))) for row in rows]  # type: ignore[union-attr]
    as_text = [row._replace(at=row.at.astimezone(UTC).isoformat(timespec="microseconds")) for row in rows]  # type: ignore[union-attr]
    assert look(elsewhere, rows[-1]) is None
    assert look(as_text, rows[-1]) is None


# -- in the databases --------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(world: World) -> World:
    """A world in which a few things happened, its chain whole."""
    for name in ("sato", "ito", "mori"):
        world.tell(world.begin(name), name, Opened(), "1", "順送の金型", "なぜ")
    assert world.reader.find_chain_break() is None
    return world


def swap(at: int) -> list[Any]:
    return [
        update(audit).where(audit.c.seq == at).values(seq=-1),
        update(audit).where(audit.c.seq == at + 1).values(seq=at),
        update(audit).where(audit.c.seq == -1).values(seq=at + 1),
    ]


TAMPERED: dict[str, Callable[[int], list[Any]]] = {
    "actor": lambda at: [update(audit).where(audit.c.seq == at).values(actor="nobody")],
    "action": lambda at: [update(audit).where(audit.c.seq == at).values(action="turn.none")],
    "object": lambda at: [update(audit).where(audit.c.seq == at).values(object="")],
    "detail": lambda at: [update(audit).where(audit.c.seq == at).values(detail=audit.c.detail + " ")],
    "instant": lambda at: [update(audit).where(audit.c.seq == at).values(at=MONDAY + timedelta(microseconds=1))],
    "hash": lambda at: [update(audit).where(audit.c.seq == at).values(hash="0" * 64)],
    "deleted": lambda at: [delete(audit).where(audit.c.seq == at)],
    "truncated": lambda at: [delete(audit).where(audit.c.seq >= at)],
    "swapped": swap,
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_change_in_the_database_is_named_by_its_row(lived: World, how: str) -> None:
    """A hand in the tables, at the first, a middle and the last row but one, is found at that row."""
    last = len(lived.rows(audit))
    for at in (1, last // 2, last - 1):
        before = [dict(row._mapping) for row in lived.rows(audit)]
        with lived.database.writing() as connection:
            for statement in TAMPERED[how](at):
                connection.execute(statement)
        assert lived.reader.find_chain_break() == at, how
        with lived.database.writing() as connection:
            connection.execute(delete(audit))
            connection.execute(insert(audit), before)
        assert lived.reader.find_chain_break() is None


def test_a_row_added_behind_the_last_is_found(lived: World) -> None:
    """An entry put on the chain by hand, even with the right hash, does not match the head."""
    rows = lived.rows(audit)
    entry = Entry("nobody", "people.imported", "people", "{}", MONDAY)
    forged = chain(len(rows), rows[-1].hash, [entry])
    with lived.database.writing() as connection:
        connection.execute(insert(audit), forged)
    assert lived.reader.find_chain_break() == len(rows) + 2


def test_an_instant_that_is_none_is_named_and_does_not_stop_the_reading(sqlite_world: World) -> None:
    """SQLite lets any text stand in a column; one that is no date is a break at its row like any other."""
    sqlite_world.tell(sqlite_world.begin("sato"), "sato", Opened(), "1")
    with sqlite_world.database.writing() as connection:
        connection.execute(text("UPDATE audit SET at = 'yesterday' WHERE seq = 2"))
    assert sqlite_world.reader.find_chain_break() == 2


def test_the_chain_is_read_as_of_one_moment(world: World) -> None:
    """A turn committed while the chain is being checked is no break: head and rows are one view."""
    interview = world.begin("sato")
    with world.database.reading() as connection:
        before = connection.execute(text("SELECT audit_seq FROM deployment")).scalar()
        world.tell(interview, "sato", Opened())
        assert connection.execute(text("SELECT max(seq) FROM audit")).scalar() == before
    assert world.reader.find_chain_break() is None
