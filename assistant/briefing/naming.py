"""Whether a text or a passage names a theme."""

from __future__ import annotations

from ingest.lexical import terms
from ingest.passages import Passage

NAMING = 0.7


def names(theme: str, text: str) -> bool:
    """Whether a text has the words of a theme: all of two or three, most of more."""
    wanted = set(terms(theme))
    return len(wanted & set(terms(text))) >= NAMING * len(wanted)


def named_in(theme: str, passage: Passage) -> bool:
    """Whether a passage, its title or its headings have the words of a theme."""
    return names(theme, f"{passage.title} {' '.join(passage.heading)} {passage.text}")
