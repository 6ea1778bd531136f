"""One event handled: cards, duplicates, what the guard stopped, colleagues, and new versions of the flow."""

from typing import Any

import pytest

from bot.engine.model import Rule
from tests import factories
from tests.chat import IDS, Chat
from tests.factories import branching, edited, flow, handed_on, question, reroute, route, two_questions, worked_out

SECRETS = {
    "rows": "材料 t0.8 SPM 62 下死点 118.4 / 材料 t1.2 SPM 48 下死点 117.9 / 材料 t1.6 SPM 40 下死点 117.5",
    "credential": "サーバのパスワードは Xk9-tuna-42 です",
    "personal_number": "マイナンバーは 1234 5678 9018 です",
}


# -- cards and deliveries ----------------------------------------------------------------------------------------------


def test_old_card() -> None:
    """A card whose question is answered changes nothing and says so."""
    chat = Chat(branching())
    card = chat.last_prompt
    chat.say("はい").choose("no", on=card)
    assert [(say.notice, say.params["key"]) for say in chat.turn.says] == [("old_card", "travels")]
    assert (chat.answer("travels"), chat.position) == ("yes", "where")


def test_card_pressed_twice() -> None:
    """Two presses of one card are one answer."""
    chat = Chat(branching())
    card = chat.last_prompt
    chat.choose("yes").choose("yes", on=card)
    assert (chat.says, chat.position, len(chat.recorded)) == (["old_card"], "where", 1)


def test_card_of_a_question_that_is_gone() -> None:
    """A card of a question the flow no longer has is answered like any old card."""
    chat = Chat(branching())
    card = chat.last_prompt
    chat.say("はい", "山")
    chat.publish(reroute(chat.route, edited(chat.route.flow, without=("travels",), first="where"))).open()
    chat.choose("no", on=card)
    assert (chat.says, chat.position, len(chat.notices)) == (["old_card"], "days", 1)


def test_card_of_a_list_that_has_changed() -> None:
    """A confirmation counts only for the very list it was shown with: after an addition it is asked again."""
    chat = Chat(route(factories.listing())).say("ink, glue", "はい")
    card = chat.last_prompt
    chat.choose("more").say("thread")
    assert chat.position.startswith("confirm@")
    assert chat.asked != card.question
    chat.choose("go", on=card)
    assert (chat.says, chat.status) == (["old_card"], "open")
    chat.choose("go")
    assert chat.ended == "done"
    assert chat.conclusions[-1].params["count"] == 3


def test_same_event_again() -> None:
    """The same event delivered again changes nothing; that is the store's promise, kept before any turn."""
    chat = Chat(branching()).say("はい")
    before = chat.interview
    assert chat.again().again().interview == before
    assert len(chat.turns) == 1


def test_a_turn_is_a_function() -> None:
    """The same interview and the same event give the same turn, and neither is touched by it."""
    one, other = Chat(branching()), Chat(branching())
    before = one.interview
    kept = repr(before)
    assert one.say("はい").turn == other.say("はい").turn
    assert repr(before) == kept


# -- what the guard stopped --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("flow_id", ["branching", "form", "listing"])
def test_nothing_of_what_the_guard_stopped_is_kept(kind: str, flow_id: str) -> None:
    """Of a text that looks like contents only what it looked like and its size come through; the question stays."""
    chat = Chat(route(getattr(factories, flow_id)()))
    before = chat.interview.snapshot
    chat.paste(SECRETS[kind])
    assert chat.says == ["kept_out"]
    assert chat.interview.snapshot == before
    one = chat.recorded[-1]
    assert (one.reply.state, one.reply.value, one.said) == ("kept_out", [kind, 1, len(SECRETS[kind])], None)
    everything = repr((chat.turn, chat.events, chat.notices))
    assert not [piece for piece in SECRETS[kind].split() if len(piece) > 3 and piece in everything]


@pytest.mark.parametrize("kind", SECRETS)
def test_guard_looks_at_forms_too(kind: str) -> None:
    """A field of a form is looked at like any text."""
    chat = Chat(factories.form()).submit({"owner": SECRETS[kind], "size": "large"})
    assert (chat.says, chat.answer("sheet")) == (["kept_out"], None)
    assert SECRETS[kind] not in repr((chat.turn, chat.events))


def test_example_is_of_the_question_asked() -> None:
    """What is said beside it is about the question before the person, also where that is one asked again."""
    chat = Chat(branching()).say("はい", "山", "戻る").paste(SECRETS["rows"])
    assert chat.turn.says[0].params["key"] == "where"
    assert chat.asked == "where"


# -- colleagues --------------------------------------------------------------------------------------------------------

ME = {"answer": "me", "person": None}


def test_colleague_reopens_only_what_the_answer_changes() -> None:
    """A colleague's answer opens the question that depends on it; every other answer stays."""
    chat = Chat(handed_on()).say("1")
    assert chat.position == "end"
    chat.hear("mori", "told", ME)
    assert (chat.says, chat.position, chat.answer("colour")) == (["colleague_said"], "day", "red")
    assert chat.answer("told") == {"said": ME, "person": IDS["mori"]}


def test_colleague_does_not_disturb_the_question_before_the_person() -> None:
    """A question asked again, or a small one, stays before the person when a colleague answers."""
    chat = Chat(handed_on()).say("1", "戻る").hear("mori", "told", ME)
    assert chat.asked == "colour"
    chat = Chat(handed_on()).say("1", "やめる").hear("mori", "told", ME)
    assert chat.asked == "aside:cancel"


def test_colleague_after_the_end() -> None:
    """After the end the answer is kept and told, and the interview does not move."""
    chat = Chat(handed_on()).say("1", "おわり")
    before = chat.interview
    chat.hear("mori", "told", ME)
    assert (chat.position, chat.status, chat.interview.snapshot.path) == ("=done", "done", before.snapshot.path)
    assert chat.answer("told")["person"] == IDS["mori"]
    assert chat.says == ["colleague_said"]


def test_colleague_may_bring_the_end() -> None:
    """Where a colleague's answer leaves nothing to ask, the interview ends."""
    asked = flow(
        question("colour", "one_of", "day", choices=("red", "green")),
        question("day", "date", asked_when=factories.when("told", "is", None)),
        question("told", "text", standing=True, by_others=True),
        messages={"colleague_said_me": factories.text("me")},
    )
    chat = Chat(asked).say("1").hear("mori", "told", ME)
    assert (chat.ended, chat.says) == ("done", ["colleague_said", "outcome"])


# -- new versions of the flow ------------------------------------------------------------------------------------------


def anew(chat: Chat, *changed: Any, **more: Any) -> Chat:
    return chat.publish(reroute(chat.route, edited(chat.route.flow, *changed, **more)))


def test_flow_gets_a_question() -> None:
    """A question that comes in earlier is asked next, answers are kept, and the person is told."""
    chat = Chat(branching()).say("はい", "山")
    added = question("how", "text", [Rule(go="where")])
    led = chat.route.flow.questions["travels"].model_copy(update={"next": (Rule(go="how"),)})
    anew(chat, added, led).open()
    assert (chat.says[0], chat.position) == ("flow_changed", "how")
    assert chat.say("歩いて").position == "days"
    assert chat.answer("where") == "山"


def test_flow_loses_the_question_asked() -> None:
    """Where the present question is gone the interview goes on at the one after it."""
    chat = Chat(branching()).say("はい")
    led = chat.route.flow.questions["travels"].model_copy(update={"next": (Rule(go="days"),)})
    anew(chat, led, without=("where",)).open()
    assert (chat.says[0], chat.position) == ("flow_changed", "days")


def test_flow_loses_a_choice() -> None:
    """An answer that is no choice any more is asked again; the others wait for it."""
    chat = Chat(two_questions()).say("2")
    colour = chat.route.flow.questions["colour"]
    anew(chat, colour.model_copy(update={"choices": (colour.choices[0], colour.choices[2])})).open()
    assert (chat.says[0], chat.position) == ("flow_changed", "colour")
    assert chat.say("2").answer("colour") == "blue"


def test_flow_reworded() -> None:
    """A version that asks the same says nothing of itself."""
    chat = Chat(branching()).say("はい")
    where = chat.route.flow.questions["where"]
    anew(chat, where.model_copy(update={"limit": 5})).say("山")
    assert (chat.says, chat.position) == (["echo"], "days")
    assert chat.interview.digest == chat.route.flow.digest


@pytest.mark.parametrize("knows", [True, False])
def test_reply_to_a_question_that_moved(knows: bool) -> None:
    """A reply typed before the new version showed its question is not applied to that: it is asked what it answers."""
    chat = Chat(branching()).say("はい", "山")
    days = chat.route.flow.questions["days"]
    anew(chat, question("how", "number", "days"), days, chat_leads(chat, "where", "how"))
    chat.knows_shown = knows
    chat.say("3")
    assert (chat.says, chat.asked) == (["flow_changed"], "aside:stale")
    assert (chat.answer("how"), chat.answer("days")) == (None, None)


def chat_leads(chat: Chat, name: str, go: str) -> Any:
    return chat.route.flow.questions[name].model_copy(update={"next": (Rule(go=go),)})


def test_reply_to_a_small_question_that_is_gone() -> None:
    """A new version drops a small question; what was typed for it is not read as an answer to the flow's."""
    chat = Chat(branching()).say("はい", "山", "直す 1")
    chat.knows_shown = False
    anew(chat, chat.route.flow.questions["days"].model_copy(update={"limit": 5})).say("3")
    assert (chat.answer("days"), chat.answer("travels")) == (None, "yes")
    assert chat.asked == "aside:stale"


def test_flow_ends_by_a_new_version() -> None:
    """Where the new version has nothing left to ask, the interview ends with its outcome, once."""
    chat = Chat(branching()).say("はい", "山")
    anew(chat, chat_leads(chat, "where", "done"), chat_leads(chat, "why_not", "done"), without=("days",)).say("3")
    assert (chat.ended, chat.says, chat.answer("days")) == ("done", ["flow_changed", "outcome"], None)
    assert chat.say("3").says == ["over"]


def test_finished_interview_never_moves() -> None:
    """A finished interview stays on the version it ended with, even when a colleague answers later."""
    chat = Chat(handed_on()).say("1", "おわり")
    before = chat.interview
    anew(chat, question("more", "text"), chat_leads(chat, "end", "more"))
    chat.open().hear("mori", "told", ME)
    after = chat.interview
    assert (after.digest, after.status) == (before.digest, "done")
    assert (after.snapshot.position, after.snapshot.path) == (before.snapshot.position, before.snapshot.path)


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_queued_interview_begins_when_opened() -> None:
    """An interview that waits for its person opens with their first event, in the language asked for."""
    chat = Chat(branching())
    chat.interview = chat.interview._replace(status="queued")
    chat.open("en")
    assert (chat.status, chat.says, chat.interview.language) == ("open", [], "en")


def test_revision_grows_where_something_changed() -> None:
    """The revision grows with each change and stays where a turn only told something."""
    chat = Chat(branching())
    seen = [chat.interview.revision]
    for typed in ("なぜ", "はい", "ヘルプ", "山", "戻る", "英語で"):
        seen.append(chat.say(typed).interview.revision)
    assert seen == [0, 0, 1, 1, 2, 3, 4]


def test_today_is_where_the_person_is() -> None:
    """A day is counted from today in the person's time zone, not in ours."""
    asked = flow(question("day", "date"))
    for zone, day in (("Asia/Tokyo", "2026-11-11"), ("America/New_York", "2026-11-10")):
        chat = Chat(asked, given={"timezone": zone}).advance(hours=8)  # past midnight in Tokyo alone
        assert chat.say("明日").answer("day") == day


# -- what is worked out outside ----------------------------------------------------------------------------------------


def test_what_is_to_be_worked_out_is_asked_for_on_arrival() -> None:
    """The turn that brings an interview to a question that waits has it worked out, once, bound to its inputs."""
    chat = Chat(route(worked_out())).say("12")
    assert chat.position.startswith("thinking@")
    assert [one.key.partition("@")[2] for one in chat.awaited] == [chat.position.partition("@")[2]]
    chat.say("続ける", "なぜ", "はい").choose("look")
    assert (len(chat.awaited), chat.position.partition("@")[0]) == (1, "thinking")


def test_a_result_is_nobodys_and_silent() -> None:
    """What was worked out is recorded like an answer, says nothing, and leads on."""
    chat = Chat(route(worked_out())).say("12").compute({"worth": 1})
    assert (chat.says, chat.position, chat.turn.recorded[0].reply.value) == ([], "fits", {"worth": 1})
    assert chat.compute({"worth": 1}).position == "fits"


def test_a_changed_answer_has_it_worked_out_again() -> None:
    """A result counts for the answers it was made from; changed back, the first one counts again."""
    chat = Chat(route(worked_out())).say("12").compute().say("戻る", "13")
    assert (len(chat.awaited), chat.position.partition("@")[0]) == (2, "thinking")
    chat.compute({}, place=0)
    assert chat.position.startswith("thinking@")
    chat.compute()
    assert chat.position == "fits"
    assert chat.say("戻る", "12").position == "fits"
    assert len(chat.awaited) == 2


def test_what_is_said_while_it_is_worked_out_answers_nothing() -> None:
    """A yes typed or pressed at the question that only waits is no yes to what is asked after it; a move is one."""
    chat = Chat(route(worked_out())).say("12")
    card = chat.last_prompt
    chat.compute().late("はい", on=card)
    assert (chat.says, chat.position, chat.answer("fits")) == ([], "fits", None)
    chat.choose("look", on=card)
    assert (chat.says, chat.position) == ([], "fits")
    assert chat.late("休む", on=card).status == "paused"


def test_a_result_after_the_end_changes_nothing() -> None:
    """An interview that was cancelled meanwhile stays as it is, and so does one that waits while the person rests."""
    chat = Chat(route(worked_out())).say("12", "休む").compute()
    assert (chat.status, chat.position) == ("paused", "fits")
    chat = Chat(route(worked_out())).say("12", "やめる").choose("yes")
    before = chat.interview
    assert chat.compute().interview == before
    assert chat.says == []
