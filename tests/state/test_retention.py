"""Holds and retention: what is held stays, what is over its day is gone for good, and who reported goes before."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.drafts import Drafts
from bot.due import Due
from bot.holds import AskLift, HoldIncident, LiftHold
from bot.state.incident_tables import (
    incident_entries,
    incident_members,
    incident_tasks,
    incidents,
    mailboxes,
    receipts,
)
from bot.state.incidents import Cases, Incident
from bot.state.mailboxes import link_report, name_mailbox, take_mailbox, to_mailbox, write_mailbox
from bot.state.record import Transaction, set_company_fact
from bot.state.retention import ask_lift, hold_incident, keep_closed, lift_hold
from bot.state.tables import audit, interviews, outbox
from tests.state.taken import act_as, find, find_case, note, open_case
from tests.state.talk import talking
from tests.state.world import World

YEAR = timedelta(days=366)
DRAFT = {"flow": "report", "status": "open", "until": "2026-11-10T08:40:00+00:00"}


def close(world: World, case: Incident) -> None:
    """Closed as the flow does, and from then on kept until its day."""

    def change(tx: Transaction) -> None:
        tx.connection.execute(update(incidents).where(incidents.c.id == case.id).values(state="closed"))
        keep_closed(tx, case.id)

    world.store.write(change)


def do(world: World, name: str, write: Any, one: Any) -> None:
    person = find(world, name).id
    world.store.write(lambda tx: write(tx, act_as(person), person, one))


async def pass_time(world: World, time: timedelta) -> None:
    world.clock.advance(days=time.days)
    with talking(world) as talk:
        await Due(talk.conversation).do_due()


def rows_of(world: World) -> Mapping[str, int]:
    tables = (incident_entries, incident_tasks, incident_members)
    return {table.name: len(world.rows(table)) for table in tables}


def is_there(world: World, case: Incident, name: str = "takahashi") -> bool:
    return Cases(world.reader.database, world.vault).find(find(world, name).actor, case.id) is not None


async def test_after_its_day_a_case_is_gone_for_good(world: World) -> None:
    """Ten years after closing nothing of it is left but that there was one; another case stays as it was."""
    case = open_case(world)
    note(world, "takahashi", case, "evidence", what="図面庫の鍵")
    with talking(world) as talk:
        await talk.come("takahashi", "evidence")
        await talk.say("takahashi", "1")
    close(world, case)
    other = open_case(world)
    (row,) = [row for row in world.rows(incidents) if row.id == case.id]
    assert row.keep_until.year == world.clock.now().year + 10
    await pass_time(world, 9 * YEAR)
    assert is_there(world, case)
    await pass_time(world, YEAR + timedelta(days=1))
    assert not is_there(world, case)
    (row,) = [row for row in world.rows(incidents) if row.id == case.id]
    assert (row.state, bytes(row.key), bytes(row.body)) == ("erased", b"", b"")
    for table in (incident_entries, incident_tasks, incident_members):
        assert not [row for row in world.rows(table) if row.incident_id == case.id]
    for shown in [row for row in world.rows(interviews) if row.subject == case.id]:
        told = world.reader.read_interview(shown.id, world.template.words.routes) if shown.digest else None
        assert shown.status == "cancelled"
        assert told is None or told.given == {}
    assert not [row for row in world.rows(outbox) if case.id in row.key]
    assert is_there(world, other)
    assert rows_of(world)["incident_entries"] == 2
    assert [row.object for row in world.rows(audit) if row.action == "incident.erased"] == [case.id]
    assert world.reader.find_chain_break() is None


async def test_what_is_held_stays_until_two_people_let_it_go(world: World) -> None:
    """Held, a case outlives its day; once its leader and a second person ended that, it goes at the next look."""
    case = open_case(world, "takahashi", "watanabe")
    do(world, "takahashi", hold_incident, HoldIncident(case.id, "裁判"))
    close(world, case)
    await pass_time(world, 11 * YEAR)
    assert is_there(world, case)
    do(world, "takahashi", ask_lift, AskLift(case.id, find(world, "watanabe").id))
    do(world, "watanabe", lift_hold, LiftHold(case.id, True))
    assert not find_case(world, "takahashi", case.id).held
    await pass_time(world, timedelta(days=31))
    assert not is_there(world, case)


@pytest.mark.parametrize("name", ["takahashi", "sato", "kobayashi"])
async def test_nobody_but_the_one_who_was_asked_ends_a_hold(sqlite_world: World, name: str) -> None:
    """Neither who asks, nor another member, nor an outsider; and who is asked may say no."""
    world = sqlite_world
    case = open_case(world, "takahashi", "watanabe", "kobayashi")
    do(world, "takahashi", hold_incident, HoldIncident(case.id))
    do(world, "watanabe", lift_hold, LiftHold(case.id, True))  # nobody asked
    for second in ("takahashi", "sato"):  # oneself, and somebody who is not in it
        do(world, "takahashi", ask_lift, AskLift(case.id, find(world, second).id))
        do(world, second, lift_hold, LiftHold(case.id, True))
    do(world, "kobayashi", ask_lift, AskLift(case.id, find(world, "watanabe").id))  # who does not lead
    do(world, "watanabe", lift_hold, LiftHold(case.id, True))
    do(world, "takahashi", ask_lift, AskLift(case.id, find(world, "watanabe").id))
    do(world, name, lift_hold, LiftHold(case.id, True))
    assert find_case(world, "takahashi", case.id).held
    do(world, "watanabe", lift_hold, LiftHold(case.id, False))
    do(world, "watanabe", lift_hold, LiftHold(case.id, True))  # a word is given once
    assert find_case(world, "takahashi", case.id).held


async def test_only_its_leader_holds_a_case(sqlite_world: World) -> None:
    """A member who did not take it, and an outsider, change nothing."""
    case = open_case(sqlite_world, "takahashi", "watanabe")
    for name in ("watanabe", "sato"):
        do(sqlite_world, name, hold_incident, HoldIncident(case.id))
    assert not find_case(sqlite_world, "takahashi", case.id).held


async def test_without_the_hold_the_same_day_erases_it(sqlite_world: World) -> None:
    """Negative control: the hold taken off behind everybody's back, the day alone erases the case."""
    case = open_case(sqlite_world)
    do(sqlite_world, "takahashi", hold_incident, HoldIncident(case.id))
    close(sqlite_world, case)
    sqlite_world.store.write(
        lambda tx: tx.connection.execute(update(incidents).where(incidents.c.id == case.id).values(held=False))
    )
    await pass_time(sqlite_world, 11 * YEAR)
    assert not is_there(sqlite_world, case)


async def test_the_whole_of_a_hold_as_a_conversation(world: World) -> None:
    """The leader holds and asks, the second is invited and agrees; each step is a line of the record."""
    case = open_case(world, "takahashi", "watanabe")
    with talking(world) as talk:
        await talk.come("takahashi", "hold")
        await talk.say("takahashi", "残す", "裁判のため")
        assert find_case(world, "takahashi", case.id).held
        await talk.come("takahashi", "hold")
        await talk.say("takahashi", "解く", "裁判が終わったので", "1")
        await talk.come("watanabe", "hold")
        await talk.say("watanabe", "解いてよい")
    assert not find_case(world, "takahashi", case.id).held
    entries = Cases(world.reader.database, world.vault).list_entries(find(world, "takahashi").actor, case.id)
    told = [one.body for one in entries if {"held", "asked_of"} & set(one.body)]
    assert [one.get("held") for one in told] == [True, None, False]
    assert world.find("watanabe").id in {one["who"] for one in told}


async def test_the_company_says_for_how_long(sqlite_world: World) -> None:
    """The years are the company's fact where it has one that is a number; else ten."""
    for told, years in (("3", 3), ("ずっと", 10), ("0", 10)):
        case = open_case(sqlite_world)
        sqlite_world.store.write(lambda tx, told=told: set_company_fact(tx, "actor", "case_years", told, told))
        close(sqlite_world, case)
        (row,) = [row for row in sqlite_world.rows(incidents) if row.id == case.id]
        assert row.keep_until.year == sqlite_world.clock.now().year + years


async def test_who_reported_is_forgotten_a_year_and_three_months_after_closing(world: World) -> None:
    """The way to their mailbox goes with it, the case stays; what else is in the mailbox stays there."""
    case, other = open_case(world), open_case(world)

    def change(tx: Transaction) -> None:
        box = take_mailbox(tx, name_mailbox(tx.keeper, "slack/U1"))
        for one, receipt in ((case, "R-AAA"), (other, "R-BBB")):
            box.reports.append({"incident": one.id, "receipt": receipt})
            link_report(tx, box, one.id, receipt)
        write_mailbox(tx, box)

    world.store.write(change)
    close(world, case)
    await pass_time(world, timedelta(days=450))
    assert len(world.rows(receipts)) == 4
    await pass_time(world, timedelta(days=10))
    assert len(world.rows(receipts)) == 2
    assert len(world.rows(mailboxes)) == 1
    assert is_there(world, case)
    close(world, other)
    await pass_time(world, timedelta(days=460))
    assert not world.rows(receipts)
    assert not world.rows(mailboxes)


async def test_while_a_case_is_held_who_reported_is_kept(world: World) -> None:
    """A hold keeps the way to them too; once it ends, the next look takes it."""
    case = open_case(world, "takahashi", "watanabe")

    def change(tx: Transaction) -> None:
        box = take_mailbox(tx, name_mailbox(tx.keeper, "slack/U1"))
        box.reports.append({"incident": case.id, "receipt": "R-AAA"})
        link_report(tx, box, case.id, "R-AAA")
        write_mailbox(tx, box)

    world.store.write(change)
    do(world, "takahashi", hold_incident, HoldIncident(case.id))
    close(world, case)
    await pass_time(world, timedelta(days=500))
    assert (len(world.rows(receipts)), len(world.rows(mailboxes))) == (2, 1)
    do(world, "takahashi", ask_lift, AskLift(case.id, find(world, "watanabe").id))
    do(world, "watanabe", lift_hold, LiftHold(case.id, True))
    await pass_time(world, timedelta(days=31))
    assert (world.rows(receipts), world.rows(mailboxes)) == ([], [])


async def test_a_draft_goes_after_a_day_and_what_was_reported_stays(world: World) -> None:
    """Who only began is gone with the draft; who has reported before keeps their mailbox and its receipts, without
    it, and so does who sent what they had begun."""

    def begin(tx: Transaction) -> None:
        for name in ("began", "reported"):
            box = take_mailbox(tx, name_mailbox(tx.keeper, name))
            box.body |= {"who": ["slack", name, None, "ja", "Asia/Tokyo", None], "draft": DRAFT}
            write_mailbox(tx, box)

    def send(tx: Transaction) -> None:
        box = take_mailbox(tx, name_mailbox(tx.keeper, "reported"))
        box.reports.append({"incident": "c", "receipt": "R-AAA"})
        link_report(tx, box, "c", "R-AAA")
        write_mailbox(tx, box)

    world.store.write(begin)
    world.store.write(send)
    for days, left in ((1, 2), (1, 1), (400, 1)):
        world.clock.advance(days=days)
        await Drafts(world.store).erase_late()
        assert len(world.rows(mailboxes)) == left
    (row,) = world.rows(mailboxes)
    assert "draft" not in to_mailbox(world.keeper, row).body
    assert len(world.rows(receipts)) == 2


async def test_rows_that_wait_tell_nobody_that_there_is_a_case(sqlite_world: World) -> None:
    """Their names hold neither the case nor a word about it, and what they tell is sealed."""
    case = open_case(sqlite_world)
    close(sqlite_world, case)
    waiting = [row for row in sqlite_world.rows(outbox) if row.key.startswith("due:")]
    assert len(waiting) == 2
    text = json.dumps([str(row) for row in waiting])
    assert not [word for word in (case.id, case.number, "incident", "expire", "forget") if word in text]
