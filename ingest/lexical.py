"""Words of a text as BM25 counts them, the same for passages and questions.

Statutory references are one word however they are typed: "section 44(1)", "s.44", "s 44" and "S44" all become "s44"
("ss.42, 44" its numbers), so that a question about one section does not match every other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import bm25s

_SECTION = re.compile(r"(?<!')\b(?:sections?|ss?)\.?\s*(\d+[a-z]{0,2})\b")  # "she's 15" names no section
_PARAGRAPH = re.compile(r"\b(?:paragraphs?|paras?)\.?\s*(\d+(?:\.\d+)*)\b")
_WORD = re.compile(r"\d+(?:\.\d+)+|[a-z0-9]+(?:'[a-z]+)?")


@lru_cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache
def stop_words() -> frozenset[str]:
    """English words that BM25 leaves out, in lower case."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    return frozenset(STOPWORDS_EN_PLUS)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Snowball English stem of one lower-case word."""
    return _stemmer().stemWord(word)


def words(text: str) -> list[str]:
    """Lower-case words in order, references joined, nothing left out."""
    text = text.lower().replace("\u2019", "'").replace("-", " ")
    text = _PARAGRAPH.sub(r" \1 ", _SECTION.sub(r" s\1 ", text))
    return [word.removesuffix("'s") for word in _WORD.findall(text)]


def terms(text: str) -> list[str]:
    """Stemmed words without stop words: what BM25 counts."""
    return [stem(word) for word in words(text) if word not in stop_words()]


def build(texts: Sequence[str]) -> bm25s.BM25:
    """A BM25 index (Lucene variant, k1 1.2, b 0.75: the best of those measured) over texts, in their order."""
    import bm25s

    index = bm25s.BM25(k1=1.2, b=0.75)
    tokens = [terms(text) or [""] for text in texts] or [[""]]  # bm25s cannot save an index of nothing
    index.index(tokens, show_progress=False)
    return index


def scores(index: bm25s.BM25, query_terms: Sequence[str]) -> np.ndarray:
    """BM25 score of every indexed text for a query, shape (texts,); all zero when no term is known."""
    known = [term for term in query_terms if term in index.vocab_dict]
    if not known:
        return np.zeros(int(index.scores["num_docs"]), dtype=np.float32)
    return index.get_scores(known)
