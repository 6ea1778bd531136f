"""What is asked of people in a case: the words alone, answered once, taken back; on both databases."""

import json
from dataclasses import replace

import pytest

from bot.conclusions import AnswerTask, LeaveIncident, LetIn, PutTask
from bot.engine.facts import Facts
from bot.engine.words import Names, write
from bot.flows import task as task_flow
from bot.responding import prepare_case, prepare_task
from bot.state.queries import Waiting
from bot.state.requests import find_asked_of
from bot.state.tables import interviews, outbox
from tests.state.canaries import find_word, read_database
from tests.state.talk import talking
from tests.state.worked import let_happen, list_asked, list_lines, list_tasks, open_case, read, tell
from tests.state.world import World

CAMERA = "trace-camera"
READ = ("name", "does")  # of a request
TELLING = ("漏えい", "流出", "疑い", "事案", "取引先", "退職")  # words that would tell what it is about


def put(
    world: World, incident: str, owner: str | None, task: str = CAMERA, by: str = "takahashi", **more: object
) -> None:
    person = world.people[owner] if owner else None
    one = PutTask(incident, task, person, "open", 4)
    tell(world, by, replace(one, **more))  # type: ignore[arg-type] # each is a field of it


def asked_of(world: World, name: str) -> list[str]:
    return [one.task for one in find_asked_of(world.database, world.vault, world.people[name])]


async def test_whoever_is_asked_sees_the_words_of_the_request_alone(world: World) -> None:
    """An owner is called at once, asked what to do and given nothing of the case; nothing of it stands in clear."""
    incident = open_case(world)
    put(world, incident, "ishikawa", "own", words="受付簿の原本を封をして預かる")
    with talking(world) as talk:
        await let_happen(world, talk.conversation)
        (row,) = list_asked(world, "ishikawa")
    found = world.reader.read_interview(row.id, world.template.words.routes)
    assert found is not None
    assert set(found.given["case"]) == {"asked", "now", "today"}
    assert incident not in json.dumps(dict(found.given))
    assert row.subject == world.people["ishikawa"]
    assert read(world, incident, "ishikawa") is None
    told = [f"{row.key} {row.body}" for row in world.rows(outbox) if row.person_id == world.people["ishikawa"]]
    assert not [one for one in told if incident in one]


def test_what_is_asked_lies_sealed(world: World) -> None:
    """The words of a request are nowhere in the database; what is not sealed is found, so that the search works."""
    incident = open_case(world)
    put(world, incident, "ishikawa", "own", words="canarywordofarequest")
    assert find_word("canarywordofarequest", read_database(world)) == []
    assert find_word("hibarino", read_database(world))


def test_nobody_kept_out_is_asked(world: World) -> None:
    """A task for whoever may be involved is nobody's; for anybody else it is theirs."""
    incident = open_case(world, excluded=["ishikawa"])
    put(world, incident, "ishikawa")
    put(world, incident, "abe", "fr-03")
    assert {one.task: one.owner for one in list_tasks(world, incident)} == {CAMERA: None, "fr-03": world.people["abe"]}
    assert asked_of(world, "ishikawa") == []
    assert asked_of(world, "abe") == ["fr-03"]


def test_only_members_ask(world: World) -> None:
    """Whoever is not in the case puts nothing into it, whatever their role."""
    incident = open_case(world)
    for stranger in ("ishikawa", "saito", "sato"):
        put(world, incident, "abe", by=stranger)
    assert list_tasks(world, incident) == []


def test_a_task_put_again_is_the_same_task(world: World) -> None:
    """Another owner, and done: one row goes on; two of the team's own with different words are two."""
    incident = open_case(world)
    put(world, incident, "abe")
    put(world, incident, "ishikawa")
    assert (asked_of(world, "abe"), asked_of(world, "ishikawa")) == ([], [CAMERA])
    put(world, incident, "ishikawa", state="done")
    assert [one.state for one in list_tasks(world, incident)] == ["done"]
    put(world, incident, "abe", "own", words="一つ")
    put(world, incident, "abe", "own", words="二つ")
    assert len(list_tasks(world, incident)) == 3


def test_an_answer_goes_into_the_record_and_its_leader_hears_of_it(world: World) -> None:
    """Done is done, with a line; the leader's notice says nothing; somebody else's answer changes nothing."""
    incident = open_case(world)
    put(world, incident, "ishikawa")
    (task,) = list_tasks(world, incident)
    tell(world, "abe", AnswerTask(task.id, "done"), flow="task")
    assert list_tasks(world, incident)[0].state == "open"
    tell(world, "ishikawa", AnswerTask(task.id, "done", "金庫に置いた"), flow="task")
    (task,) = list_tasks(world, incident)
    assert (task.state, task.body["note"]) == ("done", "金庫に置いた")
    assert list_lines(world, incident)[-1].body["said"] == "done"
    (notice,) = [row for row in world.rows(outbox) if "case_news" in row.body]
    assert notice.person_id == world.people["takahashi"]
    assert json.loads(notice.body) == [["case_news", {}]]
    assert notice.key.startswith("turn:remind:")  # as any reminder's
    assert incident not in notice.key


def test_what_cannot_be_done_is_nobodys_and_so_is_what_is_anothers(world: World) -> None:
    """Whoever is asked need not know who may be involved: whom they name is asked by the leader, and by nobody else."""
    incident = open_case(world, excluded=["sato"])
    for task, said, owner in (("fr-03", "cannot", None), (CAMERA, "other", "abe"), ("fr-04", "other", "sato")):
        put(world, incident, "ishikawa", task)
        (row,) = [one for one in list_tasks(world, incident) if one.task == task]
        answer = AnswerTask(row.id, said, owner=world.people[owner] if owner else None)
        tell(world, "ishikawa", answer, flow="task")
    owners = {one.task: one.owner for one in list_tasks(world, incident)}
    assert owners == {"fr-03": None, CAMERA: None, "fr-04": None}
    assert [asked_of(world, name) for name in ("ishikawa", "sato", "abe")] == [[], [], []]
    (named,) = [one for one in list_tasks(world, incident) if one.task == CAMERA]
    assert named.body["named"] == world.people["abe"]
    put(world, incident, "abe", CAMERA)  # the control: once the leader asks, they are
    assert asked_of(world, "abe") == [CAMERA]
    (named,) = [one for one in list_tasks(world, incident) if one.task == CAMERA]
    assert not named.body.get("said")


async def test_whoever_leaves_keeps_nothing_of_it(world: World) -> None:
    """What a member was asked goes with them out of the case: their question is taken back, what it held is gone."""
    incident = open_case(world)
    tell(world, "takahashi", LetIn(incident, {world.people["ishikawa"]: "tm-it"}))
    put(world, incident, "ishikawa", "own", words="ログを写す")
    with talking(world) as talk:
        await let_happen(world, talk.conversation)
        (row,) = list_asked(world, "ishikawa")
        tell(world, "ishikawa", LeaveIncident(incident), flow="handoff")
        await let_happen(world, talk.conversation, days=1)
    assert list_asked(world, "ishikawa") == []
    found = world.reader.read_interview(row.id, world.template.words.routes)
    assert found is None or "ログを写す" not in json.dumps(dict(found.given), ensure_ascii=False)
    assert [one.owner for one in list_tasks(world, incident)] == [None]


async def test_what_is_not_urgent_waits_for_their_hours(world: World) -> None:
    """A request due in three days comes within the owner's hours; one due today comes at once, at night too."""
    world.clock.advance(hours=12)  # before five in the morning in Tokyo
    incident = open_case(world)
    put(world, incident, "ishikawa", hours=72)
    with talking(world) as talk:
        await let_happen(world, talk.conversation)
        assert list_asked(world, "ishikawa") == []
        put(world, incident, "abe", "fr-03")
        await let_happen(world, talk.conversation)
        assert len(list_asked(world, "abe")) == 1
        await let_happen(world, talk.conversation, hours=6)
    assert len(list_asked(world, "ishikawa")) == 1


async def test_requests_come_together_and_once(world: World) -> None:
    """Three requests are one question after the other in one visit; a second look asks nothing again."""
    incident = open_case(world)
    for task in (CAMERA, "fr-03", "fr-04"):
        put(world, incident, "ishikawa", task)
    with talking(world) as talk:
        await let_happen(world, talk.conversation)
        await let_happen(world, talk.conversation, minutes=1)
        await talk.come("ishikawa")
        await talk.say("ishikawa", "済", "飛ばす", "済", "飛ばす", "できない", "飛ばす")
    assert sorted(one.state for one in list_tasks(world, incident)) == ["done", "done", "open"]
    assert len([row for row in world.rows(interviews) if row.flow == "task"]) == 1


def test_a_request_whose_case_is_over_is_not_asked(world: World) -> None:
    """Nothing is prepared for whoever was asked once nothing is open."""
    incident = open_case(world)
    put(world, incident, "ishikawa")
    member, waiting = world.find("ishikawa"), Waiting("i", "task", "queued", world.people["ishikawa"])
    routes = world.template.words.routes
    assert prepare_task(world.reader, routes, member, waiting, world.clock.now())
    put(world, incident, "ishikawa", state="dropped")
    assert prepare_task(world.reader, routes, member, waiting, world.clock.now()) is None


@pytest.mark.parametrize("stranger", ["ishikawa", "saito", "sato", "watanabe"])
def test_a_case_is_prepared_for_its_members_alone(world: World, stranger: str) -> None:
    """Administrator, auditor, head and a lead who was not let in are given nothing; the leader is."""
    incident = open_case(world)
    waiting, routes, now = Waiting("i", "course", "queued", incident), world.template.words.routes, world.clock.now()
    assert prepare_case(world.reader, routes, world.find(stranger), waiting, now) is None
    given = prepare_case(world.reader, routes, world.find("takahashi"), waiting, now)
    assert given is not None
    assert set(given) == {"case"}


def asked_as(world: World, name: str) -> dict[str, str]:
    """What this person reads of each task they are asked, in Japanese."""
    waiting, routes = Waiting("i", "task", "queued", world.people[name]), world.template.words.routes
    given = prepare_task(world.reader, routes, world.find(name), waiting, world.clock.now())
    assert given is not None
    flow = routes["task"].flow
    read = {}
    for one in given["case"]["asked"]:
        facts = Facts({**given, "timezone": "Asia/Tokyo"}, {"this": one["id"]}, task_flow.DERIVED, flow.catalogue)
        words = [
            write(facts[name], "ja", world.template.content.shared, Names(messages=flow.messages)) for name in READ
        ]
        read[one["task"]] = " ".join(words)
    return read


def test_who_is_not_in_the_case_reads_other_words_than_who_is(world: World) -> None:
    """The same two tasks: of whoever is outside neither tells of a leak, and one let in reads what is to be done."""
    incident = open_case(world)
    known = world.template.content.catalogue["incident"]
    for task in ("fr-09", "trace-partner-log"):
        put(world, incident, "ishikawa", task)
    outside = asked_as(world, "ishikawa")
    tell(world, "takahashi", LetIn(incident, {world.people["ishikawa"]: "tm-it"}))
    within = asked_as(world, "ishikawa")
    assert known["tasks"]["fr-09"]["name"]["ja"].strip() in within["fr-09"]
    for task in outside:
        assert outside[task]
        assert not [word for word in TELLING if word in outside[task]]
    assert {task for task in within if [word for word in TELLING if word in within[task]]} == set(outside)


def test_nobody_kept_out_is_asked_in_any_words(world: World) -> None:
    """However neutral it is said, whoever may be involved is asked nothing; once nobody is kept out, they are."""
    incident = open_case(world, excluded=["ishikawa"])
    put(world, incident, "ishikawa", "own", words="受付簿を預かる")
    assert not [row for row in world.rows(outbox) if row.person_id == world.people["ishikawa"]]
    other = open_case(world)
    put(world, other, "ishikawa", "own", words="受付簿を預かる")
    assert [row for row in world.rows(outbox) if row.person_id == world.people["ishikawa"]]
