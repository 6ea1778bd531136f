"""What the answers of an evaluation amount to: ranges of the indicators, the level, the class, what to do next.

Pure: reads answers of the flow `evaluation`, judges by `handbook.classification`, and writes no words.
"""

from bot.engine.facts import Facts
from bot.engine.model import UNANSWERED, Value
from bot.handbook.classification import (
    CONFIDENTIAL,
    DUTIES,
    FEW,
    HIGHEST,
    INTERNAL,
    PUBLIC,
    SERIOUS,
    UNKNOWN,
    Known,
    Proposal,
    Range,
)

NONPUBLIC = {"public": 0, "trade": 1, "few": 2, "never": 3}
ECONOMIC = {"hardly": 0, "some": 1, "main": 2, "core": 3}
LOSS = {"none": 0, "effort": 1, "sales": 2, "business": 3}
SECURITY = {"outside": Range(0, 0), "partly": Range(2, 2), "controlled": Range(3, 3)}
# What somebody outside gains counts alike, whether they compete or break in.
OTHERS = {"partner_harm": ("partner",), "competitor": ("competitor", "misuse"), "trust": ("trust",)}
LEVELS = ("public", "internal", "confidential", "strict")  # as the choices of `overrule` name them, lowest first
WAYS = ("shared", "cloud", "outside", "company", "desk")  # the widest comes first and names the class
LOCKED = {"lock", "password"}


def read_field(facts: Facts, question: str, field: str) -> Value:
    """What a form's field was told, or None where nothing is known of it."""
    answer = facts[question]
    value = answer.get(field) if isinstance(answer, dict) else None
    return None if value == "unknown" else value


def read_list(facts: Facts, question: str, field: str) -> list[Value] | None:
    value = read_field(facts, question, field)
    return value if isinstance(value, list) else None


def read_told(facts: Facts, question: str) -> Value:
    """The answer to a question, where there is none a colleague's; None where nobody knew."""
    answer = facts[question]
    if answer is None or answer in UNANSWERED:
        opinion = (facts["opinion"] or {}).get(question)
        answer = opinion["said"]["answer"] if isinstance(opinion, dict) else None
    return None if answer in (None, "declined", *UNANSWERED) else answer


def read_choices(facts: Facts, question: str, field: str) -> list[str]:
    """The choices of a field, without words of the person's own."""
    return [one for one in read_list(facts, question, field) or [] if isinstance(one, str)]


def read_places(facts: Facts) -> list[str]:
    return [one["own"] for one in read_list(facts, "handling", "forms") or [] if isinstance(one, dict)]


def is_other_person(facts: Facts, value: Value) -> bool:
    nobody: set[str] = {"nobody", facts["me"]["person"], *UNANSWERED}
    return isinstance(value, str) and value not in nobody


def derive_technical(facts: Facts) -> str:
    """Whether the questions for technology are asked: as the person said, else as the pack has it."""
    said = read_field(facts, "outside", "technical")
    return str(said or facts["item"].get("technical") or "no")


def _was_offered_export(facts: Facts) -> bool:
    return bool(facts["item"].get("technical") == "yes")


def read_known(facts: Facts) -> Known:
    """The ranges of the indicators as far as the answers go; what nobody knew stays open."""
    known: dict[str, Range] = {}
    for indicator, value, scale in (
        ("nonpublic", read_field(facts, "outside", "nonpublic"), NONPUBLIC),
        ("economic", read_told(facts, "economic"), ECONOMIC),
        ("loss", read_told(facts, "loss"), LOSS),
    ):
        if value in scale:
            known[indicator] = Range(scale[value], scale[value])
    duties = read_list(facts, "outside", "duties")
    if duties is not None:
        known["contract"] = Range(2, 2) if "contract" in duties else Range(0, 0)
        many = Range(2, 2) if "personal_many" in duties else Range(0, 0)
        known["personal"] = Range(3, 3) if "personal_sensitive" in duties else many
    known["security"] = _read_security(facts, duties)
    others = read_told(facts, "others")
    if isinstance(others, list):
        known |= {name: Range(2, 2) if set(lines) & set(others) else Range(0, 0) for name, lines in OTHERS.items()}
    return known


def _read_security(facts: Facts, duties: list[Value] | None) -> Range:
    """Export control counts for technology only; ticked it is at least in part, and one question says how far."""
    if facts["technical"] == "no" and "export" not in (duties or ()):
        return Range(0, 0)
    if duties is not None and "export" not in duties and _was_offered_export(facts):
        return Range(0, 0)
    ticked = Range(CONFIDENTIAL, HIGHEST) if "export" in (duties or ()) else UNKNOWN
    return SECURITY.get(str(read_told(facts, "export")), ticked)


def read_proposal(facts: Facts) -> Proposal:
    found: Proposal = facts["proposal"]
    return found


def derive_level(facts: Facts) -> int:
    """The level put forward: the head's own where given, else the higher of what is possible."""
    own = read_overruled(facts)
    return LEVELS.index(own) if own else read_proposal(facts).high


def read_overruled(facts: Facts) -> str | None:
    """The level the head chose instead; a choice of the proposed one is none."""
    answer = facts["overrule"]
    chosen = answer["choice"] if isinstance(answer, dict) else answer
    return chosen if chosen in LEVELS and LEVELS.index(chosen) != read_proposal(facts).high else None


def read_reason(facts: Facts) -> str | None:
    """Why the head chose another level, as told with it or when asked for it."""
    answer, later = facts["overrule"], facts["reason"]
    if isinstance(answer, dict):
        return str(answer["own"])
    return later if isinstance(later, str) and later not in UNANSWERED else None


def derive_patent_asked(facts: Facts) -> str:
    """Whether "patent or secret" is a question: technology of one's own, of some level, not known in the trade."""
    nonpublic = read_known(facts).get("nonpublic", UNKNOWN)
    own = facts["technical"] == "yes" and facts["item"].get("entrusted") != "yes"
    return "yes" if own and read_proposal(facts).high >= CONFIDENTIAL and nonpublic.high >= FEW else "no"


def derive_hint(facts: Facts) -> str | None:
    """Secret, patent, spread, or ask whoever looks after IP; None where it was not a question."""
    if facts["patent_asked"] == "no" or facts["patent"] is None or facts["level"] == PUBLIC:
        return None
    if not any(read_field(facts, "patent", name) for name in ("analysable", "detect", "standard")):
        return None
    seen, noticed = read_field(facts, "patent", "analysable"), read_field(facts, "patent", "detect")
    if read_field(facts, "patent", "standard") == "spread":
        return "spread"
    if seen in ("at_once", "some"):
        return "patent"
    return "secret" if seen in ("experts", "no") and noticed in ("hardly", "never") else "ask"


def derive_way(facts: Facts) -> str:
    """The widest way of use; with the level it names the class."""
    ways = read_list(facts, "handling", "ways") or []
    return next((way for way in WAYS if way in ways), "unknown")


def _is_bound(facts: Facts) -> bool:
    """Whether a promise or a law asks for secrecy, whatever the level put forward."""
    known = read_known(facts)
    return any(known.get(name, UNKNOWN).low >= SERIOUS for name in DUTIES)


def derive_next_act(facts: Facts) -> str:
    """The one act that helps most now: the first that applies."""
    marks = set(read_choices(facts, "handling", "marks"))
    unlocked, unpromised = not LOCKED & marks, "promise" not in marks
    on_paper = read_choices(facts, "handling", "forms") != ["knowhow"]
    acts = {
        "next_check": facts["level"] >= INTERNAL and read_field(facts, "outside", "nonpublic") == "public",
        "next_check_promise": facts["level"] < INTERNAL and _is_bound(facts),
        "next_none": facts["level"] < INTERNAL,
        "next_look": not marks,
        "next_promise": unpromised and facts["way"] == "shared",
        "next_mark": on_paper and "mark" not in marks,
        "next_lock": unlocked and on_paper,
    }
    last = "next_promise_all" if unpromised else "next_none"
    return next((act for act, applies in acts.items() if applies), last)
