"""CLAPnq: which sentences of a given passage are chosen, and whether an unanswerable question is refused.

`measure(folder)` reads clapnq_dev_answerable.jsonl and clapnq_dev_unanswerable.jsonl of primeqa/clapnq. Nothing is
retrieved: a question is put to the passage it comes with (see `given`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from assistant.answer.compose import Quote
from evals.benchmarks.given import (
    File,
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
from evals.benchmarks.value import Benchmark, Row
from ingest.passages import Passage

ANSWERABLE, UNANSWERABLE = "clapnq_dev_answerable.jsonl", "clapnq_dev_unanswerable.jsonl"
DOUBTS = "safeguard, doubts as refusals"
"""The system in which an answer that says it may not be one counts as refused."""
COVERED = 0.5
"""Share of a sentence's letters from which it counts as quoted: our splitter may cut elsewhere than the benchmark's."""


@dataclass(frozen=True)
class Case:
    """A question with its passage. `gold`: for each annotator, which sentences the answer was written from."""

    id: str
    question: str
    title: str
    sentences: tuple[str, ...]
    gold: tuple[frozenset[int], ...]

    @property
    def answerable(self) -> bool:
        """Whether the benchmark says that the passage answers the question."""
        return bool(self.gold)

    @property
    def text(self) -> str:
        """The passage, its sentences in one paragraph."""
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one choice of sentences, against the annotator it agrees with best."""

    precision: float
    recall: float
    f1: float


def cases(file: Path) -> list[Case]:
    """The questions of one file, in its order; those an annotator marked without naming a sentence are left out."""
    rows = read(file, lambda text: [_case(json.loads(line)) for line in text.splitlines() if line.strip()])
    wanted = file.name == ANSWERABLE
    return [case for case in rows if case.answerable == wanted]


def _case(data: dict) -> Case:
    (passage,) = data["passages"]
    sentences = tuple(sentence for sentence in passage["sentences"] if squeezed(sentence))
    number = {squeezed(sentence): n for n, sentence in reversed(list(enumerate(sentences)))}
    gold = [frozenset(number[squeezed(one)] for one in out["selected_sentences"]) for out in data["output"]]
    return Case(str(data["id"]), data["input"], passage["title"], sentences, tuple(filter(None, gold)))


def score(chosen: Iterable[int], gold: Sequence[frozenset[int]]) -> Score:
    """How well the chosen sentences are the gold ones; choosing nothing scores 0."""
    taken = frozenset(chosen)
    made = []
    for wanted in gold:
        right = len(taken & wanted)
        precision, recall = right / len(taken) if taken else 0.0, right / len(wanted)
        made.append(Score(precision, recall, harmonic(precision, recall)))
    return max(made, key=lambda entry: entry.f1)


def chosen_sentences(quotes: Sequence[Quote], passages: Sequence[Passage], case: Case) -> list[int]:
    """Which of the benchmark's sentences the quotes cover, by half of their letters or more."""
    covered = letters(quotes, places(passages, case.text))
    made, at = [], 0
    for n, sentence in enumerate(case.sentences):
        size = len(squeezed(sentence))
        if sum(place in covered for place in range(at, at + size)) >= COVERED * size:
            made.append(n)
        at += size
    return made


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`; `limit` counts questions of each of the two files."""
    started = time.perf_counter()
    yes = limited(cases(folder / ANSWERABLE), limit, ANSWERABLE)
    no = limited(cases(folder / UNANSWERABLE), limit, UNANSWERABLE)
    every = [*yes, *no]
    names = {case.id: f"{n:04}.md" for n, case in enumerate(every)}
    with indexed([File(names[case.id], markdown(case.title, case.text)) for case in every]) as given:
        passages = {case.id: given.passages(names[case.id]) for case in every}
        said = {case.id: given.ask(case.question, passages[case.id]) for case in every}
        bm25 = {case.id: given.bm25_unit(case.question, passages[case.id]) for case in yes}
    chosen = {case.id: chosen_sentences(said[case.id].quotes, passages[case.id], case) for case in yes}

    def of_one(quotes: Callable[[Case], Quote]) -> list[Score]:
        return [score(chosen_sentences([quotes(case)], passages[case.id], case), case.gold) for case in yes]

    rows = [
        *_sentence_rows([score(chosen[case.id], case.gold) for case in yes], "safeguard"),
        *_sentence_rows(of_one(lambda case: said[case.id].best), "safeguard, its best unit alone"),
        *_sentence_rows([score([0], case.gold) for case in yes], "first sentence", baseline=True),
        *_sentence_rows(of_one(lambda case: bm25[case.id]), "BM25 sentence", baseline=True),
        *_sentence_rows([score(range(len(case.sentences)), case.gold) for case in yes], "all sentences", baseline=True),
        row([len(chosen[case.id]) / len(case.sentences) for case in yes], "sentences chosen",
            "share of an answerable question's passage that is chosen, in sentences"),
        row([score(chosen[case.id], case.gold).f1 if said[case.id].answered else 0.0 for case in yes],
            "sentence F1, refusals as 0", "sentence F1 where a refused answerable question scores 0"),
        *refusal_rows([not said[case.id].answered for case in yes], [not said[case.id].answered for case in no]),
        *refusal_rows([not said[case.id].plain for case in yes], [not said[case.id].plain for case in no], DOUBTS),
        *refusal_rows([False] * len(yes), [False] * len(no), "never refuse"),
        *refusal_rows([True] * len(yes), [True] * len(no), "always refuse"),
        told_apart([said[case.id].probability for case in yes], [said[case.id].probability for case in no]),
    ]  # fmt: skip
    return Benchmark(
        name="CLAPnq",
        about="Sentence citation and refusal on passages of Wikipedia, without retrieval",
        source="primeqa/clapnq on GitHub (Rosenthal et al., arXiv 2404.02103)",
        licence="Apache-2.0",
        split="dev",
        size=f"{len(yes)} answerable and {len(no)} unanswerable questions, each with one passage",
        rows=tuple(rows),
        notes=(
            "Not the published task: the paper scores written answers (RougeL) and this assistant writes none, so no "
            "published figure stands beside these.",
            "The texts are general knowledge from Wikipedia, in the tokenised spelling of Natural Questions; the "
            "evidence model was calibrated on safeguarding questions and nothing was changed for this.",
            "Each passage is indexed as a person's own document in one library of all of them, from which only the "
            "counts of words come; a question sees its own passage only. The screen for danger is not part of this.",
            "Of several annotators the one that agrees best counts. Annotations that name no sentence are left "
            "out, and with them a question that has no other.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _sentence_rows(scores: Sequence[Score], system: str, *, baseline: bool = False) -> list[Row]:
    where = "of answerable questions, whatever the evidence; mean over questions"
    return [
        row([one.precision for one in scores], "sentence precision",
            f"share of the chosen sentences that are gold, {where}", system, baseline=baseline),
        row([one.recall for one in scores], "sentence recall",
            f"share of the gold sentences that are chosen, {where}", system, baseline=baseline),
        row([one.f1 for one in scores], "sentence F1",
            f"harmonic mean of the two question by question, {where}", system, baseline=baseline),
    ]  # fmt: skip


def refusal_rows(refused_yes: Sequence[bool], refused_no: Sequence[bool], system: str = "safeguard") -> list[Row]:
    """Precision, recall and F1 of refusing, from what was refused among answerable and unanswerable questions.

    Precision is 0 where nothing is refused. F1 is no mean over questions and has no interval here.
    """
    baseline = system not in ("safeguard", DOUBTS)
    right = [0.0] * sum(refused_yes) + [1.0] * sum(refused_no)
    precision = row(right, "refusal precision", "share of the refused questions that are unanswerable",
                    system, baseline=baseline)  # fmt: skip
    recall = row([float(refused) for refused in refused_no], "refusal recall",
                 "share of the unanswerable questions that are refused", system, baseline=baseline)  # fmt: skip
    f1 = Row(
        system=system, measure="refusal F1", meaning="harmonic mean of refusal precision and recall over all questions",
        value=harmonic(precision.value, recall.value), cases=len(refused_yes) + len(refused_no), baseline=baseline,
    )  # fmt: skip
    return [precision, recall, f1]


def told_apart(yes: Sequence[float], no: Sequence[float]) -> Row:
    """Area under the ROC curve of the evidence model's probability: what any threshold could do with it."""
    below = [fmean(0.5 if b == a else float(b < a) for b in no) for a in yes]
    return row(
        below,
        "evidence AUC",
        "chance that an answerable question is given more evidence than an unanswerable one; 0.5 is none; the interval "
        "resamples the answerable ones",
    )
