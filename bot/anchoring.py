"""Checkpoints as they fall due: made by one replica, written to every place outside, tried again where that failed.

Whatever goes wrong here is noted and holds up nobody's turn. Knows no words and no surface.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, timedelta

from bot.anchors import Anchor, Handed
from bot.ports import Clock
from bot.state.checkpoints import Pending, Written, claim_pending, is_due, make_checkpoint, note_written
from bot.state.signing import Signer
from bot.state.store import Store, note_fault

PATROL = 10.0  # seconds between two looks
LONGEST_WAIT = timedelta(hours=1)
FIRST_WAIT = timedelta(minutes=1)

log = logging.getLogger("secret_review")


class Anchoring:
    """Makes and writes what is due. The server looks all the time; a terminal when a visit ends."""

    def __init__(self, store: Store, signer: Signer, anchors: Sequence[Anchor], clock: Clock) -> None:
        self.store = store
        self.signer = signer
        self.anchors = anchors
        self.clock = clock

    async def run(self) -> None:
        """Until it is cancelled; one bad look ends nothing."""
        while True:
            await asyncio.to_thread(self.try_due)
            await asyncio.sleep(PATROL)

    def try_due(self) -> None:
        """One look; whatever goes wrong is only noted."""
        try:
            if is_due(self.store.database, self.clock.now()):
                self.do_due()
        except Exception as fault:
            note_fault(fault)

    def do_due(self, wanted: bool = False) -> tuple[int | None, Pending | None]:
        """Make a checkpoint where one is due, and write the newest to the places that lack it; how many rows the one
        made counts, and how the one written stands now. `wanted` makes one for whatever rows are new, and waits for no
        lease. Raises CannotSave.
        """
        made = self.store.write(lambda tx: make_checkpoint(tx, self.signer, wanted))
        pending = self.store.write(lambda tx: claim_pending(tx, wanted))
        return made, self._write(pending) if pending else None

    def _write(self, pending: Pending) -> Pending:
        handed = Handed(pending.seq, pending.text, self.signer.public)
        places = {one.name: self._write_to(one, handed, pending.places.get(one.name)) for one in self.anchors}
        tries = max((one.tries for one in places.values() if not one.at), default=0)
        again = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT) if tries else None
        self.store.write(lambda tx: note_written(tx, pending.seq, places, again))
        return pending._replace(places=places)

    def _write_to(self, anchor: Anchor, handed: Handed, before: Written | None) -> Written:
        if before and before.at:
            return before
        try:
            anchor.write(handed)
        except Exception as fault:  # of a file system, a mail server, a command: it is told and tried again
            log.error("checkpoint %d is not at place %s: %s", handed.seq, self._number(anchor), type(fault).__name__)
            return Written(None, (before.tries if before else 0) + 1, type(fault).__name__)
        return Written(self.clock.now().astimezone(UTC).isoformat(timespec="seconds"))

    def _number(self, anchor: Anchor) -> str:
        """Which one, without an address or a path of it."""
        return f"{self.anchors.index(anchor) + 1} ({anchor.kind})"
