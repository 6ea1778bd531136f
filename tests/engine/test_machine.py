"""One machine that does at random everything a person, a colleague, an editor or a bad network can do to an interview.

It plays random invented flows and the real ones, and after every step asks what must hold at any moment whatever.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.engine.facts import split_key
from bot.engine.interview import Interview
from bot.engine.notices import to_notices
from bot.engine.position import facts_of, replay
from bot.engine.speaking import to_prompt
from bot.prompts import Prompt
from tests.chat import IDS, Chat, content, to_route, work_out
from tests.engine.beginnings import GIVENS
from tests.engine.random_flows import flows, new_versions
from tests.factories import reroute, route

LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
REAL = ("inventory", "colleague", "company", "evaluation", "measures", "recheck")
REACHED: set[tuple[str, str]] = set()  # (flow, question or outcome) seen in any run of this file

# What people type where words are asked for; none of it is a place in a list.
WORDS = (
    "インク、紙",
    "プレスの条件表と順送の金型",
    "鈴木くんの段取りのコツ、治具",
    "前任者のノート",
    "ink, glue",
    "「例」",
    "5年",
    "内線 201",
)
NUMBERS = ("12", "３", "二十", "4.5", "1,200")
DAYS = ("2026-12-01", "11/20", "来週の水曜", "tomorrow", "令和8年12月3日")
PERSONS = ("小林", "森さん", "鈴木班長", "Kobayashi", "高橋さん(総務部)", "山本", "takahashi@example.jp")
LINES = (
    *(
        "1/0/1",
        "1/4/1",
        "4/0/2",
        "2/1/2/1",
        "1 3、棚/1/2/1 4",
        "4/4/3",
        "1 1 1",
        "3 鍵",
        "社外には出ていない",
        "1",
        "0",
    ),
    *("", "1 分からない", "1 鈴木、2 森", "1 a", "2 1", "1 山本", "送る", "1/2/3/4", "1 12"),
)
LEAVING = ("1なし", "2と3なし、忙しいので", "without 1")
NONSENSE = st.one_of(
    st.text(st.characters(exclude_characters="{}"), max_size=30),
    st.sampled_from(
        ("", "  ", "👍", "99", "？", "、", "「」", "1 99", "はいはい", "ou i", "あ" * 70, "あ" * 5000, "#!/bin/sh")
    ),
)
MOVES = (
    "戻る", "飛ばす", "分からない", "あとで", "なぜ", "例", "ヘルプ", "直す", "直す 1", "直す 2", "変える 9",
    "change nothing", "休む", "続ける", "一覧", "英語で", "in Japanese", "通報", "送る", "はい", "いいえ", "?",
    "呼ばれたので休みます", "任せる",
)  # fmt: skip


class Interviews(RuleBasedStateMachine):
    """One interview after another, with everything that can happen to it."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        super().__init__()
        self.kinds = kinds

    @initialize(data=st.data(), language=st.sampled_from(("ja", "en")), answered=st.integers(0, 16))
    def begin(self, data: st.DataObject, language: str, answered: int) -> None:
        kind = data.draw(st.sampled_from(self.kinds))
        self.subject = to_route(kind) if kind in REAL else route(data.draw(flows()))
        self.language = language
        self.begin_another(data, answered)

    @precondition(lambda self: self.chat.status in ("done", "cancelled"))
    @rule(data=st.data(), answered=st.integers(0, 16))
    def begin_another(self, data: st.DataObject, answered: int) -> None:
        """An interview nobody has touched, or one well on its way."""
        self.chat = Chat(
            self.subject, self.language, data.draw(st.sampled_from(GIVENS.get(self.subject.flow.id, ({},))))
        )
        self.chat.works_out = self.subject.flow.id == "measures" and data.draw(st.booleans())
        self.cards = [self.chat.last_prompt]
        self.last: Interview = self.chat.interview
        self.check()
        self.answer(data, answered)

    def do(self, act: Callable[[Chat], Any]) -> None:
        """Something happens once; then everything that must hold is looked at."""
        self.last = self.chat.interview
        act(self.chat)
        if self.chat.last_prompt:
            self.cards.append(self.chat.last_prompt)
        self.check()

    # -- what happens --------------------------------------------------------------------------------------------------

    @rule(data=st.data(), count=st.integers(1, 6))
    def answer(self, data: st.DataObject, count: int) -> None:
        for _ in range(count):
            if prompt := self.chat.last_prompt:
                text = data.draw(replies(prompt))
                self.do(lambda chat, text=text: chat.say(text))

    @rule(data=st.data(), count=st.integers(1, 3))
    def press(self, data: st.DataObject, count: int) -> None:
        for _ in range(count):
            if (prompt := self.chat.last_prompt) and prompt.choices:
                choice = data.draw(st.sampled_from(prompt.choices)).id
                self.do(lambda chat, choice=choice: chat.choose(choice))

    @rule(word=st.sampled_from(("飛ばす", "分からない", "あとで")), count=st.integers(1, 12))
    def hurry(self, word: str, count: int) -> None:
        """Somebody who only wants to be through: one word at everything, a press where it is not taken."""
        for _ in range(count):
            before = self.chat.position
            self.do(lambda chat: chat.say(word))
            if self.chat.choices and self.chat.position == before:
                self.do(lambda chat: chat.choose(chat.choices[0]))

    @rule(data=st.data())
    def submit(self, data: st.DataObject) -> None:
        fields = self.chat.last_prompt.fields if self.chat.last_prompt else ()
        some = data.draw(st.lists(st.sampled_from(fields))) if fields else []
        typed = st.sampled_from(("1", "12", "分からない", "鈴木", "山本", "11/20", "", ["a", "b"], "a", IDS["mori"]))
        self.do(lambda chat: chat.submit({one.id: data.draw(typed) for one in some}))

    @rule(text=NONSENSE)
    def type_nonsense(self, text: str) -> None:
        self.do(lambda chat: chat.say(text))

    @rule(text=st.sampled_from(MOVES))
    def move(self, text: str) -> None:
        self.do(lambda chat: chat.say(text))

    @rule(data=st.data())
    def go_back_and_answer(self, data: st.DataObject) -> None:
        self.do(lambda chat: chat.say("戻る"))
        self.answer(data, 1)

    @rule(first=st.sampled_from((Chat.leave, lambda chat: chat.say("休む"))), days=st.integers(0, 40))
    def pause_and_resume(self, first: Callable[[Chat], Any], days: int) -> None:
        self.do(first)
        self.do(lambda chat: chat.advance(days=days).open())

    @precondition(lambda self: self.chat.status == "open")
    @rule(surely=st.sampled_from(("no", "no", "no", "yes")))
    def cancel(self, surely: str) -> None:
        self.do(lambda chat: chat.say("やめる"))
        if "yes" in self.chat.choices:
            self.do(lambda chat: chat.choose(surely))

    @rule(language=st.sampled_from(("ja", "en", None)))
    def come_back(self, language: str | None) -> None:
        self.do(lambda chat: chat.open(language))

    @precondition(lambda self: self.chat.events)
    @rule()
    def deliver_again(self) -> None:
        """A duplicate is the store's business: a key seen before never reaches a turn."""
        before = self.chat.interview
        self.do(Chat.again)
        assert self.chat.interview == before

    @precondition(lambda self: self.chat.status == "open")
    @rule(text=st.sampled_from(WORDS), told=st.booleans(), data=st.data())
    def type_too_late(self, text: str, told: bool, data: st.DataObject) -> None:
        card = data.draw(st.sampled_from(self.cards)) if told else None
        before = self.chat.interview.snapshot
        self.do(lambda chat: chat.late(text, on=card))
        if card is None and before.path:
            assert self.chat.interview.snapshot.answers == before.answers

    @rule(data=st.data())
    def press_old_card(self, data: st.DataObject) -> None:
        card = data.draw(st.sampled_from(self.cards))
        if card.choices:
            self.do(lambda chat: chat.choose(data.draw(st.sampled_from(card.choices)).id, on=card))

    @precondition(lambda self: colleague_keys(self.chat))
    @rule(data=st.data())
    def hear_colleague(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(colleague_keys(self.chat)))
        handed = self.chat.route.flow.questions.get(str(split_key(key)[1]))
        given = [one.id for one in handed.choices if not one.move] if handed else ["me"]
        said = data.draw(st.sampled_from([*given, "unknown"]))
        self.do(lambda chat: chat.hear("kobayashi", key, {"answer": said, "person": None}))

    @precondition(lambda self: self.chat.awaited)
    @rule(data=st.data())
    def hear_what_was_worked_out(self, data: st.DataObject) -> None:
        """The result comes whenever it is ready, also for answers that were changed meanwhile, also twice."""
        place = data.draw(st.integers(0, len(self.chat.awaited) - 1))
        value = work_out(self.chat.awaited[place]) if self.subject.flow.id == "measures" else {"worth": place}
        self.do(lambda chat: chat.compute(value, place))
        assert set(self.chat.says) <= {"outcome", "flow_changed"}

    @precondition(lambda self: self.chat.last_prompt and self.chat.last_prompt.lines)
    @rule(data=st.data())
    def change_list(self, data: st.DataObject) -> None:
        self.do(lambda chat: chat.say("直す 1"))
        self.answer(data, 1)

    @precondition(lambda self: self.chat.status == "open" and self.chat.route.flow.hands)
    @rule(data=st.data())
    def hand_over(self, data: st.DataObject) -> None:
        self.do(lambda chat: chat.say("任せる"))
        self.answer(data, 1)

    @precondition(lambda self: self.chat.status in ("open", "paused"))
    @rule(data=st.data(), then=st.sampled_from(("open", "say", "press", "submit", "back")))
    def publish(self, data: st.DataObject, then: str) -> None:
        """A new version comes out between the prompt and what the person does with it."""
        self.chat.publish(reroute(self.chat.route, data.draw(new_versions(self.chat.route.flow))))
        acts: dict[str, Callable[[Chat], Any]] = {
            "open": Chat.open,
            "say": lambda chat: chat.say(data.draw(st.sampled_from(WORDS + NUMBERS))),
            "press": lambda chat: chat.choose(chat.choices[0]) if chat.choices else chat.open(),
            "submit": lambda chat: chat.submit({}),
            "back": lambda chat: chat.say("戻る"),
        }
        self.do(acts[then])

    # -- what must hold ------------------------------------------------------------------------------------------------

    def check(self) -> None:
        chat, interview = self.chat, self.chat.interview
        snapshot = interview.snapshot
        assert interview.revision >= self.last.revision
        assert len(set(snapshot.path)) == len(snapshot.path), "a question stands twice on the path"
        note_reached(chat)
        if self.last.status in ("done", "cancelled") and self.last.id == interview.id:
            assert without_answers(interview) == without_answers(self.last), "an interview that ended has moved"
            return
        check_one_question(chat)
        check_facts(chat)
        if interview.status != "cancelled":
            again = replay(chat.route, interview.given, snapshot.answers)
            assert snapshot._replace(aside=None) == again, "one step and a replay lead to different places"


def without_answers(interview: Interview) -> Interview:
    """What of an interview that ended may not change any more."""
    snapshot = interview.snapshot._replace(answers={})
    return interview._replace(snapshot=snapshot, revision=0, prompted_at=None)


def check_one_question(chat: Chat) -> None:
    """Exactly one question or an end, every text whole in both languages."""
    assert chat.status in ("open", "paused", "done", "cancelled")
    assert (chat.status == "done") == chat.position.startswith("=")
    for language in ("ja", "en"):
        speaker = chat.speaker(language)
        said = to_notices(speaker, chat.turn.says) if chat.turn else []
        if chat.status in ("open", "paused"):
            prompt = to_prompt(speaker)
            assert prompt.title
            assert (
                prompt.kind == "text" or prompt.choices or prompt.fields or prompt.kind in ("number", "date", "person")
            )
            assert all(one.label for one in (*prompt.choices, *prompt.fields)), prompt
            said += list(texts_of(prompt))
        assert not [one for one in said if re.search("[{}]", one)], said


def texts_of(prompt: Prompt) -> Iterator[str]:
    yield from (prompt.title, prompt.body, prompt.hint, prompt.moves)
    for choice in (*prompt.choices, *(choice for field in prompt.fields for choice in field.choices)):
        yield choice.label
    for field in prompt.fields:
        yield from (field.label, field.filled_label)
    for line in prompt.lines:
        yield from (line.label, line.note)


def check_facts(chat: Chat) -> None:
    """Facts hold answers on the path and standing ones, no other."""
    snapshot, standing = chat.interview.snapshot, chat.route.standing
    visible = {split_key(key) for key in snapshot.path}
    visible |= {split_key(key) for key in snapshot.answers if split_key(key)[0] in standing}
    facts = facts_of(chat.route, chat.interview.given, snapshot).answers
    flow = chat.route.flow
    for name, value in facts.items():
        abouts = set(value) if flow.questions[name].about or name in ABOUT_LINES else {None}
        assert all((name, about) in visible for about in abouts), (name, visible)


WORKED_OUT = ("found", "suggested", "weighed")  # standing questions that no colleague answers
ABOUT_LINES = ("fix_item", "colleague_says", "opinion", "fix")  # opened for a line of a list


def note_reached(chat: Chat) -> None:
    flow = chat.interview.flow
    REACHED.update((flow, split_key(key)[0]) for key in (chat.position, *chat.interview.snapshot.answers))
    REACHED.update((flow, split_key(str(chat.asked))[0]) for _ in [chat.asked] if chat.asked)


def colleague_keys(chat: Chat) -> list[str]:
    """The standing questions a colleague may answer now: of a handed-on item, or of the flow."""
    by_others = [one.id for one in chat.route.flow.questions.values() if one.by_others and one.id not in WORKED_OUT]
    asked = [key for key in chat.interview.snapshot.answers if key.startswith("who_would@")]
    return [f"{name}@{split_key(key)[1]}" for name in by_others for key in asked] + [
        n for n in by_others if n == "told"
    ]


@st.composite
def replies(draw: st.DrawFn, prompt: Prompt) -> str:
    """Something that can be understood as a reply to what is shown."""
    places = [str(place) for place, _ in enumerate(prompt.choices, 1)]
    labels = [choice.label for choice in prompt.choices]
    if prompt.kind == "several_of":
        return " ".join(draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True)))
    typed = {"text": WORDS, "number": NUMBERS, "date": DAYS, "person": (*PERSONS, *places), "form": LINES}
    without = LEAVING if prompt.flow == "measures" else ()
    return draw(st.sampled_from(typed.get(prompt.kind) or (*places, *labels, *without)))


# -- the runs --------------------------------------------------------------------------------------------------------


def play(kinds: tuple[str, ...], examples: int, steps: int) -> None:
    fixed = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Interviews(kinds), settings=fixed)


def test_random_flows_hold_together() -> None:
    """Whatever happens to an interview over any flow, it stands where its answers lead, at one question or its end."""
    play(("random",), examples=160 if LONG else 80, steps=25)


def test_inventory_holds_together() -> None:
    """The same for the inventory; and every question and every outcome of it is reached on the way."""
    play(("inventory",), examples=160, steps=30)
    check_all_reached("inventory")


def test_short_flows_hold_together() -> None:
    """And for the short flows we publish."""
    play(("colleague", "company"), examples=60, steps=20)
    check_all_reached("colleague")
    check_all_reached("company")


def test_what_follows_a_round_holds_together() -> None:
    """And for the register looked over again, where one answer speaks of several items."""
    play(("recheck",), examples=60, steps=20)
    check_all_reached("recheck")


def test_evaluation_holds_together() -> None:
    """The same for the evaluation of one item, whole, for one question, and handed over."""
    play(("evaluation",), examples=220, steps=30)
    check_all_reached("evaluation")


@pytest.mark.timeout(600 if LONG else 300)  # half a minute, where nothing else runs
def test_measures_hold_together() -> None:
    """And for how a class is protected, with what is worked out there at once, late, or for answers of before."""
    play(("measures",), examples=240 if LONG else 120, steps=40)
    check_all_reached("measures")


def check_all_reached(name: str) -> None:
    flow = content().flows[name]
    wanted = {(name, one) for one in (*flow.questions, *(f"={end}" for end in flow.outcomes))}
    assert wanted <= REACHED, wanted - REACHED
