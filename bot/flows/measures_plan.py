"""What the answers about one class amount to: what is in place, what the suggestion is, what is left of it and why.

Pure; how it is told is `measures_words.py`. A decision is made in rounds: the suggestion is the first, each later one
comes of looking once more.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from bot.engine.choices import WRITE
from bot.engine.facts import Facts
from bot.engine.model import UNANSWERED, Value
from bot.handbook.cover import Cell, find_met, find_opened, find_swaps
from bot.handbook.measures import EFFORTS, GROUPS, IN_PLACE, ItemClass, Measure, Standing, read_measures

MOST_LINES = 7  # of a checklist at once, with "others" and "none" nine
QUESTIONS = {group: f"in_place_{group}" for group in GROUPS}
KNOWN = (*IN_PLACE, "planned", "declined")  # what a standing may be where reasoning counts it


def read_catalogue(facts: Facts) -> Mapping[str, Measure]:
    return read_measures(facts.catalogue["measures"])


def read_class(facts: Facts) -> ItemClass:
    """The class the interview is about; nothing in it as long as nobody came to the interview."""
    told = facts["class"]
    if told is None:
        return ItemClass("", "", 0, frozenset(), ())
    items = tuple(item["id"] for item in told["items"])
    return ItemClass(facts["department"]["id"], told["id"], int(told["level"]), frozenset(told["forms"]), items)


def name_briefly(*parts: Any) -> str:
    """A short name for exactly these values, to be part of a key."""
    return blake2b(repr(parts).encode(), digest_size=5).hexdigest()


# -- what is in place --------------------------------------------------------------------------------------------------


def list_fitting(facts: Facts) -> list[Measure]:
    """The measures that meet a need of this class, the commoner first."""
    found: list[Measure] = facts["fitting"]
    return found


def find_fitting(facts: Facts) -> list[Measure]:
    """What `list_fitting` reads, found once for as long as the facts are the same."""
    item_class = read_class(facts)
    fitting = [one for one in read_catalogue(facts).values() if find_met(one, item_class)]
    return sorted(fitting, key=lambda one: one.rank)


def list_unknown(facts: Facts, group: str | None = None) -> list[str]:
    """Those of one checklist, or all, that are still to be asked, the commoner first."""
    unasked: list[Measure] = facts["unasked"]
    return [one.id for one in unasked if group in (None, one.group)]


def find_unasked(facts: Facts) -> list[Measure]:
    """What `list_unknown` reads, found once for as long as the facts are the same: not what this person said before,
    what is planned or declined, nor what a class of the department settled earlier had on its lists."""
    before = [ItemClass("", "", int(one["level"]), frozenset(one["forms"]), ()) for one in facts["settled"] or ()]
    told = {name for name, known in (facts["standing"] or {}).items() if _is_told(facts, known)}
    return [
        one
        for one in list_fitting(facts)
        if one.id not in told and not any(find_met(one, earlier) for earlier in before)
    ]


def _is_told(facts: Facts, known: Mapping[str, Any]) -> bool:
    """Whether the record has it from here: as in place by this department or person, as planned, or as declined."""
    if known["state"] not in KNOWN:
        return False
    own = known.get("place") == facts["department"]["id"] or known.get("owner") == facts["me"]["person"]
    return known["state"] not in IN_PLACE or own


def list_lines(facts: Facts, group: str) -> list[str]:
    """The lines of one checklist."""
    return list_unknown(facts, group)[:MOST_LINES]


def list_rest(facts: Facts) -> list[str]:
    """What the checklists on which more was asked for leave out, the commonest of it."""
    asked = [group for group, question in QUESTIONS.items() if WRITE in read_listed(facts[question])]
    left = [name for group in asked for name in list_unknown(facts, group)[MOST_LINES:]]
    return sorted(left, key=lambda name: read_catalogue(facts)[name].rank)[: MOST_LINES + 1]


def read_listed(value: Value) -> list[Value]:
    """A list that was answered; nothing where it was left open."""
    return value if isinstance(value, list) else []


def list_said(facts: Facts) -> list[str]:
    """The measures somebody named or ticked in this interview."""
    told = [facts[name] for name in (*QUESTIONS.values(), "in_place_more")]
    names = [one for value in told for one in read_listed(value) if isinstance(one, str)]
    return list(dict.fromkeys(name for name in names if name in read_catalogue(facts)))


def read_standing(facts: Facts) -> dict[str, str]:
    """How each measure stands as far as anybody said: the record, with what was ticked and unticked here."""
    found: dict[str, str] = facts["stands"]
    return found


def find_standing(facts: Facts) -> dict[str, str]:
    """What `read_standing` reads, found once for as long as the facts are the same."""
    said = list_said(facts)
    known = {name: one["state"] for name, one in (facts["standing"] or {}).items() if one["state"] in KNOWN}
    denied = [
        name
        for group, question in QUESTIONS.items()
        if isinstance(facts[question], list)
        for name in list_lines(facts, group)
        if known.get(name) in IN_PLACE and name not in said
    ]
    kept = {name: state for name, state in known.items() if name not in denied}
    return {**kept, **{name: "claimed" for name in said if kept.get(name) not in IN_PLACE}}


def list_unsure(facts: Facts) -> list[str]:
    """The lines somebody did not know about; they count as not in place until their owner answers."""
    return [
        name
        for group, question in QUESTIONS.items()
        if facts[question] == "unknown"
        for name in list_lines(facts, group)
        if name not in read_standing(facts)
    ]


def name_inputs(facts: Facts) -> str:
    """Names exactly what a suggestion is worked out from."""
    item_class = read_class(facts)
    return name_briefly(item_class.level, sorted(item_class.forms), sorted(read_standing(facts).items()))


# -- what is decided ---------------------------------------------------------------------------------------------------


class Plan(NamedTuple):
    """What is left of the suggestion: measure -> whether it is for now; declined measure -> why, or nothing.

    `round` is the one under way, `decision` what opened it; `open_*` are what is still to be asked in it.
    """

    picks: Mapping[str, bool]
    declined: Mapping[str, str]
    round: int
    decision: Value
    undecided: tuple[str, ...] = ()  # of one by one
    unanswered: tuple[str, ...] = ()  # declined, and it was not said yet what instead
    unexplained: tuple[str, ...] = ()  # declined in this round without a reason, and something opens


def read_suggestion(facts: Facts) -> Mapping[str, Any] | None:
    """What was worked out for the answers as they are now."""
    found: Mapping[str, Any] | None = (facts["suggested"] or {}).get(facts["inputs"])
    return found


def list_suggested(facts: Facts) -> dict[str, bool]:
    """What stands to decide, each with whether it is for now: what was planned for this very class before, which may be
    thought over, then what is suggested."""
    suggestion, known = read_suggestion(facts), read_catalogue(facts)
    if suggestion is None:
        return {}
    picks = {one["measure"]: one["now"] for one in suggestion["picks"] if one["measure"] in known}
    return {**dict.fromkeys(list_before(facts), True), **picks}


def list_before(facts: Facts) -> list[str]:
    """What was planned for this very class before and is not in place by now, the lightest first."""
    here = f"{facts['department']['id']}/{facts['class']['id']}"
    known, said = read_catalogue(facts), list_said(facts)
    planned = [
        known[name]
        for name, one in (facts["standing"] or {}).items()
        if (one["state"], one.get("chosen_for")) == ("planned", here) and name in known and name not in said
    ]
    return [one.id for one in sorted(planned, key=lambda one: (EFFORTS.index(one.effort), one.rank))]


def name_round(facts: Facts, number: int, *more: str) -> str:
    """What a question of one round is about: the suggestion, the round, and perhaps a measure."""
    return ".".join((facts["inputs"], str(number), *more))


def _answer(facts: Facts, question: str, about: str) -> Value:
    return (facts[question] or {}).get(about)


def read_plan(facts: Facts) -> Plan:
    """The suggestion after everything that was decided about it so far."""
    found: Plan = facts["plan"]
    return found


def find_plan(facts: Facts) -> Plan:
    """What `read_plan` reads, found once for as long as the facts are the same."""
    plan = Plan(list_suggested(facts), {}, 1, _answer(facts, "suggestion", facts["inputs"]))
    while True:
        plan = _decide(facts, plan)
        following = _find_following(facts, plan)
        if following is None:
            return plan
        plan = Plan(plan.picks, plan.declined, plan.round + 1, following)


def _find_following(facts: Facts, plan: Plan) -> Value:
    """What opens the next round, said where one round was over."""
    here = name_round(facts, plan.round)
    return next(
        (one for one in (_answer(facts, "rest", here), _answer(facts, "send_cover", here)) if _goes_on(one)), None
    )


def _goes_on(decision: Value) -> bool:
    return decision == "one_by_one" or isinstance(decision, dict)


def _decide(facts: Facts, plan: Plan) -> Plan:
    """One round: what is left out in it, and what comes instead."""
    if plan.decision == "first":
        return plan._replace(picks={name: now for name, now in plan.picks.items() if now})
    if plan.decision == "one_by_one":
        return _decide_each(facts, plan)
    if isinstance(plan.decision, dict):
        named = [name for name in plan.decision["decline"] if name in plan.picks]
        return _decline(facts, plan, {name: plan.decision.get("reason", "") for name in named})
    return plan


def _decide_each(facts: Facts, plan: Plan) -> Plan:
    said = {name: _answer(facts, "one", name_round(facts, plan.round, name)) for name in plan.picks}
    is_over = any(read_choice(one) == "all" for one in said.values())
    named = {name: read_words(one) for name, one in said.items() if read_choice(one) == "leave"}
    undecided = () if is_over else tuple(name for name, one in said.items() if one is None)
    return _decline(facts, plan, named)._replace(undecided=undecided)


def _decline(facts: Facts, plan: Plan, named: Mapping[str, str]) -> Plan:
    """Leave these out one after the other, each as it was said what is to come instead."""
    unanswered, without_reason = [], []
    for name, words in named.items():
        here = name_round(facts, plan.round, name)
        answer = _answer(facts, "declined", here)
        choice, opened = read_choice(answer), list_opened(facts, plan, name)
        if choice == "keep":
            continue
        if choice is None and opened:
            unanswered.append(name)
            break
        reason = read_words(answer) or words or _read_reason(facts, plan)
        is_swapped = choice in read_catalogue(facts) and choice not in plan.picks
        instead = {name: str(choice) if is_swapped else ""}  # where it stood in the list
        picks = {instead.get(one, one): now for one, now in plan.picks.items() if instead.get(one, one)}
        plan = plan._replace(picks=picks, declined={**plan.declined, name: reason})
        still = set(opened) - _list_met(facts, picks)
        without_reason += [name] if still and not reason else []
    is_asked = _answer(facts, "reason", name_round(facts, plan.round)) is not None
    unexplained = () if is_asked else tuple(without_reason)
    return plan._replace(unanswered=tuple(unanswered), unexplained=unexplained)


def _read_reason(facts: Facts, plan: Plan) -> str:
    """The reason asked for at the end of a round, for all that was left out in it without one."""
    said = _answer(facts, "reason", name_round(facts, plan.round))
    return said if isinstance(said, str) and said not in UNANSWERED else ""


def read_choice(answer: Value) -> str | None:
    """What was chosen, also with a word on it; what was passed over or is not known leaves things as they are."""
    if isinstance(answer, dict):
        return str(answer["choice"])
    return None if answer is None else str(answer)


def read_words(answer: Value) -> str:
    return str(answer["own"]) if isinstance(answer, dict) else ""


# -- what that does ----------------------------------------------------------------------------------------------------


def to_standing(facts: Facts, plan: Plan) -> Standing:
    """How everything would stand if this were carried out."""
    planned = {name: "planned" for name in plan.picks}
    return {**read_standing(facts), **dict.fromkeys(plan.declined, "declined"), **planned}


def list_opened(facts: Facts, plan: Plan, without: str) -> tuple[Cell, ...]:
    """What is open without one measure of a plan."""
    return find_opened(read_catalogue(facts), read_class(facts), to_standing(facts, plan), without)


def list_swaps(facts: Facts, plan: Plan, without: str) -> list[tuple[str, tuple[Cell, ...]]]:
    """What could come instead of one measure of a plan, and what each closes."""
    return find_swaps(read_catalogue(facts), read_class(facts), to_standing(facts, plan), without)


def _list_met(facts: Facts, picks: Mapping[str, bool]) -> set[Cell]:
    known, item_class = read_catalogue(facts), read_class(facts)
    return {cell for name in picks for cell in find_met(known[name], item_class)}


def name_plan(facts: Facts, plan: Plan) -> str:
    """Names exactly this plan for these answers."""
    return name_briefly(facts["inputs"], list(plan.picks), sorted(plan.declined))


def list_about(facts: Facts, plan: Plan) -> Sequence[str]:
    """What the next question of a round is about: a declined measure, else the next one by one; nothing else."""
    return plan.unanswered[:1] or plan.undecided[:1]
