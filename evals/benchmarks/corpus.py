"""A benchmark's own texts as a library: split, embedded, indexed and opened as a person's own documents are.

What a document holds is split by `ingest.passages`, its windows and units are embedded by the ingest's encoder and laid
into a generation, and `Library.open` opens that. Only the first step differs from `safeguard ingest`: the sections come
from the benchmark's file and not from a file of a person's. LlamaIndex's docstore, which only a second ingest reads, is
not written.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from assistant.answer.question import understand
from assistant.library import Library
from assistant.retrieve import search
from assistant.settings import settings
from ingest import index as store
from ingest.document import Block, BlockKind, Document
from ingest.encoder import Model, exported_file, find_model, open_bulk_encoder, spread
from ingest.index import Indexed, Record, vector_key, window_key
from ingest.lexical import terms
from ingest.passages import Passage, passages, unit_texts, windows
from ingest.readers.clauses import split_marker
from ingest.readers.text import clean
from ingest.sources import Kind, Source

CACHE = "SAFEGUARD_BENCHMARK_CACHE"
"""Environment variable: a folder in which made libraries are kept for the next run; a temporary one without it.

A run that finds its library there embeds nothing but questions, so its seconds are fewer.
"""
_BATCH = 2048  # texts encoded at once; their vectors go into Chroma in the same batches
_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Text:
    """One document of a benchmark. `id`: lower-case letters, digits and hyphens, unique in the benchmark."""

    id: str
    document: Document


@contextmanager
def library_of(texts: Sequence[Text]) -> Iterator[Library]:
    """A library of these documents and nothing else.

    A library kept under CACHE is used again only for the same texts and the same encoder: its folder is named by a hash
    of the encoder's fingerprint and of everything that is embedded. The encoder that `safeguard ingest` has exported on
    this machine is used where there is one.
    """
    model = find_model()
    made = [(text.id, passages(text.document, _source(text))) for text in texts]
    kept = os.environ.get(CACHE)
    if kept:
        folder = Path(kept) / _key(model, made)
        if store.current_generation(folder) is None:
            _index(folder, model, texts, made)
        yield Library.open(folder)
        return
    with tempfile.TemporaryDirectory(prefix="safeguard-benchmark-") as folder_name:
        _index(Path(folder_name), model, texts, made)
        yield Library.open(Path(folder_name))


def rankings(query: str, library: Library, most: int) -> dict[str, list[Passage]]:
    """System → its first passages, best first: "safeguard", the assistant's search, and two of its rankings alone.

    "BM25 alone": BM25 of whole passages for the query's own words. "encoder alone": cosine of the nearest window.
    """
    index = library.index
    hits = search(library, understand(query, (), library.vocabulary), most)
    lexical = index.bm25(terms(query))
    by_words = [int(n) for n in np.argsort(-lexical, kind="stable")[:most] if lexical[n] > 0]
    near = index.dense(library.encode(query), k=5 * most).windows
    by_vector = sorted(near, key=lambda id_: -near[id_])[:most]
    return {
        "safeguard": [hit.passage for hit in hits],
        "BM25 alone": [index.passages[n] for n in by_words],
        "encoder alone": [index.passages[index.position[id_]] for id_ in by_vector],
    }


def blocks(text: str) -> tuple[Block, ...]:
    """A plain text as a reader gives it: each line a paragraph, or an item where it begins with a marker such as "(a)".

    A Roman numeral of two letters or more is one deeper, as in a statute; "(i)" may be the ninth letter.
    """
    made: list[Block] = []
    group = 0
    for line in clean(text).splitlines():
        marker, words = split_marker(" ".join(line.split()))
        if not words:
            continue
        if not marker:
            made.append(Block(words))
            continue
        if not made or made[-1].kind is BlockKind.PARAGRAPH:
            group += 1
        deeper = bool(made) and len(marker) > 3 and set(marker.strip("().")) <= set("ivx")
        made.append(Block(words, BlockKind.ITEM, group, marker, int(deeper)))
    return tuple(made)


def _source(text: Text) -> Source:
    return Source(
        id=text.id, title=" ".join(text.document.title.split())[:200].ljust(3, "."), publisher="Your own documents",
        url=None, format="text", kind=Kind.OWN_DOCUMENT, audience="joint", jurisdiction="Not stated",
        licence="Not stated; your own copy", published="Not stated", checked_on=_DAY,
    )  # fmt: skip


def _key(model: Model, made: Sequence[tuple[str, Sequence[Passage]]]) -> str:
    whole = json.dumps([model.fingerprint, store.LAYOUT, *(p.model_dump(mode="json") for _, ps in made for p in ps)])
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def _index(folder: Path, model: Model, texts: Sequence[Text], made: Sequence[tuple[str, Sequence[Passage]]]) -> None:
    """Embed and write a generation, and put it in force as the last act: a run that dies leaves nothing in force."""
    exported = exported_file(model, (settings().data_dir / "encoders").resolve())
    link = exported_file(model, folder / "encoders")
    link.parent.mkdir(parents=True, exist_ok=True)
    if exported.is_file() and not link.exists():
        link.symlink_to(exported)
    every = [passage for _, of_one in made for passage in of_one]
    keyed: list[tuple[str, str]] = []
    for passage in every:
        keyed.extend((window_key(passage.id, n), text)
                     for n, text in enumerate(windows(passage, model.count, model.room)))  # fmt: skip
        keyed.extend((vector_key(passage.id, n), text) for n, text in enumerate(unit_texts(passage)))
    keyed.sort(key=lambda entry: len(entry[1]))  # texts of like length waste no padding
    encoder = open_bulk_encoder(model, folder / "encoders", spread([text for _, text in keyed]))
    generation = store.new_generation(folder, copy_of=None)
    collection = store.chroma_client(generation / "chroma").get_or_create_collection(
        store.COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
    )
    for start in range(0, len(keyed), _BATCH):
        batch = keyed[start : start + _BATCH]
        collection.add(ids=[key for key, _ in batch], embeddings=encoder.encode([text for _, text in batch]))
    documents = [
        Indexed(source=_source(text), path=None, file="", size=0, modified_ns=0, sha256="", passages=len(of_one))
        for text, (_, of_one) in zip(texts, made, strict=True)
    ]
    record = Record(
        layout=store.LAYOUT, fingerprint=model.fingerprint, passages=len(every), vectors=collection.count(),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip
    store.write_files(generation, record, documents, every)
    store.publish(folder, generation)
