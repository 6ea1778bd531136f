"""Somebody with everything but the reporters' key: the whole database, the deployment's key, the raw files, the logs,
the directory. Tries by every means to say who reported which case.
"""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from sqlalchemy import text

from bot.state.crypto import Damaged, Vault
from bot.state.database import Database
from bot.state.incident_tables import incident_entries, incidents, mailboxes, receipts
from bot.state.tables import accounts, audit, inbox, interviews, outbox

ID = re.compile(rb"[0-9a-f]{8}-0000-7000-8000-[0-9]{12}")
NEAR = 4096  # bytes around a name within which another may have been written together with it


@dataclass
class Known:
    """What stands in the directory of one person."""

    id: str
    account: str
    caller: Sequence[Any]  # as a chat tells of them


@dataclass
class Attacker:
    """`raw` are files and logs as they lie there."""

    database: Database
    vault: Vault
    people: Sequence[Known]
    raw: Sequence[tuple[str, bytes]] = ()
    dice: Random = field(default_factory=lambda: Random(20261130))
    seen: dict[str, list[Any]] = field(default_factory=dict)
    places: dict[str, dict[str, int]] = field(default_factory=dict)

    # -- read ----------------------------------------------------------------------------------------------------------

    @cached_property
    def order(self) -> str:
        """The column nobody asks for that says what was written before what."""
        return "rowid" if self.database.path else "xmin::text::bigint"

    def rows(self, table: Any) -> list[Any]:
        if table.name not in self.seen:
            with self.database.reading() as connection:
                self.seen[table.name] = list(connection.execute(table.select()))
        return self.seen[table.name]

    def place(self, table: Any) -> dict[str, int]:
        """Where each row stands in what was written."""
        if table.name not in self.places:
            wanted = f"SELECT id, {self.order} AS place FROM {table.name}"  # noqa: S608 - names of ours
            with self.database.reading() as connection:
                found = connection.execute(text(wanted))
                self.places[table.name] = {str(row.id): int(row.place) for row in found}
        return self.places[table.name]

    @cached_property
    def cases(self) -> list[str]:
        return [row.id for row in self.rows(incidents)]

    @cached_property
    def opened(self) -> dict[str, Any]:
        """The audit's row of each case that came in."""
        return {row.object: row for row in self.rows(audit) if row.action == "incident.opened"}

    @cached_property
    def names(self) -> dict[str, str]:
        """A person by anything that names them: id, account, and the account's digests."""
        found = {}
        for one in self.people:
            found |= {one.id: one.id, one.account: one.id}
        return found

    def find_in(self, told: str) -> list[str]:
        return [person for name, person in self.names.items() if name in told]

    @cached_property
    def boxes(self) -> dict[str, Any]:
        """The mailbox that was written together with a case, as far as the order of rows tells."""
        places, mine = self.place(incidents), self.place(mailboxes)
        by_place = sorted(self.rows(mailboxes), key=lambda row: mine[row.id])
        if not by_place:
            return {}
        ordered = sorted(self.cases, key=lambda one: places[one])
        if len(by_place) == len(ordered) and self.database.path:
            return dict(zip(ordered, by_place, strict=True))
        return {one: min(by_place, key=lambda row: abs(mine[row.id] - places[one])) for one in ordered}

    # -- means ---------------------------------------------------------------------------------------------------------

    def nearest(self, case: str, found: Iterable[tuple[float, str]]) -> str | None:
        """Whoever did something nearest to the instant at which the case came in."""
        at = self.opened[case].at.timestamp()
        return min(found, key=lambda one: abs(one[0] - at), default=(0.0, None))[1]

    @cached_property
    def by_time(self) -> Mapping[str, list[tuple[float, str]]]:
        """Instants at which somebody did something, by where it says so."""
        done = [(row, self.find_in(f"{row.actor} {row.object} {row.detail}")) for row in self.rows(audit)]
        talked = [row for row in self.rows(interviews) if row.person_id in self.names]
        said = [row for row in self.rows(outbox) if row.person_id in self.names]
        met = [row for row in self.rows(accounts) if row.account in self.names]
        heard = [(row, self.find_in(row.key)) for row in self.rows(inbox)]
        return {
            "audit": [(row.at.timestamp(), one) for row, who in done for one in who],
            "interviews begun": [(row.created_at.timestamp(), row.person_id) for row in talked],
            "interviews changed": [(row.updated_at.timestamp(), row.person_id) for row in talked],
            "outbox": [(row.due_at.timestamp(), row.person_id) for row in said],
            "accounts": [(row.next_at.timestamp(), self.names[row.account]) for row in met],
            "inbox": [(row.at.timestamp(), one) for row, who in heard for one in who],
        }

    @cached_property
    def by_order(self) -> list[tuple[int, str]]:
        """People in the order in which something of theirs was written, next to which a case was."""
        places = self.place(interviews)
        return sorted((places[row.id], row.person_id) for row in self.rows(interviews) if row.person_id in self.names)

    def guess_by_order(self, case: str) -> str | None:
        at = self.place(incidents)[case]
        if self.database.path:  # each table counts for itself: by how far along it stands
            at = round(at / max(1, len(self.cases)) * len(self.by_order))
            return self.by_order[min(max(at - 1, 0), len(self.by_order) - 1)][1] if self.by_order else None
        return min(self.by_order, key=lambda one: abs(one[0] - at), default=(0, None))[1]

    def guess_by_name(self, case: str) -> str | None:
        """A person's id or account in what can be opened of the case, or in the rows that hide who it was."""
        own = self.vault.open_own("incidents", case, next(row.key for row in self.rows(incidents) if row.id == case))
        told = [own.open("incidents", case, "body", row.body) for row in self.rows(incidents) if row.id == case]
        for row in self.rows(incident_entries):
            if row.incident_id == case:
                told.append(own.open("incident_entries", f"{case}/{row.seq}", "body", row.body))
        told += [str(row) for row in self.rows(audit) if row.object == case]
        told.append(str(tuple(self.boxes[case])) if case in self.boxes else "")
        found = [person for person in self.find_in("\n".join(told))]
        return found[0] if found else None

    def guess_by_digest(self, case: str) -> str | None:
        """The mailbox is named by a digest of who it is: tried with the deployment's key, and without any."""
        row = self.boxes.get(case)
        return self.digests.get(row.id) if row else None

    @cached_property
    def digests(self) -> dict[str, str]:
        found = {}
        for one in self.people:
            for told in (one.id, one.account, f"slack:{one.account}"):
                for said in (told, f"mailbox\n{told}"):
                    plain = said.encode()
                    for name in (self.vault.digest(said), hashlib.sha256(plain).hexdigest(), plain.hex()):
                        found |= {name: one.id, name[:32]: one.id}
                    found[base64.b64encode(plain).decode()] = one.id
        return found

    def guess_by_opening(self, case: str) -> str | None:
        """With the deployment's key, whatever it opens."""
        for row in self.rows(receipts):
            try:
                link = json.loads(self.vault.open("receipts", row.id, "body", row.body))
            except Damaged:
                continue
            if link["incident"] == case:
                box = next(one for one in self.rows(mailboxes) if one.id == link["mailbox"])
                own = self.vault.open_own("mailboxes", box.id, box.key)
                return (self.find_in(own.open("mailboxes", box.id, "body", box.body)) or [None])[0]
        return None

    def guess_by_length(self, case: str) -> str | None:
        """The longer the name, the longer what is sealed."""
        row = self.boxes.get(case)
        if row is None:
            return None
        lengths = sorted(len(one.body) for one in self.rows(mailboxes))
        told = sorted(len(json.dumps(list(one.caller), ensure_ascii=False)) for one in self.people)
        longer = len(row.body) - lengths[len(lengths) // 2]
        fits = [
            one.id
            for one in self.people
            if len(json.dumps(list(one.caller), ensure_ascii=False)) - told[len(told) // 2] == longer
        ]
        return self.dice.choice(fits) if fits else None

    def guess_by_bytes(self, case: str) -> str | None:
        """Whose name lies nearest to the case's or its mailbox's in files and logs."""
        wanted = [case.encode(), *([self.boxes[case].id.encode()] if case in self.boxes else [])]
        seen: Counter[str] = Counter()
        for _, content in self.raw:
            for name in wanted:
                for at in (found.start() for found in re.finditer(re.escape(name), content)):
                    around = content[max(0, at - NEAR) : at + NEAR]
                    near = [
                        (abs(one.start() - min(at, NEAR)), one[0].decode())
                        for one in ID.finditer(around)
                        if one[0].decode() in self.names
                    ]
                    if near:
                        seen[min(near)[1]] += 1
        return seen.most_common(1)[0][0] if seen else None

    # -- all of them ---------------------------------------------------------------------------------------------------

    @cached_property
    def means(self) -> Mapping[str, Callable[[str], str | None]]:
        timed = {
            f"time: {where}": (lambda case, found=found: self.nearest(case, found))
            for where, found in self.by_time.items()
        }
        return {
            **timed,
            "order": self.guess_by_order,
            "name": self.guess_by_name,
            "digest": self.guess_by_digest,
            "opening": self.guess_by_opening,
            "length": self.guess_by_length,
            "bytes": self.guess_by_bytes,
        }

    def guess(self) -> dict[str, dict[str, str | None]]:
        """For each means whom it says of each case."""
        return {name: {case: guess(case) for case in self.cases} for name, guess in self.means.items()}
