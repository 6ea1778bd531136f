"""What each flow derives, reads and concludes: one pure module per flow, named as its folder in `content/flows`."""

from collections.abc import Callable, Mapping

from bot.engine.facts import Derive
from bot.engine.loader import ContentFault
from bot.engine.model import Flow, Value
from bot.engine.position import Conclude, Route
from bot.flows import (
    addition,
    bundle,
    campaign,
    closing,
    colleague,
    commend,
    company,
    confirm,
    course,
    credit,
    decision,
    digest,
    evaluation,
    evidence,
    handoff,
    hold,
    inventory,
    ledger,
    measures,
    moment,
    nudge,
    occasion,
    plan,
    recheck,
    report,
    response,
    review,
    same,
    successor,
    task,
    unseal,
    upkeep,
)
from bot.flows import round as round_flow


def build_route(flow: Flow) -> Route:
    """The flow with its module's functions; a flow without one is walked by its content alone."""
    derive, readers, conclude = FUNCTIONS.get(flow.id, ({}, {}, {}))
    return Route(flow, derive, readers, conclude)


def check_functions(flow: Flow) -> None:
    """Raise ContentFault where the flow names a function its module does not have."""
    derive, readers, conclude = FUNCTIONS.get(flow.id, ({}, {}, {}))
    questions = flow.questions.values()
    drawn = [*(one.concludes for one in questions), *(one.concludes for one in flow.outcomes.values())]
    concluded = {name for names in drawn for name in names}
    read = {question.reads for question in questions if question.reads}
    unknown = (set(flow.derived) - set(derive)) | (read - set(readers)) | (concluded - set(conclude))
    if unknown:
        raise ContentFault("unknown_name", f"content/flows/{flow.id}/flow.yaml", name=", ".join(sorted(unknown)))


FUNCTIONS: Mapping[str, tuple[Mapping[str, Derive], Mapping[str, Callable[..., Value]], Mapping[str, Conclude]]] = {
    "inventory": (inventory.DERIVED, inventory.READERS, inventory.CONCLUSIONS),
    "colleague": (colleague.DERIVED, {}, colleague.CONCLUSIONS),
    "company": (company.DERIVED, {}, company.CONCLUSIONS),
    "evaluation": (evaluation.DERIVED, {}, evaluation.CONCLUSIONS),
    "measures": (measures.DERIVED, measures.READERS, measures.CONCLUSIONS),
    "review": (review.DERIVED, {}, review.CONCLUSIONS),
    "decision": (decision.DERIVED, {}, decision.CONCLUSIONS),
    "bundle": (bundle.DERIVED, {}, bundle.CONCLUSIONS),
    "same": (same.DERIVED, {}, same.CONCLUSIONS),
    "plan": (plan.DERIVED, {}, plan.CONCLUSIONS),
    "confirm": (confirm.DERIVED, {}, confirm.CONCLUSIONS),
    "upkeep": (upkeep.DERIVED, {}, upkeep.CONCLUSIONS),
    "round": (round_flow.DERIVED, {}, round_flow.CONCLUSIONS),
    "addition": (addition.DERIVED, {}, addition.CONCLUSIONS),
    "report": (report.DERIVED, {}, report.CONCLUSIONS),
    "recheck": (recheck.DERIVED, {}, recheck.CONCLUSIONS),
    "successor": (successor.DERIVED, {}, successor.CONCLUSIONS),
    "handoff": (handoff.DERIVED, {}, handoff.CONCLUSIONS),
    "hold": (hold.DERIVED, {}, hold.CONCLUSIONS),
    "evidence": (evidence.DERIVED, evidence.READERS, evidence.CONCLUSIONS),
    "response": (response.DERIVED, response.READERS, response.CONCLUSIONS),
    "course": (course.DERIVED, course.READERS, course.CONCLUSIONS),
    "task": (task.DERIVED, {}, task.CONCLUSIONS),
    "closing": (closing.DERIVED, {}, closing.CONCLUSIONS),
    "unseal": (unseal.DERIVED, {}, unseal.CONCLUSIONS),
    "agree": (unseal.AGREE_DERIVED, {}, unseal.AGREE_CONCLUSIONS),
    "opened": (unseal.OPENED_DERIVED, {}, unseal.OPENED_CONCLUSIONS),
    "telling": (closing.TELLING_DERIVED, {}, closing.TELLING_CONCLUSIONS),
    "moment": (moment.DERIVED, {}, moment.CONCLUSIONS),
    "occasion": (occasion.DERIVED, {}, occasion.CONCLUSIONS),
    "nudge": (nudge.DERIVED, {}, nudge.CONCLUSIONS),
    "digest": (digest.DERIVED, {}, digest.CONCLUSIONS),
    "campaign": (campaign.DERIVED, {}, campaign.CONCLUSIONS),
    "credit": (credit.DERIVED, {}, credit.CONCLUSIONS),
    "thanked": (commend.CONSENT_DERIVED, {}, commend.CONSENT_CONCLUSIONS),
    "commend": (commend.DERIVED, {}, commend.CONCLUSIONS),
    "credited": (commend.SEEN_DERIVED, {}, commend.SEEN_CONCLUSIONS),
    "ledger": (ledger.DERIVED, {}, ledger.CONCLUSIONS),
}
