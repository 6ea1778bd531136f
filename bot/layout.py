"""What of a prompt is laid out alike wherever there are buttons and inputs: numbers to type, marks, fields. Pure."""

from collections.abc import Iterator, Sequence

from bot.prompts import ANSWER, Choice, Field, Prompt

MARK = "\u25b8"  # before what is proposed


def number(choices: Sequence[Choice], kind: str) -> list[int]:
    """The numbers by which choices can be typed; 0 is understood as "none" where several can be given."""
    zero = kind in ("form", "several_of")
    return [0 if one.exclusive and zero else place for place, one in enumerate(choices, 1)]


def mark(choice: Choice) -> str:
    """Its label, with a sign before it where it is proposed."""
    return f"{MARK if choice.chosen else ''}{choice.label}"


def list_own_words(field: Field) -> list[str]:
    """What is proposed in words, where choices do not say it."""
    values = field.filled if isinstance(field.filled, list) else [field.filled]
    return [str(one["own"]) for one in values if isinstance(one, dict) and "own" in one]


def list_fields(prompt: Prompt) -> tuple[Field, ...]:
    """The fields of a form; any other question is one field by itself."""
    if prompt.kind == "form":
        return prompt.fields
    chosen = [one.id for one in prompt.choices if one.chosen] or None
    return (Field(ANSWER, prompt.kind, prompt.title, prompt.choices, chosen),)


def keeps_proposal(field: Field) -> bool:
    """Whether the field, left empty, keeps the person proposed: a name typed again could mean somebody else."""
    return field.kind == "person" and bool(field.filled_label) and not field.choices


def list_notes(prompt: Prompt) -> Iterator[str]:
    """What to know before filling in: what the marks are, and what an empty line means."""
    fields = list_fields(prompt)
    if any(field.filled is not None and not keeps_proposal(field) for field in fields):
        yield "proposals_ticked"
    yield "keeps" if any(map(keeps_proposal, fields)) else "left_open"
