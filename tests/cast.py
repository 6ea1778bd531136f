"""The people the tests speak of. Everybody here is invented; two share a family name."""

from bot.engine.model import Text
from bot.engine.words import PersonName

CAST = {
    "sato": ("佐藤", "Sato", "健一", "Kenichi", "製造部", "Manufacturing"),
    "takahashi": ("高橋", "Takahashi", "由美", "Yumi", "総務部", "General affairs"),
    "suzuki": ("鈴木", "Suzuki", "大輔", "Daisuke", "製造部", "Manufacturing"),
    "kobayashi": ("小林", "Kobayashi", "直子", "Naoko", "経理部", "Accounting"),
    "mori": ("森", "Mori", "拓也", "Takuya", "品質保証部", "Quality"),
    "yamamoto": ("山本", "Yamamoto", "誠", "Makoto", "製造部", "Manufacturing"),
    "yamamoto.aya": ("山本", "Yamamoto", "彩", "Aya", "営業部", "Sales"),
}
IDS = {who: f"00000000-0000-7000-8000-{place:012d}" for place, who in enumerate(CAST, 1)}
PEOPLE = {
    IDS[who]: PersonName(family, family_en, Text(ja=department, en=department_en), f"{who}@example.jp")
    for who, (family, family_en, _, _, department, department_en) in CAST.items()
}
