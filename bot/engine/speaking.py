"""From an interview to what one person is shown: the open question as a Prompt, what came of a turn as notices.

Pure: words come from content, names and the company's facts from the shell, nothing is decided here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.engine.asking import AskedField, Asking, Line, Option, ask, read_lines, view_facts
from bot.engine.desk import asking_now, compare, foresee
from bot.engine.facts import Facts, split_key
from bot.engine.interview import Interview, Say
from bot.engine.lexicon import Shared
from bot.engine.model import Text, Value
from bot.engine.position import Reply, Route, Snapshot, facts_of, find_left_out
from bot.engine.progress import measure_progress
from bot.engine.words import Names, fill, write, write_person
from bot.prompts import Choice, Field, Prompt
from bot.prompts import Line as ShownLine

ENDING = " \u3002.?\uff1f"  # how a title ends, which a list of titles does without
PERSON_ID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


class Speaker:
    """Writes for one interview in one language. Holds what it was given, nothing more."""

    def __init__(self, route: Route, interview: Interview, shared: Shared, names: Names) -> None:
        self.route = route
        self.interview = interview
        self.shared = shared
        self.names = replace(names, messages=route.texts)
        self.language = interview.language
        self.facts = facts_of(route, interview.given, interview.snapshot)

    def fill(self, text: Text | None, extra: Mapping[str, Value] | None = None, facts: Facts | None = None) -> str:
        if text is None:
            return ""
        seen = facts or self.facts
        values = view_facts(seen, {**(extra or {}), **self._way(text.of(self.language), seen)})
        return fill(text.of(self.language), values, self.language, self.shared, self.names)

    def _way(self, text: str, facts: Facts) -> dict[str, Value]:
        """The places that tell how the interview came here: the answers on the way, the questions left out."""
        told: dict[str, Value] = {}
        if "{trail}" in text:
            quoted = self.shared.formats["quoted"]
            path = self.interview.snapshot.path
            told["trail"] = " → ".join(self.fill(quoted, {"value": self.answer(key)}) for key in path)
        for place in ("left_out", "spared"):
            if "{" + place + "}" in text:
                answered = self.interview.snapshot.answers
                left = [name for name in find_left_out(self.route, facts) if name not in answered]
                values = {"value": " / ".join(self.title(name).rstrip(ENDING) for name in left), "count": len(left)}
                told[place] = self.fill(self.shared.says[place], values) if left else ""
        return told

    def write(self, value: Value) -> str:
        return write(value, self.language, self.shared, self.names, view_facts(self.facts))

    def label(self, option: Option | AskedField) -> str:
        if isinstance(option, Option) and option.person:
            return write_person(option.id, self.language, self.shared, self.names, "person_at")
        return option.label.of(self.language)

    def line(self, line: Line) -> ShownLine:
        return ShownLine(self.write(line.label), self.write(line.note) if line.note is not None else "")

    def asking(self, key: str) -> Asking:
        return ask(self.route.flow, key, self.facts, self.shared)

    def answer(self, key: str, reply: Reply | None = None) -> str:
        """An answer as a person would say it: labels for ids, names for people."""
        known = reply or self.interview.snapshot.answers.get(key)
        if known is None:
            return self.write(None)
        if known.state != "answered":
            return self.shared.formats[known.state].of(self.language)
        asking = self.asking(key)
        if asking.kind != "form":
            return self.write(self.parts(asking, known.value))
        said = [part for line in asking.fields for part in self._told(line, known.value.get(line.id, "unknown"))]
        return self.write(list(dict.fromkeys(said)))

    def _told(self, line: AskedField, value: Value) -> list[str]:
        """A field of a form as part of one answer: a yes alone would not say to what."""
        if line.kind == "yes_no" and value in ("yes", "no"):
            return [self.label(line)] if value == "yes" else []
        return self.parts(line, value)

    def meant(self, aside: Mapping[str, Any]) -> str:
        """What an aside asks about: a value of the whole question, or of the one field that was asked."""
        each = aside.get("over") or {}
        field = next((line for line in self.asking(aside["key"]).fields if line.id == each.get("at")), None)
        if field:
            return self.write(self.parts(field, aside["value"]))
        return self.answer(aside["key"], Reply("answered", aside["value"]))

    def answer_told(self, key: str) -> str:
        """What of a form the person told; what was left as proposed needs no confirming."""
        reply = self.interview.snapshot.answers[key]
        told = {name: value for name, value in reply.value.items() if name not in reply.filled}
        said = [part for line in self.asking(key).fields if line.id in told for part in self._told(line, told[line.id])]
        return self.write(list(dict.fromkeys(said)))

    def parts(self, asking: Asking | AskedField, value: Value) -> list[str]:
        """A value as a person would say it, each of several by itself."""
        unknown = self.shared.formats["unknown"].of(self.language)
        is_line = isinstance(asking, AskedField)
        values = value if isinstance(value, list) else [value]
        return [
            unknown if is_line and one == "unknown" else self.write(self._answer_part(asking, one)) for one in values
        ]

    def _answer_part(self, asking: Asking | AskedField, value: Value) -> Value:
        if isinstance(value, str):
            option = next((option for option in asking.options if option.id == value), None)
            if option:
                return self.label(option)
            return {"person": value} if asking.kind == "person" else value
        if isinstance(value, dict) and "name" in value:
            return value["name"]
        if isinstance(value, dict) and "choice" in value:
            return [self._answer_part(asking, value["choice"]), value["own"]]
        return value

    def title(self, key: str) -> str:
        asking, snapshot = self.asking(key), self.interview.snapshot
        minutes = 1 if snapshot.has_ended else measure_progress(self.route, snapshot, self.facts).minutes_left
        words = asking.question.words
        return self.fill(
            words.noun or words.again or words.title, {"this": split_key(key)[1], "minutes": minutes}, asking.facts
        )


def to_prompt(speaker: Speaker) -> Prompt:
    """The question this interview waits at, in the person's language."""
    interview, shared, language = speaker.interview, speaker.shared, speaker.language
    snapshot = interview.snapshot
    asking = asking_now(speaker.route, interview.given, snapshot, shared)
    words = asking.question.words
    repeated = interview.given.get("again") or any(key.startswith(f"{asking.question.id}@") for key in snapshot.path)
    again = repeated and (words.again or words.body_again)
    aside = _aside_values(speaker)
    body = [words.statement if not snapshot.answers else None, words.body_again if again else words.body]
    if _asked_again(snapshot) and not asking.question.required:
        body = []  # its opening was said when it came for the first time
    return Prompt(
        flow=interview.flow,
        interview=interview.id,
        revision=interview.revision,
        language=language,
        question=asking.key,
        kind=asking.kind,
        title=speaker.fill((again and words.again) or words.title, aside, asking.facts),
        body="\n".join(text for text in (speaker.fill(part, aside, asking.facts) for part in body) if text),
        choices=tuple(_choice(speaker, option, asking.filled) for option in asking.options),
        fields=tuple(_field(speaker, line) for line in asking.fields),
        lines=tuple(speaker.line(line) for line in asking.lines),
        progress=measure_progress(speaker.route, snapshot, speaker.facts, _asked_again(snapshot)),
        hint=shared.formats[_hint(asking)].of(language) if _hint(asking) in shared.formats else "",
        moves=shared.formats["moves"].of(language),
    )


def _asked_again(snapshot: Snapshot) -> str | None:
    aside = snapshot.aside or {}
    return aside["key"] if aside.get("kind") == "reask" else None


def _hint(asking: Asking) -> str:
    if asking.question.own and asking.kind == "one_of":
        return "hint_own"
    if asking.kind == "form" and all(line.options for line in asking.fields):
        return "hint_form_choices"
    return f"hint_{asking.kind}" if asking.kind != "text" or not asking.options else "hint_text_choices"


def _choice(speaker: Speaker, option: Option, filled: Value) -> Choice:
    chosen = option.id in filled if isinstance(filled, list) else option.id == filled
    snapshot = speaker.interview.snapshot
    # An answer offered for changing goes by its question's title, which has places to fill.
    is_answer = (snapshot.aside or {}).get("kind") == "pick_answer" and option.id in snapshot.path
    label = speaker.title(option.id) if is_answer else speaker.label(option)
    return Choice(option.id, label, chosen, option.exclusive)


def _field(speaker: Speaker, line: AskedField) -> Field:
    choices = tuple(_choice(speaker, option, line.filled) for option in line.options)
    label = "" if line.filled is None else speaker.write(speaker.parts(line, line.filled))
    return Field(line.id, line.kind, line.label.of(speaker.language), choices, line.filled, label)


def _aside_values(speaker: Speaker) -> dict[str, Value]:
    """What the words of an aside may speak of: the answer meant, the effect of a change, the length of a text."""
    snapshot = speaker.interview.snapshot
    aside = snapshot.aside or {}
    values: dict[str, Value] = {name: aside[name] for name in ("length", "limit") if name in aside}
    values["minutes"] = measure_progress(speaker.route, snapshot, speaker.facts).minutes_left
    if aside.get("kind") in ("near", "meant"):
        values["answer"] = speaker.meant(aside)
    if aside.get("kind") == "effect":
        state, value, filled = aside["reply"]
        reply = Reply(state, value, tuple(filled))
        values["answer"] = speaker.answer(aside["key"], reply)
        values["question"] = speaker.title(aside["key"])
        values["effects"] = "\n".join(_write_effects(speaker, aside["key"], reply))
    if aside.get("kind") == "stale":
        values["before"] = speaker.title(aside["before"])
        values["now"] = speaker.title(snapshot.position)
    return values


def _write_effects(speaker: Speaker, key: str, reply: Reply) -> Iterator[str]:
    """One line for each thing a change would do to the other answers."""
    interview, says = speaker.interview, speaker.shared.says
    before = interview.snapshot._replace(aside=None)
    after, asked = foresee(speaker.route, interview.given, before, {**before.answers, key: reply})
    for fact, old, new in [] if asked else compare(speaker.route, interview.given, before, after):
        yield speaker.fill(speaker.route.flow.messages[f"compare_{fact}"], {"before": old, "after": new})
    for dropped in [one for one in before.path if one not in after.path]:
        told = {"question": speaker.title(dropped), "answer": speaker.answer(dropped)}
        yield speaker.fill(says["effect_dropped"], told)
    for one in asked:
        yield speaker.fill(says["effect_asked"], {"question": _title_after(speaker, one, after)})
    yield speaker.fill(says["effect_kept"])


def _title_after(speaker: Speaker, key: str, after: Any) -> str:
    changed = Speaker(speaker.route, speaker.interview._replace(snapshot=after), speaker.shared, speaker.names)
    return changed.title(key)


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
    values = {"done": done, "minutes": minutes, "last": _recap(speaker, key)}
    return speaker.fill(speaker.shared.says["welcome_back"], values)


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
    "old_card": _old_card,
    "list": _list,
    "form_field": _form_field,
    "form_each_field": _form_field,
    "skipped": _left_state,
    "unknown": _left_state,
    "later": _left_state,
    "needed": _left_state,
    "colleague_said": _colleague_said,
}


def find_people_ids(interview: Interview) -> set[str]:
    """Every person id the interview speaks of, so that the shell can look up their names."""
    found: set[str] = {interview.person}
    aside = interview.snapshot.aside or {}
    waiting: list[Any] = [dict(interview.given), [reply.value for reply in interview.snapshot.answers.values()], aside]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, str) and PERSON_ID.match(value):
            found.add(value)
    return found
