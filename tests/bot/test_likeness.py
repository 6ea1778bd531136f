"""Which items of two departments are taken for one and the same thing."""

import pytest

from bot.handbook.likeness import find_likeness, find_pairs


def item(
    name: str, department: str = "d1", level: int = 2, places: tuple[str, ...] = (), **more: object
) -> dict[str, object]:
    judgement = {"places": list(places)}
    return {"id": f"{department}-{name}", "department_id": department, "level": level, "name": name} | {
        "judgement": judgement,
        **more,
    }


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        (item("順送金型の図面"), item("順送の金型図面"), "name"),
        (item("P-3ライン加工条件表"), item("Ｐ-3ライン 加工条件表"), "name"),
        (item("金型", name_en="progressive dies"), item("順送型", name_en="Progressive die"), "name"),
        (item("金型の図面", places=("図面庫",)), item("見積用の図面", places=("図面庫 ",)), "place"),
        (item("金型の図面", places=("図面庫",)), item("見積用の図面", places=("営業の棚",)), None),
        (item("給与", places=("図面庫",)), item("金型の図面", places=("図面庫",)), None),
        (item("図"), item("図"), None),
    ],
)
def test_names_and_places(one: dict[str, object], other: dict[str, object], likeness: str | None) -> None:
    """Names that are nearly one, or close names in the same place; not a place alone, nor a name too short."""
    assert find_likeness(one, other) == find_likeness(other, one) == likeness


def test_only_unlike_levels_of_two_departments_are_paired() -> None:
    """Each pair once, the higher first; nothing of one department, nothing that has the same level already."""
    high, low = item("順送金型の図面", "d1", 2), item("順送金型の図面", "d2", 1)
    same_level, own = item("順送金型の図面", "d3", 2), item("順送金型の図面 控え", "d1", 1)
    standing = [high, low, same_level, own]
    assert [(one["id"], other["id"]) for one, other, _ in find_pairs([high, low], standing)] == [
        (high["id"], low["id"]),
        (same_level["id"], low["id"]),
    ]
