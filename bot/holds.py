"""What follows from answers about keeping a case, in the imperative. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoldIncident:
    """Nothing of a case is erased, although its time may be over."""

    incident: str
    words: str = ""  # why


@dataclass(frozen=True, slots=True)
class AskLift:
    """Whoever leads a case would end its hold: a second person of the case is asked."""

    incident: str
    second: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class LiftHold:
    """The second person's word on ending a hold."""

    incident: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class AllowPack:
    """Whoever leads a case lets its record be written out by who runs the program, for some days."""

    incident: str


Hold = AllowPack | HoldIncident | AskLift | LiftHold
