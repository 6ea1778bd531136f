"""The ninety lines of the catalogue as their experts would answer: few replies, and every surprise explained."""

from statistics import median

import pytest

from tests.content.experts import MOST_REPLIES, Played, list_lines, main, play, play_all, read_experts, read_explained


@pytest.fixture(scope="module")
def played() -> list[Played]:
    return list(play_all())


def test_every_line_has_an_expert() -> None:
    """All ninety lines are answered, and nothing else."""
    assert set(read_experts()) == set(list_lines())
    assert len(read_experts()) == 90


def test_half_of_the_items_take_at_most_six_replies(played: list[Played]) -> None:
    """The median item is settled in at most six replies, none in more than seven."""
    assert median(one.replies for one in played) <= MOST_REPLIES
    assert max(one.replies for one in played) <= MOST_REPLIES + 1


def test_each_disagreement_is_explained(played: list[Played], capsys: pytest.CaptureFixture[str]) -> None:
    """Where the proposal differs from the catalogue's typical level there is a reason written down, and only there."""
    assert {one.line for one in played if one.level != one.typical} == set(read_explained())
    main()
    assert "?" not in capsys.readouterr().out


def test_an_expert_who_answers_otherwise_is_noticed(played: list[Played]) -> None:
    """The comparison looks at answers: with all answers at their lowest the levels are not the typical ones."""
    harmless = {"nonpublic": "public", "duties": ["none"], "lifetime": "years"}
    lines = [one.line for one in played if one.level == one.typical]
    assert [line for line in lines if play(line, {**read_experts()[line], **harmless}).level != 0] == []


def test_the_language_changes_nothing() -> None:
    """Answered in English, an item takes the same questions and comes to the same level."""
    for line, expert in list(read_experts().items())[::9]:
        assert play(line, expert, "en") == play(line, expert)
