"""What a person may do to one item of the register: found among what they may reach, checked, handed to the store.

Decides by `access` and the guard; knows no terminal. What is not to be done is a Refused with the notice that says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.access import scope
from bot.bootstrap import Program, build_inspect
from bot.engine.lexicon import clean, fold, has_letters
from bot.state.database import CannotSave
from bot.state.queries import Member
from bot.state.record import Transaction
from bot.state.register import change_owner, rename_item, retire_item, split_item

SHORTEST_ID = 8  # characters of an id that are enough, where no other item in reach begins so
LONGEST_NAME = 60
LONGEST_REASON = 200

Item = dict[str, Any]


class Refused(Exception):
    """Nothing was changed or shown; `notice` and `values` say why."""

    def __init__(self, notice: str, **values: Any) -> None:
        super().__init__(notice)
        self.notice, self.values = notice, values


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody at work on the register; `actor` is how the audit calls them."""

    program: Program
    member: Member
    actor: str

    def find(self, action: str, item_id: str) -> Item:
        """The item of this id, or of this beginning of one, among those in reach. What is not in reach and what does
        not exist are answered alike."""
        wanted = item_id.strip().lower()
        if len(wanted) < SHORTEST_ID:
            raise Refused("item_id_short")
        found = self.program.reader.read_register(scope(self.member.actor, action), wanted)
        found = [row for row in found if row["id"] == wanted] or found
        if not found:
            raise Refused("not_yours")
        if len(found) > 1:
            raise Refused("item_id_unclear")
        return found[0]

    def read_text(self, typed: str, limit: int) -> str:
        """A name or reason in one line, after the guard looked at it."""
        cleaned, _ = clean(typed)
        finding = build_inspect(self.program.content)(cleaned)
        if finding:
            raise Refused(f"kept_out_{finding.kind}")
        text = " ".join(cleaned.split())
        if not has_letters(text):
            raise Refused("item_text_empty")
        if len(text) > limit:
            raise Refused("item_text_long", length=len(text), limit=limit)
        return text

    def _write(self, change: Callable[[Transaction], str | None], **values: Any) -> None:
        try:
            notice = self.program.store.write(change)
        except CannotSave as fault:
            raise Refused("cannot_save") from fault
        if notice:
            raise Refused(notice, **values)

    def retire(self, item_id: str, reason: str) -> Item:
        """Take an item off the register."""
        item = self.find("register.change", item_id)
        told = self.read_text(reason, LONGEST_REASON)
        self._write(lambda tx: retire_item(tx, self.actor, item["id"], told))
        return item

    def rename(self, item_id: str, name: str, english: str | None) -> tuple[Item, str]:
        """Another name for an item; the item as it was, and the name as it is written."""
        item = self.find("register.change", item_id)
        told = self.read_text(name, LONGEST_NAME)
        told_en = None if english is None else self.read_text(english, LONGEST_NAME)
        self._write(lambda tx: rename_item(tx, self.actor, item["id"], told, told_en), name=told)
        return item, told

    def split(self, item_id: str, names: Sequence[str]) -> tuple[Item, list[str]]:
        """Several items in place of one; the item as it was, and the names of its parts."""
        item = self.find("register.change", item_id)
        told = [self.read_text(name, LONGEST_NAME) for name in names]
        if len(told) < 2:  # noqa: PLR2004 - one part would be a new name
            raise Refused("item_parts_few")
        if len({fold(name) for name in told}) < len(told):
            raise Refused("item_parts_alike")
        self._write(lambda tx: split_item(tx, self.actor, item["id"], told), name=told)
        return item, told

    def give_owner(self, item_id: str, email: str) -> tuple[Item, Member]:
        """Somebody of the directory as the one who knows an item best."""
        item = self.find("register.change", item_id)
        owner = self.program.reader.find_member(email)
        if owner is None:
            raise Refused("item_owner_unknown")
        self._write(lambda tx: change_owner(tx, self.actor, item["id"], owner.id))
        return item, owner
