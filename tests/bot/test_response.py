"""The first hour of a case and its further course, as whoever took it talks it through."""

from typing import Any

import pytest

from bot.conclusions import (
    AskReporter,
    BeginInterview,
    CloseIncident,
    Conclusion,
    LetIn,
    NoteIncident,
    OpenIncident,
    PutTask,
)
from bot.flows.case import list_deadlines
from tests.cast import IDS
from tests.chat import Chat, content
from tests.given import CASE, LATER

FIRST = ("はい", "1", "ない", "1", "送る", "2")  # up to the team


def kinds(chat: Chat, kind: type[Conclusion]) -> list[Any]:
    return [one for one in chat.conclusions if isinstance(one, kind)]


def tasks(chat: Chat) -> dict[str, str | None]:
    return {one.task: one.owner for one in kinds(chat, PutTask)}


def noted(chat: Chat) -> dict[str, Any]:
    """The facts that stand after what was noted."""
    return {name: value for one in kinds(chat, NoteIncident) for name, value in one.facts.items()}


def given(**changed: Any) -> dict[str, Any]:
    return {"case": {**CASE, **changed}}


# -- the first hour ----------------------------------------------------------------------------------------------------


def test_every_answer_is_written_as_it_comes() -> None:
    """Whoever stops in the middle loses nothing: what was said so far stands in the case."""
    chat = Chat("response").say("はい", "1 2")
    assert noted(chat)["stops"] == ["account", "share"]
    chat.say("ない")
    assert tasks(chat) == {"stop-account": IDS["mori"], "stop-share": IDS["mori"]}
    chat.say("休む")
    assert chat.status == "paused"
    assert noted(chat)["stops"] == ["account", "share"]


def test_it_begins_with_the_clock_and_the_three_things_not_to_do() -> None:
    """The instant is shown where the person is, and every one of the three don'ts, before anything is asked."""
    chat = Chat("response")
    assert chat.last_prompt is not None
    dont = [chat.facts[f"dont_{place}"][chat.interview.language] for place in (1, 2, 3)]
    assert all(one in chat.last_prompt.body for one in dont)
    assert "16:13" in chat.last_prompt.body  # 07:13 in UTC


def test_the_clock_is_put_right_by_a_day_and_a_time() -> None:
    """A past day with a time moves the instant, one to come is not taken, and a day alone is its beginning."""
    chat = Chat("response").choose("fix").say("12/24")
    assert kinds(chat, NoteIncident) == []
    chat.say("昨日 14:30")
    assert noted(chat)["aware_at"] == "2026-11-08T14:30:00+09:00"
    assert chat.asked == "clock"
    chat.choose("fix").say("11/7")
    assert noted(chat)["aware_at"] == "2026-11-07T00:00:00+09:00"


def test_who_may_be_involved_is_asked_nothing() -> None:
    """Where the one who looks after systems may be involved, somebody else is named, and only they are asked."""
    chat = Chat("response").say("はい", "1", "あるかもしれない")
    assert chat.asked == "who_it"
    assert tasks(chat) == {}
    chat.say("小林さん")
    assert tasks(chat) == {"stop-account": IDS["kobayashi"]}


def test_whoever_is_kept_out_is_asked_nothing_and_let_in_nowhere() -> None:
    """Named as the one to stop it or as one of the team, they are passed over, and the person hears why."""
    chat = Chat("response").say("はい", "1", "あるかもしれない", "鈴木さん")
    assert tasks(chat) == {}
    chat.say("1", "送る", "2", "3 鈴木さん")
    (team,) = kinds(chat, LetIn)
    assert IDS["suzuki"] not in team.roles
    assert chat.facts["left_out"] == [{"person": IDS["suzuki"]}]


def test_evidence_comes_from_the_register_and_what_vanishes_first_is_first() -> None:
    """The camera of 14 days stands before the log of 90; of what nobody named the days it says so."""
    chat = Chat("response").say("はい", "なし", "1")
    assert chat.asked == "traces"
    assert chat.last_prompt is not None
    assert chat.last_prompt.table is not None
    rows = [row.label for row in chat.last_prompt.table.rows]
    traces = chat.facts.catalogue["incident"]["traces"]
    names = [traces[one]["name"]["ja"] for one in ("camera", "server-log", "entry-log")]
    assert [one for one in rows if one in names] == names
    assert all(len(row.cells) == len(chat.last_prompt.table.columns) for row in chat.last_prompt.table.rows)
    chat.say("送る")
    assert {"trace-camera", "trace-server-log"} <= set(tasks(chat))
    assert tasks(chat)["trace-camera"] == IDS["takahashi"]


def test_of_an_item_nobody_knows_the_usual_records_are_shown() -> None:
    """None of the items: what there usually is comes up, as not known, and nothing is asked for by itself."""
    chat = Chat("response").say("はい", "なし", "どれでもない")
    assert noted(chat)["items"] == []
    assert chat.asked == "traces"
    assert chat.facts["trace_filled"] != [one["id"] for one in chat.facts["trace_options"]]


def test_a_weak_suspicion_asks_for_no_team_and_no_plan() -> None:
    """It is watched: only what settles deadlines is still asked."""
    chat = Chat("response").say("はい", "なし", "1", "いまは頼まない", "まだ弱い")
    assert chat.asked == "legal"
    chat.say("いいえ/いいえ/いいえ/いいえ")
    assert chat.ended == "first_done"
    assert (noted(chat)["grade"], noted(chat)["first"]) == ("weak", "done")
    assert kinds(chat, LetIn) == []


def test_what_is_answered_settles_what_is_owed() -> None:
    """Personal data and a sensitive kind make the quick report due; a no takes it off the list."""
    chat = Chat("response").say(*FIRST, "送る", "はい/いいえ/いいえ/いいえ", "はい/いいえ/いいえ/いいえ")
    assert any("速報" in str(line) for line in chat.facts["deadline_lines"])
    assert noted(chat)["answers"]["sensitive"] == "yes"
    none = Chat("response").say(*FIRST, "送る", "いいえ/いいえ/いいえ/いいえ")
    assert not any("速報" in str(line) for line in none.facts["deadline_lines"])


def test_a_contracts_own_hours_count() -> None:
    """A contract is asked for its hours; they are kept, and without them the earliest is reckoned with."""
    chat = Chat("response").say(*FIRST, "送る", "いいえ/はい/いいえ/いいえ")
    assert chat.asked == "term"
    chat.say("48")
    assert noted(chat)["term"] == 48
    (line,) = [line for line in chat.facts["deadline_lines"] if "契約" in str(line)]
    assert line["message"] == "deadline"


def test_the_plan_goes_to_the_team_and_can_be_changed_line_by_line() -> None:
    """Tasks go to whoever of the team does such work, else to the leader; a line is given to somebody else."""
    chat = Chat("response").say(*FIRST, "送る", "いいえ/いいえ/いいえ/いいえ")
    assert chat.asked == "plan"
    chat.say("直す 2", "小林さん", "この割り振りで頼む")
    assert chat.ended == "first_done"
    put = tasks(chat)
    assert put["fr-03"] == IDS["mori"]
    assert put["fr-04"] == IDS["kobayashi"]
    assert [one.flow for one in kinds(chat, BeginInterview)] == ["course"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_asked_whether_to_confront_now_it_says_the_same_at_every_question(language: str) -> None:
    """Help tells to take the records first, then to talk in pairs, wherever somebody is."""
    told = []
    for flow, says in (("response", ()), ("response", ("1",)), ("course", ())):
        chat = Chat(flow, language).say(*says).say("ヘルプ")
        told.append(" ".join(chat.notices))
    word = "記録" if language == "ja" else "records"
    assert all(word in one for one in told)


def test_it_is_forgotten_whole() -> None:
    """Once what it was given is gone, every question still can be shown, and nothing is concluded."""
    chat = Chat("response", given={"case": None})
    chat.say("はい", "なし")
    assert not [one for one in chat.conclusions if isinstance(one, PutTask | LetIn)]


# -- how it goes on ----------------------------------------------------------------------------------------------------


def test_the_whole_is_shown_before_the_next_act() -> None:
    """What is done, what waits and what comes next stand in the question; so does what whoever reported replied."""
    chat = Chat("course")
    assert chat.last_prompt is not None
    assert all(chat.facts[name] for name in ("done_line", "waiting_line", "own_line", "news_line"))
    assert LATER["case"]["replies"][0]["words"] in chat.last_prompt.body


def test_a_reply_counts_as_seen_once_the_person_went_on() -> None:
    """The next act notes how far they have read; where there was nothing new nothing is noted."""
    assert noted(Chat("course").say("濃さ 1"))["read"] == 5
    quiet = Chat("course", given={"case": {**LATER["case"], "read": 5}}).say("濃さ 1")
    assert "read" not in noted(quiet)


@pytest.mark.parametrize(
    ("said", "task"),
    [
        ("済 カメラ", "trace-camera"),
        ("済 アカウント", None),
        ("取った ログ", "trace-server-log"),
        ("done camera", "trace-camera"),
    ],
)
def test_a_few_words_say_what_is_done(said: str, task: str | None) -> None:
    """A word of the act and one of the task are enough; what is not open is asked for."""
    chat = Chat("course").say(said)
    assert [one.task for one in kinds(chat, PutTask)] == ([task] if task else [])
    if task is None:
        assert chat.asked == "which"


def test_every_deadline_is_told_by_its_minute_or_its_window() -> None:
    """The list holds all that is owed: by the minute where hours count, as the window of the quick report, in weeks for
    the last one, and how soon where no time is set; what may not even apply is left out."""
    answers = {"personal_data": "yes", "sensitive": "yes", "wrongful_purpose": "yes", "contract": "yes", "crime": "yes"}
    case = {**LATER["case"], "facts": {**LATER["case"]["facts"], "answers": answers, "term": 48, "met": {}}}
    chat = Chat("course", given={"case": case}).say("期限", "飛ばす")
    assert (chat.asked, chat.last_prompt is not None) == ("owed", True)
    told = {one.label: one.note for one in chat.last_prompt.lines} if chat.last_prompt else {}
    assert "11月11日 16:13" in told["契約の相手への連絡"]  # 48 hours after
    assert "時間" in told["契約の相手への連絡"]
    assert "11月12日〜11月14日" in told["個人情報保護委員会への速報"]
    assert "1月7日" in told["個人情報保護委員会への確報"]  # sixty days, the first of them counted
    assert told["本人への通知"]
    assert told["警察への相談"]
    assert "輸出管理・安全保障の相談" not in told


def test_where_nothing_is_owed_that_is_said() -> None:
    """An empty list has a sentence in its place."""
    answers = dict.fromkeys(content().catalogue["incident"]["facts"], "no")
    case = {**LATER["case"], "facts": {**LATER["case"]["facts"], "answers": answers, "met": {}}}
    chat = Chat("course", given={"case": case}).say("期限")
    assert chat.last_prompt is not None
    assert (chat.asked, chat.last_prompt.lines) == ("owed", ())
    assert len(chat.last_prompt.body.splitlines()) == 2


def test_what_was_reported_is_owed_no_more() -> None:
    """A notice that went out meets its deadline; one that did not changes nothing."""
    chat = Chat("course").say("文", "1")
    assert chat.last_prompt is not None
    assert chat.facts["draft_missing"]
    chat.say("まだ")
    assert chat.ended == "noted"
    assert "met" not in noted(chat)
    assert "ppc-quick" in noted(Chat("course").say("文", "1", "出した"))["met"]


NOTICES = list(content().flows["course"].catalogue["notices"]["notices"])
DONE = ("stop-account", "trace-camera", "fr-05", "own")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", NOTICES)
def test_every_notice_is_drafted_whatever_was_done(name: str, language: str) -> None:
    """What was stopped, kept, done by the plan or of the team's own is told in words, in either language."""
    tasks = [{**LATER["case"]["tasks"][0], "task": one, "state": "done", "words": "鍵を預かる"} for one in DONE]
    chat = Chat("course", language, given={"case": {**LATER["case"], "tasks": tasks}})
    chat.choose("notice").choose(name)
    assert chat.asked == "draft"
    assert chat.last_prompt is not None
    assert "{" not in chat.last_prompt.body


def test_a_contracts_own_deadline_is_met_by_its_notice() -> None:
    """With hours of its own, too: once the letter to the partner went out, it is owed no more."""
    case = {**LATER["case"], "facts": {**LATER["case"]["facts"], "answers": {"contract": "yes"}, "term": 48}}
    chat = Chat("course", given={"case": case})
    owed = [one.id for one in list_deadlines(chat.facts) if one.clock == "contract"]
    assert owed
    chat.choose("notice").choose("partner").choose("sent")
    assert set(owed) <= set(noted(chat)["met"])


def test_whatever_is_to_be_stopped_has_a_name_as_a_task() -> None:
    """Every choice of what to stop, and not knowing, is called something where it is asked of somebody."""
    told = content()
    choices = {one.id for one in told.flows["response"].questions["stop"].choices} - {"none"}
    assert set(told.catalogue["incident"]["stops"]) == choices | {"unknown"}


def test_a_place_of_the_list_answers_where_words_are_asked_too() -> None:
    """When it was taken: 1 is what stands at 1, as everywhere."""
    chat = Chat("evidence").say("1")
    assert chat.asked == "when"
    assert chat.say("1").asked == "taken"


def test_a_field_left_out_by_its_word_is_left_out() -> None:
    """Of a form typed in one line, "skip" in the place of a text leaves that open; in brackets it is the word."""
    says = ("1", "2 / 1 / 1 / 3")
    (left,) = kinds(Chat("report").say(*says, "1、3 / 金型の図面 / 飛ばす", "送る"), OpenIncident)
    assert (left.report["what"], left.report["others"]) == ("金型の図面", "")
    (meant,) = kinds(Chat("report").say(*says, "1、3 / 「飛ばす」 / 飛ばす", "送る"), OpenIncident)
    assert meant.report["what"] == "飛ばす"


def test_asking_somebody_outside_says_whether_they_come_in() -> None:
    """The request alone lets nobody in; only the leader's word does, and not for one kept out."""
    alone = Chat("course").say("頼む", "1", "小林さん", "今日", "頼みごとだけ")
    assert kinds(alone, LetIn) == []
    into = Chat("course").say("頼む", "1", "小林さん", "今日", "入れる")
    assert [list(one.roles) for one in kinds(into, LetIn)] == [[IDS["kobayashi"]]]
    out = Chat("course").say("頼む", "1", "鈴木さん")
    assert out.asked == "out"
    out.choose("drop")
    assert kinds(out, PutTask) == []


def test_a_question_goes_to_whoever_reported() -> None:
    """Its words and nothing else; skipped, nothing goes."""
    chat = Chat("course").say("質問", "見たのはどの場所でしたか")
    assert [one.words for one in kinds(chat, AskReporter)] == ["見たのはどの場所でしたか"]
    assert kinds(Chat("course").say("質問", "飛ばす"), AskReporter) == []


def test_each_act_leads_back_to_the_whole_and_enough_rests() -> None:
    """Whatever was done, the next question comes from the record; enough for today begins one that waits."""
    for says in (("済 カメラ",), ("濃さ 2",), ("期限", "送る", "戻る"), ("ほか", "相談先", "見た")):
        chat = Chat("course").say(*says)
        if chat.ended:
            assert [one.flow for one in kinds(chat, BeginInterview)] == ["course"], says
    chat = Chat("course").say("今日はここまで")
    assert chat.ended == "enough"
    assert [one.queued for one in kinds(chat, BeginInterview)] == [True]


def test_a_member_who_does_not_lead_is_not_asked_again_by_itself() -> None:
    """For them it rests until they come."""
    case = {**LATER["case"], "leader": IDS["mori"]}
    assert kinds(Chat("course", given={"case": case}).say("今日はここまで"), BeginInterview) == []


# -- closing -----------------------------------------------------------------------------------------------------------


def test_the_draft_names_nobody_and_nothing() -> None:
    """What may be told holds kinds of things alone: no person, no item, no number of the case, no day."""
    chat = Chat("closing").say("1", "1", "持ち出しは二人で見る", "残す", "終える")
    (one,) = kinds(chat, CloseIncident)
    assert set(one.draft) == {"mover", "signs", "measures", "forms", "lesson"}
    told = str(one.draft)
    assert not [word for word in (CASE["number"], "順送金型", "設計サーバ", IDS["sato"], "2026") if word in told]
    assert one.items == ("i1",)
    assert one.measures == ("company/c3-pc-log",)


def test_without_an_example_nothing_is_drafted() -> None:
    """Closed without one, nobody is asked whether it may be told."""
    chat = Chat("closing").say("なし", "なし", "飛ばす", "しない", "終える")
    assert [one.draft for one in kinds(chat, CloseIncident)] == [{}]


# -- what is offered next ----------------------------------------------------------------------------------------------


def test_what_a_case_has_behind_it_is_not_offered() -> None:
    """The first report was taken, or there would be no case; a team that stands is not formed again, none yet is."""
    alone = Chat("course", given=given(members=[{"person": IDS["sato"], "role": ""}])).choose("ask")
    assert [one["id"] for one in alone.facts["ask_options"]][:2] == ["fr-02", "fr-03"]
    together = Chat("course").choose("ask")
    offered = [one["id"] for one in together.facts["ask_options"]]
    assert not {"fr-01", "fr-02"} & set(offered)
    assert "fr-03" in offered


def test_who_asks_somebody_outside_sees_what_reaches_them() -> None:
    """Before they say whether that person comes in, they read the very words, their own or the neutral ones."""
    own = Chat("course").choose("ask").say("受付簿を預かる", "小林さん", "今日")
    assert own.asked == "ask_in"
    assert own.last_prompt is not None
    assert "受付簿を預かる" in own.last_prompt.body
    told = content().catalogue["incident"]["tasks"]["fr-03"]
    neutral = Chat("course").choose("ask").choose("fr-03").say("小林さん", "今日")
    assert neutral.last_prompt is not None
    assert told["outside"]["ja"].strip() in neutral.last_prompt.body
    assert told["name"]["ja"].strip() not in neutral.last_prompt.body


def test_why_somebody_is_out_is_told_nobody() -> None:
    """Asked for, or named to be let in: it is said that this person cannot be, in words that are the same for all."""
    for says in (("頼む", "1", "鈴木さん"), ("ほか", "2", "鈴木さん")):
        chat = Chat("course").say(*says)
        assert chat.asked in ("out", "not_in")
        assert chat.last_prompt is not None
        assert "関わり" not in chat.last_prompt.body
        assert kinds(chat, LetIn) == kinds(chat, PutTask) == []


def test_where_the_register_is_empty_every_record_there_may_be_is_proposed() -> None:
    """Nobody ever spoke of any: one word asks all who may hold one to keep it; whoever is kept out is not asked."""
    case = {"items": [], "kept_out": [IDS["mori"]]}
    chat = Chat("response", given=given(**case)).say("はい", "なし")
    assert chat.asked == "traces"
    assert chat.facts["trace_filled"] == [one["id"] for one in chat.facts["trace_options"]]
    chat.say("送る")
    assert len(tasks(chat)) == len(chat.facts["trace_options"]) > 1
    assert IDS["mori"] not in tasks(chat).values()
