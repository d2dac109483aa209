"""The indexed publications as the assistant reads them: passages, sources and whole documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from ingest.document import Document
from ingest.encoder import Encoder, find_model, open_encoder
from ingest.errors import CannotRead
from ingest.index import Index, current_generation, open_index
from ingest.lexical import stem
from ingest.passages import Passage
from ingest.readers.bounded import Reader
from ingest.readers.markdown import read_markdown
from ingest.sources import Source

__all__ = ["Library", "SourceEntry", "current_generation"]


@dataclass(frozen=True)
class SourceEntry:
    """A source with the number of its passages; `path` is the file as given to ingest, None for a digest."""

    source: Source
    passages: int
    path: str | None


@dataclass(frozen=True)
class Kept:
    """A section of a shipped digest that is kept for readers and never quoted: none of its lines could be confirmed.

    `vectors`: shape (2, dimensions), of its heading and of its heading with its words.
    """

    source: Source
    heading: str
    pinpoint: str
    vectors: np.ndarray


class Words:
    """The library's words with how often each stands in it: what a misspelt word is corrected to."""

    def __init__(self, count: Callable[[], Mapping[str, int]], is_word: Callable[[str], bool]) -> None:
        self._counted = count
        self._is_word = is_word

    @cached_property
    def _count(self) -> Mapping[str, int]:
        return self._counted()

    @cached_property
    def _candidates(self) -> list[str]:
        """Words worth correcting to, the most frequent first so that a tie goes to the usual word."""
        usual = sorted(self._count.items(), key=lambda entry: -entry[1])
        return [word for word, count in usual if count > 1 and len(word) > 3 and word.isalpha()]

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in self._count)

    def __contains__(self, word: object) -> bool:
        """Whether a word is known: the library's own, or a whole word of the embedding model's vocabulary.

        The model's vocabulary holds the usual words of English, so "kids" or "lady" is never taken for a misspelling.
        """
        return isinstance(word, str) and (word in self._count or stem(word) in self._stems or self._is_word(word))

    def nearest(self, word: str) -> str | None:
        """The word a misspelt one most likely is: one edit away (two from eight letters), same first letter.

        Edits are those of the optimal string alignment distance (a swap of neighbours is one edit).
        """
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < 5:
            return None
        most = 1 if len(word) < 8 else 2
        same_start = [candidate for candidate in self._candidates if candidate[0] == word[0]]
        found = process.extractOne(word, same_start, scorer=OSA.distance, score_cutoff=most)
        return found[0] if found else None


class Library:
    """One opened generation of the index with its encoder; safe to share between readers, never written."""

    def __init__(self, index: Index, encoder: Encoder, is_word: Callable[[str], bool] = lambda word: False) -> None:
        self.index = index
        self._encoder = encoder
        self._of_source: dict[str, list[Passage]] = {}
        for passage in index.passages:
            self._of_source.setdefault(passage.source_id, []).append(passage)
        self.vocabulary = Words(lambda: index.word_count, is_word)
        self.encode = lru_cache(maxsize=512)(self._encode)

    @classmethod
    def open(cls, data_dir: Path, embedding_model: str | None = None) -> Library:
        """Open what is published in a data folder.

        Raises: NoIndex, IndexDamaged, OtherEncoder or EncoderUnavailable, each a sentence for the reader.
        """
        from assistant.settings import settings

        current_generation(data_dir)
        model = find_model(embedding_model or settings().embedding_model)
        index = open_index(data_dir, model.fingerprint)
        return cls(index, open_encoder(model, data_dir / "encoders"), model.is_word)

    @property
    def generation(self) -> str:
        """The name of the generation that is open."""
        return self.index.name

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage, the most authoritative sources first."""
        return self.index.passages

    def sources(self) -> list[SourceEntry]:
        """Every indexed source, most authoritative first."""
        entries = self.index.documents.values()
        return [SourceEntry(entry.source, entry.passages, entry.path) for entry in entries]

    def source(self, source_id: str) -> Source | None:
        """One source; None when it is not indexed."""
        entry = self.index.documents.get(source_id)
        return entry.source if entry else None

    def is_own(self, source_id: str) -> bool:
        """Whether a source is a file that a person added, and not one of the register."""
        entry = self.index.documents.get(source_id)
        return entry is not None and entry.path is not None

    def passage(self, passage_id: str) -> Passage | None:
        """One passage; None when it is no longer in the library."""
        position = self.index.position.get(passage_id)
        return None if position is None else self.index.passages[position]

    def passages_of(self, source_id: str) -> Sequence[Passage]:
        """A source's passages in reading order."""
        return tuple(self._of_source.get(source_id, ()))

    @cached_property
    def official(self) -> dict[tuple[str, str], tuple[Passage, ...]]:
        """(id of a digest's source, pinpoint) → the official text's passages at that pinpoint, subsections included."""
        found: dict[tuple[str, str], list[Passage]] = {}
        for entry in self.index.documents.values():
            if digest := entry.source.restated_by:
                for passage in self.passages_of(entry.source.id):
                    whole = passage.pinpoint.partition("(")[0]
                    for pinpoint in dict.fromkeys((passage.pinpoint, whole)):
                        found.setdefault((digest, pinpoint), []).append(passage)
        return {key: tuple(passages) for key, passages in found.items()}

    def file(self, source_id: str) -> Path | None:
        """The file a source was read from, as long as it is there."""
        entry = self.index.documents.get(source_id)
        return Path(entry.file) if entry and Path(entry.file).is_file() else None

    def document(self, source_id: str) -> Document:
        """The whole document as written now, with what is kept for readers only.

        Raises: CannotRead when its file has gone, or cannot be read any more, since it was indexed.
        """
        entry = self.index.documents.get(source_id)
        if entry is None:
            raise CannotRead(f"There is no document '{source_id}' in the library; choose one from the list.")
        file = Path(entry.file)
        try:
            with Reader() as reader:
                return reader.read(file)
        except OSError as error:
            raise CannotRead(
                f"{file.name} cannot be opened ({error.strerror}); its indexed passages are shown."
            ) from None

    @cached_property
    def kept_for_readers(self) -> tuple[Kept, ...]:
        """Sections of the shipped digests without one confirmed line; read when first asked for."""
        found = []
        for entry in self.index.documents.values():
            if entry.path is not None or not entry.file.endswith(".md") or not Path(entry.file).is_file():
                continue
            for section in read_markdown(Path(entry.file).read_bytes(), Path(entry.file).name).sections:
                if section.indexed and not any(block.indexed for block in section.blocks):
                    found.append((entry.source, section))
        texts = [
            text
            for _, section in found
            for text in (section.heading[-1], " ".join([f"{section.heading[-1]}.", *(b.text for b in section.blocks)]))
        ]
        if not texts:
            return ()
        vectors = np.asarray(self._encoder.encode(texts)).reshape(len(found), 2, -1)
        return tuple(
            Kept(source, section.heading[-1], section.pinpoint, pair)
            for (source, section), pair in zip(found, vectors, strict=True)
        )

    def _encode(self, text: str) -> np.ndarray:
        """A question's vector, shape (dimensions,)."""
        return self._encoder.encode([text])[0]
