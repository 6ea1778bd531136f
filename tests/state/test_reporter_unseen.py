"""Whoever reported, everything but what is sealed under the reporters' key is the same: so no reader, list, search,
pack or command over it can tell one reporter from another, or sort or count by them."""

import base64
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import bot.reporting
from bot.handbook.incident import read_response
from bot.packing import gather_pack
from bot.reporting import Caller, ReportDesk
from bot.state.columns import metadata
from bot.state.incident_tables import mailboxes, receipts
from bot.state.incidents import Cases
from bot.state.mailboxes import Mailbox, link_report
from bot.state.record import Transaction
from bot.state.tables import outbox
from tests.state.confided import Tokens, live_case, open_all
from tests.state.conftest import FindTemplate
from tests.state.talk import talking
from tests.state.world import World, open_world

CHANCE = re.compile(r'[0-9a-f]{16,}|\\+"A[\w+/=]{20,}\\+"')  # salts and what is made of them, sealed events
KEPT_APART = (mailboxes.name, receipts.name)


@contextmanager
def fresh(find_template: FindTemplate, kind: str, folder: Path) -> Iterator[World]:
    made = open_world(find_template(kind), folder)
    try:
        yield next(made)
    finally:
        list(made)


def caller_of(world: World, name: str) -> Caller:
    if name == "stranger":
        return Caller("slack", "T1:U9", None, "ja", "Asia/Tokyo", "D9")
    member = world.find(name)
    return Caller("slack", f"T1:{name}", member.id, member.language, member.timezone, f"D-{name}")


async def tell_all(world: World, name: str) -> dict[str, str]:
    """A whole case that this person reported, opened and read on the way; then all that there is, by where it is."""
    desk = ReportDesk(world.store, world.reader, lambda _: None)
    with talking(world) as talk:
        incident = await live_case(talk, desk, caller_of(world, name), Tokens("ことば"))
    told: dict[str, Any] = {
        table: sorted(_tell(row) for row in world.rows(metadata.tables[table]))
        for table in metadata.tables
        if table not in KEPT_APART
    }
    told |= {table: [_mask(row.body) for row in world.rows(metadata.tables[table])] for table in KEPT_APART}
    leader = world.find("takahashi")
    case = Cases(world.database, world.vault).find(leader.actor, incident)
    assert case is not None
    response = read_response(world.template.content.catalogue["incident"])
    told["pack"] = gather_pack(world.reader, leader, case, response, world.clock.now())
    told["opened"] = tell_opened(world)
    told["screens"] = [repr(one) for who, one in talk.screen.shown if who != leader.id]
    return {where: CHANCE.sub("?", json.dumps(one, default=str, ensure_ascii=False)) for where, one in told.items()}


def _tell(row: Any) -> str:
    return CHANCE.sub("?", json.dumps([_mask(cell) for cell in row], default=str, ensure_ascii=False))


def _mask(cell: Any) -> Any:
    """Of what is sealed, how long it is: that tells too."""
    return len(cell) if isinstance(cell, bytes | memoryview) else cell


def tell_opened(world: World) -> Any:
    """All that the deployment's key opens."""
    events = [row for row in world.rows(outbox) if row.kind == "event"]
    bodies = [(row.key, base64.b64decode(json.loads(row.body))) for row in events]
    opened = [world.vault.open("outbox", key, "body", body) for key, body in bodies]
    return sorted(json.dumps(one, ensure_ascii=False) for one in (*json.loads(open_all(world, False)), *opened))


WORLDS = [("sqlite", ["watanabe", "stranger"])]
if os.environ.get("SECRET_REVIEW_LONG"):
    WORLDS.append(("postgres", ["stranger"]))


@pytest.mark.parametrize(("kind", "others"), WORLDS)
async def test_nothing_tells_one_reporter_from_another(
    find_template: FindTemplate, kind: str, others: list[str], tmp_path: Path
) -> None:
    """Worlds that differ by who reported, an employee, one who receives reports, somebody unknown: row by row,
    opened, in the pack and on everybody's screen but that of whom it was shown to, they are the same."""
    told = {}
    for name in ("nakamura", *others):
        with fresh(find_template, kind, tmp_path / name) as world:
            told[name] = await tell_all(world, name)
    for name in others:
        assert [where for where in told[name] if told[name][where] != told["nakamura"][where]] == []


async def test_a_row_that_names_the_reporter_is_found_out(
    find_template: FindTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a line of the audit with the account, and the worlds differ there."""

    def link(tx: Transaction, box: Mailbox, incident: str, receipt: str) -> None:
        link_report(tx, box, incident, receipt)
        tx.add_entry("record", "incident.linked", incident, account=box.body["who"][1])

    monkeypatch.setattr(bot.reporting, "link_report", link)
    told = {}
    for name in ("nakamura", "kobayashi"):
        with fresh(find_template, "sqlite", tmp_path / name) as world:
            told[name] = await tell_all(world, name)
    differing = [where for where in told["nakamura"] if told["nakamura"][where] != told["kobayashi"][where]]
    assert differing == ["audit"]
