"""A database that takes nothing for a while, for real: a disk without room, a server that is switched off."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgres import stopped


@contextmanager
def full_disk(process: int = 0) -> Iterator[None]:
    """No file of this process, or of that one, takes another byte: the system itself refuses every write to one."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)


@contextmanager
def away(url: str | None, process: int = 0) -> Iterator[None]:
    """The database of this URL, or a file where it is None, takes nothing of this process."""
    with stopped() if url else full_disk(process):
        yield
