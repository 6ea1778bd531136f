"""Mails to the contact outside the company: a neutral subject, one sentence and a link, by a real mail server; tried
again where one did not go, never sent twice where nobody knows."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.outside import PATH
from bot.state.outbox import find_given_up, resend
from bot.state.tables import audit
from tests.doubles.post import AFTER, HANG_UP, Mailbox, open_mailbox
from tests.state.canaries import find_word, make_stem, read_database, spell
from tests.state.outsiders import ADDRESS, PAGE, fetch_tokens, knock, link_to, mails, make_mailing, report
from tests.state.test_canary import look_around
from tests.state.world import World

__all__ = ["look_around"]

REFUSED, BUSY = b"550 no such person\r\n", b"451 come again\r\n"


class Ended(BaseException):
    """The program, at once."""


@pytest.fixture
def server() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


def states(world: World) -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in mails(world)]


async def test_the_mail_holds_a_link_and_no_word_of_the_report(world: World, server: Mailbox) -> None:
    """To the address that is set and nobody else; what it carries opens the report, and stands in no table."""
    await report(world)
    make_mailing(world, server).try_due()
    (mail,) = server.mails
    assert (mail["To"], mail["From"], mail["Cc"], mail["Bcc"]) == (ADDRESS, "review@hibarino.example", None, None)
    (token,) = fetch_tokens(server)
    assert mail.get_content().count(PATH) == 1
    assert (await knock(world, token)).parts
    assert states(world) == [("sent", None)]
    assert find_word(token, read_database(world)) == []


async def test_no_word_of_a_report_is_in_a_mail_a_log_or_the_clear(
    world: World, server: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Words said nowhere else, and who said them, are in no mail, no log and no cell, though tries fail on the way."""
    stem = make_stem("outside")
    seen = {"signs": ["sg-emp-03", f"{stem}ア"], "what": f"{stem}イの図面", "others": f"{stem}ウさん"}
    server.answers["MAIL"] = [BUSY]
    with caplog.at_level(logging.DEBUG):
        await report(world, seen=seen)
        mailing = make_mailing(world, server)
        for _ in range(2):
            mailing.try_due()
            world.clock.advance(seconds=20)
    who = world.find("nakamura")
    told = [("mail", b"\n".join(server.taken)), ("log", caplog.text.encode())]
    assert len(server.taken) == 1
    for word in (stem, who.email, who.id, "T1:nakamura"):
        assert find_word(word, told) == []
    assert find_word(stem, read_database(world)) == []
    assert ADDRESS not in caplog.text
    # The control: put into a mail, they are found there.
    assert find_word(stem, [("mail", spell(stem)["base64 0"]), *told])


async def test_what_did_not_go_for_certain_is_tried_again(sqlite_world: World, server: Mailbox) -> None:
    """Busy, unreachable, no greeting: within seconds at first, each time by a fresh link, until it has gone."""
    world = sqlite_world
    await report(world)
    mailing = make_mailing(world, server)
    server.answers.update(MAIL=[BUSY], RCPT=[BUSY], DATA=[BUSY])
    for _ in range(3):
        mailing.try_due()
        assert states(world) == [("ready", None)]
        mailing.try_due()  # not before its time
        world.clock.advance(seconds=15)
    mailing.try_due()
    assert len(server.taken) == 1
    assert states(world) == [("sent", None)]
    assert (await knock(world, fetch_tokens(server)[0])).parts


async def test_a_server_that_is_not_there_is_tried_until_it_is(sqlite_world: World) -> None:
    """An outage of hours loses nothing, and takes no try away."""
    world = sqlite_world
    await report(world)
    with open_mailbox() as gone:
        mailing = make_mailing(world, gone)
    for _ in range(16):
        mailing.try_due()
        world.clock.advance(minutes=30)
    assert states(world) == [("ready", None)]
    with open_mailbox() as back:
        make_mailing(world, back).try_due()
        assert len(back.taken) == 1


async def test_where_nobody_knows_it_is_listed_and_not_sent_twice(sqlite_world: World, server: Mailbox) -> None:
    """The line broke after the mail was handed over; an operator sees that, and may have it sent again by hand."""
    world = sqlite_world
    await report(world)
    server.answers[AFTER] = [HANG_UP]
    mailing = make_mailing(world, server)
    for _ in range(3):
        mailing.try_due()
        world.clock.advance(hours=1)
    assert len(server.taken) == 1
    (listed,) = find_given_up(world.database)
    assert (listed.state, listed.lane) == ("unknown", "reply")
    assert (await knock(world, fetch_tokens(server)[0])).parts  # should it have arrived after all
    world.store.write(lambda tx: resend(tx, "operator", listed.key))
    mailing.try_due()
    assert len(server.taken) == 2


async def test_a_program_that_ends_in_between_sends_nothing_twice(
    world: World, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between handing over and noting it there is a moment; whoever starts next lists the mail as one nobody knows of.
    The control: were it claimed without a word, it would go out again."""
    await report(world)

    def end(*_: Any) -> None:
        raise Ended

    with monkeypatch.context() as ended, pytest.raises(Ended):
        ended.setattr("bot.mailing.settle_mail", end)
        make_mailing(world, server).try_due()
    replica = world.add_replica("next")
    make_mailing(world, server, replica).try_due()
    assert len(server.taken) == 1
    assert states(world) == [("unknown", "interrupted")]
    monkeypatch.setattr("bot.state.mailing.UNKNOWN", "ready")
    world.store.write(lambda tx: resend(tx, "operator", None))
    with monkeypatch.context() as ended, pytest.raises(Ended):
        ended.setattr("bot.mailing.settle_mail", end)
        make_mailing(world, server).try_due()
    make_mailing(world, server, replica).try_due()
    assert len(server.taken) == 3


async def test_two_replicas_send_it_once(world: World, server: Mailbox) -> None:
    """Whichever is first has it."""
    await report(world)
    for store in (world.store, world.add_replica("second")):
        make_mailing(world, server, store).try_due()
    assert len(server.taken) == 1


async def test_a_refusal_for_good_is_listed(sqlite_world: World, server: Mailbox) -> None:
    """An address nobody has is tried once; the operator sees which mail, and nothing of what it is about."""
    world = sqlite_world
    incident = await report(world)
    server.answers["RCPT"] = [REFUSED]
    make_mailing(world, server).try_due()
    (listed,) = find_given_up(world.database)
    assert listed.state == "dead"
    assert not [word for word in (incident, ADDRESS, "incident", "report") if word in f"{listed.key} {listed.reason}"]


async def test_what_nobody_needs_any_more_is_not_mailed(sqlite_world: World, server: Mailbox) -> None:
    """The report was handed on before the mail went: nothing goes."""
    world = sqlite_world
    incident = await report(world)
    await knock(world, link_to(world, incident), "hand", world.people["sato"])
    make_mailing(world, server).try_due()
    assert (server.taken, states(world)) == ([], [("cancelled", None)])


async def test_the_page_a_link_leads_to_is_the_one_that_is_set(sqlite_world: World, server: Mailbox) -> None:
    """Where people reach the page for reports, wherever that is."""
    await report(sqlite_world)
    make_mailing(sqlite_world, server).try_due()
    assert f"{PAGE}{PATH}" in server.mails[0].get_content()
    assert not [row for row in sqlite_world.rows(audit) if PAGE in row.detail]
