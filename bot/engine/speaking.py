"""From an interview to what one person is shown: the open question as a Prompt. `notices` adds what came of a turn.

Pure: words come from content, names and the company's facts from the shell, nothing is decided here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from bot.engine.asking import AskedField, Asking, Line, Option, ask, view_facts
from bot.engine.desk import asking_now, compare, foresee
from bot.engine.facts import Facts, split_key
from bot.engine.interview import Interview
from bot.engine.lexicon import Shared
from bot.engine.model import Text, Value
from bot.engine.position import Reply, Route, Snapshot, facts_of, find_left_out
from bot.engine.progress import measure_progress
from bot.engine.words import Names, fill, write, write_person
from bot.prompts import Choice, Field, Progress, Prompt, Row, Table
from bot.prompts import Line as ShownLine

ENDING = " \u3002.?\uff1f"  # how a title ends, which a list of titles does without
MOST_ROWS = 3  # of a form, told by name; of more only what was said
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

    @property
    def preview(self) -> str:
        """What a notification says of what this flow tells; empty where it may say all of it."""
        flow = self.route.flow
        return self.fill(self.shared.says["discreet_urgent" if flow.urgent else "discreet"]) if flow.discreet else ""

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
        """A field of a form as part of one answer, with the row it stands in."""
        said = self._told_alone(line, value)
        return [self._tell_row(line.row, said)] if line.row else said

    def _told_alone(self, line: AskedField, value: Value) -> list[str]:
        """The field by itself: a yes alone would not say to what."""
        if line.kind == "yes_no" and value in ("yes", "no"):
            return [self.label(line)] if value == "yes" else []
        return self.parts(line, value)

    def _tell_row(self, row: Text, said: list[str]) -> str:
        return self.fill(self.shared.formats["row_told"], {"label": row.of(self.language), "value": said})

    def meant(self, aside: Mapping[str, Any]) -> str:
        """What an aside asks about: a value of the whole question, or of the one field that was asked."""
        each = aside.get("over") or {}
        field = next((line for line in self.asking(aside["key"]).fields if line.id == each.get("at")), None)
        if field:
            return self.write(self.parts(field, aside["value"]))
        return self.answer(aside["key"], Reply("answered", aside["value"]))

    def answer_told(self, key: str) -> str:
        """What of a form the person told, by row where a few stand in rows; what was left as proposed needs no
        confirming."""
        reply = self.interview.snapshot.answers[key]
        told = {name: value for name, value in reply.value.items() if name not in reply.filled}
        lines = [line for line in self.asking(key).fields if line.id in told]
        rows = [
            (row, [part for line in group for part in self._told_alone(line, told[line.id])])
            for row, group in groupby(lines, key=lambda line: line.row)
        ]
        named = [(row, said) for row, said in rows if row]
        if len(named) == len(rows) <= MOST_ROWS:
            return self.write([self._tell_row(row, said) for row, said in named])
        return self.write(list(dict.fromkeys(part for _, said in rows for part in said)))

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
            named = {"person": "person", "date": "on"}.get(asking.kind)
            if asking.kind == "several_of" and value in self.route.flow.messages:  # was offered, and is no more
                named = "message"
            return {named: value} if named else value
        if asking.kind == "days" and isinstance(value, int | float):
            return {"days": value}
        if isinstance(value, dict) and "name" in value:
            return value["name"]
        if isinstance(value, dict) and "choice" in value:
            return [self._answer_part(asking, value["choice"]), value["own"]]
        return value

    def title(self, key: str) -> str:
        asking = self.asking(key)
        words = asking.question.words
        text = words.noun or words.again or words.title
        extra: dict[str, Value] = {"this": split_key(key)[1]}
        if "{minutes}" in text.of(self.language):
            extra["minutes"] = self._minutes_left()
        return self.fill(text, extra, asking.facts)

    def _minutes_left(self) -> int:
        snapshot = self.interview.snapshot
        return 1 if snapshot.has_ended else measure_progress(self.route, snapshot, self.facts).minutes_left


def to_prompt(speaker: Speaker) -> Prompt:
    """The question this interview waits at, in the person's language."""
    interview, shared, language = speaker.interview, speaker.shared, speaker.language
    snapshot = interview.snapshot
    asking = asking_now(speaker.route, interview.given, snapshot, shared)
    words = asking.question.words
    repeated = interview.given.get("again") or any(key.startswith(f"{asking.question.id}@") for key in snapshot.path)
    again = repeated and (words.again or words.body_again)
    aside = _aside_values(speaker)
    is_new = all(_came_by_itself(speaker, key) for key in snapshot.answers)
    body = [words.statement if is_new else None, words.body_again if again else words.body]
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
        fields=tuple(_field(speaker, line, asking.question.limit) for line in asking.fields),
        lines=tuple(speaker.line(line) for line in asking.lines),
        table=_table(speaker, asking),
        progress=_far(speaker, snapshot),
        hint=shared.formats[_hint(asking)].of(language) if _hint(asking) in shared.formats else "",
        moves="" if asking.question.bare else shared.formats["moves"].of(language),
        offers=tuple(_offers(speaker, asking)),
        preview=speaker.preview,
    )


def _came_by_itself(speaker: Speaker, key: str) -> bool:
    """Whether an answer was not this person's own."""
    question = speaker.route.flow.questions.get(split_key(key)[0])
    return question is not None and question.by_others


def _offers(speaker: Speaker, asking: Asking) -> Iterator[str]:
    """The moves worth a button: not those that are choices here or not taken, none beside a small or bare question."""
    question, shown = asking.question, {option.move for option in asking.options}
    if question.bare or question.id not in speaker.route.flow.questions:
        return
    can_be_open = not question.required and asking.kind != "form"  # of a form, each field can
    wanted = {"why": True, "example": question.words.example is not None, "unknown": can_be_open, "pause": True}
    yield from (name for name, is_wanted in wanted.items() if is_wanted and name not in shown)


def _far(speaker: Speaker, snapshot: Snapshot) -> Progress | None:
    """How far the interview is; of a flow without parts nothing is said."""
    if not speaker.route.flow.parts:
        return None
    return measure_progress(speaker.route, snapshot, speaker.facts, _asked_again(snapshot))


def _asked_again(snapshot: Snapshot) -> str | None:
    aside = snapshot.aside or {}
    return aside["key"] if aside.get("kind") == "reask" else None


def _hint(asking: Asking) -> str:
    if asking.question.own and asking.kind == "one_of":
        return "hint_own"
    if asking.kind == "form" and (asking.question.asks_each or all(line.options for line in asking.fields)):
        return "hint_form_choices"
    if asking.kind == "form" and any(line.row for line in asking.fields):
        return "hint_form_rows"
    return f"hint_{asking.kind}" if asking.kind != "text" or not asking.options else "hint_text_choices"


def _choice(speaker: Speaker, option: Option, filled: Value) -> Choice:
    chosen = option.id in filled if isinstance(filled, list) else option.id == filled
    snapshot = speaker.interview.snapshot
    # An answer offered for changing goes by its question's title, which has places to fill.
    is_answer = (snapshot.aside or {}).get("kind") == "pick_answer" and option.id in snapshot.path
    label = speaker.title(option.id) if is_answer else speaker.label(option)
    return Choice(option.id, label, chosen, option.exclusive)


def _field(speaker: Speaker, line: AskedField, limit: int) -> Field:
    choices = tuple(_choice(speaker, option, line.filled) for option in line.options)
    label = "" if line.filled is None else speaker.write(speaker.parts(line, line.filled))
    said = line.label.of(speaker.language)
    row = line.row.of(speaker.language) if line.row else ""
    return Field(line.id, line.kind, said, choices, line.filled, label, line.own, limit, row)


def _table(speaker: Speaker, asking: Asking) -> Table | None:
    """The table a derived fact makes, in words; none where the fact has nothing to show."""
    made = asking.facts[asking.question.table_from] if asking.question.table_from else None
    return to_table(made, speaker.write) if made else None


def to_table(made: Mapping[str, Any], write: Callable[[Value], str]) -> Table:
    """A table of values in words."""
    return Table(
        columns=tuple(map(write, made["columns"])),
        rows=tuple(
            Row(write(row["label"]), tuple(map(write, row["cells"])), tuple(row.get("marks", ())))
            for row in made["rows"]
        ),
        spoken=write(made["spoken"]),
        title=write(made["title"]) if made.get("title") else "",
    )


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
