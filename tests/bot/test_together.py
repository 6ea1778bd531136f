"""Writes asked for while another is under way share a transaction, and none suffers for another."""

import asyncio
import threading
from typing import Any

import pytest

from bot.together import MOST, Change, Together


class Book:
    """A store that counts its transactions; what a change wrote stands only where its transaction ended well."""

    def __init__(self) -> None:
        self.transactions: list[list[Any]] = []
        self.may_go = threading.Event()

    def write(self, change: Change) -> Any:
        self.may_go.wait()
        written: list[Any] = []
        result = change(written)  # type: ignore[arg-type] # a list stands for the transaction
        self.transactions.append(written)
        return result


def put(number: int) -> Change:
    def change(tx: Any) -> int:
        if number < 0:
            raise ValueError(number)
        tx.append(number)
        return number * 10

    return change


async def ask(book: Book, numbers: list[int]) -> list[Any]:
    """All at once; the first has begun before the others are asked for."""
    together = Together(book.write)
    first = asyncio.create_task(together.write(put(numbers[0])))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(together.write(put(number))) for number in numbers[1:]]
    await asyncio.sleep(0)
    book.may_go.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


async def test_what_is_asked_for_meanwhile_shares_one_transaction() -> None:
    """Each hears what came of its own; as many as one transaction holds go into the next one."""
    book, many = Book(), MOST + 3
    assert await ask(book, list(range(many))) == [number * 10 for number in range(many)]
    assert [len(written) for written in book.transactions] == [1, MOST, 2]


async def test_one_that_cannot_be_written_spoils_no_other() -> None:
    """It alone hears of it; the others are written, each once."""
    book = Book()
    found = await ask(book, [0, 1, -2, 3])
    assert [one for one in found if not isinstance(one, ValueError)] == [0, 10, 30]
    assert sorted(number for written in book.transactions for number in written) == [0, 1, 3]


async def test_whoever_goes_away_is_written_all_the_same() -> None:
    """What was asked for is done though nobody waits for it any more, and the next one is, too."""
    book = Book()
    together = Together(book.write)
    left = asyncio.create_task(together.write(put(1)))
    await asyncio.sleep(0.01)
    left.cancel()
    book.may_go.set()
    with pytest.raises(asyncio.CancelledError):
        await left
    assert await together.write(put(2)) == 20
    assert book.transactions == [[1], [2]]
