"""Asking to know who reported, as it is talked through; the law's text shows once a company's lawyer confirmed it."""

from pathlib import Path
from typing import Any

import pytest

from bot.engine.loader import load_content
from bot.flows import build_route
from bot.unseals import AskToUnseal, OpenReporter
from tests.cast import IDS
from tests.chat import CONTENT, Chat
from tests.given import UNSEAL

CONFIRMED = "protection:\n  wb-law:\n    confirmed: 2026-12-05\n"


def given(**changed: Any) -> dict[str, Any]:
    return {"case": {**UNSEAL["case"], **changed}}


def test_a_reason_is_needed() -> None:
    """Neither skipping nor not knowing leads on without one."""
    chat = Chat("unseal").say("飛ばす", "分からない")
    assert chat.position == "reason"
    chat.say("本人の安全を確かめるため", "2")
    assert chat.conclusions[0] == AskToUnseal("c1", IDS["kobayashi"], "本人の安全を確かめるため")


def test_a_second_word_put_off_is_no_word() -> None:
    """Deciding later concludes nothing, and the question is there again."""
    chat = Chat("agree").choose("wait")
    assert (chat.status, chat.conclusions) == ("paused", [])
    chat.say("同意しない")
    assert chat.conclusions == [OpenReporter("c1", False)]


def test_what_was_forgotten_concludes_nothing() -> None:
    """Once what was given of the case is gone, agreeing opens nothing."""
    assert not Chat("agree", given={"case": None}).say("同意する").conclusions


@pytest.mark.parametrize("flow", ["unseal", "opened", "course"])
def test_the_law_shows_once_a_lawyer_confirmed_it(flow: str, tmp_path: Path) -> None:
    """Ours alone says nothing of it; with the company's own folder that has a day, its text is there."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "incident.yaml").write_text(CONFIRMED, encoding="utf-8")
    theirs = load_content([CONTENT, tmp_path]).flows[flow]
    for route, shows in ((flow, False), (build_route(theirs), True)):
        chat = Chat(route)
        told = chat.facts["law_line"]
        assert bool(told) == shows
        if shows:
            assert "公益通報者保護法" in told["ja"]
