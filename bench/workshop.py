"""The sample company with orders that wait to be answered, all through the real Lane and Store.

The turns are whole and durable; no platform is called and nothing is shown.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import select

from bench.order import CALM, SOON, build_order, list_answers
from bot.bootstrap import build_program
from bot.conclusions import BeginInterview
from bot.engine.model import Flow
from bot.engine.position import Route
from bot.events import Body, Event, Pressed, Said
from bot.settings import Settings
from bot.state.database import Database
from bot.state.lane import Lane
from bot.state.record import Transaction, begin_interview
from bot.state.store import Handled
from bot.state.tables import interviews

IN_FLIGHT = 32  # interviews answered at the same time, each by somebody who waits for the reply before going on
EACH = 1  # interviews a person answers in one run, one after the other

ORDER = build_order()


def settings_for(data: Path, url: str | None = None) -> Settings:
    """Settings that read no environment; folders side by side share the key between them."""
    return Settings.model_construct(
        data=data, key_file=data.with_name("master.key"), content=None, operator=False, database_url=url
    )


def set_up(settings: Settings, runs: int) -> None:
    """An empty folder or database becomes the sample company with enough orders begun for so many runs."""
    program = build_program(settings)
    people = [member.id for member in program.reader.list_members()]

    def begin(tx: Transaction) -> None:
        for number in range(runs * IN_FLIGHT):
            person = people[number % len(people)]
            begin_interview(tx, "bench", BeginInterview(ORDER.id, person, f"order {number}", {}))

    with closing(program.database):
        program.store.write(begin)


class Workshop:
    """Answers the orders that wait, run by run; every event of a run must be taken."""

    def __init__(self, settings: Settings) -> None:
        program = build_program(settings)
        program.store.words = replace(program.store.words, routes={ORDER.id: Route(ORDER)})
        self.database: Database = program.database
        self._lane = Lane(program.store.take_turns)
        self._lane.start()
        self._waiting = _find_orders(self.database)

    def run(self) -> float:
        """Turns per second over one run: a closed loop, IN_FLIGHT events on their way at any time."""
        lines = [self._next_line(place) for place in range(IN_FLIGHT)]
        return asyncio.run(self._answer_all(lines))

    def close(self) -> None:
        self._lane.stop()
        self.database.close()

    def _next_line(self, place: int) -> list[Event]:
        """What one person will send: one order, by either way, pressing the choices or typing everything."""
        return _list_events(*self._waiting.pop(), (SOON, CALM)[place % 2], presses=place % 4 < 2)

    async def _answer_all(self, lines: Sequence[Sequence[Event]]) -> float:
        began = perf_counter()
        last = await asyncio.gather(*map(self._answer, lines))
        seconds = perf_counter() - began
        assert {handled.status for handled in last} == {"done"}
        return sum(map(len, lines)) / seconds

    async def _answer(self, line: Sequence[Event]) -> Handled:
        for event in line:
            handled = await self._lane.hand_in(event)
            assert not handled.fault and not handled.repeated
        return handled


def _find_orders(database: Database) -> list[tuple[str, str]]:
    """(interview, person) of every order begun; taken from the end."""
    wanted = select(interviews.c.id, interviews.c.person_id).where(interviews.c.flow == ORDER.id)
    with database.reading() as connection:
        return [(row.id, row.person_id) for row in connection.execute(wanted.order_by(interviews.c.id.desc()))]


def _list_events(interview: str, person: str, way: str, presses: bool) -> list[Event]:
    now = datetime.now(UTC)
    return [
        Event(f"bench:{interview}:{place}", interview, person, "bench", now, body)
        for place, body in enumerate(_list_bodies(ORDER, way, presses))
    ]


def _list_bodies(flow: Flow, way: str, presses: bool) -> list[Body]:
    return [
        Pressed(question, place, str(value)) if presses and flow.questions[question].choices else Said(str(value))
        for place, (question, value) in enumerate(list_answers(way))
    ]
