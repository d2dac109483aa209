"""A second look at requests for help to harm an adult, or to hide that, that no rule of refusals.yaml foresees.

Cues (`corpus/data/harm-cues.yaml`) say, sentence by sentence, whether somebody asks for themselves and what for: that
nobody notices, that she signs, that a record reads better than what was done. A logistic regression
(`corpus/data/harm-model.json`) weighs them together with the words, and only a message it is sure of is refused: a
false refusal costs a practitioner an answer. It needs no library, no index and no embedding model, and is made by
`python -m evals.train_harm`, which prints how it does on messages it has not seen.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answer.ngram_model import NgramModel
from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "harm-model.json"
CUES = CORPUS / "data" / "harm-cues.yaml"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENDINGS = ("ing", "ed", "es", "s")
_GROUP = re.compile(r"\{([a-z]+)\}")


class CueWords(BaseModel):
    """corpus/data/harm-cues.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    note: str
    checked_on: date
    groups: dict[str, str] = {}
    wish: tuple[str, ...]
    unless: tuple[str, ...]
    aims: dict[str, tuple[str, ...]]
    hints: tuple[str, ...] = ()
    classes: dict[str, str]


@dataclass(frozen=True)
class Cues:
    """The cues, compiled once. `aims`: for each kind all its lines in one, and each line by its name."""

    wish: re.Pattern[str]
    unless: re.Pattern[str]
    aims: tuple[tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]], ...]
    hints: tuple[tuple[str, re.Pattern[str]], ...]
    classes: dict[str, str]
    digest: str


class HarmModel(NgramModel):
    """A model of n-grams and cues, how it did on messages it had not seen, and the probability that refuses.

    `read_with` is the digest of the cues it was made with: other cues need another making.
    """

    held_out: dict[str, dict[str, float | int | None]]
    threshold: float
    read_with: str
    cues: dict[str, float]

    def probability(self, sentences: Sequence[str], cues: Cues) -> float:
        """Probability, 0 to 1, that a message asks for help to harm somebody or to hide it."""
        found = sum(self.cues.get(cue, 0.0) for cue in read_cues(sentences, cues))
        return 1 / (1 + math.exp(-(self.score(ngrams(sentences, cues)) + found)))


def plain(sentences: Iterable[str]) -> list[str]:
    """Canonical sentences of assistant/answer/screen.py without their commas."""
    return [sentence.replace(",", "") for sentence in sentences]


def read_cues(sentences: Sequence[str], cues: Cues) -> set[str]:
    """The names of the cues in a message's plain sentences; "+" where somebody wishes it and nothing excuses it."""
    found: set[str] = set()
    wishes = [bool(cues.wish.search(sentence)) for sentence in sentences]
    for place, sentence in enumerate(sentences):
        wished, excused = wishes[place], bool(cues.unless.search(sentence))
        lines = [
            name
            for every, each in cues.aims
            if every.search(sentence)
            for name, pattern in each
            if pattern.search(sentence)
        ]
        found.update(lines)
        found.update(name for name, pattern in cues.hints if pattern.search(sentence))
        if wished:
            found.add("wish, excused" if excused else "wish")
        if excused:
            found.add("excused")
        if lines:
            found.add("aim")
        if lines and wished:
            found.add("aim and wish, excused" if excused else "aim and wish")
            if not excused:
                found.update(f"{name}+" for name in lines)
        elif lines and not excused and any(wishes[max(0, place - 1) : place + 2]):
            found.add("aim beside a wish")
    aims = sum(name.endswith("+") for name in found)
    return found | {f"{least} aims" for least in (2, 3) if aims >= least}


def ngrams(sentences: Sequence[str], cues: Cues) -> list[str]:
    """Words without their endings, pairs, how a sentence opens, and pairs and threes with words put into classes."""
    counted: list[str] = []
    for sentence in sentences:
        words = sentence.split()
        stems = [_stem(word) for word in words]
        kinds = [cues.classes.get(word, stem) for word, stem in zip(words, stems, strict=True)]
        counted += stems
        counted += [f"{one} {two}" for one, two in zip(stems, stems[1:], strict=False)]
        counted += ["^" + " ".join(stems[:length]) for length in (1, 2, 3)]
        for size in (2, 3):
            for start in range(len(kinds) - size + 1):
                gram = kinds[start : start + size]
                if any(kind[0] == "<" for kind in gram):
                    counted.append(" ".join(gram))
    return counted


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@cache
def load_cues(file: Path = CUES) -> Cues:
    """The shipped cues. Raises: RegisterInvalid when the file is missing or a line of it cannot be read."""
    try:
        raw = file.read_bytes()
        words = CueWords.model_validate(yaml.load(raw, Loader=_Loader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise RegisterInvalid(f"{file.name} cannot be used: {error}. Restore or correct {file.name}.") from error

    def compiled(patterns: Sequence[str], entry: str) -> re.Pattern[str]:
        try:
            filled = [_GROUP.sub(lambda match: words.groups[match.group(1)], pattern) for pattern in patterns]
            return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(filled)})(?![a-z0-9])")
        except (re.error, KeyError) as error:
            if len(patterns) > 1:
                for number, pattern in enumerate(patterns, start=1):
                    compiled([pattern], f"{entry}, line {number}")
            raise RegisterInvalid(f"A pattern in {file.name}, {entry} cannot be read ({error}); correct it.") from error

    return Cues(
        wish=compiled(words.wish, "wish"),
        unless=compiled(words.unless, "unless"),
        aims=tuple(
            (
                compiled(lines, kind),
                tuple((f"{kind} {n}", compiled([line], f"{kind}, line {n}")) for n, line in enumerate(lines, start=1)),
            )
            for kind, lines in words.aims.items()
        ),
        hints=tuple((f"hint {n}", compiled([line], f"hints, line {n}")) for n, line in enumerate(words.hints, start=1)),
        classes={word: f"<{kind}>" for kind, members in words.classes.items() for word in members.split()},
        digest=hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()[:16],
    )


@cache
def load_model(file: Path = FILE) -> HarmModel:
    """The shipped model. Raises: RegisterInvalid when its file is missing or not what it must be."""
    try:
        return HarmModel.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise RegisterInvalid(
            f"The data file {file.name} cannot be used ({type(error).__name__}); run `python -m evals.train_harm`."
        ) from error


def reads_like_harm(sentences: Iterable[str]) -> bool:
    """Whether a message, as canonical sentences, reads surely enough like a request for help to do harm."""
    model = load_model()
    return model.probability(plain(sentences), load_cues()) >= model.threshold
