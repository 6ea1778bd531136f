"""Who may do what: one table, read two ways. `can` decides one thing, `scope` says how far a list reaches.

Pure, and deny by default: what the table does not grant nobody may do.
"""

from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """How far a grant goes."""

    OWN = "own"  # what the person is or does themselves
    DEPARTMENT = "department"  # what belongs to the person's department
    MEMBER = "member"  # what the person was let into by name
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as far as deciding needs one."""

    person: str
    department: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing as far as deciding needs one: whose it is, of which department, and who was let into it by name."""

    person: str | None = None
    department: str | None = None
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list may hold: everything, one department's, one person's, what one was let into, or nothing (all
    empty)."""

    everything: bool = False
    department: str | None = None
    person: str | None = None
    member: str | None = None


ROLES = (
    "employee",
    "department_head",
    "register_manager",
    "incident_handler",
    "incident_lead",
    "auditor",
    "administrator",
)

# action -> role -> reach. Administrators and auditors are absent on purpose: who configures or checks does not read.
GRANTS: dict[str, dict[str, Reach]] = {
    "interview.answer": {"employee": Reach.OWN},
    "inventory.begin": {"department_head": Reach.DEPARTMENT, "employee": Reach.OWN},  # own: handed to them
    "company.begin": {"register_manager": Reach.ALL},
    "colleague.begin": {"employee": Reach.OWN},
    "evaluation.begin": {"department_head": Reach.DEPARTMENT, "employee": Reach.OWN},
    "round.begin": {"register_manager": Reach.ALL},
    "review.begin": {"register_manager": Reach.ALL},
    "decision.begin": {"register_manager": Reach.ALL, "employee": Reach.OWN},
    "bundle.begin": {"register_manager": Reach.ALL},
    "same.begin": {"register_manager": Reach.ALL, "employee": Reach.OWN},
    "measures.begin": {"department_head": Reach.DEPARTMENT, "employee": Reach.OWN},
    "plan.begin": {"register_manager": Reach.ALL, "employee": Reach.OWN},
    "confirm.begin": {"register_manager": Reach.ALL},
    "upkeep.begin": {"employee": Reach.OWN},
    "recheck.begin": {"department_head": Reach.DEPARTMENT, "employee": Reach.OWN},
    "successor.begin": {"register_manager": Reach.ALL},
    "ledger.begin": {"department_head": Reach.DEPARTMENT, "register_manager": Reach.ALL},
    "register.read": {"department_head": Reach.DEPARTMENT, "register_manager": Reach.ALL},
    "register.change": {"department_head": Reach.DEPARTMENT, "register_manager": Reach.ALL},
    "cover.read": {"department_head": Reach.DEPARTMENT, "register_manager": Reach.ALL},
    "notice.read": {"register_manager": Reach.ALL, "employee": Reach.OWN},
    # A case is for those let into it by name, whatever their role; a role alone opens none.
    "incident.read": {"employee": Reach.MEMBER},
    "handoff.begin": {"employee": Reach.MEMBER},
    "response.begin": {"employee": Reach.MEMBER},
    "evidence.begin": {"employee": Reach.MEMBER},
    "hold.begin": {"employee": Reach.MEMBER},
    "course.begin": {"employee": Reach.MEMBER},
    "closing.begin": {"employee": Reach.MEMBER},
    "telling.begin": {"employee": Reach.MEMBER},
    "unseal.begin": {"employee": Reach.MEMBER},
    "opened.begin": {"employee": Reach.MEMBER},
    "agree.begin": {"employee": Reach.OWN},  # a second word, asked of somebody who need not be in the case
    "task.begin": {"employee": Reach.OWN},  # what somebody is asked to do in a case, and nothing else of it
    "campaign.begin": {"register_manager": Reach.ALL},
    "campaign.manage": {"register_manager": Reach.ALL},
    # Who acknowledged what they were told, never how they answered: that nobody but themselves may know.
    "acknowledgement.read": {"register_manager": Reach.ALL, "auditor": Reach.ALL},
    "nudge.begin": {"employee": Reach.OWN},  # put before a person by a campaign
    "digest.begin": {"employee": Reach.OWN},  # as a nudge, for several of them
    "credit.begin": {"employee": Reach.OWN},
    "thanked.begin": {"employee": Reach.OWN},  # asked of the credited person by name
    "commend.begin": {"employee": Reach.OWN},  # asked of one other by name
    "credited.begin": {"employee": Reach.OWN},  # put before a person by a campaign
    "credit.read": {"employee": Reach.MEMBER},  # those it concerns; once it is kept, the credited person's department
    "credited.read": {"employee": Reach.DEPARTMENT},
    "moment.begin": {"employee": Reach.OWN},  # as a nudge
    "occasion.begin": {"department_head": Reach.DEPARTMENT, "register_manager": Reach.ALL},  # planning one for people
    "audit.verify": {"auditor": Reach.ALL},
    "company.set": {"register_manager": Reach.ALL, "administrator": Reach.ALL},
}


def can(actor: Actor, action: str, resource: Resource) -> bool:
    """Whether this actor may do this to this thing."""
    for reach in _reaches(actor, action):
        if reach is Reach.ALL:
            return True
        if reach is Reach.DEPARTMENT and resource.department == actor.department:
            return True
        if reach is Reach.MEMBER and actor.person in resource.members:
            return True
        if reach is Reach.OWN and resource.person == actor.person:
            return True
    return False


def scope(actor: Actor, action: str) -> Scope:
    """The widest list this actor may be given for this action; lists and `can` never disagree."""
    reaches = _reaches(actor, action)
    if Reach.ALL in reaches:
        return Scope(everything=True)
    return Scope(
        department=actor.department if Reach.DEPARTMENT in reaches else None,
        person=actor.person if Reach.OWN in reaches else None,
        member=actor.person if Reach.MEMBER in reaches else None,
    )


def _reaches(actor: Actor, action: str) -> set[Reach]:
    granted = GRANTS.get(action, {})
    return {reach for role, reach in granted.items() if role in actor.roles}
