"""Cases lived through from the first word of a report to what is told of them in-house, with a word of its own in every
free text; for tests of where such words end up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.conclusions import AskReporter, LetIn, NoteIncident, PutTask
from bot.due import Due
from bot.events import Body, Left, Said, Submitted
from bot.prompts import Prompt
from bot.reporting import Caller, ReportDesk
from bot.state.incident_tables import incident_entries, incident_tasks, incidents, mailboxes
from bot.state.incidents import open_own, to_entry
from bot.state.mailboxes import to_mailbox
from bot.state.rows import open_answer, open_interview, to_parts
from bot.state.tables import answers, interviews
from tests.state.canaries import KANA
from tests.state.talk import Talk
from tests.state.worked import tell
from tests.state.world import World

MOST_REPLIES = 60  # in one interview
PLAIN: Mapping[str, Sequence[str]] = {  # what is said where no words are asked for, the first that is taken
    "alert": ["開く"],
    "take": ["引き受ける"],
    "which": ["1"],
    "more": ["この件を終える"],
    "state": ["できない"],
    "telling": ["残す"],
    "sure": ["終える", "このまま残す"],
    "lift": ["もう一人に確かめる"],
    "legal": ["いいえ/いいえ/いいえ/はい"],
}


@dataclass
class Tokens:
    """Words nobody says, each handed out once; all begin with one stem."""

    stem: str
    said: list[str] = field(default_factory=list)

    def new(self) -> str:
        number = len(self.said)
        self.said.append(f"{self.stem}{KANA[number // len(KANA)]}{KANA[number % len(KANA)]}")
        return self.said[-1]


async def report(world: World, desk: ReportDesk, caller: Caller, tokens: Tokens, until: int = 4) -> str:
    """A report with own words for a sign, what it is about and who else knows; the case, none where it was not sent."""
    before = {row.id for row in world.rows(incidents)}
    about = {"mover": "employee", "when": "today", "still": "yes", "conflict": ["nobody_involved"]}
    seen = {"signs": ["sg-emp-03", tokens.new()], "what": f"{tokens.new()}の図面", "others": f"{tokens.new()}さん"}
    said: Sequence[Body] = (Said("通報"), Said("1"), Submitted(about), Submitted(seen))
    for body in said[:until]:
        world.clock.advance(seconds=7)
        key = f"{caller.name}:{world.clock.now().timestamp()}"
        came = await desk.take(caller, key, body, world.clock.now())
    await desk.settle(came)
    return next(iter({row.id for row in world.rows(incidents)} - before), "")


async def add(world: World, desk: ReportDesk, caller: Caller, receipt: str, tokens: Tokens) -> None:
    """Something more through the receipt; where a question of the team waits, its answer."""
    is_asked = False
    for body in (Said(f"追加 {receipt}"), Said("1"), Submitted({"words": f"{tokens.new()}も見ました"})):
        if is_asked and isinstance(body, Said):  # a question stands there already: anything typed would be its answer
            continue
        world.clock.advance(seconds=7)
        key = f"{caller.name}:{world.clock.now().timestamp()}"
        came = await desk.take(caller, key, body, world.clock.now())
        is_asked = any(isinstance(one, Prompt) and one.kind == "form" for one in came.shown)
    await desk.settle(came)


def find_receipt(world: World, incident: str) -> str:
    found = [to_mailbox(world.keeper, row).reports for row in world.rows(mailboxes)]
    return next(str(one["receipt"]) for reports in found for one in reports if one["incident"] == incident)


def prompt_of(talk: Talk, name: str) -> Prompt:
    who = talk.world.people[name]
    return [one for person, one in talk.screen.shown if person == who and isinstance(one, Prompt)][-1]


async def walk(talk: Talk, name: str, flow: str, tokens: Tokens, first: Sequence[str] = ()) -> None:
    """Through an interview to its end: a word of its own wherever words are taken."""
    if await talk.come(name, flow) is None:
        return
    begun = list(first)
    for _ in range(MOST_REPLIES):
        if talk.world.position(talk.at[name]).startswith("="):
            return
        if begun:
            await talk.say(name, begun.pop(0))
            continue
        await reply(talk, name, prompt_of(talk, name), tokens)
    await talk.send(name, Left())


async def reply(talk: Talk, name: str, prompt: Prompt, tokens: Tokens) -> None:
    """One answer: words of a form's own, a text, else the first thing that is taken."""
    question, at = prompt.question.partition("@")[0], talk.world.position(talk.at[name])
    if prompt.kind == "form":
        words = {one.id: f"{tokens.new()}の棚" for one in prompt.fields if one.kind == "text"}
        if words:
            await talk.send(name, Submitted(words))
    elif prompt.kind == "text" and question not in ("when", "fingerprint", "aware_fix"):
        await talk.say(name, f"{tokens.new()}のため")
    for words in (*PLAIN.get(question, ()), "1", "送る", "飛ばす", "はい", "分からない"):
        if talk.world.position(talk.at[name]) != at:
            return
        await talk.say(name, words)


async def live_case(talk: Talk, desk: ReportDesk, caller: Caller, tokens: Tokens) -> str:
    """One case from the report to its end; its id."""
    world = talk.world
    incident = await report(world, desk, caller, tokens)
    await Due(talk.conversation).do_due()
    await walk(talk, "takahashi", "handoff", tokens)
    await walk(talk, "takahashi", "response", tokens)
    note(world, incident, tokens)
    await walk(talk, "takahashi", "evidence", tokens, ("1",))
    receipt = find_receipt(world, incident)
    await add(world, desk, caller, receipt, tokens)
    await add(world, desk, caller, receipt, tokens)
    await walk(talk, "ishikawa", "task", tokens)
    await walk(talk, "takahashi", "course", tokens, ("頼む", f"{tokens.new()}を預かる"))
    await walk(talk, "takahashi", "course", tokens, ("文",))
    await walk(talk, "takahashi", "hold", tokens)
    await walk(talk, "takahashi", "hold", tokens)
    await walk(talk, "watanabe", "hold", tokens)
    await walk(talk, "takahashi", "unseal", tokens)
    await walk(talk, "watanabe", "agree", tokens)
    await Due(talk.conversation).do_due()
    await walk(talk, "takahashi", "opened", tokens)
    await walk(talk, "takahashi", "course", tokens, ("ほか", "この件を終える"))
    await walk(talk, "takahashi", "closing", tokens)
    world.clock.advance(days=1)
    await Due(talk.conversation).do_due()
    return incident


LINES = ("fact", "decision", "evidence", "handover", "notice")


async def fill_up(talk: Talk, desk: ReportDesk, caller: Caller, tokens: Tokens, wanted: int) -> None:
    """One more case, of which so much is noted and added that there are so many words."""
    world = talk.world
    incident = await report(world, desk, caller, tokens)
    await Due(talk.conversation).do_due()
    await walk(talk, "takahashi", "handoff", tokens)
    receipt = find_receipt(world, incident)
    while len(tokens.said) < wanted:
        tell(world, "takahashi", *(NoteIncident(incident, kind, {}, {"words": tokens.new()}) for kind in LINES))
        await add(world, desk, caller, receipt, tokens)


def note(world: World, incident: str, tokens: Tokens) -> None:
    """What conclusions of other interviews write of a case."""
    lines = {kind: {"words": tokens.new()} for kind in LINES}
    facts = {"note": tokens.new()}
    tell(
        world,
        "takahashi",
        LetIn(incident, {world.people["watanabe"]: ""}),
        *(NoteIncident(incident, kind, facts, line) for kind, line in lines.items()),
        PutTask(incident, "own", world.people["ishikawa"], "open", 4, tokens.new()),
        AskReporter(incident, tokens.new()),
    )


def open_all(world: World, with_mailboxes: bool = True) -> str:
    """Everything of cases and interviews, and of reports where the reporters' key is had, too."""
    told: list[Any] = []
    owns = {row.id: open_own(world.vault, row) for row in world.rows(incidents)}
    told += [owns[row.id].open("incidents", row.id, "body", row.body) for row in world.rows(incidents)]
    told += [to_entry(owns[row.incident_id], row).body for row in world.rows(incident_entries)]
    for row in world.rows(incident_tasks):
        told.append(owns[row.incident_id].open("incident_tasks", row.id, "body", row.body))
    told += [to_mailbox(world.keeper, row).body for row in world.rows(mailboxes) if with_mailboxes]
    told += [to_parts(open_interview(world.vault, row)) for row in world.rows(interviews)]
    told += [open_answer(world.vault, row).said for row in world.rows(answers)]
    return json.dumps(told, ensure_ascii=False)
