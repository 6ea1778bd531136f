"""Where evidence should lie: from what protects the items, in the order in which it vanishes, and what nobody said."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.handbook import evidence
from bot.handbook.evidence import (
    CLAIMED,
    CONFIRMED,
    EXPECTED,
    NONE,
    UNSAID,
    Held,
    Source,
    Stand,
    Suspicion,
    find_sources,
)
from bot.handbook.incident import read_response
from bot.handbook.measures import COMPANY, FORMS, IN_PLACE, LEAKERS, Measure, read_measures
from tests.chat import content

TRACES = read_response(content().catalogue["incident"]).traces
MEASURES = read_measures(content().catalogue["measures"])
STARTED = datetime(2026, 11, 17, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 17, 10, 21, tzinfo=UTC)
SUSPECTED = Suspicion(STARTED, "employee")
DRAWINGS = Held("drawings", "design", frozenset({"paper", "electronic"}))
GOLDEN = (
    Stand(COMPANY, "c3-pc-log", "confirmed", "it-head", 90, STARTED - timedelta(days=40)),
    Stand("design", "c3-cctv", "claimed", "takahashi", 14),
    Stand("design", "c3-entry-log", "declined", said_at=STARTED - timedelta(days=9)),
    Stand("design", "c1-locked-storage", "claimed", "takahashi"),
)


def find(*stands: Stand, items: tuple[Held, ...] = (DRAWINGS,), suspected: Suspicion = SUSPECTED) -> list[Source]:
    return find_sources(TRACES, MEASURES, items, stands, suspected, NOW)


def by_trace(found: list[Source]) -> dict[str, Source]:
    return {one.trace: one for one in found}


def test_drawings_on_a_server_and_in_a_drawer() -> None:
    """The camera's two weeks end before the server's ninety days; a device and a sheet of paper go otherwise."""
    found = find(*GOLDEN)
    told = by_trace(found)
    assert [one.trace for one in found][:2] == ["camera", "server-log"]
    assert told["camera"].vanishes_at == STARTED + timedelta(days=14)
    assert told["server-log"].vanishes_at == STARTED + timedelta(days=90)
    assert (told["server-log"].holder, told["server-log"].state) == ("it-head", CONFIRMED)
    assert (told["camera"].holder, told["camera"].state) == ("takahashi", CLAIMED)
    assert (told["key-record"].stays, told["key-record"].vanishes_at) == ("collected", None)
    assert (told["usb-trace"].state, told["usb-trace"].stays) == (EXPECTED, "untouched")
    assert (told["entry-log"].state, told["entry-log"].said_at) == (NONE, STARTED - timedelta(days=9))
    assert found[-1].trace == "entry-log"


def test_what_nobody_said_is_not_called_none() -> None:
    """Where nothing is known of a measure, its record is one to ask about, with whoever would hold it."""
    told = by_trace(find())
    assert {told[name].state for name in ("server-log", "camera", "entry-log", "mail-log")} == {UNSAID}
    assert (told["server-log"].held_by, told["server-log"].holder) == ("it", None)


def test_records_of_unknown_days_say_so_and_come_early() -> None:
    """How long is not known: behind what has a day, before what does not go by days."""
    found = find(Stand("design", "c3-cctv", "claimed"), GOLDEN[0], GOLDEN[3])
    assert [one.trace for one in found][:2] == ["server-log", "camera"]
    assert by_trace(found)["camera"].are_days_unknown
    assert not any(one.are_days_unknown for one in found if one.trace != "camera")


def test_what_is_gone_already_is_told() -> None:
    """Two weeks after three weeks are over: gone, and behind what can still be had."""
    found = find(*GOLDEN, suspected=Suspicion(NOW - timedelta(days=21), "employee"))
    camera = by_trace(found)["camera"]
    assert (camera.is_gone, camera.reaches_to) == (True, NOW - timedelta(days=14))
    assert found.index(camera) > found.index(by_trace(found)["usb-trace"])


def test_without_a_start_what_reaches_back_least_comes_first() -> None:
    """Nobody knows since when: no day is named, but how far back the records reach, the shortest first."""
    found = find(*GOLDEN, suspected=Suspicion())
    assert [one.trace for one in found][:2] == ["camera", "server-log"]
    assert {one.vanishes_at for one in found} == {None}


def test_only_what_stands_over_the_item_counts() -> None:
    """A camera in another department is no camera here; what serves the company serves here."""
    far = Stand("sales", "c3-cctv", "confirmed", kept_days=30)
    assert by_trace(find(far))["camera"].state == UNSAID
    both = (DRAWINGS, Held("prices", "sales", frozenset({"paper"})))
    cameras = [one for one in find(far, items=both) if one.trace == "camera"]
    assert {(one.state, one.items) for one in cameras} == {(CONFIRMED, ("prices",)), (UNSAID, ("drawings",))}


def test_what_fits_neither_the_form_nor_the_leaker_is_left_out() -> None:
    """Know-how leaves no log, and a partner's log says nothing about an employee."""
    knowhow = (Held("knack", "design", frozenset({"knowhow"})),)
    assert "server-log" not in by_trace(find(GOLDEN[0], items=knowhow))
    partner = Stand("design", "c3-partner-log", "claimed", kept_days=30)
    assert "partner-log" not in by_trace(find(partner))
    assert "partner-log" in by_trace(find(partner, suspected=Suspicion(STARTED, "partner")))
    assert "partner-log" in by_trace(find(partner, suspected=Suspicion(STARTED)))


def test_records_of_a_measure_of_the_company_s_own() -> None:
    """What a company added and leaves records is found, too."""
    own = MEASURES["c3-cctv"]._replace(id="own-drone", owners=("it",))
    stand = Stand("design", "own-drone", "claimed", kept_days=3)
    found = find_sources(TRACES, {**MEASURES, "own-drone": own}, [DRAWINGS], [stand], SUSPECTED, NOW)
    assert (found[0].measure, found[0].held_by, found[0].kept_days) == ("own-drone", "it", 3)


def draw_worlds(count: int) -> Iterator[tuple[list[Held], list[Stand], Suspicion]]:
    random = Random(8_3)
    for _ in range(count):
        items = [
            Held(f"i{place}", random.choice(("a", "b")), frozenset(random.sample(FORMS, random.randint(1, 3))))
            for place in range(random.randint(1, 4))
        ]
        stands = [
            Stand(
                random.choice((COMPANY, "a", "b")),
                name,
                random.choice((*IN_PLACE, "planned", "declined")),
                kept_days=random.choice((None, 7, 30, 90)),
            )
            for name in random.sample(sorted(MEASURES), 30)
        ]
        yield items, stands, Suspicion(random.choice((None, STARTED)), random.choice((None, *LEAKERS)))


def count_lost() -> int:
    """Records in place over an item in a form they keep, by somebody whose doings they show, that are not told."""
    lost = 0
    for items, stands, suspected in draw_worlds(300):
        found = find_sources(TRACES, MEASURES, items, stands, suspected, NOW)
        told = {(one.place, one.measure, item) for one in found for item in one.items}
        for stand in stands:
            measure: Measure = MEASURES[stand.measure]
            if not measure.keeps or stand.state not in IN_PLACE:
                continue
            if suspected.leaker and suspected.leaker not in measure.leakers:
                continue
            lost += any(
                (stand.place, stand.measure, item.id) not in told
                for item in items
                if measure.forms & item.forms and stand.place in (COMPANY, item.department)
            )
        days = [one.vanishes_at for one in found if one.vanishes_at and not one.is_gone]
        assert days == sorted(days)
    return lost


def test_no_record_in_place_is_left_out() -> None:
    """Whatever is protected how, each record that is there over an item is named with that item."""
    assert count_lost() == 0


def test_a_lost_record_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where only the department's own measures count, records of the company are missed."""
    monkeypatch.setattr(
        evidence, "_list_items", lambda one, items: tuple(item.id for item in items if item.department == one.place)
    )
    assert count_lost() > 0
