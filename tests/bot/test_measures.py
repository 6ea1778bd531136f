"""The protection of a class as tired people settle it: what they type, and what is understood."""

from typing import Any

import pytest

from bot.engine.model import Value
from tests.chat import IDS, Chat

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
    """What one line changes of who sees to what, by when, and of how long records are kept; by field, people by name."""
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
