"""OR-ShARC: which of 651 rule texts from government guidance a question and its scenario are about.

`measure(folder)` reads id2snippet.json and open_retrieval_sharc_dev.json of
Yifan-Gao/open_retrieval_conversational_machine_reading. Each rule text is a document; the search that the assistant
runs ranks them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.benchmarks.corpus import Text, library_of, rankings
from evals.benchmarks.given import limited, read, row
from evals.benchmarks.value import Benchmark, Published, Row
from ingest.document import Block, Document, Section
from ingest.errors import CannotRead
from ingest.passages import Passage
from ingest.readers.markdown import read_markdown

RULES, TURNS = "id2snippet.json", "open_retrieval_sharc_dev.json"
PUBLISHED = {1: 0.571, 5: 0.833, 10: 0.899}
"""recall@k that the dataset's authors report for BM25 on dev, question and scenario as the query."""
_FETCHED = 30  # hits asked for: a rule text may be several passages, and counts once


@dataclass(frozen=True)
class Case:
    """One turn: what is searched for, and the id of the rule text it was written from."""

    query: str
    gold: str


def rules(file: Path) -> list[Text]:
    """The rule texts, as Markdown documents named by their id. Raises: BenchmarkMissing."""
    return read(
        file, lambda text: [Text(f"rule-{id_}", document(id_, words)) for id_, words in json.loads(text).items()]
    )


def document(id_: str, words: str) -> Document:
    """A rule text as the project's own Markdown reader gives it; one that is nothing but a heading is one paragraph."""
    name = f"Rule {id_}"
    try:
        return read_markdown(str(words).encode(), f"{name}.md")
    except CannotRead:
        plain = " ".join(str(words).replace("#", " ").split())
        return Document(name, (Section((name,), id_, (Block(plain or name),)),), {})


def cases(file: Path) -> list[Case]:
    """The turns, in the file's order. Raises: BenchmarkMissing."""
    return read(file, lambda text: [_case(json.loads(line)) for line in text.split("\n") if line.strip()])


def _case(data: Mapping[str, str]) -> Case:
    return Case(f"{data['question']} {data['scenario']}".strip(), f"rule-{data['gold_snippet_id']}")


def ranks(gold: str, ranked: Iterable[Passage]) -> int | None:
    """Place of the gold rule text, from 1, each text where it comes first; None where it is not found."""
    order = list(dict.fromkeys(passage.source_id for passage in ranked))
    return order.index(gold) + 1 if gold in order else None


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`; `limit` counts turns: the rule texts are always all of them."""
    started = time.perf_counter()
    texts = limited(rules(folder / RULES), None, RULES)
    turns = limited(cases(folder / TURNS), limit, TURNS)
    found: dict[str, list[int | None]] = {}
    with library_of(texts) as library:
        for case in turns:
            for system, ranked in rankings(case.query, library, _FETCHED).items():
                found.setdefault(system, []).append(ranks(case.gold, ranked))
    return Benchmark(
        name="OR-ShARC",
        about="Which rule of government guidance applies to a question and its scenario",
        source="Yifan-Gao/open_retrieval_conversational_machine_reading (arXiv 2102.08633)",
        licence="CC BY-SA 3.0",
        split="dev",
        size=f"{len(turns)} turns, {len(texts)} rule texts",
        rows=tuple(_row(system, k, of_one) for system, of_one in found.items() for k in PUBLISHED),
        notes=(
            "The query is the question and the scenario in one; earlier turns are left out, as published.",
            "Turns of one dialogue share a rule text: independent questions would have wider intervals.",
            "Nobody wrote questions for these texts: as for a person's own documents, the nearest window or unit "
            "stands in for the nearest written question. The baselines rank the same index by one measure each.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _row(system: str, k: int, found: Sequence[int | None]) -> Row:
    one = row(
        [float(rank is not None and rank <= k) for rank in found],
        f"recall@{k}",
        f"share of turns whose rule text is among the first {k}",
        system,
        baseline=system != "safeguard",
    )
    if system != "safeguard":
        return one
    figure = Published(value=PUBLISHED[k], system="BM25", split="dev", where="the dataset's paper, arXiv 2102.08633")
    return one.model_copy(update={"published": (figure,)})
