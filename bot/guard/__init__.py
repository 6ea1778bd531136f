"""Tells the secret itself from its name, by shape alone, before anything is written.

Keeps and returns no piece of the text; knows no flow, person or surface; every word comes in as data.
"""

from bot.guard.finding import Finding, Kind, Lexicon
from bot.guard.inspection import inspect

__all__ = ["Finding", "Kind", "Lexicon", "inspect"]
