"""The Home tab, and the small cards behind the words of the command, as Block Kit. Pure.

What a button carries: `word:<n>` the words of the command it stands for, by name, as if they were typed behind it;
`resume:<n>` the interview. A menu of hours carries in each option what a button would.
"""

from collections.abc import Iterable, Iterator, Sequence

from adapters.slack.blocks import (
    ELLIPSIS,
    MOST_IN_TEXT,
    MOST_IN_VIEW_TITLE,
    ROW,
    Block,
    Message,
    Part,
    actions,
    bold,
    button,
    context,
    cut,
    pack,
    plain,
    preformatted,
    say,
    section,
)
from bot.engine.inert import make_inert
from bot.engine.lexicon import CommandWords, Shared
from bot.prompts import Line, Overview, Told, Topic, Unfinished

GAP = " \u00b7 "  # spaces alone are not seen everywhere
MOST_IN_LINE = 120  # characters of one name among others
LANGUAGES = ("ja", "en")
APP = "Secret Review"


def to_home(overview: Overview, shared: Shared) -> Block:
    """The view of somebody of the directory."""
    language = overview.language
    blocks = [
        _head("home_waiting", language, shared),
        *_tell(() if overview.unfinished else [shared.says["nothing_waits"].of(language)]),
        *_list_unfinished(overview.unfinished, language, shared),
        *_tell([overview.more_unfinished]),
        *_list_items(overview, shared),
        *_list_campaigns(overview, shared),
        _head("home_me", language, shared),
        *_tell(_lines(overview.about, ": ")),
        context([overview.origin]),
        _head("me_language", language, shared),
        offer_languages("languages", language, shared),
        _head("me_hours", language, shared),
        offer_hours("hours", overview.hours, language, shared),
        {"type": "divider"},
        offer_words("words", overview.words, language, shared),
    ]
    return {"type": "home", "blocks": blocks}


def to_strangers_home(language: str, shared: Shared) -> Block:
    """The view of somebody the directory does not know: whom to turn to, and nothing of the company."""
    told = _tell([shared.says["slack_unknown"].of(language)])
    return {"type": "home", "blocks": [*told, offer_words("report", ["report"], language, shared)]}


def to_card(text: str, parts: Iterable[Part] = ()) -> Message:
    """A text with what can be pressed under it, as one message."""
    told = list(say(cut(make_inert(text), 3 * MOST_IN_TEXT))) or [Part(ELLIPSIS, section(plain(ELLIPSIS)))]
    return pack([*told, *parts])[0]


def to_told(told: Told, shared: Shared) -> Message:
    """What is told beside any interview, with what can be pressed under it, as one message."""
    maps = [Part(text, preformatted(f"map:{place}", make_inert(text))) for place, text in enumerate(told.maps, 1)]
    text, parts = told.text, [*maps, *list_words(told.words, told.language, shared)]
    if told.overview:
        text = tell_items(told.overview, shared) if told.part == "register" else tell_person(told.overview)
    if told.overview and told.part == "home":
        return pack([Part(_text_of(block), block) for block in to_home(told.overview, shared)["blocks"]])[0]
    if told.chooses == "language":
        parts.append(Part("", offer_languages("languages", told.language, shared)))
    if told.chooses == "hours":
        parts.append(Part("", offer_hours("hours", told.hours, told.language, shared)))
    if told.chooses == "topics":
        parts += offer_topics(told.topics, told.language, shared)
    return to_card(text, parts)


def to_view(card: Message, shared: Shared, language: str) -> Block:
    """The same in a modal, where nothing can be written beside what was pressed."""
    close = plain(shared.formats["chat_close"].of(language), MOST_IN_VIEW_TITLE)
    return {"type": "modal", "title": plain(APP), "close": close, "blocks": card["blocks"]}


# -- what can be pressed -----------------------------------------------------------------------------------------------


def list_words(names: Sequence[str], language: str, shared: Shared) -> list[Part]:
    """Words of the command, each beside what it does."""
    return [_explain(place, name, shared.commands[name], language) for place, name in enumerate(names, 1)]


def _explain(place: int, name: str, words: CommandWords, language: str) -> Part:
    shown, tells = words.shown.of(language), words.tells.of(language)
    pressed = button(shown, f"word:{place}", f"\n{name}")
    return Part(f"{shown}{GAP}{tells}", {**section(plain(tells)), "accessory": pressed})


def offer_words(block: str, names: Sequence[str], language: str, shared: Shared) -> Block:
    labels = [(shared.commands[name].shown.of(language), name) for name in names]
    return actions(
        block, [button(label, f"word:{block}{place}", f"\n{name}") for place, (label, name) in _count(labels)]
    )


def offer_languages(block: str, language: str, shared: Shared) -> Block:
    labels = [(shared.formats[f"language_{one}"].of(language), one) for one in LANGUAGES]
    pressed = [
        button(label, f"word:{block}{n}", f"\nlanguage {one}", one == language) for n, (label, one) in _count(labels)
    ]
    return actions(block, pressed)


def offer_topics(topics: Sequence[Topic], language: str, shared: Shared) -> Iterator[Part]:
    """Each with what pressing it does: less of it, or as much as before."""
    for place, one in enumerate(topics, 1):
        label = shared.formats["topic_back" if one.fewer else "topic_less"].of(language)
        value = f"\ntopics {'more' if one.fewer else 'less'} {one.id}"
        told = {**section(plain(one.label)), "accessory": button(label, f"word:topics{place}", value)}
        yield Part(f"{one.label}{GAP}{label}", told)


def offer_hours(block: str, hours: tuple[int, int], language: str, shared: Shared) -> Block:
    """Two menus, from and to; only what makes a span with the other end can be picked."""
    from_hour, to_hour = hours
    starts = _menu(f"word:{block}1", "from", range(to_hour), from_hour, language, shared)
    return actions(block, [starts, _menu(f"word:{block}2", "to", range(from_hour + 1, 25), to_hour, language, shared)])


def _menu(action: str, end: str, hours: Iterable[int], chosen: int, language: str, shared: Shared) -> Block:
    text = shared.formats[f"{end}_hour"].of(language)
    options = {
        hour: {"text": plain(text.replace("{hour}", str(hour))), "value": f"\nhours {end} {hour}"} for hour in hours
    }
    return {
        "type": "static_select",
        "action_id": action,
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _count(labels: Sequence[tuple[str, str]]) -> Iterator[tuple[int, tuple[str, str]]]:
    return enumerate(labels[:ROW], 1)


# -- what can be read --------------------------------------------------------------------------------------------------


def _head(name: str, language: str, shared: Shared) -> Block:
    return section(bold(shared.formats[name].of(language)))


def _list_unfinished(waiting: Sequence[Unfinished], language: str, shared: Shared) -> Iterator[Block]:
    label = shared.formats["home_resume"].of(language)
    for place, one in enumerate(waiting, 1):
        told = plain(_join(one.about, one.minutes))
        yield {**section(told), "accessory": button(label, f"resume:{place}", f"\n{one.id}", place == 1)}


def _list_items(overview: Overview, shared: Shared) -> Iterator[Block]:
    if not overview.title:
        return
    yield section(bold(overview.title))
    none = shared.says["no_items"].of(overview.language)
    yield from _tell(_lines(overview.items, GAP) or [none])
    yield from _tell([overview.more_items])


def _list_campaigns(overview: Overview, shared: Shared) -> Iterator[Block]:
    if not overview.campaigns:
        return
    yield _head("home_campaigns", overview.language, shared)
    yield from _tell(_lines(overview.campaigns, GAP))


def tell_items(overview: Overview, shared: Shared) -> str:
    """The items as text."""
    none = shared.says["no_items"].of(overview.language)
    lines = _lines(overview.items, GAP) or [none]
    return "\n".join(filter(None, [overview.title, *lines, overview.more_items]))


def tell_person(overview: Overview) -> str:
    """What is known of the person, as text."""
    return "\n".join([*_lines(overview.about, ": "), overview.origin])


def _lines(lines: Iterable[Line], between: str) -> list[str]:
    return [_join(one.label, one.note, between) for one in lines]


def _text_of(block: Block) -> str:
    """What a section says, as plain text."""
    return str(block.get("text", {}).get("text", ""))


def _join(label: str, note: str, between: str = GAP) -> str:
    """One line, however many the label has."""
    name = " ".join(cut(make_inert(label), MOST_IN_LINE).split())
    told = " ".join(cut(make_inert(note), MOST_IN_LINE).split())
    return f"{name}{between}{told}" if told else name


def _tell(texts: Iterable[str]) -> list[Block]:
    """Sections of plain text; nothing where there is nothing to tell."""
    told = cut(make_inert("\n".join(texts)), 3 * MOST_IN_TEXT)
    return [part.block for part in say(told) if part.block]
