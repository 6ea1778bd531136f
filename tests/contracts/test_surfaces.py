"""The page that tells how each surface shows each kind of prompt is what they really render."""

from typing import get_args

from bot.engine.model import Kind
from tests.contracts.surfaces import KINDS, PAGE, write_table


def test_the_page_is_as_the_surfaces_render() -> None:
    """Made anew it is the same; where not, `python -m tests.contracts.surfaces` mends it."""
    assert PAGE.read_text(encoding="utf-8") == write_table()


def test_every_kind_of_answer_is_on_it() -> None:
    """No kind is left out."""
    shown = {name.partition(",")[0] for name in KINDS}
    assert set(get_args(Kind)) <= shown
