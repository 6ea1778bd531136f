"""A colleague's good practice from whoever names it to the team: who is asked, decides, may know of it and sees it."""

from typing import Any

import pytest
from sqlalchemy import update

from bot.access import Scope
from bot.conversation import NotAllowed
from bot.credits import AnswerCredit, DecideCredit
from bot.engine.interview import Interview
from bot.interruptions import BUDGET
from bot.state.campaign_tables import campaigns, nudges
from bot.state.campaigns import pause_campaign, resume_campaign
from bot.state.columns import metadata
from bot.state.concluding import conclude
from bot.state.credit_tables import credits
from bot.state.credits import CONSENTS, DECIDES, find_credit
from bot.state.record import NOWHERE, make_due
from bot.state.succession import release_all
from bot.state.tables import audit, interviews, outbox, people
from tests.state.nudged import find_nudge, find_status, reach, rest
from tests.state.talk import Talk, talking
from tests.state.world import World

TITLE = "段取りのコツ"
RARE = "水曜会の仕掛け"  # a title that no text of ours has
TEAM = {"sato", "suzuki", "yamamoto", "kato", "yoshida", "yamada", "sasaki", "matsumoto", "silva", "inoue"}
TEAM |= {"yamamoto.aya"}  # all who work beside Suzuki
FIGURES = "温度180℃、時間12秒、圧力35MPa、速度40mm"
SAYS = {  # what each of the three says, by language
    "ja": {"give": ("鈴木さん", TITLE, "お願いします"), "named": "載せてよい", "keep": "残す", "seen": "分かりました"},
    "en": {"give": ("Suzuki", TITLE, "please do"), "named": "yes", "keep": "keep it", "seen": "good to know"},
}


async def give(talk: Talk, *lines: str, who: str = "ito") -> None:
    await talk.come(who, "credit")
    await talk.say(who, *(lines or SAYS["ja"]["give"]))


async def answer(talk: Talk, who: str, flow: str, *lines: str) -> None:
    """This person comes to what waits for them of this flow."""
    assert await talk.come(who, flow), (who, flow)
    await talk.say(who, *lines)


async def hear(talk: Talk, who: str) -> str:
    """What has come for this person meanwhile."""
    before = talk.texts(who)
    await talk.delivery.speak(talk.world.find(who), None)
    return talk.texts(who).removeprefix(before)


def find_row(world: World) -> Any:
    (row,) = world.rows(credits)
    return row


def list_asked(world: World, flow: str) -> set[str]:
    """Who was asked in this flow."""
    names = {person: name for name, person in world.people.items()}
    return {names[row.person_id] for row in world.rows(interviews) if row.flow == flow}


def list_audited(world: World) -> list[str]:
    found = [row.action for row in sorted(world.rows(audit), key=lambda row: row.seq)]
    return [one for one in found if one.startswith(("credit.", "campaign."))]


def list_told(world: World) -> set[str]:
    """Who of the team was shown it."""
    names = {person: name for name, person in world.people.items()}
    return {names[row.person_id] for row in world.rows(nudges) if row.thing == find_row(world).id}


# -- the whole story ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_good_idea_comes_to_the_team(world: World, language: str) -> None:
    """Ito names it, Suzuki agrees, the head decides, and everybody beside Suzuki but the head sees it once."""
    world.store.write(lambda tx: tx.connection.execute(update(people).values(language=language)))
    says = SAYS[language]
    with talking(world) as talk:
        await give(talk, *says["give"])
        await answer(talk, "suzuki", CONSENTS, says["named"])
        assert list_asked(world, DECIDES) == {"sato"}
        await answer(talk, "sato", DECIDES, says["keep"])
        assert find_row(world).state == "kept"
        await reach(world, talk)
        assert list_told(world) == TEAM - {"sato"}
        await talk.come("kato", "credited")
        shown = talk.texts("kato")
        await talk.say("kato", says["seen"])
        assert await hear(talk, "ito")  # who is of another department hears of it
    names = {"ja": ("鈴木さん", "伊藤さん"), "en": ("Suzuki", "Ito")}[language]
    assert all(one in shown for one in (TITLE, *names))
    assert find_nudge(world, "kato").answered_at is not None
    assert list_audited(world) == [
        *("credit.given", "credit.agreed", "credit.passed", "credit.kept"),
        *("campaign.made", "campaign.started"),
    ]
    assert world.reader.find_chain_break() is None


async def test_without_a_name_nobody_is_told_whose_it_is(world: World) -> None:
    """The title and who told us are shown; neither the head nor the team sees the name, however they look."""
    with talking(world) as talk:
        await give(talk)
        await answer(talk, "suzuki", CONSENTS, "名前は出さない")
        await answer(talk, "sato", DECIDES, "台帳にも載せる", "この名前で")
        await reach(world, talk)
        await talk.come("kato", "credited")
        shown = [talk.texts("sato"), talk.texts("kato")]
    assert all(TITLE in one and "伊藤" in one and "鈴木" not in one for one in shown)
    found = [world.reader.read_interview(row.id, world.template.words.routes) for row in world.rows(interviews)]
    others = [one for one in found if one and one.person not in {world.people["suzuki"], world.people["ito"]}]
    assert others and world.people["suzuki"] not in repr(others)
    (item,) = world.reader.read_register(Scope(everything=True))
    assert item["owner_id"] is None


@pytest.mark.parametrize("title", ["段取りのコツ(鈴木さん)", "Suzuki's knack", "大輔式の段取り"])
async def test_a_title_that_tells_the_name_is_worded_anew(world: World, title: str) -> None:
    """Whoever would rather not be named writes one that does not tell whose it is; nobody else sees the first."""
    with talking(world) as talk:
        await give(talk, "鈴木さん", title, "お願いします")
        await answer(talk, "suzuki", CONSENTS, "名前は出さない")
        assert world.position(talk.at["suzuki"]) == "plain_title"
        await talk.say("suzuki", TITLE)
        await talk.come("sato", DECIDES)
        assert TITLE in talk.texts("sato") and title not in talk.texts("sato")
    assert opened_title(world) == TITLE


async def test_a_word_that_only_holds_a_name_is_no_name(world: World) -> None:
    """ "Monitoring" does not tell of Ito."""
    with talking(world) as talk:
        await give(talk, "伊藤さん", "Monitoring presses", "お願いします", who="abe")
        await answer(talk, "ito", CONSENTS, "名前は出さない")
    assert find_row(world).state == "agreed"


async def test_it_goes_on_the_register_by_name_alone(world: World) -> None:
    """Kept with an item, it is a draft of that department under the name the head gave, whose is who agreed to be
    named, and the head is asked next how much it matters."""
    with talking(world) as talk:
        await give(talk)
        await answer(talk, "suzuki", CONSENTS, "載せてよい")
        await answer(talk, "sato", DECIDES, "2", "別の名前にする", "段取りのノウハウ")
        assert find_row(world).state == "kept"
        (item,) = world.reader.read_register(Scope(everything=True))
        assert (item["name"], item["state"], item["owner_id"]) == ("段取りのノウハウ", "draft", world.people["suzuki"])
        assert item["department_id"] == world.find("sato").department_id
        assert await talk.come("sato", "evaluation")


# -- a no --------------------------------------------------------------------------------------------------------------


async def test_whoever_named_it_hears_the_same_of_every_no(world: World) -> None:
    """Declined by the credited person, by the head, or cancelled: one sentence, in which nobody is named; nothing is
    planned and the title is gone."""
    heard = []
    with talking(world) as talk:
        for said in (["見送る"], ["やめる", "はい"], ["載せてよい"]):
            await give(talk)
            await answer(talk, "suzuki", CONSENTS, *said)
            if said == ["載せてよい"]:
                await answer(talk, "sato", DECIDES, "今回は見送る")
            heard.append(await hear(talk, "ito"))
    assert len(set(heard)) == 1 and "見送り" in heard[0]
    assert not any(name in heard[0] for name in ("鈴木", "佐藤", TITLE))
    rows = world.rows(credits)
    assert {row.state for row in rows} == {"dropped"}
    assert {world.vault.open("credits", row.id, "body", row.body) for row in rows} == {""}
    assert not world.rows(campaigns)
    assert list_audited(world).count("credit.dropped") == len(rows)


async def test_a_no_of_the_head_reaches_who_had_agreed(world: World) -> None:
    """Suzuki, who said yes, is not left waiting."""
    with talking(world) as talk:
        await give(talk)
        await answer(talk, "suzuki", CONSENTS, "載せてよい")
        await answer(talk, "sato", DECIDES, "見送る")
        assert "見送り" in await hear(talk, "suzuki")


# -- who decides -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("giver", "credited", "decider"),
    [
        ("ito", "鈴木さん", "sato"),
        ("ito", "佐藤さん", "takahashi"),  # the head is the one who is credited
        ("sato", "鈴木さん", "takahashi"),  # the head is the one who named it
        ("ito", "高橋さん", "watanabe"),  # head and register manager in one
        ("takahashi", "佐藤さん", "watanabe"),
    ],
)
async def test_nobody_decides_on_their_own(world: World, giver: str, credited: str, decider: str) -> None:
    """The head of the credited person's department decides, else the register manager, else the management; never one
    who named it or is named."""
    names = {"鈴木さん": "suzuki", "佐藤さん": "sato", "高橋さん": "takahashi"}
    with talking(world) as talk:
        await give(talk, credited, TITLE, "お願いします", who=giver)
        await answer(talk, names[credited], CONSENTS, "載せてよい")
    assert list_asked(world, DECIDES) == {decider}


async def test_whoever_leaves_is_not_waited_for(world: World) -> None:
    """Of a decider who left another is asked; what only somebody who left could agree to is dropped."""
    with talking(world) as talk:
        await give(talk)
        await answer(talk, "suzuki", CONSENTS, "載せてよい")
        leave(world, "sato")
        assert world.find("takahashi").id == find_row(world).decider_id
        await give(talk, "加藤さん", TITLE, "お願いします")
        leave(world, "kato")
    assert [row.state for row in sorted(world.rows(credits), key=lambda row: row.id)] == ["agreed", "dropped"]


def leave(world: World, name: str) -> None:
    person = world.people[name]

    def go(tx: Any) -> None:
        tx.connection.execute(update(people).where(people.c.id == person).values(active=False))
        release_all(tx, "operator", [person], [])

    world.store.write(go)


# -- what is not taken -------------------------------------------------------------------------------------------------


async def test_nobody_credits_themselves(world: World) -> None:
    """One's own name is turned down kindly, by name as by "me", and nothing is kept; another's may follow at once."""
    with talking(world) as talk:
        for own in ("伊藤", "私"):
            await talk.come("ito", "credit")
            await talk.say("ito", own)
            assert world.position(talk.at["ito"]) == "oneself"
            await talk.say("ito", "今回はやめる")
        assert not world.rows(credits)
        await give(talk, "私", "別の人にする", "鈴木さん", TITLE, "お願いします")
    assert find_row(world).credited_id == world.people["suzuki"]


async def test_a_title_that_gives_the_know_how_away_is_not_kept(world: World) -> None:
    """The guard says so and asks once more; without it the same title would be taken."""
    with talking(world) as talk:
        await give(talk, "鈴木さん", FIGURES)
        assert world.position(talk.at["ito"]) == "credit_title"
        await talk.say("ito", TITLE, "お願いします")
        assert opened_title(world) == TITLE
    with talking(world, inspect=lambda _: None) as talk:
        await talk.come("abe", "credit")
        await talk.say("abe", "加藤さん", FIGURES)
        assert world.position(talk.at["abe"]) == "send"


def opened_title(world: World) -> str:
    row = find_row(world)
    return world.vault.open("credits", row.id, "body", row.body)


# -- who may know ------------------------------------------------------------------------------------------------------


async def test_before_it_is_kept_only_those_it_concerns_know(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ito, Suzuki and, once Suzuki agreed, the head; then the team; never anybody else, manager or not.

    The control: where everybody may do everything, all would see it."""

    def list_knowing() -> set[str]:
        credit = find_row(world).id
        return {one for one in world.people if find_credit(world.database, world.vault, world.find(one).actor, credit)}

    with talking(world) as talk:
        await give(talk)
        assert list_knowing() == {"ito", "suzuki"}
        await answer(talk, "suzuki", CONSENTS, "載せてよい")
        assert list_knowing() == {"ito", "suzuki", "sato"}
        with monkeypatch.context() as open_to_all:
            open_to_all.setattr("bot.state.credits.can", lambda *_: True)
            assert list_knowing() == set(world.people)
        await answer(talk, "sato", DECIDES, "残す")
    assert list_knowing() == TEAM | {"ito"}


async def test_an_answer_counts_from_whom_it_was_asked_of_alone(world: World) -> None:
    """Nobody else finds the card, and a conclusion in another's name, or drawn twice, changes nothing."""
    with talking(world) as talk:
        await give(talk)
        with pytest.raises(NotAllowed):
            await talk.come("kato", CONSENTS)
        credit = find_row(world).id
        for person, done in (("kato", AnswerCredit(credit, "named")), ("ito", DecideCredit(credit, True))):
            force(world, person, done)
            assert find_row(world).state == "asked"
        force(world, "suzuki", AnswerCredit(credit, "named"))
        force(world, "suzuki", AnswerCredit(credit, "declined"))
    assert find_row(world).state == "agreed"


def force(world: World, name: str, one: AnswerCredit | DecideCredit) -> None:
    """Conclude this in an interview of this person's."""
    person = world.people[name]
    interview = Interview("x", person, CONSENTS, "", "ja", "done", 1, {}, NOWHERE)
    world.store.write(lambda tx: conclude(tx, interview, person, [one]))


async def test_the_title_lies_open_in_no_table(world: World) -> None:
    """Not in the outbox, the audit, the campaign or any other row, from the first word to the team's card.

    The control: opened with the key, the credit's own row says it."""
    with talking(world) as talk:
        await give(talk, "鈴木さん", RARE, "お願いします")
        await answer(talk, "suzuki", CONSENTS, "名前は出さない")
        await answer(talk, "sato", DECIDES, "台帳にも", "この名前で")
        assert opened_title(world) == RARE
        await reach(world, talk)
        await hear(talk, "ito")
    found = [str(value) for table in metadata.sorted_tables for row in world.rows(table) for value in row]
    assert list_told(world) and not [one for one in found if RARE in one or "仕掛け" in one]


# -- the team ----------------------------------------------------------------------------------------------------------


async def test_the_team_hears_of_it_within_its_budget(world: World) -> None:
    """Who was told often enough this week hears of it next week, the others now; who left the team does not."""
    with talking(world) as talk:
        await keep(talk)
        use_budget_up(world, "kato")
        move(world, "yoshida", to="ito")
        await reach(world, talk)
        assert list_told(world) == TEAM - {"sato", "yoshida", "kato"}
        world.clock.advance(days=8)
        await reach(world, talk)
    assert list_told(world) == TEAM - {"sato", "yoshida"}


async def test_a_pause_holds_it_and_silence_lets_it_go(world: World) -> None:
    """As of any campaign: paused nobody is told; what nobody answered is over after some days, and says nothing."""
    with talking(world) as talk:
        await keep(talk)
        (campaign,) = (row.id for row in world.rows(campaigns))
        world.store.write(lambda tx: pause_campaign(tx, "takahashi", campaign))
        await reach(world, talk)
        assert list_told(world) == set()
        world.store.write(lambda tx: resume_campaign(tx, "takahashi", campaign))
        await reach(world, talk)
        interview = find_nudge(world, "kato").interview_id
        assert find_status(world, interview) == "open"
        await rest(world, talk, days=10)
    assert find_status(world, interview) == "cancelled"


async def keep(talk: Talk) -> None:
    """As far as it is planned for the team."""
    await give(talk)
    await answer(talk, "suzuki", CONSENTS, "載せてよい")
    await answer(talk, "sato", DECIDES, "残す")


def use_budget_up(world: World, name: str) -> None:
    person, at = world.people[name], world.clock.at
    told = [make_due(f"notice:tasks_yours:{place}", "notice", person, None, "{}", at) for place in range(BUDGET)]
    rows = [{**one, "state": "sent", "sent_at": at} for one in told]
    world.store.write(lambda tx: tx.insert_new(outbox, rows))


def move(world: World, name: str, to: str) -> None:
    """Into the department of somebody else."""
    mine = update(people).where(people.c.id == world.people[name])
    department = world.find(to).department_id
    world.store.write(lambda tx: tx.connection.execute(mine.values(department_id=department)))
