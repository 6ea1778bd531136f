"""Text that shows what it says, wherever a surface puts it: nothing in it turns, hides or piles up. Pure."""

import re

from bot.engine.lexicon import INVISIBLE
from bot.engine.marks import cut_marks

# Beside what `clean` removes: marks that turn or hide text, fillers that look empty, tags, two more line ends.
HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2028\u2029\u2800\u3164\uffa0\ufff9-\ufffb]")
TAGS = re.compile("[\U000e0000-\U000e0fff]")


def make_inert(text: str) -> str:
    """Text that shows what it says: nothing in it turns, hides or piles up."""
    return TAGS.sub("", HIDDEN.sub("", INVISIBLE.sub("", cut_marks(text))))
