"""Reading a department's things out of people's own words: each is heard, whole, once, with whoever is named."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handbook.catalogue import Heard, find_pack, hear_items, is_unclear, match_line
from tests.chat import content

CATEGORIES: dict[str, Any] = content().catalogue["categories"]
FIELDS = tuple(CATEGORIES["departments"])
PACKS = {field: find_pack(CATEGORIES, field) for field in FIELDS}
PEOPLE: Sequence[tuple[str, Sequence[str]]] = (
    ("suzuki", ("鈴木", "鈴木 大輔", "鈴木大輔", "Suzuki", "Daisuke Suzuki", "suzuki@hibarino.example")),
    ("sato", ("佐藤", "Sato")),
    ("kobayashi", ("小林", "Kobayashi")),
    ("hayashi", ("林", "Hayashi")),
)


def hear(text: str, field: str = "manufacturing") -> list[Heard]:
    return hear_items(text, CATEGORIES, PACKS[field], PEOPLE)


def line_of(name: str, field: str = "manufacturing") -> str:
    """The pack line a name is heard as, by its own Japanese name; empty for none."""
    found = match_line(name, PACKS[field])
    return PACKS[field][found]["name"]["ja"] if found else ""


# -- the golden conversation, in both languages ------------------------------------------------------------------------

GOLDEN = {
    "プレスの条件表と、順送の金型、あと自動送りの改造かな。それと鈴木くんの段取りのコツ": [
        ("プレスの条件表", "加工条件や設定値", None),
        ("順送の金型", "金型や治具", None),
        ("自動送りの改造", "機械の改造やライン配置", None),
        ("段取りのコツ", "手順書や熟練のコツ", "suzuki"),
    ],
    "the press settings sheet, progressive dies, maybe the automatic feeder. And Suzuki-san's setup tricks": [
        ("press settings sheet", "加工条件や設定値", None),
        ("progressive dies", "金型や治具", None),
        ("automatic feeder", "機械の改造やライン配置", None),
        ("setup tricks", "手順書や熟練のコツ", "suzuki"),
    ],
    "press settings sheet, progressive dies and also Suzuki's setup tricks": [
        ("press settings sheet", "加工条件や設定値", None),
        ("progressive dies", "金型や治具", None),
        ("setup tricks", "手順書や熟練のコツ", "suzuki"),
    ],
}


@pytest.mark.parametrize("text", GOLDEN)
def test_the_golden_message_is_heard_as_the_conversation_shows_it(text: str) -> None:
    """Every thing named is one item, on its line of the pack, with the person named before it."""
    found = [(one.name, line_of(one.name), one.person) for one in hear(text)]
    assert found == GOLDEN[text]


def test_a_line_named_already_is_known_and_so_not_offered_again() -> None:
    """What was heard as a pack line carries that line, by which the list of prompts leaves it out."""
    heard = hear(next(iter(GOLDEN)))
    assert all(one.line in PACKS["manufacturing"] for one in heard)
    assert len({one.line for one in heard}) == 4


UNCLEAR = [
    "プレスの条件表",
    "条件表",
    "金型の図面",
    "保全の記録",
    "加工条件や設定値",
    "press settings sheet",
    "drawings",
    "あ" * 61,
]
CLEAR = [
    "P-3ライン加工条件表",
    "段取りのコツ",
    "自動送りの改造",
    "順送の金型",
    "2号機の条件表",
    "line 3 settings sheet",
    "工程FMEA表",
]


@pytest.mark.parametrize(("names", "expected"), [(UNCLEAR, True), (CLEAR, False)], ids=["unclear", "clear"])
def test_an_everyday_name_is_asked_back_and_a_marked_one_is_not(names: Sequence[str], expected: bool) -> None:
    """A generic ending, a pack line's own name and a sentence leave open what is meant; a number settles it."""
    for name in names:
        heard = Heard(name, match_line(name, PACKS["manufacturing"]))
        assert is_unclear(heard, CATEGORIES, PACKS["manufacturing"]) is expected, name


# -- what people of other departments write ----------------------------------------------------------------------------

REALISTIC = [
    ("manufacturing", "1. 加工条件表\n2. 金型の図面\n3. 段取りのコツ", "加工条件表|金型の図面|段取りのコツ"),
    ("manufacturing", "(1)加工条件表\n(2)金型の図面", "加工条件表|金型の図面"),
    ("manufacturing", "・加工条件表\n・金型の図面\n- 治具", "加工条件表|金型の図面|治具"),
    ("manufacturing", "1.2mm材の条件表、0.8mm材の条件表", "1.2mm材の条件表|0.8mm材の条件表"),
    ("manufacturing", "-80℃の冷凍庫の在庫表、-18℃保管の手順", "-80℃の冷凍庫の在庫表|-18℃保管の手順"),
    ("manufacturing", "だしのもと、塗装のつや", "だしのもと|塗装のつや"),
    ("manufacturing", "「秘」の条件表、「金型の図面」", "「秘」の条件表|金型の図面"),
    ("manufacturing", "金型と治具の図面", "金型と治具の図面"),
    ("manufacturing", "溶接の条件とライン配置", "溶接の条件|ライン配置"),
    ("manufacturing", "うちの条件表です。", "条件表"),
    ("manufacturing", "プレス条件、プレス条件、ﾌﾟﾚｽ条件", "プレス条件"),
    ("manufacturing", "we have press settings etc.", "press settings"),
    ("manufacturing", "There are press settings and also jigs and fixtures", "press settings|jigs|fixtures"),
    ("sales", "うちは顧客名簿と見積りの計算表ですね。あとは価格表とか", "顧客名簿|見積りの計算表|価格表"),
    ("sales", "得意先の一覧、掛け率、失注のいきさつ", "得意先の一覧|掛け率|失注のいきさつ"),
    (
        "sales",
        "list of clients, discount rates and why an order was lost",
        "list of clients|discount rates|why an order was lost",
    ),
    ("rnd", "部品図、配合表、それに試作の記録かもです", "部品図|配合表|試作の記録"),
    ("rnd", "R&D計画、Q&A集、thermal paste recipe", "R&D計画|Q&A集|thermal paste recipe"),
    ("finance", "原価計算の資料と資金繰り、あと役員報酬の一覧かな", "原価計算の資料|資金繰り|役員報酬の一覧"),
    (
        "general_affairs",
        "人事評価、給与の台帳、それからマイナンバーの管理簿",
        "人事評価|給与の台帳|マイナンバーの管理簿",
    ),
    ("purchasing", "仕入先の一覧;購入単価；相見積りの結果とか", "仕入先の一覧|購入単価|相見積りの結果"),
    ("quality", "検査基準書、クレームの記録および測定データ", "検査基準書|クレームの記録|測定データ"),
    ("management", "来期の方針、買収の話、役員会の資料だと思います", "来期の方針|買収の話|役員会の資料"),
    ("hr", "賃金テーブル、評価シート、採用の面接メモ", "賃金テーブル|評価シート|採用の面接メモ"),
    ("it", "ネットワーク図、バックアップの手順", "ネットワーク図|バックアップの手順"),
    ("legal_ip", "出願前の発明、ライセンス契約", "出願前の発明|ライセンス契約"),
]


@pytest.mark.parametrize(("field", "text", "names"), REALISTIC)
def test_a_message_is_read_as_the_things_it_names(field: str, text: str, names: str) -> None:
    """Lists in every usual shape are split at their marks and nowhere else; fillers go, numbers in names stay."""
    assert [one.name for one in hear(text, field)] == names.split("|")


OWNERS = [
    ("鈴木くんの段取りのコツ", "suzuki", "段取りのコツ"),
    ("鈴木さんの段取りのコツ", "suzuki", "段取りのコツ"),
    ("鈴木班長の段取り", "suzuki", "段取り"),
    ("鈴木 大輔さんの段取り", "suzuki", "段取り"),
    ("Suzuki's setup tricks", "suzuki", "setup tricks"),
    ("suzuki-san’s setup tricks", "suzuki", "setup tricks"),
    ("佐藤の手書きノート", "sato", "手書きノート"),
    ("小林さんの原価表", "kobayashi", "原価表"),
    ("鈴木式の段取り", None, "鈴木式の段取り"),
    ("鈴木さん", None, "鈴木さん"),
    ("鈴木さんの", None, "鈴木さんの"),
    ("山田さんのメモ", None, "山田さんのメモ"),
    ("鈴木さんと佐藤さんの段取り表", None, "鈴木さんと佐藤さんの段取り表"),
]


@pytest.mark.parametrize(("text", "person", "name"), OWNERS)
def test_a_person_named_with_a_thing_becomes_its_owner(text: str, person: str | None, name: str) -> None:
    """Only a person of the directory, in front, with a possessive; every other name stays part of the thing's."""
    assert [(one.person, one.name) for one in hear(text)] == [(person, name)]


@pytest.mark.parametrize("field", FIELDS)
def test_every_line_of_a_pack_is_heard_by_its_own_name(field: str) -> None:
    """Who writes a line as it is shown is understood as meaning that line, in both languages, and names one thing."""
    for line_id, line in PACKS[field].items():
        for name in line["name"].values():
            assert match_line(name, PACKS[field]) == line_id, name
            assert [(one.name, one.line) for one in hear(name, field)] == [(name, line_id)]


@pytest.mark.parametrize("field", FIELDS)
def test_every_word_of_a_line_finds_a_line(field: str) -> None:
    """No listed word is dead: each is heard as some line of the pack."""
    for line in PACKS[field].values():
        assert [word for word in line["heard_as"] if match_line(word, PACKS[field]) is None] == []


# -- nothing said is lost ----------------------------------------------------------------------------------------------

NOUNS = (
    "条件表",
    "金型",
    "治具",
    "配合",
    "歩留まり",
    "顧客名簿",
    "図面",
    "P-3ライン",
    "塗料",
    "コツ",
    "ノウハウ",
    "t0.8材",
    "CAD",
)
MODIFIERS = ("古い", "新型", "第二工場", "熱処理", "ベトナム", "1.2mm", "旧", "金型式", "X線")
PHRASES = st.builds("".join, st.tuples(st.sampled_from(MODIFIERS), st.sampled_from(("", "の")), st.sampled_from(NOUNS)))
STARTS = st.sampled_from(["", *(word for word in CATEGORIES["filler_starts"] if not word.isascii())])
ENDINGS = st.sampled_from(["", *(word for word in CATEGORIES["filler_endings"] if not word.isascii())])
SEPARATORS = st.sampled_from(
    [mark for mark in CATEGORIES["separators"] if not mark.strip().isascii() or len(mark) == 1]
)
SAID = st.tuples(STARTS, PHRASES, ENDINGS, SEPARATORS)


@given(parts=st.lists(SAID, min_size=1, max_size=6), field=st.sampled_from(FIELDS))
def test_every_phrase_of_a_message_is_in_some_item(parts: list[tuple[str, str, str, str]], field: str) -> None:
    """However phrases are opened, ended and joined, each is whole in the name of an item, and no item is empty."""
    heard = hear("".join(start + phrase + end + mark for start, phrase, end, mark in parts), field)
    assert all(one.name.strip() for one in heard)
    for _, phrase, _, _ in parts:
        assert any(phrase in one.name for one in heard), phrase


@given(parts=st.lists(PHRASES, min_size=1, max_size=5, unique=True), mark=st.sampled_from("、,;\n"))
def test_a_plain_list_gives_one_item_for_each_entry_in_order(parts: list[str], mark: str) -> None:
    """Entries joined by one mark come back as they were, each once, in their order."""
    assert [one.name for one in hear(mark.join(parts))] == parts


# Characters of which no filler, separator, numbering or possessive is made.
PLAIN = "温圧速鋼銅鉛板軸歯車弁管液粉糸布紙木石砂油酸塩窯炉釜旋盤研磨鋳鍛溶ムテロネボルガス\ue000"
MARKS = "、。,/\n 「」()・とやのがはもか"


@given(text=st.text(alphabet=PLAIN + MARKS, max_size=80), field=st.sampled_from(FIELDS))
def test_no_character_that_carries_meaning_is_lost(text: str, field: str) -> None:
    """In any text whatever, every kanji, katakana and private character typed is in the name of some item."""
    heard = "".join(one.name for one in hear(text, field))
    assert {character for character in text if character in PLAIN} <= set(heard)


@given(text=st.text(max_size=200), field=st.sampled_from(FIELDS))
def test_any_text_is_read_without_a_fault(text: str, field: str) -> None:
    """No message makes the reading fail, and no two items of one message are the same thing."""
    heard = hear(text, field)
    names = [" ".join(one.name.casefold().split()) for one in heard]
    assert len(set(names)) == len(names)
    for one in heard:
        assert one.line is None or one.line in PACKS[field]
        assert is_unclear(one, CATEGORIES, PACKS[field]) in (True, False)


def test_a_reading_that_loses_a_phrase_would_be_seen() -> None:
    """Negative control: with an ending that is the end of a real word, the thing is not found whole."""
    lossy = {**CATEGORIES, "filler_endings": [*CATEGORIES["filler_endings"], "条件表"]}
    heard = hear_items("古い条件表", lossy, PACKS["manufacturing"], ())
    assert not any("古い条件表" in one.name for one in heard)
