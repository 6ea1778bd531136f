"""Who reported is opened with a reason and a second person's word, shown once to whoever asked, and stands nowhere
else."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.due import Due
from bot.engine.lexicon import clean
from bot.events import Body, Said, Submitted
from bot.prompts import Prompt
from bot.reporting import Caller, ReportDesk
from bot.state import unsealing
from bot.state.incident_tables import incident_members, incidents, mailboxes
from bot.state.incidents import Cases
from bot.state.tables import audit, interviews, outbox, people, roles
from bot.unseals import OpenReporter
from tests.state.canaries import find_word, read_database
from tests.state.talk import Talk, talking
from tests.state.worked import actor_of, list_asked, list_lines, tell
from tests.state.world import World

REASON = "本人の安全を確かめるため"
ABOUT = {"mover": "employee", "when": "today", "still": "yes"}
SEEN = {"signs": ["sg-emp-03"], "what": "金型の図面"}


def make_desk(world: World) -> ReportDesk:
    return ReportDesk(world.store, world.reader, lambda _: None)


def caller_of(world: World, name: str) -> Caller:
    member = world.find(name)
    return Caller("slack", f"T1:{name}", member.id, member.language, member.timezone, f"D-{name}")


async def report(world: World, caller: Caller, excluded: Sequence[str] = ()) -> str:
    """From the first word to the receipt; the id of the case, which `takahashi` or whoever is next is asked to take."""
    desk, before = make_desk(world), {row.id for row in world.rows(incidents)}
    out = [world.people[one] for one in excluded] or ["nobody_involved"]
    said: Sequence[Body] = (
        Said(*clean("通報")),
        Said(*clean("1")),
        Submitted({**ABOUT, "conflict": out}),
        Submitted(SEEN),
    )
    for place, body in enumerate(said):
        came = await desk.take(caller, f"{caller.name}:{len(before)}:{place}", body, world.clock.now())
        await desk.settle(came)
    (incident,) = {row.id for row in world.rows(incidents)} - before
    return incident


async def take(talk: Talk, name: str = "takahashi") -> None:
    """Whoever is asked takes the case and leaves the first hour for later."""
    await Due(talk.conversation).do_due()
    await talk.come(name, "handoff")
    await talk.say(name, "開く", "引き受ける")


async def ask(talk: Talk, name: str, *says: str) -> None:
    """Somebody of the case asks, with a reason."""
    await talk.come(name, "unseal")
    await talk.say(name, REASON, *says)


def prompt_of(talk: Talk, name: str) -> Prompt:
    """The question last put before this person."""
    who = talk.world.people[name]
    return [one for person, one in talk.screen.shown if person == who and isinstance(one, Prompt)][-1]


def entries(world: World, action: str) -> list[Any]:
    return [row for row in world.rows(audit) if row.action == action]


def asking_of(world: World, incident: str, name: str = "takahashi") -> Any:
    found = Cases(world.database, world.vault).find(actor_of(world, name), incident)
    assert found is not None
    return unsealing.read_asking(found)


@pytest.mark.parametrize("reporter", ["nakamura", "watanabe", "takahashi"])
async def test_with_a_reason_and_a_second_word_it_is_shown_once(world: World, reporter: str) -> None:
    """Only whoever asked is shown the name, and once they closed it no interview holds it; whoever reported may be the
    second, or even the one who asks, and nothing goes another way for it."""
    incident = await report(world, caller_of(world, reporter))
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "1")
        assert asking_of(world, incident)["state"] == "asked"
        await talk.come("watanabe", "agree")
        assert REASON in str(prompt_of(talk, "watanabe"))
        await talk.say("watanabe", "同意する")
        await talk.come("takahashi", "opened")
        name = world.reader.find_names([world.people[reporter]])[world.people[reporter]]
        assert name.ja in str(prompt_of(talk, "takahashi").body)
        await talk.say("takahashi", "閉じる")
    if reporter == "nakamura":
        assert name.ja not in talk.texts("watanabe")
        assert not holds(world, "takahashi", world.people[reporter])
    actions = ("unseal_asked", "unseal_agreed", "reporter_opened", "reporter_read")
    rows = [row for action in actions for row in entries(world, f"incident.{action}")]
    assert [row.actor for row in rows] == [
        world.people[who] for who in ("takahashi", "watanabe", "takahashi", "takahashi")
    ]
    assert len({json.loads(row.detail)["reason"] for row in rows[:3]}) == 1  # one reason, proven and not told
    assert REASON not in str(rows)
    assert asking_of(world, incident)["state"] == "opened"
    assert not list_asked(world, "takahashi", "opened")


def holds(world: World, name: str, person: str) -> bool:
    """Whether any interview of this person was given that one."""
    mine = [row.id for row in world.rows(interviews) if row.person_id == world.people[name]]
    found = [world.reader.read_interview(one, world.template.words.routes) for one in mine]
    return any(person in json.dumps(one.given.get("case") or {}) for one in found if one)


async def test_what_is_recorded_of_it_says_who_asked_and_agreed_and_never_who_reported(world: World) -> None:
    """Lines of the case, the audit, outbox and inbox hold neither the name nor the account; the case's record says why
    it was opened, and by whom."""
    incident = await report(world, caller_of(world, "nakamura"))
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "1")
        await talk.come("watanabe", "agree")
        await talk.say("watanabe", "同意する")
        await Due(talk.conversation).do_due()
        await talk.come("takahashi", "opened")
        await talk.say("takahashi", "閉じる")
    lines = [(one.kind, dict(one.body)) for one in list_lines(world, incident)]
    told = [body for kind, body in lines if kind == "decision" and "unsealing" in body]
    assert [(one["unsealing"], one["who"]) for one in told] == [
        ("asked", world.people["takahashi"]),
        ("opened", world.people["watanabe"]),
    ]
    assert told[0]["reason"] == REASON
    rows = [str(row) for table in (audit, outbox, incident_members) for row in world.rows(table)]
    assert world.people["nakamura"] not in json.dumps([lines, rows])
    assert find_word("T1:nakamura", read_database(world)) == []


async def test_a_refusal_keeps_it_sealed_and_is_told(world: World) -> None:
    """Whoever asked hears it in the case, and nothing was opened; they may ask somebody else."""
    incident = await report(world, caller_of(world, "nakamura"))
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "1")
        await talk.come("watanabe", "agree")
        await talk.say("watanabe", "同意しない")
        assert asking_of(world, incident)["state"] == "refused"
        assert not entries(world, "incident.reporter_opened")
        assert len(entries(world, "incident.unseal_refused")) == 1
        assert [row for row in world.rows(outbox) if "unseal_refused" in row.body]
        await ask(talk, "takahashi", "1")
        assert asking_of(world, incident)["state"] == "asked"


async def test_only_the_word_of_whoever_was_asked_counts(world: World) -> None:
    """Neither whoever asked, nor another member, nor a stranger agrees in their place, and no word counts twice."""
    incident = await report(world, caller_of(world, "nakamura"))
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "1")
        for name in ("takahashi", "sato", "ishikawa"):
            tell(world, name, OpenReporter(incident, True), flow="agree")
            assert asking_of(world, incident)["state"] == "asked"
        await talk.come("watanabe", "agree")
        await talk.say("watanabe", "同意しない")
        tell(world, "watanabe", OpenReporter(incident, True), flow="agree")
    assert not entries(world, "incident.reporter_opened")


async def test_without_that_check_anybody_would_open_it(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the second person's check taken away, whoever asked opens it alone."""
    world = sqlite_world
    incident = await report(world, caller_of(world, "nakamura"))
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "1")
        monkeypatch.setattr(unsealing, "may_agree", lambda *_: True)
        tell(world, "takahashi", OpenReporter(incident, True), flow="agree")
    assert entries(world, "incident.reporter_opened")


async def test_who_may_be_asked_is_the_same_whoever_reported(sqlite_world: World) -> None:
    """The list before whoever asks is one and the same for every reporter, so that it tells nothing; who may be
    involved is not on it."""
    world, seen = sqlite_world, []
    with talking(world) as talk:
        for name in ("nakamura", "watanabe", "takahashi"):
            await report(world, caller_of(world, name))
            await take(talk)
            (case,) = [one for one in Cases(world.database, world.vault).list_open(actor_of(world, "takahashi"))]
            seen.append(unsealing.list_seconds(world.database.fetch, case, world.people["takahashi"]))
            world.store.write(lambda tx: tx.connection.execute(update(incidents).values(state="erased")))
        incident = await report(world, caller_of(world, "nakamura"), ["watanabe"])
        await take(talk)
        (case,) = Cases(world.database, world.vault).list_open(actor_of(world, "takahashi"))
    assert seen == [[world.people["watanabe"]]] * 3
    assert case.id == incident
    assert unsealing.list_seconds(world.database.fetch, case, world.people["takahashi"]) == []


async def test_with_nobody_to_ask_it_takes_three_days_and_management_is_told(world: World) -> None:
    """The notice goes out at once and holds nothing of the case; after 72 hours it is opened, not before."""
    add_manager(world)
    incident = await report(world, caller_of(world, "nakamura"), ["watanabe"])
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "開く")
        (notice,) = [row for row in world.rows(outbox) if "sealed_opens" in row.body]
        assert notice.person_id == world.people["sato"]
        assert not [word for word in (incident, world.people["takahashi"], "incident") if word in str(notice)]
        await pass_hours(talk, 71)
        assert not entries(world, "incident.reporter_opened")
        await pass_hours(talk, 2)
        assert len(entries(world, "incident.reporter_opened")) == 1
        await pass_hours(talk, 80)
        await talk.come("takahashi", "opened")
    name = world.reader.find_names([world.people["nakamura"]])[world.people["nakamura"]]
    assert name.ja in str(prompt_of(talk, "takahashi").body)
    assert len(entries(world, "incident.reporter_opened")) == 1


async def test_somebody_who_joined_meanwhile_is_to_be_asked(sqlite_world: World) -> None:
    """Where there is a second person by then, time alone opens nothing, and whoever asked hears why."""
    world = sqlite_world
    add_manager(world)
    incident = await report(world, caller_of(world, "nakamura"), ["watanabe"])
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "開く")
        member = {"incident_id": incident, "person_id": world.people["kobayashi"], "state": "member", "role": ""}
        world.store.write(lambda tx: tx.connection.execute(insert(incident_members).values(member)))
        await pass_hours(talk, 73)
    assert asking_of(world, incident)["state"] == "lapsed"
    assert not entries(world, "incident.reporter_opened")
    assert [row for row in world.rows(outbox) if "unseal_lapsed" in row.body]


async def test_where_nobody_could_even_be_told_it_stays_sealed(sqlite_world: World) -> None:
    """One person alone, whatever their roles, opens nothing: they are told so."""
    world = sqlite_world
    named = select(roles.c.person_id).where(roles.c.role.in_(("incident_lead", "incident_handler", "register_manager")))
    others = update(people).where(people.c.id.in_(named), people.c.id != world.people["takahashi"]).values(active=False)
    incident = await report(world, caller_of(world, "nakamura"))
    with talking(world) as talk:
        await take(talk)
        world.store.write(lambda tx: tx.connection.execute(others))
        await talk.come("takahashi", "unseal")
        assert prompt_of(talk, "takahashi").question.startswith("shut")
        await talk.say("takahashi", "分かりました")
    assert not asking_of(world, incident)


@pytest.mark.parametrize(("surface", "account"), [("slack", "T1:U9"), ("web", "anybody")])
async def test_somebody_unknown_is_shown_by_the_way_they_came(sqlite_world: World, surface: str, account: str) -> None:
    """An account of a chat is shown as such; of whoever came by the page there is nothing to show."""
    world = sqlite_world
    await report(world, Caller(surface, account, None, "ja", "Asia/Tokyo"))
    with talking(world) as talk:
        await take(talk)
        await ask(talk, "takahashi", "1")
        await talk.come("watanabe", "agree")
        await talk.say("watanabe", "同意する")
        await talk.come("takahashi", "opened")
    assert (account in str(prompt_of(talk, "takahashi").body)) == (surface == "slack")


async def test_nobody_outside_the_case_may_ask(sqlite_world: World) -> None:
    """Whoever is in no case is answered as if there were none, with the word or without."""
    world = sqlite_world
    await report(world, caller_of(world, "nakamura"))
    with talking(world) as talk:
        await take(talk)
        for name in ("ishikawa", "saito", "sato", "watanabe"):
            assert await talk.come(name, "unseal") is None
    with world.database.reading() as connection:
        assert connection.execute(select(mailboxes.c.id)).scalars().all()


def add_manager(world: World) -> None:
    role = {"person_id": world.people["sato"], "role": "register_manager"}
    world.store.write(lambda tx: tx.connection.execute(insert(roles).values(role)))
    assert [row for row in world.rows(people) if row.id == world.people["sato"]]


async def pass_hours(talk: Talk, hours: int) -> None:
    talk.world.clock.advance(hours=hours)
    await Due(talk.conversation).do_due()
