"""A whole case in Slack and in Teams with a word nobody says in every free text: each word stands in the chats of those
whom it is for, in no preview, in no other chat, and readable in no file."""

import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from adapters.teams.line import Reference
from bot import dispatch, due, hearing
from bot.bootstrap import Program
from bot.engine.speaking import Speaker
from tests.chat import content
from tests.doubles.activities import BOT, TENANT
from tests.doubles.teams import conversation_of
from tests.journeys.case_scripts import law
from tests.journeys.case_stories import AS_SHOWN, BEGIN, HASH, ISHIKAWA, MORI, SUZUKI, TAKAHASHI
from tests.journeys.deeds import Fill, Press, both, tick
from tests.journeys.desks import SlackDesk
from tests.journeys.hands import SlackHands, TeamsHands
from tests.journeys.test_cases_handled import protect
from tests.journeys.visits import NAMES, Happening, Report, Stage, Story, Visit, begin_in_teams, meet, speak_to_all
from tests.postgres import postgres_url
from tests.slack import test_round as slack_office
from tests.state.canaries import find_word, make_stem, read_files, read_raw
from tests.state.confided import Tokens
from tests.teams import office as teams_office

__all__ = ["postgres_url"]  # pytest finds it among this module's names

CONTENT = content()
ABOUT = Fill("2 / 1 / 1 / 3", ("leaver", "today", "yes", ("nobody_involved",)))
SIGNS = ("sg-lev-01",)
FORM = "suzuki"  # what is shown over a card: whoever reported is asked in one, and nobody else is shown words in any


class Told(NamedTuple):
    """Words on their way, and who else than whoever leads the case is told them, by name."""

    tokens: Tokens
    readers: dict[str, str]

    def word(self, reader: str = "") -> str:
        made = self.tokens.new()
        self.readers[made] = reader
        return made


def fill(*values: Any) -> Fill:
    """The fields of a form, typed the same where there is no form."""
    return Fill(" / ".join(str(one) for one in values if one is not None), values)


def tell(told: Told) -> Story:
    """A case from its report to its end, a new word wherever somebody may say something in words of their own."""
    what, others = f"順送金型の図面 {told.word()}", told.word()
    yield Happening(lambda program, _: protect(program))
    yield Report(SUZUKI, BEGIN, [Press("form"), ABOUT, Fill(f"1 / {what} / {others}", (SIGNS, what, others))])
    first = [Press("start"), tick("account", "keys"), Press("no"), tick(1), tick(1), Press("suspected"), AS_SHOWN]
    yield Visit(
        TAKAHASHI, None, [Press("open"), Press("take"), *first, *law("nyny", "72"), Press("ok"), Press("enough")]
    )
    yield Visit(ISHIKAWA, "task", [one for _ in range(4) for one in (Press("done"), told.word())])
    ask = [Press("ask"), told.word("mori"), "森さん", Press("tomorrow"), Press("only")]
    yield Visit(TAKAHASHI, "course", [Press("reporter"), told.word("suzuki"), *ask, Press("enough")])
    yield Visit(TAKAHASHI, "course", list(list_evidence(told)))
    yield Report(SUZUKI, both("状況 {receipt}", "status {receipt}"), [fill(told.word())], is_asked=True)
    yield Report(SUZUKI, both("追加 {receipt}", "add {receipt}"), [Press("add"), fill(told.word())])
    yield Visit(MORI, "task", [Press("done"), told.word()])
    close = [Press("more"), Press("close"), tick(1), tick(1), told.word(), Press("draft"), Press("close")]
    yield Visit(TAKAHASHI, "course", close)


def list_evidence(told: Told) -> Iterator[Any]:
    place, lawyer, office = told.word(), told.word(), told.word()
    yield from (Press("taken"), Press(1), Press("now"))
    yield Fill(f"私 / {place} / 1 / 渡辺 正雄", (None, place, "copy", "渡辺"))
    yield from (HASH, Press("more"), Press("handed"), Press(1), Press("now"))
    yield Fill(f"高橋 / {lawyer} / {office}", ("高橋", lawyer, office))
    yield from (Press("keep"), Press("enough"))


# -- the chats ---------------------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """One thing a platform was handed: in whose chat, what every notification may show of it, and all of it."""

    who: str
    preview: str
    whole: str


@asynccontextmanager
async def play_in_slack(folder: Path, url: str | None, story: Story) -> AsyncIterator[tuple[Program, list[Shown]]]:
    users = {f"U{place:02}": name for place, name in enumerate(NAMES, 1)}
    async with slack_office.open_office(folder, users, DATABASE_URL=url) as (program, office):
        speak_to_all(program, "ja")
        for user, name in users.items():
            meet(program, f"T01:{user}", name, "slack", f"D{user[1:]}")
        stage = Stage(program, "slack", "ja", True, set(), set())
        await stage.play(story, office, slack_office.type_command, SlackHands, SlackDesk)
        whose = {f"D{user[1:]}": name for user, name in users.items()}
        calls = office["suzuki"].double.calls
        yield (
            program,
            [
                to_shown(FORM if "view" in one.args else whose.get(str(one.args.get("channel")), ""), one.args)
                for one in calls
            ],
        )


@asynccontextmanager
async def play_in_teams(folder: Path, url: str | None, story: Story) -> AsyncIterator[tuple[Program, list[Shown]]]:
    users = {f"29:u{place:02}": name for place, name in enumerate(NAMES, 1)}
    async with teams_office.open_office(folder, "botbuilder", users, DATABASE_URL=url) as (program, office):
        speak_to_all(program, "ja")
        for user, name in users.items():
            place = Reference(office[name].double.service, conversation_of(user), BOT, user, TENANT, "ja-JP")
            meet(program, f"{TENANT}:aad-{user}", name, "teams", place.to_text())
        stage = Stage(program, "teams", "ja", True, set(), set())
        await stage.play(story, office, begin_in_teams, TeamsHands, TeamsHands)
        whose = {conversation_of(user): name for user, name in users.items()}
        calls = office["suzuki"].double.calls
        yield program, [to_shown(whose.get(one.conversation, ""), one.body) for one in calls]


def to_shown(who: str, body: Mapping[str, Any]) -> Shown:
    cards = [one["content"].get("fallbackText", "") for one in body.get("attachments") or ()]
    previews = [str(body.get(name, "")) for name in ("text", "summary")]
    return Shown(who, "\n".join([*previews, *cards]), json.dumps(body, ensure_ascii=False))


PLAY = {"Slack": play_in_slack, "Teams": play_in_teams}
BOTH = [("Slack", "postgres"), ("Teams", "sqlite"), ("Slack", "sqlite"), ("Teams", "postgres")]
LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """People come by themselves, and nothing waits for a pace."""
    monkeypatch.setattr(dispatch, "PACE", timedelta())
    for room, seconds in ((dispatch, 0.05), (due, 0.1), (hearing, 0.1)):
        monkeypatch.setattr(room, "PATROL", seconds)
    monkeypatch.setattr("bot.state.record.find_moment", lambda now, *_: now.replace(year=now.year + 1, day=1))
    monkeypatch.setattr("bot.bootstrap.read_content", lambda _: CONTENT)


@pytest.mark.parametrize(("surface", "kind"), BOTH if LONG else BOTH[:2])
async def test_words_of_a_case_reach_those_they_are_for(
    tmp_path: Path, request: pytest.FixtureRequest, surface: str, kind: str
) -> None:
    """What the reporter, the team and those who were asked say is shown to whoever leads the case, what they are asked
    to themselves, and nothing of it to anybody else; no preview, row, file or log shows any."""
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else None
    told = Told(Tokens(make_stem(f"chats {surface}")), {})
    async with PLAY[surface](tmp_path, url, tell(told)) as (program, shown):
        places = [*read_files(tmp_path), *read_raw(program.database)]
    reached = {word for word in told.readers for one in shown if word in one.whole}
    print(f"{surface}: {len(told.readers)} words, {len(reached)} of them shown to somebody")
    assert find_strays(told, shown) == []
    assert find_word(told.tokens.stem, places) == []
    assert len(reached) > len(told.readers) / 2


@pytest.mark.parametrize("surface", PLAY)
async def test_without_its_neutral_sentence_a_preview_shows_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surface: str
) -> None:
    """The control: with a case told as anything else is, its words are found outside the conversation."""
    monkeypatch.setattr(Speaker, "preview", "")
    told = Told(Tokens(make_stem(f"control {surface}")), {})
    async with PLAY[surface](tmp_path, None, islice(tell(told), 3)) as (_, shown):
        assert "preview" in {where for where, _ in find_strays(told, shown)}


def find_strays(told: Told, shown: list[Shown]) -> list[tuple[str, str]]:
    """Words in a preview, or in a chat of somebody they are not for."""
    found = [("preview", word) for one in shown for word in told.readers if word in one.preview]
    for word, reader in told.readers.items():
        found += [(one.who, word) for one in shown if word in one.whole and one.who not in ("takahashi", reader)]
    return found
