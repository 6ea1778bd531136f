"""Credits: a colleague's good practice by its title, from whoever names it to those who work beside that colleague.

The credited person decides first, then one other who named nothing. Knows no words.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row, case, insert, select, update

from bot.access import Actor, Resource, can
from bot.conclusions import BeginInterview
from bot.credits import AnswerCredit, DecideCredit, GiveCredit
from bot.engine.interview import Interview
from bot.state.campaigns import Audience, Campaign, make_campaign, start_campaign
from bot.state.credit_tables import credits
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.record import Transaction, begin_interview, notify_person
from bot.state.tables import departments, people, roles

KIND = "credit"  # of the campaign by which the team sees it; its subject is the credit's id
ASKED, AGREED, KEPT, DROPPED = "asked", "agreed", "kept", "dropped"
CONSENTS, DECIDES = "thanked", "commend"  # the flows in which the credited person, and then one other, are asked


class Credit(NamedTuple):
    """One credit, opened; a person may know of it as `resource` and `published` say."""

    id: str
    title: str
    giver: str
    credited: str
    department: str
    decider: str | None
    state: str
    named: bool

    @property
    def resource(self) -> Resource:
        """Those it concerns."""
        return Resource(members=frozenset(one for one in (self.giver, self.credited, self.decider) if one))

    @property
    def published(self) -> Resource:
        """The team that sees it, once it is kept."""
        return Resource(department=self.department if self.state == KEPT else None)


def find_credit(database: Database, vault: Vault, actor: Actor, credit: str) -> Credit | None:
    """A credit as far as this person may know of it; None where they may not, or there is none. Raises CannotSave,
    Damaged."""
    rows = database.fetch(select(credits).where(credits.c.id == credit))
    found = to_credit(vault, rows[0]) if rows else None
    if found is None:
        return None
    allowed = can(actor, "credit.read", found.resource) or can(actor, "credited.read", found.published)
    return found if allowed else None


def to_credit(vault: Vault, row: Row[Any]) -> Credit:
    """From its row. Raises Damaged."""
    title = vault.open("credits", row.id, "body", row.body)
    people_of = (row.giver_id, row.credited_id, row.department_id, row.decider_id)
    return Credit(row.id, title, *people_of, row.state, row.named)


def lock_credits(tx: Transaction, names: Collection[str]) -> None:
    """These stay as they are until the transaction ends; in order, so that two replicas never wait for each other."""
    wanted = select(credits.c.id).where(credits.c.id.in_(names)).order_by(credits.c.id)
    tx.connection.execute(wanted.with_for_update()).all()


# -- what people decide ------------------------------------------------------------------------------------------------


def give_credit(tx: Transaction, interview: Interview, actor: str, one: GiveCredit) -> None:
    """The credited person is asked within their hours, and nobody else learns of it. Nobody credits themselves."""
    wanted = select(people.c.department_id).where(people.c.id == one.credited, people.c.active)
    department = tx.connection.execute(wanted).scalar()
    if department is None or one.credited == interview.person:
        return
    name = tx.ids.new()
    row = {
        "id": name,
        "giver_id": interview.person,
        "credited_id": one.credited,
        "department_id": department,
        "state": ASKED,
        "named": False,
        "body": _seal(tx, name, one.title),
        "created_at": tx.now,
    }
    tx.connection.execute(insert(credits).values(row))
    tx.add_entry(actor, "credit.given", name, credited=one.credited, content=tx.vault.digest(one.title))
    _ask(tx, actor, CONSENTS, one.credited, name)


def answer_credit(tx: Transaction, interview: Interview, actor: str, one: AnswerCredit) -> None:
    """The credited person's word: with their name, without it, or not at all; then one other decides."""
    row = _lock(tx, one.credit)
    if row is None or (row.state, row.credited_id) != (ASKED, interview.person):
        return
    if one.said not in ("named", "unnamed"):
        _drop(tx, actor, row)
        return
    named = one.said == "named"
    body = _seal(tx, row.id, one.title) if one.title else row.body
    _change(tx, row, state=AGREED, named=named, agreed_at=tx.now, body=body)
    content = tx.vault.digest(one.title) if one.title else ""
    tx.add_entry(actor, "credit.agreed", row.id, named=named, content=content)
    _have_decided(tx, actor, row)


def decide_credit(tx: Transaction, interview: Interview, actor: str, one: DecideCredit) -> None:
    """Kept, it is planned for the team in the same transaction; what else was decided meanwhile stays."""
    row = _lock(tx, one.credit)
    if row is None or (row.state, row.decider_id) != (AGREED, interview.person):
        return
    if not one.kept:
        _drop(tx, actor, row, agreed=True)
        return
    _change(tx, row, state=KEPT, ended_at=tx.now)
    team = Audience(departments=(row.department_id,))
    campaign = Campaign(tx.ids.new(), KIND, row.id, team, "planned", interview.person, 0, tx.now)
    tx.add_entry(actor, "credit.kept", row.id, campaign=campaign.id)
    make_campaign(tx, actor, campaign)
    start_campaign(tx, actor, campaign.id)
    _tell_kept(tx, row)


def let_go(tx: Transaction, interview: Interview, actor: str) -> None:
    """Whoever was asked about a credit and cancels that lets it go: it is dropped as if they had said so."""
    told = interview.given.get(KIND) or {}
    if interview.flow in (CONSENTS, DECIDES) and (row := _lock(tx, told.get("id", ""))):
        waits_for = {ASKED: row.credited_id, AGREED: row.decider_id}.get(row.state)
        if waits_for == interview.person:
            _drop(tx, actor, row, agreed=row.state == AGREED)


def pass_on(tx: Transaction, actor: str, credit: str, person: str) -> None:
    """Whoever was asked is gone: another is asked to decide, and what only they could agree to is dropped."""
    row = _lock(tx, credit)
    if row and (row.state, row.credited_id) == (ASKED, person):
        _drop(tx, actor, row)
    elif row and (row.state, row.decider_id) == (AGREED, person):
        _have_decided(tx, actor, row, gone=person)


# -- how it is written -------------------------------------------------------------------------------------------------


def _have_decided(tx: Transaction, actor: str, row: Row[Any], gone: str = "") -> None:
    """Somebody is asked to decide; where there is nobody who may, it is dropped."""
    decider = _find_decider(tx, row, {row.giver_id, row.credited_id, gone})
    if decider is None:
        _drop(tx, actor, row, agreed=True)
        return
    _change(tx, row, decider_id=decider)
    tx.add_entry(actor, "credit.passed", row.id, decider=decider)
    _ask(tx, actor, DECIDES, decider, row.id)


def _find_decider(tx: Transaction, row: Row[Any], apart: Collection[str]) -> str | None:
    """The head of the credited person's department, else the register manager, else a head of the management, else any
    head; never one of those apart, so that nobody decides on what they named or are named in."""
    is_head = roles.c.role == "department_head"
    rank = case(
        (is_head & (people.c.department_id == row.department_id), 0),
        (roles.c.role == "register_manager", 1),
        (departments.c.field == "management", 2),
        else_=3,
    )
    wanted = (
        select(people.c.id)
        .join(roles, roles.c.person_id == people.c.id)
        .join(departments, departments.c.id == people.c.department_id)
        .where(people.c.active, people.c.id.not_in(sorted(apart)))
        .where(roles.c.role.in_(("department_head", "register_manager")))
        .order_by(rank, people.c.id)
    )
    return tx.connection.execute(wanted.limit(1)).scalar()


def _ask(tx: Transaction, actor: str, flow: str, person: str, credit: str) -> None:
    begin_interview(tx, actor, BeginInterview(flow, person, credit, {}, queued=True, invites=True))


def _drop(tx: Transaction, actor: str, row: Row[Any], agreed: bool = False) -> None:
    """Its title goes. Whoever named it hears that it is not kept this time, and neither by whom nor why; so does the
    credited person where they had agreed."""
    _change(tx, row, state=DROPPED, ended_at=tx.now, body=_seal(tx, row.id, ""))
    tx.add_entry(actor, "credit.dropped", row.id)
    for person in [row.giver_id, *([row.credited_id] if agreed else [])]:
        notify_person(tx, person, row.id, "credit_dropped", {})


def _tell_kept(tx: Transaction, row: Row[Any]) -> None:
    """Whoever named it hears so, unless they see it with the team."""
    theirs = select(people.c.department_id).where(people.c.id == row.giver_id)
    if tx.connection.execute(theirs).scalar() != row.department_id:
        team = tx.connection.execute(select(departments).where(departments.c.id == row.department_id)).one()
        told = {"department": {"ja": team.name, "en": team.name_en}}
        notify_person(tx, row.giver_id, row.id, "credit_kept", told)


def _lock(tx: Transaction, credit: str) -> Row[Any] | None:
    return tx.connection.execute(select(credits).where(credits.c.id == credit).with_for_update()).one_or_none()


def _change(tx: Transaction, row: Row[Any], **values: Any) -> None:
    tx.connection.execute(update(credits).where(credits.c.id == row.id).values(values))


def _seal(tx: Transaction, credit: str, title: str) -> bytes:
    return tx.vault.seal("credits", credit, "body", title)


WRITES: Mapping[type, Callable[..., None]] = {
    GiveCredit: give_credit,
    AnswerCredit: answer_credit,
    DecideCredit: decide_credit,
}
