"""What an interview is given when it begins: values of the record copied in, and which interviews a person may begin.

Reads the record, decides nothing of what is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.access import Resource, Scope, can
from bot.campaigning import begin_campaign, prepare_campaign, prepare_digest
from bot.conclusions import BeginInterview
from bot.crediting import begin_credit, prepare_credit
from bot.engine.model import Text
from bot.engine.position import Route
from bot.flows.company import FACTS
from bot.given import find_manager, to_department
from bot.handbook.measures import read_measures
from bot.handoff import prepare_handoff
from bot.keeping import begin_hold, prepare_hold
from bot.logbook import begin_evidence, prepare_evidence
from bot.matching import prepare_same
from bot.measuring import (
    begin_measures,
    begin_upkeep,
    is_time_to_protect,
    is_time_to_tend,
    prepare_measures,
    prepare_upkeep,
    read_protection,
)
from bot.planning import begin_occasion, prepare_occasion
from bot.protecting import prepare_confirm, prepare_plan
from bot.responding import (
    begin_course,
    begin_task,
    is_time_to_answer,
    is_time_to_go_on,
    prepare_case,
    prepare_task,
    prepare_telling,
)
from bot.reviewing import begin_review, prepare_bundle, prepare_decision
from bot.state.credits import CONSENTS, DECIDES
from bot.state.proposals import CARDS
from bot.state.queries import Member, Reader, Waiting
from bot.state.succession import count_open, find_near
from bot.unsealing import begin_unseal, prepare_unseal

# Flows about a case, for those let into it.
OF_CASES = ("handoff", "response", "evidence", "hold", "course", "closing", "telling", "unseal", "opened")
NEAR = ("quality", "rnd", "legal_ip")  # fields whose heads are named where nobody knows better
MOST_NAMED = 3
MOST_NEAR = 6  # people of a department who may go on for somebody


def begin_inventory(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    given = {
        "department": to_department(member),
        "manager": find_manager(reader, member),
        "experts": reader.find_experts(),
    }
    return [BeginInterview("inventory", member.id, member.department_id, given)]


def begin_company(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    known = reader.read_company()
    missing = [fact for fact in FACTS if fact not in known]
    return [BeginInterview("company", member.id, "company", {"missing": missing})] if missing else []


def begin_evaluation(reader: Reader, member: Member, subjects: Sequence[str]) -> list[BeginInterview]:
    """One interview for each of these items, or for each of the department's that was never judged.

    None at all where one of those named may not be judged by this person, or does not exist.
    """
    items = [reader.find_item(subject) for subject in subjects or reader.find_drafts(member.department_id)]
    allowed = [
        item["id"]
        for item in items
        if item
        and item["state"] != "retired"
        and can(member.actor, "evaluation.begin", Resource(department=item["department_id"]))
    ]
    if subjects and len(allowed) < len(subjects):
        return []
    return [BeginInterview("evaluation", member.id, item, {}, queued=True) for item in allowed]


def begin_recheck(reader: Reader, member: Member, subjects: Sequence[str]) -> list[BeginInterview]:
    """The items of the own department as they stand, those to look at soonest first; nothing where there are none.

    `subjects` may name the department; no other one is begun.
    """
    if set(subjects) - {member.department_id}:
        return []
    rows = reader.read_register(Scope(department=member.department_id))
    standing = [row for row in rows if row["state"] != "retired" and "damaged" not in row]
    standing.sort(key=lambda row: (row["review_on"] or date.max, row["id"]))
    names = ("id", "name", "name_en", "level", "class", "revision")
    given = {
        "department": to_department(member),
        "manager": find_manager(reader, member),
        "items": [
            {**{name: row.get(name) for name in names}, "review_on": str(row["review_on"] or "")} for row in standing
        ],
    }
    return [BeginInterview("recheck", member.id, member.department_id, given)] if standing else []


def begin_round(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    """The departments that have somebody to ask, by name."""
    heads = {one.department_id for one in reader.find_heads()}
    rows = reader.list_departments()
    given = {
        "departments": [{"id": row.id, "name": {"ja": row.name, "en": row.name_en}} for row in rows if row.id in heads],
        "without": len([row for row in rows if row.id not in heads]),
    }
    return [BeginInterview("round", member.id, "round", given)] if heads else []


BEGINNINGS: Mapping[str, Callable[[Reader, Member, Sequence[str]], list[BeginInterview]]] = {
    "inventory": begin_inventory,
    "company": begin_company,
    "evaluation": begin_evaluation,
    "measures": begin_measures,
    "review": begin_review,
    **dict.fromkeys(CARDS, lambda *_: []),  # cards come of a review, or of somebody who was asked to decide one
    "upkeep": begin_upkeep,
    "recheck": begin_recheck,
    "round": begin_round,
    "occasion": begin_occasion,
    "campaign": begin_campaign,
    **dict.fromkeys(OF_CASES, lambda *_: []),  # come of a report
    "evidence": begin_evidence,
    "hold": begin_hold,
    "course": begin_course,
    "task": begin_task,
    "unseal": begin_unseal,
    "agree": lambda *_: [],  # comes of whoever would know who reported
    "credit": begin_credit,
    "successor": lambda *_: [],  # comes of somebody who answers no more
}


def prepare_evaluation(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, _: datetime
) -> dict[str, Any] | None:
    """What the evaluation of one item starts with, as the record has it now; None where the item is gone."""
    item = reader.find_item(waiting.subject)
    if item is None or item["state"] == "retired":
        return None
    experts = reader.find_experts()
    near = [person for field in NEAR for person in experts.get(field, ())]
    done, of = reader.count_evaluations(member.id, item["interview_id"], item["id"])
    mine = reader.find_evaluation(routes, person=member.id, department=item["department_id"])
    reads = can(member.actor, "register.read", Resource(department=item["department_id"]))
    before = reader.find_evaluation(routes, subject=item["id"]) if reads else {}
    known = read_measures(routes["evaluation"].flow.catalogue["measures"])
    return {
        "item": _item(item),
        "department": {
            "id": item["department_id"],
            "name": {"ja": item["department"], "en": item["department_en"]},
            "field": item["field"],
        },
        "manager": find_manager(reader, member),
        "experts": [person for person in near if person != member.id][:MOST_NAMED],
        "turn": done + 1,
        "of": of,
        "again": bool(mine),
        "defaults": mine,
        "earlier": before,
        "protection": read_protection(reader, item["department_id"], known) if reads else {},
    }


def find_subject_department(waiting: Waiting) -> str | None:
    """The department a flow's subject names: alone, or before the class."""
    if waiting.flow in ("inventory", "recheck", "measures", "plan"):
        return waiting.subject.partition("/")[0]
    return None


def is_about_item(waiting: Waiting) -> bool:
    """Whether this is about a whole item, and not one question of it."""
    return waiting.flow in ("evaluation", "decision") and ":" not in waiting.subject


def takes_values(waiting: Waiting) -> bool:
    """Whether what this is about is read from the record when the person comes to it."""
    return waiting.flow in PREPARATIONS and not waiting.revision and ":" not in waiting.subject


def prepare_department(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, __: datetime
) -> dict[str, Any] | None:
    """What an interview about a department starts with: the own, or one whose work was handed to this person."""
    row = next((row for row in reader.list_departments() if row.id == waiting.subject), None)
    if row is None:
        return None
    of_it = replace(member, department_id=row.id, department=Text(ja=row.name, en=row.name_en), field=row.field)
    begun = BEGINNINGS[waiting.flow](reader, of_it, (waiting.subject,))
    return dict(begun[0].given) if begun and begun[0].subject == waiting.subject else None


def prepare_successor(
    reader: Reader, _: Mapping[str, Route], __: Member, waiting: Waiting, ___: datetime
) -> dict[str, Any] | None:
    """How much waits for a successor, and who is near; None where nothing does any more."""
    person, department = waiting.subject.split("/")
    count = count_open(reader.database, reader.vault, person, department)
    return {"count": count, "near": find_near(reader.database, department, MOST_NEAR)} if count else None


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "name", "name_en", "forms", "technical", "entrusted", "proposals")
    places = (item.get("ledger") or {}).get("places") or []
    return {**{name: item.get(name) for name in names}, "owner": item["owner_id"], "places": places}


# Flows whose queued interviews take their values from the record only when the person comes to them.
Prepare = Callable[[Reader, Mapping[str, Route], Member, Waiting, datetime], dict[str, Any] | None]
PREPARATIONS: Mapping[str, Prepare] = {
    "evaluation": prepare_evaluation,
    "decision": prepare_decision,
    "bundle": prepare_bundle,
    "same": prepare_same,
    "inventory": prepare_department,
    "recheck": prepare_department,
    "successor": prepare_successor,
    "occasion": prepare_occasion,
    "measures": prepare_measures,
    "plan": prepare_plan,
    "confirm": prepare_confirm,
    "upkeep": prepare_upkeep,
    "handoff": prepare_handoff,
    "evidence": prepare_evidence,
    "hold": prepare_hold,
    "campaign": prepare_campaign,
    "digest": prepare_digest,
    **dict.fromkeys(("response", "course", "closing"), prepare_case),
    "telling": prepare_telling,
    "unseal": prepare_unseal,
    "task": prepare_task,
    **dict.fromkeys((CONSENTS, DECIDES), prepare_credit),
}

# Flows that show how things stand, each time somebody comes back to them.
RENEWED = ("course", "task", "campaign", "digest", CONSENTS, DECIDES)

# What follows in the same visit before anything else that waits, by the flow that ended: flows of like rank together,
# the first rank first.
FOLLOWED_BY: Mapping[str, Sequence[Sequence[str]]] = {
    **dict.fromkeys(("review", *CARDS), (CARDS,)),
    "evaluation": (("evaluation",),),
    "measures": (("measures",),),
    "handoff": (("handoff", "response"),),
    "response": (("course",),),
    "course": (("evidence", "closing", "unseal", "opened"), ("course",)),
    **dict.fromkeys(("unseal", "opened"), (("course",),)),
    "evidence": (("evidence",), ("course",)),
    "closing": (("telling",), ("course",)),
    **dict.fromkeys(("digest", "nudge", "moment", "credited"), (("digest",),)),
}

# What a person who has nothing waiting is asked by themselves, the first that applies, and whether its time has come.
OFFERED: Mapping[str, Callable[[Reader, Member, datetime], bool]] = {
    "company": lambda reader, member, _: not reader.has_done(member.id, "company"),
    "inventory": lambda reader, member, _: not reader.has_done(member.id, "inventory"),
    "measures": is_time_to_protect,
    "upkeep": is_time_to_tend,
    "course": is_time_to_go_on,
    "task": is_time_to_answer,
}
