"""A line of a case is proven by its commitment in the audit, and by nothing that is not exactly this line."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.state.commitments import commit, make_salt

BODY: Mapping[str, Any] = {"at": "2026-11-17T10:13:00+00:00", "who": "somebody", "what": "サーバのログ", "place": None}


def test_a_line_read_back_proves_itself() -> None:
    """In whatever order its parts come, the same line under the same salt has the same commitment."""
    salt = make_salt()
    turned = dict(reversed(BODY.items()))
    assert commit(salt, "case", 3, "evidence", BODY) == commit(salt, "case", 3, "evidence", turned)


@pytest.mark.parametrize(
    ("incident", "seq", "kind", "body"),
    [
        ("other", 3, "evidence", BODY),
        ("case", 4, "evidence", BODY),
        ("case", 3, "handover", BODY),
        ("case", 3, "evidence", {**BODY, "what": "サーバのログ "}),
        ("case", 3, "evidence", {**BODY, "place": ""}),
        ("case", 3, "evidence", {name: BODY[name] for name in ("at", "who", "what")}),
    ],
)
def test_another_line_proves_nothing(incident: str, seq: int, kind: str, body: Mapping[str, Any]) -> None:
    """A line of another case, place or kind, or with anything changed, has another commitment."""
    salt = make_salt()
    assert commit(salt, incident, seq, kind, body) != commit(salt, "case", 3, "evidence", BODY)


def test_without_the_salt_a_guess_is_not_confirmed() -> None:
    """The same line written twice has two commitments."""
    assert commit(make_salt(), "case", 3, "evidence", BODY) != commit(make_salt(), "case", 3, "evidence", BODY)
