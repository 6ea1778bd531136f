"""The page of what concerns one person, and the small cards behind the words of the command, as Adaptive Cards. Pure.

What a button says: `means` word with the name of a word of the command as its `choice`, as if it were typed behind it,
or resume with the interview. They send messages, so that the card stays for the next press.
"""

from collections.abc import Iterable, Iterator, Sequence

from adapters.teams.cards import (
    Activity,
    Element,
    beside,
    bold,
    choose,
    fits,
    rows,
    say,
    settle,
    small,
    submit,
    to_card,
    to_message,
    to_texts,
)
from bot.engine.lexicon import Shared
from bot.prompts import Line, Overview, Told, Topic

GAP = " \u00b7 "
MOST_IN_LINE = 120  # characters of one name among others
LANGUAGES = ("ja", "en")


def to_told(told: Told, shared: Shared) -> Activity:
    """What is told beside any interview, with what can be pressed under it, as one message."""
    body = [*say(told.text), *_write_page(told, shared)]
    body += [line for text in told.maps for line in say(text, fontType="Monospace")]
    body += list_words(told.words, told.language, shared)
    if told.chooses == "language":
        body += offer_languages(told.language, shared)
    if told.chooses == "hours":
        body += offer_hours(told.hours, told.language, shared)
    if told.chooses == "topics":
        body += offer_topics(told.topics, told.language, shared)
    text = to_plain(told, shared)
    made = to_message(to_card(body, text), told.text or text)
    if fits(made) and body:
        return made
    return (to_texts(text) or [made])[0]


def to_plain(told: Told, shared: Shared) -> str:
    """All that is told as text."""
    lines = [*([told.text] if told.text else []), *told.maps]
    if told.overview:
        page = told.overview
        lines += [one.about for one in page.unfinished] if told.part == "home" else []
        lines += _list_items(page, shared) if told.part != "me" else []
        lines += _lines(page.campaigns, GAP) if told.part == "home" else []
        lines += _lines(page.about, ": ") if told.part != "register" else []
    lines += [shared.commands[name].shown.of(told.language) for name in told.words]
    lines += [one.label for one in told.topics]
    return "\n".join(line.strip() for line in lines)


def _write_page(told: Told, shared: Shared) -> Iterator[Element]:
    page = told.overview
    if page is None:
        return
    if told.part == "home":
        yield from _write_waiting(page, shared)
    if told.part in ("home", "register"):
        yield from bold(page.title)
        yield from say("\n".join(_list_items(page, shared)[bool(page.title) :]))
    if told.part == "home" and page.campaigns:
        yield from bold(_word("home_campaigns", told.language, shared))
        yield from say("\n".join(_lines(page.campaigns, GAP)))
    if told.part in ("home", "me"):
        yield from bold(_word("home_me", told.language, shared))
        yield from say("\n".join(_lines(page.about, ": ")))
        yield from small(page.origin)
    if told.part == "home":
        yield from _write_choices(page, shared)


def _write_waiting(page: Overview, shared: Shared) -> Iterator[Element]:
    yield from bold(_word("home_waiting", page.language, shared))
    if not page.unfinished:
        yield from say(shared.says["nothing_waits"].of(page.language))
    label = _word("home_resume", page.language, shared)
    for one in page.unfinished:
        yield beside(_join(one.about, one.minutes), submit(label, {"means": "resume", "choice": one.id}))
    yield from say(page.more_unfinished)


def _write_choices(page: Overview, shared: Shared) -> Iterator[Element]:
    yield from bold(_word("me_language", page.language, shared))
    yield from offer_languages(page.language, shared)
    yield from bold(_word("me_hours", page.language, shared))
    yield from offer_hours(page.hours, page.language, shared)
    yield from _offer_words(page.words, page.language, shared)


def _offer_words(names: Sequence[str], language: str, shared: Shared) -> Iterator[Element]:
    labels = [(shared.commands[name].shown.of(language), name) for name in names]
    yield from rows([submit(label, {"means": "word", "choice": name}) for label, name in labels])


def offer_topics(topics: Sequence[Topic], language: str, shared: Shared) -> Iterator[Element]:
    """Each with what pressing it does: less of it, or as much as before."""
    for one in topics:
        label, verb = ("topic_back", "more") if one.fewer else ("topic_less", "less")
        button = submit(_word(label, language, shared), {"means": "word", "choice": f"topics {verb} {one.id}"})
        yield beside(one.label, button)


def list_words(names: Sequence[str], language: str, shared: Shared) -> Iterator[Element]:
    """Words of the command, each beside what it does."""
    for name in names:
        words = shared.commands[name]
        button = submit(words.shown.of(language), {"means": "word", "choice": name})
        yield beside(words.tells.of(language), button)


def offer_languages(language: str, shared: Shared) -> Iterator[Element]:
    """Both, by name."""
    labels = [(_word(f"language_{one}", language, shared), one) for one in LANGUAGES]
    yield from rows([submit(label, {"means": "word", "choice": f"language {one}"}) for label, one in labels])


def offer_hours(hours: tuple[int, int], language: str, shared: Shared) -> Iterator[Element]:
    """Two menus, from and to, and a button that sends both; what makes no span is answered with a word."""
    for end, spread, chosen in (("from", range(24), hours[0]), ("to", range(1, 25), hours[1])):
        text = _word(f"{end}_hour", language, shared)
        options = [(str(hour), text.replace("{hour}", str(hour)), hour == chosen) for hour in spread]
        yield {**choose(end, text.replace("{hour}", str(chosen)), options), "id": end}
    yield from rows([submit(_word("chat_send", language, shared), {"means": "word", "choice": "hours"}, True)])


def _list_items(page: Overview, shared: Shared) -> list[str]:
    if not page.title:
        return []
    none = shared.says["no_items"].of(page.language)
    return [page.title, *(_lines(page.items, GAP) or [none]), *([page.more_items] if page.more_items else [])]


def _lines(lines: Iterable[Line], between: str) -> list[str]:
    return [_join(one.label, one.note, between) for one in lines]


def _join(label: str, note: str, between: str = GAP) -> str:
    """One line, however many the label has."""
    name, told = (" ".join(settle(one, MOST_IN_LINE).split()) for one in (label, note))
    return f"{name}{between}{told}" if told else name


def _word(name: str, language: str, shared: Shared) -> str:
    return shared.formats[name].of(language).strip()
