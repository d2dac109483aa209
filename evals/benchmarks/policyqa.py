"""PolicyQA: whether the sentences quoted from a privacy policy hold the span that answers the question.

`measure(folder)` reads dev.json of wasiahmad/PolicyQA, in the format of SQuAD 1.1. A question is put to the paragraph
it comes with (see `given`).
"""

from __future__ import annotations

import json
import re
import string
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer.compose import Quote
from assistant.answer.verify import located
from evals.benchmarks.given import (
    File,
    Given,
    Said,
    harmonic,
    indexed,
    letters,
    limited,
    markdown,
    places,
    read,
    row,
    squeezed,
)
from evals.benchmarks.value import Benchmark, Published, Row

FILE = "dev.json"
PUBLISHED = Published(
    value=0.592, system="BERT fine-tuned on PolicyQA, a span", split="dev",
    where="README of wasiahmad/PolicyQA: validation f1 59.2, exact match 31.0",
)  # fmt: skip
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


@dataclass(frozen=True)
class Case:
    """A question, the number of its paragraph and the answers annotators marked, as text and place in the paragraph."""

    id: str
    question: str
    paragraph: int
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Policies:
    """The benchmark: paragraphs as (site, text), and the questions in file order."""

    paragraphs: tuple[tuple[str, str], ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Found:
    """One reply against the gold spans, the best of them: `whole` and `part` are 1 or 0, `f1` from 0 to 1."""

    whole: float
    part: float
    f1: float


def policies(file: Path) -> Policies:
    """Read the file. Raises: BenchmarkMissing."""
    return read(file, lambda text: _policies(json.loads(text)["data"]))


def _policies(data: list[dict]) -> Policies:
    paragraphs: list[tuple[str, str]] = []
    made: list[Case] = []
    for site in data:
        for paragraph in site["paragraphs"]:
            for asked in paragraph["qas"]:
                answers = tuple((answer["text"], int(answer["answer_start"])) for answer in asked["answers"])
                for text, start in answers:
                    if paragraph["context"][start : start + len(text)] != text:
                        raise ValueError(f"an answer of {asked['id']} is not where it is said to be")
                made.append(Case(str(asked["id"]), asked["question"], len(paragraphs), answers))
            paragraphs.append((str(site["title"]), paragraph["context"]))
    return Policies(tuple(paragraphs), tuple(case for case in made if case.answers))


def token_f1(said: str, gold: str) -> float:
    """F1 of two texts as bags of words, as SQuAD's script counts: lower case, without punctuation and articles.

    >>> round(token_f1("We keep the data.", "keep data for a year"), 3)
    0.571
    """
    a, b = Counter(_tokens(said)), Counter(_tokens(gold))
    common = sum((a & b).values())
    return harmonic(common / sum(a.values()), common / sum(b.values())) if common else float(a == b)


def _tokens(text: str) -> list[str]:
    bare = "".join(char for char in text.lower() if char not in string.punctuation)
    return _ARTICLES.sub(" ", bare).split()


def found(covered: set[int], said: str, case: Case, context: str) -> Found:
    """What of the gold spans is in a reply: `covered` are the letters of the paragraph it quotes, `said` its words."""
    made = []
    for text, start in case.answers:
        first = len(squeezed(context[:start]))
        wanted = range(first, first + len(squeezed(text)))
        made.append((float(all(at in covered for at in wanted)), float(any(at in covered for at in wanted)),
                     token_f1(said, text)))  # fmt: skip
    whole, part, f1 = (max(values) for values in zip(*made, strict=True))
    return Found(whole, part, f1)


@dataclass(frozen=True)
class Outcome:
    """One question: what each way of choosing holds, and of our reply whether it answers, which of its quotes stand
    word for word where they say, and how much of the paragraph it quotes.
    """

    ours: Found
    best: Found
    first: Found
    bm25: Found
    whole: Found
    answered: bool
    located: tuple[float, ...]
    share: float


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`."""
    started = time.perf_counter()
    read_in = policies(folder / FILE)
    asked = limited(read_in.cases, limit, FILE)
    used = sorted({case.paragraph for case in asked})
    named = {n: read_in.paragraphs[n] for n in used}
    sites = {site for site, _ in named.values()}
    files = [File(_name(n), markdown(f"Privacy policy of {site}", text)) for n, (site, text) in named.items()]
    with indexed(files) as given:
        every = [_outcome(case, named[case.paragraph][1], given) for case in asked]
    rows = [
        *_rows([one.ours for one in every], "safeguard"),
        *_rows([one.best for one in every], "safeguard, its best unit alone"),
        *_rows([one.first for one in every], "first sentence", baseline=True),
        *_rows([one.bm25 for one in every], "BM25 sentence", baseline=True),
        *_rows([one.whole for one in every], "all sentences", baseline=True),
        row([value for one in every for value in one.located], "quotes located",
            "share of citations whose quote stands word for word at the place named, and in the benchmark's own text"),
        row([one.share for one in every], "share quoted", "words quoted over words of the paragraph"),
        row([float(one.answered) for one in every], "answered",
            "share of questions (all of them answerable) with enough evidence to be answered as shipped"),
        row([one.ours.whole if one.answered else 0.0 for one in every], "span held, refusals as 0",
            "span held where a refused question scores 0"),
    ]  # fmt: skip
    return Benchmark(
        name="PolicyQA",
        about="Quote location inside privacy policies: which sentences of a given paragraph answer a question",
        source="wasiahmad/PolicyQA on GitHub (Ahmad et al., Findings of EMNLP 2020)",
        licence="MIT",
        split="dev",
        size=f"{len(asked)} questions on {len(used)} paragraphs of {len(sites)} sites",
        rows=tuple(rows),
        notes=(
            "The published task gives back a span of a few words; this assistant quotes whole sentences, which holds "
            "token F1 down. The published figure is of a model trained on this benchmark; nothing was trained here.",
            "Paragraphs are short (68 words in the mean): read 'span held' beside the share of one that is quoted.",
            "Each paragraph is indexed as a person's own document in one library of all of them, from which only the "
            "counts of words come; a question sees its own paragraph only. The screen for danger is not part of this.",
            "Of several gold spans the best counts, measure by measure.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )  # fmt: skip


def _name(paragraph: int) -> str:
    return f"{paragraph:04}.md"


def _outcome(case: Case, context: str, given: Given) -> Outcome:
    passages = given.passages(_name(case.paragraph))
    where = places(passages, context)
    reply = given.ask(case.question, passages)

    def of(quotes: Sequence[Quote]) -> Found:
        return found(letters(quotes, where), _words(quotes), case, context)

    return Outcome(
        ours=of(reply.quotes),
        best=of([reply.best]),
        first=of([Quote(passages[0], (0,), 1.0)]),
        bm25=of([given.bm25_unit(case.question, passages)]),
        whole=of([Quote(passage, tuple(range(len(passage.units))), 1.0) for passage in passages]),
        answered=reply.answered,
        located=_located(reply, given, context),
        share=len(_words(reply.quotes).split()) / max(1, len(context.split())),
    )


def _words(quotes: Sequence[Quote]) -> str:
    return " ".join(quote.passage.quote(quote.passage.units[n]) for quote in quotes for n in quote.units)


def _located(reply: Said, given: Given, context: str) -> tuple[float, ...]:
    text = squeezed(context)
    return tuple(
        float(located(citation, given.library.passage(citation.passage_id)) and squeezed(citation.quote) in text)
        for citation in reply.citations
    )


def _rows(every: Sequence[Found], system: str, *, baseline: bool = False) -> list[Row]:
    f1 = row([one.f1 for one in every], "token F1", "F1 of the words quoted and the best gold span, as SQuAD counts it",
             system, baseline=baseline)  # fmt: skip
    return [
        row([one.whole for one in every], "span held", "share of questions of which a gold span is quoted whole",
            system, baseline=baseline),
        row([one.part for one in every], "span touched", "share of questions of which any of a gold span is quoted",
            system, baseline=baseline),
        f1 if baseline else f1.model_copy(update={"published": (PUBLISHED,)}),
    ]  # fmt: skip
