"""The published index: one folder per generation, and one small file that names the generation in force.

    <data>/index/CURRENT               the name of the generation that answers
    <data>/index/<generation>/         record.json, documents.json, passages.jsonl, counts.json, chroma/, bm25/,
                                       docstore.json

A generation is written once and never changed. Publishing is one atomic replacement of CURRENT, so a run that dies
leaves the previous generation serving; the next run clears what it left behind.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import DataFolderUnusable, IndexDamaged, NoIndex, OtherEncoder
from ingest.passages import Passage
from ingest.sources import Source

LAYOUT = 6
"""Raised whenever a generation's files change their meaning: older generations are then read anew."""
COLLECTION = "passages"
REBUILD = "run `safeguard ingest` to build it again; your documents are not touched"


class Indexed(BaseModel):
    """One document of the index and what it was made from. `path` None: a digest of the starter library."""

    model_config = ConfigDict(frozen=True)

    source: Source
    path: str | None
    file: str
    size: int
    modified_ns: int
    sha256: str
    asked_sha256: str = ""
    passages: int


class Record(BaseModel):
    """What a generation says of itself; checked against its files when it is opened."""

    model_config = ConfigDict(frozen=True)

    layout: int
    fingerprint: str
    passages: int
    vectors: int
    made_at: str


@dataclass(frozen=True)
class Vector:
    """A vector's place in the index: its passage, and whether it is a window ("w"), unit ("u") or question ("q")."""

    passage_id: str
    kind: str
    n: int


@dataclass(frozen=True)
class Dense:
    """Passage id → cosine of its nearest window, unit and question, each best first."""

    windows: dict[str, float]
    units: dict[str, float]
    asked: dict[str, float]

    def best(self, passage_id: str) -> float:
        """The greatest of a passage's own cosines (its questions left out); 0 when it is not near."""
        return max(self.windows.get(passage_id, 0.0), self.units.get(passage_id, 0.0))


class Index:
    """An opened generation: passages, dense vectors in Chroma, and BM25 over passages and over units."""

    def __init__(self, folder: Path, record: Record, documents: Sequence[Indexed], passages: Sequence[Passage]) -> None:
        import bm25s

        from ingest import lexical

        self.folder, self.record = folder, record
        self.documents = {document.source.id: document for document in documents}
        self.passages = tuple(passages)
        self.position = {passage.id: n for n, passage in enumerate(self.passages)}
        self._collection = _open_collection(folder / "chroma")
        self._bm25_passages = bm25s.BM25.load(str(folder / "bm25" / "passages"))
        self._bm25_units = bm25s.BM25.load(str(folder / "bm25" / "units"))
        self._lexical = lexical
        counts = [len(passage.units) for passage in self.passages]
        self._units = sum(counts)
        self._offsets = np.cumsum([0, *counts])[:-1]
        self.unit_offset = {passage.id: int(at) for passage, at in zip(self.passages, self._offsets, strict=True)}

    @property
    def name(self) -> str:
        """The generation's name."""
        return self.folder.name

    def probe(self) -> int:
        """How many vectors Chroma holds, after one search that makes it load them and a look at the word counts.

        Raises: whatever Chroma, SQLite or JSON raise for a damaged file.
        """
        if set(self._counts) != {"terms", "words"}:
            raise ValueError("counts.json does not hold the counts")
        count = self._collection.count()
        if count:
            dimensions = len(self._collection.peek(1)["embeddings"][0])
            self._collection.query(query_embeddings=[[1.0] * dimensions], n_results=1, include=["distances"])
        return count

    def dense(self, vector: np.ndarray, k: int) -> Dense:
        """The k vectors nearest to a question's, as rankings of passages."""
        rankings: dict[str, dict[str, float]] = {"w": {}, "u": {}, "q": {}}
        if not self.record.vectors:
            return Dense({}, {}, {})
        found = self._collection.query(
            query_embeddings=[vector.tolist()], n_results=min(k, self.record.vectors), include=["distances"]
        )
        for key, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            place = vector_place(key)
            rankings[place.kind].setdefault(place.passage_id, 1.0 - float(distance))
        return Dense(rankings["w"], rankings["u"], rankings["q"])

    def units_cosines(self, vector: np.ndarray, passages: Sequence[Passage]) -> dict[str, np.ndarray]:
        """Passage id → cosines of its units with a vector, for several passages in one look-up."""
        keys = [vector_key(passage.id, unit) for passage in passages for unit in range(len(passage.units))]
        if not keys:
            return {}
        found = self._collection.get(ids=keys, include=["embeddings"])
        rows = {key: np.asarray(row) for key, row in zip(found["ids"], found["embeddings"], strict=True)}
        return {
            passage.id: np.array([float(rows[vector_key(passage.id, n)] @ vector) for n in range(len(passage.units))])
            for passage in passages
        }

    def bm25(self, terms: Sequence[str]) -> np.ndarray:
        """BM25 score of every passage, shape (passages,), in the order of `passages`."""
        return self._lexical.scores(self._bm25_passages, terms)[: len(self.passages)]

    def bm25_units(self, terms: Sequence[str]) -> np.ndarray:
        """BM25 score of every unit, in the order of passages and of their units (see `unit_offset`)."""
        return self._lexical.scores(self._bm25_units, terms)[: self._units]

    def best_of_units(self, unit_scores: np.ndarray) -> np.ndarray:
        """Each passage's best unit score, shape (passages,), from scores in the order of `bm25_units`."""
        if not self.passages:
            return np.zeros(0, dtype=np.float32)
        return np.maximum.reduceat(unit_scores, self._offsets)

    @cached_property
    def _counts(self) -> dict[str, dict[str, int]]:
        return json.loads((self.folder / "counts.json").read_text(encoding="utf-8"))

    @property
    def document_frequency(self) -> dict[str, int]:
        """Stemmed term → how many passages hold it."""
        return self._counts["terms"]

    @property
    def word_count(self) -> dict[str, int]:
        """Word as written, in lower case → how often it stands in the passages."""
        return self._counts["words"]


def vector_key(passage_id: str, unit: int) -> str:
    """Chroma's id for a unit's vector."""
    return f"{passage_id}#u{unit}"


def window_key(passage_id: str, window: int) -> str:
    """Chroma's id for a window's vector."""
    return f"{passage_id}#w{window}"


def asked_key(passage_id: str, question: int) -> str:
    """Chroma's id for the vector of a question the passage answers."""
    return f"{passage_id}#q{question}"


def vector_place(key: str) -> Vector:
    """The place a Chroma id names."""
    passage_id, mark = key.rsplit("#", 1)
    return Vector(passage_id, mark[0], int(mark[1:]))


def passage_text(passage: Passage) -> str:
    """What BM25 counts for a passage: its context, its text and the questions it answers."""
    return " ".join((f"{passage.context}: {passage.text}", *passage.asked))


def current_generation(data_dir: Path) -> str | None:
    """Name of the generation in force; None when nothing is published."""
    try:
        return (data_dir / "index" / "CURRENT").read_text(encoding="utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"The index's CURRENT file cannot be read ({error}); {REBUILD}.") from error


def read_record(folder: Path) -> tuple[Record, list[Indexed]]:
    """A generation's record and documents. Raises: IndexDamaged."""
    try:
        record = Record.model_validate_json((folder / "record.json").read_text(encoding="utf-8"))
        if record.layout != LAYOUT:
            raise IndexDamaged(f"The index was made by another version of safeguard; {REBUILD}.")
        documents = [
            Indexed.model_validate(entry) for entry in json.loads((folder / "documents.json").read_text("utf-8"))
        ]
    except (OSError, ValueError, ValidationError) as error:
        raise IndexDamaged(f"The index is damaged ({type(error).__name__} in its record); {REBUILD}.") from error
    return record, documents


def read_passages(folder: Path) -> list[Passage]:
    """A generation's passages in order. Raises: IndexDamaged."""
    try:
        lines = (folder / "passages.jsonl").read_text(encoding="utf-8").split("\n")  # a text may hold U+2028
        return [Passage.model_validate_json(line) for line in lines if line]
    except (OSError, ValueError, ValidationError) as error:
        raise IndexDamaged(f"The index is damaged ({type(error).__name__} in its passages); {REBUILD}.") from error


def open_index(data_dir: Path, fingerprint: str | None = None) -> Index:
    """Open the generation in force and check it against its record.

    Raises: NoIndex, IndexDamaged, or OtherEncoder when it was made with a model of another fingerprint.
    """
    name = current_generation(data_dir)
    if name is None:
        raise NoIndex("No documents are indexed yet; run `safeguard ingest` first.")
    folder = data_dir / "index" / name
    record, documents = read_record(folder)
    if fingerprint is not None and record.fingerprint != fingerprint:
        raise OtherEncoder(
            f"The index was made with the embedding model {record.fingerprint} and the model set now is {fingerprint}; "
            "run `safeguard ingest` to make it again with this model, or set the other model back."
        )
    passages = read_passages(folder)
    try:
        index = Index(folder, record, documents, passages)
        vectors = index.probe()
    except Exception as error:  # Chroma, SQLite and bm25s each raise their own kinds for a damaged file
        raise IndexDamaged(f"The index is damaged ({type(error).__name__} when it was opened); {REBUILD}.") from error
    if len(passages) != record.passages or vectors != record.vectors:
        raise IndexDamaged(
            f"The index is damaged (it should hold {record.passages} passages and {record.vectors} vectors, and holds "
            f"{len(passages)} and {vectors}); {REBUILD}."
        )
    return index


def check_docstore(folder: Path) -> None:
    """Raises IndexDamaged when a generation's docstore, which only an ingest reads, cannot be read."""
    try:
        json.loads((folder / "docstore.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"The index is damaged ({type(error).__name__} in its docstore); {REBUILD}.") from error


def new_generation(data_dir: Path, copy_of: str | None) -> Path:
    """An unpublished generation's folder: empty, or a copy of a published one."""
    name = time.strftime("%Y%m%dT%H%M%S", time.gmtime()) + "-" + uuid.uuid4().hex[:6]
    folder = data_dir / "index" / name
    try:
        if copy_of:
            shutil.copytree(data_dir / "index" / copy_of, folder)
        else:
            folder.mkdir(parents=True)
    except OSError as error:
        raise unusable(data_dir, error) from error
    return folder


def write_files(folder: Path, record: Record, documents: Sequence[Indexed], passages: Sequence[Passage]) -> None:
    """Everything of a generation but its vectors and docstore."""
    from ingest import lexical
    from ingest.passages import unit_texts

    texts = [passage_text(passage) for passage in passages]
    units = [text for passage in passages for text in unit_texts(passage)]
    lexical.build(texts).save(str(folder / "bm25" / "passages"), show_progress=False)
    lexical.build(units).save(str(folder / "bm25" / "units"), show_progress=False)
    counts = {
        "terms": Counter(term for text in texts for term in set(lexical.terms(text))),
        # Not from the written questions: some hold misspellings on purpose.
        "words": Counter(word for entry in passages for word in lexical.words(f"{entry.context} {entry.text}")),
    }
    (folder / "counts.json").write_text(json.dumps(counts), "utf-8")
    (folder / "passages.jsonl").write_text("".join(passage.model_dump_json() + "\n" for passage in passages), "utf-8")
    (folder / "documents.json").write_text(json.dumps([entry.model_dump(mode="json") for entry in documents]), "utf-8")
    (folder / "record.json").write_text(record.model_dump_json(), "utf-8")


def publish(data_dir: Path, folder: Path) -> None:
    """Put a finished generation in force: one atomic replacement."""
    draft = data_dir / "index" / f"CURRENT.{os.getpid()}.draft"
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(folder.name)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(data_dir / "index" / "CURRENT")


def clear_others(data_dir: Path, keep: Iterable[str | None]) -> None:
    """Remove generations (half-made ones of a killed run included) that are not named in `keep`."""
    kept = {"CURRENT", *filter(None, keep)}
    for entry in (data_dir / "index").iterdir():
        if entry.name in kept:
            continue
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.endswith(".draft"):
            entry.unlink(missing_ok=True)


def unusable(data_dir: Path, error: Exception) -> DataFolderUnusable:
    """The error for a data folder that cannot be written, in one sentence."""
    return DataFolderUnusable(
        f"The data folder {data_dir} cannot be used ({getattr(error, 'strerror', None) or error}); "
        "choose a folder you can write with --data-dir or SAFEGUARD_DATA_DIR, and check that the disk is not full."
    )


def _open_collection(folder: Path) -> Any:
    return chroma_client(folder).get_collection(COLLECTION, embedding_function=None)


def chroma_client(folder: Path) -> Any:
    """Chroma on a folder, with telemetry off and no default embedding model."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
