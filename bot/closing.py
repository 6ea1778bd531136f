"""The card of a question that was answered: what is kept of it while it stands, and how it reads once it is closed.

Knows no platform.
"""

import json
from typing import NamedTuple

from bot.delivery import Voice
from bot.engine.speaking import Speaker, find_people_ids
from bot.engine.words import Names
from bot.letters import ASKED, Closed
from bot.prompts import Prompt
from bot.state.outbox import Standing


class Card(NamedTuple):
    """What is kept of a question that was put: which it is, in which language, and what stays readable of it."""

    question: str
    language: str
    text: str


def to_card(prompt: Prompt, text: str) -> str:
    """Kept sealed beside the row it was put by."""
    return json.dumps(Card(prompt.question, prompt.language, text), ensure_ascii=False)


def find_closed(voice: Voice, standing: Standing) -> Closed | None:
    """The card with its answer as the interview has it now; None where nothing stands."""
    card = Card(*json.loads(standing.card))
    refs = standing.refs.get(ASKED, ())
    return (
        Closed(refs[-1], card.text, find_answer(voice, standing.interview, card.question), card.language)
        if refs
        else None
    )


def find_answer(voice: Voice, interview_id: str, question: str) -> str | None:
    """The answer as the person sees it; None where it was never given, was taken back, or went with the interview."""
    interview = voice.reader.read_interview(interview_id, voice.routes)
    if interview is None or interview.status == "cancelled" or question not in interview.snapshot.answers:
        return None
    known = voice.reader.find_names(find_people_ids(interview))
    names = Names(known, voice.reader.read_company(), voice.surface)
    speaker = Speaker(voice.routes[interview.flow], interview, voice.store.words.shared, names)
    return speaker.answer(question)
