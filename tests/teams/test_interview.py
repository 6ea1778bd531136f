"""An interview in Teams from the first word to the register, through the real server against a connector of ours."""

from pathlib import Path

import pytest

from bot.access import Scope
from tests.teams.office import SDKS, open_office


@pytest.mark.parametrize("sdk", SDKS)
async def test_from_hello_to_a_judged_item(tmp_path: Path, sdk: str) -> None:
    """A head is met by the address, lists by typing and pressing, judges on the card, and the register has it."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await sato.say("こんにちは")
        await sato.hear()
        assert (await sato.press("choose")).body["statusCode"] == 200
        await sato.hear()
        await sato.say("P-3ライン加工条件表")
        await sato.hear()
        for reply in ("なし", "送る", "なし"):
            await sato.say(reply)
            await sato.hear()
        await sato.press("choose")
        await sato.hear()
        assert [one["state"] for one in program.reader.read_register(Scope(everything=True))] == ["draft"]
        chosen = {"field:nonpublic": "never", "field:lifetime": "always", "field:technical": "yes"}
        await sato.press("send", **chosen, **{"several:duties": "none"})
        await sato.hear()
        await sato.press("choose")
        await sato.hear()
        await sato.say("1/1/2/1")
        await sato.hear()
        await sato.say("4/4/3")
        assert "極秘" in await sato.hear()
        await sato.press("choose")
        assert "出しました" in await sato.hear(asks=False)
        items = program.reader.read_register(Scope(everything=True))
        assert [(one["level"], one["class"]) for one in items] == [(3, "L3-desk")]
        assert {call.token for call in sato.double.calls} == {"the token of the bot"}
