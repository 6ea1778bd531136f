"""The card of a question that was answered: what is kept of it while it stands, and how it reads once it is closed.

Knows no platform.
"""

import json
from typing import NamedTuple

from bot.delivery import Voice
from bot.engine.facts import split_key
from bot.engine.interview import Interview
from bot.letters import ASKED, Closed
from bot.prompts import Prompt
from bot.state.outbox import Standing


class Card(NamedTuple):
    """What is kept of a question that was put: which it is, in which language, and what stays readable of it."""

    question: str
    language: str
    text: str


def to_card(prompt: Prompt, text: str) -> str:
    """Kept sealed beside the row it was put by; of what may show in no preview, nothing else stays readable either."""
    return json.dumps(Card(prompt.question, prompt.language, prompt.preview or text), ensure_ascii=False)


class Answered(NamedTuple):
    """A question by its short name, and the answer that stands there now as the person sees it, if there is one; where
    it `covers`, the title stands for all that was asked."""

    title: str = ""
    answer: str | None = None
    covers: bool = False


def find_closed(voice: Voice, standing: Standing) -> Closed | None:
    """The card with its answer as the interview has it now; None where nothing stands."""
    card = Card(*json.loads(standing.card))
    refs = standing.refs.get(ASKED, ())
    if not refs:
        return None
    answered = find_answered(voice, standing.interview, card.question)
    return Closed(refs[-1], answered.title if answered.covers else card.text, answered.answer, card.language)


def find_answered(voice: Voice, interview_id: str, question: str, known: Interview | None = None) -> Answered:
    """`known` is the interview where its turn was taken just now; else it is read.

    No answer where it was never given, was taken back, or is gone with a cancelled interview; no title of a small
    question beside the flow's. Of a discreet flow only that it is over.
    """
    interview = known or voice.reader.read_interview(interview_id, voice.routes)
    if interview and voice.routes[interview.flow].flow.discreet:
        return Answered(voice.store.words.shared.says["discreet_closed"].of(interview.language), covers=True)
    if interview is None or interview.status == "cancelled":
        return Answered()
    speaker = voice.speak_of(interview)
    title = speaker.title(question) if split_key(question)[0] in speaker.route.flow.questions else ""
    return Answered(title, speaker.answer(question) if question in interview.snapshot.answers else None)
