"""What a button carries of ours: the interview, question and revision it was made for, sealed.

Opaque to whoever holds it, and of no use with anything changed; who may press it is asked where it comes back.
"""

import base64

from bot.prompts import Prompt
from bot.state.crypto import Damaged, Vault

PLACE = ("tokens", "prompt", "body")


class Tokens:
    """Seals and opens with the deployment's own key."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def make(self, prompt: Prompt) -> str:
        """About a hundred characters of URL-safe Base64."""
        meant = f"{prompt.interview}\n{prompt.revision}\n{prompt.question}"
        return base64.urlsafe_b64encode(self.vault.seal(*PLACE, meant)).decode()

    def read(self, token: str) -> tuple[str, str, int] | None:
        """(interview, question, revision), or None for anything this deployment did not make."""
        try:
            meant = self.vault.open(*PLACE, base64.urlsafe_b64decode(token.encode("ascii")))
        except (Damaged, ValueError):
            return None
        interview, revision, question = meant.split("\n", 2)
        return interview, question, int(revision)
