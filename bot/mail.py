"""How mail leaves: by the company's own mail server, with no password in clear. Knows nothing of what is written."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

SECONDS = 10.0  # a mail server is waited for
FOR_GOOD = 500  # from this reply of a server on, trying again does not help


class Doubtful(OSError):
    """The line broke once the mail was being handed over: nobody knows whether it arrived."""


def make_message(to: str, sender: str | None, subject: str, text: str) -> EmailMessage:
    """A mail in plain text; without a sender it is from the address itself."""
    message = EmailMessage(SMTP)
    message["To"], message["From"], message["Subject"] = to, sender or to, subject
    message.set_content(text)
    return message


def send_message(url: str, message: EmailMessage) -> None:
    """By this server: smtp:// or smtps://, with user and password where it wants them. Raises OSError, of which the
    faults of SMTP are, where it did not go for certain; Doubtful where it may have."""
    with _open_server(url) as server:
        try:
            server.send_message(message)
        except smtplib.SMTPServerDisconnected as fault:
            raise Doubtful from fault
        except smtplib.SMTPException:  # the server's own word that it did not take it
            raise
        except OSError as fault:
            raise Doubtful from fault


def is_refused(fault: BaseException) -> bool:
    """Whether a server said that it will never take this mail."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _ in fault.recipients.values())
    named = isinstance(fault, smtplib.SMTPSenderRefused | smtplib.SMTPDataError)
    return named and fault.smtp_code >= FOR_GOOD  # type: ignore[attr-defined] # both have one


@contextmanager
def _open_server(url: str) -> Iterator[smtplib.SMTP]:
    """A connection that never shows a password in clear; how it ends changes nothing of what was sent."""
    at = urlsplit(url)
    host = at.hostname or ""
    server = (
        smtplib.SMTP_SSL(host, at.port or 465, timeout=SECONDS, context=ssl.create_default_context())
        if at.scheme == "smtps"
        else smtplib.SMTP(host, at.port or 25, timeout=SECONDS)
    )
    try:
        server.ehlo()
        if at.scheme != "smtps" and (at.username or server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
        if at.username:
            server.login(unquote(at.username), unquote(at.password or ""))
        yield server
    finally:
        with suppress(OSError):
            server.quit()
        server.close()
