"""What `register import` does: reads a company's own list, has its columns settled, shows what becomes of each row and,
where that is wished, writes it. Knows the terminal only through `bootstrap`."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from bot.access import Resource, can, scope
from bot.bootstrap import Program, build_inspect, open_terminal
from bot.commands.report import Report
from bot.conclusions import BeginInterview
from bot.engine.facts import Facts
from bot.engine.interview import Interview
from bot.engine.lexicon import Shared, fold, fold_word
from bot.engine.model import Text
from bot.engine.position import Route, facts_of
from bot.flows.ledger import MOST_VALUES, hear_head, hear_level, word_outlook
from bot.intake.judging import (
    HIDDEN,
    TAKEN,
    Department,
    Judged,
    Known,
    Surroundings,
    count_rows,
    judge_rows,
    mark_repeated,
    note_names,
    to_items,
)
from bot.intake.ledger import MOST_BYTES, Column, Ledger, read_ledger, tidy
from bot.intake.workbook import Unreadable
from bot.state.database import CannotSave
from bot.state.intake import Settled, take_ledger
from bot.state.queries import Member, Reader
from bot.state.record import Transaction, begin_interview

FLOW = "ledger"
REFUSED = 1
SAMPLES = 2
LONGEST_SAMPLE = 16
LONGEST_VALUE = 20
MOST_KINDS = 12  # a column of few values that come again is one of categories


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for on the command line."""

    file: Path
    sheet: str | None
    apply: bool
    again: bool
    language: str | None


def import_ledger(program: Program, member: Member, actor: str, wish: Wish) -> int:
    """Read, ask, show and perhaps write; the exit code."""
    report = Report(program.content.shared, wish.language or member.language, sys.stdout.write)
    if not can(member.actor, f"{FLOW}.begin", Resource(department=member.department_id)):
        return _refuse(report.word("not_yours"))
    words: Mapping[str, Any] = program.content.catalogue["ledger"]
    found = _read_file(wish, lambda head: hear_head(head, words))
    if isinstance(found, Unreadable):
        return _refuse(report.word(f"ledger_{found.rule}", **{"file": wish.file.name, **found.params}))
    try:
        _go_through(Visit(program, member, actor, found), wish, report)
    except CannotSave:
        return _refuse(report.word("ledger_cannot_save"))
    return 0


def _go_through(visit: "Visit", wish: Wish, report: Report) -> None:
    report.departments = [one.name.model_dump() for one in visit.departments]
    report.describe_file(wish.file.name, visit.ledger)
    interview = visit.find_settled(wish, report)
    if interview is None:
        report.say("ledger_waiting")
    elif wish.apply:
        report.describe_rows(visit.write(interview))
        report.say("ledger_done" if visit.written else "ledger_done_nothing", count=visit.written)
    else:
        judged = visit.judge(visit.read_mapping(interview), visit.read_known())
        report.describe_rows(judged)
        report.say("ledger_dry" if count_rows(judged)["new"] else "ledger_dry_nothing")


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return REFUSED


def _read_file(wish: Wish, hear: Callable[[str], str | None]) -> Ledger | Unreadable:
    try:
        with wish.file.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        return Unreadable("unreadable")
    return read_ledger(raw, hear, wish.sheet)


class Visit:
    """One person with one list."""

    def __init__(self, program: Program, member: Member, actor: str, ledger: Ledger) -> None:
        self.program = program
        self.member = member
        self.actor = actor
        self.ledger = ledger
        self.subject = program.store.vault.digest("\n".join(ledger.head))
        self.departments = list_departments(program.reader, member)
        inspect = build_inspect(program.content)
        self.stops: Callable[[str], bool] = lru_cache(maxsize=20_000)(lambda text: inspect(text) is not None)
        find = partial(find_owner, program.reader, program.content.shared)
        self.around = Surroundings(self.departments, lru_cache(maxsize=20_000)(find), self.stops)
        self.last: tuple[Mapping[str, Any], list[Judged]] = ({}, [])
        self.written = 0

    # -- the mapping ---------------------------------------------------------------------------------------------------

    def find_settled(self, wish: Wish, report: Report) -> Interview | None:
        """The finished interview that says how to read this list; it is held here and now where there is none."""
        reader, routes = self.program.reader, self.program.store.words.routes
        done, begun = None if wish.again else reader.find_done(self.member.id, FLOW, self.subject), None
        if done is None:
            begun = self._begin()
            self._show_outlook()
            converse = open_terminal(self.program, self.member, self.actor, False, wish.language)
            converse(lambda talk: talk.run_one(begun, wish.language))
            done = begun
        found = reader.read_interview(done, routes)
        if found is None or found.status != "done":
            return None
        if done != begun:
            report.say("ledger_settled", columns=self._name_columns(found, report.language))
        return found

    def _name_columns(self, interview: Interview, language: str) -> list[str]:
        """What was settled, as "what it holds = its head" for each column that is read."""
        mapping, labels = self.read_mapping(interview), self._words["columns"]
        heads = {column["id"]: column["head"] for column in interview.given["columns"]}
        return [f"{one['label'][language]} = {heads[mapping[kind]]}" for kind, one in labels.items() if mapping[kind]]

    def _begin(self) -> str:
        """The unfinished interview about a list with these heads, begun where there is none."""
        given = build_given(self.ledger, self.departments, self.member, self.stops, self._words)
        beginning = BeginInterview(FLOW, self.member.id, self.subject, given)

        def begin(tx: Transaction) -> None:
            begin_interview(tx, self.actor, beginning)

        self.program.store.write(begin)
        waiting = self.program.reader.find_waiting(self.member.id, FLOW)
        return next(one.id for one in waiting if one.subject == self.subject)

    def _show_outlook(self) -> None:
        """Let the interview's last question say what would come of this very file; its rows stay here."""
        words = self.program.store.words
        route, known = words.routes[FLOW], self.read_known()

        def look(facts: Facts) -> dict[str, str]:
            return word_outlook(count_rows(self.judge(facts["mapping"], known)), self._words)

        seeing = Route(route.flow, {**route.derive, "outlook": look}, route.readers, route.conclude)
        self.program.store.words = replace(words, routes={**words.routes, FLOW: seeing})

    @property
    def _words(self) -> Mapping[str, Any]:
        words: Mapping[str, Any] = self.program.content.catalogue["ledger"]
        return words

    def read_mapping(self, interview: Interview) -> Mapping[str, Any]:
        """What the finished interview settled."""
        route = self.program.store.words.routes[FLOW]
        mapping: Mapping[str, Any] = facts_of(route, interview.given, interview.snapshot)["mapping"]
        return mapping

    # -- the rows ------------------------------------------------------------------------------------------------------

    def judge(self, mapping: Mapping[str, Any], known: Known) -> list[Judged]:
        """Every row with its outcome, given the names that stand; read once for one mapping."""
        if self.last[0] != mapping:
            self.last = (mapping, judge_rows(self.ledger, mapping, self.around))
        return mark_repeated(self.last[1], known)

    def read_known(self) -> dict[str, dict[str, str]]:
        """The folded names that stand on the register or once did, by department, as far as the person may see them."""
        known: dict[str, dict[str, str]] = {}
        for row in self.program.reader.read_register(scope(self.member.actor, "register.read")):
            note_names(known, row["department_id"], row["name"], row.get("former", ()), row["state"] == "retired")
        return known

    def write(self, interview: Interview) -> list[Judged]:
        """Put the rows that are new on the register, all or none; how each was judged in that very moment."""
        mapping, judged = self.read_mapping(interview), list[Judged]()
        salt, categories = interview.given["salt"], self.program.content.catalogue["categories"]

        def settle(known: Known) -> Settled:
            judged[:] = self.judge(mapping, known)
            put = to_items(judged, salt, self.ledger.sha, categories)
            self.written = len(put)
            counts = count_rows(judged)
            detail = {"sha256": self.ledger.sha, **{name: counts[name] for name in COUNTED}}
            return Settled(put, detail, [name for name, _ in counts["departments"]])

        taken = [one for one in self.judge(mapping, {}) if one.outcome == TAKEN]
        wanted = sorted({one.department.id for one in taken if one.department})
        self.program.store.write(lambda tx: take_ledger(tx, interview, self.actor, wanted, settle))
        return judged


COUNTED = ("rows", "new", "standing", "gone", "twice", "refused")


def build_given(
    ledger: Ledger,
    departments: Sequence[Department],
    member: Member,
    stops: Callable[[str], bool],
    words: Mapping[str, Any],
) -> dict[str, Any]:
    """What the interview is told: heads, two samples of each column and the values of what looks like a category."""
    return {
        "columns": [_describe(column, ledger, stops, words) for column in ledger.columns],
        "departments": [{"id": one.id, **one.name.model_dump()} for one in departments if one.mine],
        "reach": "all" if scope(member.actor, f"{FLOW}.begin").everything else "own",
        "own": member.department_id,
    }


def _describe(column: Column, ledger: Ledger, stops: Callable[[str], bool], words: Mapping[str, Any]) -> dict[str, Any]:
    cells = [row[column.place] for _, row in ledger.rows if tidy(row[column.place])]
    kinds = Counter(map(tidy, cells))
    samples = [HIDDEN if stops(cell) else _shorten(tidy(cell)) for cell in list(dict.fromkeys(cells))[:SAMPLES]]
    known = hear_head(column.head, words) == "level" or any(hear_level(kind, words) for kind in kinds)
    is_category = known or (len(kinds) <= MOST_KINDS and 2 * len(kinds) <= len(cells))
    often = [kind for kind, _ in kinds.most_common(MOST_VALUES) if len(kind) <= LONGEST_VALUE and not stops(kind)]
    ranks = {kind: words["levels"][level]["rank"] if (level := hear_level(kind, words)) else -1 for kind in often}
    values = sorted(often, key=lambda kind: (-ranks[kind], kind))
    return {
        "id": f"c{column.place}",
        "letter": column.letter,
        "head": HIDDEN if stops(column.head) else column.head,
        "samples": list(dict.fromkeys(samples)),
        "values": values if is_category else [],
    }


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + HIDDEN


def list_departments(reader: Reader, member: Member) -> list[Department]:
    """Every department, and for which of them this person may import."""
    return [
        Department(
            row.id,
            Text(ja=row.name, en=row.name_en),
            row.field,
            can(member.actor, f"{FLOW}.begin", Resource(department=row.id)),
        )
        for row in reader.list_departments()
    ]


def find_owner(reader: Reader, shared: Shared, said: str, department: Department) -> str | None:
    """The one person a cell names, by address or name, also with department or honorific around it; of several of
    that name the one in the row's department."""
    bare = re.sub(r"\(.*?\)", "", fold(said)).removeprefix(fold(department.name.ja)).strip()
    for honorific in sorted(shared.honorifics, key=len, reverse=True):
        bare = bare.removesuffix(fold_word(honorific)).strip()
    found = [person.id for person in reader.find_known(said) if bare in map(fold, person.names)]
    if len(found) > 1:
        names = reader.find_names(found)
        found = [person for person in found if names[person].department == department.name]
    return found[0] if len(found) == 1 else None
