"""The golden conversation of the inventory, and what people do in it that a plan does not foresee."""

from bot.conclusions import BeginInterview, RegisterItem, SetCompanyFact, SetOwner, TellAsker, TellManager
from bot.events import Opened
from tests.chat import IDS, Chat

NAMED = "プレスの条件表と、順送の金型、あと自動送りの改造かな。それと鈴木くんの段取りのコツ"
PASTED = "材料 t0.8 SPM 62 下死点 118.4 / 材料 t1.2 SPM 48 下死点 117.9 / 材料 t1.6 SPM 40 下死点 117.5"


def owners(chat: Chat) -> list[tuple[str, str | None]]:
    """How each item's owner is known, and who it is."""
    who = {person: name for name, person in IDS.items()}
    return [(item["owner"]["how"], who.get(item["owner"]["person"])) for item in chat.facts["items"]]


def up_to_form(*more: str) -> Chat:
    return Chat().say("はじめる", NAMED, "1 4", *more)


def up_to_left_behind() -> Chat:
    return up_to_form("送る").choose("nobody").say("P-3ライン加工条件表")


def test_six_items_in_twelve_replies() -> None:
    """Six items, one handed to a colleague, a paste kept out and a pause overnight: within twelve replies."""
    chat = up_to_form("5 分からない").choose(IDS["kobayashi"])
    assert chat.position.startswith("called@")
    chat.paste(PASTED)
    assert chat.says == ["kept_out"]
    chat.say("P-3ライン加工条件表", "現場に呼ばれたので休みます")
    assert (chat.status, chat.position) == ("paused", "left_behind")
    chat.advance(days=1).open().say("なし")
    assert chat.position.startswith("confirm_list@")
    chat.say("はい")
    assert chat.ended == "listed"
    assert len([event for event in chat.events if not isinstance(event.body, Opened)]) <= 12
    registered = [one for one in chat.conclusions if isinstance(one, RegisterItem)]
    assert registered[0].name == "P-3ライン加工条件表"
    assert len(registered) == 6
    assert PASTED not in repr((chat.turns, chat.recorded))


def test_same_in_english() -> None:
    """The same in English, switched midway to Japanese and back."""
    named = "the press settings sheet, progressive dies, our auto-feed modification, and Suzuki-san's set-up tricks"
    chat = Chat(language="en").say("begin", named, "1, 4", "in Japanese", "5 分からない", "Kobayashi", "英語で")
    assert chat.interview.language == "en"
    assert (chat.facts["count"], owners(chat)[3:5]) == (6, [("said", "suzuki"), ("asked", "kobayashi")])
    while chat.position.startswith("called@"):
        chat.say("skip")
    chat.say("no", "go on")
    assert chat.ended == "listed"


def test_names_are_heard_out_of_a_sentence() -> None:
    """Four things are read out of one sentence, one of them with the person who knows it."""
    chat = Chat().say("はじめる", NAMED)
    assert (chat.facts["count"], owners(chat)[3]) == (4, ("proposed", "suzuki"))
    assert len(chat.answer("told_items")) == 4


def test_form_of_knowers() -> None:
    """In the form one line changes and the others stay as proposed; who is not known is asked about next."""
    chat = up_to_form("5 分からない、1 森さん")
    assert owners(chat)[0] == ("said", "mori")
    assert chat.position.startswith("who_would@")
    assert chat.choices[:2] == [IDS["kobayashi"], IDS["mori"]]


def test_handed_to_a_colleague() -> None:
    """Who is named gets that one question, with the item's name and nothing else of the interview."""
    chat = up_to_form("5 分からない", "小林さん")
    (begun,) = [one for one in chat.conclusions if isinstance(one, BeginInterview)]
    assert (begun.flow, begun.person, begun.queued) == ("colleague", IDS["kobayashi"], True)
    assert set(begun.given) == {"asker", "department", "item", "origin"}
    assert chat.answer("told_items")[0]["name"] not in repr(begun.given)


def test_somebody_else_by_name() -> None:
    """Somebody not offered is named by writing; somebody not in the directory is asked for again."""
    chat = up_to_form("5 分からない").choose("other")
    assert chat.says == ["name_somebody"]
    assert chat.say("田中さん").says == ["nobody_by_that_name"]
    assert owners(chat.say("高橋"))[4] == ("asked", "takahashi")


def test_colleague_answers_while_the_interview_is_open() -> None:
    """The colleague's answer comes in between, is told, and the question before the person stays."""
    chat = up_to_form("5 分からない").choose(IDS["kobayashi"])
    position, item = chat.position, chat.facts["items"][4]["key"]
    chat.hear("kobayashi", f"colleague_says@{item}", {"answer": "me", "person": None})
    assert (chat.says, chat.position, owners(chat)[4]) == (["colleague_said"], position, ("confirmed", "kobayashi"))


def test_colleague_answers_after_the_list_is_confirmed() -> None:
    """After the end it still reaches the item on the register."""
    chat = up_to_form("5 分からない").choose(IDS["kobayashi"]).say("P-3ライン加工条件表", "なし", "はい")
    item = chat.facts["items"][4]["key"]
    chat.hear("kobayashi", f"colleague_says@{item}", {"answer": "other", "person": IDS["mori"]})
    assert [one.owner for one in chat.turn.conclusions if isinstance(one, SetOwner)] == [IDS["mori"]]
    assert chat.ended == "listed"


def test_postponed_question_comes_back_before_the_end() -> None:
    """What was left for later is asked before the interview ends; what it adds to the list is confirmed with it."""
    chat = up_to_left_behind().say("あとで", "はい")
    assert (chat.position, chat.status) == ("left_behind", "open")
    assert up_to_left_behind().say("あとで", "はい", "ない").ended == "listed"
    chat.say("ある", "前任者のノート")
    assert chat.position.startswith("confirm_list@")
    assert chat.facts["count"] == 7
    assert chat.say("はい").ended == "listed"


def test_list_changed_and_confirmed() -> None:
    """Items are renamed, taken off and added at the list; only the list as it stands then is confirmed."""
    chat = up_to_left_behind().say("なし")
    card = chat.last_prompt
    chat.say("直す 2", "順送金型 3号", "直す 6", "外す").choose("add").say("検査治具")
    assert chat.facts["count"] == 6
    assert chat.choose("proceed", on=card).says == ["old_card"]
    names = [one.name for one in chat.choose("proceed").turn.conclusions if isinstance(one, RegisterItem)]
    assert names[1] == "順送金型 3号"
    assert names[-1] == "検査治具"


def test_nothing_to_list() -> None:
    """With nothing named, nothing is registered, and the interview ends kindly."""
    chat = Chat().say("はじめる", "飛ばす", "なし")
    while chat.status == "open" and not chat.position.startswith("left"):
        chat.say("なし")
    chat.say("ない")
    assert chat.ended == "nothing_listed"
    assert not [one for one in chat.conclusions if isinstance(one, RegisterItem)]


def test_old_papers_nobody_knows_of() -> None:
    """Not knowing of old papers becomes an open point for the manager, and blocks nothing."""
    chat = up_to_left_behind().say("分からない", "はい")
    assert chat.ended == "listed"
    assert [one.notice for one in chat.conclusions if isinstance(one, TellManager)].count("open_left_behind") == 1


def test_removed_item_is_asked_no_more() -> None:
    """An item taken off before it was asked about is not asked about."""
    chat = Chat().say("はじめる", "プレスの条件表、順送の金型", "直す 1", "外す")
    chat.say(*["なし"] * (2 if chat.say("なし").position == "pack_more" else 0), "送る")
    assert chat.facts["count"] == 1
    assert not chat.position.startswith("called@") or "プレス" not in chat.last_prompt.title


def test_colleague_flow() -> None:
    """The colleague answers one question, and what was said goes back to the interview that asked, and nowhere else."""
    for typed, said in (
        (("はい",), "me"),
        (("分からない",), "unknown"),
        (("4",), "declined"),
        (("別の人です", "森"), "other"),
    ):
        chat = Chat("colleague").say(*typed)
        assert chat.ended == "answered"
        (told,) = chat.conclusions
        person = IDS["mori"] if said == "other" else None
        assert told == TellAsker("another", "colleague_says@abc", {"answer": said, "person": person})


def test_company_flow() -> None:
    """Only what is missing is asked for; what is skipped is not written."""
    chat = Chat("company", given={"missing": ["retention", "lawyer"]}).say("5年")
    assert chat.position == "lawyer"
    assert chat.say("飛ばす").ended == "noted"
    assert chat.conclusions == [SetCompanyFact("retention", "5年")]
