"""Takes reports of suspected leaks, apart from everything else: no interview, answer, inbox or outbox row tells of one.

The same flows and turns as everywhere; what somebody tells lies sealed in their mailbox until it is sent, and becomes a
case without a name. Knows no platform.
"""

import asyncio
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.conclusions import AddToReport, OpenIncident
from bot.conversation import Inspect, screen
from bot.drafts import KEPT, STANDS, give_back, put_aside, read_draft, take_up, to_draft
from bot.engine.desk import EACH
from bot.engine.interview import Interview, Turn
from bot.engine.lexicon import read_move, read_move_within, unquote
from bot.engine.model import Text
from bot.engine.notices import to_notices
from bot.engine.speaking import Speaker, find_people_ids, to_prompt
from bot.engine.turn import take_turn
from bot.engine.words import Names, PersonName, fill
from bot.events import Body, Event, Opened, Said
from bot.prompts import Notice, Prompt, Shown
from bot.state.casework import add_to_report, find_state, open_incident
from bot.state.database import CannotSave
from bot.state.mailboxes import (
    REPORT,
    WEB,
    Mailbox,
    choose_mailbox,
    link_report,
    make_receipt,
    name_mailbox,
    name_receipt,
    read_link,
    read_mailboxes,
    take_mailbox,
    write_mailbox,
)
from bot.state.queries import Reader
from bot.state.receivers import list_receivers
from bot.state.record import NOWHERE, Transaction
from bot.state.rows import says_from_json
from bot.state.store import Store

ADDITION = "addition"
NAME = "mailbox-"  # how the ids of these interviews begin; no other's does
SENDS = ("slack", "teams")  # surfaces on which it takes a while until something is said
RESENT_AFTER = timedelta(seconds=30)  # what was to be said there and may not have been
RECEIPT = re.compile(
    r"(?<![A-Z0-9])R-([2-9A-HJ-NP-Z]{3})[- ]{0,2}([2-9A-HJ-NP-Z]{3})[- ]{0,2}([2-9A-HJ-NP-Z]{3})(?![A-Z0-9])"
)
DASHES = (*range(0x2010, 0x2016), 0x2212, 0x30FC)  # what keyboards make of a hyphen
LIKE = {
    **str.maketrans("0O1I", "QQLL"),
    **dict.fromkeys(DASHES, ord("-")),
}  # never ours, and taken for what they look like


class Caller(NamedTuple):
    """Who speaks: somebody of the directory, or an account of a chat; and how to write to them there."""

    surface: str
    account: str
    person: str | None
    language: str
    timezone: str
    place: str | None = None

    @property
    def name(self) -> str:
        return self.person or f"{self.surface}:{self.account}"

    @property
    def names(self) -> tuple[str, ...]:
        """Theirs, and that of their account: by it they were known if they reported before we knew who they are."""
        return tuple(dict.fromkeys((self.name, f"{self.surface}:{self.account}")))


class Came(NamedTuple):
    """What one thing that was said came to: what to show, and whether a question still waits."""

    shown: tuple[Shown, ...]
    waits: bool
    mailbox: str
    revision: int
    repeated: bool = False  # it had been said before, and nothing came of it again


@dataclass(slots=True)
class ReportDesk:
    """Where reports are taken. `web` is the address of the page for those who want no chat trace, if there is one."""

    store: Store
    reader: Reader
    inspect: Inspect
    web: str = ""
    company: Mapping[str, Text] = field(default_factory=dict)  # as it was last read: the phone must be sayable always

    def __post_init__(self) -> None:
        self.company = self.reader.read_company()

    # -- what is meant for the desk ------------------------------------------------------------------------------------

    def is_report(self, text: str) -> bool:
        """Whether a message asks to report, by the word alone or by a phrase within it."""
        shared = self.store.words.shared
        move = read_move(text, shared)
        within = read_move_within(text, shared, REPORT)
        return bool((move and move.name == REPORT) or (within and unquote(text) is None))

    def names_receipt(self, text: str) -> bool:
        """Whether a message holds something that reads like a receipt."""
        return read_receipt(text) is not None

    def owns(self, caller: Caller, interview: str) -> bool:
        """Whether an interview of the desk's is this caller's."""
        return interview in {NAME + name for name in self._name(caller)}

    def _name(self, caller: Caller) -> list[str]:
        """The rows that may be this caller's."""
        return [name_mailbox(self.store.keeper, one) for one in caller.names]

    async def preview(self, caller: Caller) -> tuple[Shown, ...]:
        """The first question of a report, for somebody of whom nothing is kept yet. Raises CannotSave."""
        return (await asyncio.to_thread(self._preview, caller)).shown

    def _preview(self, caller: Caller) -> Came:
        store, now = self.store, self.store.clock.now()
        own, key = store.keeper.make_own("mailboxes", "preview")
        box = Mailbox("preview", own, key, {"who": list(caller)})
        interview = self._begin_report(box, caller, list_receivers(store.database.fetch))
        turn = self._take_turn(interview, Event("preview", interview.id, "", caller.surface, now, Opened()), now)
        box.body["draft"] = to_draft(turn.interview, turn.says, now)
        return self.word(box)

    def find_visitor(self, receipt: str) -> Caller | None:
        """Who came through the page with this receipt; nobody of a chat, who is asked there."""
        known = read_receipt(receipt)
        keeper = self.store.keeper
        link = read_link(self.store.database.fetch, keeper, name_receipt(keeper, known)) if known else None
        found = read_mailboxes(self.store.database, keeper, [link["mailbox"]] if link else [])
        caller = next((Caller(*box.body["who"]) for box in found.values()), None)
        return caller if caller and caller.surface == WEB else None

    async def waits(self, caller: Caller) -> bool:
        """Whether a question of the desk's stands open before this caller."""
        box = await asyncio.to_thread(self._read, caller)
        return bool(box and box.body.get("draft") and box.body["draft"]["status"] == "open")

    def _read(self, caller: Caller) -> Mailbox | None:
        names = self._name(caller)
        found = read_mailboxes(self.store.database, self.store.keeper, names)
        return choose_mailbox([found[one] for one in names if one in found])

    # -- one thing somebody said ---------------------------------------------------------------------------------------

    async def take(self, caller: Caller, key: str, body: Body, occurred_at: datetime, shown: str | None = None) -> Came:
        """One event of a caller. Raises CannotSave, and then nothing of it was taken."""
        screened = screen(body, self.inspect)
        text = screened.text if isinstance(screened, Said) else ""
        people = await asyncio.to_thread(self.reader.find_known, text) if text else ()
        event = Event(key, "", caller.person or "", caller.surface, occurred_at, screened, "", people, shown)
        box, is_new = await asyncio.to_thread(self.store.write, lambda tx: self._take(tx, caller, event))
        with suppress(CannotSave):  # it was taken, whatever cannot be read any more
            self.company = await asyncio.to_thread(self.reader.read_company)
        came = (await asyncio.to_thread(self.word, box))._replace(repeated=not is_new)
        return self._tell_again(caller, box, came) if came.repeated and not came.shown else came

    def _tell_again(self, caller: Caller, box: Mailbox, came: Came) -> Came:
        """What was sent twice, and was over by then, is answered by the receipt as well."""
        known = [one["receipt"] for one in box.reports[-1:]]
        again = [Notice(self._fill(caller, "receipt_again", {"receipt": one})) for one in known]
        return came._replace(shown=tuple(again))

    def _take(self, tx: Transaction, caller: Caller, event: Event) -> tuple[Mailbox, bool]:
        """The mailbox as it is now, and whether the event was new there."""
        receipt = read_receipt(event.body.text) if isinstance(event.body, Said) else None
        names = self._name(caller)
        boxes = {name: take_mailbox(tx, name) for name in sorted(names)}  # locked in order, as everywhere
        box = choose_mailbox([boxes[name] for name in names], receipt)
        if box is None:
            raise LookupError(caller.surface)
        event = replace(event, interview=NAME + box.id)
        if not box.note_event(tx.keeper.digest(event.key)):
            return box, False
        box.body["who"] = list(caller)
        box.body.pop("over", None)
        interview, event = self._find_interview(tx, box, caller, event)
        if interview is None:
            notice = "no_such_receipt" if receipt else "report_over"
            box.body["draft"] = {**(box.body.get("draft") or {}), "notice": notice}
        else:
            self._turn(tx, box, interview, event)
        box.surface, box.due_at = caller.surface, tx.now + RESENT_AFTER if caller.surface in SENDS else None
        write_mailbox(tx, box)
        return box, True

    def _find_interview(
        self, tx: Transaction, box: Mailbox, caller: Caller, event: Event
    ) -> tuple[Interview | None, Event]:
        """What this event is for: a receipt's report, the draft that stands open, a report that begins; none where a
        receipt leads nowhere, or what was pressed is over."""
        text = event.body.text if isinstance(event.body, Said) else ""
        receipt = read_receipt(text)
        if receipt:
            mine = next((one for one in box.reports if one["receipt"] == receipt), None)
            if mine is None:
                return None, event
            put_aside(box)
            return self._begin_addition(tx, box, caller, receipt, mine["incident"]), replace(event, body=Opened())
        held, is_pressed = read_draft(box, "held"), event.shown is not None and caller.surface in SENDS
        if held and is_pressed and event.shown == held.snapshot.position:  # they went on with it by themselves
            take_up(box)
        draft, move = read_draft(box), read_move(text, self.store.words.shared)
        wants = bool(move and move.name == REPORT) or (isinstance(event.body, Opened) and caller.surface in SENDS)
        if draft and draft.status in STANDS and not (wants and draft.flow == ADDITION):
            asked_again = draft.status == "paused" or (text and wants)
            return draft, replace(event, body=Opened()) if asked_again else event
        if is_pressed and not wants:
            return None, event
        return self._begin_report(box, caller, list_receivers(tx.connection.execute)), replace(event, body=Opened())

    def _begin_report(self, box: Mailbox, caller: Caller, receivers: Sequence[str]) -> Interview:
        given = {
            "receivers": receivers,
            "receipt": make_receipt(self.store.ids.new()),
            "web": self.web,
            "surface": caller.surface,
            "typed": "no",
            "outside": "yes" if self.reader.reaches_outside else "",
        }
        return self._begin(box, caller, REPORT, given)

    def _begin_addition(self, tx: Transaction, box: Mailbox, caller: Caller, receipt: str, incident: str) -> Interview:
        asked = next((one for one in box.asks if one["receipt"] == receipt), None)
        given = {"receipt": receipt, "state": find_state(tx, incident), "question": asked["words"] if asked else ""}
        return self._begin(box, caller, ADDITION, given)

    def _begin(self, box: Mailbox, caller: Caller, flow: str, given: Mapping[str, Any]) -> Interview:
        values = {**given, "timezone": caller.timezone, "salt": self.store.ids.new(), "interview": NAME + box.id}
        person = caller.person or ""
        return Interview(NAME + box.id, person, flow, "", caller.language, "open", 0, values, NOWHERE)

    async def bring_question(self, caller: Caller, mailbox: str) -> Came:
        """Put a question of the team before whoever reported."""

        def begin(tx: Transaction) -> Mailbox:
            box = take_mailbox(tx, mailbox)
            asked = box.asks[0]
            incident = next(one["incident"] for one in box.reports if one["receipt"] == asked["receipt"])
            interview = self._begin_addition(tx, box, caller, asked["receipt"], incident)
            event = Event(tx.ids.new(), interview.id, interview.person, caller.surface, tx.now, Opened())
            self._turn(tx, box, interview, event)
            write_mailbox(tx, box)
            return box

        box = await asyncio.to_thread(self.store.write, begin)
        return await asyncio.to_thread(self.word, box)

    def _turn(self, tx: Transaction, box: Mailbox, interview: Interview, event: Event) -> None:
        told = self._note_way(interview, event)
        turn = self._take_turn(told, event, tx.now)
        self._carry_out(tx, box, turn)
        after = turn.interview
        if after.snapshot.path == interview.snapshot.path:  # no form was filled in yet, typed or not
            after = after._replace(given={**after.given, "typed": interview.given.get("typed")})
        box.body["draft"] = to_draft(after, turn.says, tx.now + KEPT)
        if after.status not in STANDS:
            give_back(box)

    def _note_way(self, interview: Interview, event: Event) -> Interview:
        """What somebody typed into a form they see once more before it goes; where they are, is how they come back."""
        flow = self.store.words.routes[interview.flow].flow
        question = flow.questions.get(interview.snapshot.position.partition("@")[0])
        fills = question is not None and question.kind == "form"
        types = isinstance(event.body, Said) or (interview.snapshot.aside or {}).get("kind") == EACH
        typed = "yes" if (fills and types) or interview.given.get("typed") == "yes" else "no"
        return interview._replace(given={**interview.given, "surface": event.surface, "typed": typed})

    def _take_turn(self, interview: Interview, event: Event, now: datetime) -> Turn:
        words = self.store.words
        return take_turn(words.routes[interview.flow], interview, event, now, words.shared, words.dates)

    def _carry_out(self, tx: Transaction, box: Mailbox, turn: Turn) -> None:
        for one in turn.conclusions:
            if isinstance(one, OpenIncident):
                incident = open_incident(tx, one)
                link_report(tx, box, incident, one.receipt)
                box.reports.append({"incident": incident, "receipt": one.receipt})
            elif isinstance(one, AddToReport):
                incident = next(known["incident"] for known in box.reports if known["receipt"] == one.receipt)
                add_to_report(tx, incident, one)
        given = turn.interview.given
        if turn.interview.status == "done" and turn.interview.flow == ADDITION and given["question"]:
            asked = {"receipt": given["receipt"], "words": given["question"]}
            if asked in box.asks:  # what was asked since then is asked next
                box.asks.remove(asked)

    # -- what is said --------------------------------------------------------------------------------------------------

    def word(self, box: Mailbox) -> Came:
        """What stands in a mailbox to be said, and the question it waits at."""
        caller, draft = Caller(*box.body["who"]), box.body.get("draft") or {}
        interview, over = read_draft(box), read_draft(box, "over")
        said: list[Shown] = [Notice(self._fill(caller, draft["notice"]))] if "notice" in draft else []
        if over:
            said += [*self._tell(box, "over", over), Notice(self._fill(caller, "back_to_report"))]
        if interview is None:
            return Came((*said,), False, box.id, box.revision)
        said = said or self._tell(box, "draft", interview)
        waits = interview.status == "open"
        asked = [to_prompt(self._speak_of(box, interview))] if waits else []
        return Came((*said, *asked), waits, box.id, box.revision)

    def _tell(self, box: Mailbox, part: str, interview: Interview) -> list[Shown]:
        """What came of the last turn of what stands there."""
        speaker = self._speak_of(box, interview)
        return [Notice(text, speaker.preview) for text in to_notices(speaker, says_from_json(box.body[part]["says"]))]

    def _speak_of(self, box: Mailbox, interview: Interview) -> Speaker:
        caller = Caller(*box.body["who"])
        names = Names(self._find_names(interview), self.company, caller.surface)
        return Speaker(self.store.words.routes[interview.flow], interview, self.store.words.shared, names)

    def _find_names(self, interview: Interview) -> Mapping[str, PersonName]:
        """How to write the people it speaks of; nobody's while they cannot be read, as what was taken must be said."""
        with suppress(CannotSave):
            return self.reader.find_names(find_people_ids(interview))
        return {}

    async def make_prompt(self, caller: Caller) -> Prompt | None:
        """The question this caller's draft waits at."""
        box = await asyncio.to_thread(self._read, caller)
        found = await asyncio.to_thread(self.word, box) if box else None
        return next((one for one in found.shown if isinstance(one, Prompt)), None) if found else None

    def tell_not_taken(self, language: str) -> Notice:
        """That it could not be saved, and whom to call; needs no database."""
        text = self.store.words.shared.says["report_not_taken"].of(language)
        return Notice(fill(text, {}, language, self.store.words.shared, Names(company=self.company)))

    def tell_left(self, caller: Caller) -> Notice:
        """How somebody comes back to a draft; needs no database."""
        text = self.store.words.routes[REPORT].flow.messages["paused"].of(caller.language)
        names = Names(company=self.company, surface=caller.surface)
        return Notice(fill(text, {}, caller.language, self.store.words.shared, names))

    def _fill(self, caller: Caller, notice: str, values: Mapping[str, str] = MappingProxyType({})) -> str:
        shared = self.store.words.shared
        names = Names(company=self.company, surface=caller.surface)
        return fill(shared.says[notice].of(caller.language), values, caller.language, shared, names)

    async def settle(self, came: Came) -> None:
        """It was said: what is over is dropped, and a mailbox with nothing in it is gone."""

        def change(tx: Transaction) -> None:
            box = take_mailbox(tx, came.mailbox)
            if box.revision != came.revision:
                return
            draft = box.body.get("draft") or {}
            box.body.pop("over", None)
            if draft.get("status") not in STANDS:
                box.body.pop("draft", None)
            box.due_at, box.tries = (tx.now, 0) if box.asks and not came.waits else (None, 0)
            write_mailbox(tx, box)

        await asyncio.to_thread(self.store.write, change)


def read_receipt(text: str) -> str | None:
    """A receipt within a text, however its letters were typed."""
    plain = unicodedata.normalize("NFKC", text).upper().translate(LIKE)
    found = RECEIPT.search(plain)
    return f"R-{'-'.join(found.groups())}" if found else None
