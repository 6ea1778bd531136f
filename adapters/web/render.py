"""From what is shown to a page of HTML: one form for the question that waits, nothing that is not ours.

Pure. Everything a person or the content wrote is escaped.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from bot.engine.lexicon import Shared
from bot.prompts import Choice, Field, Notice, Prompt, Shown

STYLE = """
body{font:16px/1.7 sans-serif;color:#1f2933;background:#fff;max-width:40rem;margin:0 auto;padding:1.5rem 1rem}
h1{font-size:1.3rem}h2{font-size:1.1rem}p{white-space:pre-line}fieldset{border:1px solid #cbd2d9;border-radius:6px;
margin:1rem 0;padding:.5rem 1rem 1rem}legend{font-weight:bold;padding:0 .3rem}label{display:block;padding:.2rem 0}
textarea,input[type=text]{width:100%;box-sizing:border-box;font:inherit;padding:.4rem;border:1px solid #7b8794}
button{font:inherit;padding:.5rem 1.2rem;margin:.3rem .5rem .3rem 0;border:1px solid #1f5f8b;border-radius:6px;
background:#1f5f8b;color:#fff;cursor:pointer}button:focus,input:focus,textarea:focus{outline:3px solid #f0b429}
body{display:flex;flex-direction:column}nav{order:-1;text-align:right;font-size:.9rem}
nav button{background:none;border:0;color:#1f5f8b;text-decoration:underline;margin:0;padding:.2rem}
dt{font-weight:bold}dd{margin:0 0 .6rem;white-space:pre-line}hr{border:0;border-top:1px solid #cbd2d9;margin:2rem 0}
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visitor is shown. `visitor` goes with each form, and is all that tells whose draft it is; `typed` is what
    stood in its fields before, by field."""

    shown: Sequence[Shown]
    visitor: str = ""
    typed: Mapping[str, object] = field(default_factory=dict)
    is_first: bool = False  # nothing was said here yet


def to_page(seen: Seen, page: str, language: str, shared: Shared, path: str) -> str:
    """The whole page. By `page` a form that is sent twice is told from the same answer given anew."""
    words = {name: shared.says[f"web_{name}"].of(language) for name in ("title", "other", "receipt", "go")}
    told = [Markup("<p>{}</p>").format(one.text) for one in seen.shown if isinstance(one, Notice)]
    prompts = [one for one in seen.shown if isinstance(one, Prompt)]
    asked = [_ask(one, seen, {"visitor": seen.visitor, "page": page}, shared, path) for one in prompts]
    return Markup(
        '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><style>{style}</style></head><body>'
        "<h1>{title}</h1>{told}{asked}{back}{switch}</body></html>"
    ).format(
        language=language,
        title=words["title"],
        style=Markup(STYLE),  # noqa: S704 - ours
        told=Markup("").join(told),
        asked=Markup("").join(asked),
        back=Markup("") if any(one.fields for one in prompts) else _ask_receipt(words, language, path),
        switch=_offer_switch(seen, bool(prompts), words["other"], language, path),
    )


def _offer_switch(seen: Seen, asks: bool, label: str, language: str, path: str) -> Markup:
    """To the other language: with what stands in the form, or from the first page, where there is nothing to keep. It
    stands behind the form, so that Enter in a field means the form's own button; a page that only tells has none, as
    what it tells is told once."""
    other = "en" if language == "ja" else "ja"
    if seen.is_first:
        return Markup('<nav><a href="{}?lang={}" lang="{}">{}</a></nav>').format(path, other, other, label)
    if not asks:
        return Markup("")
    return Markup(
        '<nav><button form="ask" name="switch" value="{other}" lang="{other}" formaction="{path}?lang={other}" '
        "formnovalidate>{label}</button></nav>"
    ).format(other=other, path=path, label=label)


def _ask_receipt(words: dict[str, str], language: str, path: str) -> Markup:
    """The way back with a receipt."""
    return Markup(
        '<hr><form method="post" action="{}?lang={}"><label>{}<input type="text" name="receipt" autocomplete="off" '
        'maxlength="40"></label><button>{}</button></form>'
    ).format(path, language, words["receipt"], words["go"])


def _ask(prompt: Prompt, seen: Seen, whose: Mapping[str, str], shared: Shared, path: str) -> Markup:
    hidden = {**whose, "question": prompt.question, "revision": prompt.revision}
    inner = [Markup('<input type="hidden" name="{}" value="{}">').format(name, one) for name, one in hidden.items()]
    inner += [Markup("<p>{}</p><h2>{}</h2>").format(prompt.body, prompt.title)]
    if prompt.fields:
        inner += [_write_field(field, seen.typed.get(field.id), shared, prompt.language) for field in prompt.fields]
        inner += [Markup("<button>{}</button>").format(_name_button(prompt, shared))]
    else:
        inner += [_write_choice(one) for one in prompt.choices]
    start = Markup('<form id="ask" method="post" action="{}?lang={}">').format(path, prompt.language)
    return Markup("{}{}</form>").format(start, Markup("").join(inner))


def _name_button(prompt: Prompt, shared: Shared) -> str:
    """A form with another behind it sends nothing yet, and does not say so."""
    far = prompt.progress
    goes_on = far is not None and far.done + 1 < far.total
    text = shared.moves["continue"].shown if goes_on else shared.formats["chat_send"]
    return text.of(prompt.language)


def _write_choice(choice: Choice) -> Markup:
    return Markup('<button name="choice" value="{}">{}</button>').format(choice.id, choice.label)


def _write_field(field: Field, typed: object, shared: Shared, language: str) -> Markup:
    values = typed if isinstance(typed, list) else [typed] if typed else []
    return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(
        field.label, Markup("").join(_write_inputs(field, [str(one) for one in values], shared, language))
    )


def _write_inputs(field: Field, typed: Sequence[str], shared: Shared, language: str) -> Iterator[Markup]:
    """`typed` is what stood there before: ids that were chosen, words that were written."""
    own = ", ".join(one for one in typed if one not in {choice.id for choice in field.choices})
    if not field.choices:
        yield Markup('<textarea name="field:{}" rows="3" maxlength="{}" aria-label="{}">{}</textarea>').format(
            field.id, field.limit or 400, field.label, own
        )
        return
    kind = "checkbox" if field.kind == "several_of" else "radio"
    for one in field.choices:
        checked = Markup(" checked") if one.id in typed else ""
        yield Markup('<label><input type="{}" name="field:{}" value="{}"{}> {}</label>').format(
            kind, field.id, one.id, checked, one.label
        )
    if field.own:
        label = shared.formats["chat_own"].of(language).replace("{field}", field.label)
        yield Markup('<label>{}<input type="text" name="field:{}" maxlength="200" value="{}"></label>').format(
            label, field.id, own
        )
