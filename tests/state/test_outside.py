"""A report that names everybody who would receive it goes to the contact outside the company and to nobody within; a
link opens it to them for three days, and they hand it on, ask, or receive it."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.bootstrap import build_inspect
from bot.due import Due
from bot.engine.lexicon import clean
from bot.events import Pressed, Said, Submitted
from bot.prompts import Notice, Prompt
from bot.state import outside
from bot.state.incident_tables import incident_members, links
from bot.state.incidents import Cases
from bot.state.outbox import MAIL
from bot.state.tables import audit, interviews, outbox, people, roles
from tests.state.canaries import find_word, read_database
from tests.state.outsiders import (
    RECEIVERS,
    SEEN,
    caller_of,
    find_receipt,
    knock,
    link_to,
    list_offered,
    mails,
    report,
    tell,
)
from tests.state.talk import Talk, talking
from tests.state.worked import actor_of, list_lines
from tests.state.world import World


def entries(world: World, action: str) -> list[Any]:
    return [row for row in world.rows(audit) if row.action == f"incident.{action}"]


def seen_by(world: World, name: str) -> list[str]:
    return [one.id for one in Cases(world.database, world.vault).list_open(actor_of(world, name))]


async def be_asked(talk: Talk) -> None:
    await Due(talk.conversation).do_due()


async def test_it_goes_outside_and_to_nobody_within(world: World) -> None:
    """Nobody of the company is asked, let in or shown it, days later as little as at once; one mail is due."""
    incident = await report(world)
    with talking(world) as talk:
        for _ in range(3):
            await be_asked(talk)
            world.clock.advance(hours=30)
    assert not world.rows(incident_members)
    assert not [row for row in world.rows(interviews) if row.subject == incident]
    assert not [name for name in world.people if seen_by(world, name)]
    (mail,) = mails(world)
    assert (mail.lane, mail.person_id, mail.state) == ("urgent", "", "ready")


async def test_who_reports_is_told_where_it_goes_before_it_is_sent(sqlite_world: World) -> None:
    """The last form before it is sent names the contact outside, and so does what is said once it is."""
    world, caller = sqlite_world, caller_of(sqlite_world, "nakamura")
    named = [world.people[one] for one in RECEIVERS]
    begun = (Said(*clean("通報")), Said(*clean("1")), Submitted({"mover": "employee", "conflict": named}))
    contact = world.reader.read_company()["outside_contact"].ja
    asked = await tell(world, caller, *begun)
    form = await tell(world, caller, Pressed("nobody", 99, "outside"))
    sent = await tell(world, caller, Submitted(SEEN))
    assert [contact in one.body for one in (*asked, *form) if isinstance(one, Prompt)] == [True, True]
    assert contact in "".join(one.text for one in sent if isinstance(one, Notice))


async def test_where_somebody_is_left_it_stays_within(sqlite_world: World) -> None:
    """One of those who receive reports is not named: they are asked as ever, and nothing is mailed."""
    world = sqlite_world
    about = {"mover": "employee", "conflict": [world.people["takahashi"]]}
    await tell(world, caller_of(world, "nakamura"), Said(*clean("通報")), Said(*clean("1")), Submitted(about))
    await tell(world, caller_of(world, "nakamura"), Submitted(SEEN))
    assert [row.person_id for row in world.rows(incident_members)] == [world.people["watanabe"]]
    assert not mails(world)


async def test_a_link_shows_the_report_and_never_who_reported(sqlite_world: World) -> None:
    """Every opening is a line of the audit; name, address and account of the reporter are nowhere in what is shown."""
    world = sqlite_world
    token = link_to(world, await report(world))
    told = [await knock(world, token, language=language) for language in ("ja", "en")]
    assert "金型の図面" in str(told[0].parts)
    who = world.find("nakamura")
    assert not [word for word in (who.id, who.email, who.name, "中村", "T1:nakamura") if word in str(told)]
    assert [row.actor for row in entries(world, "outside_opened")] == ["outside"] * 2
    assert "2" in told[1].told[-1]


async def test_whoever_may_be_involved_is_never_offered(sqlite_world: World) -> None:
    """Those who may handle a case are listed, whoever reported among them like anybody, those named are not; handing it
    to one of them by force does nothing."""
    world, offered = sqlite_world, []
    for name in ("nakamura", "sato"):
        token = link_to(world, await report(world, name))
        offered.append(list_offered(await knock(world, token)))
        for out in (*RECEIVERS, "nakamura"):
            sheet = await knock(world, token, "hand", world.people[out])
            assert sheet.parts  # it is still theirs
    assert offered[0] == offered[1]
    assert world.people["sato"] in offered[0]
    assert not {world.people[one] for one in RECEIVERS} & set(offered[0])
    assert not world.rows(incident_members)


async def test_without_that_check_they_would_be(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with exclusions forgotten, those who may be involved are on the list."""
    token = link_to(sqlite_world, await report(sqlite_world))
    monkeypatch.setattr("bot.state.incidents.Incident.kept_out", frozenset())
    assert {sqlite_world.people[one] for one in RECEIVERS} <= set(list_offered(await knock(sqlite_world, token)))


async def test_it_is_handed_to_somebody_who_leads_it_as_usual(world: World) -> None:
    """They are asked, take it and find the report; the link is over, its replay refused, and the record says who
    handed it on."""
    incident = await report(world)
    token = link_to(world, incident)
    handed = await knock(world, token, "hand", world.people["sato"])
    assert not handed.parts
    for deed in ("open", "hand", "ask", "received", "renew"):
        again = await knock(world, token, deed, world.people["suzuki"])
        assert (again.standing, again.parts) == ("over", ())
    with talking(world) as talk:
        await be_asked(talk)
        await talk.come("sato", "handoff")
        await talk.say("sato", "開く", "引き受ける")
        assert seen_by(world, "sato") == [incident]
        assert [name for name in world.people if seen_by(world, name)] == ["sato"]
        assert await talk.come("sato", "response")
    lines = [(one.kind, dict(one.body)) for one in list_lines(world, incident, "sato")]
    assert ("outside", world.people["sato"]) in [(told["who"], told.get("passed")) for _, told in lines]
    assert not [row for row in mails(world) if row.state == "ready"]


async def test_whoever_was_chosen_and_is_involved_gives_it_back(sqlite_world: World) -> None:
    """It goes outside again by a new mail, and they are offered no more."""
    world = sqlite_world
    incident = await report(world)
    await knock(world, link_to(world, incident), "hand", world.people["sato"])
    with talking(world) as talk:
        await be_asked(talk)
        await talk.come("sato", "handoff")
        await talk.say("sato", "開く", "関わりがあるので外れる", "外れます")
    assert [row.state for row in mails(world)] == ["ready"]
    offered = list_offered(await knock(world, link_to(world, incident)))
    assert offered
    assert world.people["sato"] not in offered


async def test_a_newcomer_who_receives_reports_is_not_asked_by_itself(sqlite_world: World) -> None:
    """Somebody appointed meanwhile, by whomever, learns nothing of it; only whoever is outside may choose them."""
    world = sqlite_world
    incident = await report(world)
    role = {"person_id": world.people["mori"], "role": "incident_handler"}
    world.store.write(lambda tx: tx.connection.execute(insert(roles).values(role)))
    with talking(world) as talk:
        world.clock.advance(hours=25)
        await be_asked(talk)
    assert not world.rows(incident_members)
    assert list_offered(await knock(world, link_to(world, incident)))[0] == world.people["mori"]


async def test_a_question_reaches_the_reporter_and_the_reply_is_mailed(world: World) -> None:
    """Neither's name is in it; asked twice it is put once; the reply stands on the page, and a mail says there is
    something."""
    incident = await report(world)
    token = link_to(world, incident)
    for _ in range(2):
        await knock(world, token, "ask", "", "何時ごろでしたか")
    let_it_be_sent(world)
    caller, receipt = caller_of(world, "nakamura"), find_receipt(world)
    shown = await tell(world, caller, Said(f"状況 {receipt}"))
    assert "何時ごろでしたか" in str(shown)
    await tell(world, caller, Submitted({"words": "夕方です"}))
    assert [row.state for row in mails(world)] == ["ready"]
    parts = [words for _, words in (await knock(world, token)).parts]
    assert parts[-2:] == ["何時ごろでしたか", "夕方です"]
    assert len(entries(world, "reporter_asked")) == 1


def let_it_be_sent(world: World) -> None:
    """The mail that is due goes out."""
    due = update(outbox).where(outbox.c.kind == MAIL).values(state="sent")
    world.store.write(lambda tx: tx.connection.execute(due))


async def test_what_looks_like_contents_is_asked_of_nobody(sqlite_world: World) -> None:
    """The guard looks at a question like at everything typed; an empty one is no question."""
    world = sqlite_world
    token = link_to(world, await report(world))
    for words in ("password: hush-Tr0ub4dor", "", "   "):
        assert (await knock(world, token, "ask", "", words)).told
    assert build_inspect(world.template.content)("password: hush-Tr0ub4dor")
    assert not entries(world, "reporter_asked")


async def test_who_reported_sees_that_it_was_received(sqlite_world: World) -> None:
    """By the receipt: with the contact outside, then received; noting it twice notes it once, and it is not reminded
    of any more."""
    world = sqlite_world
    incident = await report(world)
    caller, receipt = caller_of(world, "nakamura"), find_receipt(world)
    waits = str(await tell(world, caller, Said(f"状況 {receipt}")))
    token = link_to(world, incident)
    for _ in range(2):
        await knock(world, token, "received")
    await tell(world, caller, Pressed("then", 99, "close"))
    assert str(await tell(world, caller, Said(f"状況 {receipt}"))) != waits
    assert len(entries(world, "outside_received")) == 1
    let_it_be_sent(world)
    world.clock.advance(hours=25)
    with talking(world) as talk:
        await be_asked(talk)
    assert [row.state for row in mails(world)] == ["sent"]


async def test_a_report_nobody_received_is_written_about_each_day(sqlite_world: World) -> None:
    """Once a day, however often it is looked, until it was received."""
    world = sqlite_world
    await report(world)
    with talking(world) as talk:
        for _ in range(3):
            let_it_be_sent(world)
            world.clock.advance(hours=23)
            await be_asked(talk)
            assert [row.state for row in mails(world)] == ["sent"]
            world.clock.advance(hours=2)
            await be_asked(talk)
            assert [row.state for row in mails(world)] == ["ready"]


# -- links -------------------------------------------------------------------------------------------------------------


async def test_only_the_hash_of_a_link_is_kept(sqlite_world: World) -> None:
    """256 bits of chance; what lies in the database opens nothing."""
    world = sqlite_world
    token = link_to(world, await report(world))
    (row,) = world.rows(links)
    assert len(token) == 43
    assert find_word(token, read_database(world)) == []
    assert (await knock(world, row.id)).standing == "gone"


@pytest.mark.parametrize("forged", ["", "A" * 43, "' OR 1=1 --", "../..", "\ud800"])
async def test_a_forged_link_shows_nothing_and_says_what_to_do(sqlite_world: World, forged: str) -> None:
    """Whatever is pressed with it, nothing is written."""
    world = sqlite_world
    await report(world)
    before = len(world.rows(audit))
    for deed in ("open", "hand", "ask", "received", "agree", "renew"):
        sheet = await knock(world, forged, deed, world.people["sato"], "何時")
        assert (sheet.standing, sheet.parts, sheet.deeds) == ("gone", (), ())
        assert sheet.told[0]
    assert len(world.rows(audit)) == before


async def test_an_old_link_shows_nothing_and_a_new_one_is_mailed(world: World) -> None:
    """After 72 hours and not before; the new one goes by mail to the address that is set, never onto the page, and not
    twice within ten minutes."""
    incident = await report(world)
    token = link_to(world, incident)
    let_it_be_sent(world)
    world.clock.advance(hours=71)
    assert (await knock(world, token)).parts
    world.clock.advance(hours=1)
    late = await knock(world, token)
    assert (late.standing, late.parts, late.deeds) == ("late", (), ("renew",))
    assert (await knock(world, token, "hand", world.people["sato"])).standing == "late"
    renewed = [await knock(world, token, "renew") for _ in range(2)]
    assert renewed[0].told != renewed[1].told
    assert [row.state for row in mails(world)] == ["ready"]
    assert len(entries(world, "outside_renewed")) == 1
    assert not world.rows(incident_members)


async def test_without_its_time_an_old_link_would_open(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the time limit taken away, it shows the report."""
    token = link_to(sqlite_world, await report(sqlite_world))
    sqlite_world.clock.advance(days=30)
    monkeypatch.setattr("bot.state.links.Link.is_late", lambda *_: False)
    assert (await knock(sqlite_world, token)).parts


async def test_a_link_for_one_thing_does_nothing_of_another(sqlite_world: World) -> None:
    """One that shows a report gives no second word; one that asks for a word hands nothing over."""
    world = sqlite_world
    incident = await report(world)
    assert not (await knock(world, link_to(world, incident), "agree")).standing
    assert (await knock(world, link_to(world, incident, "agree"), "hand", world.people["sato"])).standing == "over"
    assert not world.rows(incident_members)
    assert not entries(world, "unseal_agreed")


async def test_somebody_who_left_the_company_is_not_offered(sqlite_world: World) -> None:
    """Only who still works here can lead a case."""
    world = sqlite_world
    token = link_to(world, await report(world))
    gone = update(people).where(people.c.id == world.people["sato"]).values(active=False)
    world.store.write(lambda tx: tx.connection.execute(gone))
    assert world.people["sato"] not in list_offered(await knock(world, token))
    await knock(world, token, "hand", world.people["sato"])
    assert not world.rows(incident_members)


def test_administrators_and_auditors_are_not_among_those_who_may_lead() -> None:
    """Who configures or checks is handed no case."""
    assert not {"administrator", "auditor"} & set(outside.LEADERS)
