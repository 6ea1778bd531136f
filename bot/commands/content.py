"""`content`: what the texts themselves say about how far they can be relied on. Opens no database."""

import sys
from typing import Any

import typer

from bot.bootstrap import list_folders, read_content, read_settings
from bot.commands.console import AsJson, Lang, check_language, starting, write_json
from bot.engine.lexicon import Shared
from bot.engine.loader import ContentFault, read_files
from bot.engine.words import Names, fill
from bot.faults import CONFIGURATION, word_fault
from bot.handbook.unverified import Doubt, Origin, list_unverified

content_app = typer.Typer(no_args_is_help=True)


@content_app.callback()
def content() -> None:
    """The texts of the product and of the company."""


@content_app.command("unverified")
def show_unverified(as_json: AsJson = False, lang: Lang = "ja") -> None:
    """Every text that the company's lawyer should confirm, with why, where it is from, and when that was looked at."""
    check_language(lang)
    with starting():
        settings = read_settings()
        shared = read_content(settings).shared
        folders = list_folders(settings)
    try:
        found = list_unverified(read_files(folders))
    except ContentFault as fault:  # a file that no flow uses
        sys.stderr.write(word_fault(fault.code, path=fault.path, line=fault.line, **fault.params) + "\n")
        raise typer.Exit(CONFIGURATION) from fault
    if as_json:
        write_json([_to_json(one, shared) for one in found])
        return
    for one in found:
        sys.stdout.write(_write(one, shared, lang) + "\n\n")
    told = shared.says["unverified_count" if found else "unverified_none"]
    sys.stdout.write(fill(told.of(lang), {"count": len(found)}, lang, shared, Names()) + "\n")


def _to_json(one: Doubt, shared: Shared) -> dict[str, Any]:
    reasons = [{"id": key, **(shared.doubts[key].model_dump() if key in shared.doubts else {})} for key in one.why]
    return {**one._asdict(), "why": reasons, "source": [origin._asdict() for origin in one.source]}


def _write(one: Doubt, shared: Shared, lang: str) -> str:
    why = [shared.doubts[key].of(lang) for key in one.why if key in shared.doubts]
    held = [shared.formats["unverified_waits"].of(lang)] if one.held else []
    is_published = any(origin.kind == "found" for origin in one.source)
    undated = "unverified_undated" if is_published else "unverified_unseen"
    values: dict[str, Any] = {
        "id": one.id,
        "file": one.file,
        "text": one.text[lang].replace("\n", "\n    "),
        "why": [*why, *held],
        "origins": "\n  ".join(_write_origin(origin, shared, lang) for origin in one.source),
        "date": one.date or shared.formats[undated].of(lang),
    }
    return fill(shared.formats["unverified_entry"].of(lang), values, lang, shared, Names())


def _write_origin(origin: Origin, shared: Shared, lang: str) -> str:
    name = "unverified_ours" if origin.kind == "knowledge" else f"origin_{origin.kind}"
    title = origin.title[lang] if origin.title else ""
    return fill(shared.formats[name].of(lang), {"title": title}, lang, shared, Names())
