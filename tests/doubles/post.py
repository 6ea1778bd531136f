"""A mail server that takes everything, without encryption or passwords, and fails as it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class Mailbox(socketserver.ThreadingTCPServer):
    """What it took lies in `taken`. `answers` are replies to a command in place of the usual one, each given once;
    HANG_UP is none at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[bytes] = []
        self.answers: dict[str, list[bytes]] = {}  # by command; AFTER is that to the whole mail

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.taken]  # type: ignore[misc] # of this policy

    def answer(self, command: str, usual: bytes) -> bytes:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else usual


AFTER = "after"
HANG_UP = b""


class Taking(socketserver.StreamRequestHandler):
    """One connection, by the letter of RFC 5321 as far as a client needs it."""

    server: Mailbox

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper().decode()
            usual = {"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(word, b"250 fine\r\n")
            said = self.server.answer(word, usual)
            self.wfile.write(said)
            if said.startswith(b"354"):
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                said = self.server.answer(AFTER, b"250 fine\r\n")
                self.wfile.write(said)
            if word == "QUIT" or not said:
                return


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
