"""Who may do what: every role, action and relation against a table written by hand, and lists that agree with it."""

from itertools import chain, combinations, product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import GRANTS, ROLES, Actor, Resource, Scope, can, scope
from bot.beginnings import BEGINNINGS
from bot.flows import FUNCTIONS

# What each role may do: to everything (all), to its own department's (dept), to what is the person's own (own), to
# what the person was let into by name (let).
EXPECTED = """
                   employee department_head register_manager incident_handler incident_lead auditor administrator
interview.answer   own      -               -                -                -             -       -
inventory.begin    own      dept            -                -                -             -       -
company.begin      -        -               all              -                -             -       -
colleague.begin    own      -               -                -                -             -       -
evaluation.begin   own      dept            -                -                -             -       -
round.begin        -        -               all              -                -             -       -
review.begin       -        -               all              -                -             -       -
decision.begin     own      -               all              -                -             -       -
bundle.begin       -        -               all              -                -             -       -
same.begin         own      -               all              -                -             -       -
measures.begin     own      dept            -                -                -             -       -
plan.begin         own      -               all              -                -             -       -
confirm.begin      -        -               all              -                -             -       -
upkeep.begin       own      -               -                -                -             -       -
recheck.begin      own      dept            -                -                -             -       -
successor.begin    -        -               all              -                -             -       -
ledger.begin       -        dept            all              -                -             -       -
register.read      -        dept            all              -                -             -       -
register.change    -        dept            all              -                -             -       -
cover.read         -        dept            all              -                -             -       -
notice.read        own      -               all              -                -             -       -
incident.read      let      -               -                -                -             -       -
handoff.begin      let      -               -                -                -             -       -
response.begin     let      -               -                -                -             -       -
evidence.begin     let      -               -                -                -             -       -
hold.begin         let      -               -                -                -             -       -
course.begin       let      -               -                -                -             -       -
closing.begin      let      -               -                -                -             -       -
telling.begin      let      -               -                -                -             -       -
unseal.begin       let      -               -                -                -             -       -
opened.begin       let      -               -                -                -             -       -
agree.begin        own      -               -                -                -             -       -
task.begin         own      -               -                -                -             -       -
campaign.begin     -        -               all              -                -             -       -
campaign.manage    -        -               all              -                -             -       -
acknowledgement.read -      -               all              -                -             all     -
nudge.begin        own      -               -                -                -             -       -
digest.begin       own      -               -                -                -             -       -
credit.begin       own      -               -                -                -             -       -
thanked.begin      own      -               -                -                -             -       -
commend.begin      own      -               -                -                -             -       -
credited.begin     own      -               -                -                -             -       -
credit.read        let      -               -                -                -             -       -
credited.read      dept     -               -                -                -             -       -
moment.begin       own      -               -                -                -             -       -
occasion.begin     -        dept            all              -                -             -       -
audit.verify       -        -               -                -                -             all     -
company.set        -        -               all              -                -             -       all
"""
HEAD, *LINES = (line.split() for line in EXPECTED.strip().splitlines())
OF_ANYBODY = ("report", "addition")  # who wants to report is asked for nothing, not even who they are
TABLE = {(line[0], role): reach for line in LINES for role, reach in zip(HEAD, line[1:], strict=True)}
ACTIONS = [line[0] for line in LINES]


class Relation(NamedTuple):
    """How a thing stands to the person who acts, and which reaches of the table cover it."""

    resource: Resource
    covered_by: frozenset[str]


ME, MINE, OTHER, ELSEWHERE = "me", "my department", "somebody else", "another department"
RELATIONS = {
    "own, own department": Relation(Resource(ME, MINE), frozenset({"own", "dept", "all"})),
    "own, other department": Relation(Resource(ME, ELSEWHERE), frozenset({"own", "all"})),
    "own, no department": Relation(Resource(ME, None), frozenset({"own", "all"})),
    "another's, own department": Relation(Resource(OTHER, MINE), frozenset({"dept", "all"})),
    "another's, other department": Relation(Resource(OTHER, ELSEWHERE), frozenset({"all"})),
    "another's, no department": Relation(Resource(OTHER, None), frozenset({"all"})),
    "nobody's, own department": Relation(Resource(None, MINE), frozenset({"dept", "all"})),
    "nobody's, other department": Relation(Resource(None, ELSEWHERE), frozenset({"all"})),
    "nobody's, no department": Relation(Resource(), frozenset({"all"})),
    "let into": Relation(Resource(members=frozenset({ME, OTHER})), frozenset({"let", "all"})),
    "others let into": Relation(Resource(members=frozenset({OTHER})), frozenset({"all"})),
}


def actor(*roles: str) -> Actor:
    return Actor(ME, MINE, frozenset(roles))


@pytest.mark.parametrize(("role", "action", "relation"), list(product(HEAD, ACTIONS, RELATIONS)))
def test_one_role_may_do_exactly_what_the_table_says(role: str, action: str, relation: str) -> None:
    """Each cell of role, action and relation is allowed where the table's reach covers it, and nowhere else."""
    resource, covered_by = RELATIONS[relation]
    assert can(actor(role), action, resource) == (TABLE[action, role] in covered_by)


def test_several_roles_may_do_what_any_of_them_may() -> None:
    """For every set of roles and every relation, the person may do what one role alone would allow, and no more."""
    sets = chain.from_iterable(combinations(ROLES, size) for size in range(len(ROLES) + 1))
    for roles in sets:
        for action, relation in product(ACTIONS, RELATIONS.values()):
            expected = any(TABLE[action, role] in relation.covered_by for role in roles)
            assert can(actor(*roles), action, relation.resource) == expected, (roles, action, relation)


def test_the_table_names_every_role_and_every_action() -> None:
    """A role or an action added without a line here fails, and so does a flow that can be begun by no rule."""
    assert tuple(HEAD) == ROLES
    assert set(ACTIONS) == set(GRANTS)
    assert {role for grants in GRANTS.values() for role in grants} <= set(ROLES)
    assert {f"{flow}.begin" for flow in (*FUNCTIONS, *BEGINNINGS) if flow not in OF_ANYBODY} <= set(ACTIONS)


def test_who_configures_or_checks_does_not_read() -> None:
    """Administrators, auditors and the incident team open neither the register nor anybody's interview."""
    for role in ("administrator", "auditor", "incident_handler", "incident_lead"):
        for relation in RELATIONS.values():
            assert not can(actor(role), "register.read", relation.resource)
            assert not can(actor(role), "interview.answer", relation.resource)


UNKNOWN = st.text(max_size=20).filter(lambda text: text not in GRANTS and text not in ROLES)


@given(action=UNKNOWN, roles=st.frozensets(st.sampled_from(ROLES)))
def test_an_unknown_action_is_denied_to_everybody(action: str, roles: frozenset[str]) -> None:
    """What the table does not name nobody may do, whatever they are and whoever's it is."""
    for relation in RELATIONS.values():
        assert not can(actor(*roles), action, relation.resource)
    assert scope(actor(*roles), action) == Scope()


@given(roles=st.frozensets(UNKNOWN, max_size=4), action=st.sampled_from(ACTIONS))
def test_an_unknown_role_may_do_nothing(roles: frozenset[str], action: str) -> None:
    """A role that is not ours, spelled however, grants nothing; nor does having none."""
    for relation in RELATIONS.values():
        assert not can(actor(*roles), action, relation.resource)
    assert scope(actor(*roles), action) == Scope()


PEOPLE = st.sampled_from(["p1", "p2", "p3", "p4"])
DEPARTMENTS = st.sampled_from(["d1", "d2", "d3"])
ACTORS = st.builds(Actor, PEOPLE, DEPARTMENTS, st.frozensets(st.sampled_from(ROLES)))
RESOURCES = st.builds(Resource, st.none() | PEOPLE, st.none() | DEPARTMENTS, st.frozensets(PEOPLE))


def lists(allowed: Scope, resource: Resource) -> bool:
    """Whether a list of this scope would hold the thing: what a WHERE made from it does."""
    return (
        allowed.everything
        or (allowed.department is not None and resource.department == allowed.department)
        or (allowed.person is not None and resource.person == allowed.person)
        or (allowed.member is not None and allowed.member in resource.members)
    )


@given(who=ACTORS, action=st.sampled_from([*ACTIONS, "no.such"]), world=st.lists(RESOURCES, max_size=30))
def test_list_and_detail_never_disagree(who: Actor, action: str, world: list[Resource]) -> None:
    """In any world, what a list shows is what can be opened one by one, no thing more and no thing less."""
    assert [lists(scope(who, action), one) for one in world] == [can(who, action, one) for one in world]


@given(who=ACTORS, action=st.sampled_from(ACTIONS), more=st.sampled_from(ROLES), thing=RESOURCES)
def test_a_role_more_never_takes_anything_away(who: Actor, action: str, more: str, thing: Resource) -> None:
    """Roles only add: who may do it without a role may do it with one."""
    wider = Actor(who.person, who.department, who.roles | {more})
    assert can(wider, action, thing) or not can(who, action, thing)


def test_a_wrong_list_would_be_seen() -> None:
    """Negative control: a list by department alone disagrees with what a head may open elsewhere."""
    head, elsewhere = actor("department_head"), Resource(OTHER, ELSEWHERE)
    assert lists(Scope(everything=True), elsewhere) != can(head, "register.read", elsewhere)
