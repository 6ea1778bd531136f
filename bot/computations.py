"""What interviews have worked out from a wider view of the record than a turn has: by name, a function over a reader.

Each takes plain values and gives plain values, with what they were made from in the key the asking interview named.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.state.queries import Reader

Compute = Callable[[Reader, Mapping[str, Any]], Any]

COMPUTATIONS: dict[str, Compute] = {}
