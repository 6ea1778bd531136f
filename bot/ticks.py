"""What was ticked or picked on a card, as a reply: read by its ids, kept in the words that stood beside them. Pure."""

from bot.engine.lexicon import Shared
from bot.engine.words import Names, write
from bot.events import Said
from bot.incoming import Incoming
from bot.prompts import ANSWER, Prompt


def is_ticked(incoming: Incoming) -> bool:
    """Whether it answers a question that is no form."""
    return incoming.kind == "submitted" and set(incoming.fields) == {ANSWER}


def to_said(incoming: Incoming, prompt: Prompt | None, shared: Shared) -> Said:
    """`prompt` is the question as this person saw it; None where that is no longer known."""
    picked = incoming.fields[ANSWER]
    values = [str(one) for one in (picked if isinstance(picked, list) else [picked or ""])]
    labels = {one.id: one.label for one in prompt.choices} if prompt else {}
    seen = [labels.get(one, one) for one in values] if labels.keys() & set(values) else []
    return Said(",".join(values), seen=write(seen, prompt.language, shared, Names()) if prompt and seen else "")
