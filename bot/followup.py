"""What falls due about measures: their owners hear of them and are asked, what stayed open comes up once more, what
serves nothing any more is let go. Knows no platform and no words.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from bot.access import Scope
from bot.conclusions import BeginInterview
from bot.given import find_workers
from bot.handbook.cover import find_cover
from bot.handbook.effect import find_effect
from bot.handbook.measures import COMPANY, ItemClass, Measure, read_measures
from bot.interruptions import WEEK
from bot.measuring import TOGETHER, list_needing, read_level, to_subject
from bot.ports import Clock
from bot.state.asking import DAY, is_over_budget
from bot.state.database import CannotSave
from bot.state.measures import (
    Kept,
    Settled,
    find_due,
    list_measures,
    list_planned,
    list_settled,
    select_revisions,
    to_classes,
    to_standing,
)
from bot.state.outbox import put_off, take_event
from bot.state.queries import Member, Reader, Ready
from bot.state.record import Transaction, begin_interview, lock_places, notify_person
from bot.state.settling import look_again
from bot.state.store import RECORD, Store, note_fault
from bot.state.upkeep import ask_days, pass_on, release_measures

OF_OWNERS = ("tasks", "relieved", "upkeep")  # the others are about what they name
Told = Mapping[str, Any]  # what an event says
Together = Sequence[tuple[Ready, Told]]  # events of one kind about the same thing


class FollowUp:
    """Does what is due about measures; each event is carried out once, by whichever replica is first."""

    def __init__(self, store: Store, reader: Reader, clock: Clock) -> None:
        self.store = store
        self.reader = reader
        self.clock = clock
        # By what an event says, and about whom or what: events of one kind about the same are carried out together.
        self.does: Mapping[str, Callable[[str, Together], None]] = {
            "tasks": self._tell_tasks,
            "relieved": self._tell_relieved,
            "upkeep": self._ask_owner,
            "gap": self._look_again,
            "effect": self._weigh,
        }

    async def do(self, rows: Together) -> None:
        """Carry out those of these events that are about measures; what cannot be done now stays due, and keeps nothing
        else from being done."""
        for (kind, about), together in _gather(rows, self.does).items():
            with suppress(CannotSave):
                await asyncio.to_thread(self._carry_out, kind, about, together)

    def _carry_out(self, kind: str, about: str, together: Together) -> None:
        try:
            self.does[kind](about, together)
        except CannotSave:
            raise
        except Exception as fault:  # of our own, or of the record
            note_fault(fault)
            self._put_off(together)

    # -- owners --------------------------------------------------------------------------------------------------------

    def _tell_tasks(self, person: str, together: Together) -> None:
        """One word to an owner of all that was decided for them; of what is no longer theirs nothing is said."""
        if self._is_left(person, together):
            return
        if is_over_budget(self.store.database, person, self.clock.now()):
            self._put_off(together)
            return
        decided = {tuple(one) for _, told in together for one in told["tasks"]}
        tasks = [one for one in list_planned(self.reader, [person]) if (one.place, one.measure) in decided]

        def tell(tx: Transaction) -> None:
            if _take(tx, together) and tasks:
                days = sorted(one.due_on for one in tasks if one.due_on)
                told = {"count": len(tasks), "measures": self._name(one.measure for one in tasks)}
                notice = "tasks_yours" if days else "tasks_yours_undated"
                notify_person(
                    tx, person, together[0][0].key, notice, {**told, "day": {"on": str(min(days, default=""))}}
                )

        self.store.write(tell)

    def _tell_relieved(self, person: str, together: Together) -> None:
        """One word to an owner of all that is not theirs to do any more, but of nothing that became theirs again."""
        if self._is_left(person, together):
            return
        if is_over_budget(self.store.database, person, self.clock.now()):
            self._put_off(together)
            return
        over = {tuple(one) for _, told in together for one in told["relieved"]}
        over -= {(one.place, one.measure) for one in list_planned(self.reader, [person])}

        def tell(tx: Transaction) -> None:
            if _take(tx, together) and over:
                told = {"measures": self._name(measure for _, measure in sorted(over))}
                notify_person(tx, person, together[0][0].key, "released_yours", told)

        self.store.write(tell)

    def _ask_owner(self, person: str, together: Together) -> None:
        """Begin one short interview about all this owner is to be asked within a week; while one is open, wait."""
        if self._is_left(person, together):
            return
        if self.reader.find_waiting(person, "upkeep"):
            self._put_off(together, weeks=1)
            return
        member = self.reader.find_person(person)
        today = self.clock.now().astimezone(ZoneInfo(member.timezone if member else "UTC")).date()
        due = find_due(self.reader, person, today + TOGETHER)

        def ask(tx: Transaction) -> None:
            if _take(tx, together) and due:
                begin_interview(tx, RECORD, BeginInterview("upkeep", person, person, {}, queued=True, invites=True))

        self.store.write(ask)

    def _is_left(self, person: str, together: Together) -> bool:
        """Whether this owner is gone: then what was theirs is passed on, and that is all."""
        member: Member | None = self.reader.find_person(person)
        if member is None or member.active:
            return False

        def pass_all_on(tx: Transaction) -> None:
            pass_on(tx, RECORD, [person])
            _take(tx, together)

        self.store.write(pass_all_on)
        return True

    def _put_off(self, together: Together, weeks: int = 0) -> None:
        later = self.clock.now() + (WEEK * weeks or DAY)

        def put(tx: Transaction) -> None:
            for row, _ in together:
                put_off(tx, row.key, later)

        self.store.write(put)

    # -- classes -------------------------------------------------------------------------------------------------------

    def _look_again(self, subject: str, together: Together) -> None:
        """What a manager left open comes before a manager once more, where it still is open and nothing was decided
        since."""
        department, _, class_id = subject.partition("/")
        reach = Scope(department=department)
        found = {to_subject(one): one for one in to_classes(self.reader.read_register(reach))}.get(subject)
        standing = _to_states(list_measures(self.reader, reach), department)
        cells = find_cover(self._read_catalogue(), found, standing).cells if found else {}
        still_open = [list(cell) for cell, state in cells.items() if state == "open"]

        def look(tx: Transaction) -> None:
            lock_places(tx, {department})
            if _take(tx, together) and still_open:
                look_again(tx, RECORD, department, class_id, max(told["revision"] for _, told in together), still_open)

        self.store.write(look)

    def _weigh(self, department: str, together: Together) -> None:
        """Let go of plans that serve no class any more since its items changed, and have those asked who know how long
        records keep. Worked out from the items as they are; where they changed meanwhile it is worked out anew."""
        reach = Scope(department=department)
        seen = self._read_revisions({department})
        rows = self.reader.read_register(reach)
        after = to_classes(rows)
        kept = list_measures(self.reader, reach)
        before = [_to_class(one) for one in list_settled(self.reader, reach)]
        known, standing = self._read_catalogue(), _to_states(kept, department)
        places = {department, COMPANY}
        released = set(find_effect(known, before, after, standing, elsewhere=[]).released)
        if wide := [known[name] for name in released if known[name].reach == COMPANY]:  # others may need them
            places |= {row.id for row in self.reader.list_departments()}
            seen = self._read_revisions(places - {COMPANY})
            others = list_needing(self.reader, department, wide)
            released = set(find_effect(known, before, after, standing, others).released)
        if any("damaged" in row for row in rows):
            released = set()  # what cannot be read may need it
        gone = [(one.place, one.measure, one.revision) for one in kept if one.measure in released]
        unknown = list(self._find_unknown_days(kept, known, department))

        def let_go(tx: Transaction) -> None:
            lock_places(tx, places)
            still = tx.connection.execute(select_revisions(places - {COMPANY})).all()
            if [(row.id, row.revision) for row in still] != seen or not _take(tx, together):
                return
            release_measures(tx, RECORD, gone)
            for one, owner in unknown:
                ask_days(tx, one.place, one.measure, one.revision, owner)

        self.store.write(let_go)

    def _find_unknown_days(
        self, kept: Sequence[Kept], known: Mapping[str, Measure], department: str
    ) -> Iterable[tuple[Kept, str]]:
        """Records in place of which nobody knows how long they keep, each with who usually sees to it."""
        workers = find_workers(self.reader, department)
        for one in kept:
            keeps = one.measure in known and known[one.measure].keeps
            if keeps and one.state == "claimed" and one.kept_days is None and one.asks is None:
                people = [person for kind in known[one.measure].owners for person in workers.get(kind, ())]
                yield one, next(iter(people), one.owner or one.said_by)

    def _read_revisions(self, departments: set[str]) -> list[tuple[str, int]]:
        return [(row.id, row.revision) for row in self.store.database.fetch(select_revisions(departments))]

    def _read_told(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self.store.words.routes["upkeep"].flow.catalogue["measures"]
        return told

    def _read_catalogue(self) -> Mapping[str, Measure]:
        return read_measures(self._read_told())

    def _name(self, measures: Iterable[str]) -> list[Any]:
        """Measures as people call them, in both languages."""
        told = self._read_told()["measures"]
        return [dict(told[one]["short"]) if one in told else one for one in measures]


def _gather(rows: Together, kinds: Iterable[str]) -> dict[tuple[str, str], list[tuple[Ready, Told]]]:
    """The events that are about measures, by kind and by whom or what they are about."""
    found: dict[tuple[str, str], list[tuple[Ready, Told]]] = {}
    for row, told in rows:
        kind = next((kind for kind in kinds if kind in told), None)
        if kind:
            about = row.person if kind in OF_OWNERS else str(told[kind])
            found.setdefault((kind, about), []).append((row, told))
    return found


def _take(tx: Transaction, together: Together) -> bool:
    """Whether any of these events is this transaction's to carry out."""
    return any([take_event(tx, row.key) for row, _ in together])


def _to_class(one: Settled) -> ItemClass:
    """A class as it was when it was settled."""
    return ItemClass(
        one.department, one.class_id, read_level(one.class_id), frozenset(one.body["forms"]), tuple(one.body["items"])
    )


def _to_states(kept: Sequence[Kept], department: str) -> dict[str, str]:
    return {name: one.state for name, one in to_standing(kept, department).items()}
