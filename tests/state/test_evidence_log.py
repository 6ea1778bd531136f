"""The evidence log of a case: lines are added by its members, proven by the audit, and never written over."""

import json

import pytest

from bot.conversation import NotAllowed
from bot.state.commitments import LINE, commit
from bot.state.incidents import Cases, Entry, Incident
from bot.state.tables import audit
from tests.state.taken import find_case, note, open_case
from tests.state.talk import Talk, talking
from tests.state.world import World

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TAKEN = ("1", "いま", "送る", HASH, "残す")


def read_log(world: World, name: str, case: Incident) -> list[Entry]:
    entries = Cases(world.reader.database, world.vault).list_entries(world.find(name).actor, case.id)
    return [one for one in entries if one.kind in ("evidence", "handover")]


async def tell(talk: Talk, name: str, *lines: str) -> None:
    await talk.come(name, "evidence")
    await talk.say(name, *lines)


async def test_what_was_taken_handed_over_and_corrected_are_lines_of_their_own(world: World) -> None:
    """Each telling adds one line that names the one it is about; those before stay as they were."""
    case = open_case(world)
    with talking(world) as talk:
        await tell(talk, "takahashi", *TAKEN)
        (first,) = read_log(world, "takahashi", case)
        await tell(talk, "takahashi", "渡した", "1", "昨日", "高橋 / 調査会社 / 調査会社の金庫", "残す")
        await tell(talk, "takahashi", "訂正", "1", "2", "昨日 14:05", "送る", "あとで", "残す")
    taken, handed, corrected = read_log(world, "takahashi", case)
    assert taken == first
    assert (taken.body["sha256"], taken.body["taker"]) == (HASH, world.find("takahashi").id)
    assert (handed.kind, handed.body["of"], handed.body["to"]) == ("handover", taken.seq, "調査会社")
    assert (corrected.body["corrects"], corrected.body["time"]) == (taken.seq, "14:05")
    assert corrected.body["sha256"] == HASH  # nothing else was said of it


async def test_the_audit_proves_each_line_and_tells_none(world: World) -> None:
    """For each line of a case the audit holds the commitment that line and salt give, and nothing of the line."""
    case = open_case(world)
    note(world, "takahashi", case, "fact", what="図面庫の鍵")
    with talking(world) as talk:
        await tell(talk, "takahashi", *TAKEN)
    entries = Cases(world.reader.database, world.vault).list_entries(world.find("takahashi").actor, case.id)
    rows = [json.loads(row.detail) for row in world.rows(audit) if (row.action, row.object) == (LINE, case.id)]
    proven = [{"seq": one.seq, "commitment": commit(one.salt, case.id, one.seq, one.kind, one.body)} for one in entries]
    assert rows == proven
    assert len(entries) == 4  # report, taken, fact, evidence
    told = "\n".join(f"{row.actor} {row.object} {row.detail}" for row in world.rows(audit))
    assert not [word for word in ("図面", HASH) if word in told]


async def test_somebody_outside_finds_no_case_to_write_to(world: World) -> None:
    """Whoever was not let into a case is asked nothing, and what they have left waiting is taken back."""
    case = open_case(world, "takahashi", "watanabe")
    with talking(world) as talk:
        assert await talk.come("sato", "evidence") is None
        assert await talk.come("watanabe", "evidence") is not None
    assert not Cases(world.reader.database, world.vault).list_open(world.find("sato").actor)
    assert find_case(world, "watanabe", case.id).number == case.number


async def test_in_two_cases_one_is_asked_which(world: World) -> None:
    """With more than one case the line goes to the one that was named, and to no other."""
    first, second = (open_case(world) for _ in range(2))
    asked, other = sorted((first, second), key=lambda one: one.number)
    with talking(world) as talk:
        for chosen, left in ((other, asked), (asked, other)):
            before = len(read_log(world, "takahashi", left))
            await tell(talk, "takahashi", f"事案 {chosen.number}")
            await tell(talk, "takahashi", *TAKEN)
            assert len(read_log(world, "takahashi", chosen)) == 1
            assert len(read_log(world, "takahashi", left)) == before


@pytest.mark.parametrize("pasted", [HASH, HASH.upper(), f"{HASH}  server-log.zip", f"SHA256 {HASH}"])
async def test_a_fingerprint_is_taken_where_it_is_asked_for(sqlite_world: World, pasted: str) -> None:
    """A file's hash, bare or as a tool prints it, is kept at its question."""
    case = open_case(sqlite_world)
    with talking(sqlite_world) as talk:
        await tell(talk, "takahashi", *TAKEN[:3], pasted, "残す")
    assert [one.body["sha256"] for one in read_log(sqlite_world, "takahashi", case)] == [HASH]


async def test_the_same_text_is_kept_out_anywhere_else(sqlite_world: World) -> None:
    """Negative control: at the question before, and with a password beside it, the guard stops it."""
    open_case(sqlite_world)
    with talking(sqlite_world) as talk:
        await tell(talk, "takahashi", "ほかのもの", HASH)
        stands = sqlite_world.position(talk.at["takahashi"])
        assert stands == "words"
        await talk.say("takahashi", "机の上の封筒", "いま", "送る", f"{HASH} パスワード: Kx83!kdLwq")
        assert sqlite_world.position(talk.at["takahashi"]) == "fingerprint"
    assert not read_log(sqlite_world, "takahashi", find_case(sqlite_world, "takahashi", _only(sqlite_world)))


def _only(world: World) -> str:
    (case,) = Cases(world.reader.database, world.vault).list_open(world.find("takahashi").actor)
    return case.id


async def test_what_is_no_flow_of_a_case_is_refused_as_before(sqlite_world: World) -> None:
    """Words that do not exist are refused, whether or not there is a case."""
    open_case(sqlite_world)
    with talking(sqlite_world) as talk, pytest.raises(NotAllowed):
        await talk.come("sato", "nothing")
