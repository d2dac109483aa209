"""ObliQA: which of 13,732 numbered passages of 40 financial regulations answer a question.

`measure(folder)` reads StructuredRegulatoryDocuments.zip and ObliQA_dev.json of RegNLP/ObliQADataset. Each regulation
is a document whose sections are its numbered passages; the search that the assistant runs ranks them.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.benchmarks.corpus import Text, blocks, library_of, rankings
from evals.benchmarks.given import limited, read, row
from evals.benchmarks.value import Benchmark, BenchmarkMissing, Published, Row
from ingest.document import Document, Section
from ingest.passages import Passage

PASSAGES, QUESTIONS = "StructuredRegulatoryDocuments.zip", "ObliQA_dev.json"
DEPTH = 10
"""How far down a ranking is looked, as published."""
_FETCHED = 40  # hits asked for: a long numbered passage is several of ours, and counts once
_PUBLISHED = {
    "recall@10": Published(value=0.8201, system="LeSeR, fine-tuned and reranked", split="test",
                           where="arXiv 2412.06009"),
    "MAP@10": Published(value=0.6655, system="LeSeR, fine-tuned and reranked", split="test", where="arXiv 2412.06009"),
}  # fmt: skip
_MEANING = {
    "recall@10": "share of a question's gold passages among the first 10; mean over questions (ir-measures R@10)",
    "MAP@10": "average precision over the first 10, divided by all gold passages; mean over questions (AP@10)",
}


@dataclass(frozen=True)
class Place:
    """A numbered passage as the benchmark names it: its document's number and its own."""

    document: int
    number: str


@dataclass(frozen=True)
class Case:
    """A question with its gold passages."""

    question: str
    gold: frozenset[Place]


def regulations(file: Path) -> list[Text]:
    """The documents of the archive, each numbered passage one section with its number as its pinpoint.

    A passage without words is left out; one that is numbered like an earlier one of its document is another section.

    Raises: BenchmarkMissing.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
            names = sorted(
                (name for name in archive.namelist() if name.endswith(".json") and "__MACOSX" not in name),
                key=lambda name: (len(name), name),
            )
            made = [_regulation(json.loads(archive.read(name).decode("utf-8-sig"))) for name in names]
    except OSError:
        raise BenchmarkMissing(f"There is no {file.name} in {file.parent}; name the folder that holds it.") from None
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, IndexError) as error:
        raise BenchmarkMissing(
            f"{file.name} is not what the benchmark publishes ({type(error).__name__}: {error}); fetch the copy again."
        ) from error
    return list(limited(made, None, file.name))


def _regulation(rows: Sequence[Mapping[str, object]]) -> Text:
    number = int(str(rows[0]["DocumentID"]))
    title = f"Document {number}"  # the benchmark gives none
    sections = tuple(
        Section((title,), str(entry["PassageID"]), found) for entry in rows if (found := blocks(str(entry["Passage"])))
    )
    return Text(f"regulation-{number}", Document(title, sections, {}))


def cases(file: Path) -> list[Case]:
    """The questions, in the file's order. Raises: BenchmarkMissing."""
    return read(file, lambda text: [_case(entry) for entry in json.loads(text)])


def _case(data: Mapping[str, object]) -> Case:
    gold = data["Passages"]
    if not isinstance(gold, list) or not gold:
        raise ValueError("a question without passages")
    return Case(
        str(data["Question"]), frozenset(Place(int(entry["DocumentID"]), str(entry["PassageID"])) for entry in gold)
    )


def places(ranked: Iterable[Passage]) -> list[Place]:
    """The numbered passages that passages belong to, each where it comes first; the first DEPTH of them."""
    named = [Place(int(passage.source_id.removeprefix("regulation-")), passage.pinpoint) for passage in ranked]
    return list(dict.fromkeys(named))[:DEPTH]


def score(gold: Iterable[Place], ranked: Sequence[Place]) -> dict[str, float]:
    """recall@10 and average precision at 10 of one ranking, by ir-measures."""
    import ir_measures
    from ir_measures import AP, R

    qrels = [ir_measures.Qrel("q", repr(place), 1) for place in gold]
    run = [ir_measures.ScoredDoc("q", repr(place), -float(n)) for n, place in enumerate(ranked)]
    found = {str(one.measure): float(one.value) for one in ir_measures.iter_calc([R @ DEPTH, AP @ DEPTH], qrels, run)}
    return {"recall@10": found.get(f"R@{DEPTH}", 0.0), "MAP@10": found.get(f"AP@{DEPTH}", 0.0)}


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`; `limit` counts questions: the passages are always all of them."""
    started = time.perf_counter()
    texts = regulations(folder / PASSAGES)
    questions = limited(cases(folder / QUESTIONS), limit, QUESTIONS)
    scores: dict[str, list[dict[str, float]]] = {}
    with library_of(texts) as library:
        sections, vectors = sum(len(text.document.sections) for text in texts), library.index.record.vectors
        for case in questions:
            for system, ranked in rankings(case.question, library, _FETCHED).items():
                scores.setdefault(system, []).append(score(case.gold, places(ranked)))
    return Benchmark(
        name="ObliQA",
        about="Which numbered passages of real regulations answer a question",
        source="RegNLP/ObliQADataset (arXiv 2409.05677)",
        licence="Apache-2.0, as its card says",
        split="dev",
        size=(f"{len(questions)} questions; {sections:,} passages of {len(texts)} regulations, {vectors:,} vectors"),
        rows=tuple(_row(system, name, of_one) for system, of_one in scores.items() for name in _MEANING),
        notes=(
            "Nothing was trained or set on this benchmark. The published system is fine-tuned on its train split and "
            "reranks, and was scored on the test split.",
            "Nobody wrote questions for these passages: as for a person's own documents, the nearest window or unit "
            "stands in for the nearest written question.",
            "The regulations come without titles or headings: each passage is indexed under its document's number.",
            "The baselines rank the same index by one measure each: BM25 of the whole passage for the question's own "
            "words, and the cosine of its nearest window.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _row(system: str, name: str, scores: Sequence[Mapping[str, float]]) -> Row:
    baseline = system != "safeguard"
    one = row([entry[name] for entry in scores], name, _MEANING[name], system, baseline=baseline)
    return one if baseline else one.model_copy(update={"published": (_PUBLISHED[name],)})
