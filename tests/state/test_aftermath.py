"""What follows once a case is over: closed once, items, classes and measures looked at anew; on both databases."""

import json
from typing import Any

from bot.conclusions import ApproveTelling, CloseIncident, LetIn, PutTask
from bot.responding import prepare_telling
from bot.state.queries import Waiting
from bot.state.tables import interviews, measures, outbox
from tests.state.test_measures import judge
from tests.state.test_settling import CAMERA, MARK, entries, find, force, put, settle
from tests.state.worked import list_asked, list_lines, list_tasks, open_case, read, tell
from tests.state.world import World

DRAFT: dict[str, Any] = {
    "mover": "leaver",
    "signs": ["sg-lev-01"],
    "measures": ["c3-cctv"],
    "forms": ["paper"],
    "lesson": "二人で見る",
}


def close(world: World, incident: str, *failed: str, items: tuple[str, ...] = (), by: str = "takahashi") -> None:
    tell(world, by, CloseIncident(incident, items, failed, ("sg-lev-01",), DRAFT), flow="closing")


def test_closing_ends_what_was_open(world: World) -> None:
    """It is closed with what was learned; its tasks are dropped and nobody is asked about it any more."""
    incident = open_case(world)
    tell(world, "takahashi", PutTask(incident, "fr-03", world.people["ishikawa"], "open", 4))
    assert list_asked(world, "takahashi", "response")
    close(world, incident, "company/c3-cctv")
    known = read(world, incident)
    assert known is not None
    assert (known.state, known.body["facts"]["failed"]) == ("closed", ["company/c3-cctv"])
    assert known.body["draft"]["state"] == "proposed"
    assert [one.state for one in list_tasks(world, incident)] == ["dropped"]
    assert list_asked(world, "takahashi", "response") == []
    assert list_lines(world, incident)[-1].body["closed"] is True
    assert ("incident.closed", incident) in entries(world, "incident.")


def test_items_classes_and_measures_come_up_anew(world: World) -> None:
    """The head looks at the items again and settles their classes; a measure that failed is asked about; what held is
    left as it was. Nothing of all this names the case."""
    made = judge(world, "sato", ("順送金型の図面", "L2-desk", {}), ("治具", "L1-desk", {}))
    settle(world, "sato", put("claimed", MARK), put("claimed", CAMERA, "company"))
    force(world, MARK, state="confirmed", owner_id=world.people["suzuki"])
    place = find(world, MARK).place
    incident = open_case(world)
    close(world, incident, f"{place}/{MARK}", items=(made["順送金型の図面"],))
    assert (find(world, MARK).state, find(world, MARK).asks) == ("claimed", "has")
    assert find(world, CAMERA).asks is None
    (recheck,) = list_asked(world, "sato", "recheck")
    assert recheck.subject == place
    assert [row.subject for row in list_asked(world, "sato", "measures")] == [f"{place}/L2-desk"]
    for row in list_asked(world, "sato", "recheck") + list_asked(world, "sato", "measures"):
        found = world.reader.read_interview(row.id, world.template.words.routes)
        assert found is not None
        assert incident not in json.dumps(dict(found.given))
    unasked = [row for row in world.rows(outbox) if row.person_id in (world.people["sato"], world.people["suzuki"])]
    assert not [row for row in unasked if incident in f"{row.key} {row.body}"]


def test_it_is_closed_once_and_by_a_member(world: World) -> None:
    """Nobody outside the case closes it, and what is closed stays as it was."""
    incident = open_case(world)
    close(world, incident, by="watanabe")
    known = read(world, incident)
    assert known is not None
    assert known.state == "taken"
    close(world, incident)
    close(world, incident, "company/c3-cctv")
    known = read(world, incident)
    assert known is not None
    assert known.body["facts"]["failed"] == []
    assert len([one for one in entries(world, "incident.closed") if one[1] == incident]) == 1


def test_how_it_may_be_told_is_decided_by_a_lead_of_the_case(world: World) -> None:
    """A lead who is in the case is asked, else whoever led it; a lead who is not in it is not; the word stands."""
    alone = open_case(world)
    close(world, alone)
    assert [row.subject for row in list_asked(world, "takahashi", "telling")] == [alone]
    assert list_asked(world, "watanabe", "telling") == []
    incident = open_case(world)
    tell(world, "takahashi", LetIn(incident, {world.people["watanabe"]: "tm-head"}))
    close(world, incident)
    (row,) = list_asked(world, "watanabe", "telling")
    waiting, routes = Waiting(row.id, "telling", "queued", incident), world.template.words.routes
    given = prepare_telling(world.reader, routes, world.find("watanabe"), waiting, world.clock.now())
    assert given is not None
    assert given["case"]["draft"]["lesson"] == "二人で見る"
    assert prepare_telling(world.reader, routes, world.find("abe"), waiting, world.clock.now()) is None
    tell(world, "abe", ApproveTelling(incident, True), flow="telling")
    tell(world, "watanabe", ApproveTelling(incident, False), flow="telling")
    known = read(world, incident)
    assert known is not None
    assert known.body["draft"]["state"] == "declined"
    assert prepare_telling(world.reader, routes, world.find("watanabe"), waiting, world.clock.now()) is None


def test_an_item_that_is_gone_or_a_measure_that_is_not_there_is_passed_over(world: World) -> None:
    """Names that lead nowhere begin nothing and keep nothing from being closed."""
    incident = open_case(world)
    before = len(world.rows(measures))
    close(world, incident, "company/none-such", items=("00000000-0000-7000-8000-ffffffffffff",))
    known = read(world, incident)
    assert known is not None
    assert known.state == "closed"
    assert len(world.rows(measures)) == before
    assert not [row for row in world.rows(interviews) if row.flow in ("recheck", "measures")]


def test_who_may_be_involved_is_asked_nothing_that_follows(world: World) -> None:
    """A head who is kept out of the case is not asked to look at the very items it was about; another head is asked
    as on any other day."""
    made = judge(world, "sato", ("順送金型の図面", "L2-desk", {}))
    other = judge(world, "ito", ("検査治具", "L2-desk", {}))
    incident = open_case(world, excluded=("sato",))
    close(world, incident, items=(made["順送金型の図面"], other["検査治具"]))
    assert list_asked(world, "sato", "recheck") == []
    assert list_asked(world, "sato", "measures") == []
    assert len(list_asked(world, "ito", "recheck")) == 1
