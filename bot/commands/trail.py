"""From an item of the register back to every answer it rests on, and forward to what followed.

Gathers through the readers of the state and words with the flow as it was published; whether the reader may see the
item was decided before. Of other items nothing is told.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.access import Scope
from bot.documents.why import Entry, Part, Step, Why
from bot.documents.wording import Row, Wording
from bot.engine.asking import Asking, read_lines
from bot.engine.facts import split_key
from bot.engine.interview import Interview
from bot.engine.lexicon import Shared
from bot.engine.machine import FlowFault
from bot.engine.model import UNANSWERED, Flow
from bot.engine.notices import list_origins
from bot.engine.position import Reply, Route, replay
from bot.engine.progress import measure_progress
from bot.engine.speaking import Speaker, find_people_ids
from bot.engine.words import Names
from bot.flows import build_route
from bot.state.history import Happened, History, Told
from bot.state.queries import Reader
from bot.state.store import note_fault

FOLLOWED = (
    "registered",
    "classified",
    "renamed",
    "owner_changed",
    "split",
    "confirmed",
    "retired",
)  # entries about an item
OF_CLASS = ("proposed", "approved", "returned")  # entries about how its class is protected

ACCEPTED = ("answered", *UNANSWERED)  # what else was recorded, say that the guard kept something out, is no answer


@dataclass(frozen=True, slots=True)
class Version:
    """A flow as it was published, with the phrases shown beside it; without a route where ours can no longer read it,
    and then `kept` is what there is."""

    route: Route | None
    shared: Shared
    kept: Mapping[str, Any]


def read_version(body: str | None, shared: Shared) -> Version:
    """A published body; our present phrases where those beside it can no longer be read."""
    kept = json.loads(body) if body else {}
    route, beside = None, shared
    try:
        route = build_route(Flow.model_validate(kept["flow"]))
        beside = Shared.model_validate(kept["shared"])
    except (KeyError, ValueError, FlowFault) as fault:
        note_fault(fault)
    return Version(route, beside, kept)


@dataclass(frozen=True, slots=True)
class Trail:
    """Tells the stories of items to one reader: in their language, of what is in their reach."""

    reader: Reader
    history: History
    words: Wording
    allowed: Scope
    zone: str

    def follow(self, item: Row) -> Why:
        """Everything there is to tell of an item the reader may see."""
        told = [(one, key, self.history.read_answers(one.id)) for one, key in self._find_interviews(item)]
        related = self._find_related(item)
        happened = self.history.read_entries(
            [item["id"], *([item["from"]] if item.get("from") else [])], [f"item.{name}" for name in FOLLOWED]
        )
        of_class = self.history.read_entries(
            [f"{item['department_id']}/{item['class']}"], [f"class.{name}" for name in OF_CLASS]
        )
        names = self._find_names([*told], [*happened, *of_class])
        digests = {one.digest for _, _, answers in told for one in answers}
        bodies = self.history.read_publications(digests)
        versions = {digest: read_version(bodies.get(digest), self.words.shared) for digest in digests}
        back = [
            step
            for interview, key, answers in told
            for step in Telling(interview, key, versions, names, self.words).tell(answers)
        ]
        return Why(
            item=item,
            back=sorted(back, key=lambda step: step.at),
            forward=sorted(
                [
                    *_word_entries(item, related, happened, names, self.words),
                    *_word_class_entries(of_class, names, self.words),
                ],
                key=lambda entry: entry.at,
            ),
            zone=self.zone,
        )

    def _find_interviews(self, item: Row) -> list[tuple[Interview, str | None]]:
        """The interviews behind an item, each with the key by which it is one of several there, or None where the whole
        interview is about it: the one that named it, those about it, and what these asked colleagues."""
        listed = self.history.find_interviews(ids=[item["interview_id"]])
        judged = self.history.find_interviews(subjects=[item["id"]])
        asked = self.history.find_interviews(subjects=[f"{one.id}:{item['key']}" for one in listed])
        asked += [handed for one in judged for handed in self.history.find_handed_on(one.id)]
        return [*((one, item["key"]) for one in listed), *((one, None) for one in [*asked, *judged])]

    def _find_related(self, item: Row) -> dict[str, str]:
        """The names of the whole and of the parts of an item, as far as they are in reach."""
        ids = [*item.get("into", ()), *([item["from"]] if item.get("from") else [])]
        rows = [row for one in ids for row in self.reader.read_register(self.allowed, one)]
        return {row["id"]: self.words.pick(row, "name") for row in rows}

    def _find_names(
        self, told: Iterable[tuple[Interview, str | None, Sequence[Told]]], happened: Sequence[Happened]
    ) -> Names:
        ids = {one.actor.rpartition(" for ")[2] for one in happened}
        ids |= {str(json.loads(one.detail).get("owner")) for one in happened}
        for interview, _, answers in told:
            replies = {str(place): one.recorded.reply for place, one in enumerate(answers)}
            ids |= find_people_ids(interview) | {one.person for one in answers}
            ids |= find_people_ids(interview._replace(snapshot=interview.snapshot._replace(answers=replies)))
        return Names(self.reader.find_names(ids), self.reader.read_company())


@dataclass(frozen=True, slots=True)
class Telling:
    """One interview told again. `key` is the item's where the interview spoke of several; the others stay untold."""

    interview: Interview
    key: str | None
    versions: Mapping[str, Version]
    names: Names
    words: Wording

    def tell(self, answers: Sequence[Told]) -> Iterator[Step]:
        """Each answer that concerns the item, in order, as it was asked and given at that moment."""
        known: dict[str, Reply] = {}
        accepted = [one for one in answers if one.recorded.reply.state in ACCEPTED]
        last = {one.recorded.key: place for place, one in enumerate(accepted)}
        named = False
        for place, one in enumerate(accepted):
            key, reply = one.recorded.key, one.recorded.reply
            version, before, known = self.versions[one.digest], known, {**known, key: reply}
            try:
                name = None if named or self.key is None else self._find_name(version, one, known)
                named = named or name is not None
                step = self._tell_one(version, one, before, name)
            except Exception as fault:  # whatever an old version does to ours, the rest must still be told
                note_fault(fault)
                step = self._tell_plainly(version, one)
            if step:
                yield step if last[key] == place else replace(step, state="replaced")

    def _speaker(self, version: Version, one: Told, known: Mapping[str, Reply]) -> Speaker:
        """The interview as it stood with these answers."""
        if version.route is None:
            raise FlowFault(f"the version {one.digest[:8]} can no longer be walked")
        snapshot = replay(version.route, self.interview.given, known)
        then = self.interview._replace(language=one.language, digest=one.digest, snapshot=snapshot)
        return Speaker(version.route, then, version.shared, self.names)

    def _find_name(self, version: Version, one: Told, known: Mapping[str, Reply]) -> str | None:
        """What the item is called on the interview's list, once it is there."""
        speaker = self._speaker(version, one, known)
        lines = read_lines(speaker.facts, speaker.route.flow.shows)
        return next((speaker.write(line.label) for line in lines if line.key == self.key), None)

    def _tell_one(self, version: Version, one: Told, before: Mapping[str, Reply], name: str | None) -> Step | None:
        key, reply = one.recorded.key, one.recorded.reply
        speaker = self._speaker(version, one, before)
        asking = speaker.asking(key)
        fields = [line.id for line in asking.fields if self.key in (None, line.id)]
        about_it = self.key is None or split_key(key)[1] == self.key or bool(fields)
        if asking.question.by_others or not (about_it or name is not None):
            return None
        parts = tuple(_list_parts(speaker, asking, reply, fields)) if reply.state == "answered" else ()
        stands = key in self.interview.snapshot.path or asking.question.standing
        return Step(
            **self._frame(version, one),
            text=_word_question(speaker, asking),
            answer=self.words.join([part.answer for part in parts])
            or (name if name and not about_it else "")
            or speaker.answer(key, reply),
            parts=parts,
            proposed=None if asking.fields else _compare(asking.filled, reply),
            state="stands" if stands else "unused",
            sources=tuple(self._list_sources(version, speaker, asking)),
        )

    def _tell_plainly(self, version: Version, one: Told) -> Step | None:
        """An answer to a question our code can no longer work out: its words as they lie in the record."""
        name, about = split_key(one.recorded.key)
        if self.key not in (None, about):
            return None
        question = version.kept.get("flow", {}).get("questions", {}).get(name, {})
        title = question.get("words", {}).get("title", {}).get(one.language)
        labels = {choice["id"]: choice["label"][one.language] for choice in question.get("choices", ())}
        reply = one.recorded.reply
        values = reply.value if isinstance(reply.value, list) else [reply.value]
        said = [labels.get(value, value) for value in values if isinstance(value, str)]
        state = version.shared.formats.get(reply.state)
        answer = state.of(one.language) if state else self.words.join(said) or self.words.say("why_gone")
        return Step(**self._frame(version, one), text=title or self.words.say("why_gone"), answer=answer)

    def _frame(self, version: Version, one: Told) -> dict[str, Any]:
        title = version.route.flow.title.of(self.words.language) if version.route else self.interview.flow
        return {
            "at": one.at,
            "by": _name_person(one.person, self.names, self.words),
            "flow": self.interview.flow,
            "title": title,
            "interview": self.interview.id,
            "question": split_key(one.recorded.key)[0],
            "language": one.language,
        }

    def _list_sources(self, version: Version, speaker: Speaker, asking: Asking) -> list[str]:
        """The sources of a question in the reader's language; what content names no more is left out."""
        then = speaker.interview._replace(language=self.words.language)
        for shared in (self.words.shared, version.shared):
            try:
                return list(list_origins(Speaker(speaker.route, then, shared, self.names), asking))
            except KeyError:
                continue
        return []


def _word_question(speaker: Speaker, asking: Asking) -> str:
    """The question's title as it was shown: its short form from the second time on."""
    question, interview = asking.question, speaker.interview
    path = interview.snapshot.path
    again = interview.given.get("again") or any(key.startswith(f"{question.id}@") for key in path)
    ended = interview.snapshot.has_ended
    minutes = 1 if ended else measure_progress(speaker.route, interview.snapshot, speaker.facts).minutes_left
    values = {"this": split_key(asking.key)[1], "minutes": minutes}
    return speaker.fill((again and question.words.again) or question.words.title, values, asking.facts)


def _list_parts(speaker: Speaker, asking: Asking, reply: Reply, fields: Sequence[str]) -> Iterator[Part]:
    """The lines of a form that are to be told, each with what was answered there."""
    for line in asking.fields:
        if line.id in fields:
            value = reply.value.get(line.id, "unknown")
            proposed = None if line.filled is None else line.id in reply.filled
            yield Part(line.id, speaker.label(line), speaker.write(speaker.parts(line, value)), proposed)


def _compare(filled: Any, reply: Reply) -> bool | None:
    """Whether a proposal was left as it was; None where there was none."""
    return None if filled is None or reply.state != "answered" else reply.value == filled


# -- what followed -----------------------------------------------------------------------------------------------------


def _word_entries(
    item: Row, related: Mapping[str, str], happened: Sequence[Happened], names: Names, words: Wording
) -> Iterator[Entry]:
    """The audit's entries about an item in words, and the split it came from."""
    called = iter([*item.get("former", ()), item["name"]])
    before = next(called)
    for one in happened:
        action, detail = one.action.partition(".")[2], json.loads(one.detail)
        values: dict[str, Any] = {}
        if one.thing != item["id"]:
            if action != "split":
                continue
            action, values = "split_from", {"name": related.get(one.thing, one.thing)}
        elif action == "registered" and item.get("ledger"):
            said = item["ledger"]
            action = "registered_ledger"
            values = {"row": said["row"], "level": words.level(said["level"]), "places": said["places"] or None}
        elif action == "renamed":
            values = {"before": before, "name": (before := next(called, item["name"]))}
        elif action == "classified":
            values = {"level": words.level(detail.get("level"))}
        elif action == "owner_changed":
            values = {"person": _name_person(detail["owner"], names, words)}
        elif action == "split":
            values = {"names": [related.get(part, part) for part in detail.get("into", ())]}
        elif action == "retired":
            values = {"reason": (item.get("retired") or {}).get("reason", "")}
            action = action if values["reason"] else "retired_gone"
        by = _name_actor(one.actor, names, words)
        yield Entry(one.at, by, action, words.say(f"entry_{action}", **values))


def _word_class_entries(happened: Sequence[Happened], names: Names, words: Wording) -> Iterator[Entry]:
    """The audit's entries about how a class is protected, in words."""
    for one in happened:
        action = one.action.replace(".", "_")
        yield Entry(one.at, _name_actor(one.actor, names, words), action, words.say(f"entry_{action}"))


def _name_person(person: str, names: Names, words: Wording) -> str:
    known = names.people.get(person)
    return known.full.of(words.language) if known and known.full else person


def _name_actor(actor: str, names: Names, words: Wording) -> str:
    """A person, or somebody who ran the program on behalf of one."""
    operator, _, person = actor.rpartition(" for ")
    name = _name_person(person, names, words)
    return words.say("acting", name=name, operator=operator) if operator else name
