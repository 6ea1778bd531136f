"""What follows from answers about who leads a case, in the imperative. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfferLead:
    """Whoever leads a case would hand it over: somebody is asked to lead it from now on."""

    incident: str
    to: str


@dataclass(frozen=True, slots=True)
class TakeLead:
    """Whoever was asked leads it from now on; its clock goes on."""

    incident: str


@dataclass(frozen=True, slots=True)
class DeclineLead:
    """Whoever was asked does not, and whoever leads it goes on."""

    incident: str


Lead = OfferLead | TakeLead | DeclineLead
