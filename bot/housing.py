"""Sees to the rooms of cases' teams on one surface: makes them, brings in who works the case and nobody else, closes
them when it is over.

Whatever it does it may do again: what is wanted is read from the record and what is there from the platform, each time,
and who may come in once more before each is let in. Knows no platform and no words.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from bot.dispatch import back_off
from bot.engine.lexicon import Shared
from bot.patrol import keep_looking
from bot.ports import Barred, Clock, Rejected, Throttled
from bot.state.housing import Deed, note_deed, rename_room
from bot.state.record import Transaction
from bot.state.rooms import (
    FAILED,
    OPEN,
    OVER,
    WANTED,
    Claim,
    Guest,
    Plan,
    claim_rooms,
    find_house,
    has_due,
    note_house,
    read_plan,
    settle_room,
)
from bot.state.store import Store, note_fault

PATROL = 2.0  # seconds between two looks
BATCH = 5  # rooms held at a time
MOST_SECONDS = 60.0  # for all that is done about one room in one go; less than the lease
LONGEST_WAIT = 30.0  # seconds after which what failed is tried again
BARRED_WAIT = timedelta(minutes=5)  # until a platform that takes nothing from us is asked again
MOST_LOOKS = 3  # for a room that should be there by its name, before another name is taken
Result = TypeVar("Result")
FIRST = "room_first"  # what stands in a room from the first


class Home(NamedTuple):
    """The workspace of our app, and whether it may make rooms there."""

    workspace: str
    opens: bool


class Taken(Exception):
    """There is a room of this name, and it is none of ours."""


class House(Protocol):
    """A surface that has rooms. Everything raises Throttled, Rejected, Barred, or whatever else went wrong; then nobody
    knows. A room that is not there, or not for us, is Rejected with one of `gone`."""

    @property
    def gone(self) -> Collection[str]: ...

    async def find_home(self) -> Home: ...

    async def open(self, name: str) -> str:
        """The room of this name, made now or before. Raises Taken."""

    async def find(self, name: str) -> str | None: ...

    async def list_present(self, room: str) -> set[str]:
        """Everybody in it but ourselves."""

    async def look_up(self, email: str) -> tuple[str, str] | None: ...

    async def is_colleague(self, user: str, email: str) -> bool:
        """Whether this is somebody of the workspace with this address: no guest, no program, nobody who left."""

    async def let_in(self, room: str, user: str) -> None: ...

    async def put_out(self, room: str, user: str) -> None: ...

    async def say(self, room: str, text: str) -> None: ...

    async def close(self, room: str) -> None: ...


class Housing:
    """Runs until it is cancelled; what goes wrong with one room stays due and holds up no other."""

    def __init__(self, store: Store, surface: str, house: House, shared: Shared, clock: Clock) -> None:
        self.store = store
        self.surface = surface
        self.house = house
        self.shared = shared
        self.clock = clock
        self.workspace = ""
        self.look_at: datetime | None = None  # not before that, where asking went wrong

    async def run(self) -> None:
        await keep_looking(self.do_due, PATROL)

    async def do_due(self) -> int:
        """One look; how many rooms were seen to. Raises CannotSave."""
        if await asyncio.to_thread(self._is_time_to_look):
            await self._look_around()
        if not await asyncio.to_thread(has_due, self.store.database, self.surface, self.workspace, self.clock.now()):
            return 0
        claim = partial(claim_rooms, surface=self.surface, workspace=self.workspace, most=BATCH)
        held = await self._write(claim)
        await asyncio.gather(*map(self._tend_safely, held))
        return len(held)

    async def _look_around(self) -> None:
        """Whether rooms can be had here, asked by whichever replica finds that it is time; each asks once for itself,
        as it has to know where it is. Where asking goes wrong, what is due about rooms goes on."""
        try:
            home = await self.house.find_home()
        except Throttled as fault:
            self.look_at = self.clock.now() + timedelta(seconds=fault.seconds)
        except Exception as fault:
            note_fault(fault)
            self.look_at = self.clock.now() + BARRED_WAIT
        else:
            self.workspace, self.look_at = home.workspace, None
            note = partial(note_house, surface=self.surface, workspace=home.workspace, opens=home.opens)
            await self._write(note)

    def _is_time_to_look(self) -> bool:
        if self.look_at:
            return self.look_at <= self.clock.now()
        known = find_house(self.store.database, self.surface, self.workspace) if self.workspace else None
        return known is None or known <= self.clock.now()

    async def _tend_safely(self, claim: Claim) -> None:
        wait, tries = await self._judge(claim)
        await self._write(lambda tx: settle_room(tx, claim, wait, tries))

    async def _judge(self, claim: Claim) -> tuple[timedelta | None, int]:
        """See to a room, and say when to come again; None where all is as it is to be, or never will be."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await self._tend(claim)
        except Throttled as fault:
            return timedelta(seconds=fault.seconds), claim.tries
        except Barred as fault:
            note_fault(fault)
            await self._note(claim, Deed("barred", tells="room_barred"))
            return BARRED_WAIT, claim.tries
        except Rejected as fault:
            note_fault(fault)
            what, tells = ("lost", "room_lost") if fault.code in self.house.gone else ("not_made", "room_refused")
            await self._note(claim, Deed(what, tells=tells), FAILED)
        except Exception as fault:  # whatever it is, it is tried again, as nobody knows what came of it
            note_fault(fault)
            return back_off(claim.tries + 1, LONGEST_WAIT), claim.tries + 1
        return None, 0

    async def _tend(self, claim: Claim) -> None:
        """Make it as the record has it now: whoever is out of the case goes out first."""
        plan = await self._read(claim)
        if plan is None:
            return
        if plan.is_over:
            await self._close(claim, plan)
            return
        room = plan.body.get("channel") or await self._open(claim, plan)
        await self._people(claim, room, plan)
        if plan.state == WANTED:
            await self._note(claim, Deed("ready", tells="room_open"), OPEN)

    async def _people(self, claim: Claim, room: str, plan: Plan) -> None:
        """The team, and nobody else; who went out of the room by themselves is not asked in again."""
        wanted = await self._find_users(plan)
        inside: dict[str, str] = dict(plan.body.get("inside") or {})
        present = await self.house.list_present(room)
        for user in sorted((present | set(inside)) - set(wanted)):
            await self._put_out(claim, room, user, inside)
        for user in sorted(set(wanted) - set(inside)):
            if await self.house.is_colleague(user, wanted[user].email):
                await self._let_in(claim, room, user, wanted[user], inside)
                continue
            await self._note(claim, keep_away(wanted[user]))
            if user in present:
                await self._put_out(claim, room, user, inside)
        for guest in plan.team:
            if guest.person not in {one.person for one in wanted.values()}:
                await self._note(claim, keep_away(guest))

    async def _open(self, claim: Claim, plan: Plan) -> str:
        """Under the name that was chosen before: asked for twice, it is the same room."""
        try:
            room = await self.house.open(plan.body["name"])
        except Taken:
            if claim.tries >= MOST_LOOKS:
                await self._write(partial(rename_room, claim=claim))
            raise
        try:
            await self.house.say(room, self.shared.says[FIRST].of(plan.language))
        except Rejected as fault:  # a room without a first word is one all the same
            note_fault(fault)
        await self._note(claim, Deed("opened"), channel=room)
        return room

    async def _close(self, claim: Claim, plan: Plan) -> None:
        """Also where it was asked for and nobody knows whether it was made."""
        room = plan.body.get("channel") or await self.house.find(plan.body["name"])
        try:
            if room:
                await self.house.close(room)
        except Rejected as fault:
            note_fault(fault)
            await self._note(claim, Deed("left_open", tells="room_left_open"), OVER)
        else:
            await self._note(claim, Deed("archived"), OVER)

    async def _find_users(self, plan: Plan) -> dict[str, Guest]:
        """Who is to be in it, by account there; whoever was never met is looked for by address."""
        found = {guest.user: guest for guest in plan.team if guest.user}
        for guest in plan.team:
            place = None
            with suppress(Rejected):  # who cannot be asked for is not there
                place = None if guest.user else await self.house.look_up(guest.email)
            if place and place[0] == self.workspace:
                found[place[1]] = guest
        return found

    async def _put_out(self, claim: Claim, room: str, user: str, inside: dict[str, str]) -> None:
        """Whoever is not of the team, however they came in; nothing where they are out by now."""
        person = inside.get(user)
        try:
            await self.house.put_out(room, user)
        except Rejected as fault:
            if fault.code in self.house.gone:
                raise
            await self._note(claim, Deed("stuck", person, "room_unable", f"stuck:{user}"))
            return
        inside.pop(user, None)
        await self._note(claim, Deed("removed", person), inside=inside)

    async def _let_in(self, claim: Claim, room: str, user: str, guest: Guest, inside: dict[str, str]) -> None:
        """Somebody of the workspace, if they are still of the case at this very moment."""
        now = await self._read(claim)
        if now is None or now.is_over or guest.person not in {one.person for one in now.team}:
            return
        try:
            await self.house.let_in(room, user)
        except Rejected as fault:
            if fault.code in self.house.gone:
                raise
            await self._note(claim, keep_away(guest))
            return
        inside[user] = guest.person
        await self._note(claim, Deed("entered", guest.person), inside=inside)

    async def _read(self, claim: Claim) -> Plan | None:
        return await asyncio.to_thread(read_plan, self.store.database, self.store.vault, claim)

    async def _note(self, claim: Claim, deed: Deed, state: str | None = None, **known: Any) -> None:
        await self._write(lambda tx: note_deed(tx, claim, deed, state, **known))

    async def _write(self, change: Callable[[Transaction], Result]) -> Result:
        return await asyncio.to_thread(self.store.write, change)


def keep_away(guest: Guest) -> Deed:
    """They work the case, and cannot be in its room."""
    return Deed("missing", guest.person, "room_unable", f"missing:{guest.person}")
