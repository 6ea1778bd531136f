"""The forms of the evaluation as tired people type them: what is understood, and what is asked back."""

from typing import Any

import pytest

from tests.bot.test_evaluation import OUTSIDE, at_handling, evaluate, fields


@pytest.mark.parametrize(
    "typed",
    [
        "1/0/1",
        "１／０／１",
        "1 0 1",
        "1\n0\n1",
        "1、0、1",
        "1:1 2:0 3:1",
        "1)1 2)0 3)1",
        "1 1、2 0、3 1",
        "社外には出ていない / どれもない / ずっと",
        "出てない、なし、ずっと",
        "社外には出ていない どれもない ずっと",
        "ずっと、社外には出ていない、2 どれもない",
    ],
)
def test_one_line_for_a_whole_form(typed: str) -> None:
    """However the fields are parted, the same form is understood; what is unclear is asked, never guessed."""
    chat = evaluate(typed)
    if typed.startswith("ずっと"):  # labels in any order and a row by its place do not go together
        assert "outside" not in chat.interview.snapshot.answers
    else:
        assert chat.answer("outside") == OUTSIDE


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3 1", {"marks": ["mark"]}),
        ("3 2", {"marks": ["lock"]}),
        ("3 鍵", {"marks": ["lock"]}),
        ("3 鍵とパスワード", {"marks": ["lock", "password"]}),
        ("3 鍵、パスワード", {"marks": ["lock", "password"]}),
        ("3 0", {"marks": ["none"]}),
        ("2", {"marks": ["lock"]}),
        ("鍵", {"marks": ["lock"]}),
        ("鍵かけてある", {"marks": ["lock"]}),
        ("なし", {"marks": ["none"]}),
        ("秘密と分かるもの 表示", {"marks": ["mark"]}),
        ("4 1", {"useful": ["make"]}),
        ("2 2", {"ways": ["company"]}),
        ("2 3", {"ways": ["outside"]}),
        ("1 1", {"forms": ["paper"]}),
        ("1 紙、P-3機の横の棚", {"forms": ["paper", {"own": "P-3機の横の棚"}]}),
        ("1 紙 P-3機の横の棚", {"forms": ["paper", {"own": "P-3機の横の棚"}]}),
        ("1 紙、B-3 鍵の棚", {"forms": ["paper", {"own": "B-3 鍵の棚"}]}),
        ("1 1 3、P-3機の横の棚", {"forms": ["paper", "knowhow", {"own": "P-3機の横の棚"}]}),
        (
            "1 3、P-3機の横の棚 / 1 / 2 / 1 4",
            {"forms": ["paper", "knowhow", {"own": "P-3機の横の棚"}], "marks": ["lock"]},
        ),
        ("1 紙とデータ", {"forms": ["paper", "electronic"]}),
        (
            "紙とデータ / 部署の中 / 鍵 / つくる",
            {"forms": ["paper", "electronic"], "marks": ["lock"], "useful": ["make"]},
        ),
        ("1 1 2 3 2", None),
        ("1 1 2", None),
        ("2 0 3 2", None),
    ],
)
def test_some_lines_of_a_form(typed: str, expected: dict[str, Any] | None) -> None:
    """A row by its place, a label, or a number for the one open row; two ways to read it are never one guess."""
    chat = at_handling(typed)
    if expected is None:
        assert chat.says == ["form_unclear"]
        assert chat.asked == "handling"
    else:
        told = fields(chat)
        assert {name: told[name] for name in expected} == expected


def test_a_form_is_confirmed_in_the_person_s_words() -> None:
    """What was told is said back, what was only proposed is not."""
    said = at_handling("3 鍵").notices
    assert len(said) == 1
    assert "鍵" in said[0]
    assert "部署の中" not in said[0]
    assert at_handling("3 鍵").answer("handling")["ways"] == ["desk"]
    confirmed = at_handling("2 部署の中だけ、3 鍵").recorded[-1].reply
    assert confirmed.filled == ("forms", "ways", "useful")


def test_none_of_all_leaves_what_has_no_none() -> None:
    """「全部なし」 fills only what can be none: a thing stays technology."""
    chat = evaluate("全部なし", "1", "1")
    assert chat.answer("outside") == OUTSIDE


@pytest.mark.parametrize("typed", ["", "送る", "1", "１番", "出とらんよ", "社外には出てないと思います", "うーん"])
def test_what_is_open_is_asked_one_by_one(typed: str) -> None:
    """Nothing, one answer, or nothing that can be understood: the rest is asked a field at a time."""
    chat = evaluate(typed)
    assert chat.asked == "outside"
    assert chat.last_prompt is not None
    assert chat.last_prompt.kind in ("one_of", "several_of")
    while chat.position == "outside":
        assert chat.last_prompt.kind != "form"
        chat.say("0" if chat.last_prompt.kind == "several_of" else "1")
    assert chat.answer("outside") == OUTSIDE


def test_one_field_may_stay_unknown() -> None:
    """Don't know, skip and back work within the one-by-one, too."""
    chat = evaluate("", "分からない", "飛ばす", "1")
    assert chat.answer("outside") == {**OUTSIDE, "nonpublic": "unknown", "duties": "unknown"}
    assert evaluate("", "1", "戻る").last_prompt.kind == "form"  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["鍵かけてる", "鍵のかかる棚", "表示だけ", "契約書は交わしてる", "誓約書もらってる"])
def test_one_word_inside_an_answer_is_asked_back(typed: str) -> None:
    """A label inside a longer answer to one field is asked back, and a yes takes it; nothing breaks on the way."""
    chat = at_handling("", typed)
    if chat.asked == "aside:near":
        assert chat.last_prompt is not None
        assert chat.last_prompt.title
        chat.choose("yes")
    marks = fields(chat)["marks"]
    assert marks in (["lock"], ["mark"], ["promise"])


def test_no_key_is_not_no_mark_at_all() -> None:
    """「鍵なし」 denies the key alone; it is asked back, not taken for none."""
    chat = at_handling("鍵なし")
    assert "handling" not in chat.interview.snapshot.answers


def test_an_empty_place_between_slashes_leaves_what_stands() -> None:
    """`//2` changes the third line alone."""
    told = fields(at_handling("//2"))
    assert (told["marks"], told["ways"]) == (["lock"], ["desk"])


def test_a_whole_form_typed_at_one_field_is_read_as_that() -> None:
    """`1 3/1/2/1 4` where one field is asked answers the form, not that field."""
    told = fields(at_handling("", "1 3/1/2/1 4"))
    assert (told["marks"], told["forms"]) == (["lock"], ["paper", "knowhow"])


@pytest.mark.parametrize("typed", ["疲れた", "ちょっと休む", "電話だ、あとで"])
def test_a_tired_word_rests(typed: str) -> None:
    """Whoever has to go is let go, also at a form."""
    assert evaluate(typed).status == "paused"
