"""What the evaluation of one item asks, proposes and concludes.

Pure: what the answers amount to is `judgement.py`, how that is told `judgement_words.py`.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from bot.conclusions import BeginInterview, ClassifyItem, Conclusion, TellAsker, TellManager
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.flows import judgement, judgement_effect, judgement_words
from bot.flows.judgement import (
    LEVELS,
    is_other_person,
    read_choices,
    read_field,
    read_known,
    read_overruled,
    read_places,
    read_proposal,
    read_reason,
)
from bot.flows.judgement_words import FORMS, name_level
from bot.handbook.classification import is_settled_by, propose

QUESTIONS = ("outside", "export", "economic", "loss", "others", "handling", "patent", "conclusion")
OPEN = ("export", "economic", "loss", "others")  # where somebody else may be asked instead
# Months after which an item is looked at again, by how long it stays secret. Our suggestion.
REVIEW_IN = {"always": 24, "years": 12, "months": 3, "launch": 3}
REVIEW_USUALLY = 12
SECONDS_LATER = 90  # an item from the second on, by the time model


def count_review_months(lifetime: Value) -> int:
    """Months until an item that stays secret so long is looked at again."""
    return REVIEW_IN.get(str(lifetime), REVIEW_USUALLY)


def derive_asks(facts: Facts) -> list[str]:
    """The questions this interview may ask: all, the one a colleague is asked, or none once it is handed over."""
    if facts["handed"] == "yes":
        return []
    return [facts["only"]] if facts["only"] else list(QUESTIONS)


# Which indicators a question settles, once it is answered in whatever way.
SETTLES = {
    "outside": ("nonpublic", "contract", "personal"),
    "export": ("security",),
    "economic": ("economic",),
    "loss": ("loss",),
    "others": ("partner_harm", "competitor", "trust"),
}


def derive_settled(facts: Facts) -> str:
    """Whether no question that is still to come can change what is proposed, also where somebody did not know."""
    asked = {name for question, names in SETTLES.items() if facts[question] is not None for name in names}
    return "yes" if is_settled_by(read_known(facts), asked) else "no"


def derive_export_open(facts: Facts) -> str:
    """Whether it is open how far export control applies."""
    security = read_known(facts)["security"]
    return "yes" if facts["only"] == "export" or security.low != security.high else "no"


def fill_outside(facts: Facts) -> dict[str, Value]:
    """What is likely, to be shown as already chosen: the item's own earlier answer, its pack's, the department's."""
    item, earlier = facts["item"], (facts["earlier"] or {}).get("outside") or {}
    usual, before = item.get("proposals") or {}, (facts["defaults"] or {}).get("outside") or {}
    none = {"duties": before["duties"]} if before.get("duties") == ["none"] else {}
    lifetime = {"lifetime": before["lifetime"]} if before.get("lifetime") else {}
    pack = {name: usual[name] for name in ("duties", "lifetime") if name in usual}
    return _known_only({**lifetime, **none, **pack, "technical": item.get("technical") or "no", **earlier})


def fill_handling(facts: Facts) -> dict[str, Value]:
    """How such a thing usually is and is used. What protects it is a fact nobody may guess, so it is always asked."""
    item, earlier = facts["item"], (facts["earlier"] or {}).get("handling") or {}
    usual = item.get("proposals") or {}
    forms: list[Value] = [form for form in FORMS if form in (item.get("forms") or ())]
    forms += [{"own": place} for place in item.get("places") or ()]
    ways = usual.get("ways") or []
    wider = [way for way in ways if way != "desk"] or ways  # what leaves the department is not kept inside it alone
    return _known_only({"forms": forms, "ways": wider, "useful": usual.get("useful"), **earlier})


def _known_only(proposed: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in proposed.items() if value not in ("unknown", None, [])}


def derive_next_open(facts: Facts) -> str:
    """The first question answered with "don't know" that decides and that nobody was asked about; else empty."""
    if read_proposal(facts).is_settled or facts["only"]:
        return ""
    asked = facts["who_would"] or {}
    if any(not is_other_person(facts, person) for person in asked.values()):
        return ""  # who has no idea whom to ask is not asked that again
    return next((one for one in OPEN if facts[one] == "unknown" and one not in asked), "")


def derive_suggestions(facts: Facts) -> list[dict[str, Any]]:
    """People who may know: who is said to know the item best, then the heads the shell thought of."""
    people = dict.fromkeys([facts["item"].get("owner"), *(facts["experts"] or ())])
    return [{"person": one} for one in people if one and one != facts["me"]["person"]][:3]


def derive_expert_asked(facts: Facts) -> Value:
    """The person named for the question handed on."""
    person = (facts["who_would"] or {}).get(facts["this"])
    return {"person": person} if is_other_person(facts, person) else None


def derive_hand_word(facts: Facts) -> Value:
    """What is said once a person was named, or nobody."""
    named = facts["handed"] == "yes"
    return {"message": "handed_to", "value": {"person": facts["hand_to"]}} if named else {"message": "handed_nobody"}


def derive_owner_hint(facts: Facts) -> Value:
    owner = facts["item"].get("owner")
    known = owner and owner != facts["me"]["person"] and not facts["asker"]
    return {"message": "owner_hint", "value": {"person": owner}} if known else ""


def derive_asked_line(facts: Facts) -> Value:
    """Who asks and for what, where somebody else's item or question came to this person."""
    if not facts["asker"]:
        return ""
    return {"message": "asked_one" if facts["only"] else "asked_whole"}


def derive_wish(facts: Facts) -> Value:
    """What a manager wishes for, where the proposal was sent back: in the manager's own words, or a level."""
    wish = facts["wish"]
    if not wish:
        return ""
    level = wish.get("level")
    wished = wish["words"] if level is None else {"form": f"level_{level}"}
    message = "wish_line" if level is None else "wish_level"
    return {"message": message, "value": {"person": wish["person"]}, "other": wished}


def derive_rest(facts: Facts) -> Value:
    """What is left of the list this item belongs to."""
    of = int(facts["of"] or 1)
    left = of - int(facts["turn"] or 1)
    if left <= 0:
        return {"message": "all_done"} if of > 1 else ""
    return {"message": "rest", "value": left, "other": ceil(left * SECONDS_LATER / 60)}


def classify(facts: Facts, key: str) -> list[Conclusion]:
    """The judgement for the register; at the end of a list a word to the manager."""
    if facts["conclusion"] not in ("propose", "level"):
        return []
    item, proposal = facts["item"], read_proposal(facts)
    put = ClassifyItem(
        department=facts["department"]["id"],
        item=item["id"],
        level=facts["level"],
        way=facts["way"],
        review_in=count_review_months(facts["lifetime"]),
        judgement={
            "low": proposal.low,
            "high": proposal.high,
            "proposed": proposal.high,
            "reasons": list(proposal.reasons),
            "overruled": {"reason": read_reason(facts)} if read_overruled(facts) else None,
            "forms": read_choices(facts, "handling", "forms"),
            "places": read_places(facts),
            "ways": read_choices(facts, "handling", "ways"),
            "marks": read_choices(facts, "handling", "marks") or None,
            "useful": read_choices(facts, "handling", "useful") or None,
            "nonpublic": read_field(facts, "outside", "nonpublic"),
            "hint": facts["hint"],
            "lifetime": facts["lifetime"],
            "next": facts["next_act"],
        },
        late=key.startswith("opinion@"),
    )
    return [put]


def tell_manager(facts: Facts, _: str) -> list[Conclusion]:
    """Once a list is through, the manager hears of it."""
    if facts["rest"] and facts["rest"]["message"] == "rest":
        return []
    return [TellManager("items_proposed", {"department": facts["department"]})]


def ask_colleague(facts: Facts, key: str) -> list[Conclusion]:
    """One question handed to the person named, with the item's name and nothing else."""
    question = key.partition("@")[2]
    person = (facts["who_would"] or {}).get(question)
    if not is_other_person(facts, person):
        return []
    given = {
        "only": question,
        "asker": facts["me"],
        "department": facts["department"],
        "item": {name: facts["item"].get(name) for name in ("name", "name_en", "technical")},
        "origin": {"interview": facts["interview"], "key": f"opinion@{question}"},
    }
    return [
        BeginInterview("evaluation", str(person), f"{facts['interview']}:{question}", given, queued=True, invites=True)
    ]


def tell_asker(facts: Facts, _: str) -> list[Conclusion]:
    """The one answer for the interview that asked."""
    answer = facts[facts["only"]]
    origin = facts["origin"]
    said = "unknown" if answer is None or answer in UNANSWERED else answer
    return [TellAsker(origin["interview"], origin["key"], {"answer": said})]


def hand_over(facts: Facts, _: str) -> list[Conclusion]:
    """The whole interview for the person named."""
    given = {"asker": facts["me"]}
    return [BeginInterview("evaluation", str(facts["hand_to"]), facts["item"]["id"], given, queued=True, invites=True)]


DERIVED: Mapping[str, Derive] = {
    **judgement_effect.DERIVED,
    "technical": judgement.derive_technical,
    "asks": derive_asks,
    "handed": lambda facts: "yes" if is_other_person(facts, facts["hand_to"]) else "no",
    "proposal": lambda facts: propose(read_known(facts)),
    "settled": derive_settled,
    "export_open": derive_export_open,
    "level": judgement.derive_level,
    "level_word": lambda facts: name_level(facts["level"]),
    "level_proposed": lambda facts: name_level(read_proposal(facts).high),
    "proposed_id": lambda facts: LEVELS[read_proposal(facts).high],
    "level_meaning": judgement_words.derive_level_meaning,
    "patent_asked": judgement.derive_patent_asked,
    "hint": judgement.derive_hint,
    "hint_line": lambda facts: {"message": "hint_line"} if facts["hint"] else "",
    "hint_word": judgement_words.derive_hint_word,
    "level_open": judgement_words.derive_level_open,
    "legal": lambda facts: {"message": "legal"} if facts["level"] else "",
    "legal_short": lambda facts: {"message": "legal_short"} if facts["level"] else "",
    "hand_word": derive_hand_word,
    "open_title": lambda facts: {"message": f"{facts['this'] or facts['next_open'] or 'outside'}.noun"},
    "way": judgement.derive_way,
    "class_word": judgement_words.derive_class_word,
    "reason_word": judgement_words.derive_reason_word,
    "kept": judgement_words.derive_kept,
    "useful": judgement_words.derive_useful,
    "known_outside": judgement_words.derive_known_outside,
    "next_act": judgement.derive_next_act,
    "next_word": lambda facts: {"message": facts["next_act"]},
    "outside_filled": fill_outside,
    "handling_filled": fill_handling,
    "next_open": derive_next_open,
    "suggestions": derive_suggestions,
    "expert_asked": derive_expert_asked,
    "owner_hint": derive_owner_hint,
    "asked_line": derive_asked_line,
    "wish_line": derive_wish,
    "rest": derive_rest,
    "name": lambda facts: {"ja": facts["item"]["name"], "en": facts["item"].get("name_en") or facts["item"]["name"]},
    "decider": lambda facts: facts["manager"] or {"message": "decider"},
    "lifetime": lambda facts: (
        "years" if facts["lifetime_again"] == "years" else read_field(facts, "outside", "lifetime")
    ),
    "reason_missing": lambda facts: (
        "yes" if read_overruled(facts) and not isinstance(facts["overrule"], dict) else "no"
    ),
    "lowered": lambda facts: "yes" if facts["level"] < read_proposal(facts).high else "no",
}
CONCLUSIONS: Mapping[str, Conclude] = {
    "classify": classify,
    "tell_manager": tell_manager,
    "ask_colleague": ask_colleague,
    "tell_asker": tell_asker,
    "hand_over": hand_over,
}
