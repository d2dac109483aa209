"""One ingest, as its steps: locate, read, split, embed, publish."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import index as store
from ingest.asked import load_asked
from ingest.encoder import Model, open_bulk_encoder, spread
from ingest.errors import CannotRead, IndexDamaged, IngestBusy, NoIndex, OtherEncoder
from ingest.index import Indexed, Record
from ingest.locate import Candidate, Root, check_readable, must_exist, named, official, own_source, starter
from ingest.passages import Passage, passages
from ingest.readers.bounded import Reader
from ingest.sources import load_register

if TYPE_CHECKING:
    from llama_index.core.schema import Document as LlamaDocument

Progress = Callable[[str], None]
BATCH = 128
"""Passages embedded between two progress messages."""


@dataclass(frozen=True)
class Failure:
    """A file that could not be read, and why."""

    path: str
    error: str


@dataclass
class Report:
    """What one ingest did, in documents; `passages` is what the index holds afterwards."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    passages: int = 0
    failures: list[Failure] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class _Read:
    """A document that has to be indexed (again)."""

    indexed: Indexed
    passages: list[Passage]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Previous:
    """The generation in force before this run; empty when there is none that can be built upon."""

    name: str | None
    documents: dict[str, Indexed]
    passages: tuple[Passage, ...]


def ingest(
    paths: Iterable[str | Path] = (),
    *,
    data_dir: Path,
    model: Model,
    with_starter: bool = True,
    forget: Iterable[str | Path] = (),
    progress: Progress = lambda message: None,
) -> Report:
    """Bring the index level with the starter library, the official texts fetched, `paths`, and every path given before.

    A path stays named until it is given to `forget`; its files that are gone from disk leave the index. A file that
    cannot be read is reported, and the version read before goes on serving; it never stops the rest.

    Raises: BadRequest for a path that does not exist, DataFolderUnusable, IngestBusy, EncoderUnavailable.
    """
    started = time.perf_counter()
    wanted = [Root.of(path) for path in paths]
    must_exist(wanted)
    report = Report()
    with _lock(data_dir):
        before = _previous(data_dir, model, report)
        roots = _remember(data_dir, wanted, {Root.of(path).resolved for path in forget})
        present = [root for root in roots if Path(root.resolved).exists()]
        candidates = [*(starter(load_register()) if with_starter else ()), *named(present)]
        if with_starter:
            candidates.extend(official(data_dir, lambda id_, error: _fail(report, id_, error)))
        progress(f"Comparing {len(candidates)} documents with the index.")
        kept, changed = _compare(candidates, before, report, progress)
        _keep_absent(kept, before, roots, present, report)
        gone = sorted(set(before.documents) - set(kept) - {entry.indexed.source.id for entry in changed})
        report.removed = len(gone)
        report.passages = len(before.passages)
        if changed or gone or (before.name is None and kept):
            report.passages = _publish(data_dir, model, before, kept, changed, gone, progress)
    report.seconds = round(time.perf_counter() - started, 3)
    return report


@contextmanager
def _lock(data_dir: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        (data_dir / "index").mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(data_dir / "ingest.lock"), timeout=0)
        lock.acquire()
    except Timeout:
        raise IngestBusy(
            "Another ingest is running on this data folder; wait until it is done and try again."
        ) from None
    except OSError as error:
        raise store.unusable(data_dir, error) from error
    try:
        yield
    except Exception as error:
        # Chroma says in its own words that a disk is full or that a file may not be written.
        if isinstance(error, OSError) or type(error).__module__.startswith("chromadb"):
            raise store.unusable(data_dir, error) from error
        raise
    finally:
        lock.release()


def _previous(data_dir: Path, model: Model, report: Report) -> _Previous:
    """What this run can build upon; a damaged index, or one of another model, is said and made anew."""
    try:
        opened = store.open_index(data_dir, model.fingerprint)
        store.check_docstore(opened.folder)
    except NoIndex:
        return _Previous(None, {}, ())
    except IndexDamaged as damage:
        report.notices.append(f"{str(damage).partition(';')[0].rstrip('.')}; all documents were read again.")
        return _Previous(None, {}, ())
    except OtherEncoder:
        report.notices.append("The embedding model has changed; all documents were read again.")
        return _Previous(None, {}, ())
    return _Previous(opened.name, opened.documents, opened.passages)


def remembered(data_dir: Path) -> list[Root]:
    """The paths given to ingest so far; none where the list is not there or cannot be read."""
    try:
        return [Root(**entry) for entry in json.loads((data_dir / "roots.json").read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _remember(data_dir: Path, wanted: Sequence[Root], forget: set[str]) -> list[Root]:
    """All roots in force, kept beside the index so that a damaged index does not lose them."""
    file, known = data_dir / "roots.json", remembered(data_dir)
    given = {root.resolved for root in wanted}
    roots = [root for root in known if root.resolved not in given | forget] + list(dict.fromkeys(wanted))
    if roots != known:
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps([asdict(root) for root in roots]), encoding="utf-8")
        draft.replace(file)
    return roots


def _compare(
    candidates: Sequence[Candidate], before: _Previous, report: Report, progress: Progress
) -> tuple[dict[str, Indexed], list[_Read]]:
    """Documents that stay as they are, by id, and those that were read because they are new or changed."""
    kept: dict[str, Indexed] = {}
    changed: list[_Read] = []
    with Reader() as reader:
        for number, candidate in enumerate(candidates, start=1):
            known = before.documents.get(candidate.id)
            try:
                if known and _same(candidate, known):
                    kept[candidate.id] = known
                    report.unchanged += 1
                    continue
                changed.append(_read(candidate, reader, number, len(candidates), progress))
            except (CannotRead, OSError) as error:
                message = str(error) if isinstance(error, CannotRead) else f"{candidate.file.name}: {error.strerror}"
                if known:
                    kept[candidate.id] = known
                    message += " The version read before is still used."
                _fail(report, candidate.path or candidate.file.name, message)
                continue
            report.notices.extend(changed[-1].notices)
            if known:
                report.updated += 1
            else:
                report.added += 1
    return kept, changed


def _fail(report: Report, path: str, error: str) -> None:
    report.failed += 1
    report.failures.append(Failure(path, error))


def _same(candidate: Candidate, known: Indexed) -> bool:
    """Unchanged by size and modification time, or, when only the time moved, by content."""
    check_readable(candidate)
    if candidate.source is not None and candidate.source != known.source:
        return False
    if load_asked(candidate.id).sha256 != known.asked_sha256:
        return False
    status = candidate.file.stat()
    if candidate.path != known.path or str(candidate.file) != known.file:
        return False
    if (status.st_size, status.st_mtime_ns) == (known.size, known.modified_ns):
        return True
    return status.st_size == known.size and _sha256(candidate.file.read_bytes()) == known.sha256


def _read(candidate: Candidate, reader: Reader, number: int, of: int, progress: Progress) -> _Read:
    """A candidate's passages. Its hash is taken before it is read: a file that is changed meanwhile is read again."""
    check_readable(candidate)
    name = candidate.file.name
    progress(f"Reading file {number} of {of}: {name}.")
    status = candidate.file.stat()
    sha256 = _sha256(candidate.file.read_bytes())
    if candidate.sha256 not in (None, sha256):
        raise CannotRead(f"{name} is not what was fetched; run `safeguard sync` again.")
    document = reader.read(candidate.file, lambda page, pages: progress(f"Reading {name}: page {page} of {pages}."))
    source = candidate.source or own_source(candidate, document)
    asked = load_asked(source.id)
    made = passages(document, source, candidate.path, asked)
    if not made:
        raise CannotRead(f"{name} holds no text that can be quoted; nothing was added.")
    indexed = Indexed(
        source=source, path=candidate.path, file=str(candidate.file), size=status.st_size,
        modified_ns=status.st_mtime_ns, sha256=sha256, asked_sha256=asked.sha256, passages=len(made),
    )  # fmt: skip
    return _Read(indexed, made, tuple(f"{name}: {notice}" for notice in document.notices))


def _keep_absent(
    kept: dict[str, Indexed], before: _Previous, roots: Sequence[Root], present: Sequence[Root], report: Report
) -> None:
    """Documents of a folder that is not there at all today (a drive not mounted) are kept, and said."""
    for root in roots:
        if root in present:
            continue
        folder = Path(root.resolved)
        if folder.parent.is_dir() and folder.suffix:
            continue  # a single file, deleted from a folder that is there
        below = [entry for entry in before.documents.values() if Path(entry.file).is_relative_to(folder)]
        kept.update({entry.source.id: entry for entry in below})
        _fail(
            report, root.given,
            f"The folder is not there; its {len(below)} documents are kept. Use --forget to drop it.",
        )  # fmt: skip


def _publish(
    data_dir: Path, model: Model, before: _Previous, kept: dict[str, Indexed], changed: Sequence[_Read],
    gone: Sequence[str], progress: Progress,
) -> int:  # fmt: skip
    """Write the next generation and put it in force; returns how many passages it holds."""
    folder = store.new_generation(data_dir, copy_of=before.name)
    collection = _collection(folder)
    by_source = {entry.indexed.source.id: entry for entry in changed}
    stale = [passage for passage in before.passages if passage.source_id in by_source or passage.source_id in gone]
    _embed(data_dir, folder, model, collection, changed, stale, progress)
    unchanged: dict[str, list[Passage]] = {}
    for passage in before.passages:
        unchanged.setdefault(passage.source_id, []).append(passage)
    documents = sorted(
        [*kept.values(), *(entry.indexed for entry in changed)],
        key=lambda entry: (entry.source.authority, entry.source.id),
    )
    every = [
        passage
        for entry in documents
        for passage in (
            by_source[entry.source.id].passages if entry.source.id in by_source else unchanged[entry.source.id]
        )
    ]
    record = Record(
        layout=store.LAYOUT, fingerprint=model.fingerprint, passages=len(every), vectors=collection.count(),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip
    progress("Writing the word index.")
    store.write_files(folder, record, documents, every)
    store.publish(data_dir, folder)
    store.clear_others(data_dir, keep=(folder.name, before.name))
    return len(every)


def _embed(
    data_dir: Path, folder: Path, model: Model, collection: Any, changed: Sequence[_Read], stale: Sequence[Passage],
    progress: Progress,
) -> None:  # fmt: skip
    """Run LlamaIndex's IngestionPipeline, with its docstore, over the passages of the documents that changed.

    To LlamaIndex each passage is a document, known by its id and by a hash of all that is embedded of it: in a document
    of which one clause changed, only that clause is embedded again. `stale` are the passages these documents had.
    """
    progress("Loading the embedding model.")
    from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
    from llama_index.core.storage.docstore import SimpleDocumentStore
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from ingest.nodes import EncoderEmbedding, PassageNodeParser

    file = folder / "docstore.json"
    docstore = SimpleDocumentStore.from_persist_path(str(file)) if file.is_file() else SimpleDocumentStore()
    passages_of = {passage.id: passage for entry in changed for passage in entry.passages}
    dropped = [passage.id for passage in stale if passage.id not in passages_of]
    for start in range(0, len(dropped), BATCH):
        ids = dropped[start : start + BATCH]
        collection.delete(where={"document_id": {"$in": ids}})
        for id_ in ids:
            docstore.delete_document(id_, raise_error=False)
    fresh = [
        passage for passage in passages_of.values() if docstore.get_document_hash(passage.id) != _node(passage).hash
    ]
    if fresh:
        samples = spread([text for passage in fresh for text in (passage.text, *passage.asked)])
        pipeline = IngestionPipeline(
            transformations=[
                PassageNodeParser(passages_of=passages_of, count=model.count, room=model.room),
                EncoderEmbedding(open_bulk_encoder(model, data_dir / "encoders", samples)),
            ],
            docstore=docstore,
            vector_store=ChromaVectorStore(chroma_collection=collection),
            docstore_strategy=DocstoreStrategy.UPSERTS,
            disable_cache=True,
        )
        for start in range(0, len(fresh), BATCH):
            progress(f"Indexing passage {start + 1} of {len(fresh)}.")
            pipeline.run(documents=[_node(passage) for passage in fresh[start : start + BATCH]])
    docstore.persist(str(file))


def _collection(folder: Path) -> Any:
    client = store.chroma_client(folder / "chroma")
    return client.get_or_create_collection(
        store.COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
    )


def _node(passage: Passage) -> LlamaDocument:
    """A passage as LlamaIndex's docstore knows it: its id, and a hash of all that is embedded of it."""
    from llama_index.core.schema import Document as LlamaDocument

    units = [(unit.start, unit.end, unit.kind, unit.group) for unit in passage.units]
    whole = json.dumps([passage.context, passage.text, units, passage.asked])
    return LlamaDocument(id_=passage.id, text=_sha256(whole.encode()))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
