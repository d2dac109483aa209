"""A linear model over the n-grams of a text, read from a data file: what the two learned word lists share.

Source: sublinear tf-idf and cosine normalisation as in Manning, Raghavan and Schuetze, "Introduction to Information
Retrieval" (2008), sections 6.2 to 6.4.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict


class NgramModel(BaseModel):
    """n-gram → (idf, weight), and the intercept, with what they were made from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    made_on: date
    made_from: dict[str, int]
    intercept: float
    ngrams: dict[str, tuple[float, float]]

    def score(self, grams: Sequence[str]) -> float:
        """Log odds that a text with these n-grams belongs to the class that was learnt."""
        counts = Counter(gram for gram in grams if gram in self.ngrams)
        values = {gram: (1 + math.log(count)) * self.ngrams[gram][0] for gram, count in counts.items()}
        length = math.sqrt(sum(value * value for value in values.values())) or 1.0
        return self.intercept + sum(value / length * self.ngrams[gram][1] for gram, value in values.items())


def pairs(words: Sequence[str]) -> list[str]:
    """The words, and each two neighbours joined by a space: what is counted.

    >>> pairs(["not", "breathing"])
    ['not', 'breathing', 'not breathing']
    """
    return [*words, *(f"{one} {two}" for one, two in zip(words, words[1:], strict=False))]
