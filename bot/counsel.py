"""What the contact outside the company is shown for a link, in words, and what they do there, carried out.

A link shows one thing: a report that nobody within may receive, or that somebody would know who reported. Who that was
is in nothing here. Knows no page.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.conversation import Inspect
from bot.documents.wording import Wording
from bot.engine.words import Names, fill, write_person
from bot.outside import (
    AGREE,
    ASK,
    DEEDS,
    GONE,
    HAND,
    LATE,
    LONGEST,
    NO,
    OPEN,
    OVER,
    RECEIVED,
    RENEW,
    REPORT,
    YES,
    Deed,
    Sheet,
)
from bot.state.incidents import Entry, Incident
from bot.state.links import Link, count_opened, find_link, note_opened
from bot.state.outside import (
    find_case,
    give_word,
    hand_over,
    list_leaders,
    list_told,
    question_reporter,
    receive,
    renew,
    shows,
)
from bot.state.queries import Reader
from bot.state.record import Transaction
from bot.state.store import Store
from bot.state.unsealing import read_asking

TOLD = ("what", "mover", "when", "still", "signs", "own", "others")  # parts of a report, in the order they are shown
ZONE = "Asia/Tokyo"  # of somebody nobody knows


class Came(NamedTuple):
    """What one deed came to: a notice by name, and the link it was done by, as long as there is more to show."""

    notice: str
    link: Link | None = None
    standing: str = ""
    shown: bool = False


@dataclass(slots=True)
class CounselDesk:
    """What stands behind a link. `catalogue` is the handbook's part on leaks, for the names of signs."""

    store: Store
    reader: Reader
    inspect: Inspect
    catalogue: Mapping[str, Any]

    async def take(self, token: str, deed: Deed, language: str) -> Sheet:
        """One thing done by whoever has a link, and what they see then. Raises CannotSave; then nothing was done."""
        return await asyncio.to_thread(self._take, token, deed, language)

    def _take(self, token: str, deed: Deed, language: str) -> Sheet:
        link = find_link(self.store.database.fetch, token)
        if link is None:
            return self._tell(Came("outside_gone", standing=GONE), deed, language)
        came = self.store.write(lambda tx: self._do(tx, link, deed))
        return self._tell(came, deed, language)

    # -- done ----------------------------------------------------------------------------------------------------------

    def _do(self, tx: Transaction, link: Link, deed: Deed) -> Came:
        """In one transaction with its line of the audit, and with one that it was seen where it is shown."""
        if link.is_over or not shows(find_case(tx.connection.execute, tx.vault, link), link.purpose):
            return Came("outside_over", standing=OVER)
        if deed.name == RENEW:
            return Came("outside_renewed" if renew(tx, link) else "outside_renewed_lately")
        if link.is_late(tx.now):
            return Came("outside_late", link, LATE)
        came = Came("", link, shown=True) if deed.name == OPEN else self._carry_out(tx, link, deed)
        if came.shown:
            note_opened(tx, link)
        return came

    def _carry_out(self, tx: Transaction, link: Link, deed: Deed) -> Came:
        if deed.name not in DEEDS[link.purpose]:
            return Came("", link, shown=True)
        notice, shown = DOES[deed.name](self, tx, link, deed)
        return Came(notice, link, shown=shown)

    def hand(self, tx: Transaction, link: Link, deed: Deed) -> tuple[str, bool]:
        """A notice, and whether there is more to be shown."""
        handed = hand_over(tx, link, deed.person)
        return ("outside_handed", False) if handed else ("outside_choose", True)

    def ask(self, tx: Transaction, link: Link, deed: Deed) -> tuple[str, bool]:
        words = deed.words[:LONGEST].strip()
        kept_out = self.inspect(words) if words else None
        if kept_out or not words:
            return (f"kept_out_{kept_out.kind}" if kept_out else "outside_words"), True
        return ("outside_asked" if question_reporter(tx, link, words) else "outside_unreached"), True

    def receive(self, tx: Transaction, link: Link, _: Deed) -> tuple[str, bool]:
        receive(tx, link)
        return "outside_received", True

    def answer(self, tx: Transaction, link: Link, deed: Deed) -> tuple[str, bool]:
        given = give_word(tx, link, deed.name == YES)
        return ("outside_agreed" if deed.name == YES else "outside_refused") if given else "outside_over", False

    # -- shown ---------------------------------------------------------------------------------------------------------

    def _tell(self, came: Came, deed: Deed, language: str) -> Sheet:
        told = [self.say(came.notice, language, person={"person": deed.person})] if came.notice else []
        if not came.shown or came.link is None:
            return Sheet(told, deeds=(RENEW,) if came.notice == "outside_late" else (), standing=came.standing)
        fetch = self.store.database.fetch
        found = find_case(fetch, self.reader.vault, came.link)
        if found is None or not shows(found, came.link.purpose):
            return Sheet([self.say("outside_over", language)], standing=OVER)
        opened = self.say("outside_opened", language, count=count_opened(fetch, came.link.incident, came.link.purpose))
        show = self._show_report if came.link.purpose == REPORT else self._show_asking
        return show([*told], opened, found, language)

    def _show_report(self, told: list[str], opened: str, found: tuple[Any, Incident], language: str) -> Sheet:
        row, known = found
        people = list_leaders(self.store.database.fetch, known)
        names = self._name([*people, *known.body["excluded"]])
        told += [self.say("outside_report", language), opened]
        if not people:
            told.append(self.say("outside_nobody", language))
        labelled = [(one, write_person(one, language, self.store.words.shared, names, "person_at")) for one in people]
        done = known.body["outside"].get("received_at")
        deeds = [one for one in DEEDS[REPORT] if not (one == RECEIVED and done) and not (one == HAND and not people)]
        return Sheet(told, self._list_parts(row, known, names, language), deeds, labelled)

    def _show_asking(self, told: list[str], opened: str, found: tuple[Any, Incident], language: str) -> Sheet:
        asking, wording = read_asking(found[1]), Wording(self.store.words.shared, language)
        asker = {"person": asking.get("by")}
        told += [self.say("outside_asking", language, asker=asker, number=found[1].number), opened]
        return Sheet(told, [(wording.say("pack_field_reason"), str(asking.get("reason")))], DEEDS[AGREE])

    def _list_parts(self, row: Any, known: Incident, names: Names, language: str) -> list[tuple[str, str]]:
        """The report part by part, who may be involved, then whatever came later."""
        wording, entries = (
            Wording(self.store.words.shared, language),
            list_told(self.store.database, self.reader.vault, row),
        )
        shared = self.store.words.shared
        named = [write_person(one, language, shared, names, "person_at") for one in known.body["excluded"]]
        arrived = datetime.fromisoformat(known.body["facts"]["aware_at"]).astimezone(ZoneInfo(ZONE))
        parts = [
            (wording.say("pack_col_at"), arrived.isoformat(" ", "minutes")),
            *(
                (wording.say(f"pack_field_{one}"), self._word(wording, one, known.body["report"].get(one)))
                for one in TOLD
            ),
            (wording.say("outside_named"), wording.join(named)),
            *((wording.say(f"pack_kind_{one.kind}"), _read_words(one)) for one in entries),
        ]
        return [(label, words) for label, words in parts if words]

    def _word(self, wording: Wording, part: str, value: Any) -> str:
        """One part of a report: the names of what was chosen, the words of what was written."""
        if part == "signs":
            known = self.catalogue["signs"]
            return wording.join(known[one]["short"][wording.language] for one in value or () if one in known)
        if part in ("mover", "when", "still"):
            return wording.say(f"pack_value_{value}")
        return wording.join(value) if isinstance(value, list) else str(value or "")

    def say(self, notice: str, language: str, **values: Any) -> str:
        """One of the product's own phrases."""
        shared = self.store.words.shared
        ids = [one["person"] for one in values.values() if isinstance(one, dict) and one.get("person")]
        return fill(shared.says[notice].of(language), values, language, shared, self._name(ids))

    def _name(self, ids: Sequence[str]) -> Names:
        return Names(self.reader.find_names(ids), self.reader.read_company(), "web")


def _read_words(one: Entry) -> str:
    return str(one.body.get("words") or "")


Does = Callable[[CounselDesk, Transaction, Link, Deed], tuple[str, bool]]
DOES: Mapping[str, Does] = {
    HAND: CounselDesk.hand,
    ASK: CounselDesk.ask,
    RECEIVED: CounselDesk.receive,
    YES: CounselDesk.answer,
    NO: CounselDesk.answer,
}
