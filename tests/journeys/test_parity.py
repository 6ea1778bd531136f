"""The same visits at a terminal, in Slack and in Teams leave the same record, whatever flow they go through."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from bot import dispatch, due, hearing
from bot.bootstrap import CACHE
from bot.engine.model import Kind
from bot.hours import find_moment
from tests.chat import CONTENT
from tests.journeys.deeds import Fill, Press
from tests.journeys.records import list_ended
from tests.journeys.stories import FACTS, STORY
from tests.journeys.terminal import open_program
from tests.journeys.visits import MORE, Played, Story, Visit, play_at_terminal, play_in_slack, play_in_teams

Play = Callable[[Path, str, Story], Played]

PRESSED: dict[str, Play] = {
    "Slack": play_in_slack,
    "Teams by botbuilder": lambda *told: play_in_teams(*told, "botbuilder"),
    "Teams by agents": lambda *told: play_in_teams(*told, "agents"),
}
TYPED: dict[str, Play] = {  # a chat for each language
    "ja": lambda *told: play_in_slack(*told, presses=False),
    "en": lambda *told: play_in_teams(*told, "botbuilder", presses=False),
}
# Every chat in one language at least; all of them in both where there is time.
TAKEN = {"ja": ("Slack", "Teams by botbuilder"), "en": ("Teams by agents",)}
LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
KINDS = set(get_args(Kind)) - {"days"}  # which is typed everywhere


@pytest.fixture(autouse=True)
def nobody_is_asked_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """People come by themselves; a terminal asks nobody. What is said in a chat need not be read by anybody."""
    monkeypatch.setattr(dispatch, "PACE", timedelta())
    monkeypatch.setattr(dispatch, "PATROL", 0.05)
    monkeypatch.setattr(due, "PATROL", 0.1)
    monkeypatch.setattr(hearing, "PATROL", 0.1)
    monkeypatch.setattr("bot.state.record.find_moment", lambda now, *_: now.replace(year=now.year + 1, day=1))
    monkeypatch.setattr("bot.nudging.has_loose_ends", lambda *_: False)  # a campaign ends when somebody looks
    monkeypatch.setattr("bot.state.campaigns.find_moment", lambda at, *told: find_moment(put_far_off(at), *told))


def put_far_off(at: datetime) -> datetime:
    """So late that nobody is reached while the story is told; what is that late already stays."""
    return at if at.year > datetime.now(UTC).year else at.replace(year=at.year + 1, day=1)


Begin = Callable[[str], Path]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the content was read once."""
    folder = tmp_path_factory.mktemp("compiled")
    open_program(folder, content=MORE).database.close()
    return folder / "data" / CACHE


@pytest.fixture
def begin(compiled: Path, tmp_path: Path) -> Begin:
    """A folder of this name, with the content as it was read: what is compared here is not how that is done."""

    def make(name: str) -> Path:
        (tmp_path / name / "data").mkdir(parents=True)
        shutil.copy2(compiled, tmp_path / name / "data")
        return tmp_path / name

    return make


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_flow_leaves_the_same_record_on_every_surface(begin: Begin, language: str) -> None:
    """Typed at a terminal, pressed and filled in where a chat has something for it, typed in a chat: every flow there
    is comes to its end, and the state is the same; so are the words, wherever something was typed."""
    record, *_ = play_at_terminal(begin("terminal"), language, STORY)
    assert list_ended(record) == {one.name for one in (CONTENT / "flows").iterdir()}
    for name in PRESSED if LONG else TAKEN[language]:
        played = PRESSED[name](begin(name), language, STORY)
        assert played.record.state == record.state, name
        words = Counter(one for one in played.record.words.elements() if one[1] in played.typed)
        assert Counter() < words <= record.words, name
        assert played.by_hand == KINDS, name
    assert TYPED[language](begin("typed"), language, STORY).record == record
    print(f"{language}: {len(record.state['interviews'])} interviews, {record.words.total()} answers alike")


@pytest.mark.parametrize("name", PRESSED)
@pytest.mark.parametrize("missed", [(Press("yes"), Press("no")), ("12", "13")], ids=["a press", "a field"])
def test_a_surface_that_takes_one_thing_for_another_is_found_out(
    begin: Begin, name: str, missed: tuple[Press | str, Press | str]
) -> None:
    """The control: one press, or one field of a form, that arrives as another makes another record."""
    right = play_at_terminal(begin("terminal"), "ja", FACTS).record
    wrong = PRESSED[name](begin("chat"), "ja", [take_wrong(one, *missed) for one in FACTS]).record
    assert wrong.state != right.state
    assert wrong.state["answers"] != right.state["answers"]


def take_wrong(one: Visit | object, meant: Press | str, heard: Press | str) -> Visit:
    """The visit as a surface would take it that hears one thing for another."""
    if not isinstance(one, Visit):
        return one  # type: ignore[return-value] # nobody's visit
    deeds = [
        Fill(deed.typed, tuple(heard if value == meant else value for value in deed.values))
        if isinstance(deed, Fill)
        else heard
        if deed == meant
        else deed
        for deed in one.deeds
    ]
    return one._replace(deeds=deeds)
