"""The commands over the protection of classes: the map of what is in place, and what would complete it."""

import sys
from typing import Annotated, Any

import typer

from bot.access import Scope, scope
from bot.bootstrap import Program, build_program, read_settings
from bot.commands.console import As, AsJson, Lang, check_language, refuse, say, starting, take_role, write_json
from bot.documents.cover import list_cells, list_map_lines, list_pick_lines, list_picks, make_writer
from bot.engine.facts import Facts
from bot.protection import FLOW, complete, find_classes, list_names
from bot.state.queries import Member

ClassName = Annotated[
    str, typer.Argument(metavar="CLASS", help="As ./run cover --json has it: L3-desk, or a department before it.")
]


def show_cover(email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """How each class of information is protected, square by square, as far as the person may see it."""
    program, member, actor = _open(email, lang)
    found = _find_classes(program, member, lang)
    _note(program, actor, "cover.viewed", member.id, count=len(found), form="json" if as_json else "text")
    if as_json:
        write_json([cell for facts in found for cell in list_cells(facts)])
        return
    if not found:
        sys.stdout.write(say(program, "no_classes", lang) + "\n")
    spoken = program.content.shared.formats["table_spoken"].of(lang)
    for facts in found:
        sys.stdout.write("\n".join(list_map_lines(facts, _writer(program, facts, lang), spoken)) + "\n\n")


def show_suggestion(class_name: ClassName, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """The lightest set of measures that would complete how a class is protected."""
    program, member, actor = _open(email, lang)
    named = [facts for facts in _find_classes(program, member, lang) if class_name in list_names(facts)]
    if not named:
        raise refuse(program, "not_yours", lang)
    if len(named) > 1:
        names = [f"{facts['department']['name']['ja']}/{class_name}" for facts in named]
        raise refuse(program, "class_unclear", lang, names=names)
    facts = complete(program.reader, program.store.words.routes, named[0])
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


def _find_classes(program: Program, member: Member, lang: str) -> list[Facts]:
    """The classes in reach; whoever may see none of any department is told as of what does not exist."""
    if scope(member.actor, "cover.read") == Scope():
        raise refuse(program, "not_yours", lang)
    return list(find_classes(program.reader, program.store.words.routes, member, program.clock.now()))


def _writer(program: Program, facts: Facts, lang: str) -> Any:
    return make_writer(program.content.flows[FLOW], facts, program.content.shared, lang)


def _note(program: Program, actor: str, action: str, thing: str, **detail: Any) -> None:
    program.store.write(lambda tx: tx.add_entry(actor, action, thing, **detail))
