"""What a term of the field means, where a question asks nothing else: from acronyms.yaml, with its source."""

from __future__ import annotations

import re
from functools import cache

from assistant.answer.form import words_about_a_word
from assistant.knowledge import Acronym, load_acronyms
from assistant.library import Library

MOST_WORDS = 15
"""Words of a question that only asks what a term means: "can you tell me what the term MARAC stands for please"."""
_WORD = re.compile(r"\w+")


def explained(text: str, library: Library) -> tuple[str, ...]:
    """One sentence or two on the term a question asks about; nothing when it asks anything else.

    A meaning that was never compared with a page is not told.
    """
    entry = _asked(text)
    if entry is None or not entry.compared:
        return ()
    short = entry.kind in {"acronym", "organisation"} and entry.expansion.casefold() != entry.term.casefold()
    lead = f"{entry.term} is short for {entry.expansion}." if short else f"{entry.term}:"
    source = library.source(entry.source)
    where = source.title if source else re.sub(r"^https?://(?:www\.)?([^/]+).*$", r"\1", entry.source)
    day = entry.checked_on
    return (f"{lead} {entry.meaning} (Glossary, from {where}, checked {day.day} {day:%B %Y}.)",)


def _asked(text: str) -> Acronym | None:
    """The term that is all a question is about: the longest one with only words of asking around it."""
    spoken = [word.casefold() for word in _WORD.findall(text)]
    if len(spoken) > MOST_WORDS:
        return None
    around = words_about_a_word()
    for length in range(len(spoken), 0, -1):
        for start in range(len(spoken) - length + 1):
            end = start + length
            entry = _spelt().get(tuple(spoken[start:end]))
            if entry and around.issuperset(spoken[:start] + spoken[end:]):
                return entry
    return None


@cache
def _spelt() -> dict[tuple[str, ...], Acronym]:
    """Every spelling of every term, as words; the first entry keeps a spelling."""
    made: dict[tuple[str, ...], Acronym] = {}
    for entry in load_acronyms().all:
        for spelling in (entry.term, entry.expansion, *entry.spellings, *entry.exact_spellings):
            made.setdefault(tuple(word.casefold() for word in _WORD.findall(spelling)), entry)
    return made
