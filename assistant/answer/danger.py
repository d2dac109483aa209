"""A second look at danger: how much a message reads like those that people in danger, or beside them, type.

Logistic regression on the message's words and word pairs (tf-idf), read from `corpus/data/emergency-model.json`. It
finds wordings that no rule foresees, needs no index and no embedding model, and takes less than a millisecond. It is
made by `python -m evals.train_danger`, which prints how it does on messages it has not seen.
"""

from __future__ import annotations

import math
import re
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from assistant.answer.ngram_model import NgramModel, pairs
from ingest.errors import RegisterInvalid
from ingest.readers.text import clean
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "emergency-model.json"
_WORD = re.compile(r"\w+'?\w*|[?!]")
_REPEATED = re.compile(r"(.)\1{2,}")


class DangerModel(NgramModel):
    """A model of n-grams, how it did on messages it had not seen, and two probabilities.

    From `threshold` a message counts as an emergency; from `possible` a notice names 999 beside the answer.
    """

    held_out: dict[str, dict[str, float | int | None]]
    threshold: float
    possible: float

    def probability(self, message: str) -> float:
        """Probability, 0 to 1, that a message tells of danger to life now."""
        return 1 / (1 + math.exp(-self.score(ngrams(message))))


def ngrams(message: str) -> list[str]:
    """Words, question and exclamation marks in lower case, and each two neighbours: what is counted."""
    text = _REPEATED.sub(r"\1\1", clean(message).lower().replace("\u2019", "'"))
    return pairs(_WORD.findall(text))


@cache
def load_model(file: Path = FILE) -> DangerModel:
    """The shipped model. Raises: RegisterInvalid when its file is missing or not what it must be."""
    try:
        return DangerModel.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise RegisterInvalid(
            f"The data file {file.name} cannot be used ({type(error).__name__}); run `python -m evals.train_danger`."
        ) from error


class Likeness(StrEnum):
    """How much a message reads like danger."""

    DANGER = "danger"
    POSSIBLE = "possible"
    NONE = "none"


def likeness(message: str) -> Likeness:
    """Whether a message reads like danger enough to act on, to name 999 beside an answer, or not at all."""
    model = load_model()
    probability = model.probability(message)
    if probability >= model.threshold:
        return Likeness.DANGER
    return Likeness.POSSIBLE if probability >= model.possible else Likeness.NONE
