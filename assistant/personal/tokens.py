"""A text as words, each with what its writing says: a capital, first in its sentence, a possessive, the gap before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.personal.words import fold, load_words

_LETTER = r"[^\W\d_][\u0300-\u036f]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['\u2019\u02bc](?:{_LETTER})+)*")
_POSSESSIVE = re.compile(r"['\u2019\u02bc][sS]$")
_CONTRACTED = re.compile(r"['\u2019\u02bc](?:m|d|re|ve|ll|t)$", re.IGNORECASE)
_STARTS_SENTENCE = re.compile(
    r"[.!?\u2026][\"'\u2019\u201d)\]]*\s+[\"'\u2018\u201c(\[]*$|\n\s*(?:[-*\u2022#>|]+\s*)*[\"'\u2018\u201c(\[]*$"
)
_CAPS = re.compile(r"[^\W\d_a-z]{2,}s?\Z")  # MARAC, and MARACs


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `end` leaves out a possessive 's; `whole` is the folded word with it, `key` without.

    `gap` is the text between this word and the one before; `first` says that it opens a sentence, a line or the text;
    `contracted` that it is one like "I'm" or "won't".
    """

    start: int
    end: int
    key: str
    whole: str
    gap: str
    capital: bool
    caps: bool
    first: bool
    possessive: bool
    contracted: bool

    @property
    def initial(self) -> bool:
        """True for a single capital letter."""
        return self.capital and len(self.key) == 1


def read(text: str) -> list[Token]:
    """The words of a text in order; hyphens part words, apostrophes do not."""
    tokens: list[Token] = []
    last_end = 0
    for found in _WORD.finditer(text):
        word = found.group()
        possessive = _POSSESSIVE.search(word)
        bare = word[: possessive.start()] if possessive else word
        whole = fold(word)
        before = text[last_end : found.start()]
        tokens.append(
            Token(
                start=found.start(),
                end=found.start() + len(bare),
                key=fold(bare),
                whole=whole,
                gap=before,
                capital=word[0].isupper(),
                caps=bool(_CAPS.match(bare)),
                first=not tokens or _opens(before, tokens[-1]),
                possessive=bool(possessive),
                contracted=bool(_CONTRACTED.search(word)),
            )
        )
        last_end = found.end()
    return tokens


def _opens(gap: str, before: Token) -> bool:
    """True when the gap ends a sentence or a line; the stop of "Mr." or of an initial does not."""
    if gap == " ":
        return False
    if gap.startswith(".") and "\n" not in gap and (before.key in load_words().set_of("abbreviated") or before.initial):
        return False
    return bool(_STARTS_SENTENCE.search(gap))
