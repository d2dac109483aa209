"""Whether two statements bind people to the same: the words of duty, the negations and the figures in them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import yaml

from ingest.sources import CORPUS

FILE = CORPUS / "data" / "qualifiers.yaml"
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
_SHORTENED = re.compile(r"n['\u2019]t\b")


@cache
def qualifiers() -> dict[str, re.Pattern[str]]:
    """Kind of word ("duty", "condition", "negation") → a pattern that finds its words in lower case."""
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        kind: re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, written[kind]), key=len, reverse=True)) + r")\b")
        for kind in ("duty", "condition", "negation")
    }


def binds_alike(one: str, other: str) -> bool:
    """Whether both hold the same words of duty, negations and figures, however often they stand apart.

    >>> binds_alike("A review must start within 6 weeks.", "Within 6 weeks a review must start.")
    True
    >>> binds_alike("A review must start within 6 weeks.", "A review must start within 60 months.")
    False
    """
    return _binding(one) == _binding(other)


def _binding(text: str) -> Counter[str]:
    plain = _SHORTENED.sub(" not", text.lower())
    words = (word for kind in ("duty", "negation") for word in qualifiers()[kind].findall(plain))
    return Counter([*words, *_FIGURE.findall(plain)])
