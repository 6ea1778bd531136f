"""What the inventory derives and concludes: the list of items, who knows each, what is still to be asked.

Pure: facts in, values out. An item's key is made from its first name and the interview's salt, so that it stays the
same while the name changes and tells nothing to who cannot read the interview.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, RegisterItem, SetOwner, TellManager
from bot.engine.facts import Derive, Facts
from bot.engine.lexicon import fold_word
from bot.engine.model import UNANSWERED, Value
from bot.engine.numerals import read_number
from bot.engine.position import Conclude
from bot.engine.reading import Reading, Refused
from bot.handbook.catalogue import Heard, find_pack, fold, hear_items, is_unclear, trim_phrase

MOST_NAMED = 40  # names taken from one message
MOST_UNCLEAR = 2  # names asked back, at most; every name can be changed in the list anyway
MOST_OFFERED = 7  # pack lines shown at once, with the two fixed choices nine; more are shown in two equal parts

Item = dict[str, Any]


def _categories(facts: Facts) -> Mapping[str, Any]:
    found: Mapping[str, Any] = facts.catalogue["categories"]
    return found


def _pack(facts: Facts) -> dict[str, Any]:
    return find_pack(_categories(facts), facts["department"]["field"])


def _field(facts: Facts) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _categories(facts)["departments"][facts["department"]["field"]]
    return found


def read_items(text: str, facts: Facts, reading: Reading) -> list[dict[str, Any]] | Refused:
    """The items named in one message, as the answer that is kept. Words for "nothing" give an empty list.

    A list of very many names is refused: it is likelier the contents, say of a customer list, than what one holds.
    """
    if fold(text) in {fold_word(word) for word in (*reading.shared.none, *reading.shared.send)}:
        return []
    people = [(person.id, person.names) for person in reading.people]
    none = {fold_word(word) for word in (*reading.shared.none, *reading.shared.send)}
    heard = [one for one in hear_items(text, _categories(facts), _pack(facts), people) if fold(one.name) not in none]
    if heard and all(read_number(one.name) is not None for one in heard):
        return Refused("words_wanted")
    if len(heard) > MOST_NAMED:
        return Refused("too_many_names", {"count": len(heard), "limit": MOST_NAMED})
    return [asdict(one) for one in heard]


def read_name(text: str, facts: Facts, _: Reading) -> str:
    """One name without what people say around it."""
    return trim_phrase(text, _categories(facts)) or text


def derive_items(facts: Facts) -> list[Item]:
    """The department's list in the order it was named, renamed and reduced as the person asked."""
    items: dict[str, Item] = {}
    for heard, told in _all_heard(facts):
        key = _make_key(facts, heard.line if not told and heard.line else fold(heard.name))
        items.setdefault(key, _make_item(facts, key, heard, told))
    return [item for item in items.values() if item["name"]]


def _all_heard(facts: Facts) -> list[tuple[Heard, bool]]:
    """Everything named so far; True where in the person's own words, False where ticked from the pack."""
    pack = _pack(facts)
    answers = [facts["told_items"], facts["other_items"], facts["left_items"], *(facts["add_items"] or {}).values()]
    own = [Heard(**one) for answer in answers if isinstance(answer, list) for one in answer]
    ticked = [one for name in ("pack_prompts", "pack_more") if isinstance(facts[name], list) for one in facts[name]]
    lines = [Heard("", line, None) for line in ticked if isinstance(line, str) and line in pack]
    written = [Heard(**one) if "name" in one else Heard(one["own"]) for one in ticked if isinstance(one, dict)]
    first = len(facts["told_items"]) if isinstance(facts["told_items"], list) else 0
    return [
        *((one, True) for one in own[:first]),
        *((one, False) for one in lines),
        *((one, True) for one in [*written, *own[first:]]),
    ]


def _make_key(facts: Facts, name: str) -> str:
    return blake2b(name.encode(), key=facts["salt"].encode(), digest_size=5).hexdigest()


def _make_item(facts: Facts, key: str, heard: Heard, told: bool) -> Item:
    line = _pack(facts).get(heard.line or "", {})
    name: Value = heard.name or dict(line["name"])
    renamed = (facts["called"] or {}).get(key)
    fixed = (facts["fix_item"] or {}).get(key)
    if isinstance(renamed, str) and renamed not in UNANSWERED:
        name = renamed
    if isinstance(fixed, dict):
        name = fixed["own"]
    if fixed == "remove":
        name = ""
    return {"key": key, "name": name, "heard": heard, "told": told, "owner": _find_owner(facts, key, heard, line)}


def _find_owner(facts: Facts, key: str, heard: Heard, line: Mapping[str, Any]) -> dict[str, Any]:
    """Who knows it best and how we know: said, proposed, asked (an answer is awaited) or confirmed by that person."""
    me, proposal = facts["me"]["person"], heard.person
    if proposal is None and not line.get("elsewhere") and not heard.doubtful:
        proposal = me
    chosen = facts["knows_best"].get(key) if isinstance(facts["knows_best"], dict) else None
    answer = (facts["colleague_says"] or {}).get(key)
    asked = (facts["who_would"] or {}).get(key)
    if isinstance(answer, dict):
        return _heed_colleague(answer, me)
    if chosen not in (None, "unknown"):
        return {"person": chosen, "how": "said"}
    if _is_person(asked):
        return {"person": asked, "how": "said" if asked == me else "asked"}
    if chosen == "unknown":
        return {"person": None if asked is None else me, "how": "open"}
    return {"person": proposal, "how": "proposed"}


def _heed_colleague(answer: Mapping[str, Any], me: str) -> dict[str, Any]:
    said = answer["said"]
    if said["answer"] == "me":
        return {"person": answer["person"], "how": "confirmed"}
    if said["answer"] == "other" and said.get("person"):
        return {"person": said["person"], "how": "said"}
    return {"person": me, "how": "open"}


def _is_person(value: Value) -> bool:
    return isinstance(value, str) and value not in ("nobody", *UNANSWERED)


def derive_listing(facts: Facts) -> list[dict[str, Any]]:
    """The list as numbered lines with who knows each."""
    return [{"key": item["key"], "label": item["name"], "note": _note(item["owner"])} for item in facts["items"]]


FORMS = {"confirmed": "owner_confirmed", "asked": "owner_asked", "open": "owner_open"}  # how an owner is written


def _note(owner: Mapping[str, Any]) -> Value:
    return {"person": owner["person"], "form": FORMS.get(owner["how"], "person")} if owner["person"] else None


def derive_remaining(facts: Facts) -> list[dict[str, Any]]:
    """Pack lines the person has not named already, as choices."""
    told = facts["told_items"] if isinstance(facts["told_items"], list) else []
    named = {one["line"] for one in told}
    left = [(line_id, line) for line_id, line in _pack(facts).items() if line_id not in named]
    return [{"id": line_id, **line["name"], "also": line["heard_as"]} for line_id, line in left]


def split_remaining(facts: Facts) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The remaining lines in one part, or in two where they are too many to be taken in at a glance."""
    lines = derive_remaining(facts)
    first = len(lines) if len(lines) <= MOST_OFFERED else (len(lines) + 1) // 2
    return lines[:first], lines[first:]


def derive_knower_fields(facts: Facts) -> list[dict[str, Any]]:
    """One line per item for the form that asks who knows it best, with a proposal where there is one."""
    return [
        {"id": item["key"], "kind": "person", **_both(item["name"]), "filled": item["owner"]["person"]}
        for item in _items_before_knows_best(facts)
    ]


def _items_before_knows_best(facts: Facts) -> list[Item]:
    """The items with the proposals the form was shown with, also once it is answered."""
    answers = {name: value for name, value in facts.answers.items() if name not in ("knows_best", "who_would")}
    return derive_items(Facts(facts.given, answers, facts.derive, facts.catalogue))


def _both(name: Value) -> dict[str, str]:
    return {"ja": name["ja"], "en": name["en"]} if isinstance(name, dict) else {"ja": name, "en": name}


def derive_next_unknown(facts: Facts) -> str:
    """The first item nobody is known for and nobody has been asked about; empty when there is none."""
    chosen = facts["knows_best"] if isinstance(facts["knows_best"], dict) else {}
    asked = facts["who_would"] or {}
    keys = {item["key"] for item in facts["items"]}
    return next((key for key, person in chosen.items() if person == "unknown" and key in keys - set(asked)), "")


def derive_suggestions(facts: Facts) -> list[dict[str, Any]]:
    """People who might know about the item asked: of the field that usually does, then of the neighbouring ones."""
    key = facts["this"] or facts["next_unknown"]
    item = next((item for item in facts["items"] if item["key"] == key), None)
    line = _pack(facts).get(item["heard"].line or "", {}) if item else {}
    experts: Mapping[str, Sequence[str]] = facts["experts"] or {}
    wanted = [*experts.get(line.get("elsewhere", ""), ()), *experts.get("quality", ()), *experts.get("near", ())]
    people = dict.fromkeys(person for person in wanted if person != facts["me"]["person"])
    return [{"person": person} for person in list(people)[:3]]


def derive_next_unclear(facts: Facts) -> str:
    """The first item whose name leaves open what is meant and has not been asked back; empty when there is none."""
    settled = {**(facts["called"] or {}), **(facts["fix_item"] or {})}
    pack, categories = _pack(facts), _categories(facts)
    unclear = [item["key"] for item in facts["items"] if item["told"] and is_unclear(item["heard"], categories, pack)]
    return next((key for key in unclear[:MOST_UNCLEAR] if key not in settled), "")


def derive_list_version(facts: Facts) -> str:
    """Names exactly this list, so that a confirmation counts only for the list that was shown."""
    return _make_key(facts, "\n".join(f"{item['key']} {_both(item['name'])['ja']}" for item in facts["items"]))


def derive_item_name(facts: Facts) -> Value:
    """The name of the item a question is about, as the list has it, or as it was before it was removed."""
    this = facts["this"]
    for item in facts["items"]:
        if item["key"] == this:
            return item["name"]
    for heard, told in _all_heard(facts):
        if _make_key(facts, heard.line if not told and heard.line else fold(heard.name)) == this:
            return heard.name or dict(_pack(facts)[str(heard.line)]["name"])
    return ""


def derive_expert_asked(facts: Facts) -> Value:
    """The person named for the item a question is about."""
    this = facts["this"]
    item = next((item for item in facts["items"] if item["key"] == this), None)
    return {"person": item["owner"]["person"]} if item and item["owner"]["person"] else None


def derive_asked_by(facts: Facts) -> Value:
    """Who asked for this: the manager by name, or the company where the manager is the one who answers."""
    if facts["manager"] and facts["manager"] != facts["me"]:
        return {**facts["manager"], "form": "asked_by_manager"}
    return {"form": "asked_by_company"}


def derive_seen_by(facts: Facts) -> Value:
    """Those who see the answers, each once."""
    people = [facts["me"], facts["manager"]]
    return [person for place, person in enumerate(people) if person and person not in people[:place]]


def ask_colleague(facts: Facts, key: str) -> list[Conclusion]:
    """The question "who knows it best" handed to the person named, with the item's name and nothing else."""
    about = key.partition("@")[2]
    person = facts["who_would"].get(about)
    if not _is_person(person) or person == facts["me"]["person"]:
        return []
    scoped = Facts({**facts.given, "this": about}, facts.answers, facts.derive, facts.catalogue)
    given = {
        "asker": facts["me"],
        "department": facts["department"],
        "item": scoped["item_name"],
        "origin": {"interview": facts["interview"], "key": f"colleague_says@{about}"},
    }
    return [BeginInterview("colleague", str(person), f"{facts['interview']}:{about}", given, queued=True, invites=True)]


def note_left_behind(facts: Facts, _: str) -> list[Conclusion]:
    """What the department could not say about old papers by the end becomes an open point for the manager."""
    if facts["left_behind"] not in UNANSWERED and facts["left_items"] not in UNANSWERED:
        return []
    return [TellManager("open_left_behind", {"department": facts["department"]})]


def register_items(facts: Facts, _: str) -> list[Conclusion]:
    """Every item of the confirmed list onto the register, and a word to the manager."""
    items = [_register(facts, item) for item in facts["items"]]
    return [*items, TellManager("list_ready", {"department": facts["department"], "count": len(items)})]


def _register(facts: Facts, item: Item) -> RegisterItem:
    line = _pack(facts).get(item["heard"].line or "", {})
    name = item["name"]["ja"] if isinstance(item["name"], dict) else item["name"]
    body = {
        "name_en": item["name"]["en"] if isinstance(item["name"], dict) else None,
        "line": item["heard"].line,
        "forms": list(line.get("forms", ())),
        "technical": line.get("technical") or _usually_technical(facts),
        "entrusted": line.get("entrusted"),
        "proposals": dict(line.get("proposals", {})),
        "owner_how": item["owner"]["how"],
    }
    judge = facts["me"]["person"]
    return RegisterItem(facts["department"]["id"], item["key"], name, item["owner"]["person"], body, judge)


def _usually_technical(facts: Facts) -> str:
    """What a thing no pack knows is taken for, by the department; the person sees that and may change it."""
    return "yes" if facts["department"]["field"] in _categories(facts)["technical_fields"] else "no"


def forward_owner(facts: Facts, key: str) -> list[Conclusion]:
    """A colleague's late answer also reaches an item that stands on the register already."""
    about = key.partition("@")[2]
    item = next((item for item in facts["items"] if item["key"] == about), None)
    if not item or not item["owner"]["person"]:
        return []
    return [SetOwner(facts["department"]["id"], about, item["owner"]["person"])]


DERIVED: Mapping[str, Derive] = {
    "opener": lambda facts: dict(_field(facts)["opener"]),
    "examples": lambda facts: dict(_field(facts)["examples"]),
    "items": derive_items,
    "count": lambda facts: len(facts["items"]),
    "listing": derive_listing,
    "asked_by": derive_asked_by,
    "seen_by": derive_seen_by,
    "field_name": lambda facts: dict(_field(facts)["name"]),
    "remaining": lambda facts: split_remaining(facts)[0],
    "remaining_more": lambda facts: split_remaining(facts)[1],
    "knower_fields": derive_knower_fields,
    "next_unknown": derive_next_unknown,
    "suggestions": derive_suggestions,
    "next_unclear": derive_next_unclear,
    "list_version": derive_list_version,
    "round": lambda facts: str(len(facts["add_items"] or {}) + 1),
    "item_name": derive_item_name,
    "expert_asked": derive_expert_asked,
}
READERS: Mapping[str, Callable[..., Value]] = {"items": read_items, "name": read_name}
CONCLUSIONS: Mapping[str, Conclude] = {
    "ask_colleague": ask_colleague,
    "note_left_behind": note_left_behind,
    "register_items": register_items,
    "forward_owner": forward_owner,
}
