"""The model conversation on measures, over the real catalogue: what it says is what comes out.

A press shop's strictly confidential settings and know-how, on paper and in heads; nine measures are in place.
"""

from bot.handbook.cover import find_cover, find_opened, find_swaps, to_squares
from bot.handbook.proportion import find_muda
from bot.handbook.selection import WEIGHTS, select
from tests.handbook.catalogues import make_class, read_real

HELD = make_class("paper", "knowhow")
NEAR = ("business", "general_affairs")
IN_PLACE = dict.fromkeys(
    (
        "c1-locked-storage",
        "c1-route-limit",
        "c3-visitor-badge",
        "c3-no-entry-sign",
        "c3-tidy",
        "c4-nda-hire",
        "c4-work-rules",
        "c3-exit-interview",
        "c5-communication",
    ),
    "claimed",
)
NOW = {"c4-mark", "c2-photo-ban", "c5-inventor-credit", "c2-leaver-return", "c1-access-rule"}
NEXT = {"c4-knowhow-list", "c1-split-knowledge"}
PLANNED = {**IN_PLACE, **dict.fromkeys(NOW | NEXT, "planned")}


def test_five_small_ones_now_and_two_middle_ones_next() -> None:
    """The mark first, as the floor on paper; nothing stays open."""
    picks = select(read_real(), HELD, IN_PLACE, NEAR).picks
    assert {pick.measure for pick in picks if pick.now} == NOW
    assert {pick.measure for pick in picks if not pick.now} == NEXT
    assert picks[0].measure == "c4-mark"
    assert sum(WEIGHTS[read_real()[pick.measure].effort] for pick in picks) == 5 * 1 + 2 * 3
    assert "open" not in find_cover(read_real(), HELD, PLANNED).cells.values()


def test_fourteen_squares_apply() -> None:
    """Nothing is handed to partners, and trust of outsiders is nothing anybody builds."""
    squares = to_squares(find_cover(read_real(), HELD, PLANNED))
    apart = {square for square, state in squares.items() if state == "not_applicable"}
    assert apart == {(f"C{place}", "partner") for place in range(1, 6)} | {("C5", "outsider")}


def test_the_split_of_the_process_declined_opens_two_and_three_could_stand_in() -> None:
    """A coded core closes both, being kept off what is new closes leavers, an entrance closes employees."""
    opened = find_opened(read_real(), HELD, PLANNED, "c1-split-knowledge")
    assert [cell[:2] for cell in opened] == [("C1", "employee"), ("C1", "leaver")]
    swaps = find_swaps(read_real(), HELD, PLANNED, "c1-split-knowledge")
    assert [(name, [cell.leaker for cell in cells]) for name, cells in swaps] == [
        ("c1-black-box", ["employee", "leaver"]),
        ("c1-leaver-project-exit", ["leaver"]),
        ("c1-zoning", ["employee"]),
    ]


def test_tidiness_and_the_reception_overlap_and_are_left() -> None:
    """They may go without opening anything, cost little, and are not called waste."""
    found = find_muda(read_real(), [HELD], {HELD.department: PLANNED})
    assert {"c3-tidy", "c3-visitor-badge"} <= {told["measure"] for _, _, told in found}
    assert {kind for kind, _, _ in found} == {"overlap"}
