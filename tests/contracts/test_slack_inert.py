"""What people typed, rendered for Slack: it shows what it is, wherever it stands, and nothing of it acts."""

import html
import os
import random
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import blocks as slack_blocks
from bot.prompts import Choice, Field, Line, Notice, Progress, Row, Shown, Table
from tests.contracts.block_kit import find_active
from tests.contracts.slack_prompts import faults_of, make, render

BOTH = ("ja", "en")
BLANKS = "\u3164\uffa0\u2800"  # letters, by their kind, in which there is nothing to see

ATTACKS = (
    "<!channel>", "<!here>", "<!everyone>", "<@U012AB3CD>", "<#C012AB3CD|general>", "<!subteam^S1>", "@channel",
    "@here", "<https://evil.example|押して>", "https://evil.example/x?a=1&b=2", "[link](https://evil.example)",
    "<mailto:a@b.example|x>", "<!date^1392734382^{date}^https://evil.example|x>", "*bold*", "_it_", "~gone~",
    "`code`", "```\ncode\n```", "> quote", "&gt; quote", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;",
    "&#60;!here&#62;", ":lock: :smile:", "1. one\n2. two", "- a", "\u202egnp.exe\u202c", "\u2067\u2066x\u2069",
    "a\u200bb\u200dc", "\x00nul\x00", "\x1b[31mred", "\u061c\u200f\u200e", "\ufeff", "\ud800lone",
    "a\u2028b\u2029c", "\U000e0041\U000e0042tags", "e" + "\u0301" * 400, "\u3164\uffa0\u2800", " ", "\n\n", "",
    "{answer}", "{value}", "{progress}", "\\u003c!here\\u003e", "\"}],\"blocks\":[]", "田中 & Sons <co>",
    "𠮷野家👨\u200d👩\u200d👧\u200d👦",
)  # fmt: skip
WRAPS = ("{}", "P-3 {} 条件表", "*{}*", "{}\n{}", "<{}>", "'{}'", "{}{}", "`{}", "_{}_ ~{}~", "名 {} 前\n> {}", "&{};")


LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))


def payloads() -> list[str]:
    """Five hundred of them: each attack in each wrapping, some in one another, and 64 KiB of emoji."""
    made = [wrap.replace("{}", attack) for attack in ATTACKS for wrap in WRAPS]
    dice = random.Random(7)
    while len(made) < 499:
        made.append(dice.choice(WRAPS).replace("{}", "".join(dice.choices(ATTACKS, k=3))))
    return [*made, "😀" * (64 * 1024 // 4)]


def everywhere(text: str, language: str = "ja") -> list[Shown]:
    """Prompts and a notice that say it in every place where words of people may stand."""
    offered = tuple(Choice(f"c{place}", text, chosen=place == 1, exclusive=place == 2) for place in range(1, 4))
    fields = (
        Field("a", "one_of", text, offered, "c1", text),
        Field("b", "several_of", text, offered, ["c1", {"own": text}], text, own=True),
        Field("c", "person", text, (), "p", text),
        Field("d", "text", text, (), text, text, limit=60),
    )
    said = {"title": text, "body": text, "lines": (Line(text, text), Line(text)), "language": language}
    table = Table((text, text), (Row(text, (text, text)), Row(text, (text, text))), spoken=text, title=text)
    more: dict[str, Any] = {"progress": Progress(0, 3, 4), "hint": text, "moves": text, "offers": ("why", "pause")}
    prompts = [make("one_of", choices=offered, **said, **more), make("form", fields=fields, **said, **more)]
    prompts += [make("several_of", choices=offered, table=table, **said), make("text", table=table, **said)]
    return [Notice(text), *prompts, make("several_of", choices=offered, **said), make("text", **said)]


def test_five_hundred_payloads_are_inert() -> None:
    """Mentions, links, formatting, bidirectional marks, NUL: whatever is typed shows what it is and does nothing."""
    different = set(payloads())
    largest = max(len(one.encode("utf-8", "replace")) for one in different)
    print(f"{len(different)} payloads, the largest of {largest} bytes")
    assert (len(different) >= 500, largest) == (True, 64 * 1024)
    for text in payloads()[: -1 : 1 if LONG else 3]:
        assert not faults_of(*everywhere(text)), (text[:60], faults_of(*everywhere(text))[:3])
    assert not faults_of(Notice(payloads()[-1]), make("text", body=payloads()[-1]))


def read(text: str) -> str:
    """What a person reads of it: not what is invisible, turns the line round, or is piled upon a letter."""
    return "".join(one for one in text if unicodedata.category(one)[0] not in "CMZ" and one not in BLANKS)


def test_payloads_stay_readable() -> None:
    """Everything that can be seen of what was typed is there, in its order, in the text and in the blocks."""
    for text in payloads():
        messages = render(Notice(text))
        said = html.unescape("".join(one["text"] for one in messages))
        seen = "".join(block["text"]["text"] for one in messages for block in one["blocks"])
        wanted = read(text) or ("…" if messages else "")
        assert (read(said), read(seen)) == (wanted, wanted), text[:60]
    emoji = render(Notice(payloads()[-1]))
    assert sum(one["text"].count("😀") for one in emoji) == 16 * 1024


@pytest.mark.parametrize(("name", "off"), [("escape", str), ("make_inert", str)])
def test_payloads_act_without_protection(monkeypatch: pytest.MonkeyPatch, name: str, off: Any) -> None:
    """The test above is able to fail: with a protection off, the same payloads are found to act."""
    monkeypatch.setattr(slack_blocks, name, off)
    acting = [text for text in payloads()[:-1] if any(map(find_active, render(*everywhere(text))))]
    assert len(acting) > 50


def test_formatting_acts_without_protection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for what would format inside a bold title."""
    monkeypatch.setattr(slack_blocks, "bold", lambda text: {"type": "mrkdwn", "text": f"*{text}*", "verbatim": True})
    monkeypatch.setattr("adapters.slack.render.bold", slack_blocks.bold)
    assert any(map(find_active, render(*everywhere("*a* _b_ :lock:"))))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=400), st.sampled_from(BOTH))
def test_any_text_at_all(text: str, language: str) -> None:
    """No text makes a payload that Slack would refuse or act upon."""
    assert not faults_of(*everywhere(text, language))
