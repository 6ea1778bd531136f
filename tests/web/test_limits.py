"""How often something may happen, from one address and from all."""

import pytest

from adapters.web.limits import Limit, Senders


def test_one_sender_waits_and_the_others_do_not() -> None:
    """Whoever has had theirs waits until the while is over; nobody else does."""
    limit = Limit(each=2, all=10, seconds=60)
    for at in (0, 1):
        assert not limit.is_reached("one", at)
        limit.note("one", at)
    assert limit.is_reached("one", 2)
    assert not limit.is_reached("other", 2)
    assert not limit.is_reached("one", 61)


def test_many_addresses_together_come_to_an_end() -> None:
    """Somebody who has any number of addresses is held by what is let through in all."""
    limit = Limit(each=2, all=10, seconds=60)
    for number in range(10):
        assert not limit.is_reached(f"address {number}", 0)
        limit.note(f"address {number}", 0)
    assert limit.is_reached("one more", 1)


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
    ],
)
def test_a_line_is_one_sender(one: str, same: str, other: str) -> None:
    """However an address is written, and whichever of its own a line uses."""
    senders = Senders()
    assert senders.name(one) == senders.name(same)
    assert senders.name(one) != senders.name(other)


def test_a_name_tells_nothing_once_the_process_has_ended() -> None:
    """The same address is called otherwise by another process."""
    first, second = Senders().name("192.0.2.7"), Senders().name("192.0.2.7")
    assert first != second
