"""The protection of a class as tired people settle it: what they type, and what is understood."""

from typing import Any

import pytest

from bot.engine.model import Value
from bot.flows.measures import suggest
from bot.flows.measures_plan import list_fitting
from tests.chat import IDS, Chat, work_out

THINGS, PEOPLE = "鍵、通り道、受付、立入禁止、整理整頓", "誓約書、就業規則、面談、改善提案"
MARK, PHOTO, CREDIT, RETURN, RULE, LIST, SPLIT = (
    *("c4-mark", "c2-photo-ban", "c5-inventor-credit", "c2-leaver-return"),
    *("c1-access-rule", "c4-knowhow-list", "c1-split-knowledge"),
)
VISITORS = "c3-visitor-badge"  # in place, and it keeps records
WHO = {who: place for place, who in IDS.items()}


def protect(*says: str, language: str = "ja", **given: Value) -> Chat:
    chat = Chat("measures", language, given)
    chat.works_out = True
    return chat.say(*says)


def suggested(*says: str) -> Chat:
    """After the checklists of the golden conversation, with its seven suggestions before the person."""
    return protect(THINGS, PEOPLE, *says)


def tasks(typed: str) -> dict[str, Any]:
    """What one line changes of owners, days and how long records are kept; by field, people by their names."""
    chat = suggested("全部")
    before = {field.id: field.filled for field in chat.last_prompt.fields} if chat.last_prompt else {}
    chat.say(typed)
    if not chat.position.startswith("send_cover"):
        return {}
    (key,) = [key for key in chat.interview.snapshot.path if key.startswith("owners_dates")]
    told: Any = chat.answer(key)
    return {name: WHO.get(value, value) for name, value in told.items() if value != before[name]}


# -- who, and by when --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ("4 佐藤 1月末", {f"{RETURN}.owner": "sato", f"{RETURN}.day": "2027-01-31"}),
        ("4 Sato end of January", {f"{RETURN}.owner": "sato", f"{RETURN}.day": "2027-01-31"}),
        ("4 佐藤、6 鈴木 2月末", {f"{RETURN}.owner": "sato", f"{LIST}.owner": "suzuki", f"{LIST}.day": "2027-02-28"}),
        ("3は高橋さんで、12/24まで", {f"{CREDIT}.owner": "takahashi", f"{CREDIT}.day": "2026-12-24"}),
        ("4 分からない 1月末", {f"{RETURN}.owner": "unknown", f"{RETURN}.day": "2027-01-31"}),
    ],
)
def test_a_person_and_a_day_in_one_line(typed: str, changed: dict[str, Any]) -> None:
    """A day behind a name is not lost in it, nor is the next row."""
    assert tasks(typed) == changed


@pytest.mark.parametrize(
    "typed", ["2 12月末", "2を12月末に", "2.12月末", "2番 12月", "2: 12/31", "2は来月", "撮影は12月末"]
)
def test_a_day_in_many_spellings(typed: str) -> None:
    """A row is named by its place or its words; a month alone is its last day."""
    assert tasks(typed) == {f"{PHOTO}.day": "2026-12-31"}


@pytest.mark.parametrize("typed", ["1と2は鈴木", "1、2 鈴木さん", "1 2 鈴木", "1 and 2 Suzuki"])
def test_one_person_for_several_rows(typed: str) -> None:
    """Several places with one answer behind them have that answer, each."""
    assert tasks(typed) == {f"{MARK}.owner": "suzuki", f"{PHOTO}.owner": "suzuki"}


@pytest.mark.parametrize("typed", ["全部森さん", "森さんに全部", "全部 森", "みんな森さんで", "all Mori"])
def test_one_person_for_all(typed: str) -> None:
    """One person for all is every row of which somebody can be said; how long records keep is none."""
    assert tasks(typed) == {f"{one}.owner": "mori" for one in (MARK, PHOTO, CREDIT, RETURN, RULE, LIST, SPLIT)}


def test_one_month_for_all() -> None:
    """So is one month."""
    assert set(tasks("全部 来年3月").values()) == {"2027-03-31"}


@pytest.mark.parametrize(
    ("typed", "days"), [("8 90日", 90), ("8は2週間", 14), ("8 3か月", 90), ("8 1年", 365), ("8 7", 7)]
)
def test_how_long_records_keep(typed: str, days: int) -> None:
    """Weeks, months and years count as days, beside a place too."""
    assert tasks(typed) == {f"{VISITORS}.kept": days}


@pytest.mark.parametrize("typed", ["うん", "これで", "進める", "大丈夫です", "ok", "送る"])
def test_fine_as_proposed(typed: str) -> None:
    """Who agrees in passing has taken what was proposed."""
    chat = suggested("全部", typed)
    assert chat.position.startswith("send_cover")


@pytest.mark.parametrize("typed", ["99 佐藤", "7 春", "森さん", "4 佐藤 いつか 6"])
def test_what_cannot_be_placed_changes_nothing(typed: str) -> None:
    """Where a part cannot be placed nothing is taken, and it is asked once more."""
    chat = suggested("全部", typed)
    assert chat.position.startswith("owners_dates")


def test_what_was_changed_is_said_by_name() -> None:
    """A changed row is told by its name, so that a slip is seen."""
    (said,) = suggested("全部", "4 佐藤 1月末").notices
    assert "返却" in said
    assert "1月31日" in said


# -- what is in place --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("鍵あります、カメラもあるよ。あと日報", ["c1-locked-storage", "c3-cctv", {"own": "日報"}]),
        ("うちは鍵くらいかな", ["c1-locked-storage"]),
        ("棚の鍵と防犯カメラと名札", ["c1-locked-storage", "c3-cctv", "c3-name-badge"]),
        ("鍵かけてる、それと監視カメラあり", ["c1-locked-storage", "c3-cctv"]),
        ("locked cabinets, fixed routes", ["c1-route-limit", "c1-locked-storage"]),
        ("we have cameras and a lock", ["c3-cctv", "c1-locked-storage"]),
    ],
)
def test_things_named_in_passing(typed: str, named: list[Any]) -> None:
    """What is said around a thing is dropped, several in one breath all count, and what is not known is kept."""
    assert protect(typed).answer("in_place_things") == named


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("鍵、カメラはない", ["c1-locked-storage"]),
        ("鍵はある。カメラはありません", ["c1-locked-storage"]),
        ("1 3、カメラはなし", ["c1-locked-storage", "c3-visitor-badge"]),
        ("no cameras, locked cabinets", ["c1-locked-storage"]),
        ("カメラはやっぱりなし", []),
    ],
)
def test_what_is_said_not_to_be_there(typed: str, named: list[Any]) -> None:
    """A thing that somebody says they do not have is never counted as in place."""
    assert protect(typed).answer("in_place_things") == named


@pytest.mark.parametrize(
    ("typed", "named"), [("私物USBは使わない", "c2-private-usb-ban"), ("スマホを持ち込まない", "c2-phone-ban")]
)
def test_a_ban_is_a_measure(typed: str, named: str) -> None:
    """A measure whose own name says that something is not done is there all the same."""
    assert protect(typed).answer("in_place_things") == [named]


# -- what is decided ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["コツの書き出しはやめとく", "6はパス", "6しない", "6なし", "コツの書き出しは見送り"])
def test_left_out_in_everyday_words(typed: str) -> None:
    """Leaving something out is understood by its place and by its name, in words people use among themselves."""
    chat = suggested(typed)
    assert chat.position.partition(".1.")[2] == LIST


def test_what_comes_instead_stands_in_its_place() -> None:
    """A list is not shuffled by a swap: what comes instead has the place of what it comes for."""
    chat = suggested("3なし", "1")
    before, after = ([line.label for line in one.last_prompt.lines] for one in (suggested(), chat) if one.last_prompt)
    assert [place for place, one in enumerate(after) if one != before[place]] == [2]


def test_a_swap_says_what_it_leaves_open() -> None:
    """What guards one form of a square is not offered as if it guarded the square: taken, something stays open."""
    chat = suggested("2なし")
    whole = {choice.id for choice in chat.last_prompt.choices if "全部" in choice.label} if chat.last_prompt else set()
    assert "c1-secure-disposal" in chat.choices
    assert "c1-secure-disposal" not in whole


def test_nothing_falls_due_where_nobody_works() -> None:
    """A proposed day is never on a weekend or a public holiday."""
    chat = protect(THINGS, PEOPLE, "全部", today="2026-12-01", holidays=["2027-01-01", "2027-03-01"])
    days = {field.filled for field in chat.last_prompt.fields if field.kind == "date"} if chat.last_prompt else set()
    assert days == {"2027-01-04", "2027-03-02"}


# -- looked at anew ----------------------------------------------------------------------------------------------------

DEPARTMENT = {"id": "d1", "name": {"ja": "製造部", "en": "Manufacturing"}, "field": "manufacturing"}
EARLIER = [{"level": 3, "forms": ["paper", "knowhow"]}]


def planned(*names: str) -> Value:
    """Measures put forward for this very class before."""
    told = {"owner": IDS["sato"], "due_on": "2026-12-10", "kept_days": None, "place": "d1", "chosen_for": "d1/L3-desk"}
    return {name: {"state": "planned", **told} for name in names}


def look_anew(standing: Value) -> Chat:
    """A class of which the checklists were looked through before, once its suggestion is worked out."""
    chat = protect(department=DEPARTMENT, settled=EARLIER, standing=standing)
    chat.conclusions += suggest(chat.facts, "")
    return chat.compute(work_out(chat.awaited[-1]))


def test_what_may_be_thought_over_is_not_counted_as_met() -> None:
    """A class looked at anew begins with its name and the suggestion; what was put forward for it is in the list, and
    not counted beside it."""
    chat = look_anew(planned(MARK, PHOTO))
    prompt = chat.last_prompt
    assert prompt is not None
    assert prompt.question.startswith("suggestion")
    assert "段取りのコツ" in prompt.body
    assert (chat.facts["filled_line"]["value"], chat.facts["filled_line"]["this"]) == (0, 0)


def test_a_class_that_needs_nothing_is_introduced() -> None:
    """Where nothing is left to ask and to suggest the map says at once which class it is about."""
    there = {"state": "confirmed", "owner": None, "due_on": None, "kept_days": None, "place": "d1"}
    known = dict.fromkeys([one.id for one in list_fitting(protect().facts)], there)
    chat = look_anew(known)
    prompt = chat.last_prompt
    assert prompt is not None
    assert (prompt.question.partition("@")[0], "段取りのコツ" in prompt.body) == ("send_cover", True)


def test_a_floor_counts_as_the_squares_it_opens() -> None:
    """What opens without a mark is told in as many squares as the map then shows open."""
    chat = suggested("1なし")
    told = chat.facts["opened_count"]
    chat.say("外したままにする", "飛ばす", "進める", "送る")
    rows = chat.last_prompt.table.rows if chat.last_prompt and chat.last_prompt.table else ()
    assert told == sum(mark == "open" for row in rows for mark in row.marks) == 3
