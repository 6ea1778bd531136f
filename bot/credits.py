"""What follows from answers about a colleague's good practice, in the imperative. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GiveCredit:
    """Somebody names a colleague's good practice by its title, and nothing of what it is: the colleague is asked
    first."""

    credited: str
    title: str


@dataclass(frozen=True, slots=True)
class AnswerCredit:
    """What the credited person said: named, unnamed or declined; with a title of their own where the first would have
    told whose it is."""

    credit: str
    said: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class DecideCredit:
    """Whether it is kept, and so seen in the credited person's department; by whoever was asked to decide."""

    credit: str
    kept: bool


Credited = GiveCredit | AnswerCredit | DecideCredit
