"""What follows from answers about opening who reported, in the imperative. Values only."""

from dataclasses import dataclass

OUTSIDE = "outside"  # the contact outside the company, as whoever gives the second word


@dataclass(frozen=True, slots=True)
class AskToUnseal:
    """Somebody of a case would know who reported, and why: a second person is asked, or where there is none OUTSIDE;
    without either it takes time, and management is told."""

    incident: str
    second: str | None
    words: str


@dataclass(frozen=True, slots=True)
class OpenReporter:
    """The second person's word on it: who reported is shown to whoever asked, and to nobody else, or stays sealed."""

    incident: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class ForgetReporter:
    """Whoever asked has read who reported; from now on it stands nowhere but under its own key."""

    incident: str


Unseal = AskToUnseal | OpenReporter | ForgetReporter
