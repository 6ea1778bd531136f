"""What checkpoints say of a chain: each thing done to two hundred rows is found, and what only a checkpoint outside can
tell is said to be untold without one.
"""

import os

import pytest

from bot.state import audit as audit_module
from bot.state import vouching
from bot.state.vouching import Found, judge_chain
from tests.state.chains import EVERY, LENGTH, SIGNER, STRANGER, keep, list_flips, look, make_rows, rehash, sign

THOROUGH = bool(os.environ.get("SECRET_REVIEW_LONG"))
ROWS = make_rows()
OUTSIDE = keep(ROWS)
HEAD = (LENGTH, ROWS[-1].hash)
MARKS = look(ROWS, OUTSIDE).marks


def test_whole_rows_are_vouched_for_up_to_the_newest_checkpoint() -> None:
    """Untouched rows are whole; the rows after the newest checkpoint are counted, and more of them change nothing."""
    whole = look(ROWS, OUTSIDE)
    assert (whole.result, whole.rows, whole.rows_after) == ("whole", LENGTH, 0)
    grown = look(make_rows(LENGTH + 7), OUTSIDE)
    assert (grown.result, grown.rows_after) == ("whole", 7)
    assert grown.anchored is not None
    assert grown.anchored.checkpoint.seq == LENGTH


def test_without_a_checkpoint_outside_whole_rows_are_called_unanchored() -> None:
    """One in the database alone, or none, vouches for nothing; an empty chain is no other case."""
    inside = [one._replace(outside=False) for one in OUTSIDE]
    for found in ([], inside):
        said = look(ROWS, found)
        assert (said.result, said.rows_after, said.anchored) == ("unanchored", LENGTH, None)
    assert look([], []).result == "unanchored"


@pytest.mark.timeout(1800)
def test_every_flipped_bit_is_found_at_its_row() -> None:
    """A bit of any byte of any field, in any row, is named by that row, and the checkpoints before it still vouch."""
    tried, missed = 0, []
    for place, row in enumerate(ROWS):
        for changed in list_flips(row, THOROUGH):
            tried += 1
            said = judge_chain([*ROWS[:place], changed, *ROWS[place + 1 :]], HEAD, MARKS)
            before = place // EVERY * EVERY
            if said.breach is None or (said.breach.cause, said.breach.row, said.sure) != ("row", row.seq, before):
                missed.append((row.seq, changed))
    print(f"{tried} flips, {len(missed)} missed")
    assert missed == []


def test_without_the_content_in_the_hash_a_flip_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where rows are not hashed, a changed one passes."""
    monkeypatch.setattr(audit_module, "hash_row", lambda before, seq, entry: ROWS[seq - 1].hash)
    assert look([ROWS[0]._replace(actor="somebody else"), *ROWS[1:]], OUTSIDE).breach is None


def test_every_row_deleted_inserted_swapped_or_doubled_is_found() -> None:
    """Done at any place, with the numbers left as they were, it is named by the first row that is not as it was."""
    for at in range(LENGTH - 1):
        done = {
            "deleted": [*ROWS[:at], *ROWS[at + 1 :]],
            "inserted": [*ROWS[:at], ROWS[at]._replace(actor="nobody"), *ROWS[at:]],
            "swapped": [*ROWS[:at], ROWS[at + 1], ROWS[at], *ROWS[at + 2 :]],
        }
        for how, rows in done.items():
            breach = look(rows, OUTSIDE).breach
            assert breach is not None
            assert breach.row == at + 1, how
        doubled = look([*ROWS[: at + 1], ROWS[at], *ROWS[at + 1 :]], OUTSIDE).breach
        assert doubled is not None
        assert doubled.row == at + 2


def test_the_same_with_every_hash_made_anew_is_found_by_the_next_checkpoint() -> None:
    """Numbers and hashes right, head moved: the checkpoint after the change tells, and between which rows it lies."""
    for at in range(LENGTH - 1):
        done = {
            "deleted": [*ROWS[:at], *ROWS[at + 1 :]],
            "inserted": [*ROWS[:at], ROWS[at]._replace(actor="nobody"), *ROWS[at:]],
            "changed": [*ROWS[:at], ROWS[at]._replace(detail="{}"), *ROWS[at + 1 :]],
            "swapped": [*ROWS[:at], ROWS[at + 1], ROWS[at], *ROWS[at + 2 :]],
        }
        for how, rows in done.items():
            said = look(rehash(rows), OUTSIDE)
            assert said.result == "broken", (how, at)
            assert said.breach is not None
            assert said.sure == at // EVERY * EVERY, (how, at)
            assert said.breach.seen_at == said.sure + EVERY, (how, at)


@pytest.mark.parametrize("how", ["rewritten", "cut off", "cut off and gone on"])
def test_only_a_checkpoint_outside_finds_a_clean_forgery(how: str) -> None:
    """A whole history made anew, an older copy, an older copy gone on with: broken with a checkpoint outside, and
    without one (negative control) no more than unanchored."""
    other = make_rows(salt=',"x":1')
    rows = {"rewritten": other, "cut off": ROWS[:130], "cut off and gone on": rehash([*ROWS[:130], *other[130:]])}[how]
    assert look(rows, OUTSIDE).result == "broken"
    assert look(rows).result == "unanchored"


def test_every_cut_is_found_and_its_first_missing_row_named() -> None:
    """However much of the end is gone, with the head moved too, a later checkpoint tells what is missing."""
    for length in range(LENGTH):
        said = look(ROWS[:length], OUTSIDE)
        assert said.breach is not None
        assert (said.breach.cause, said.breach.row, said.breach.seen_at) == ("cut_off", length + 1, LENGTH)


def test_a_checkpoint_that_is_forged_or_signed_by_another_vouches_for_nothing() -> None:
    """Over a history made anew: one whose signature is wrong breaks, one of a key nobody gave is only told."""
    other = make_rows(salt=',"x":1')
    real = sign(other[-1])
    forged = Found(real._replace(signature=bytes(64)), "forged", True)
    said = look(other, [forged])
    assert (said.result, said.anchored, len(said.marks.forged)) == ("broken", None, 1)
    stranger = look(other, keep(other, STRANGER))
    assert (stranger.result, stranger.anchored) == ("unanchored", None)
    assert len(stranger.marks.unknown) == LENGTH // EVERY
    both = {one.public.id: one.public for one in (SIGNER, STRANGER)}
    assert look(other, keep(other, STRANGER), both).result == "whole"


def test_without_checking_signatures_a_stranger_vouches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with every signature taken as right, anybody's checkpoint makes a forged history whole."""
    monkeypatch.setattr(vouching, "check_note", lambda note, keys: True)
    other = make_rows(salt=',"x":1')
    assert look(other, keep(other, STRANGER)).result == "whole"


def test_two_checkpoints_of_one_number_that_differ_are_no_whole_chain() -> None:
    """Both rightly signed, say before and after a copy was put back: one of them contradicts the rows."""
    twice = [*OUTSIDE, Found(sign(make_rows(salt=',"x":1')[99]), "twice", True)]
    breach = look(ROWS, twice).breach
    assert breach is not None
    assert (breach.cause, breach.place) == ("rewritten", "twice")


def test_a_checkpoint_of_another_deployment_is_left_out() -> None:
    """Several deployments may share a folder."""
    elsewhere = SIGNER._replace(origin="secret-review/ffff")
    assert look(ROWS, keep(make_rows(salt=',"x":1'), elsewhere)).result == "unanchored"
