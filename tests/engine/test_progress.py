"""Progress: parts done and minutes left, by what will still be asked."""

from bot.prompts import Progress
from tests.chat import Chat
from tests.factories import flow, question, when

FLOW = flow(
    question("one", "yes_no", "two", part=1, seconds=60),
    question("two", "text", "three", part=2, seconds=60, asked_when=when("one", "is", "yes")),
    question("three", "text", "four", part=3, seconds=60),
    question("four", "text", part=3, seconds=20),
    question("aside", "text", standing=True, seconds=600),
    parts=3,
)


def progress(chat: Chat) -> Progress:
    assert chat.last_prompt is not None
    assert chat.last_prompt.progress is not None
    return chat.last_prompt.progress


def test_parts_and_minutes() -> None:
    """Parts before this one are done; minutes are those of the questions still ahead, never of standing ones."""
    assert progress(Chat(FLOW)) == Progress(0, 3, 3)  # 60 + 60 + 20; whether `two` comes is not known yet
    assert progress(Chat(FLOW).say("はい")) == Progress(1, 3, 3)
    assert progress(Chat(FLOW).say("いいえ")) == Progress(2, 3, 2)
    assert progress(Chat(FLOW).say("いいえ", "あ")) == Progress(2, 3, 1)


def test_never_no_time_at_all() -> None:
    """While a question is open at least one minute is left."""
    assert progress(Chat(flow(question("q", "text", seconds=1)))) == Progress(0, 1, 1)


def test_minutes_do_not_grow_by_answering() -> None:
    """Answering, skipping or leaving a question never makes the time left longer than it was, but for what it opens."""
    for word in ("いいえ", "飛ばす", "分からない"):
        chat = Chat(FLOW)
        before = progress(chat).minutes_left
        assert progress(chat.say(word)).minutes_left <= before


def test_question_asked_again_stands_in_its_part() -> None:
    """A question asked again shows its own part, and the time that is really left."""
    chat = Chat(FLOW).say("はい", "あ")
    ahead = progress(chat)
    again = progress(chat.say("戻る"))
    assert (again.done, again.minutes_left) == (1, ahead.minutes_left)


def test_small_question_keeps_the_progress() -> None:
    """A small question of ours is no step of its own."""
    chat = Chat(FLOW).say("はい")
    before = progress(chat)
    assert progress(chat.say("やめる")) == before
