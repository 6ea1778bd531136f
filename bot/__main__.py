"""The command line. Each command builds what it needs, says what came of it, and ends with an exit code."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bot.bootstrap import (
    LOG,
    OURS,
    Program,
    StartFault,
    build_program,
    list_fields,
    list_folders,
    open_talk,
    read_content,
    read_settings,
)
from bot.commands import audit as audit_commands
from bot.commands import calendar as calendar_commands
from bot.commands import campaign as campaign_commands
from bot.commands import campaign_results
from bot.commands import content as content_commands
from bot.commands import cover as cover_commands
from bot.commands import evidence as evidence_commands
from bot.commands import incidents as incident_commands
from bot.commands import moments as moment_commands
from bot.commands import oncall as oncall_commands
from bot.commands import outbox as outbox_commands
from bot.commands import register as register_commands
from bot.commands import teams as teams_commands
from bot.commands.console import (
    REFUSED,
    As,
    AsJson,
    Lang,
    check_language,
    refuse,
    say,
    starting,
    take_role,
    to_stranger,
    write_json,
    write_table,
)
from bot.faults import word_fault
from bot.state.queries import Member
from bot.state.store import note_fault

FAULT = 70  # EX_SOFTWARE of sysexits.h
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
people_app = typer.Typer(invoke_without_command=True)
company_app = typer.Typer(invoke_without_command=True)
app.add_typer(people_app, name="people", help="People, departments and roles.")
app.add_typer(company_app, name="company", help="Facts of the company that texts need.")
app.add_typer(register_commands.item_app, name="item", help="Change one item of the register.")
app.add_typer(register_commands.register_app, name="register", help="The register, as far as the person may see it.")
app.command()(register_commands.why)
app.command("calendar")(calendar_commands.show_calendar)
app.command("moments")(moment_commands.tell_moments)
app.command("outbox")(outbox_commands.show_outbox)
app.command("incidents")(incident_commands.show_incidents)
app.command("cover")(cover_commands.show_cover)
app.command("suggest")(cover_commands.show_suggestion)
app.add_typer(audit_commands.audit_app, name="audit", help="The record of all changes, and what vouches for it.")
app.add_typer(campaign_commands.campaign_app, name="campaign", help="One short thing to many people.")
campaign_commands.campaign_app.command("show")(campaign_results.show_campaign)
campaign_commands.campaign_app.command("results")(campaign_results.show_lessons)
campaign_commands.campaign_app.command("evidence")(campaign_results.show_evidence)
app.add_typer(evidence_commands.evidence_app, name="evidence", help="The record of a case, for others to rely on.")
app.add_typer(oncall_commands.oncall_app, name="oncall", help="Who is asked first to take a case.")
app.add_typer(content_commands.content_app, name="content", help="What the texts can be relied on for.")
app.add_typer(teams_commands.teams_app, name="teams", help="The app for Microsoft Teams.")


@app.command()
def talk(
    flow: Annotated[str | None, typer.Argument(help="inventory, evaluation, company; without it, what waits.")] = None,
    email: As = None,
    lang: Annotated[str | None, typer.Option("--lang", help="ja or en.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
    item: Annotated[list[str] | None, typer.Option("--item", metavar="ID", help="evaluation: of this item.")] = None,
) -> None:
    """Have the conversation that waits for a person, here at the terminal."""
    from bot.commands.items import Hand, Refused
    from bot.conversation import NotAllowed

    language = check_language(lang)
    if item and flow not in (None, "evaluation"):
        raise typer.BadParameter("talk evaluation --item ID")
    with starting():
        program = build_program(read_settings())
    member, actor = _find_speaker(program, flow, email, language)
    try:
        found = [Hand(program, member, actor).find("register.read", one)["id"] for one in item or ()]
        raise typer.Exit(open_talk(program, member, actor, jsonl, language)("evaluation" if item else flow, found))
    except Refused as refused:
        raise refuse(program, refused.notice, language or member.language) from refused
    except NotAllowed as fault:
        raise refuse(program, "not_yours", language or member.language) from fault


def _find_speaker(program: Program, flow: str | None, email: str | None, language: str | None) -> tuple[Member, str]:
    """Who sits here; to report, anybody may, in the directory or not."""
    known = program.find_member(email)
    if flow == "report" and program.is_trial and email and not (known and known.active):
        return to_stranger(email, language or "ja"), ""
    member, actor = take_role(program, email, language or "ja")
    if flow == "report" and not program.is_trial:  # nobody reports in another's name
        raise refuse(program, "report_in_person", language or member.language)
    return member, actor


@app.command("serve")
def serve_surfaces(
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8080,
    only: Annotated[Literal["slack", "teams"] | None, typer.Option("--only", help="This surface and no other.")] = None,
    lang: Lang = "ja",
) -> None:
    """Run every chat surface that is configured, or only one, until it is stopped."""
    with starting():
        program = build_program(read_settings())
        from bot.server import serve

        def tell(names: str, url: str) -> None:
            sys.stdout.write(say(program, "serving", lang, names=names, url=url) + "\n")
            sys.stdout.flush()

        serve(program, port, tell, only)


@people_app.callback()
def people(context: typer.Context, as_json: AsJson = False) -> None:
    """Everybody in the directory."""
    if context.invoked_subcommand:
        return
    with starting():
        program = build_program(read_settings())
    members = program.reader.list_members()
    if as_json:
        write_json([_member_json(member) for member in members])
        return
    write_table([[one.email, one.name, one.department.ja, " ".join(one.roles)] for one in members])


def _member_json(member: Member) -> dict[str, Any]:
    return {
        "email": member.email,
        "name": member.name,
        "department": member.department.ja,
        "roles": list(member.roles),
    }


@people_app.command("import")
def import_file(
    file: Path,
    apply: Annotated[bool, typer.Option("--apply", help="Write it; without this it is only checked.")] = False,
    everybody: Annotated[bool, typer.Option("--everybody", help="Who is not in the file has left.")] = False,
    lang: Lang = "ja",
) -> None:
    """Read people, departments and roles from a CSV file: all of it or nothing."""
    from bot.commands.company import describe_leaving, read_sheet, write_people

    with starting():
        settings = read_settings()
        content = read_content(settings)
        sheet = read_sheet(file, list_fields(content))
        if any(complaint.rule in ("file_unreadable", "not_csv") for complaint in sheet.sheet.complaints):
            raise StartFault("unreadable", path=file)
        lines, right = sheet.describe(content.shared, lang)
        sys.stdout.write("\n".join(lines) + "\n")
        if not right:
            raise typer.Exit(REFUSED)
        if everybody:
            sys.stdout.write(describe_leaving(build_program(settings, make=None), sheet, lang) + "\n")
        if apply:
            program = build_program(settings, make="real")
            words, done = write_people(program, sheet, lang, everybody)
            sys.stdout.write(words + "\n")
            if not done:
                raise typer.Exit(REFUSED)


@people_app.command()
def appoint(email: str, lang: Lang = "ja") -> None:
    """Name the first register manager of a company; done once, and written in the audit."""
    from bot.commands.company import appoint_first

    with starting():
        program = build_program(read_settings(), make=None)
    notice, done = appoint_first(program, email)
    if not done:
        raise refuse(program, notice, lang)
    sys.stdout.write(say(program, notice, lang, email=email) + "\n")


@company_app.callback()
def company(context: typer.Context, as_json: AsJson = False) -> None:
    """The facts of the company that texts need."""
    if context.invoked_subcommand:
        return
    with starting():
        program = build_program(read_settings())
    facts = program.reader.read_company()
    if as_json:
        write_json({name: text.model_dump() for name, text in facts.items()})
        return
    write_table([[name, text.ja, text.en] for name, text in sorted(facts.items())])


@company_app.command("set")
def set_fact(
    fact: str,
    text: str,
    english: Annotated[str | None, typer.Option("--en")] = None,
    email: As = None,
    lang: Lang = "ja",
) -> None:
    """Set one fact: name, retention, desk_phone, outside_contact, approved_services, lawyer, case_years."""
    from bot.commands.company import set_company

    with starting():
        program = build_program(read_settings(), make=None)
    notice, done = set_company(program, fact, text, english, email)
    if not done:
        raise refuse(program, notice, lang)
    sys.stdout.write(say(program, notice, lang) + "\n")


@app.command()
def check(lang: Annotated[str | None, typer.Option("--lang")] = None) -> None:
    """Check the content as the program will read it."""
    from bot.engine.checks import check_content

    with starting():
        content = read_content(read_settings())
        folder = list_folders(read_settings())[-1] if len(list_folders(read_settings())) > 1 else OURS
    faults = check_content(content, folder)
    for fault in faults:
        sys.stdout.write(word_fault(fault.code, lang, path=fault.path, line=fault.line, **fault.params) + "\n")
    if faults:
        raise typer.Exit(REFUSED)


def main() -> None:
    """Run a command; what nobody foresaw is one sentence with a number under which the log tells more."""
    try:
        app(args=register_commands.complete(sys.argv[1:]))
    except Exception as fault:  # the last place that can say anything
        sys.stderr.write(word_fault("unforeseen", number=note_fault(fault), path=LOG) + "\n")
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
