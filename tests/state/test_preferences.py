"""What holds for a person, who said so, and who can be reached: on either database."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conclusions import BeginInterview, TellManager
from bot.delivery import Voice
from bot.intake.people import Person
from bot.prompts import Notice
from bot.state import preferences, reach
from bot.state.outbox import Due, put_due
from bot.state.people import import_people
from bot.state.preferences import choose_hours, choose_language, is_timezone, read_preferences, take_over
from bot.state.reach import (
    Met,
    close_inactive,
    find_met,
    find_unmet,
    has_inactive,
    leave_chat,
    meet_person,
    note_unfound,
)
from bot.state.record import Transaction, begin_interview, make_due, notify_managers
from bot.state.tables import audit, interviews, outbox, people
from tests.state.world import World

SURFACE = "slack"


def language_of(world: World, name: str) -> tuple[str, str]:
    found = read_preferences(world.database, world.find(name).id)
    assert found is not None
    return found.language, found.language_from


def told_by_slack(world: World, name: str, language: str | None, timezone: str | None = None) -> None:
    world.store.write(lambda tx: take_over(tx, SURFACE, world.find(name).id, language, timezone))


def chosen(world: World, name: str, language: str) -> bool:
    return world.store.write(lambda tx: choose_language(tx, world.find(name).id, language))


def actions(world: World) -> list[str]:
    return [row.action for row in world.rows(audit)]


def import_again(world: World, name: str, language: str) -> None:
    member = world.find(name)
    names = (member.email, member.name, "X Y", "", member.department.ja, "X", member.field, ("employee",))
    person = Person(*names, language=language)
    world.store.write(lambda tx: import_people(tx, "test", [person], {member.department.ja: member.field}))


def test_what_the_person_chose_outranks_the_chat_and_the_directory(world: World) -> None:
    """The directory's word gives way to the chat's, and both to the person's own."""
    assert language_of(world, "sato") == ("ja", "directory")
    told_by_slack(world, "sato", "en")
    assert language_of(world, "sato") == ("en", SURFACE)
    import_again(world, "sato", "ja")
    assert language_of(world, "sato") == ("en", SURFACE)
    assert chosen(world, "sato", "ja")
    told_by_slack(world, "sato", "en")
    assert language_of(world, "sato") == ("ja", "person")


def test_without_the_rank_the_chat_would_win(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where nobody counts as the person, the choice is overwritten."""
    assert chosen(world, "sato", "ja")
    monkeypatch.setattr(preferences, "PERSON", "nobody")
    told_by_slack(world, "sato", "en")
    assert language_of(world, "sato") == ("en", SURFACE)


def test_the_directory_still_changes_what_nobody_else_said(world: World) -> None:
    """Negative control of the import: without a word of the chat's or the person's, the file decides."""
    import_again(world, "sato", "en")
    assert language_of(world, "sato") == ("en", "directory")


def test_an_interview_goes_on_in_the_language_chosen(world: World) -> None:
    """The choice reaches interviews that are open, at their next turn, and each is in the audit once."""
    interview = world.begin("sato")
    world.tell(interview, "sato", "はじめる")
    chosen(world, "sato", "en")
    world.tell(interview, "sato", "P-3")
    found = world.reader.read_interview(interview, world.store.words.routes)
    assert found is not None
    assert found.language == "en"
    assert actions(world).count("person.language_set") == 1
    assert not chosen(world, "sato", "fr")


@pytest.mark.parametrize(("span", "taken"), [((8, 20), True), ((0, 24), True), ((18, 9), False), ((9, 25), False)])
def test_hours_are_a_span_of_a_day(world: World, span: tuple[int, int], taken: bool) -> None:
    """A span is kept and noted; anything else changes nothing."""
    person = world.find("sato").id
    assert world.store.write(lambda tx: choose_hours(tx, person, *span)) is taken
    assert world.find("sato").hours == (span if taken else (9, 18))
    assert ("person.hours_set" in actions(world)) is taken


def test_a_time_zone_is_taken_over_where_it_is_one(world: World) -> None:
    """The chat's zone holds, whatever the next file says; what is no zone is left."""
    told_by_slack(world, "sato", None, "Europe/Berlin")
    told_by_slack(world, "sato", None, "../etc/passwd")
    import_again(world, "sato", "ja")
    assert world.find("sato").timezone == "Europe/Berlin"
    assert [is_timezone(one) for one in ("Asia/Tokyo", "", "Nowhere/At_All", "../x", "\0", "x" * 99)] == [True] + [
        False
    ] * 5


# -- who can be reached ------------------------------------------------------------------------------------------------


def remind(world: World) -> None:
    notice = TellManager("person_left_chat", {})
    world.store.write(lambda tx: notify_managers(tx, f"{len(world.rows(outbox))}", notice, ""))


def unmet(world: World) -> Sequence[str]:
    return [one.email for one in find_unmet(world.database, SURFACE, world.clock.now(), 10)]


def manager_of(world: World) -> str:
    (manager,) = world.reader.find_with_role("register_manager")
    return manager


def test_only_those_something_is_due_for_are_looked_for(world: World) -> None:
    """Nobody is looked for without a reason, and nobody who was met."""
    assert unmet(world) == []
    remind(world)
    assert len(unmet(world)) == 1
    world.store.write(lambda tx: meet_person(tx, SURFACE, manager_of(world), Met("T1:U1")))
    assert unmet(world) == []


def test_who_was_not_found_is_asked_for_once_a_day(world: World) -> None:
    """Sought in vain, a person rests for a day and is then asked for again, until they are met."""
    remind(world)
    manager = manager_of(world)
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [manager]))
    assert unmet(world) == []
    world.clock.at += timedelta(days=1)
    assert len(unmet(world)) == 1
    world.store.write(lambda tx: meet_person(tx, SURFACE, manager, Met("T1:U1")))
    world.clock.at += timedelta(days=1)
    assert unmet(world) == []


def told_unfound(world: World) -> list[tuple[str, int]]:
    """Who is told of how many people that nobody could find, notice by notice."""
    rows = [row for row in world.rows(outbox) if "people_unfound" in row.key]
    return [(row.person_id, json.loads(row.body)["params"]["count"]) for row in rows]


def test_managers_hear_once_of_who_was_not_found(world: World) -> None:
    """One notice for all of a round, none on the days after, one more where somebody was met and lost again."""
    manager, lost = manager_of(world), [world.find(name).id for name in ("sato", "ito")]
    for _ in range(3):
        world.store.write(lambda tx: note_unfound(tx, SURFACE, lost))
        world.clock.at += timedelta(days=1)
    assert told_unfound(world) == [(manager, 2)]
    world.store.write(lambda tx: meet_person(tx, SURFACE, lost[0], Met("T1:U1")))
    world.store.write(lambda tx: note_unfound(tx, SURFACE, lost))
    assert told_unfound(world) == [(manager, 2), (manager, 1)]


def test_nobody_is_told_that_they_were_not_found(world: World) -> None:
    """A manager whom nobody could find hears of the others alone."""
    manager = manager_of(world)
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [manager]))
    assert told_unfound(world) == []
    world.clock.at += timedelta(days=1)
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [manager, world.find("sato").id]))
    assert told_unfound(world) == [(manager, 1)]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_who_was_not_found_is_named_to_the_managers(world: World, language: str) -> None:
    """The notice has every name in it, in the manager's language."""
    lost = [world.find(name) for name in ("sato", "ito")]
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [one.id for one in lost]))
    member = replace(world.find("takahashi"), language=language)
    assert member.id == manager_of(world)
    rows = world.reader.find_ready(member.id, world.clock.now())
    (said,) = Voice(world.store, world.reader, SURFACE).word(member, rows, None)
    assert isinstance(said, Notice)
    names = world.reader.find_names([one.id for one in lost])
    assert all((one.en if language == "en" else one.ja) in said.text for one in names.values())


def test_who_left_the_chat_is_told_to_the_managers_once(world: World) -> None:
    """The account is nobody's, the person stays in the directory, and a second word of it changes nothing."""
    person = world.find("sato").id
    world.store.write(lambda tx: meet_person(tx, SURFACE, person, Met("T1:U1", "D1")))
    for _ in range(2):
        world.store.write(lambda tx: leave_chat(tx, SURFACE, "T1:U1"))
    account, _ = find_met(world.database, SURFACE, "T1:U1")
    assert account is not None
    assert account.person is None
    assert [row.person_id for row in world.rows(outbox)] == [manager_of(world)]
    assert actions(world).count("account.closed") == 1
    assert next(row.active for row in world.rows(people) if row.id == person)


def test_who_left_the_directory_has_no_account_any_more(world: World) -> None:
    """Nothing is said to somebody inactive, nobody else loses anything, and the managers know already."""
    for name in ("sato", "ito"):
        world.store.write(lambda tx, name=name: meet_person(tx, SURFACE, world.find(name).id, Met(f"T1:{name}")))
    assert not has_inactive(world.database, SURFACE)
    gone = people.update().where(people.c.id == world.find("sato").id).values(active=False)
    world.store.write(lambda tx: tx.connection.execute(gone))
    assert world.store.write(lambda tx: close_inactive(tx, SURFACE)) == 1
    left = [find_met(world.database, SURFACE, f"T1:{name}")[0] for name in ("sato", "ito")]
    assert [one.person is None for one in left if one] == [True, False]
    assert world.rows(outbox) == []


def test_day_of_rest_is_what_keeps_them_from_being_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the rest, somebody sought in vain would be asked for again at once."""
    remind(world)
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [manager_of(world)]))
    monkeypatch.setattr(reach, "AGAIN", timedelta(0))
    assert len(unmet(world)) == 1


def request(world: World, person: str) -> None:
    """A request of a case is due to this person, and nothing else."""

    def ask(tx: Transaction) -> None:
        begin_interview(tx, "x", BeginInterview("task", person, person, {}, queued=True))
        asked = tx.connection.execute(select(interviews.c.id).where(interviews.c.flow == "task")).scalar_one()
        tx.insert_new(outbox, [make_due("turn:call:1", "turn", person, asked, "[]", tx.now)])

    world.store.write(ask)


def test_managers_do_not_hear_of_who_is_asked_in_a_case_alone(world: World) -> None:
    """Somebody no chat has, to whom only a request of a case is due: no manager is told, and no line of the audit. Once
    something else is due to them, they are."""
    person, manager = world.find("sato"), manager_of(world)
    request(world, person.id)
    assert person.email in unmet(world)
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [person.id], {"task"}))
    assert (told_unfound(world), actions(world).count("person.unfound")) == ([], 0)
    world.clock.at += timedelta(days=1)
    world.store.write(lambda tx: put_due(tx, [Due("n:1", "notice", person.id)]))
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [person.id], {"task"}))
    assert (told_unfound(world), actions(world).count("person.unfound")) == ([(manager, 1)], 1)


def test_without_silent_flows_a_request_of_a_case_would_be_told(world: World) -> None:
    """The control: where no flow is silent, the manager reads a name that only a case explains."""
    person = world.find("sato")
    request(world, person.id)
    world.store.write(lambda tx: note_unfound(tx, SURFACE, [person.id]))
    assert told_unfound(world) == [(manager_of(world), 1)]
