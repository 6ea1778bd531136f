"""Commands, installation, messages' menu and the page of a person in Teams: privately, wherever they come from."""

import json
from pathlib import Path

import pytest

from adapters.teams import front
from adapters.teams.deliver import GONE
from bot.state.preferences import read_preferences
from bot.state.reach import find_met
from tests.doubles.activities import BOT, TENANT, act_on_message, install, mention, say
from tests.doubles.teams import BLOCKED, Fault
from tests.teams.office import SDKS, Person, buttons, open_office, read_text, wait_until

pytestmark = pytest.mark.parametrize("sdk", SDKS)

MANY = "19:many@thread.tacv2"
NAMES = ("佐藤", "製造部", "hibarino")


async def test_being_installed_is_being_met(tmp_path: Path, sdk: str) -> None:
    """Whoever gets the app sees their page, is known from then on, and may be written to."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        assert (await sato.send(install(user=sato.user))).status == 200
        assert "佐藤" in await sato.hear()
        account, member = find_met(program.database, "teams", f"{TENANT}:aad-{sato.user}")
        assert account is not None
        assert member is not None
        told = json.loads(account.channel or "")
        assert (told["conversation"], told["service"]) == ("a:talk-u01", sato.double.service)
        known = read_preferences(program.database, member.id)
        assert known is not None
        assert known.timezone_from == "teams"


async def test_who_somebody_is_is_asked_until_teams_says(
    tmp_path: Path, sdk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the app is given to all at once, Teams puts some off: they are met, too."""
    monkeypatch.setattr(front, "WAITS", (0.01,) * 4)
    async with open_office(tmp_path, sdk) as (_, office):
        sato, ito = office["sato"], office["ito"]
        sato.double.script("member", Fault(429, retry_after="1"), Fault(502), Fault(drops="before"), Fault(412))
        await sato.send(install(user=sato.user))
        assert "佐藤" in await sato.hear()
        assert len(sato.double.called("member")) == 5
        ito.double.script("member", Fault(404, "MemberNotFoundInConversation"))  # the control: no is no
        await ito.send(install(user=ito.user))
        await wait_until(lambda: len(ito.double.called("member")) == 6)
        assert not [at for at in ito.double.messages if at[0] == "a:talk-u03"]


async def test_whoever_takes_the_app_away_is_written_to_no_more(tmp_path: Path, sdk: str) -> None:
    """Nobody is known there any more, and the managers are told; installed again, they are met again."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await sato.send(install(user=sato.user))
        await sato.hear()
        await sato.send(install("remove", sato.user))
        account = find_met(program.database, "teams", f"{TENANT}:aad-{sato.user}")
        assert account[1] is None
        await sato.send(install(user=sato.user))
        await sato.hear()
        assert find_met(program.database, "teams", f"{TENANT}:aad-{sato.user}")[1] is not None


@pytest.mark.parametrize("fault", [*(Fault(403, code) for code in GONE), BLOCKED])
async def test_somebody_out_of_reach_holds_up_nobody(tmp_path: Path, sdk: str, fault: Fault) -> None:
    """Teams says that this person took the app away, blocked it, or may not have it: they are known there no more, and
    what is said to others goes on at once."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato, ito = office["sato"], office["ito"]
        for one in (sato, ito):
            await one.send(install(user=one.user))
            await one.hear()
        sato.double.script("send", fault)
        await sato.say("こんにちは")
        await wait_until(lambda: find_met(program.database, "teams", f"{TENANT}:aad-{sato.user}")[1] is None)
        await ito.say("こんにちは")
        await ito.hear()


@pytest.mark.parametrize("scope", ["channel", "groupChat"])
async def test_among_others_the_answer_is_for_one(tmp_path: Path, sdk: str, scope: str) -> None:
    """A command in a channel is answered to whoever gave it, names nobody there, and goes on in their own chat."""
    async with open_office(tmp_path, sdk) as (_, office):
        sato = office["sato"]
        await sato.send(install(user=sato.user))
        await sato.hear()
        for text in ("", "私のこと", "台帳", "使い方", "ホーム"):
            assert (await sato.send(mention(text, sato.user, scope))).status == 200
        await wait_until(lambda: len([call for call in sato.double.called("send") if call.conversation == MANY]) == 5)
        told = [call for call in sato.double.called("send") if call.conversation == MANY]
        assert {call.query.get("isTargetedActivity") for call in told} == {"true"}
        assert not [name for call in told for name in NAMES if name in json.dumps(call.body, ensure_ascii=False)]
        assert "佐藤" in await sato.hear()


async def test_where_nobody_can_be_told_in_private_nothing_is_said_among_others(tmp_path: Path, sdk: str) -> None:
    """A tenant without such messages: the channel stays silent, and the interview goes on in the person's own chat."""
    async with open_office(tmp_path, sdk) as (_, office):
        sato = office["sato"]
        await sato.send(install(user=sato.user))
        await sato.hear()
        sato.double.script("send", Fault(400, "BadArgument"))
        await sato.send(mention("", sato.user))
        assert "製造部" in await sato.hear()
        assert not [at for at in sato.double.messages if at[0] == MANY]


async def test_a_command_from_somebody_new_opens_their_chat(tmp_path: Path, sdk: str) -> None:
    """Whoever we only met in a channel is written to in a conversation that is opened for it."""
    async with open_office(tmp_path, sdk) as (_, office):
        sato = office["sato"]
        await sato.send(mention("", sato.user))
        heard = await sato.hear()
        assert "製造部" in heard or "製造部" in await sato.hear()
        assert sato.double.called("create")
        assert {at[0] for at in sato.double.messages} == {"a:talk-u01", MANY}


@pytest.mark.parametrize("text", ["secret-review 使い方", "/secret-review 使い方", "Secret-Review help"])
async def test_the_command_is_heard_in_the_own_chat(tmp_path: Path, sdk: str, text: str) -> None:
    """With a slash or without; the list comes with buttons that do what its words do."""
    async with open_office(tmp_path, sdk) as (_, office):
        sato = office["sato"]
        await sato.send(install(user=sato.user))
        await sato.hear()
        await sato.say(text)
        assert "使い方" in await sato.hear()
        words = [one["data"]["choice"] for one in buttons(sato.cards[-1])]
        assert "register" in words
        await sato.submit("word", words.index("register"))
        assert "製造部" in await sato.hear()


async def test_language_and_hours_are_chosen_on_the_page(tmp_path: Path, sdk: str) -> None:
    """The page's buttons change what is known of the person, and say so."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await sato.send(install(user=sato.user))
        await sato.hear()
        member = program.find_member("sato@hibarino.example")
        assert member is not None
        await sato.submit("word", 2, **{"from": "8", "to": "17"})
        await sato.hear()
        await sato.send(say("secret-review ホーム", sato.user))
        await sato.hear()
        await sato.submit("word", 1)
        await sato.hear()
        known = read_preferences(program.database, member.id)
        assert known is not None
        assert (known.language, known.from_hour, known.to_hour) == ("en", 8, 17)


@pytest.mark.parametrize("kind", ["channel", "personal"])
async def test_a_message_is_reported_without_being_read(tmp_path: Path, sdk: str, kind: str) -> None:
    """The entry in a message's menu leads to the desk, for anybody; nothing of the message is kept or said. A chat of
    two colleagues, which Teams calls personal, is none of ours: nothing is said there."""
    async with open_office(tmp_path, sdk) as (_, office):
        stranger = Person(office["sato"].double, office["sato"].url, "29:u99")
        among = {"conversationType": kind, "tenantId": TENANT, "id": "19:two-of-them@unq.gbl.spaces"}
        got = await stranger.send(act_on_message(user=stranger.user, conversation=among))
        assert got.status == 200
        card = got.body["task"]["value"]["card"]
        assert "somebody's own words" not in json.dumps(card)
        assert card["content"]["body"]
        assert "somebody's own words" not in await stranger.hear()
        assert buttons(stranger.cards[-1])
        assert among["id"] not in {call.conversation for call in stranger.double.called("send")}


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
async def test_the_window_of_a_messages_menu_is_never_empty(tmp_path: Path, sdk: str, locale: str) -> None:
    """In the own chat, among others, and asked for twice, as Teams does where it waits long."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        own = say("", sato.user)["conversation"]
        for asked in (act_on_message(user=sato.user, locale=locale, conversation=own), act_on_message(locale=locale)):
            for _ in range(2):
                card = json.dumps((await sato.send(asked)).body["task"]["value"]["card"], ensure_ascii=False)
                words = [program.content.shared.says[one] for one in ("teams_in_dm", "teams_report_in_dm")]
                said = [json.dumps(one.of(locale[:2]).strip(), ensure_ascii=False)[1:-1] for one in words]
                assert [one for one in said if one in card]


async def test_a_slash_command_is_answered_to_one(tmp_path: Path, sdk: str) -> None:
    """What Teams inserts behind a slash comes as a private word without a mention; so goes the answer."""
    async with open_office(tmp_path, sdk) as (_, office):
        sato = office["sato"]
        await sato.send(install(user=sato.user))
        await sato.hear()
        asked = mention("", sato.user, "groupChat", recipient={"id": BOT, "isTargeted": True})
        await sato.send({**asked, "text": "secret-review 台帳", "entities": []})
        await wait_until(lambda: [call for call in sato.double.called("send") if call.conversation == MANY])
        (told,) = (call for call in sato.double.called("send") if call.conversation == MANY)
        assert told.query.get("isTargetedActivity") == "true"
        assert "製造部" in await sato.hear()


@pytest.mark.parametrize(
    "more", [{}, {"userRole": "guest"}, {"tenantId": "another"}, {"userPrincipalName": "x#EXT#@y"}]
)
async def test_strangers_learn_whom_to_ask(tmp_path: Path, sdk: str, more: dict[str, str]) -> None:
    """Somebody not in the directory, or a guest under an address that is, sees nothing of the company."""
    async with open_office(tmp_path, sdk) as (_, office):
        double = office["sato"].double
        double.add_member("29:u98", "sato@hibarino.example" if more else "who@elsewhere.example", **more)
        stranger = Person(double, office["sato"].url, "29:u98")
        await stranger.say("こんにちは")
        word = await stranger.hear(asks=False)
        assert "名簿" in word
        assert not any(name in word for name in NAMES)
        assert (await stranger.send(say("secret-review 通報", stranger.user))).status == 200
        assert read_text(double.called("send")[-1].body)
