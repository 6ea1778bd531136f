"""One conversation, either database: the same scripts leave equal state and show the same to people."""

from bot.events import Left
from bot.state.rows import says_from_json
from bot.state.tables import outbox
from tests.state.canonical import read_state
from tests.state.talk import Talk, talking
from tests.state.test_store import TOLD, make_head
from tests.state.world import World

PASTE = "材料 t0.8 SPM 62 下死点 118.4 / 材料 t1.2 SPM 48 下死点 117.9 / 材料 t1.6 SPM 40 下死点 117.5"
LONG = "とても長い呼び名の加工条件表" * 8


async def hold_conversations(talk: Talk) -> None:
    """Heads with every kind of reply and move, asked colleagues, a cancelled and a resumed interview, two languages."""
    await talk.come("sato")
    await talk.say("sato", "もう少し知りたい", "1", TOLD, "1 4", "5 分からない", "小林")
    await talk.say("sato", PASTE, LONG, "短く書き直す", "P-3ライン加工条件表")
    await talk.send("sato", Left())
    await talk.come("kobayashi", "colleague")
    await talk.say("kobayashi", "はい、私です")
    talk.world.clock.advance(hours=17)
    await talk.come("sato")
    await talk.say("sato", "なし", "直す 2", "順送金型(新)", "戻る", "ある", "はい", "前任者のノート", "はい")
    await talk.come("ito", language="en")
    await talk.say("ito", "begin", "design rules, CAD data and Mehta's trial notes", "1 2", "none", "later", "send")
    await talk.say("ito", "cancel", "yes")
    await talk.come("ito")
    await talk.say("ito", "日本語で", "1", "設計標準、試作メモ", "どれもない", "あとで", "飛ばす", "通報", "休む")
    await talk.come("watanabe")
    await talk.say(
        "watanabe", "はい", "中期計画、買収の話", "1、３", "なし", "そのまま送る", "分からない", "うーん", "いいえ"
    )


async def walk_both(first: World, second: World) -> list[str]:
    told = []
    for world in (first, second):
        with talking(world) as talk:
            await hold_conversations(talk)
        told.append("\n".join(f"{who} {shown!r}" for who, shown in talk.screen.shown))
        assert world.reader.find_chain_break() is None
    return told


async def test_the_same_conversations_leave_the_same_state(sqlite_world: World, postgres_world: World) -> None:
    """Records, places, outbox, register and every word shown are equal on SQLite and on PostgreSQL."""
    on_sqlite, on_postgres = await walk_both(sqlite_world, postgres_world)
    state = read_state(sqlite_world)
    assert state == read_state(postgres_world)
    assert on_sqlite == on_postgres
    for trace in ("kept_out", "cancelled", "paused", "順送金型(新)", "confirmed", "前任者のノート", "=listed"):
        assert trace in state
    assert PASTE not in state


async def test_another_conversation_leaves_another_state(sqlite_world: World, postgres_world: World) -> None:
    """Negative control: one word more on one side, and the states are told apart."""
    for world, reply in ((sqlite_world, "1"), (postgres_world, "なぜ")):
        with talking(world) as talk:
            await talk.come("mori")
            await talk.say("mori", reply)
    assert read_state(sqlite_world) != read_state(postgres_world)


async def test_a_question_asked_of_a_colleague_reaches_them_and_comes_back(world: World) -> None:
    """Only the item's name goes to the colleague; the answer stands in the asker's list and is said there."""
    with talking(world) as talk:
        await talk.come("sato")
        await talk.say("sato", "1", TOLD, "1 4", "5 分からない", "小林")
        await talk.come("kobayashi", "colleague")
        asked = talk.texts("kobayashi")
        assert "歩留まり" in asked
        assert "段取りのコツ" not in asked
        await talk.say("kobayashi", "はい、私です")
        await talk.say("sato", "一覧")
        assert "小林" in talk.texts("sato").rpartition("段取りのコツ")[2]
    said = [say.notice for row in world.rows(outbox) if row.kind == "turn" for say in says_from_json(row.body)]
    assert said.count("colleague_said") == 1


async def test_what_was_said_is_said_once(world: World) -> None:
    """Everything that came due was shown and is marked as sent; speaking again shows the question alone."""
    make_head(world, "suzuki")
    with talking(world) as talk:
        for name in ("sato", "suzuki"):
            await talk.come(name)
            await talk.say(name, "1", TOLD, "なぜ")
        assert world.reader.find_ready(world.find("sato").id, world.clock.now()) == []
        before = len(talk.screen.shown)
        await talk.delivery.speak(world.find("sato"), talk.at["sato"])
        assert len(talk.screen.shown) == before + 1
