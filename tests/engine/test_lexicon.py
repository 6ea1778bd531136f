"""The words people type, brought to one form and told apart from answers."""

from itertools import combinations

import pytest

from bot.engine.lexicon import Move, clean, fold, has_letters, read_move, read_move_within, unquote
from tests.chat import shared


@pytest.mark.parametrize(
    ("typed", "kept", "removed"),
    [
        ("金型", "金型", 0),
        ("  金型\r\n治具\r", "金型\n治具", 0),
        ("金\u200b型\u202e\ufeff", "金型", 3),
        ("a\x00b\x07c", "abc", 2),
        ("か\u3099", "が", 0),
        ("\ud800x", "x", 1),
        ("", "", 0),
    ],
)
def test_clean(typed: str, kept: str, removed: int) -> None:
    """Characters nobody sees are taken out and counted; line ends and letters come to one form."""
    assert clean(typed) == (kept, removed)


@pytest.mark.parametrize("typed", ["OK", "ok", "ＯＫ", " ok ", "ok。", "OK!", "ｏｋ．", "ok、"])
def test_fold(typed: str) -> None:
    """Width, case, outer spaces and closing marks make no difference between two words."""
    assert fold(typed) == "ok"


def test_has_letters() -> None:
    """Letters of any script and digits can be read; marks, spaces and emoji alone cannot."""
    assert all(map(has_letters, ["あ", "a", "1", "①", "…a", "ﾊ"]))
    assert not any(map(has_letters, ["", " ", "。", "👍", "👨‍👩‍👧", "!?", "\u3000"]))


@pytest.mark.parametrize(
    ("typed", "inside"),
    [
        ("「例」", "例"),
        (" 「例」 ", "例"),
        ("“back”", "back"),
        ('"x"', "x"),
        ("例", None),
        ("「例」です", None),
        ("「」", None),
    ],
)
def test_unquote(typed: str, inside: str | None) -> None:
    """Only a message that stands between quotation marks as a whole is meant literally."""
    assert unquote(typed) == inside


@pytest.mark.parametrize(
    ("typed", "move"),
    [
        ("戻る", Move("back")),
        ("もどる。", Move("back")),
        ("ＳＫＩＰ", Move("skip")),
        ("?", Move("unknown")),
        ("？", Move("unknown")),
        ("なぜ？", Move("why")),
        ("why?", Move("why")),
        ("直す 2", Move("change", "2")),
        ("直す２", Move("change", "2")),
        ("Change 2", Move("change", "2")),
        ("直す 順送金型", Move("change", "順送金型")),
        ("In English", Move("english")),
        ("戻るボタン", None),
        ("次の型", None),
        ("「戻る」", None),
        ("直すもの", None),
        ("changeover", None),
        ("", None),
    ],
)
def test_whole_message(typed: str, move: Move | None) -> None:
    """A move is read only where the whole message is its word; `change` may say what."""
    assert read_move(typed, shared()) == move


def test_within() -> None:
    """Inside a message only the phrases that content lists count: for a pause, and for a report by name."""
    assert read_move_within("急に呼ばれたので", shared()) == Move("pause")
    assert read_move_within("Sorry, I HAVE TO GO", shared()) == Move("pause")
    assert read_move_within("通報の手順", shared()) is None
    assert read_move_within("図面が漏れました", shared()) is None
    assert read_move_within("図面が漏れました", shared(), "report") == Move("report")
    assert read_move_within("通報の手順", shared(), "report") is None
    assert {name for name, words in shared().moves.items() if words.within} == {
        "pause",
        "report",
        "change",
        "hand_over",
    }


def test_no_spelling_has_two_meanings() -> None:
    """No word stands for two moves."""
    moves = {
        name: {fold(word) for word in (words.shown.ja, words.shown.en, *words.also)}
        for name, words in shared().moves.items()
    }
    assert not [(one, other) for one, other in combinations(moves, 2) if moves[one] & moves[other]]
    assert not {fold(word) for word in shared().yes.also} & {fold(word) for word in shared().no.also}
