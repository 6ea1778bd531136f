"""How a class is to be protected, as a conversation: what is asked, what words mean, what comes of each decision."""

from datetime import date
from typing import Any

import pytest

from bot.conclusions import Compute, SettleClass
from bot.engine.position import Snapshot
from bot.handbook.cover import find_opened
from bot.handbook.measures import ItemClass
from tests.bot.protecting import (
    CLASSES,
    IN_PLACE_SAID,
    SATO,
    SUZUKI,
    TAKAHASHI,
    asked,
    finish,
    known,
    lines,
    open_class,
    put,
    standing,
    suggested,
)
from tests.chat import Chat, content

# -- the suggestion ----------------------------------------------------------------------------------------------------


def test_nothing_is_shown_while_it_is_worked_out() -> None:
    """The suggestion follows at once where it is there at once, and a short question waits where it is not."""
    assert asked(suggested()) == "suggestion"
    slow = Chat("measures").say(*IN_PLACE_SAID)
    assert (asked(slow), slow.choices) == ("computing", ["go_on"])
    assert [one.what for one in slow.awaited] == ["suggestion"]
    assert slow.awaited[0].given["standing"] == dict.fromkeys(
        slow.facts["list_said"] or slow.facts["stands"], "claimed"
    )


def test_five_now_and_the_others_next() -> None:
    """The list says what is for now and what for next, how many squares are met, and the effort of it all."""
    prompt = suggested().last_prompt
    assert prompt is not None
    assert len(prompt.lines) == 7
    assert [("つぎに" in line.note) for line in prompt.lines] == [False] * 5 + [True] * 2
    assert "9件" in prompt.body
    assert "14マス" in prompt.body
    assert "小5、中2" in prompt.body


@pytest.mark.parametrize(
    ("typed", "places", "reason"),
    [
        ("7なし", [7], ""),
        ("７なし", [7], ""),
        ("7はなしで", [7], ""),
        ("7は無理かな、30人なので", [7], "30人なので"),
        ("7は30人なので無理", [7], "30人なので"),
        ("7はうちの人数では無理かな", [7], ""),
        ("3と5なし", [3, 5], ""),
        ("3、5なし", [3, 5], ""),
        ("3 5 外して", [3, 5], ""),
        ("3と5以外で", [3, 5], ""),
        ("7番はやめたいです。手が足りません", [7], "手が足りません"),
        ("without 7", [7], ""),
        ("without 7, we are 30", [7], "we are 30"),
        ("drop 3 and 5", [3, 5], ""),
        ("7 won't work, we are 30", [7], "we are 30"),
        ("工程を分けるのは無理", [7], ""),
        ("撮影の禁止はなしで", [2], ""),
    ],
)
def test_left_out_in_words(typed: str, places: list[int], reason: str) -> None:
    """Places or names with a word that leaves them out, and perhaps why."""
    chat = suggested()
    picks = list(chat.facts["plan"].picks)
    key = chat.position
    chat.say(typed)
    assert chat.answer(key) == {"decline": [picks[place - 1] for place in places], "reason": reason}


@pytest.mark.parametrize("typed", ["8なし", "0なし", "7", "1で。7なし", "7はいいですね", "なしで"])
def test_what_may_mean_something_else_leaves_nothing_out(typed: str) -> None:
    """A place that is not there, or words that do not say so, take nothing out of the list."""
    chat = suggested().say(typed)
    assert not chat.facts["plan"].declined
    assert asked(chat) in ("suggestion", "aside:near")


@pytest.mark.parametrize("typed", ["全部", "7件で進める", "はい", "1", "それでお願いします、全部"])
def test_all_of_it(typed: str) -> None:
    """All of it, in whatever words, is one reply to who and when."""
    assert asked(suggested().say(typed)) in ("owners_dates", "aside:near")


def test_only_the_first_five() -> None:
    """What is for next is then not planned, and stays open without anybody having declined it."""
    chat = suggested().say("まず5件だけ")
    assert len(chat.facts["plan"].picks) == 5
    told = put(finish(chat))
    assert not [one for one in told.values() if one.state == "declined"]


# -- leaving out -------------------------------------------------------------------------------------------------------


def test_what_opens_is_shown_with_what_could_come_instead() -> None:
    """Every square that opens stands there with what it means, and up to three others with what each closes."""
    chat = suggested().say("7は無理")
    prompt = chat.last_prompt
    assert prompt is not None
    assert asked(chat) == "declined"
    assert prompt.body.count("・") == 2
    assert len(lines(chat)) == 5  # three others, left open, kept after all
    assert [one.label.endswith(")") for one in prompt.choices[:3]] == [True] * 3


def test_swapped_closes_what_it_says() -> None:
    """What comes instead is planned in its place; what it does not close stays open and is sent as open."""
    chat = suggested().say("7は無理", "2")
    assert asked(chat) == "reason"
    chat.say("30人なので", "進める")
    plan = chat.facts["plan"]
    assert dict(plan.declined) == {"c1-split-knowledge": "30人なので"}
    assert len(plan.picks) == 7
    chat = finish(chat)
    (settled,) = (one for one in chat.conclusions if isinstance(one, SettleClass))
    assert settled.open_cells == (("C1", "employee", "knowhow"),)


def test_a_reason_in_the_same_breath_is_not_asked_for() -> None:
    """Said with the place, with what comes instead, or one by one, it is not asked for again; else once for all."""
    assert asked(suggested().say("7なし、30人なので", "外したまま")) == "rest"
    assert asked(suggested().say("7なし", "外したまま、30人なので")) == "rest"
    chat = suggested().say("1と7なし", "外したまま", "外したまま")
    assert asked(chat) == "reason"
    chat.say("手が足りない")
    assert set(chat.facts["plan"].declined.values()) == {"手が足りない"}


def test_kept_after_all() -> None:
    """Having seen what opens, the person may keep it; then nothing is declined and nothing asked."""
    chat = suggested().say("7なし", "やはり採用する")
    assert asked(chat) == "rest"
    assert (len(chat.facts["plan"].picks), dict(chat.facts["plan"].declined)) == (7, {})


def test_what_is_closed_by_something_else_needs_no_reason() -> None:
    """Where what comes instead closes all of it, nothing is open and nothing has to be explained."""
    assert asked(suggested().say("7なし", "1")) == "rest"


def test_one_by_one_with_all_the_rest() -> None:
    """Each with what it does and what opens without it; the rest may be taken together."""
    chat = suggested().say("一つずつ見る")
    assert asked(chat) == "one"
    assert chat.last_prompt is not None
    assert chat.last_prompt.title.startswith("1/7")
    chat.say("採用", "外す、忙しいので", "外したまま", "残りは全部採用")
    assert asked(chat) == "owners_dates"
    assert list(chat.facts["plan"].declined.values()) == ["忙しいので"]


def test_looked_at_again_from_the_end() -> None:
    """From the map one can go back to one by one, as often as one likes; who and when are not asked twice."""
    chat = suggested().say("全部", "2 12/24", "一つずつ", "残りは全部")
    assert asked(chat) == "send_cover"
    chat.say("一つずつ", "外す", "外したまま", "残りは全部", "飛ばす")
    assert asked(chat) == "send_cover"
    told = put(chat.say("これで出す"))
    assert len([one for one in told.values() if one.state == "planned"]) == 6
    assert told["c2-photo-ban"].due_on == "2026-12-24"


@pytest.mark.parametrize(("level", "forms"), CLASSES)
def test_leaving_out_any_shows_just_what_opens(level: int, forms: tuple[str, ...]) -> None:
    """For every class and every measure suggested for it: what is said to open is what opens by the reasoning."""
    chat = open_class(level, forms)
    while asked(chat).startswith("in_place"):
        chat.say("なし")
    one = ItemClass("d1", f"L{level}-desk", level, frozenset(forms), ("i0", "i3"))
    picks = list(chat.facts["plan"].picks)
    for place, name in enumerate(picks, 1):
        other = open_class(level, forms)
        while asked(other).startswith("in_place"):
            other.say("なし")
        other.say(f"{place}なし")
        opened = find_opened(known(), one, dict.fromkeys(picks, "planned"), name)
        squares = {(cell.objective, cell.leaker) for cell in opened}
        assert asked(other) == "declined"
        assert other.last_prompt is not None
        shown = other.last_prompt.body.count("・")
        assert shown == min(len(squares), 5)  # four and a line that counts the others


# -- who, when, and how long -------------------------------------------------------------------------------------------


def test_who_and_when_are_proposed() -> None:
    """By the kind of work and the effort, on a day people work, and later for what is for next."""
    chat = suggested().say("全部")
    fields = {one["id"]: one for one in chat.facts["owner_fields"]}
    for name, now in chat.facts["plan"].picks.items():
        owner, day = fields[f"{name}.owner"]["filled"], date.fromisoformat(fields[f"{name}.day"]["filled"])
        usual = {"business": SATO}.get(known()[name].owners[0], TAKAHASHI)
        assert owner == usual
        assert day.weekday() < 5
        assert (day - date(2026, 11, 10)).days >= (28 if now and known()[name].effort == "low" else 90)


def test_an_owner_nobody_knows_is_the_managers_to_name() -> None:
    """Where the person does not know who, the measure goes forward without one."""
    told = put(finish(suggested().say("全部", "1 分からない")))
    assert told["c4-mark"].owner is None


def test_how_long_records_keep_goes_with_it() -> None:
    """Measures in place that leave records have a line of their own; what is left as not known is not made up."""
    told = put(finish(suggested().say("全部", "8 3か月")))
    assert told["c3-visitor-badge"].kept_days == 90
    assert put(finish(suggested().say("全部", "送る")))["c3-visitor-badge"].kept_days is None


def test_dates_can_be_changed_at_the_end() -> None:
    """Who and when can be changed from the map, which then shows the new days."""
    chat = suggested().say("全部", "送る", "期日を直す", "1 1月末、3 鈴木")
    assert asked(chat) == "send_cover"
    told = put(chat.say("これで出す"))
    assert (told["c4-mark"].due_on, told["c5-inventor-credit"].owner) == ("2027-01-31", SUZUKI)


# -- the map, and the end ----------------------------------------------------------------------------------------------


def test_the_map_agrees_with_its_sentence() -> None:
    """Twenty squares; as many open and planned as the words beside and below it say."""
    chat = suggested().say("1なし、今年は", "外したまま", "進める", "送る")
    prompt = chat.last_prompt
    assert prompt is not None
    assert prompt.table is not None
    marks = [mark for row in prompt.table.rows for mark in row.marks]
    assert len(marks) == 20
    for mark, word in (("in_place", "済"), ("planned", "予定"), ("open", "空き")):
        assert f"{word}{marks.count(mark)}" in prompt.body
    assert f"空いているのは{marks.count('open')}マス" in prompt.table.spoken
    assert f"予定の{marks.count('planned')}マス" in prompt.table.spoken


def test_an_earlier_answer_is_changed() -> None:
    """Its effect is shown first: squares met, decisions that no longer count; then it is worked out anew."""
    chat = suggested().say("全部", "直す 1", "1 2")
    assert asked(chat) == "aside:effect"
    assert chat.last_prompt is not None
    assert "マス" in chat.last_prompt.body
    before = len(chat.awaited)
    chat.choose("yes")
    assert asked(chat) == "suggestion"
    assert len(chat.awaited) == before + 1
    assert chat.say("直す 1", "1 2 3 5 7").choose("yes").position.startswith("owners_dates@")  # as it was before


def test_no_suggestion_where_nothing_is_missing() -> None:
    """Where everything is met, one is asked only to send it."""
    all_of = {name: standing("confirmed", place="d1", owner=SATO) for name in known()}
    chat = open_class(standing=all_of)
    chat.interview = chat.interview._replace(digest="", snapshot=Snapshot("", (), {}))  # nobody came to it yet
    chat.open()
    assert asked(chat) == "send_cover"
    chat.say("これで出す")
    assert (put(chat), chat.ended) == ({}, "sent")


def test_nothing_is_put_that_stands_already() -> None:
    """What the record has is not said again, but what is ticked now is claimed."""
    told = put(finish(open_class(standing={"c3-tidy": standing("confirmed", SATO, "d1")}).say("1 2", "なし")))
    assert "c3-tidy" not in told
    assert {one.state for one in told.values()} == {"claimed", "planned"}


def test_why_names_where_each_comes_from() -> None:
    """Asked why, the suggestion says by which rule it was made, and what is the outline's, published, or ours."""
    chat = suggested().say("なぜ")
    told = chat.notices[0]
    sources = {tag.partition(":")[0] for name in chat.facts["plan"].picks for tag in source(name)}
    for tag, word in (("seed", "骨子"), ("found", "公表資料"), ("knowledge", "この製品の提案")):
        assert (word in told) or tag not in sources


def source(name: str) -> list[str]:
    found: Any = content().catalogue["measures"]["measures"][name]["source"]
    return [str(tag) for tag in found]


def test_put_off_it_waits_whole() -> None:
    """Later, at any point, rests the whole class; nothing of it is on the record."""
    chat = suggested().say("あとで")
    assert (chat.status, [one for one in chat.conclusions if not isinstance(one, Compute)]) == ("paused", [])


def test_the_same_in_both_languages() -> None:
    """Answers given in either language lead to the same record."""
    english = (
        "locked cabinets, fixed routes, visitors signed in, no-entry sign, tidy",
        "a pledge at hiring, work rules, exit interview, morning talks",
        "without 7, we are 30",
        "2",
        "go ahead",
        "4 Sato",
        "put it forward",
    )
    japanese = (*IN_PLACE_SAID, "7なし、we are 30", "2", "進める", "4 佐藤", "これで出す")
    assert put(open_class(language="en").say(*english)) == put(open_class().say(*japanese))
