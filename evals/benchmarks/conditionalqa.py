"""ConditionalQA: which lines of a gov.uk page a scenario's question rests on, its conditions included.

`measure(folder)` reads train.json of haitian-sun/ConditionalQA. The pages themselves are not in the copy: each is
rebuilt from the lines that its questions cite, so a page here is shorter and richer in answers than it was published.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from assistant.answer.compose import Quote, compose
from assistant.answer.question import understand
from assistant.library import Library
from assistant.retrieve import search
from assistant.settings import answering
from evals.benchmarks.clapnq import DOUBTS, refusal_rows, told_apart
from evals.benchmarks.corpus import Text, library_of, rankings
from evals.benchmarks.given import Given, harmonic, limited, read, row, squeezed
from evals.benchmarks.value import Benchmark, Row
from ingest.document import Block, BlockKind, Document, Section
from ingest.encoder import find_model
from ingest.lexical import build, scores, terms
from ingest.passages import Passage

FILE = "train.json"
_FETCHED = 30  # hits asked for: a page may be several passages, and counts once
_LINE = re.compile(r"<(?P<tag>\w+)>(?P<text>.*)</(?P=tag)>\s*", re.DOTALL)
_KINDS = {"li": BlockKind.ITEM, "tr": BlockKind.ROW}
_HEADINGS = {"h1", "h2", "h3", "h4"}


@dataclass(frozen=True)
class Line:
    """One line of a page as the benchmark cites it: its tag and its words."""

    tag: str
    text: str

    @classmethod
    def of(cls, cited: str) -> Line:
        """Raises: ValueError when it is not one element of a page."""
        match = _LINE.fullmatch(cited)
        if match is None:
            raise ValueError(f"not a line of a page: {cited[:60]!r}")
        return cls(match["tag"], " ".join(match["text"].split()))


@dataclass(frozen=True)
class Case:
    """A scenario and its question. `conditions`: the lines that its answers hold under; none where they simply hold."""

    page: str
    query: str
    answerable: bool
    evidence: tuple[Line, ...]
    conditions: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """A page rebuilt: its id in the library, the last words of its address as its title, and its lines."""

    id: str
    title: str
    lines: tuple[Line, ...]

    def text(self) -> Text:
        """The page as a reader gives it: a heading begins a section, a list is one group, a row its cells."""
        sections: list[Section] = []
        heading: tuple[str, ...] = (self.title,)
        current: list[Block] = []
        group = 0
        for line in (*self.lines, Line("h2", "")):
            if line.tag in _HEADINGS:
                if current:
                    sections.append(Section(heading, heading[-1], tuple(current)))
                heading, current, group = (self.title, line.text), [], 0
                continue
            kind = _KINDS.get(line.tag, BlockKind.PARAGRAPH)
            if kind is BlockKind.PARAGRAPH:
                current.append(Block(line.text))
                continue
            if not current or current[-1].kind is not kind:
                group += 1
            current.append(Block(line.text, kind, group, "-" if kind is BlockKind.ITEM else ""))
        return Text(self.id, Document(self.title, tuple(sections), {}))


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one choice of lines."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class _Outcome:
    """What became of one case; line numbers are those of its own page."""

    ranks: Mapping[str, int | None]
    chosen: frozenset[int]
    found: frozenset[int]
    by_words: frozenset[int]
    by_vector: frozenset[int]
    refused: bool
    doubted: bool
    probability: float


def cases(file: Path) -> list[Case]:
    """The questions, in the file's order. Raises: BenchmarkMissing."""
    return read(file, lambda text: [_case(entry) for entry in json.loads(text)])


def _case(data: Mapping) -> Case:
    conditions = [line for answer in data["answers"] for line in answer[1]]
    return Case(
        str(data["url"]), f"{data['scenario']} {data['question']}".strip(), not data["not_answerable"],
        tuple(Line.of(line) for line in data["evidences"]),
        tuple(Line.of(line) for line in dict.fromkeys(conditions)),
    )  # fmt: skip


def pages(every: Iterable[Case]) -> dict[str, Page]:
    """Address → the page rebuilt from the lines its questions cite; a page of headings only is left out.

    A question cites lines in the page's order, so a line is put behind the one cited before it.
    """
    lines: dict[str, list[Line]] = {}
    for case in every:
        known = lines.setdefault(case.page, [])
        for cited in (case.evidence, case.conditions):
            at = -1
            for line in cited:
                if line not in known:
                    known.insert(at + 1 if at >= 0 else len(known), line)
                at = known.index(line)
    quotable = {url: found for url, found in lines.items() if any(line.tag not in _HEADINGS for line in found)}
    return {
        url: Page(f"page-{n}", url.rstrip("/").rsplit("/", 1)[-1].replace("-", " ").capitalize(), tuple(found))
        for n, (url, found) in enumerate(quotable.items())
    }


def line_numbers(page: Page, passages: Sequence[Passage]) -> dict[tuple[str, int], int]:
    """(passage id, unit) → the line of the page it stands in."""
    squeezed_lines = [squeezed(line.text) for line in page.lines]
    made: dict[tuple[str, int], int] = {}
    at = 0
    for passage in passages:
        for n, unit in enumerate(passage.units):
            words = squeezed(passage.quote(unit))
            order = [*range(at, len(page.lines)), *range(at)]  # units stand in the order of the lines
            line = next((number for number in order if words in squeezed_lines[number]), None)
            if line is not None:
                made[passage.id, n] = line
                at = line
    return made


def lines_of(quotes: Iterable[Quote], where: Mapping[tuple[str, int], int]) -> frozenset[int]:
    """The lines of which a sentence or more is quoted."""
    units = [(quote.passage.id, n) for quote in quotes for n in quote.units]
    return frozenset(where[unit] for unit in units if unit in where)


def score(chosen: Iterable[int], gold: Iterable[int]) -> Score:
    """How well the chosen lines are the gold ones; choosing nothing scores 0."""
    taken, wanted = frozenset(chosen), frozenset(gold)
    right = len(taken & wanted)
    precision, recall = right / len(taken) if taken else 0.0, right / len(wanted)
    return Score(precision, recall, harmonic(precision, recall))


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`; `limit` counts questions: the pages are always rebuilt from all of them."""
    started = time.perf_counter()
    every = cases(folder / FILE)
    rebuilt = pages(every)
    chosen = [case for case in limited(every, limit, FILE) if case.page in rebuilt]
    left_out = len(limited(every, limit, FILE)) - len(chosen)
    with library_of([page.text() for page in rebuilt.values()]) as library:
        given = Given(library, folder, find_model())
        places = {url: line_numbers(page, library.passages_of(page.id)) for url, page in rebuilt.items()}
        outcomes = [_outcome(case, rebuilt[case.page], places[case.page], given) for case in chosen]
    both = list(zip(chosen, outcomes, strict=True))
    return Benchmark(
        name="ConditionalQA",
        about="Which lines of a gov.uk page a scenario's question rests on; unanswerable and conditional questions",
        source="haitian-sun/ConditionalQA (arXiv 2110.06884)",
        licence="for research only, as its README says; page text Open Government Licence",
        split="train",
        size=f"{len(chosen)} questions, {len(rebuilt)} pages of {sum(len(p.lines) for p in rebuilt.values()):,} lines",
        rows=(*_page_rows(both), *_line_rows(both, rebuilt), *_refusals(both), *_conditions(both, rebuilt)),
        notes=(
            "Not the published task: there an answer is written (a span, yes or no) with its conditions, and compared "
            "by EM and F1, test split, best 57.2/63.2 and with conditions 46.1/51.9. This assistant quotes lines and "
            "writes no answer, so those figures say nothing of the ones here.",
            "Pages are rebuilt from the lines that questions cite, so most lines of a page are somebody's evidence: "
            "finding lines is easier here than on whole pages, and the page's title is the last words of its address.",
            "The query is the scenario and the question in one. A line counts as quoted when one sentence of it is; "
            "headings are never quoted, so a cited heading is always missed.",
            "Unanswerable means that the page does not answer it; the refusals here see that page only. "
            f"Questions left out because their page has no line to quote: {left_out}.",
            "The evidence model was calibrated on safeguarding questions of a sentence or two; a scenario is longer.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _outcome(case: Case, page: Page, where: Mapping[tuple[str, int], int], given: Given) -> _Outcome:
    library = given.library
    ranked = rankings(case.query, library, _FETCHED)
    order = {system: list(dict.fromkeys(one.source_id for one in found)) for system, found in ranked.items()}
    asked = understand(case.query, (), library.vocabulary)
    found = compose(asked, search(library, asked, answering().retrieval.sections), library)
    said = given.ask(case.query, library.passages_of(page.id))
    chosen = lines_of(said.quotes, where)
    return _Outcome(
        ranks={system: ids.index(page.id) + 1 if page.id in ids else None for system, ids in order.items()},
        chosen=chosen,
        found=_on_page(found, where, len(page.lines)),
        by_words=_best(_by_words(page, case.query), len(chosen)),
        by_vector=_best(_by_vector(page, where, case.query, library), len(chosen)),
        refused=not said.answered,
        doubted=said.answered and not said.plain,
        probability=said.probability,
    )


def _on_page(quotes: Sequence[Quote], where: Mapping[tuple[str, int], int], lines: int) -> frozenset[int]:
    """Lines quoted from a page of so many, and a number beyond them for every unit that is quoted from another page."""
    units = [(quote.passage.id, n) for quote in quotes for n in quote.units]
    elsewhere = (lines + n for n, unit in enumerate(units) if unit not in where)
    return lines_of(quotes, where) | frozenset(elsewhere)


def _by_words(page: Page, query: str) -> np.ndarray:
    """BM25 of each line, counted within the page."""
    return scores(build([line.text for line in page.lines]), terms(query))[: len(page.lines)]


def _by_vector(page: Page, where: Mapping[tuple[str, int], int], query: str, library: Library) -> np.ndarray:
    """Cosine of each line's nearest unit; -1 for a line without one."""
    near = library.index.units_cosines(library.encode(query), library.passages_of(page.id))
    best = np.full(len(page.lines), -1.0)
    for (id_, n), line in where.items():
        best[line] = max(best[line], float(near[id_][n]))
    return best


def _best(values: np.ndarray, count: int) -> frozenset[int]:
    return frozenset(int(n) for n in np.argsort(-values, kind="stable")[:count])


_Both = Sequence[tuple[Case, _Outcome]]


def _page_rows(both: _Both) -> list[Row]:
    cited = [outcome for case, outcome in both if case.answerable]
    return [
        row([float((rank := one.ranks[system]) is not None and rank <= k) for one in cited], f"page recall@{k}",
            f"share of answerable questions whose page is among the first {k} of all pages", system,
            baseline=system != "safeguard")
        for system in ("safeguard", "BM25 alone", "encoder alone")
        for k in (1, 5)
    ]  # fmt: skip


def _line_rows(both: _Both, rebuilt: Mapping[str, Page]) -> list[Row]:
    made: list[Row] = []
    kept = [(case, one) for case, one in both if case.answerable and case.evidence]
    gold = [_numbers(case.evidence, rebuilt[case.page]) for case, _ in kept]
    systems: dict[str, list[frozenset[int]]] = {
        "safeguard": [one.chosen for _, one in kept],
        "safeguard, page not given": [one.found for _, one in kept],
        "BM25, as many lines": [one.by_words for _, one in kept],
        "encoder, as many lines": [one.by_vector for _, one in kept],
        "all lines of the page": [frozenset(range(len(rebuilt[case.page].lines))) for case, _ in kept],
    }
    for system, lines in systems.items():
        scored = [score(taken, wanted) for taken, wanted in zip(lines, gold, strict=True)]
        for name, meaning in (
            ("precision", "share of the quoted lines that are cited as evidence"),
            ("recall", "share of the lines cited as evidence that are quoted"),
            ("f1", "harmonic mean of the two, question by question"),
        ):
            label = "F1" if name == "f1" else name
            made.append(row([getattr(one, name) for one in scored], f"evidence-line {label}",
                            f"{meaning}; answerable questions, whatever the evidence", system,
                            baseline=not system.startswith("safeguard")))  # fmt: skip
    return made


def _refusals(both: _Both) -> list[Row]:
    yes = [one for case, one in both if case.answerable]
    no = [one for case, one in both if not case.answerable]
    if not yes or not no:
        return []
    return [
        *refusal_rows([one.refused for one in yes], [one.refused for one in no]),
        *refusal_rows([one.refused or one.doubted for one in yes], [one.refused or one.doubted for one in no], DOUBTS),
        *refusal_rows([False] * len(yes), [False] * len(no), "never refuse"),
        *refusal_rows([True] * len(yes), [True] * len(no), "always refuse"),
        told_apart([one.probability for one in yes], [one.probability for one in no]),
    ]


def _conditions(both: _Both, rebuilt: Mapping[str, Page]) -> list[Row]:
    kept = [(_numbers(case.conditions, rebuilt[case.page]), one) for case, one in both if case.conditions]
    if not kept:
        return []
    made = []
    for system, baseline, lines in (
        ("safeguard", False, [one.chosen for _, one in kept]),
        ("BM25, as many lines", True, [one.by_words for _, one in kept]),
        ("encoder, as many lines", True, [one.by_vector for _, one in kept]),
    ):
        pairs = list(zip([gold for gold, _ in kept], lines, strict=True))
        made.append(row([fmean(float(n in taken) for n in gold) for gold, taken in pairs], "conditions quoted",
                        "share of a conditional question's conditions that are among the quoted lines", system,
                        baseline=baseline))  # fmt: skip
        made.append(row([float(gold <= taken) for gold, taken in pairs], "all conditions quoted",
                        "share of conditional questions of which every condition is among the quoted lines", system,
                        baseline=baseline))  # fmt: skip
    refused = [float(one.refused) for _, one in kept]
    made.append(row(refused, "conditional questions refused", "share of conditional questions that are refused"))
    return made


def _numbers(lines: Iterable[Line], page: Page) -> frozenset[int]:
    return frozenset(page.lines.index(line) for line in lines)
