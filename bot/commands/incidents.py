"""`incidents`: the cases one person was let into, or one of them whole; in the trial folder only.

What is none of theirs and what does not exist are answered alike; who looked at which is in the audit.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import As, AsJson, refuse, say, starting, write_json, write_table
from bot.commands.evidence import name_things
from bot.documents.evidence_record import Telling
from bot.documents.wording import Wording
from bot.engine.facts import Facts
from bot.engine.words import Names, write
from bot.flows import handoff
from bot.hours import write_clock
from bot.state.incidents import Cases, Entry, Incident, Task
from bot.state.queries import Member
from bot.state.record import Transaction

LINES = ("who_line", "when_line", "what_line", "signs_line", "others_line", "still_line")  # of the flow `handoff`
KNOWN = ("at", "who")  # of a line of the record, told before everything else
Named = Mapping[str, str]  # addresses by person id


def show_incidents(
    incident: Annotated[str | None, typer.Argument(metavar="CASE", help="One case, by number or id.")] = None,
    email: As = None,
    as_json: AsJson = False,
    lang: Annotated[str | None, typer.Option("--lang", help="ja or en.")] = None,
) -> None:
    """The cases a person was let into, as far as that person may know them."""
    with starting():
        program = build_program(read_settings(), make=None)
    member = _find_member(program, email, lang)
    cases = Cases(program.database, program.store.vault)
    known = [cases.find(member.actor, incident)] if incident else cases.list_open(member.actor)
    found = [one for one in known if one]
    if incident and not found:
        raise refuse(program, "not_yours", lang or member.language)
    _note(program, member, found)
    view = View(program, cases, member, lang or member.language)
    if as_json:
        write_json(view.to_detail(found[0]) if incident else [view.to_record(one) for one in found])
    elif incident:
        sys.stdout.write("\n".join(view.tell(found[0])) + "\n")
    elif found:
        write_table([view.to_line(one) for one in found])
    else:
        sys.stdout.write(say(program, "incidents_none", view.words.language) + "\n")


def _find_member(program: Program, email: str | None, lang: str | None) -> Member:
    """Who looks: nobody outside the trial company, whatever else is allowed there."""
    if not program.is_trial:
        raise refuse(program, "incidents_trial", lang or "ja")
    member = program.reader.find_member(email) if email else None
    if member is None or not member.active:
        raise refuse(program, "not_yours" if email else "as_needed", lang or "ja")
    return member


def _note(program: Program, member: Member, found: Sequence[Incident]) -> None:
    """Each that was shown is one row of the audit."""

    def note(tx: Transaction) -> None:
        for one in found:
            tx.add_entry(member.id, "incident.viewed", one.id)

    program.store.write(note)


class View:
    """Cases as this person is shown them."""

    def __init__(self, program: Program, cases: Cases, member: Member, language: str) -> None:
        self.program = program
        self.cases = cases
        self.member = member
        self.words = Wording(program.content.shared, language)
        self.named: Named = {one.id: one.email for one in program.reader.list_members()}
        known = {"people": {}, "timezone": member.timezone}
        self.telling = Telling(known, [self.words], name_things(program.content))

    # -- for programs --------------------------------------------------------------------------------------------------

    def to_record(self, one: Incident) -> dict[str, Any]:
        """One line of the list."""
        facts = one.body["facts"]
        return {
            "id": one.id,
            "number": one.number,
            "state": one.state,
            "held": one.held,
            "standing": one.members[self.member.id][0],
            "role": one.members[self.member.id][1],
            "aware_at": facts.get("aware_at"),
            "taken_by": self._name(facts.get("taken_by")),
        }

    def to_detail(self, one: Incident) -> dict[str, Any]:
        """All of it, with its record, what is to be done, and who is in it."""
        return {
            **self.to_record(one),
            "report": one.body["report"],
            "facts": self._name(one.body["facts"]),
            "members": [
                {"person": self._name(person), "standing": state, "role": role}
                for person, (state, role) in sorted(one.members.items())
            ],
            "excluded": self._name(one.body["excluded"]),
            "record": [self._to_entry(line) for line in self.cases.list_entries(self.member.actor, one.id)],
            "tasks": [self._to_task(task) for task in self.cases.list_tasks(self.member.actor, one.id)],
        }

    def _to_entry(self, line: Entry) -> dict[str, Any]:
        return {"seq": line.seq, "kind": line.kind, **self._name(dict(line.body))}

    def _to_task(self, task: Task) -> dict[str, Any]:
        due_at = task.due_at.isoformat() if task.due_at else None
        told = {"id": task.id, "task": task.task, "owner": self._name(task.owner), "state": task.state}
        return {**told, "due_at": due_at, **self._name(dict(task.body))}

    def _name(self, value: Any) -> Any:
        """The same with addresses where people stand."""
        if isinstance(value, Mapping):
            return {self._name(key): self._name(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._name(one) for one in value]
        return self.named.get(value, value) if isinstance(value, str) else value

    # -- for people ----------------------------------------------------------------------------------------------------

    def to_line(self, one: Incident) -> list[str]:
        told = self.to_record(one)
        return [one.number, self._word("incident", one.state), self._at(told["aware_at"]), told["taken_by"] or ""]

    def tell(self, one: Incident) -> Iterator[str]:
        """A case in words, a line each."""
        yield "  ".join(self.to_line(one))
        yield from filter(None, self._describe(one))
        detail = self.to_detail(one)
        yield from self._under(
            "incident_members", [[line["person"], self.telling.value(line["role"])] for line in detail["members"]]
        )
        yield from self._under("incident_tasks", [self._to_cells(task) for task in detail["tasks"]])
        yield from self._under("incident_record", [self._to_told(line) for line in detail["record"]])

    def _describe(self, one: Incident) -> Iterator[str]:
        """What was reported, in the words in which whoever takes it is told."""
        flow = self.program.content.flows["handoff"]
        facts = Facts({"case": {"report": one.body["report"]}}, {}, handoff.DERIVED, flow.catalogue)
        names = Names(messages=flow.messages)
        yield from (write(facts[line], self.words.language, self.words.shared, names) for line in LINES)

    def _under(self, title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
        if rows:
            yield say(self.program, title, self.words.language)
            yield from ("  " + "  ".join(cell for cell in row if cell) for row in rows)

    def _to_cells(self, task: Mapping[str, Any]) -> list[str]:
        return [
            self._at(task["due_at"]),
            str(task.get("words") or self.telling.value(task["task"])),
            task["owner"] or "",
            self.telling.value(task["state"]),
        ]

    def _to_told(self, line: Mapping[str, Any]) -> list[str]:
        """When, what kind, who; then whatever stands on it, but for the first report, which stands above."""
        held = {key: value for key, value in line.items() if key not in (*KNOWN, "seq", "kind", "report")}
        more = [one.replace("\n", "; ") for one in self.telling.fields(held)]
        who = self.telling.value(line.get("who"))
        return [self._at(line.get("at")), self._word("line", line["kind"]), who, *more]

    def _word(self, kind: str, id: str) -> str:
        return self.words.name(kind, id)

    def _at(self, instant: str | None) -> str:
        """An instant on this person's clock."""
        if not instant:
            return ""
        return write_clock(datetime.fromisoformat(instant), self.member.timezone)
