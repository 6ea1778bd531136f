"""The desk that takes reports, on every surface alike: what is seen before it goes, what is never lost, what the team
learns."""

import pytest

from bot.bootstrap import build_inspect
from bot.engine.lexicon import clean
from bot.events import Body, Pressed, Said, Submitted
from bot.prompts import Notice, Prompt
from bot.reporting import Came, ReportDesk
from bot.state.casework import put_member
from bot.state.incident_tables import incidents, mailboxes
from bot.state.incidents import to_incident
from bot.state.mailboxes import ask_reporter, to_mailbox
from tests.state.test_unsealing import caller_of, report
from tests.state.worked import list_lines
from tests.state.world import World

BOTH = {
    "ja": ("通報", "ここで続ける", "社内の人 / 今日 / はい / いない・分からない"),
    "en": ("report", "go on here", "somebody inside / today / yes / 3"),
}
TYPED = ("2、3 / P-3ライン Sakai Tool の図面 / 飛ばす", "2, 3 / P-3ライン Sakai Tool の図面 / skip")
ABOUT = {"mover": "employee", "when": "today", "still": "yes", "conflict": ["nobody_involved"]}
SKIP, UNKNOWN = "飛ばす", "分からない"
QUESTIONS = ("何時ごろでしたか", "どの机でしたか")


@pytest.fixture
def world(sqlite_world: World) -> World:
    """What is said and asked does not depend on the database; how it is kept is tried beside this on both."""
    return sqlite_world


class Guest:
    """One person at the desk: says and presses one thing after the other."""

    def __init__(self, world: World, surface: str = "slack", language: str = "ja", name: str = "suzuki") -> None:
        self.world = world
        self.desk = ReportDesk(world.store, world.reader, build_inspect(world.template.content))
        told = caller_of(world, name)
        self.caller = told._replace(surface=surface, language=language)
        self.came: Came | None = None
        self.count = 0

    async def do(self, *bodies: Body, shown: str | None = None, settles: bool = True) -> "Guest":
        for body in bodies:
            self.count += 1
            key = f"{self.caller.surface}:{self.count}"
            self.came = await self.desk.take(self.caller, key, body, self.world.clock.now(), shown)
            if settles:
                await self.desk.settle(self.came)
        return self

    async def say(self, *texts: str) -> "Guest":
        return await self.do(*(Said(*clean(text)) for text in texts))

    async def press(self, choice: str) -> "Guest":
        prompt = self.prompt
        assert prompt is not None
        return await self.do(Pressed(prompt.question, prompt.revision, choice), shown=prompt.question)

    @property
    def prompt(self) -> Prompt | None:
        assert self.came is not None
        return next((one for one in self.came.shown if isinstance(one, Prompt)), None)

    @property
    def asked(self) -> str | None:
        return self.prompt.question if self.prompt else None

    @property
    def told(self) -> str:
        assert self.came is not None
        return "\n".join(one.text for one in self.came.shown if isinstance(one, Notice))

    @property
    def receipt(self) -> str:
        (row,) = self.world.rows(mailboxes)
        return str(to_mailbox(self.world.keeper, row).reports[-1]["receipt"])


def read_report(world: World) -> dict[str, object]:
    (row,) = world.rows(incidents)
    return dict(to_incident(world.vault, row, ()).body["report"])


# -- before it goes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "surface"), [("ja", "terminal"), ("en", "slack"), ("ja", "teams")])
async def test_what_was_typed_is_seen_once_more_before_it_goes(world: World, language: str, surface: str) -> None:
    """All of it as it was typed, with nothing sent until they say so; then the receipt alone."""
    guest = await Guest(world, surface, language).say(*BOTH[language], TYPED[language == "en"])
    assert guest.asked == "check"
    assert guest.prompt is not None
    assert "P-3ライン Sakai Tool の図面" in guest.prompt.body
    assert "sg-emp" not in guest.prompt.body
    assert not world.rows(incidents)
    await guest.say("送る" if language == "ja" else "send")
    assert guest.prompt is None
    assert guest.receipt in guest.told
    assert "Sakai" not in guest.told
    assert read_report(world)["what"] == "P-3ライン Sakai Tool の図面"


@pytest.mark.parametrize("surface", ["slack", "web"])
async def test_a_form_is_seen_as_it_is_sent(world: World, surface: str) -> None:
    """Whoever fills in both forms is asked nothing more."""
    guest = await Guest(world, surface).say("通報", "1")
    await guest.do(Submitted(ABOUT), Submitted({"what": "図面"}))
    assert guest.prompt is None
    assert guest.receipt in guest.told


@pytest.mark.parametrize(("surface", "words"), [("terminal", UNKNOWN), ("slack", UNKNOWN), ("teams", SKIP)])
async def test_not_knowing_sends_nothing(world: World, surface: str, words: str) -> None:
    """Who knows nothing more at the second form sees what there is before it goes."""
    guest = await Guest(world, surface).say(*BOTH["ja"], words)
    assert guest.asked == "check"
    assert not world.rows(incidents)
    await guest.press("send")
    assert read_report(world)["signs"] == []


async def test_what_was_read_wrong_is_mended_before_it_goes(world: World) -> None:
    """From the last look back to a form, typed anew, and seen once more; a sign that was told stays told."""
    guest = await Guest(world, "terminal").say(*BOTH["ja"], TYPED[0], "直す", "だれの、いつのことか")
    assert guest.asked == "about"
    await guest.say("2 / 1 / 1 / 3")
    assert guest.asked == "check"
    await guest.say("送る")
    found = read_report(world)
    assert (found["mover"], found["signs"]) == ("leaver", ["sg-emp-03", "sg-emp-05"])


async def test_who_thinks_better_of_it_sends_nothing(world: World) -> None:
    """Stopping at the last look leaves no case and no draft."""
    guest = await Guest(world).say(*BOTH["ja"], TYPED[0])
    await guest.press("stop")
    assert (world.rows(incidents), world.rows(mailboxes)) == ([], [])


@pytest.mark.parametrize("what", ["佐藤さんが図面を持ち出しました", "the drawings; it has leaked"])
async def test_the_words_of_a_report_are_part_of_one(world: World, what: str) -> None:
    """What elsewhere would begin a report is told within one like anything else."""
    guest = await Guest(world).say(*BOTH["ja"], f"2 / {what} / 飛ばす")
    assert guest.asked == "check"
    await guest.press("send")
    assert read_report(world)["what"] == what


# -- a receipt, and questions of the team ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surface", "answers"),
    [("terminal", ("いまはない",)), ("slack", ("書き足す", "昨日もでした"))],
    ids=["looks", "adds"],
)
async def test_a_receipt_takes_nothing_from_what_is_half_told(
    world: World, surface: str, answers: tuple[str, ...]
) -> None:
    """In the middle of a second report they look at the first: the second stands as it was, says so, and is sent."""
    await report(world, caller_of(world, "suzuki"))
    guest = Guest(world, surface)
    receipt = guest.receipt
    await guest.say(
        "通報", "ここで続ける", "取引先 / もっと前 / いいえ / いない・分からない", f"状況 {receipt}", *answers
    )
    assert guest.asked == "seen"
    await guest.say("1 / 名簿 / 飛ばす", "送る")
    told = [to_incident(world.vault, row, ()).body["report"] for row in world.rows(incidents)]
    assert {(one["mover"], one["what"]) for one in told} == {("employee", "金型の図面"), ("partner", "名簿")}


async def test_a_form_that_stood_open_meanwhile_is_taken(world: World) -> None:
    """The form of the half-told report is sent while the receipt's question stands: it is the report that goes on."""
    await report(world, caller_of(world, "suzuki"))
    guest = Guest(world)
    await guest.say("通報", "1", f"状況 {guest.receipt}")
    await guest.do(Submitted({"mover": "partner"}), shown="about")
    assert guest.asked == "seen"


@pytest.mark.parametrize(
    ("surface", "says"), [("terminal", "飛ばす"), ("teams", "分からない"), ("slack", None), ("web", None)]
)
async def test_a_question_left_open_is_told_as_that(world: World, surface: str, says: str | None) -> None:
    """The reporter is not told that something was received, and the team sees that there is no answer, not whose."""
    incident = await report(world, caller_of(world, "suzuki"))
    guest = Guest(world, surface)
    world.store.write(lambda tx: ask_reporter(tx, incident, QUESTIONS[0]))
    await guest.say(f"状況 {guest.receipt}")
    received = world.store.words.routes["addition"].flow.outcomes["added"].text.ja[:5]
    await (guest.say(says) if says else guest.do(Submitted({"words": ""}), shown="words"))
    assert guest.prompt is None
    assert guest.told
    assert received not in guest.told
    world.store.write(lambda tx: put_member(tx, incident, world.people["takahashi"], "member"))
    (line,) = [one for one in list_lines(world, incident) if one.kind == "reply"]
    assert (line.body["words"], line.body["left_open"], line.body["who"]) == ("", True, "reporter")


async def test_each_question_of_the_team_is_asked(world: World) -> None:
    """A second one, put before the first was answered, comes after it."""
    incident = await report(world, caller_of(world, "suzuki"))
    guest = Guest(world)
    for words in QUESTIONS:
        world.store.write(lambda tx, words=words: ask_reporter(tx, incident, words))
    (row,) = world.rows(mailboxes)
    for words in QUESTIONS:
        guest.came = await guest.desk.bring_question(guest.caller, row.id)
        assert guest.prompt is not None
        assert words in guest.prompt.body
        await guest.say("六時ごろ、奥の机です")
    (row,) = world.rows(mailboxes)
    assert to_mailbox(world.keeper, row).asks == []


async def test_a_new_report_comes_before_a_question_that_waits(world: World) -> None:
    """Who writes the word of a report while the team's question stands open reports; the question waits."""
    incident = await report(world, caller_of(world, "suzuki"))
    guest = Guest(world)
    world.store.write(lambda tx: ask_reporter(tx, incident, QUESTIONS[0]))
    (row,) = world.rows(mailboxes)
    await guest.desk.bring_question(guest.caller, row.id)
    await guest.say("通報")
    assert guest.asked == "trust"
    await guest.say("やめる")
    (row,) = world.rows(mailboxes)
    box = to_mailbox(world.keeper, row)
    assert (len(box.asks), box.due_at) == (1, world.clock.now())


async def test_a_card_that_is_over_begins_nothing(world: World) -> None:
    """Pressed after the report was sent, or after its draft was erased, an old card says so and asks nothing."""
    guest = await Guest(world).say("通報")
    card = guest.prompt
    assert card is not None
    await guest.say("やめる")
    await guest.do(Pressed(card.question, card.revision, "form"), shown=card.question)
    assert (guest.prompt, world.rows(mailboxes)) == (None, [])
    assert guest.told


# -- the way back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("surface", "language"), [("terminal", "ja"), ("terminal", "en"), ("slack", "en")])
async def test_the_receipt_tells_how_to_come_back_from_there(world: World, surface: str, language: str) -> None:
    """At a terminal no question comes by itself, and the command to look for one is named; elsewhere it is not."""
    words = (*BOTH[language], TYPED[language == "en"], "送る" if language == "ja" else "send")
    guest = await Guest(world, surface, language).say(*words)
    assert ("./run talk report" in guest.told) == (surface == "terminal")


@pytest.mark.parametrize("surface", ["terminal", "teams"])
async def test_a_draft_put_off_tells_how_to_go_on(world: World, surface: str) -> None:
    """Where the way there named leads back into the same question."""
    guest = await Guest(world, surface).say("通報", "1", "休む")
    assert ("./run talk report" in guest.told) == (surface == "terminal")
    await guest.say("通報")
    assert guest.asked == "about"
