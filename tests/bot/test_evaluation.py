"""The evaluation as tired people answer it: what they type, and what is understood."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.desk import foresee
from bot.engine.model import Value
from bot.engine.position import Reply, facts_of
from tests.chat import GIVEN, IDS, Chat

OUTSIDE = {"nonpublic": "never", "duties": ["none"], "lifetime": "always", "technical": "yes"}
CORE = ("1/0/1", "会社の強みそのもの")
ITEM = {**GIVEN["evaluation"]["item"], "proposals": {"ways": ["desk"], "useful": ["make", "save"]}}


def evaluate(*says: str, language: str = "ja", **given: Value) -> Chat:
    return Chat("evaluation", language, given).say(*says)


def at_handling(*says: str) -> Chat:
    """The form of how a thing is handled, where only the marks are open."""
    return evaluate(*CORE, *says, item=ITEM)


def fields(chat: Chat) -> dict[str, Any]:
    """What stands in a form, whether it was answered or is being asked a field at a time."""
    aside = chat.interview.snapshot.aside or {}
    key = str(aside["key"]) if "told" in aside else chat.interview.snapshot.path[-1]
    return dict(aside["told"]) if "told" in aside else dict(chat.answer(key))


def test_a_scale_answered_with_its_number() -> None:
    """「2」 is the second of the list, in any width, with its counter, and with a doubt around it."""
    for typed in ("2", "２", "2番", "二", "②", "たぶん2", "まあ２かな", "主力に効くと思います"):
        assert evaluate("1/0/1", typed).answer("economic") == "main", typed


def test_a_late_line_is_asked_about() -> None:
    """A line typed before the question was seen is not taken for its answer: the person says which one it is for."""
    chat = evaluate("1/0/1")
    chat.late("1")
    assert chat.asked == "aside:stale"
    assert chat.answer("economic") is None
    chat.choose("now")
    assert chat.answer("economic") == "core"


def test_two_lines_in_a_hurry() -> None:
    """The answer and the next one typed at once: the first counts, the second is asked about and not lost."""
    chat = evaluate()
    card = chat.last_prompt
    chat.say("1/0/1").late("会社の強みそのもの", on=card)
    assert chat.asked == "aside:stale"
    chat.choose("now")
    assert chat.answer("economic") == "core"


@pytest.mark.parametrize("name", ["例", "なぜ", "2", "report", "休む"])
def test_an_item_may_be_called_like_a_word_of_ours(name: str) -> None:
    """An item called 例 is spoken of by its name, and the word still works as a word."""
    item = {**GIVEN["evaluation"]["item"], "name": name, "name_en": None}
    chat = evaluate("1/0/1", "1", "1/1/2/1", "4/4/3", item=item)
    assert name in chat.last_prompt.body  # type: ignore[union-attr]
    assert chat.say("なぜ").says == ["why"]
    assert chat.say("1").ended == "proposed"


@pytest.mark.parametrize(
    "typed", ["月次のreportに載せている", "営業レポートとして出す、鍵", "the report binder in the office"]
)
def test_report_inside_a_sentence_reports_nothing(typed: str) -> None:
    """The word inside an answer is part of it; only the word alone asks for the desk."""
    assert "report_desk" not in at_handling(f"1 紙、{typed}").says
    assert at_handling("report").says == ["report_desk"]


@pytest.mark.parametrize(
    ("typed", "level", "reason"),
    [
        ("秘。新ラインで来年には使わなくなるので", 2, "新ラインで来年には使わなくなるので"),
        ("秘でいいです", 2, None),
        ("秘で十分", 2, None),
        ("社外秘 古いから", 1, "古いから"),
        ("2 古いから", 1, "古いから"),
        ("秘にしてください。大げさなので", 2, "大げさなので"),
        ("提案のまま", 3, None),
        ("極秘のまま", 3, None),
    ],
)
def test_another_level_in_one_s_own_words(typed: str, level: int, reason: str | None) -> None:
    """A level with or without its reason; a reason left out is asked for once and may be skipped."""
    chat = evaluate(*CORE, "1/1/2/1", "4/4/3", "レベルを変える", typed)
    for _ in range(3):
        chat.say("飛ばす") if chat.ended is None else None
    judged = chat.conclusions[0]
    assert judged.level == level  # type: ignore[union-attr]
    told = judged.judgement["overruled"]  # type: ignore[union-attr]
    assert told == ({"reason": reason} if level < 3 else None)


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("outside", "公開していない"),
        ("outside", "公開はしていない"),
        ("outside", "公開ではない / なし / ずっと"),
        ("economic", "会社の強みではない"),
        ("economic", "強み、とまでは言えない"),
        ("economic", "主力じゃない"),
        ("economic", "主力、ではなく一部の商品"),
        ("economic", "主力か一部"),
        ("loss", "売上が落ちることはない"),
        ("loss", "手間だけではない"),
        ("handling", "3 パスワードなし"),
        ("overrule", "公開しない"),
        ("overrule", "公開ではない"),
        ("overrule", "秘ではなく社外秘"),
        ("overrule", "公開特許になるので社外秘"),
        ("conclusion", "OK。ただし秘で"),
        ("conclusion", "はい、でもレベルは下げて"),
    ],
)
def test_what_is_taken_back_is_not_taken(question: str, typed: str) -> None:
    """A label with a denial or another label behind it is asked back or asked again, never taken for the label."""
    before = {
        "outside": (),
        "economic": ("1/0/1",),
        "loss": ("1/0/1", "3"),
        "handling": CORE,
        "conclusion": (*CORE, "1/1/2/1", "4/4/3"),
        "overrule": (*CORE, "1/1/2/1", "4/4/3", "2"),
    }
    chat = evaluate(*before[question])
    assert chat.position == question
    chat.say(typed)
    assert chat.position == question
    assert chat.answer(question) is None
    if chat.asked == "aside:near":
        assert chat.choose("no").position == question


def test_a_form_asked_in_part_keeps_what_was_told() -> None:
    """A field not understood while changing a form is asked alone; what was told before stands."""
    chat = evaluate("2/1/2/2", item={**GIVEN["evaluation"]["item"], "proposals": {"lifetime": "always"}})
    chat.say("直す 1", "社外には出ていない / ほげほげ", "なし")
    if chat.asked == "aside:effect":
        chat.choose("yes")
    told = chat.answer("outside")
    assert told == {"nonpublic": "never", "duties": ["none"], "lifetime": "years", "technical": "no"}


def test_one_question_is_not_handed_on() -> None:
    """Who is asked one thing cannot hand the whole on; don't know is what there is to say."""
    asked = {"only": "loss", "asker": {"person": IDS["suzuki"]}, "origin": {"interview": "i2", "key": "opinion@loss"}}
    item = {"name": "段取りのコツ", "technical": "yes"}
    chat = evaluate("任せる 森さん", item=item, **asked)
    assert chat.says == ["not_handed_over"]
    assert chat.position == "loss"


def test_a_promise_is_not_waived_by_a_level() -> None:
    """Made public against a written promise, the next act is to ask whom it was promised."""
    item = {**GIVEN["evaluation"]["item"], "entrusted": "yes"}
    chat = evaluate("2/1/2", "4", "4", "1/4/4/1", "2", "公開", "飛ばす", item=item)
    assert chat.ended == "proposed"
    judged = chat.conclusions[0]
    assert judged.level == 0  # type: ignore[union-attr]
    assert judged.judgement["next"] == "next_check_promise"  # type: ignore[union-attr]


def test_skipping_the_level_puts_nothing_forward() -> None:
    """Who asked for another level and skips is asked again, not taken at the higher."""
    chat = evaluate(*CORE, "1/1/2/1", "4/4/3", "レベルを変える", "飛ばす")
    assert chat.ended is None
    assert chat.says == ["needed"]


def test_a_change_tells_its_effect_and_keeps_its_word() -> None:
    """What the preview says of level and class is what stands after the change, also where more is asked."""
    chat = evaluate(*CORE, "1/1/2/1", "4/4/3", "直す 2", "3")
    assert chat.asked == "aside:effect"
    shown = chat.last_prompt.body  # type: ignore[union-attr]
    chat.choose("yes").say("2")
    assert chat.asked == "conclusion"
    assert set(chat.interview.snapshot.path) >= {"handling", "patent"}
    assert "いまの扱い" not in shown


def test_a_sentence_that_corrects_an_answer() -> None:
    """「社外で見られるかを直したい」 opens that answer; the reply is not taken for another."""
    chat = evaluate(*CORE, "1/1/2/1", "4/4/3", "社外で見られるかを直したい。業界では知られてるわ")
    assert chat.interview.snapshot.aside["key"] == "outside"  # type: ignore[index]
    chat.say("業界では知られている")
    assert chat.asked == "aside:effect"


@pytest.mark.parametrize("typed", ["任せる 鈴木さん", "鈴木くんに任せる", "hand over to Suzuki", "鈴木さんに頼みます"])
def test_handed_over_in_one_breath(typed: str) -> None:
    """With the name in the same line it is done at once."""
    chat = evaluate(typed)
    assert chat.ended == "handed_over"
    assert chat.conclusions[0].person == IDS["suzuki"]  # type: ignore[union-attr]


def test_handed_to_oneself_goes_on() -> None:
    """Naming oneself is no handing over."""
    chat = evaluate("任せる", "私")
    assert chat.ended is None
    assert chat.asked == "outside"


def test_nobody_to_ask_is_asked_once() -> None:
    """Who has no idea whom to ask is not asked the same for every open answer."""
    chat = evaluate("1/0/1", "分からない", "分からない", "分からない", "思い当たらない")
    assert chat.position == "handling"


def test_where_nobody_knows_both_ends_are_told() -> None:
    """An open answer leaves the level open, on the long card and on the short one."""
    for again in (False, True):
        chat = evaluate("1/0/1", "3", "飛ばす", "なし", "1/1/2/1", "4/4/3", again=again)
        body = chat.last_prompt.body  # type: ignore[union-attr]
        assert "社外秘" in body
        assert "極秘" in body
        judged = chat.say("1").conclusions[0]
        assert (judged.judgement["low"], judged.judgement["high"]) == (1, 3)  # type: ignore[union-attr]


def test_later_rests() -> None:
    """あとで puts the item away; nothing is taken as not known."""
    chat = evaluate("1/0/1", "あとで")
    assert chat.status == "paused"
    assert chat.answer("economic") is None


def test_what_protects_it_is_never_guessed() -> None:
    """A mark or a lock of another item is not proposed for this one."""
    before = {
        "handling": {"marks": ["lock"], "ways": ["outside"]},
        "outside": {"lifetime": "years", "duties": ["none"]},
    }
    chat = evaluate(defaults=before, again=True)
    filled = {line.id: line.filled for line in chat.last_prompt.fields}  # type: ignore[union-attr]
    assert filled == {"nonpublic": None, "duties": ["none"], "lifetime": "years", "technical": "yes"}
    chat.say("1", "1")
    filled = {line.id: line.filled for line in chat.last_prompt.fields}  # type: ignore[union-attr]
    assert filled["marks"] is None
    assert filled["ways"] is None


def forms(**values: Any) -> Any:
    return st.fixed_dictionaries({name: st.sampled_from(value) for name, value in values.items()})


ANSWERS = {
    "outside": forms(
        nonpublic=("never", "few", "trade", "public", "unknown"),
        duties=(["none"], ["contract"], ["personal_many"], ["personal_sensitive"], ["export"], "unknown"),
        lifetime=("always", "launch"),
        technical=("yes", "no"),
    ),
    "economic": st.sampled_from(("core", "main", "some", "hardly")),
    "loss": st.sampled_from(("business", "sales", "effort", "none")),
    "others": st.sampled_from((["partner"], ["misuse"], ["none"])),
    "export": st.sampled_from(("outside", "partly", "controlled")),
    "handling": forms(
        forms=(["paper"], ["knowhow"]),
        ways=(["desk"], ["shared"]),
        marks=(["none"], ["mark", "lock"]),
        useful=(["make"],),
    ),
    "patent": forms(analysable=("at_once", "no"), detect=("never", "mostly"), standard=("spread", "secret")),
}


def to_fields(value: dict[str, Value]) -> dict[str, Value]:
    return {name: "分からない" if one == "unknown" else one for name, one in value.items()}


def answer_all(chat: Chat, data: st.DataObject) -> None:
    """Each question as it comes, until the proposal stands there."""
    while chat.position != "conclusion":
        value = data.draw(ANSWERS[chat.position])
        if isinstance(value, dict):
            chat.submit(to_fields(value))
        elif isinstance(value, list):
            chat.say(str(chat.choices.index(value[0]) + 1))
        else:
            chat.choose(value)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_what_a_change_would_do_is_what_it_does(data: st.DataObject) -> None:
    """Every fact the preview tells of stands so once the change is made and what it newly asks is passed over."""
    chat = evaluate(item={**ITEM, "proposals": {}})
    answer_all(chat, data)
    key = data.draw(st.sampled_from([one for one in chat.interview.snapshot.path if one in ANSWERS]))
    reply = Reply("answered", data.draw(ANSWERS[key]))
    snapshot, route, given = chat.interview.snapshot, chat.route, chat.interview.given
    foreseen, asked = foresee(route, given, snapshot, {**snapshot.answers, key: reply})
    told = {fact: facts_of(route, given, foreseen)[fact] for fact in route.flow.compares}
    chat.say(f"直す {snapshot.path.index(key) + 1}")
    if isinstance(reply.value, dict):
        chat.submit(to_fields(reply.value))
    else:
        chosen = reply.value[0] if isinstance(reply.value, list) else reply.value
        chat.say(str(chat.choices.index(chosen) + 1))
    if chat.asked == "aside:effect":
        chat.choose("yes")
    for one in asked:
        assert chat.position == one
        chat.say("飛ばす")
    assert chat.position == "conclusion"
    assert {fact: chat.facts[fact] for fact in route.flow.compares} == told


def test_what_cannot_change_anything_is_not_asked() -> None:
    """With one answer open and the next settling the rest, no question follows whose answer could move neither end."""
    chat = evaluate("1/0/1", "分からない", "売上や交渉力が落ちる")
    assert chat.position == "who_would@economic"
    assert "others" not in chat.interview.snapshot.path


def test_nothing_known_is_not_called_public() -> None:
    """Where nobody knew anything the level is not decided, and said so."""
    chat = evaluate("")
    for _ in range(12):
        if chat.position == "conclusion":
            break
        chat.say("思い当たらない" if chat.position.startswith("who_would") else "分からない")
    assert "公開" not in chat.last_prompt.body.split("\n")[1]  # type: ignore[union-attr]


def test_know_how_is_not_put_behind_a_lock() -> None:
    """What is in people's heads alone cannot be locked away; the next act is a promise."""
    chat = evaluate("1/0/1", "3", "3", "なし", "3/1/1/1", item={**ITEM, "technical": "no"})
    assert chat.facts["next_act"] == "next_promise_all"
