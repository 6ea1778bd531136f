"""What a manager decides of campaigns, in the imperative. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendOut:
    """Send this to these people: all of nothing is everybody, and an empty `subject` is what fits each of `kind`.

    Not before `day`, an ISO date on the clock of `timezone`, which is today where it is empty; by `rule`, an RRULE,
    again and again from then on.
    """

    kind: str
    subject: str
    departments: tuple[str, ...]
    roles: tuple[str, ...]
    classes: tuple[str, ...]
    day: str
    timezone: str
    rule: str


@dataclass(frozen=True, slots=True)
class ChangeCampaign:
    """Pause, resume or cancel one that is under way; of one that comes again and again only cancelling is known."""

    campaign: str
    what: str


Sending = SendOut | ChangeCampaign
