"""Reading one reply against what was asked: the entry for typed text.

Pure and total: any text gives an accepted value, a near miss, or the reason it was not taken.
"""

from bot.engine.answers import read_one
from bot.engine.asking import Asking
from bot.engine.forms import read_form_line
from bot.engine.reading import Reading, Result


def read_reply(asking: Asking, text: str, reading: Reading) -> Result:
    """One typed message as a reply to the question asked."""
    return read_form_line(asking, text, reading) if asking.kind == "form" else read_one(asking, text, reading)
