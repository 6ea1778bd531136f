"""How the contact outside the company is reached, and what passes between them and us on the page a link leads to.
Values only; knows no case."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

PATH = "/outside/"  # below the page for reports; what a link carries follows
REPORT, AGREE = "report", "agree"  # what a link is for: a report, or a second word on opening who reported
OPEN, RENEW = "open", "renew"
HAND, ASK, RECEIVED = "hand", "ask", "received"
YES, NO = "agree", "refuse"
DEEDS: Mapping[str, Sequence[str]] = {REPORT: (RECEIVED, ASK, HAND), AGREE: (YES, NO)}
LONGEST = 400  # characters of a question
GONE, LATE, OVER = "gone", "late", "over"  # links that show nothing


class Outside(NamedTuple):
    """All that it takes; `page` is the public address of the page for reports."""

    address: str
    server: str
    sender: str | None
    page: str

    def make_url(self, token: str) -> str:
        return f"{self.page.rstrip('/')}{PATH}{token}"


def find_outside(
    contacts: Mapping[str, Any], server: str | None, sender: str | None, page: str | None
) -> Outside | None:
    """From contacts.yaml as parsed and from settings; None where any of it is missing, so that nobody is promised what
    cannot be done."""
    address = contacts["company"].get("outside-contact", {}).get("mail")
    return Outside(address, server, sender, page) if address and server and page else None


class Deed(NamedTuple):
    """What was pressed, and what was chosen or written with it."""

    name: str
    person: str = ""
    words: str = ""


class Sheet(NamedTuple):
    """What is shown: sentences, then parts by their labels, then what may be done, and to whom it may be handed.
    `standing` is GONE, LATE or OVER where a link shows nothing."""

    told: Sequence[str]
    parts: Sequence[tuple[str, str]] = ()
    deeds: Sequence[str] = ()
    people: Sequence[tuple[str, str]] = ()
    standing: str = ""
