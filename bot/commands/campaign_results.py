"""`campaign show`, `results` and `evidence`: how far one is, what came of it in counts, and who acknowledged what.

Who was right is told of nobody: counts are made by `counts`, and the evidence says only that somebody answered.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.bootstrap import Program
from bot.campaigning import read_lessons
from bot.commands.campaign import Id, find_one, open_for, show_plan, to_record
from bot.commands.console import As, AsJson, Lang, refuse, say, write_file, write_json, write_table
from bot.counts import GRADES, Counts, Part, Results
from bot.documents.acknowledged import list_cells, list_heads, to_csv, to_plain
from bot.documents.wording import Wording
from bot.state.acknowledged import list_acknowledged
from bot.state.campaigns import read_progress
from bot.state.results import read_results

COUNTED = ("people", "reached", "answered", "counted")


class By(StrEnum):
    """How results may be told apart."""

    DEPARTMENT = "department"


ByWhat = Annotated[By | None, typer.Option("--by", help="Part by part; never of fewer than five people.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", help="Into a file of your own.")]


def show_campaign(id: Id, by: ByWhat = None, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """How far one is, and what people answered, in counts."""
    program, _, _ = open_for("campaign.manage", email, lang)
    one = find_one(program, id, lang)
    if one.state == "planned":
        show_plan(program, one, as_json, lang, "campaign_would")
        return
    results = read_results(program.database, program.reader.vault, one.id)
    progress = read_progress(program.database, one.id)._asdict()
    if results.total is None:  # who answered of so few says who they are
        progress["answered"] = None
    if as_json:
        write_json({**to_record(one), **progress, "results": _to_plain(program, results, by)})
        return
    sys.stdout.write(say(program, "campaign_shown", lang, state=one.state, people=one.people) + "\n")
    write_table([[name, "-" if count is None else str(count)] for name, count in progress.items()])
    _tell_results(program, {"": results}, lang, by)


def show_lessons(email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """What came of every lesson and leak case over all campaigns, by department."""
    program, _, _ = open_for("campaign.manage", email, lang)
    found = read_lessons(program.database, program.reader.vault)
    if as_json:
        write_json([{"subject": name, **_to_plain(program, one, By.DEPARTMENT)} for name, one in found.items()])
    elif found:
        _tell_results(program, found, lang, By.DEPARTMENT)
    else:
        sys.stdout.write(say(program, "campaigns_none", lang) + "\n")


def show_evidence(id: Id, out: Out = None, email: As = None, as_json: AsJson = False, lang: Lang = "ja") -> None:
    """Who was told what and acknowledged it when, each with its entry of the audit; whoever asks is in the audit."""
    program, _, actor = open_for("acknowledgement.read", email, lang)
    one = find_one(program, id, lang)
    program.store.write(lambda tx: tx.add_entry(actor, "campaign.evidence_read", one.id))
    rows = list_acknowledged(program.database, program.reader.vault, one.id)
    words, titles = Wording(program.content.shared, lang), name_things(program, lang)
    if out is not None:
        try:
            write_file(out, to_csv(rows, words, titles), force=False)
        except OSError as fault:
            raise refuse(program, "acknowledged_unwritable", lang, file=out) from fault
        sys.stdout.write(say(program, "acknowledged_written", lang, count=len(rows), file=out) + "\n")
    elif as_json:
        write_json([to_plain(row) for row in rows])
    elif rows:
        write_table([list_heads(words), *(list_cells(row, words, titles) for row in rows)])
    else:
        sys.stdout.write(say(program, "acknowledged_none", lang) + "\n")


def name_things(program: Program, lang: str) -> dict[str, str]:
    """What lessons and leak cases are called."""
    files = program.content.awareness
    known = {**files["lessons"]["lessons"], **files["cases"]["cases"]}
    return {name: str(told["title"][lang]).strip() for name, told in known.items()}


# -- counts ------------------------------------------------------------------------------------------------------------


def _tell_results(program: Program, found: Mapping[str, Results], lang: str, by: By | None) -> None:
    words, titles = Wording(program.content.shared, lang), name_things(program, lang)
    heads = [words.say(f"results_{name}") for name in ("what", *COUNTED, *GRADES)]
    departments = {row.id: row._asdict() for row in program.reader.list_departments()}
    lines = []
    for subject, results in found.items():
        name = titles.get(subject, words.say("results_fit")) if len(found) > 1 or subject else words.say("results_all")
        lines.append([name, *_list_cells(results.total, words)])
        parts = results.parts if by else {}
        named = ((_name_part(departments, part, words), one) for part, one in parts.items())
        lines += [[f"  {part}", *_list_cells(one, words)] for part, one in named]
    write_table([heads, *lines])
    sys.stdout.write(say(program, "results_how", lang) + "\n")


def _list_cells(counts: Counts | None, words: Wording) -> list[str]:
    """Figures, or why there are none."""
    if counts is None:
        return [words.say("results_few"), *[""] * (len(COUNTED) + len(GRADES) - 1)]
    told = [str(getattr(counts, name)) for name in COUNTED]
    return [*told, *(str(counts.grades[name]) if counts.counted else "-" for name in GRADES)]


def _name_part(known: Mapping[str, Mapping[str, Any]], part: Part, words: Wording) -> str:
    return words.join(words.pick(known[name], "name") for name in part if name in known)


def _to_plain(program: Program, results: Results, by: By | None) -> dict[str, Any]:
    """None stands for what is not told, of too few."""
    told: dict[str, Any] = {"total": _to_figures(results.total)}
    if by:
        names = {row.id: row.name for row in program.reader.list_departments()}
        told["parts"] = [
            {"departments": [names.get(id, id) for id in part], **(_to_figures(one) or {})}
            for part, one in results.parts.items()
        ]
    return told


def _to_figures(counts: Counts | None) -> dict[str, Any] | None:
    if counts is None:
        return None
    return {**{name: getattr(counts, name) for name in COUNTED}, **(counts.grades if counts.counted else {})}
