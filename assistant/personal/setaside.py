"""Capital words that are not people: places, bodies, Acts, illnesses, medicines, and the acronyms of the field."""

from __future__ import annotations

from enum import IntEnum
from functools import cache

from assistant.knowledge import load_acronyms
from assistant.personal.tokens import Token
from assistant.personal.words import PersonalWords, fold

_LONGEST_RUN = 10  # words before a body's last one
_RUN = (" ", "-", "\u00a0", " & ")


class Aside(IntEnum):
    """Why a word is no name: not at all, as a word by itself (a title before it overrules), or as part of a phrase."""

    NO = 0
    WORD = 1
    PHRASE = 2


def set_aside(tokens: list[Token], words: PersonalWords) -> list[Aside]:
    """One verdict a word."""
    verdicts = [Aside.NO] * len(tokens)
    _phrases(tokens, words, verdicts)
    _bodies(tokens, words, verdicts)
    saints = words.set_of("before_a_place")
    for at, token in enumerate(tokens):
        if token.contracted or (token.key.endswith("shire") and len(token.key) > len("shire")):
            verdicts[at] = Aside.PHRASE
        if token.caps and token.key in _acronyms():
            verdicts[at] = Aside.PHRASE
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.key in saints and token.capital and after and after.capital and after.gap in (" ", ". "):
            verdicts[at] = verdicts[at + 1] = Aside.PHRASE
    return verdicts


def _phrases(tokens: list[Token], words: PersonalWords, verdicts: list[Aside]) -> None:
    keys = [token.key for token in tokens]
    wholes = [token.whole for token in tokens]
    at = 0
    while at < len(tokens):
        length = max(words.places.longest(keys, at), words.places.longest(wholes, at))
        if length:
            verdicts[at : at + length] = [Aside.PHRASE if length > 1 else Aside.WORD] * length
        at += max(length, 1)


def _bodies(tokens: list[Token], words: PersonalWords, verdicts: list[Aside]) -> None:
    """A run of capital words up to a body's last word: "Bradbury House", "Robert Jones and Agnes Hunt Hospital"."""
    bodies = words.set_of("bodies")
    people = words.set_of("bodies_or_surnames")
    placed = words.set_of("placed_by") | {"on", "the"}
    titles = words.set_of("courtesy_titles") | words.set_of("job_titles")
    for at, token in enumerate(tokens):
        if token.key not in bodies or not token.capital or at == 0 or token.gap not in _RUN:
            continue
        start = at
        while start > max(0, at - _LONGEST_RUN) and tokens[start].gap in _RUN and tokens[start - 1].capital:
            if tokens[start - 1].key in titles:
                break
            start -= 1
        if start == at or (start > 0 and tokens[start - 1].key in titles and tokens[start].gap in (" ", ". ")):
            continue
        surname = token.key in people and at - start == 1 and tokens[start].key in words.given
        if surname and not (start > 0 and tokens[start - 1].key in placed):
            continue
        verdicts[start : at + 1] = [Aside.PHRASE] * (at + 1 - start)
        if at + 2 < len(tokens) and tokens[at + 1].key == "of" and tokens[at + 2].capital:
            verdicts[at + 2] = Aside.PHRASE


@cache
def _acronyms() -> frozenset[str]:
    return frozenset(fold(entry.term) for entry in load_acronyms().all if " " not in entry.term)
