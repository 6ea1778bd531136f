"""As many people as a manufacturer has, before a Slack that keeps of each message only by what it is known."""

import itertools
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from random import Random
from typing import Any

from sqlalchemy import insert

from bot.bootstrap import Program
from bot.state.tables import accounts, people, roles
from tests.doubles.slack import Fault, SlackDouble

AT_ONCE = 5_000  # rows of one transaction
FAULTS = (
    Fault(status=429, retry_after="1"),
    Fault(status=500),
    Fault(status=502, html="<html>bad gateway</html>"),
    Fault(drops="before"),
    Fault(drops="after"),
)


class Crowd:
    """What a Slack shows a great many people: what was posted, when and to whom. Of all posts the share `faulty` fails,
    before or after its effect; where time is compressed, the second that Slack asks to wait is asked for as much more
    rarely."""

    def __init__(self, double: SlackDouble, faulty: float, seed: int, compressed: float) -> None:
        double.calls = deque(maxlen=100)  # type: ignore[assignment] # of what came before nothing is asked
        double.choose = self._choose
        double.instead |= {
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._tell_history,
        }
        self.threads: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)  # by channel, then ts
        self.posted: list[tuple[float, str]] = []  # when, by the clock that only goes on, and to whom
        self.faulty, self.chance = faulty, Random(seed)
        self.weights = [1.0 if one.retry_after is None else 1.0 / compressed for one in FAULTS]
        self._numbers = itertools.count(1)

    def _choose(self, method: str) -> Fault:
        fails = method == "chat.postMessage" and self.chance.random() < self.faulty
        return self.chance.choices(FAULTS, self.weights)[0] if fails else Fault()

    def _post(self, args: Mapping[str, Any]) -> dict[str, Any]:
        ts, channel = f"1790000100.{next(self._numbers):08}", args["channel"]
        self.posted.append((time.monotonic(), channel))
        self.threads[channel][ts] = {"ts": ts, "metadata": args.get("metadata"), "bot_id": "B01"}
        return {"channel": channel, "ts": ts, "message": self.threads[channel][ts]}

    def _update(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return {"channel": args["channel"], "ts": args["ts"], "message": self.threads[args["channel"]][args["ts"]]}

    def _tell_history(self, args: Mapping[str, Any]) -> dict[str, Any]:
        told = list(self.threads[args["channel"]].values())[::-1]
        return {"messages": told[: int(args.get("limit", 100))], "response_metadata": {"next_cursor": ""}}


def gather(program: Program, like: str, many: int) -> None:
    """So many more people who are as this one is, each in a conversation of their own."""
    with program.database.reading() as connection:
        row = dict(connection.execute(people.select().where(people.c.id == like)).one()._mapping)
    now = program.clock.now()
    talks = {"surface": "slack", "next_at": now, "tries": 0, "fence": 0}
    for begin in range(0, many, AT_ONCE):
        ids = [f"p{number:035}" for number in range(begin, min(many, begin + AT_ONCE))]
        with program.database.writing() as connection:
            connection.execute(insert(people), [{**row, "id": one, "email": f"{one}@hibarino.example"} for one in ids])
            connection.execute(insert(roles), [{"person_id": one, "role": "employee"} for one in ids])
            named = [{**talks, "account": f"T01:{one}", "person_id": one, "channel": f"D{one}"} for one in ids]
            connection.execute(insert(accounts), named)
    with program.database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")  # as it was some day since so many are there
