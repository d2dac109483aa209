"""A question as typed → a question that stands alone: history, spelling and acronyms of the field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

import yaml

from assistant.everyday import everyday_terms
from assistant.knowledge import Acronym, load_acronyms
from ingest.errors import BadRequest
from ingest.lexical import stem, terms, words
from ingest.readers.text import clean
from ingest.sources import CORPUS

LONGEST = 2_000
"""Most characters of a question; a case description belongs in the walk-through."""


class Vocabulary(Protocol):
    """The words of a library, lower case, with how often each stands in it."""

    def __contains__(self, word: object) -> bool: ...
    def nearest(self, word: str) -> str | None:
        """The library's word that a misspelt one most likely is; None when nothing is near."""
        ...


@dataclass(frozen=True)
class Question:
    """What is searched for.

    text: as typed, cleaned.  expanded: with what it leans on and the long forms of acronyms, for the dense search.
    terms: stems of the question itself, without stop words.  weighted_terms: the same and its expansions, repeated
    by weight, for BM25.  corrected: misspelt word -> the word searched for instead.
    """

    text: str
    expanded: str
    terms: tuple[str, ...]
    weighted_terms: tuple[str, ...]
    corrected: Mapping[str, str]


# A question that leans on the one before: it opens with a joining word or holds a pronoun without a noun of its own.
_LEANS = re.compile(
    r"^(?:and|but|so|then|also|what about|how about|what if|which one|who else|why|same for)\b"
    r"|\b(?:it|its|they|them|their|that one|those|these|this|that|he|she|him|her)\b",
    re.IGNORECASE,
)
SHORT_TERMS = 5
"""A question with no more content words than this, and a leaning word, is read together with the one before."""


@cache
def replies() -> dict[str, str]:
    """The service's own words when it does not answer, from corpus/data/replies.yaml."""
    return yaml.safe_load((CORPUS / "data" / "replies.yaml").read_text(encoding="utf-8"))


def require_usable(question: str) -> None:
    """Raises BadRequest for a question without a letter or digit, or of more than LONGEST characters."""
    text = " ".join(clean(question).split())
    if not any(char.isalnum() for char in text):
        raise BadRequest(replies()["empty"])
    if len(text) > LONGEST:
        raise BadRequest(replies()["too_long"].format(count=f"{len(text):,}", most=f"{LONGEST:,}"))


def understand(text: str, history: Sequence[Mapping[str, str]] = (), vocabulary: Vocabulary | None = None) -> Question:
    """The question as it is searched for.

    Args:
        text: what was typed.
        history: earlier turns, oldest first, as {"role": "user" | "assistant", "content": text}.
        vocabulary: the library's words; without one spelling is left alone.
    """
    text = " ".join(clean(text).split())
    everyday = everyday_terms(text)
    corrected = _corrections(text, vocabulary) if vocabulary else {}
    mended = _mend(text, corrected)
    own = terms(mended)
    before = _leant_on(text, own, history)
    long_forms = expansions(mended)
    expanded = " ".join(
        filter(None, [before, mended, *(form for form in long_forms if form.lower() not in mended.lower())])
    )
    added = [term for form in [*long_forms, *everyday] for term in terms(form) if term not in own]
    weighted = [*own, *own, *dict.fromkeys(added), *terms(before)]
    return Question(text, expanded, tuple(own), tuple(weighted), corrected)


def expansions(text: str) -> list[str]:
    """Long forms of the acronyms in a text, and the acronyms of its long forms, each once, in the text's order."""
    found: dict[str, int] = {}
    for pattern, entry in _patterns():
        match = pattern.search(text)
        if match is None:
            continue
        for form in (entry.expansion, entry.term):
            if form.lower() != match.group(0).lower():
                found.setdefault(form, match.start())
    return sorted(found, key=lambda form: found[form])


def fields_terms(text: str) -> set[str]:
    """The terms of the field a text uses, short or long, by their entry in the acronyms data, but ordinary phrases."""
    return {entry.term for pattern, entry in _patterns() if not entry.ordinary and pattern.search(text)}


@lru_cache
def _patterns() -> tuple[tuple[re.Pattern[str], Acronym], ...]:
    """For each spelling of each term (and its long form) a pattern, in the case the data asks for."""
    made = []
    for entry in load_acronyms().all:
        if not (entry.in_any_case or entry.as_written):
            continue
        any_case = [*entry.in_any_case, entry.expansion]
        made.append((re.compile(_alternatives(any_case), re.IGNORECASE), entry))
        if entry.as_written:
            made.append((re.compile(_alternatives(entry.as_written)), entry))
    return tuple(made)


def _alternatives(spellings: Sequence[str]) -> str:
    longest_first = sorted(set(spellings), key=len, reverse=True)
    return r"(?<!\w)(?:" + "|".join(re.escape(spelling) for spelling in longest_first) + r")(?!\w)"


def _leant_on(text: str, own: Sequence[str], history: Sequence[Mapping[str, str]]) -> str:
    """The earlier question this one leans on, or nothing."""
    if len(set(own)) > SHORT_TERMS or not _LEANS.search(text):
        return ""
    asked = [turn.get("content", "") for turn in history if turn.get("role") == "user"]
    return " ".join(clean(asked[-1]).split())[:LONGEST] if asked else ""


def _corrections(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    known = {word for form in expansions(text) for word in words(form)}
    corrected = {}
    for word in dict.fromkeys(words(text)):
        if len(word) < 4 or not word.isalpha() or word in vocabulary or word in known or stem(word) in vocabulary:
            continue
        if nearest := vocabulary.nearest(word):
            corrected[word] = nearest
    return corrected


def _mend(text: str, corrected: Mapping[str, str]) -> str:
    for wrong, right in corrected.items():
        text = re.sub(rf"\b{re.escape(wrong)}\b", right, text, flags=re.IGNORECASE)
    return text
