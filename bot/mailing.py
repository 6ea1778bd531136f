"""Mails to the contact outside the company, as they fall due: a neutral subject, one sentence, a link.

Tried again where one did not go for certain, never sent twice where nobody knows. Holds up nobody's turn; knows nothing
of what a link shows.
"""

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from functools import partial

from bot.dispatch import back_off
from bot.engine.lexicon import Shared
from bot.mail import Doubtful, is_refused, make_message, send_message
from bot.outside import Outside
from bot.state.mailing import Leaving, claim_mail, list_due, settle_mail, try_again
from bot.state.outbox import DEAD, UNKNOWN
from bot.state.outside import is_wanted
from bot.state.store import Store, note_fault

PATROL = 2.0  # seconds between two looks
EAGER, EAGER_WAIT = 12, 5.0  # so many tries are made within these seconds of each other, as long as that may help
LONGEST_WAIT = 300.0


class Mailing:
    """Writes what is due. The server looks all the time; a terminal when a visit ends."""

    def __init__(self, store: Store, outside: Outside, shared: Shared) -> None:
        self.store = store
        self.outside = outside
        self.shared = shared

    async def run(self) -> None:
        """Until it is cancelled; one bad look ends nothing."""
        while True:
            await asyncio.to_thread(self.try_due)
            await asyncio.sleep(PATROL)

    def try_due(self) -> None:
        """One look; whatever goes wrong is only noted."""
        try:
            for key in list_due(self.store.database, self.store.clock.now()):
                leaving = self.store.write(partial(claim_mail, key=key, is_wanted=is_wanted))
                if leaving:
                    self._send(leaving)
        except Exception as fault:
            note_fault(fault)

    def _send(self, leaving: Leaving) -> None:
        """What came of it is written down; where not even that can be, the row stays as one nobody knows of."""
        store = self.store
        try:
            send_message(self.outside.server, self._write(leaving.token))
        except Doubtful as fault:
            note_fault(fault)
            store.write(lambda tx: settle_mail(tx, leaving, UNKNOWN, "Doubtful"))
        except OSError as fault:
            note_fault(fault)
            name = type(fault).__name__
            if is_refused(fault):
                store.write(lambda tx: settle_mail(tx, leaving, DEAD, name))
            else:
                store.write(lambda tx: try_again(tx, leaving, find_wait(leaving.tries)))
        else:
            store.write(lambda tx: settle_mail(tx, leaving, "sent"))

    def _write(self, token: str) -> EmailMessage:
        """In both languages, as nobody knows who reads it."""
        subject, text = (
            [self.shared.says[name].ja, self.shared.says[name].en] for name in ("mail_subject", "mail_text")
        )
        told = "\n".join([*text, "", self.outside.make_url(token), ""])
        return make_message(self.outside.address, self.outside.sender, " / ".join(subject), told)


def find_wait(tries: int) -> timedelta:
    """Until the next try: seconds as long as that may help, then minutes."""
    return back_off(min(tries + 1, EAGER), EAGER_WAIT if tries < EAGER else LONGEST_WAIT)
