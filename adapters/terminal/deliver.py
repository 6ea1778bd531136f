"""The terminal's Messenger: prints what it is handed, as text or one JSON object a line."""

import json
from collections.abc import Callable, Sequence

from adapters.terminal.render import to_json, to_text
from bot.engine.lexicon import Shared
from bot.prompts import Prompt, Shown


class TerminalMessenger:
    """Writes to one open screen. Remembers only which question stands on it."""

    def __init__(self, write: Callable[[str], None], shared: Shared, jsonl: bool) -> None:
        self.write = write
        self.shared = shared
        self.jsonl = jsonl
        self.question: str | None = None
        self._standing: tuple[object, ...] = ()

    async def show(self, person: str, shown: Sequence[Shown]) -> None:
        for one in shown:
            text = json.dumps(to_json(one), ensure_ascii=False) if self.jsonl else self._text(one)
            self.question = one.question if isinstance(one, Prompt) else self.question
            if text:
                self.write(text + "\n")

    def _text(self, shown: Shown) -> str:
        if not isinstance(shown, Prompt):
            return to_text(shown, self.shared)
        before, self._standing = self._standing, (shown.interview, shown.question, shown.language, shown.lines)
        return to_text(shown, self.shared, before == self._standing)
