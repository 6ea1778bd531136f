"""What the guard stopped is nowhere in our files, and what was accepted is nowhere readable: tried with canaries."""

import base64
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import build_inspect
from bot.events import Left, Submitted
from bot.state.store import Store
from tests.state.canaries import find_word, make_stem, read_database, read_files, spell
from tests.state.canonical import read_state
from tests.state.talk import Talk, talking
from tests.state.world import CountedIds, World


class PlainVault:
    """A vault that seals nothing: what the negative control is tried with."""

    def seal(self, table: str, row: str, column: str, plain: str) -> bytes:
        return plain.encode()

    def open(self, table: str, row: str, column: str, sealed: bytes) -> str:
        return bytes(sealed).decode()

    def digest(self, plain: str) -> str:
        return str(len(plain))


STOPPED_AS = ["rows", "code", "credential", "personal_number", "rows", "long_text"]


def stopped_texts(stem: str) -> list[str]:
    """One text for each thing the guard keeps out, a canary in each."""
    return [
        f"材料 {stem}ア t0.8 SPM 62 下死点 118.4\n材料 {stem}イ t1.2 SPM 48 下死点 117.9\n材料 t1.6 SPM 40 117.5",
        f"def price(x):\n    return x * 1.2  # {stem}ウ",
        f"{stem}エのパスワードは Tr0ub4dor&3xQ です",
        f"{stem}オのマイナンバー 1234 5678 9018",
        f"氏名\t部署\t役職\n{stem}カ\t製造\t部長\n鈴木\t製造\t班長",
        "".join(f"{number}番目に{stem}キの温度を見て、そのあとで圧力を決めます。" for number in range(1, 40)),
    ]


async def hold_conversation(talk: Talk, stem: str, secret: str) -> None:
    """Names, notes, a draft, renames and forms with one stem; pasted secrets with the other at every turn."""
    stops = stopped_texts(secret)
    await talk.come("sato")
    await talk.say("sato", "1", f"{stem}アの検査治具、{stem}イの段取り、あと鈴木くんの{stem}ウのコツ", stops[0])
    await talk.say("sato", f"1、{stem}エの帳面", *stops[1:3])
    await talk.send("sato", Submitted({"x": {"y": [stops[3]]}, "z": stops[0]}))
    await talk.say(
        "sato", "1 分からない", "小林", stops[4], stops[5], f"{stem}オの台帳、" * 6, "短く書き直す", f"{stem}カ台帳"
    )
    await talk.send("sato", Left())
    await talk.come("kobayashi", "colleague")
    await talk.say("kobayashi", stops[2], f"{stem}キだと思うけど", "はい、私です")
    await talk.come("sato")
    for _ in range(12):
        if talk.world.position(talk.at["sato"]).startswith(("left_behind", "confirm_list")):
            break
        await talk.say("sato", "飛ばす")
    await talk.say(
        "sato", f"{stem}クかなと思うけど", stops[0], "ある", f"{stem}ケの写し", "直す 1", f"{stem}コ治具", "はい"
    )


async def live(world: World, stem: str, secret: str, vault: Any = None) -> Talk:
    if vault is not None:
        world.vault = world.reader.vault = vault
    store = Store(world.database, world.vaults, world.template.words, world.clock, CountedIds("live"))
    world.store = store
    with talking(world, store) as talk:
        await hold_conversation(talk, stem, secret)
    return talk


@pytest.fixture
def look_around(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[World], list[tuple[str, bytes]]]:
    """Everything a conversation can leave behind: files, log lines at the finest level, and what was printed."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    caplog.set_level(logging.DEBUG)

    def look(world: World) -> list[tuple[str, bytes]]:
        printed = capfd.readouterr()
        said = [("log lines", caplog.text), ("output", printed.out), ("errors", printed.err)]
        return [
            *read_database(world),
            *read_files(folder, world.folder, world.template.key_file.parent),
            *((place, text.encode("utf-8", "backslashreplace")) for place, text in said),
        ]

    return look


async def test_stopped_texts_are_nowhere_and_accepted_ones_nowhere_readable(
    world: World, look_around: Callable[[World], list[tuple[str, bytes]]], request: pytest.FixtureRequest
) -> None:
    """After a whole conversation no canary is in files, log or output; of the stopped ones not even under seal."""
    stem, secret = make_stem(request.node.name), make_stem(request.node.name + " secret")
    inspect = build_inspect(world.template.content)
    assert [finding.kind for finding in map(inspect, stopped_texts(secret)) if finding] == STOPPED_AS
    talk = await live(world, stem, secret)
    assert world.position(talk.at["sato"]) == "=listed"
    places = look_around(world)
    assert find_word(secret, places) == []
    assert find_word(stem, places) == []
    opened = read_state(world)
    assert secret not in opened
    assert secret not in talk.texts("sato") + talk.texts("kobayashi")
    for letter in "アイウエカキクケコ":  # オ was the draft, given up for a shorter name
        assert f"{stem}{letter}" in opened, letter
    assert opened.count('"kept_out"') == 2 * 8  # noted, and said


async def test_without_sealing_the_scan_finds_every_kind_of_accepted_text(
    world: World, look_around: Callable[[World], list[tuple[str, bytes]]], request: pytest.FixtureRequest
) -> None:
    """Negative control: with a vault that seals nothing, names, notes, drafts and owners are found in the raw files."""
    stem, secret = make_stem(request.node.name), make_stem(request.node.name + " secret")
    await live(world, stem, secret, vault=PlainVault())
    places = look_around(world)
    found = {hit.partition(":")[0].rpartition("/")[2] for hit in find_word(stem, places)}
    assert {"interviews", "answers", "items"} <= found
    assert len(found) > 3  # the raw files, too
    for letter in "アイウエオカキクケコ":
        assert find_word(f"{stem}{letter}", places) != [], letter
    assert find_word(secret, places) == []


async def test_without_the_guard_the_stopped_texts_are_found_under_seal(
    sqlite_world: World, request: pytest.FixtureRequest
) -> None:
    """Negative control: with a guard that lets everything in, the pasted secrets are in the opened record."""
    secret = make_stem(request.node.name + " secret")
    with talking(sqlite_world, inspect=lambda _: None) as talk:
        await talk.come("sato")
        await talk.say("sato", "1", stopped_texts(secret)[0])
    assert secret in read_state(sqlite_world)


@pytest.mark.parametrize("how", spell(make_stem("any")))
def test_the_scan_finds_a_word_in_each_spelling(how: str) -> None:
    """Negative control of the scan itself: planted once in each encoding, at any offset, the word is found."""
    stem = make_stem("any")
    for shift in range(3):
        content = bytes(shift) + spell(stem)[how] + b"rest"
        assert find_word(stem, [("here", content)]) != []
        around = base64.b64encode(b"x" * shift + stem.encode() + "の治具".encode())
        assert find_word(stem, [("here", around)]) != []
    assert find_word(stem, [("here", make_stem("another").encode())]) == []
