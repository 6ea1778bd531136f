"""What follows from answers about a room of a case's team, in the imperative. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """The team of a case, and nobody else, is to have a room of its own in a chat; its leader's word."""

    incident: str
