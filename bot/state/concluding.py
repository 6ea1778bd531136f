"""Carries out what a turn concluded: each kind of conclusion by the one function that writes it to the record."""

from collections.abc import Callable, Mapping, Sequence

from bot.conclusions import (
    AskReporter,
    BeginInterview,
    ClassifyItem,
    CloseIncident,
    Compute,
    Conclusion,
    ConfirmItem,
    ConfirmMeasures,
    DecideClass,
    DecideItem,
    HandOn,
    MatchItems,
    RegisterItem,
    RetireItem,
    SetCompanyFact,
    SetOwner,
    SettleClass,
    StartRound,
    TellAsker,
    TellManager,
    TendMeasure,
)
from bot.credits import AnswerCredit, DecideCredit
from bot.engine.interview import Interview
from bot.handbook.measures import COMPANY
from bot.state.aftermath import WRITES as AFTER_CASES
from bot.state.aftermath import list_departments
from bot.state.casework import WRITES as OF_CASES
from bot.state.credits import WRITES as OF_CREDITS
from bot.state.credits import lock_credits
from bot.state.deciding import decide_class, decide_item, match_items
from bot.state.digests import WRITES as OF_DIGESTS
from bot.state.directing import WRITES as OF_CAMPAIGNS
from bot.state.grading import WRITES as OF_NUDGES
from bot.state.housing import WRITES as OF_ROOMS
from bot.state.incidents import lock_row
from bot.state.leading import WRITES as OF_LEADING
from bot.state.mailboxes import lock_origins
from bot.state.occasions import WRITES as OF_OCCASIONS
from bot.state.permits import WRITES as OF_PERMITS
from bot.state.rechecking import confirm_item, retire_gone
from bot.state.record import (
    Transaction,
    begin_interview,
    classify_item,
    have_computed,
    lock_places,
    register_items,
    set_company_fact,
    set_owner,
    tell_asker,
    tell_managers,
)
from bot.state.register import lock_asked
from bot.state.requests import WRITES as OF_REQUESTS
from bot.state.retention import WRITES as OF_RETENTION
from bot.state.rounds import start_round
from bot.state.settling import settle_class
from bot.state.succession import hand_on
from bot.state.unsealing import WRITES as OF_UNSEALING
from bot.state.upkeep import confirm_measures, tend_measure
from bot.unseals import OpenReporter

OF_DEPARTMENTS = (
    RegisterItem,
    ClassifyItem,
    DecideItem,
    MatchItems,
    ConfirmItem,
    RetireItem,
    SetOwner,
)  # what changes a department's items


def lock_what_changes(tx: Transaction, conclusions: Sequence[Conclusion]) -> None:
    """What is still asked about items that come off, mailboxes of those who reported, places, cases, then credits: of
    all these, at once and in order, so that two replicas never wait for each other."""
    for item in sorted(one.item for one in conclusions if isinstance(one, RetireItem)):
        lock_asked(tx, item)
    lock_origins(tx, [one.incident for one in conclusions if isinstance(one, AskReporter | OpenReporter)])
    places = {place for one in conclusions for place in (*list_places(one), *_list_touched(tx, one))}
    if places:
        lock_places(tx, places)
    for incident in sorted({named for one in conclusions if (named := getattr(one, "incident", None))}):
        lock_row(tx.connection, incident)
    if named := {one.credit for one in conclusions if isinstance(one, AnswerCredit | DecideCredit)}:
        lock_credits(tx, named)


def _list_touched(tx: Transaction, one: Conclusion) -> tuple[str, ...]:
    """The places of items that a case was about, which are looked at anew once it is closed."""
    return (COMPANY, *list_departments(tx, one.items)) if isinstance(one, CloseIncident) else ()


def list_places(one: Conclusion) -> tuple[str, ...]:
    """The departments, or the company, of which a conclusion changes items, classes or measures."""
    if isinstance(one, SettleClass | DecideClass):
        return (one.department, COMPANY)
    if isinstance(one, ConfirmMeasures | TendMeasure):
        return (one.place,)
    return (one.department,) if isinstance(one, OF_DEPARTMENTS) else ()


def conclude(tx: Transaction, interview: Interview, actor: str, conclusions: Sequence[Conclusion]) -> None:
    """Carry out what a turn concluded; items are put on the register together, before what is said of them."""
    put = [one for one in conclusions if isinstance(one, RegisterItem)]
    if put:
        register_items(tx, interview, actor, put)
    for one in conclusions:
        _carry_out(tx, interview, actor, one)


def _carry_out(tx: Transaction, interview: Interview, actor: str, one: Conclusion) -> None:
    write = WRITES.get(type(one))
    if write:
        write(tx, interview, actor, one)
    elif isinstance(one, StartRound):
        start_round(tx, interview.person, actor, one)
    elif isinstance(one, BeginInterview):
        begin_interview(tx, actor, one)
    elif isinstance(one, TellAsker):
        tell_asker(tx, interview, one)
    elif isinstance(one, Compute):
        have_computed(tx, interview, one)
    elif isinstance(one, TellManager):
        tell_managers(tx, interview, one)
    elif isinstance(one, SetCompanyFact):
        set_company_fact(tx, actor, one.fact, one.text, one.text)


WRITES: Mapping[type, Callable[..., None]] = {
    **OF_CASES,
    **OF_LEADING,
    **OF_PERMITS,
    **OF_RETENTION,
    **OF_UNSEALING,
    **OF_REQUESTS,
    **OF_ROOMS,
    **OF_NUDGES,
    **OF_DIGESTS,
    **OF_CAMPAIGNS,
    **OF_CREDITS,
    **OF_OCCASIONS,
    **AFTER_CASES,
    ClassifyItem: classify_item,
    DecideItem: decide_item,
    MatchItems: match_items,
    ConfirmItem: confirm_item,
    RetireItem: retire_gone,
    SetOwner: set_owner,
    HandOn: hand_on,
    SettleClass: settle_class,
    DecideClass: decide_class,
    ConfirmMeasures: confirm_measures,
    TendMeasure: tend_measure,
}
