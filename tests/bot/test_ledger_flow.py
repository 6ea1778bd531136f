"""The ledger interview: columns recognised from their heads, one press each, and levels that are only what the list
says."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.flows.ledger import word_outlook
from tests.chat import LEDGER, Chat, content


def mapping(chat: Chat) -> dict[str, Any]:
    found = chat.facts["mapping"]
    return {name: found[name] for name in ("name", "department", "owner", "level", "place")}


def with_columns(*heads: str, **more: Any) -> dict[str, Any]:
    columns = [
        {"id": f"c{at}", "letter": chr(65 + at), "head": head, "samples": [], "values": []}
        for at, head in enumerate(heads)
    ]
    return {**LEDGER, "columns": columns, **more}


def test_a_list_with_plain_heads_takes_four_presses() -> None:
    """What the heads tell is proposed; Enter three times and one press settle it."""
    chat = Chat("ledger").say("", "", "").choose("agree")
    assert chat.ended == "mapped"
    assert mapping(chat) == {"name": "c1", "department": "c2", "owner": "c3", "level": "c4", "place": "c5"}
    assert chat.facts["mapping"]["levels"] == {"極秘": 3, "秘": 2, "A": None}
    assert chat.conclusions == []


def test_no_form_has_more_than_four_lines_to_read_at_once() -> None:
    """The columns are asked two and three at a time."""
    chat = Chat("ledger")
    assert [field.id for field in chat.last_prompt.fields] == ["name", "department"]
    assert len(chat.last_prompt.lines) == 7
    chat.say("")
    assert [field.id for field in chat.last_prompt.fields] == ["owner", "level", "place"]
    assert len(chat.last_prompt.lines) == 5


def test_a_column_is_changed_by_number_letter_or_head() -> None:
    """Each way of naming a column means the same one, as the list before the person numbers it."""
    for reply in ("2 5", "2 G", "2 ランク", "大事さの区分 ランク"):
        assert mapping(Chat("ledger").say("", reply))["level"] == "c6", reply


def test_without_a_known_name_it_is_asked_and_cannot_be_skipped() -> None:
    """The name is the one column that is needed."""
    chat = Chat("ledger", given=with_columns("甲", "乙", reach="own")).say("")
    assert chat.position == "name_column"
    chat.say("飛ばす")
    assert (chat.position, chat.says) == ("name_column", ["needed"])
    assert mapping(chat.say("乙"))["name"] == "c1"


def test_without_a_department_column_the_manager_names_one_and_a_head_is_not_asked() -> None:
    """All rows go to the department named, in either language; a head's to the head's own."""
    for said in ("設計部", "Design", "2"):
        chat = Chat("ledger", given=with_columns("名称", "備考")).say("")
        assert chat.position == "which_department"
        assert chat.say(said).facts["mapping"]["whole"] == "d2"
    chat = Chat("ledger", given=with_columns("名称", "備考", reach="own")).say("")
    assert (chat.position, chat.facts["mapping"]["whole"]) == ("more", "d1")


def test_a_department_nobody_knows_takes_no_rows() -> None:
    """A name that is not in the directory leaves the rows without a department, which is told row by row."""
    chat = Chat("ledger", given=with_columns("名称", "備考")).say("", "第七室")
    assert chat.facts["mapping"]["whole"] is None


def test_another_level_column_asks_its_own_values() -> None:
    """Values answered for one column never count for another; chosen again, they are alive again."""
    chat = Chat("ledger").say("", "", "3 社外秘").say("直す 2", "2 ランク")
    assert chat.asked == "aside:effect"
    chat.say("はい")
    assert chat.position == "levels@c6"
    chat.say("1 秘")
    assert chat.facts["mapping"]["levels"] == {"高": 2, "低": None}
    assert chat.say("直す 2", "2 機密区分", "はい").facts["mapping"]["levels"] == {"極秘": 3, "秘": 2, "A": 1}


def test_it_stops_and_goes_on_days_later() -> None:
    """As every interview, it is left and taken up where it was."""
    chat = Chat("ledger").say("", "休む").advance(days=3).open()
    assert chat.position == "more"
    assert chat.say("", "", "はい").ended == "mapped"


def test_two_columns_of_one_head_are_told_apart() -> None:
    """Equal heads carry their letters where they are chosen."""
    chat = Chat("ledger", given=with_columns("名称", "担当", "担当", reach="own"))
    labels = [choice.label for choice in chat.last_prompt.fields[0].choices]
    assert labels[1:3] == ["担当 (B)", "担当 (C)"]


@given(heads=st.lists(st.text(max_size=12), min_size=1, max_size=60), reach=st.sampled_from(["all", "own"]))
def test_whatever_the_heads_say_the_interview_comes_to_its_end(heads: list[str], reach: str) -> None:
    """Any heads can be answered through to the outcome, and the name is then known."""
    chat = Chat("ledger", given=with_columns(*heads, reach=reach))
    for _ in range(8):
        if chat.ended:
            break
        answer = {"name_column": "A", "which_department": "1", "agree": "1"}.get(chat.position, "")
        chat.say(answer)
    assert (chat.ended, bool(mapping(chat)["name"])) == ("mapped", True)


COUNTS = {"rows": 9, "new": 7, "standing": 1, "gone": 0, "twice": 1, "refused": 0}


def test_the_outlook_counts_departments_in_both_languages() -> None:
    """What would happen is said with every number, and the largest departments by name."""
    words = content().catalogue["ledger"]
    told = word_outlook(
        {**COUNTS, "departments": [({"ja": f"第{n}課", "en": f"No. {n}"}, 7 - n) for n in range(6)]}, words
    )
    assert all(text in told["ja"] for text in ("9", "7", "第0課 7", "第4課 3", "…"))
    assert "No. 4 3…" in told["en"]
    assert "{" not in "".join(word_outlook({**COUNTS, "new": 0, "departments": []}, words).values())
    assert word_outlook(None, words) == words["outlook"]["later"]
