"""A second look at danger: how much a message reads like those that people in danger, or beside them, type.

Logistic regression on the message's words and word pairs (tf-idf), read from `corpus/data/emergency-model.json`. It
finds wordings that no rule foresees, needs no index and no embedding model, and takes less than a millisecond. It is
made by `python -m evals.train_danger`, which prints how it does on messages it has not seen.

Source: sublinear tf-idf and cosine normalisation as in Manning, Raghavan and Schuetze, "Introduction to Information
Retrieval" (2008), sections 6.2 to 6.4.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import RegisterInvalid
from ingest.readers.text import clean
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "emergency-model.json"
_WORD = re.compile(r"\w+'?\w*|[?!]")
_REPEATED = re.compile(r"(.)\1{2,}")


class DangerModel(BaseModel):
    """n-gram → (idf, weight), the intercept, and the probability from which a message counts as an emergency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    made_on: date
    made_from: dict[str, int]
    held_out: dict[str, dict[str, float | int | None]]
    threshold: float
    intercept: float
    ngrams: dict[str, tuple[float, float]]

    def probability(self, message: str) -> float:
        """Probability, 0 to 1, that a message tells of danger to life now."""
        counts = Counter(gram for gram in ngrams(message) if gram in self.ngrams)
        values = {gram: (1 + math.log(count)) * self.ngrams[gram][0] for gram, count in counts.items()}
        length = math.sqrt(sum(value * value for value in values.values())) or 1.0
        score = self.intercept + sum(value / length * self.ngrams[gram][1] for gram, value in values.items())
        return 1 / (1 + math.exp(-score))


def ngrams(message: str) -> list[str]:
    """Words, question and exclamation marks in lower case, and each two neighbours: what is counted."""
    text = _REPEATED.sub(r"\1\1", clean(message).lower().replace("\u2019", "'"))
    words = _WORD.findall(text)
    return [*words, *(f"{one} {two}" for one, two in zip(words, words[1:], strict=False))]


@cache
def load_model(file: Path = FILE) -> DangerModel:
    """The shipped model. Raises: RegisterInvalid when its file is missing or not what it must be."""
    try:
        return DangerModel.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise RegisterInvalid(
            f"The data file {file.name} cannot be used ({type(error).__name__}); run `python -m evals.train_danger`."
        ) from error


def reads_like_danger(message: str) -> float | None:
    """The probability when it is high enough to act on, else None."""
    model = load_model()
    probability = model.probability(message)
    return probability if probability >= model.threshold else None
