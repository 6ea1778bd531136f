"""An interview about how a class is protected, opened for tests and walked to where they begin."""

from collections.abc import Mapping

from bot.conclusions import PutMeasure, SettleClass
from bot.engine.model import Value
from bot.handbook.measures import FORMS, Measure, read_measures
from tests.chat import IDS, Chat, content
from tests.given import MEASURES

SATO, TAKAHASHI, SUZUKI = IDS["sato"], IDS["takahashi"], IDS["suzuki"]
IN_PLACE_SAID = ("鍵、通り道、受付、立入禁止、整理整頓", "誓約書、就業規則、面談、改善提案")
CLASSES = [
    (level, forms)
    for level in (1, 2, 3)
    for forms in (("paper",), ("electronic",), ("knowhow",), ("object", "paper"), ("electronic", "shared"), FORMS)
]


def known() -> dict[str, Measure]:
    return read_measures(content().catalogue["measures"])


def open_class(level: int = 3, forms: tuple[str, ...] = ("paper", "knowhow"), **more: Value) -> Chat:
    """An interview about a class of this level and these forms; what is to be worked out is there at once."""
    told = MEASURES["class"]
    assert isinstance(told, Mapping)
    one = {**told, "id": f"L{level}-desk", "level": level, "forms": list(forms)}
    chat = Chat("measures", more.pop("language", "ja"), {"class": one, **more})
    chat.works_out = True
    return chat


def suggested(**more: Value) -> Chat:
    """The model conversation up to its suggestion of seven."""
    return open_class(**more).say(*IN_PLACE_SAID)


def standing(state: str, owner: str = TAKAHASHI, place: str = "company", **more: Value) -> dict[str, Value]:
    return {"state": state, "owner": owner, "due_on": None, "kept_days": None, "place": place, **more}


def asked(chat: Chat) -> str:
    return (chat.asked or "").partition("@")[0]


def lines(chat: Chat) -> list[str]:
    """The measures of the list before the person, without the two fixed choices."""
    return [one for one in chat.choices if one not in ("other", "none")]


def put(chat: Chat) -> dict[str, PutMeasure]:
    """What was said of each measure, once it was sent."""
    (settled,) = (one for one in chat.conclusions if isinstance(one, SettleClass))
    assert len(settled.put) == len({one.measure for one in settled.put}), "a measure is spoken of twice"
    return {one.measure: one for one in settled.put}


def finish(chat: Chat) -> Chat:
    """The rest as proposed."""
    while chat.status == "open":
        chat.say("送る" if chat.last_prompt and chat.last_prompt.kind == "form" else "1")
    return chat
