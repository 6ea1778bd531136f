"""The same visits at a terminal and in Slack leave the same record: what was answered, listed, judged and decided."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select, update

from bot import dispatch
from bot.bootstrap import Program
from bot.engine.model import Text
from bot.state.reach import Met, meet_person
from bot.state.rows import open_answer, open_class, open_interview, open_item
from bot.state.tables import answers, audit, classes, departments, interviews, items, measures, people
from tests.chat import content
from tests.faults.evidence import rows_of
from tests.journeys.terminal import open_program, talk
from tests.slack.test_round import USERS, hear_out, open_office, type_command

SATO, ITO, SUZUKI, TAKAHASHI = (f"{name}@hibarino.example" for name in ("sato", "ito", "suzuki", "takahashi"))
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
PRIVATE = {"salt", "timezone"}
COMMANDS = {"round": "start", "review": "review", "measures": "measures"}  # the word that begins a flow in a chat
PATIENCE = 20.0


class Visit(NamedTuple):
    """One person comes, names a flow or takes what waits, and replies."""

    who: str
    flow: str | None
    replies: Sequence[str | Text | Callable[[str], str]]

    def say(self, language: str) -> list[str]:
        return [_speak(one, language) for one in self.replies]


def _speak(reply: str | Text | Callable[[str], str], language: str) -> str:
    if isinstance(reply, str):
        return reply
    return (reply.of(language) if isinstance(reply, Text) else reply(language)).strip()


def both(ja: str, en: str) -> Text:
    return Text(ja=ja, en=en)


def chosen(flow: str, question: str, choice: str) -> Text:
    """What the button of a choice reads."""
    found = content().flows[flow].questions[question].choices
    return next(one.label for one in found if one.id == choice)


JUDGE = ("1/0/1/1", "1", "1/1/2/1", "4/4/3", chosen("evaluation", "conclusion", "propose"))
SHEET, RULES = both("P-3ライン加工条件表", "Line P-3 settings sheet"), both("金型設計基準", "Die design rules")
NO, NONE = both("ない", "no"), both("どれもない", "none")
UNKNOWN, BACK, WHY = both("1 分からない", "1 don't know"), both("戻る", "back"), both("なぜ", "why")
FIRST = (
    Visit(TAKAHASHI, None, ["3"]),
    Visit(TAKAHASHI, "round", [chosen("round", "begin", "some"), both("製造部、設計部", "Manufacturing, Design"), "2"]),
    Visit(SATO, None, ["1", SHEET, NONE, UNKNOWN, both("鈴木さん", "Suzuki"), NO, "1"]),
    Visit(SUZUKI, None, ["1"]),
    Visit(SATO, None, [*JUDGE[:2], BACK, WHY, *JUDGE[1:]]),
    Visit(ITO, None, ["1", RULES, NONE, NONE, both("送る", "send"), NO, "1", *JUDGE]),
    Visit(TAKAHASHI, "review", ["1", "1", both("戻す まず相談したい", "send back let us talk first"), "1"]),
    Visit(ITO, None, [both("えーと、これは何ですか", "well, what is this?"), *JUDGE]),
    Visit(TAKAHASHI, "review", ["1", both("任せる 鈴木さん", "delegate Suzuki"), "1"]),
    Visit(SUZUKI, None, ["1"]),
)
AGAIN = (
    Visit(TAKAHASHI, "round", [chosen("round", "begin", "some"), both("製造部", "Manufacturing"), "3"]),
    Visit(SATO, None, ["1", "2", *JUDGE]),
)
PROTECT = (
    Visit(
        SATO,
        "measures",
        [
            both("鍵と整理整頓", "locked cabinets and tidy"),
            both("分からない", "don't know"),
            both("1なし、30人なので", "without 1, we are 30"),
            chosen("measures", "declined", "leave_open"),
            WHY,
            chosen("measures", "rest", "all"),
            both("1 鈴木 1月末", "1 Suzuki 31 January"),
            BACK,
            both("2 分からない", "2 don't know"),
            chosen("measures", "send_cover", "send"),
        ],
    ),
)
STORY = (*FIRST, *AGAIN, *PROTECT)


# -- the surfaces ------------------------------------------------------------------------------------------------------


def speak_to_all(program: Program, language: str) -> None:
    """Everybody is spoken to in this language."""
    program.store.write(lambda tx: tx.connection.execute(update(people).values(language=language)))


def play_at_terminal(folder: Path, language: str, story: Iterable[Visit], _: Callable[[str], str]) -> Any:
    program = open_program(folder)
    speak_to_all(program, language)
    for one in story:
        talk(program, one.who, one.say(language), one.flow)
    return read_record(program)


def play_in_slack(folder: Path, language: str, story: Iterable[Visit], mishear: Callable[[str], str]) -> Any:
    async def play() -> Any:
        async with open_office(folder) as (program, office):
            speak_to_all(program, language)
            for user, name in USERS.items():
                meet(program, user, f"{name}@hibarino.example")
            for one in story:
                person = office[one.who.partition("@")[0]]
                await type_command(person, COMMANDS[one.flow] if one.flow else "")
                await hear_out(program, one.who)
                for reply in one.say(language):
                    await person.say(mishear(reply))
                    await hear_out(program, one.who)
            return read_record(program)

    return asyncio.run(play())


def meet(program: Program, user: str, email: str) -> None:
    """They have written to the app before."""
    member = program.find_member(email)
    assert member is not None
    known = Met(f"T01:{user}", f"D{user[1:]}")
    program.store.write(lambda tx: meet_person(tx, "slack", member.id, known))


SURFACES = {"terminal": play_at_terminal, "slack": play_in_slack}


def hear_well(said: str) -> str:
    return said


# -- the record --------------------------------------------------------------------------------------------------------


def read_record(program: Program) -> dict[str, Any]:
    """What the deployment remembers of the visits, by names in place of ids, without times and ways of delivery."""
    vault, found = program.store.vault, rows_of(program, select(interviews).order_by(interviews.c.id))
    listed = [(row, open_item(vault, row)) for row in rows_of(program, select(items))]
    names = {row.id: row.email for row in rows_of(program, select(people))}
    names |= {row.id: row.name for row in rows_of(program, select(departments))}
    names |= {row.id: body["name"] for row, body in listed}
    names |= {body["key"]: body["name"] for _, body in listed}
    for row in found:
        names[row.id] = (
            f"<{names[row.person_id]} {row.flow} {UUID.sub(lambda one: names.get(one[0], '?'), row.subject)}>"
        )

    def tell(value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=list)
        known = re.sub(
            r"\b[0-9a-f]{10}\b", lambda one: names.get(one[0], "#"), UUID.sub(lambda one: names.get(one[0], "?"), text)
        )
        return re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+]+", "@", known)

    told = [
        [row.interview_id, row.revision, row.place, row.person_id, row.language, open_answer(vault, row)]
        for row in rows_of(program, select(answers))
    ]
    order = {name: sorted(one[1:3] for one in told if one[0] == name) for name in {one[0] for one in told}}
    return {
        "interviews": sorted(tell(_stand(open_interview(vault, row))) for row in found),
        "answers": sorted(tell([one[0], order[one[0]].index(one[1:3]), *one[3:]]) for one in told),
        "items": sorted(
            tell([row.department_id, row.owner_id, row.state, row.level, row[row._fields.index("class")], body])
            for row, body in listed
        ),
        "classes": sorted(
            tell([row.department_id, row[1], row.state, open_class(vault, row)])
            for row in rows_of(program, select(classes))
        ),
        "measures": sorted(
            tell([row.place, row.measure, row.state, row.owner_id, str(row.due_on), row.kept_days, row.asks])
            for row in rows_of(program, select(measures))
        ),
        "audit": Counter(
            tell([row.action, row.actor])
            for row in rows_of(program, select(audit))
            if row.action.startswith(("item.", "round.", "class.", "measure."))
        ),
    }


def _stand(one: Any) -> list[Any]:
    """An interview as it stands; whether its person is away for the moment is the surface's own."""
    status = "open" if one.status == "paused" else one.status
    given = {name: value for name, value in one.given.items() if name not in PRIVATE}
    stands = [one.snapshot.position, one.snapshot.path, one.snapshot.answers]
    return [one.id, one.person, one.flow, one.digest, one.language, status, given, stands]


# -- the rules ---------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nobody_is_asked_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """People come by themselves; a terminal asks nobody. What is said in Slack need not be read by anybody."""
    monkeypatch.setattr(dispatch, "PACE", timedelta(milliseconds=20))
    monkeypatch.setattr("bot.state.record.find_moment", lambda now, *_: now.replace(year=now.year + 1, day=1))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_same_visits_leave_the_same_record(tmp_path: Path, language: str) -> None:
    """A list, a question handed on, judgements, a review, a wish, a card delegated, the list looked over again, and a
    class to protect."""
    told = {name: play(tmp_path / name, language, STORY, hear_well) for name, play in SURFACES.items()}
    first = told["terminal"]
    assert sorted(json.loads(row)[2] for row in first["items"]) == ["approved", "proposed"]  # it came to its end
    assert [json.loads(row)[2] for row in first["classes"]] == ["proposed"]
    for name, record in told.items():
        assert record == first, name
    print(
        f"{language}: {len(STORY)} visits, {len(first['answers'])} answers, {len(first['interviews'])} interviews alike"
    )


def test_a_surface_that_mishears_one_reply_is_found_out(tmp_path: Path) -> None:
    """The control: one reply of the visits heard otherwise makes another record."""
    heard = play_in_slack(tmp_path / "slack", "ja", FIRST[:4], lambda said: said.replace("加工", "下降"))
    assert heard != play_at_terminal(tmp_path / "terminal", "ja", FIRST[:4], hear_well)
