"""Visits of several people, played on any surface: at a terminal typed, in a chat pressed where there is something to
press, or typed there, too. Knows no question and no flow.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import update

from adapters.teams.line import Reference
from bot.bootstrap import Program
from bot.delivery import Voice
from bot.prompts import Prompt
from bot.state.reach import Met, meet_person
from bot.state.tables import people
from tests.doubles.activities import BOT, TENANT
from tests.doubles.teams import conversation_of
from tests.journeys.deeds import Deed, Fill, Words, type_out, word
from tests.journeys.desks import SlackDesk, find_mailbox, find_prompt, find_receipt, hear_desk, waits
from tests.journeys.hands import SlackHands, TeamsHands
from tests.journeys.records import Record, read_record
from tests.journeys.terminal import open_program, report, talk
from tests.slack import test_round as slack_office
from tests.slack.test_interview import PATIENCE
from tests.teams import office as teams_office

NAMES = ("sato", "takahashi", "ito", "suzuki", "mori", "watanabe", "ishikawa", "abe", "watanabe.keiko")
COMMANDS = {
    "round": "start",
    "review": "review",
    "occasion": "moment",
    "measures": "measures",
    "upkeep": "done",
    "course": "case",
    "evidence": "evidence",
    "hold": "hold",
    "credit": "credit",
    **dict.fromkeys(("task", "agree", "telling"), ""),  # stand before whoever was asked
}  # that begin a flow in chats
MORE = Path(__file__).parent / "more"  # questions of a company's own, laid over the product's


class Visit(NamedTuple):
    """One person comes, names a flow or takes what waits, and does one thing after the other."""

    who: str
    flow: str | None
    deeds: Sequence[Deed]


class Report(NamedTuple):
    """One person turns to the desk that takes reports by this line, in which {receipt} is that of their last one. With
    `is_asked` the desk turns to them, who say the line only where nobody is asked anything. Where what they typed is
    shown once more before it goes, they `look` at it."""

    who: str
    line: Words
    deeds: Sequence[Deed]
    is_asked: bool = False
    look: Deed | None = None


class Happening(NamedTuple):
    """Something that changes the record between two visits, by nobody's answer; told the language of the story."""

    happen: Callable[[Program, str], object]


Story = Iterable[Visit | Report | Happening]


class Played(NamedTuple):
    """The record a story left, every line that was typed for it, and the kinds of questions and fields that were
    answered without typing."""

    record: Record
    typed: frozenset[str]
    by_hand: frozenset[str]


def speak_to_all(program: Program, language: str) -> None:
    """Everybody is spoken to in this language."""
    program.store.write(lambda tx: tx.connection.execute(update(people).values(language=language)))


def say_line(program: Program, one: Report, language: str) -> str:
    """What begins it."""
    line = word(one.line, language)
    return line.format(receipt=find_receipt(program, one.who)) if "{" in line else line


def email_of(name: str) -> str:
    return f"{name}@hibarino.example"


# -- the terminal ------------------------------------------------------------------------------------------------------


def play_at_terminal(folder: Path, language: str, story: Story) -> Played:
    program = open_program(folder, content=MORE)
    speak_to_all(program, language)
    for one in story:
        if isinstance(one, Happening):
            one.happen(program, language)
            continue
        looks = [one.look] if isinstance(one, Report) and one.look else []
        waiting = iter([*one.deeds, *looks])

        def reply(shown: dict[str, Any], waiting: Any = waiting) -> str | None:
            deed = next(waiting, None)
            choices = [(choice["id"], choice["label"]) for choice in shown["choices"]]
            return None if deed is None else type_out(deed, choices, language)

        if isinstance(one, Report):
            report(program, one.who, reply, say_line(program, one, language))
        else:
            talk(program, one.who, reply, one.flow)
        assert next(waiting, None) is None, one
    record = read_record(program)
    program.database.close()
    return Played(record, frozenset(), frozenset())


# -- chats -------------------------------------------------------------------------------------------------------------


class Stage(NamedTuple):
    """One chat, in a language; `presses` False types whatever is done there. What was done is noted as in Played."""

    program: Program
    surface: str
    language: str
    presses: bool
    typed: set[str]
    by_hand: set[str]

    async def play(self, story: Story, office: dict[str, Any], begin: Any, hands: Any, desk: Any) -> Played:
        for one in story:
            if isinstance(one, Happening):
                one.happen(self.program, self.language)
                continue
            person = office[one.who.partition("@")[0]]
            await self._come_to_rest()
            if isinstance(one, Report):
                await self._report(one, person, desk(person))
            else:
                await self._visit(one, person, begin, hands(person))
        return Played(read_record(self.program), frozenset(self.typed), frozenset(self.by_hand))

    async def _come_to_rest(self) -> None:
        """Until what came of it by itself has been done."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while self.program.reader.find_events(self.program.clock.now()):
            assert asyncio.get_running_loop().time() < until
            await asyncio.sleep(0.02)

    async def _visit(self, one: Visit, person: Any, begin: Any, hands: Any) -> None:
        await slack_office.hear_out(self.program, one.who, self.surface)
        await begin(person, COMMANDS[one.flow] if one.flow else "")
        await slack_office.hear_out(self.program, one.who, self.surface)
        for deed in one.deeds:
            await self._do(deed, self._find_prompt(one.who), person, hands)
            await slack_office.hear_out(self.program, one.who, self.surface)

    async def _report(self, one: Report, person: Any, hands: Any) -> None:
        if not one.is_asked:
            await person.say(say_line(self.program, one, self.language))
        await hear_desk(self.program, one.who, one.is_asked)
        for deed in one.deeds:
            await self._do(deed, await find_prompt(self.program, one.who, self.surface), person, hands)
            await hear_desk(self.program, one.who)
        if one.look and waits(find_mailbox(self.program, one.who)):
            await self._do(one.look, await find_prompt(self.program, one.who, self.surface), person, hands)
            await hear_desk(self.program, one.who)

    async def _do(self, deed: Deed, prompt: Prompt, person: Any, hands: Any) -> None:
        meant = deed.of(self.language) if isinstance(deed, Fill) else deed
        if self.presses and await hands.do(meant):
            self.by_hand.update(list_kinds(prompt, meant))
            return
        choices = [(choice.id, choice.label) for choice in prompt.choices]
        line = type_out(deed, choices, self.language)
        self.typed.add(line)
        await person.say(line)

    def _find_prompt(self, who: str) -> Prompt:
        """The question before this person."""
        member = self.program.find_member(who)
        assert member is not None
        voice = Voice(self.program.store, self.program.reader, self.surface)
        waiting = [one.id for one in self.program.reader.find_waiting(member.id) if one.status == "open"]
        prompts = [prompt for one in waiting if (prompt := voice.make_prompt(member, one))]
        assert len(prompts) == 1, (who, prompts)
        return prompts[0]


def list_kinds(prompt: Prompt, deed: Deed) -> list[str]:
    """The kinds that are answered by it: the question's, and those of the fields that are filled in."""
    values = deed.values if isinstance(deed, Fill) else ()
    return [
        prompt.kind,
        *(field.kind for field, value in zip(prompt.fields, values, strict=False) if value is not None),
    ]


def play_in_slack(folder: Path, language: str, story: Story, presses: bool = True) -> Played:
    async def play() -> Played:
        users = {f"U{place:02}": name for place, name in enumerate(NAMES, 1)}
        async with slack_office.open_office(folder, users, content=MORE) as (program, office):
            speak_to_all(program, language)
            for user, name in users.items():
                meet(program, f"T01:{user}", name, "slack", f"D{user[1:]}")
            stage = Stage(program, "slack", language, presses, set(), set())
            return await stage.play(story, office, slack_office.type_command, SlackHands, SlackDesk)

    return asyncio.run(play())


def play_in_teams(folder: Path, language: str, story: Story, sdk: str, presses: bool = True) -> Played:
    """By this SDK."""

    async def play() -> Played:
        users = {f"29:u{place:02}": name for place, name in enumerate(NAMES, 1)}
        async with teams_office.open_office(folder, sdk, users, content=MORE) as (program, office):
            speak_to_all(program, language)
            for user, name in users.items():
                place = Reference(office[name].double.service, conversation_of(user), BOT, user, TENANT, "ja-JP")
                meet(program, f"{TENANT}:aad-{user}", name, "teams", place.to_text())
            stage = Stage(program, "teams", language, presses, set(), set())
            return await stage.play(story, office, begin_in_teams, TeamsHands, TeamsHands)

    return asyncio.run(play())


async def begin_in_teams(person: teams_office.Person, word: str) -> None:
    await person.say(f"secret-review {word}")


def meet(program: Program, account: str, name: str, surface: str, place: str) -> None:
    """They have written to the app before."""
    member = program.find_member(email_of(name))
    assert member is not None
    program.store.write(lambda tx: meet_person(tx, surface, member.id, Met(account, place)))
