"""The commands over the protection of classes: the map of what is in place, and what would complete it."""

import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from bot.access import Scope, scope
from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import As, AsJson, Lang, check_language, refuse, say, starting, take_role, write_json
from bot.computations import COMPUTATIONS
from bot.documents.cover import list_cells, list_map_lines, list_pick_lines, list_picks, make_writer, to_facts
from bot.engine.facts import Facts
from bot.engine.words import Names
from bot.flows.measures import suggest
from bot.given import find_manager
from bot.measuring import describe_class, tell_days
from bot.state.measures import list_measures, to_classes
from bot.state.queries import Member

FLOW = "measures"
ClassName = Annotated[
    str, typer.Argument(metavar="CLASS", help="As ./run cover --json has it: L3-desk, or a department before it.")
]


def show_cover(email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """How each class of information is protected, square by square, as far as the person may see it."""
    program, member, actor = _open(email, lang)
    found = [to_facts(program.content.flows[FLOW], given) for given in _find_classes(program, member, lang)]
    _note(program, actor, "cover.viewed", member.id, count=len(found), form="json" if as_json else "text")
    if as_json:
        write_json([cell for facts in found for cell in list_cells(facts)])
        return
    if not found:
        sys.stdout.write(say(program, "no_classes", lang) + "\n")
    for facts in found:
        spoken = program.content.shared.formats["table_spoken"].of(lang)
        sys.stdout.write("\n".join(list_map_lines(facts, _writer(program, facts, lang), spoken)) + "\n\n")


def show_suggestion(class_name: ClassName, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """The lightest set of measures that would complete how a class is protected."""
    program, member, actor = _open(email, lang)
    named = [given for given in _find_classes(program, member, lang) if class_name in _list_names(given)]
    if not named:
        raise refuse(program, "not_yours", lang)
    if len(named) > 1:
        names = [f"{given['department']['name']['ja']}/{class_name}" for given in named]
        raise refuse(program, "class_unclear", lang, names=names)
    facts = _suggest(program, named[0])
    subject = f"{facts['department']['id']}/{facts['class']['id']}"
    _note(program, actor, "suggestion.viewed", subject, form="json" if as_json else "text")
    writer = _writer(program, facts, lang)
    if as_json:
        emails = {one.id: one.email for one in program.reader.list_members()}
        write_json(list(list_picks(facts, writer, emails)))
    else:
        sys.stdout.write("\n".join(list_pick_lines(facts, writer)) + "\n")


def _open(email: str | None, lang: str) -> tuple[Program, Member, str]:
    check_language(lang)
    with starting():
        program = build_program(read_settings())
    return program, *take_role(program, email, lang)


def _find_classes(program: Program, member: Member, lang: str) -> Iterator[Mapping[str, Any]]:
    """The classes in reach as the record has them; who reaches none of any department is told as of anything else."""
    allowed = scope(member.actor, "cover.read")
    if allowed == Scope():
        raise refuse(program, "not_yours", lang)
    rows, kept = program.reader.read_register(allowed), list_measures(program.reader, allowed)
    days = tell_days(member, program.clock.now())
    for one in to_classes(rows):
        if one.forms:
            known = describe_class(program.reader, rows, one, kept)
            head = {"person": next(iter(known["people"]["business"]), member.id)}
            yield {**known, "me": head, "manager": find_manager(program.reader, member), **days}


def _list_names(given: Mapping[str, Any]) -> set[str]:
    """How a class may be called: by itself, or with its department before it."""
    department, name = given["department"], given["class"]["id"]
    return {name, *(f"{one}/{name}" for one in (department["id"], *department["name"].values()))}


def _suggest(program: Program, given: Mapping[str, Any]) -> Facts:
    """The class with what an interview about it would have worked out."""
    flow = program.content.flows[FLOW]
    (asked,) = suggest(to_facts(flow, given), "")
    routes = program.store.words.routes
    return to_facts(flow, given, COMPUTATIONS[asked.what](program.reader, routes, asked.given))


def _writer(program: Program, facts: Facts, lang: str) -> Any:
    return make_writer(program.content.flows[FLOW], facts, program.content.shared, lang, Names())


def _note(program: Program, actor: str, action: str, thing: str, **detail: Any) -> None:
    program.store.write(lambda tx: tx.add_entry(actor, action, thing, **detail))
