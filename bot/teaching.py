"""What one person is told next: reads from the record what their department has and needs, what they were sent and
wish, and has `learning` choose.

Choosing looks at more than the person may see; what is told of it is asked of `access` before it is written down.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

from bot.access import Resource, Scope, can
from bot.crediting import choose_credited
from bot.engine.words import Names, fill
from bot.given import find_manager
from bot.handbook.awareness import BEFORE, Awareness, LeakCase, read_awareness
from bot.handbook.cover import find_cover
from bot.handbook.grounds import Change, Learner, Square
from bot.handbook.learning import CASE, EARLIEST, Choice, rank
from bot.handbook.measures import IN_PLACE, OBJECTIVES, Measure, read_measures
from bot.handbook.occasions import LESSONS, find_last_day, is_over
from bot.handbook.own_cases import add_entries, to_entry
from bot.handbook.shown import to_given, to_moment
from bot.hours import find_day
from bot.ports import Clock
from bot.state.campaigns import Campaign, find_campaign
from bot.state.credits import KIND as CREDIT
from bot.state.learners import list_history, read_wishes
from bot.state.measures import Kept, list_measures, to_classes, to_standing
from bot.state.nudges import Fit
from bot.state.occasions import MOMENT, list_occasions
from bot.state.own_cases import list_own_cases
from bot.state.queries import Member, Reader
from bot.state.store import Store

FLOW, TELLING = "nudge", "telling"
KEPT_FOR = timedelta(minutes=10)  # what was read of a department is used for all its people
MOST_MEASURES = 3  # told of a class
COMMON = "common"  # lines that every department may have
MANAGERS = ("department_head", "register_manager")

Row = Mapping[str, Any]


class Department(NamedTuple):
    """What a department holds, by what it is about, and how that is protected; good until `until`."""

    until: datetime
    rows: Sequence[Row]
    kept: Sequence[Kept]
    handles: Mapping[str, int]
    thin: Mapping[Square, int]
    changes: tuple[Change, ...]


class Teaching:
    """Chooses for `Nudging`. `awareness` are the files of content/awareness, `catalogue` those of content/catalogue."""

    def __init__(
        self, store: Store, reader: Reader, clock: Clock, awareness: Mapping[str, Any], catalogue: Mapping[str, Any]
    ) -> None:
        self.store = store
        self.reader = reader
        self.clock = clock
        self.awareness = self.files = awareness
        self.catalogue = catalogue
        self.departments: dict[str, Department] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.own: dict[str, Any] = {}
        self.files_until = EARLIEST

    def choose(self, member: Member, campaign: str) -> Fit | None:
        """What a campaign has for this person; None where nothing fits. Raises CannotSave."""
        one = self._find_campaign(campaign)
        if one is None:
            return None
        if one.kind == CREDIT:
            return choose_credited(self.reader, member, one)
        return self._bring(member, one) if one.kind == MOMENT else self._teach(member, one)

    def _bring(self, member: Member, campaign: Campaign) -> Fit | None:
        """The moment, as long as it is of use; one without a day comes to everybody, and is over with the day it came
        on."""
        moment, now = self.read_awareness().moments.get(campaign.subject), self.clock.now()
        comes = moment.comes if moment and campaign.day else BEFORE
        day = campaign.day or find_day(campaign.starts_at, member.timezone)
        if moment is None or is_over(comes, day, now, member.timezone):
            return None
        days = (find_day(now, member.timezone), find_last_day(comes, day))
        told = to_moment(self.awareness, moment.id, member.id, campaign.starter, days, campaign.day is None)
        return Fit(MOMENT, moment.id, {MOMENT: told}, MOMENT, told["title"])

    def _find_campaign(self, campaign: str) -> Campaign | None:
        """What it is of and for, which never changes."""
        if campaign not in self.campaigns and (one := find_campaign(self.store.database, campaign)):
            self.campaigns[campaign] = one
        return self.campaigns.get(campaign)

    def _teach(self, member: Member, campaign: Campaign) -> Fit | None:
        """The lesson or case."""
        choice = self._choose(member, campaign)
        if choice is None:
            return None
        known = self._read_department(member)
        names = self._name_categories(member, known)
        told = to_given(self._read_files(), choice, names, self._tell_here(member, known, choice))
        return Fit(FLOW, choice.id, {FLOW: told}, choice.kind, self._find_title(choice))

    def _find_title(self, choice: Choice) -> dict[str, str]:
        known = self.read_awareness()
        title = (known.cases if choice.kind == CASE else known.lessons)[choice.id].title
        return {"ja": title.ja, "en": title.en}

    def _choose(self, member: Member, campaign: Campaign) -> Choice | None:
        """What the manager named, or the first of its kind."""
        learner = self.read_learner(member)
        if campaign.subject:
            learner = learner._replace(asked={campaign.subject: campaign.starts_at})
        for choice in rank(self.read_awareness(), learner, self.clock.now()):
            if choice.id == campaign.subject if campaign.subject else choice.kind == campaign.kind:
                return choice
        return None

    def read_learner(self, member: Member) -> Learner:
        """One person as far as it matters what they should hear. Raises CannotSave, Damaged."""
        known = self._read_department(member)
        managers = {"managers"} if set(MANAGERS) & set(member.roles) else set()
        return Learner(
            person=member.id,
            handles=known.handles,
            groups=frozenset({member.field, *managers}),
            thin=known.thin,
            changes=known.changes,
            history=list_history(self.store.database, self.reader.vault, member.id),
            fewer=read_wishes(self.store.database, member.id).fewer,
            moments=self._list_moments(member),
        )

    def _list_moments(self, member: Member) -> dict[str, datetime]:
        """The triggers that hold, of moments that were planned for the person and are not over."""
        known, now = self.read_awareness().moments, self.clock.now()
        planned = sorted(list_occasions(self.store.database, member.id), key=lambda one: one.since)
        standing = [
            one
            for one in planned
            if one.moment in known and not is_over(known[one.moment].comes, one.day, now, member.timezone)
        ]
        return {trigger: one.since for one in standing for trigger in LESSONS.get(one.moment, ())}

    def read_awareness(self) -> Awareness:
        """All there is to tell, the company's own cases with it. Raises CannotSave, Damaged."""
        return read_awareness(self._read_files())

    def _read_files(self) -> Mapping[str, Any]:
        now = self.clock.now()
        if self.files_until <= now:
            own = list_own_cases(self.store.database, self.reader.vault)
            if own != self.own:
                self.own, self.files = own, self._add_own_cases(own)
            self.files_until = now + KEPT_FOR
        return self.files

    def _add_own_cases(self, own: Mapping[str, Any]) -> Mapping[str, Any]:
        routes, shared = self.store.words.routes, self.store.words.shared
        texts = {**routes[TELLING].flow.messages, **routes[FLOW].flow.messages}
        names = Names(messages=texts)
        told, measures = self.catalogue["incident"], self.catalogue["measures"]["measures"]

        def put(text: str, values: Mapping[str, Any], language: str) -> str:
            return fill(text, values, language, shared, names)

        entries = {one: to_entry(told, measures, draft, texts, put) for one, draft in own.items()}
        return add_entries(self.awareness, entries)

    # -- the department ------------------------------------------------------------------------------------------------

    def _read_department(self, member: Member) -> Department:
        now, known = self.clock.now(), self.departments.get(member.department_id)
        if known is None or known.until <= now:
            known = self.departments[member.department_id] = self._read_anew(member.department_id, now)
        return known

    def _read_anew(self, department: str, now: datetime) -> Department:
        reach = Scope(department=department)
        rows = [row for row in self.reader.read_register(reach) if row["state"] != "retired" and "damaged" not in row]
        kept = list_measures(self.reader, reach)
        handles = Counter(name for row in rows for name in list_categories(row))
        measures = read_measures(self.catalogue["measures"])
        changes = (*_list_new_items(rows), *_list_new_measures(kept, measures))
        return Department(now + KEPT_FOR, rows, kept, handles, self._count_open(rows, kept, department), changes)

    def _count_open(self, rows: Sequence[Row], kept: Sequence[Kept], department: str) -> Mapping[Square, int]:
        """How many cells are open, by objective and leaker, over all classes."""
        measures = read_measures(self.catalogue["measures"])
        standing = {name: one.state for name, one in to_standing(kept, department).items()}
        covers = [find_cover(measures, one, standing) for one in to_classes(rows) if one.forms]
        return Counter(
            (cell.objective, cell.leaker)
            for cover in covers
            for cell, state in cover.cells.items()
            if state == "open" and cell.objective in OBJECTIVES
        )

    # -- what may be told of it ----------------------------------------------------------------------------------------

    def _name_categories(self, member: Member, known: Department) -> dict[str, Any]:
        """How what the department has may be called before this person: an item by its name where they may read the
        register, else what kind of thing it is."""
        resource = Resource(department=member.department_id)
        names: dict[str, Any] = {name: self._name_category(name) for name in known.handles}
        if can(member.actor, "register.read", resource):
            for row in reversed(known.rows):
                names |= {name: {"message": "item", "value": _name_item(row)} for name in list_categories(row)}
        return {**names, "thin": can(member.actor, "cover.read", resource)}

    def _name_category(self, name: str) -> Any:
        """A line or field by its name in the catalogue, a form by its word."""
        fields = self.catalogue["categories"]["departments"]
        if name in fields:
            return {"message": "kind", "value": dict(fields[name]["name"])}
        of = name.rpartition("_")[0]
        lines = (self.catalogue["categories"][COMMON] if of == COMMON else fields.get(of, {})).get("lines", {})
        return dict(lines[name]["name"]) if name in lines else {"form": f"form_{name}"}

    def _tell_here(self, member: Member, known: Department, choice: Choice) -> dict[str, Any]:
        """How it stands here with what a case is about, as far as this person may see it, and whom they can ask."""
        case = self.read_awareness().cases.get(choice.id)
        if case is None:
            return {}
        if not can(member.actor, "register.read", Resource(department=member.department_id)):
            return {"reads": "no", "ask": self._find_asked(member)}
        row = _find_nearest(case, known.rows)
        told = {"reads": "yes", "ask": self._find_asked(member)}
        if row is None:
            return told
        owner = {"owner": row["owner_id"]} if row["owner_id"] else {}
        return {
            **told,
            **owner,
            "item": _name_item(row),
            "level": row["level"],
            "measures": self._list_in_place(member, known, row),
        }

    def _find_asked(self, member: Member) -> str | None:
        """The head of the department, before the head themselves the manager."""
        heads = [one.id for one in self.reader.find_heads() if one.department_id == member.department_id]
        manager = find_manager(self.reader, member)
        found = [one for one in (*heads, manager["person"] if manager else None) if one and one != member.id]
        return next(iter(found), None)

    def _list_in_place(self, member: Member, known: Department, row: Row) -> list[Any]:
        """The commonest measures in place over the form and level of an item, by their short names."""
        if not can(member.actor, "cover.read", Resource(department=member.department_id)):
            return []
        measures = read_measures(self.catalogue["measures"])
        standing = to_standing(known.kept, member.department_id)
        forms = set(row.get("forms") or ())
        held = [
            measures[name]
            for name, one in standing.items()
            if one.state in IN_PLACE and name in measures and measures[name].forms & forms
        ]
        told = self.catalogue["measures"]["measures"]
        return [dict(told[one.id]["short"]) for one in sorted(held, key=lambda one: one.rank)[:MOST_MEASURES]]


def list_categories(row: Row) -> list[str]:
    """What an item is about: its line, the field that line is of or else its department's, and its forms."""
    line = row.get("line") or ""
    named = line.rpartition("_")[0]
    field = row["field"] if named in ("", COMMON) else named
    return [name for name in (line, field, *(row.get("forms") or ())) if name]


def _name_item(row: Row) -> dict[str, str]:
    return {"ja": row["name"], "en": row.get("name_en") or row["name"]}


def _find_nearest(case: LeakCase, rows: Sequence[Row]) -> Row | None:
    """The item a case is most like: the one with most in common, of equal ones the highest level. Only judged ones."""
    near = [(len(case.handles & set(list_categories(row))), row["level"], row) for row in rows if row["level"]]
    common, _, row = max(near, key=lambda each: each[:2], default=(0, 0, None))
    return row if common else None


def _list_new_items(rows: Sequence[Row]) -> Iterator[Change]:
    for row in rows:
        yield Change("item", row["created_at"], frozenset(list_categories(row)))


def _list_new_measures(kept: Iterable[Kept], measures: Mapping[str, Measure]) -> Iterator[Change]:
    """Measures said to be in place: what they work on is news to everybody who works with it."""
    for one in kept:
        if one.state in IN_PLACE and one.measure in measures:
            known = measures[one.measure]
            yield Change("measure", one.said_at, squares=frozenset(product(known.objectives, known.leakers)))
