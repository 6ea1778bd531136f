"""What a company's lawyer should confirm, over all content: where it stands, what it says, why, and from where.

Pure: takes the files as parsed. An entry is marked by `unverified`, a text of a flow in the table of that name at the
end of its wording; what has a day at `confirmed` is not listed.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bot.engine.loader import LANGUAGES, find_text
from bot.handbook.incident import list_doubts, may_show

MARK = "unverified"
SHARED = "shared/messages.yaml"


class Origin(NamedTuple):
    """Where a text is from: seed, knowledge or found, and of what was published its title by language and address."""

    kind: str
    title: Mapping[str, str] | None = None
    address: str | None = None


class Doubt(NamedTuple):
    """One text that waits. `id` is its place in the file, `text` by language; `date` the day or month in which what it
    is from was looked at, None where none is recorded or nothing was published; `held` where nobody is shown it before.
    """

    id: str
    file: str
    text: Mapping[str, str]
    why: tuple[str, ...]
    source: tuple[Origin, ...]
    date: str | None
    held: bool


def list_unverified(files: Mapping[str, Any]) -> list[Doubt]:
    """All of it, by file and place. `files` are the content files by name."""
    common = files.get(SHARED) or {}
    found: list[Doubt] = []
    for name, written in files.items():
        if isinstance(written, Mapping):
            marks = written.get(MARK)
            found += _list_marked(name, written, marks, common) if isinstance(marks, Mapping) else ()
            found += _list_entries(name, written, written, ())
    return found


def _list_marked(
    file: str, written: Mapping[str, Any], marks: Mapping[str, Any], common: Mapping[str, Any]
) -> Iterator[Doubt]:
    """The texts of a flow, by the table at the end of its wording; titles of their sources are common to all flows."""
    for place, mark in marks.items():
        text = find_text(written, place)
        if text and not mark.get("confirmed"):
            source = tuple(mark.get("source") or ())
            origins = _to_origins(common, source)
            yield Doubt(place, file, text.model_dump(), tuple(mark["why"]), origins, _find_date(common, source), False)


def _list_entries(file: str, whole: Mapping[str, Any], told: Any, at: tuple[str, ...]) -> Iterator[Doubt]:
    if not isinstance(told, Mapping):
        return
    if isinstance(told.get(MARK), list) and list_doubts(told):
        source = tuple(told.get("source") or ())
        date = told.get("seen") or _find_date(whole, source)
        origins = _to_origins(whole, source)
        yield Doubt(".".join(at), file, _read_texts(told), list_doubts(told), origins, date, not may_show(told))
    for key, part in told.items():
        yield from _list_entries(file, whole, part, (*at, key))


def _read_texts(told: Mapping[str, Any]) -> dict[str, str]:
    """What an entry says, all its texts one below the other, those inside it too."""
    return {language: "\n".join(text[language] for text in _list_texts(told)) for language in LANGUAGES}


def _list_texts(told: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for part in told.values():
        if isinstance(part, Mapping) and set(part) == set(LANGUAGES):
            yield part
        elif isinstance(part, Mapping):
            yield from _list_texts(part)


def _to_origins(whole: Mapping[str, Any], source: tuple[str, ...]) -> tuple[Origin, ...]:
    return tuple(_to_origin(whole, *tag.partition(":")[::2]) for tag in source)


def _to_origin(whole: Mapping[str, Any], kind: str, key: str) -> Origin:
    """A title stands alone, or as the name of an entry with its address."""
    told = (whole.get("sources") or {}).get(key) or {}
    return Origin(kind, told.get("name", told) or None, told.get("address"))


def _find_date(whole: Mapping[str, Any], source: tuple[str, ...]) -> str | None:
    """When what was published was looked at: the latest day of these sources, else the file's."""
    published = [tag.partition(":")[2] for tag in source if tag.startswith("found:")]
    titles = whole.get("sources") or {}
    days = [day for key in published if (day := (titles.get(key) or {}).get("seen"))]
    return max(days, default=whole.get("seen")) if published else None
