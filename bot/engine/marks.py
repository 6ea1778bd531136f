"""Long runs of combining marks, which no writing has and which Unicode's normal forms sort in quadratic time.

Must not know who normalises, or what the text is.
"""

import re
import unicodedata

_MARK_OR_SYMBOL = r"(?:[^\w\s\x00-\x7f]|[\uff9e\uff9f])"  # half-width voicing marks become combining ones in NFKC
RUN = re.compile(rf"({_MARK_OR_SYMBOL}{{30}})({_MARK_OR_SYMBOL}+)")  # thirty, as Unicode's stream-safe text allows


def cut_marks(text: str) -> str:
    """`text` without the combining marks that come after thirty marks or symbols in a row; the symbols stay."""
    return RUN.sub(lambda run: run[1] + "".join(sign for sign in run[2] if not _is_mark(sign)), text)


def _is_mark(sign: str) -> bool:
    """Whether it is sorted among the marks of the letter before it, itself or as what it is made of."""
    return bool(unicodedata.combining(unicodedata.normalize("NFKD", sign)[0]))
