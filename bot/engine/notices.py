"""What came of a turn, said beside the next prompt: one text for each notice."""

from collections.abc import Iterator

from bot.engine.asking import Asking, read_lines
from bot.engine.facts import split_key
from bot.engine.interview import Say
from bot.engine.position import Reply
from bot.engine.progress import measure_progress
from bot.engine.speaking import Speaker


def to_notices(speaker: Speaker, says: tuple[Say, ...]) -> list[str]:
    """What came of a turn, each as one text; what has nothing to say is left out."""
    texts = [NOTICES.get(say.notice, _plain_notice)(speaker, say) for say in says]
    return [text for text in texts if text]


def _plain_notice(speaker: Speaker, say: Say) -> str:
    text = speaker.route.flow.messages.get(say.notice) or speaker.shared.says[say.notice]
    return speaker.fill(text, say.params)


def _echo(speaker: Speaker, say: Say) -> str:
    key = say.params["key"]
    asking = speaker.asking(key)
    values = {"answer": speaker.answer(key), "this": split_key(key)[1]}
    value = speaker.interview.snapshot.answers[key].value
    words = asking.question.words
    if value == []:
        return speaker.fill(speaker.shared.says["none_noted"])
    echo = words.echoes.get(value) if isinstance(value, str) else None
    if echo or words.echo:
        return speaker.fill(echo or words.echo, values, asking.facts)
    if asking.question.quiet:
        return ""
    if asking.kind == "form":
        values["answer"] = speaker.answer_told(key)
    confirmed = say.params.get("typed") and asking.kind != "text" and values["answer"]
    return speaker.fill(speaker.shared.says["took"], values) if confirmed else ""


def _about_question(speaker: Speaker, say: Say) -> str:
    """Why, example or help of a question, with its origin where a reason is given."""
    key, part = say.params["key"], say.notice
    asking = speaker.asking(key)
    text = speaker.fill(getattr(asking.question.words, part), facts=asking.facts)
    if part == "why":
        text = "\n".join([text or speaker.fill(speaker.shared.says["no_why"]), *list_origins(speaker, asking)])
    if part == "help":
        text = "\n".join(filter(None, [text, speaker.fill(speaker.shared.says["help"])]))
    return text or speaker.fill(speaker.shared.says["no_example"])


def list_origins(speaker: Speaker, asking: Asking) -> Iterator[str]:
    """Where a question comes from, one line for each source."""
    for tag in asking.question.words.source:
        name, _, key = tag.partition(":")
        title = speaker.shared.sources[key].of(speaker.language) if key else ""
        yield speaker.fill(speaker.shared.formats[f"origin_{name}"], {"title": title})


def _asked_back(speaker: Speaker, say: Say) -> str:
    """A question put to us where a list was awaited: what we took it for, and the question's help."""
    asking = speaker.asking(say.params["key"])
    told = [
        speaker.fill(speaker.shared.says["asked_back"]),
        speaker.fill(asking.question.words.help, None, asking.facts),
    ]
    return "\n".join(filter(None, told))


def _outcome(speaker: Speaker, say: Say) -> str:
    return speaker.fill(speaker.route.flow.outcomes[say.params["outcome"]].text)


def _kept_out(speaker: Speaker, say: Say) -> str:
    """What the guard kept out, by what it looked like; then what to do about the copy in the chat, and an example."""
    says = speaker.shared.says
    asking = speaker.asking(say.params["key"])
    example = speaker.fill(asking.question.words.example, facts=asking.facts)
    looks = speaker.fill(says[f"kept_out_{say.params['kind']}"])
    remove = speaker.fill(speaker.shared.surfaces[speaker.names.surface]["remove"])
    return "\n".join(filter(None, [looks, remove, example]))


def _welcome_back(speaker: Speaker, say: Say) -> str:
    key = say.params["key"]
    minutes = measure_progress(speaker.route, speaker.interview.snapshot, speaker.facts).minutes_left
    done = speaker.fill(speaker.route.flow.resume)
    values = {"done": done, "minutes": minutes, "last": _recap(speaker, key), "former": say.params.get("former")}
    return speaker.fill(speaker.shared.says[say.notice], values)


def _recap(speaker: Speaker, key: str) -> str:
    """An earlier answer in a few words."""
    asking = speaker.asking(key)
    values = {"answer": speaker.answer(key), "question": speaker.title(key)}
    return speaker.fill(asking.question.words.recap or speaker.shared.says["recap"], values, asking.facts)


def _old_card(speaker: Speaker, say: Say) -> str:
    key = say.params["key"]
    known = key in speaker.interview.snapshot.answers and split_key(key)[0] in speaker.route.flow.questions
    notice = "old_card" if known else "old_card_gone"
    return speaker.fill(speaker.shared.says[notice], {"answer": speaker.answer(key)} if known else {})


def _list(speaker: Speaker, _: Say) -> str:
    lines = [speaker.line(line) for line in read_lines(speaker.facts, speaker.route.flow.shows)]
    if not lines:
        return speaker.fill(speaker.shared.says["no_list"])
    return "\n".join(f"{place} {line.label}  {line.note}".rstrip() for place, line in enumerate(lines, 1))


def _form_field(speaker: Speaker, say: Say) -> str:
    key = say.params["key"]
    labels = {line.id: speaker.label(line) for line in speaker.asking(key).fields}
    return speaker.fill(speaker.shared.says[say.notice], {"field": labels.get(say.params["field"], "")})


def _left_state(speaker: Speaker, say: Say) -> str:
    return speaker.fill(speaker.shared.says[say.notice], {"question": speaker.title(say.params["key"])})


def _colleague_said(speaker: Speaker, say: Say) -> str:
    key = say.params["key"]
    said = speaker.interview.snapshot.answers[key].value["said"]
    messages, about = speaker.route.flow.messages, split_key(key)[1]
    text = messages.get(f"colleague_said_{said['answer']}") or messages["colleague_said"]
    values = {"this": about, "person": {"person": say.params["person"]}}
    if about in speaker.route.flow.questions:  # one of this interview's own questions was handed on
        values["answer"] = speaker.answer(str(about), Reply("answered", said["answer"]))
    return speaker.fill(text, values, speaker.asking(key).facts)


NOTICES = {
    "echo": _echo,
    "why": _about_question,
    "example": _about_question,
    "help": _about_question,
    "asked_back": _asked_back,
    "outcome": _outcome,
    "kept_out": _kept_out,
    "welcome_back": _welcome_back,
    "taken_over": _welcome_back,
    "old_card": _old_card,
    "list": _list,
    "form_field": _form_field,
    "form_each_field": _form_field,
    "form_each_long": _form_field,
    "skipped": _left_state,
    "unknown": _left_state,
    "later": _left_state,
    "needed": _left_state,
    "colleague_said": _colleague_said,
}
