"""Passages written in a test, and a library whose scores are given, so that an answer can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from assistant.answer.question import Question
from assistant.retrieve import Hit
from ingest.passages import Passage, passages
from ingest.readers.markdown import read_markdown
from ingest.sources import Kind, Source

QUESTION = Question("who may visit", "who may visit", (), (), {})


def source(id_: str = "policy", kind: Kind = Kind.LOCAL_POLICY, **more: object) -> Source:
    """A source of the register."""
    given = {
        "id": id_, "title": id_.capitalize(), "publisher": "A council", "url": None, "format": "markdown",
        "kind": kind, "audience": "joint", "jurisdiction": "England", "licence": "OGL", "published": "2024",
        "checked_on": date(2026, 1, 1), **more,
    }  # fmt: skip
    return Source.model_validate(given)


def read(text: str, of: Source | None = None) -> list[Passage]:
    """The passages of a Markdown text, by the real reader and splitter."""
    return passages(read_markdown(text.encode(), "text.md"), of or source())


def hits(*found: Passage, score: float = 1.0, cosine: float = 0.0, asked_cosine: float = 0.0) -> list[Hit]:
    """Hits of equal score, in this order."""
    return [Hit(passage, score, rank, cosine, asked_cosine, 0.0) for rank, passage in enumerate(found, start=1)]


class Scored:
    """A library of a few passages; the cosine of each unit is given, by its opening words, and 0 where it is not."""

    def __init__(self, found: Sequence[Passage], cosines: Mapping[str, float] | None = None, *sources: Source) -> None:
        self.passages = tuple(found)
        self.index = self
        self.unit_offset = {passage.id: 0 for passage in found}
        self.official: dict[tuple[str, str], tuple[Passage, ...]] = {}
        self.document_frequency: dict[str, int] = {}
        self._cosines = cosines or {}
        self._sources = {entry.id: entry for entry in sources or [source()]}

    def is_own(self, source_id: str) -> bool:
        return source_id.startswith("own-")

    def encode(self, text: str) -> str:
        return text

    def bm25_units(self, terms: Sequence[str]) -> np.ndarray:
        return np.zeros(100)

    def units_cosines(self, vector: object, found: Sequence[Passage]) -> dict[str, np.ndarray]:
        return {
            passage.id: np.array([self._cosine(passage.quote(unit)) for unit in passage.units]) for passage in found
        }

    def source(self, id_: str) -> Source | None:
        return self._sources.get(id_)

    def _cosine(self, text: str) -> float:
        return next((value for start, value in self._cosines.items() if text.startswith(start)), 0.0)
