"""When something that was told may be told again to the same person, and in which form, from how it was answered.

Knows neither what it says nor who the person is. The rules, all our proposal:

- A wrong answer brings it back after 1 week, in another form, as what was just explained is best tried once it is half
  forgotten. Each right answer then leads to the next gap, 3 and 9 weeks; a wrong one starts over. Not to know counts as
  wrong, since it too wants telling again. Where something else comes up to half a day before, a return takes its
  place: whoever is told something every Wednesday at ten and answers at a minute past is not to be told two things.
- A right answer lets it fade: not again for 26 weeks, after another one for 52.
- Silence says nothing about what somebody knows. It moves neither gap nor form; only the same thing is not shown again
  at once, but rests for 9 weeks, so that nobody is pressed for an answer.

An instant is judged by what was known before it, so it is judged alike whenever it is asked about.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

RIGHT, WRONG, UNKNOWN, NONE = "right", "wrong", "unknown", "none"
GRADES = (RIGHT, WRONG, UNKNOWN)

RETURNS = (timedelta(weeks=1), timedelta(weeks=3), timedelta(weeks=9))
FADES = (timedelta(weeks=26), timedelta(weeks=52))
UNANSWERED = timedelta(weeks=9)
TOGETHER = timedelta(hours=12)  # how much sooner a return may come in place of something else


class Sent(NamedTuple):
    """One lesson or case as it was sent to one person; what was skipped has the grade none, like silence."""

    id: str
    form: str  # of its check; "" where it asked nothing
    sent_at: datetime
    grade: str = NONE
    answered_at: datetime | None = None


class Standing(NamedTuple):
    """How one lesson or case stands with one person."""

    times: int = 0  # sendings so far
    sent_at: datetime | None = None  # the last of them
    answered_at: datetime | None = None  # the last answer
    form: str = ""  # that of the last answer
    gap: int | None = None  # which of RETURNS runs from the last answer; None where no return is owed
    rights: int = 0  # right answers since no return is owed
    wrong_at: datetime | None = None  # the first wrong answer of those that a return is owed for
    returned: int = 0  # sendings after it


def find_standing(sendings: Iterable[Sent], now: datetime) -> Standing:
    """From the sendings of one lesson or case to one person, in any order."""
    before = [one for one in sendings if one.sent_at < now]
    answers = [(one.answered_at, one) for one in before if one.answered_at is not None and one.answered_at <= now]
    standing = Standing(len(before), max((one.sent_at for one in before), default=None))
    for answered_at, one in sorted(answers, key=lambda each: (each[0], each[1].sent_at, each[1])):
        if one.grade in GRADES:
            standing = _take_answer(standing, one, answered_at)
    wrong_at = standing.wrong_at
    return standing._replace(returned=sum(wrong_at is not None and one.sent_at > wrong_at for one in before))


def _take_answer(standing: Standing, sent: Sent, answered_at: datetime) -> Standing:
    after = standing._replace(answered_at=answered_at, form=sent.form)
    if sent.grade != RIGHT:
        return after._replace(gap=0, rights=0, wrong_at=standing.wrong_at or answered_at)
    if standing.gap is None or standing.gap == len(RETURNS) - 1:
        return after._replace(gap=None, rights=standing.rights + 1, wrong_at=None)
    return after._replace(gap=standing.gap + 1)


def find_due(standing: Standing, rest: timedelta = timedelta()) -> datetime | None:
    """From when on it may be told again; None where it never was. `rest` is the least time between two tellings where
    no return is owed."""
    waits = []
    if standing.answered_at is not None:
        waits.append(standing.answered_at + _find_gap(standing, rest))
    if standing.sent_at is not None and not _is_answered(standing):
        waits.append(standing.sent_at + (UNANSWERED if standing.gap is not None else max(UNANSWERED, rest)))
    return max(waits, default=None)


def _find_gap(standing: Standing, rest: timedelta) -> timedelta:
    if standing.gap is not None:
        return RETURNS[standing.gap]
    return max(FADES[min(standing.rights, len(FADES)) - 1], rest)


def _is_answered(standing: Standing) -> bool:
    """Whether the last that was heard of it came from the person."""
    sent_at, answered_at = standing.sent_at, standing.answered_at
    return sent_at is not None and answered_at is not None and answered_at >= sent_at


def find_form(forms: Sequence[str], standing: Standing) -> str:
    """The form to ask in: the one after that of the last answer, in turn, which is another wherever there are two.

    The first where nothing was answered, or in a form that is no longer there; "" where there is none.
    """
    if standing.form not in forms:
        return next(iter(forms), "")
    return forms[(forms.index(standing.form) + 1) % len(forms)]
