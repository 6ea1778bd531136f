"""What a reply is read with, and what reading it can give. Values only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.engine.dates import DateWords
from bot.engine.lexicon import Shared
from bot.engine.model import Value
from bot.events import Known


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply is read with: the shared words, the people it may name, today's date, the flow's readers."""

    shared: Shared
    people: tuple[Known, ...] = ()
    today: date = date.min
    dates: DateWords | None = None
    me: str = ""  # the person who replies
    readers: Mapping[str, Callable[..., Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A value; `filled` names the fields left as proposed."""

    value: Value
    filled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """A choice that is a universal move or opens a standing question, not an answer."""

    move: str | None
    opens: str | None


@dataclass(frozen=True, slots=True)
class Near:
    """Probably this value; to be asked back. `doubtful` where more was said that may turn it into another."""

    value: Value
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """A name that fits several people, for one field or for the whole question.

    For a field, `value` and `filled` are the form as read so far, `more` the other fields with such a name.
    """

    people: tuple[str, ...]
    field: str | None = None
    value: Mapping[str, Value] | None = None
    filled: tuple[str, ...] = ()
    more: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Half:
    """A form read in part: what was told by field, the field that is asked next, and what to say about it."""

    told: Mapping[str, Value]
    at: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not taken: the name of the notice that says why, with its numbers."""

    notice: str
    params: Mapping[str, Any] = field(default_factory=dict)


Result = Accepted | Moved | Near | Several | Half | Refused
