"""What holds for one person: language, time zone, the hours in which they may be written to, and who said so.

What the person chose outranks what a chat surface says, and that outranks the directory. Knows no platform.
"""

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from bot.state.database import Database
from bot.state.record import Transaction
from bot.state.tables import UNFINISHED, interviews, people

PERSON = "person"  # as the one who said so
LANGUAGES = ("ja", "en")
HOURS = range(25)  # 24 is midnight, as an end
LONGEST_ZONE = 60


class Preferences(NamedTuple):
    """What holds for a person; `…_from` is "directory", the name of a surface, or "person"."""

    language: str
    language_from: str
    timezone: str
    timezone_from: str
    from_hour: int
    to_hour: int


def read_preferences(database: Database, person: str) -> Preferences | None:
    """What holds for this person. Raises CannotSave."""
    wanted = select(*(people.c[name] for name in Preferences._fields)).where(people.c.id == person)
    return next((Preferences(**row._mapping) for row in database.fetch(wanted)), None)


def choose_language(tx: Transaction, person: str, language: str) -> bool:
    """The person's own choice; interviews that are not over go on in it. False where it is none of ours."""
    if language not in LANGUAGES:
        return False
    _set_language(tx, person, person, language, PERSON)
    return True


def choose_hours(tx: Transaction, person: str, from_hour: int, to_hour: int) -> bool:
    """When the person may be written to unasked, on their own clock. False where that is no span of a day."""
    if from_hour not in HOURS or to_hour not in HOURS or not from_hour < to_hour:
        return False
    _set(tx, person, from_hour=from_hour, to_hour=to_hour)
    tx.add_entry(person, "person.hours_set", person, from_hour=from_hour, to_hour=to_hour)
    return True


def take_over(tx: Transaction, surface: str, person: str, language: str | None, timezone: str | None) -> None:
    """What a chat surface says of a person, where they did not choose themselves."""
    row = _lock(tx, person)
    if language in LANGUAGES and row.language_from != PERSON:
        if row.language != language:
            _set_language(tx, surface, person, str(language), surface)
        elif row.language_from != surface:
            _set(tx, person, language_from=surface)
    if timezone and is_timezone(timezone) and (row.timezone, row.timezone_from) != (timezone, surface):
        _set(tx, person, timezone=timezone, timezone_from=surface)
        if row.timezone != timezone:
            tx.add_entry(surface, "person.timezone_set", person, timezone=timezone)


def is_timezone(name: str) -> bool:
    """Whether this is the name of a time zone known here."""
    try:
        return len(name) <= LONGEST_ZONE and bool(ZoneInfo(name).key)
    except (OSError, ValueError, LookupError):  # also for names that are no file, or lead out of the folder
        return False


def _lock(tx: Transaction, person: str) -> Row[Any]:
    return tx.connection.execute(select(people).where(people.c.id == person).with_for_update()).one()


def _set(tx: Transaction, person: str, **values: Any) -> None:
    tx.connection.execute(update(people).where(people.c.id == person).values(values))


def _set_language(tx: Transaction, actor: str, person: str, language: str, source: str) -> None:
    """The person's language, and that of their interviews which are not over, from the next turn on."""
    mine = select(interviews.c.id).where(interviews.c.person_id == person, interviews.c.status.in_(UNFINISHED))
    ids = tx.connection.execute(mine.order_by(interviews.c.id).with_for_update()).scalars().all()
    if ids:
        tx.connection.execute(update(interviews).where(interviews.c.id.in_(ids)).values(language=language))
    _set(tx, person, language=language, language_from=source)
    tx.add_entry(actor, "person.language_set", person, language=language, source=source)
