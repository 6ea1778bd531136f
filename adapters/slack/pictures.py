"""Pictures on their way to Slack: uploaded unshared, so that nobody sees one before the message that shows it.

Knows nothing of what is drawn or said. Slack takes a file up some moments after it arrived, and says when to nobody who
may only write files: whoever shows one must be ready to hear that it is not there yet.
"""

import asyncio
import json
from collections.abc import Callable

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.prompts import Table
from bot.state.store import note_fault

Draw = Callable[[Table, str], bytes | None]  # a table in a language as PNG

NAME = "map.png"
SECONDS = 10.0  # for all of it; what takes longer is shown without
TAKEN = 200


class Pictures:
    """Draws tables and brings them to Slack."""

    def __init__(self, client: AsyncWebClient, session: ClientSession, draw: Draw) -> None:
        self.client = client
        self.session = session
        self.draw = draw

    async def bring(self, table: Table, language: str) -> str | None:
        """The picture's id at Slack; None where there is none to show, whatever the reason: the table says it too."""
        try:
            async with asyncio.timeout(SECONDS):
                drawn = await asyncio.to_thread(self.draw, table, language)
                return await self._upload(drawn, table.title) if drawn else None
        except (SlackClientError, ClientError, OSError, KeyError) as fault:
            note_fault(fault)
            return None

    async def _upload(self, drawn: bytes, title: str) -> str:
        asked = {"filename": NAME, "length": len(drawn)}
        place = await self.client.api_call("files.getUploadURLExternal", data=asked)
        async with self.session.post(str(place["upload_url"]), data=drawn, allow_redirects=False) as answer:
            if answer.status != TAKEN:
                raise OSError(f"upload: {answer.status}")
        files = json.dumps([{"id": place["file_id"], "title": title or NAME}])
        await self.client.api_call("files.completeUploadExternal", data={"files": files})
        return str(place["file_id"])
