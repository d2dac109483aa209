"""A question asked of texts that are given with it: the parts of the Ask flow behind retrieval, on a real index.

A benchmark's texts are written as a person's own files and indexed as `safeguard ingest` indexes those, all in one
library that holds nothing else. A question is then put to the passages of its own text only: the shipped code
understands it, scores and takes units, weighs the evidence, cites and verifies, with the settings as shipped.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import TypeVar

import numpy as np

from assistant.answer.cite import cite
from assistant.answer.compose import Quote, compose, score_units
from assistant.answer.evidence import features, probability
from assistant.answer.question import Question, understand
from assistant.answer.value import Citation, Sentence
from assistant.answer.verify import verify
from assistant.library import Library
from assistant.retrieve import Hit, fuse
from assistant.settings import answering, settings
from evals.benchmarks.value import BenchmarkMissing, Row
from evals.intervals import interval
from ingest.encoder import Model, exported_file, find_model
from ingest.lexical import terms
from ingest.locate import own_id
from ingest.passages import Passage, windows
from ingest.pipeline import ingest
from ingest.readers.text import clean

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class File:
    """One file to index: its name in the folder, with the format's ending, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Said:
    """What the assistant makes of a question and the passages given with it.

    `quotes` is what the composer chose; `sentences` and `citations` are what of it passed the last check, whatever the
    evidence; `probability` is the evidence model's, 0 to 1. `best` is the one unit that the composer scores highest.
    """

    quotes: tuple[Quote, ...]
    best: Quote
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    withheld: int
    probability: float

    @property
    def answered(self) -> bool:
        """Whether the assistant would answer: enough evidence, and a sentence that can be located."""
        return bool(self.sentences) and self.probability >= answering().evidence.threshold

    @property
    def plain(self) -> bool:
        """Whether it would answer without saying that this may be no answer."""
        return self.answered and self.probability >= answering().evidence.sure


@dataclass
class Given:
    """An opened library of given texts. `folder` holds their files."""

    library: Library
    folder: Path
    model: Model
    _windows: dict[str, np.ndarray] = field(default_factory=dict)

    def passages(self, name: str) -> Sequence[Passage]:
        """The passages of one file, in reading order."""
        return self.library.passages_of(own_id(self.folder / name))

    def ask(self, question: str, passages: Sequence[Passage]) -> Said:
        """The Ask flow from understanding to verifying, with `passages` in place of what was found."""
        asked = understand(question, (), self.library.vocabulary)
        hits = self.hits(asked, passages)
        quotes = compose(asked, hits, self.library)
        likely = probability(features(asked, hits, quotes, self.library))
        cited = cite(quotes, self.library)
        sentences, withheld = verify(cited.sentences, cited.citations, self.library.passage)
        scored = score_units(asked, hits, self.library, answering().composition)
        best = max(
            (Quote(hit.passage, (n,), float(value)) for hit in hits for n, value in enumerate(scored[hit.passage.id])),
            key=lambda quote: quote.score,
        )
        return Said(tuple(quotes), best, sentences, cited.citations, withheld, likely)

    def hits(self, asked: Question, passages: Sequence[Passage]) -> list[Hit]:
        """The passages as search would rank them if the library held no others; counts of words are the library's."""
        index, config = self.library.index, answering().retrieval
        vector = self.library.encode(asked.expanded)
        of_units = index.units_cosines(vector, passages)
        near_units = {passage.id: float(of_units[passage.id].max()) for passage in passages}
        near_windows = {passage.id: float((self._window_vectors(passage) @ vector).max()) for passage in passages}
        best = {id_: max(near_units[id_], near_windows[id_]) for id_ in near_units}
        lexical, by_unit = index.bm25(asked.weighted_terms), index.bm25_units(asked.weighted_terms)
        of_passage = {passage.id: float(lexical[index.position[passage.id]]) for passage in passages}
        best_unit = {
            passage.id: float(by_unit[index.unit_offset[passage.id] :][: len(passage.units)].max())
            for passage in passages
        }
        fused = fuse(
            [
                (config.window_weight, near_windows),
                (config.unit_weight, near_units),
                (config.asked_weight, best),  # nobody wrote questions for a person's own document
                (config.bm25_weight, {id_: score for id_, score in of_passage.items() if score > 0}),
                (config.bm25_unit_weight, {id_: score for id_, score in best_unit.items() if score > 0}),
            ]
        )
        ranked = sorted(passages, key=lambda passage: (-fused[passage.id], index.position[passage.id]))
        return [
            Hit(passage, fused[passage.id], rank, best[passage.id], 0.0, of_passage[passage.id])
            for rank, passage in enumerate(ranked[: config.sections], start=1)
        ]

    def bm25_unit(self, question: str, passages: Sequence[Passage]) -> Quote:
        """The unit that BM25 alone puts first; the first unit where no word is shared."""
        index = self.library.index
        by_unit = index.bm25_units(terms(question))
        units = (
            Quote(passage, (n,), float(by_unit[index.unit_offset[passage.id] + n]))
            for passage in passages
            for n in range(len(passage.units))
        )
        return max(units, key=lambda quote: quote.score)

    def _window_vectors(self, passage: Passage) -> np.ndarray:
        if passage.id not in self._windows:
            texts = windows(passage, self.model.count, self.model.room)
            self._windows[passage.id] = np.stack([self.library.encode(text) for text in texts])
        return self._windows[passage.id]


@contextmanager
def indexed(files: Sequence[File]) -> Iterator[Given]:
    """A library of these files and nothing else, in a folder that is gone afterwards.

    The encoder that `safeguard ingest` has exported on this machine is used where there is one.

    Raises: BenchmarkMissing when a file of the benchmark cannot be indexed.
    """
    model = find_model()
    with tempfile.TemporaryDirectory(prefix="safeguard-benchmark-") as made:
        folder, data = Path(made) / "texts", Path(made) / "data"
        folder.mkdir()
        for file in files:
            (folder / file.name).write_bytes(file.data)
        exported = exported_file(model, (settings().data_dir / "encoders").resolve())
        if exported.is_file():
            link = exported_file(model, data / "encoders")
            link.parent.mkdir(parents=True)
            link.symlink_to(exported)
        report = ingest([folder], data_dir=data, model=model, with_starter=False)
        if report.failures:
            raise BenchmarkMissing(
                f"A text of the benchmark cannot be indexed ({report.failures[0].error}); fetch the copy again."
            )
        yield Given(Library.open(data), folder, model)


def markdown(title: str, text: str) -> bytes:
    r"""A title and a text as a Markdown file that is read as exactly these words: what could be markup is escaped.

    >>> markdown("Oil", "1. Use *less*.").decode()
    '# Oil\n\n1\\. Use \\*less\\*\\.\n'
    """
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", clean(text))]
    heading = _PUNCTUATION.sub(r"\\\1", " ".join(clean(title).split()))
    escaped = "\n\n".join(_PUNCTUATION.sub(r"\\\1", part) for part in paragraphs if part)
    return f"# {heading}\n\n{escaped}\n".encode()


def squeezed(text: str) -> str:
    """A text as it is compared: cleaned as a reader cleans it, and without white space."""
    return "".join(clean(text).split())


def places(passages: Sequence[Passage], text: str) -> dict[tuple[str, int], tuple[int, int]]:
    """(passage id, unit) → where the unit stands in `squeezed(text)`; a unit that is not found there is left out."""
    whole, at = squeezed(text), 0
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for passage in passages:
        for n, unit in enumerate(passage.units):
            words = squeezed(passage.quote(unit))
            start = whole.find(words, at)
            if words and start >= 0:
                found[passage.id, n] = (start, start + len(words))
                at = start + len(words)
    return found


def letters(quotes: Sequence[Quote], where: Mapping[tuple[str, int], tuple[int, int]]) -> set[int]:
    """Places of `squeezed(text)` that the quotes cover."""
    spans = [where[quote.passage.id, n] for quote in quotes for n in quote.units if (quote.passage.id, n) in where]
    return {at for start, end in spans for at in range(start, end)}


def read(file: Path, parse: Callable[[str], _Read]) -> _Read:
    """What `parse` makes of a file of a benchmark.

    Raises: BenchmarkMissing, in a sentence that says what to do, when the file is not there or `parse` cannot use it.
    """
    try:
        return parse(file.read_text(encoding="utf-8"))
    except OSError:
        raise BenchmarkMissing(f"There is no {file.name} in {file.parent}; name the folder that holds it.") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BenchmarkMissing(
            f"{file.name} is not what the benchmark publishes ({type(error).__name__}: {error}); fetch the copy again."
        ) from error


def limited(cases: Sequence[_Read], limit: int | None, what: str) -> Sequence[_Read]:
    """The first `limit` cases. Raises: BenchmarkMissing when there is none."""
    chosen = cases[:limit]
    if not chosen:
        raise BenchmarkMissing(f"There is no case in {what}; fetch the copy again, or set a limit of 1 or more.")
    return chosen


def row(
    values: Sequence[float], measure: str, meaning: str, system: str = "safeguard", *, baseline: bool = False
) -> Row:
    """A row whose value is the mean of one value a case, with its 95 % interval."""
    low, high = interval(values) if values else (None, None)
    return Row(
        system=system, measure=measure, meaning=meaning, value=fmean(values) if values else 0.0, cases=len(values),
        low=low, high=high, baseline=baseline,
    )  # fmt: skip


def harmonic(precision: float, recall: float) -> float:
    """F1; 0 when both are 0.

    >>> harmonic(0.5, 1.0), harmonic(0.0, 0.0)
    (0.6666666666666666, 0.0)
    """
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
