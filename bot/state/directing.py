"""What a manager decided in a conversation about campaigns, written: sent out, by a rule, paused, resumed, cancelled.

Knows no words and decides nothing of who may.
"""

from collections.abc import Callable, Mapping
from datetime import date

from bot.engine.interview import Interview
from bot.hours import DAY, find_start, show_clock
from bot.sending import ChangeCampaign, SendOut
from bot.state.campaigns import (
    Audience,
    Campaign,
    cancel_campaign,
    make_campaign,
    pause_campaign,
    resume_campaign,
    start_campaign,
)
from bot.state.record import Transaction
from bot.state.schedules import Schedule, end_schedule, make_schedule

SHORTEST_MONTH = 28  # days
CHANGES: Mapping[str, Callable[[Transaction, str, str], object]] = {
    "pause": pause_campaign,
    "resume": resume_campaign,
    "cancel": cancel_campaign,
    "end": end_schedule,
}


def send_out(tx: Transaction, interview: Interview, actor: str, one: SendOut) -> None:
    """The first goes out from its day on; what is to come again comes by its rule after that."""
    audience = Audience(one.departments, one.roles, one.classes)
    starts_at = max(tx.now, find_start(date.fromisoformat(one.day), one.timezone)) if one.day else tx.now
    told = (one.kind, one.subject, audience)
    campaign = Campaign(tx.ids.new(), *told, "planned", interview.person, 0, starts_at)
    make_campaign(tx, actor, campaign)
    start_campaign(tx, actor, campaign.id)
    if one.rule:
        rule = fit_short_months(one.rule, show_clock(starts_at, one.timezone).day)
        schedule = Schedule(tx.ids.new(), rule, one.timezone, starts_at, None, *told, interview.person)
        make_schedule(tx, actor, schedule, after=starts_at + DAY)  # not a second time on the day of the first


def fit_short_months(rule: str, day: int) -> str:
    """A rule by months that begins so late in one that not every month has that day: then on its last day."""
    if "FREQ=MONTHLY" not in rule or day <= SHORTEST_MONTH:
        return rule
    return f"{rule};BYMONTHDAY={','.join(str(one) for one in range(SHORTEST_MONTH, day + 1))};BYSETPOS=-1"


def change_campaign(tx: Transaction, _: Interview, actor: str, one: ChangeCampaign) -> None:
    """As far as it is still so: what is over meanwhile stays over."""
    CHANGES[one.what](tx, actor, one.campaign)


WRITES: Mapping[type, Callable[..., None]] = {SendOut: send_out, ChangeCampaign: change_campaign}
