"""Where nobody in the company could give the second word on opening who reported, the contact outside may be asked."""

import pytest

from bot.due import Due
from bot.state import unsealing
from bot.unseals import OUTSIDE, AskToUnseal
from tests.doubles.post import open_mailbox
from tests.state.outsiders import caller_of, fetch_tokens, knock, link_to, mails, make_mailing
from tests.state.talk import Talk, talking
from tests.state.test_unsealing import REASON, add_manager, asking_of, entries, holds, prompt_of, report, take
from tests.state.worked import list_asked, list_lines, tell
from tests.state.world import World


async def lead_alone(talk: Talk, reporter: str = "nakamura") -> str:
    """A case whose leader is the only one left of those who receive reports."""
    talk.world.reader.reaches_outside = True
    incident = await report(talk.world, caller_of(talk.world, reporter), ["watanabe"])
    await take(talk)
    return incident


async def ask_outside(talk: Talk) -> None:
    await talk.come("takahashi", "unseal")
    await talk.say("takahashi", REASON, "社外の窓口")


async def test_agreed_outside_it_is_shown_to_whoever_asked_alone(world: World) -> None:
    """The mail says nothing of it, the page shows why and who asks; the word counts as a second person's does, and the
    record says whose it was. The link takes no other word."""
    with talking(world) as talk, open_mailbox() as server:
        incident = await lead_alone(talk)
        await ask_outside(talk)
        assert asking_of(world, incident)["second"] == OUTSIDE
        make_mailing(world, server).try_due()
        assert REASON not in server.mails[0].get_content()
        (token,) = fetch_tokens(server)
        sheet = await knock(world, token, language="ja")
        assert REASON in str(sheet.parts)
        assert "高橋" in sheet.told[0]
        agreed = await knock(world, token, "agree")
        assert not agreed.standing
        for word in ("agree", "refuse", "open"):
            assert (await knock(world, token, word)).standing == "over"
        await Due(talk.conversation).do_due()
        await talk.come("takahashi", "opened")
        assert "中村" in str(prompt_of(talk, "takahashi").body)
    assert not [word for word in ("中村", "nakamura", world.people["nakamura"]) if word in str([sheet, agreed])]
    assert [row.actor for row in entries(world, "incident.unseal_agreed")] == [OUTSIDE]
    assert len(entries(world, "incident.reporter_opened")) == 1
    told = [one.body for one in list_lines(world, incident) if "unsealing" in one.body]
    assert [(one["unsealing"], one["who"] == OUTSIDE) for one in told] == [("asked", False), ("opened", True)]


async def test_refused_outside_it_stays_sealed_and_is_told(world: World) -> None:
    """Nothing is opened; whoever asked hears it in the case and may ask anew, by another link."""
    with talking(world) as talk:
        incident = await lead_alone(talk)
        await ask_outside(talk)
        token = link_to(world, incident, "agree")
        await knock(world, token, "refuse")
        assert asking_of(world, incident)["state"] == "refused"
        assert not entries(world, "incident.reporter_opened")
        assert not list_asked(world, "takahashi", "opened")
        await ask_outside(talk)
        assert (await knock(world, token, "agree")).standing == "over"  # replayed on what was asked anew
        assert asking_of(world, incident)["state"] == "asked"
        assert [row.state for row in mails(world)] == ["ready"]


async def test_asking_anew_takes_the_link_back(sqlite_world: World) -> None:
    """Whoever chooses to wait after all waits; the earlier link opens nothing, and no mail goes any more."""
    world = sqlite_world
    add_manager(world)
    with talking(world) as talk:
        incident = await lead_alone(talk)
        await ask_outside(talk)
        token = link_to(world, incident, "agree")
        await talk.come("takahashi", "unseal")
        await talk.say("takahashi", REASON, "開く")
    assert asking_of(world, incident)["second"] is None
    assert (await knock(world, token)).standing == "over"
    assert [row.state for row in mails(world)] == ["cancelled"]


async def test_time_alone_opens_nothing_that_was_asked_outside(sqlite_world: World) -> None:
    """No word for days is no word."""
    world = sqlite_world
    add_manager(world)
    with talking(world) as talk:
        await lead_alone(talk)
        await ask_outside(talk)
        world.clock.advance(days=9)
        await Due(talk.conversation).do_due()
    assert not entries(world, "incident.reporter_opened")


async def test_where_somebody_could_be_asked_nobody_outside_is(sqlite_world: World) -> None:
    """The list of the company's own people comes first; asking outside all the same does nothing."""
    world = sqlite_world
    world.reader.reaches_outside = True
    incident = await report(world, caller_of(world, "nakamura"))
    with talking(world) as talk:
        await take(talk)
        await talk.come("takahashi", "unseal")
        await talk.say("takahashi", REASON)
        assert OUTSIDE not in [one.id for one in prompt_of(talk, "takahashi").choices]
    tell(world, "takahashi", AskToUnseal(incident, OUTSIDE, REASON), flow="unseal")
    assert not asking_of(world, incident)
    assert not mails(world)


async def test_where_nobody_outside_can_be_written_to_it_is_not_offered(sqlite_world: World) -> None:
    """As before: time and a notice, where somebody could be told."""
    world = sqlite_world
    add_manager(world)
    with talking(world) as talk:
        await lead_alone(talk)
        world.reader.reaches_outside = False
        await talk.come("takahashi", "unseal")
        await talk.say("takahashi", REASON)
        assert [one.id for one in prompt_of(talk, "takahashi").choices][:2] == ["wait", "leave"]


async def test_a_forged_word_opens_nothing(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the link nobody's agreement counts, nor does one for what was not asked outside; the control: with the
    second person's check taken away, it would."""
    world = sqlite_world
    with talking(world) as talk:
        incident = await lead_alone(talk)
        await ask_outside(talk)
        assert (await knock(world, "A" * 43, "agree")).standing == "gone"
        tokens = [link_to(world, incident, "agree") for _ in range(2)]
        await knock(world, tokens[0], "refuse")
        assert (await knock(world, tokens[1], "agree")).standing == "over"
        assert not entries(world, "incident.reporter_opened")
        late = link_to(world, incident, "agree")
        monkeypatch.setattr(unsealing, "may_agree", lambda *_: True)
        monkeypatch.setattr("bot.state.outside.may_agree", lambda *_: True)
        await knock(world, late, "agree")
    assert entries(world, "incident.reporter_opened")
    assert not holds(world, "watanabe", world.people["nakamura"])
