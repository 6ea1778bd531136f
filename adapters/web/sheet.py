"""From what a link shows to a page of HTML: plain forms, nothing that is not ours. Pure; everything is escaped."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from adapters.web.render import STYLE
from bot.engine.lexicon import Shared
from bot.outside import ASK, HAND, LONGEST, OPEN, Sheet


def to_front(language: str, shared: Shared) -> str:
    """The page before anything is opened: it asks nothing of the link, so that whoever only looks learns nothing."""
    return to_document(
        [Markup("<p>{}</p>").format(shared.says["outside_front"].of(language)), _ask(OPEN, language, shared)],
        language,
        shared,
    )


def to_sheet(sheet: Sheet, language: str, shared: Shared) -> str:
    told = [Markup("<p>{}</p>").format(one) for one in sheet.told]
    parts = [Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in sheet.parts]
    shown = [Markup("<dl>{}</dl>").format(Markup("").join(parts))] if parts else []
    return to_document(
        [*told, *shown, *(_write_form(one, sheet, language, shared) for one in sheet.deeds)], language, shared
    )


def to_document(parts: Sequence[Markup], language: str, shared: Shared) -> str:
    """The whole page; it posts to where it is, so that what the link carries stands nowhere in it."""
    return Markup(
        '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="robots" content="noindex, nofollow"><meta name="viewport" content="width=device-width">'
        '<style>{style}</style></head><body><nav><a href="?lang={other}">{switch}</a></nav><h1>{title}</h1>{inner}'
        "</body></html>"
    ).format(
        language=language,
        title=shared.says["outside_title"].of(language),
        style=Markup(STYLE),  # noqa: S704 - ours
        other="en" if language == "ja" else "ja",
        switch=shared.says["web_other"].of(language),
        inner=Markup("").join(parts),
    )


def _ask(deed: str, language: str, shared: Shared) -> Markup:
    """One button."""
    label = shared.says[f"outside_do_{deed}"].of(language)
    return Markup('<form method="post"><button name="deed" value="{}">{}</button></form>').format(deed, label)


def _write_form(deed: str, sheet: Sheet, language: str, shared: Shared) -> Markup:
    inner: Mapping[str, Markup] = {HAND: _list_people(sheet), ASK: WORDS}
    if deed not in inner:
        return _ask(deed, language, shared)
    says = {name: shared.says[f"outside_{name}_{deed}"].of(language) for name in ("legend", "do")}
    return Markup(
        '<form method="post"><fieldset><legend>{}</legend>{}<button name="deed" value="{}">{}</button>'
        "</fieldset></form>"
    ).format(says["legend"], inner[deed], deed, says["do"])


WORDS = Markup('<textarea name="words" rows="3" maxlength="{}"></textarea>').format(LONGEST)


def _list_people(sheet: Sheet) -> Markup:
    line = Markup('<label><input type="radio" name="person" value="{}"> {}</label>')
    return Markup("").join(line.format(*one) for one in sheet.people)
