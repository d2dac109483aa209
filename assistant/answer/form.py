"""The form of a question: does it ask, in the way it is put, as questions do that a library like this one answers?

"What does box 4 of the form say", "who chaired it" and "how much is the fee" are rarely answered by guidance, whatever
they are about; "can we", "do I have to" and "what if he says no" mostly are. Only the form is read: words of asking and
stop words stay, every run of other words is one mark, so that nothing is learnt about subjects and a person's own
documents are judged alike. Logistic regression made by `python -m evals.train_form`; under a millisecond.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answer.ngram_model import NgramModel, pairs
from ingest.errors import RegisterInvalid
from ingest.lexical import stop_words
from ingest.readers.text import clean
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "form-model.json"
WORDS = CORPUS / "data" / "asking-words.yaml"
MOST = 4.0
"""Log odds are cut here on both sides: a form never settles the matter alone."""
_WORD = re.compile(r"\w+'?\w*")


class _AskingWords(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    source: str
    checked_on: date
    words: frozenset[str]
    about_a_word: frozenset[str]


@cache
def asking_words(file: Path = WORDS) -> frozenset[str]:
    """The words that stay as they are. Raises: RegisterInvalid."""
    return _asking(file).words | stop_words()


def words_about_a_word(file: Path = WORDS) -> frozenset[str]:
    """The words around a term in a question that only asks what it means. Raises: RegisterInvalid."""
    return _asking(file).about_a_word


@cache
def _asking(file: Path) -> _AskingWords:
    try:
        return _AskingWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise RegisterInvalid(f"The data file {file.name} cannot be used ({error}); mend that entry.") from error


def form_of(question: str) -> list[str]:
    """The question with every run of other words as "_" and every number as "#".

    >>> form_of("How many safeguarding concerns did Telford raise in 2020?")
    ['how', 'many', '_', 'did', '_', 'in', '#']
    """
    kept = asking_words()
    form: list[str] = []
    for word in _WORD.findall(clean(question).lower().replace("\u2019", "'")):
        mark = word if word in kept else "#" if word[0].isdigit() else "_"
        if mark != "_" or form[-1:] != ["_"]:
            form.append(mark)
    return form


def grams(question: str) -> list[str]:
    """What is counted of a question: the words and marks of its form, and each two neighbours."""
    return pairs(form_of(question))


def scaled(score: float) -> float:
    """Log odds as a feature from 0 (asks as unanswered questions do) to 1."""
    return (max(-MOST, min(MOST, score)) + MOST) / (2 * MOST)


@cache
def load_form(file: Path = FILE) -> NgramModel:
    """The shipped model. Raises: RegisterInvalid when its file is missing or not what it must be."""
    try:
        return NgramModel.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise RegisterInvalid(
            f"The data file {file.name} cannot be used ({type(error).__name__}); run `python -m evals.train_form`."
        ) from error


def asks_like_answered(question: str) -> float:
    """How much a question is put like those that are answered, 0 to 1."""
    return scaled(load_form().score(grams(question)))
