"""Question → hits: dense and BM25 rankings fused, filtered by audience, kind, area and date."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from assistant.answer.question import Question, understand
from assistant.library import Library
from assistant.settings import Retrieval, answering
from ingest.index import Index
from ingest.passages import Passage
from ingest.sources import Kind, Source

Audience = Literal["adults", "children", "joint"]


OFFICIAL_FIRST = 1e-6
"""What an official text's score has over its digest's: it comes first, and nothing else changes its place."""


@dataclass(frozen=True)
class Hit:
    """A passage with its fused score (0 to 1, an Act's a little more), its rank (from 1) and what made them."""

    passage: Passage
    score: float
    rank: int
    cosine: float
    asked_cosine: float
    bm25: float


def search(
    library: Library,
    query: str | Question,
    top_k: int = 8,
    audience: Audience | None = None,
    kinds: Collection[str] = (),
    config: Retrieval | None = None,
    *,
    area: str = "",
    checked_since: date | None = None,
    current_on: date | None = None,
    registered_only: bool = False,
) -> list[Hit]:
    """The best passages for a query, best first.

    Args:
        library: what is searched.
        query: words as typed, or a question already understood.
        top_k: most hits returned.
        audience: "adults" or "children" also finds what is for both; "joint" finds only that; None finds all.
        kinds: only sources of these kinds; all when empty.
        config: weights; those of answering.yaml by default.
        area: only sources whose area holds these words; capitals do not matter. All when empty.
        checked_since: only sources that were compared with their publication on this day or later.
        current_on: only sources that on this day are neither superseded nor past their review date.
        registered_only: leave out the files that a person added.

    Scores are a weighted sum of five rankings (BM25 and cosine, each of whole passages and of their best unit, and
    the cosine of the nearest question written for the passage, or of the passage itself where none was, as for a
    person's own document), each scaled to 0..1 over its own `depth` best: min-max fusion (Fox and Shaw, "Combination
    of multiple searches", TREC-2, 1993, over relative scores). It beat reciprocal rank fusion at its usual setting
    (k 60, equal weights); see docs/decisions/.
    """
    config = config or answering().retrieval
    question = understand(query, vocabulary=library.vocabulary) if isinstance(query, str) else query
    index = library.index
    if not question.text:
        return []
    dense = index.dense(library.encode(question.expanded), k=config.depth * 5)
    unit_scores = index.bm25_units(question.weighted_terms)
    lexical = index.bm25(question.weighted_terms)
    near = {**dense.windows, **dense.units}
    unasked = {id_: dense.best(id_) for id_ in near if not index.passages[index.position[id_]].asked}
    sources = {
        entry.source.id
        for entry in library.sources()
        if _wanted(entry.source, area, checked_since, current_on) and not (registered_only and entry.path is not None)
    }
    allowed = {
        passage.id for passage in index.passages if passage.source_id in sources and _allowed(passage, audience, kinds)
    }
    rankings = [
        (config.window_weight, dense.windows),
        (config.unit_weight, dense.units),
        (config.asked_weight, {**dense.asked, **unasked}),
        (config.bm25_weight, _positive(index, lexical)),
        (config.bm25_unit_weight, _positive(index, index.best_of_units(unit_scores))),
    ]
    fused = fuse(
        [
            (weight, _best({id_: score for id_, score in ranking.items() if id_ in allowed}, config.depth))
            for weight, ranking in rankings
        ]
    )
    for id_ in fused:
        if index.passages[index.position[id_]].kind is Kind.LEGISLATION:
            fused[id_] += config.legislation_bonus
    _raise_official(library, fused, allowed)
    ranked = sorted(fused, key=lambda id_: (-fused[id_], index.position[id_]))[:top_k]
    return [
        Hit(
            passage=index.passages[index.position[id_]],
            score=fused[id_],
            rank=rank,
            cosine=dense.best(id_),
            asked_cosine=dense.asked.get(id_, 0.0),
            bm25=float(lexical[index.position[id_]]),
        )
        for rank, id_ in enumerate(ranked, start=1)
    ]


def _raise_official(library: Library, fused: dict[str, float], allowed: Collection[str]) -> None:
    """An official text stands where the digest that restates the same clause stands, if not higher by itself."""
    if not library.official:
        return
    for id_, score in list(fused.items()):
        passage = library.index.passages[library.index.position[id_]]
        for official in library.official.get((passage.source_id, passage.pinpoint), ()):
            if official.id in allowed:
                fused[official.id] = max(fused.get(official.id, 0.0), score + OFFICIAL_FIRST)


def fuse(rankings: Sequence[tuple[float, Mapping[str, float]]]) -> dict[str, float]:
    """Weighted sum of score lists, each scaled to 0..1 by its own least and greatest; absent counts 0.

    >>> fuse([(0.6, {"a": 4.0, "b": 2.0}), (0.4, {"b": 0.9, "c": 0.5})])
    {'a': 0.6, 'b': 0.4, 'c': 0.0}
    """
    total: dict[str, float] = {}
    for weight, ranking in rankings:
        for id_, score in scaled(ranking).items():
            total[id_] = total.get(id_, 0.0) + weight * score
    return total


def scaled(values: Mapping[str, float]) -> dict[str, float]:
    """Values moved and stretched to 0..1; all 1 when they are equal."""
    if not values:
        return {}
    least, most = min(values.values()), max(values.values())
    if most == least:
        return dict.fromkeys(values, 1.0)
    return {key: (value - least) / (most - least) for key, value in values.items()}


def _positive(index: Index, scores: np.ndarray) -> dict[str, float]:
    return {index.passages[n].id: float(scores[n]) for n in np.flatnonzero(scores > 0)}


def _best(values: Mapping[str, float], count: int) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda item: -item[1])[:count])


def _allowed(passage: Passage, audience: str | None, kinds: Collection[str]) -> bool:
    if kinds and passage.kind not in kinds:
        return False
    return audience is None or passage.audience in {audience, "joint"}


def _wanted(source: Source, area: str, checked_since: date | None, current_on: date | None) -> bool:
    """Whether a source speaks for an area and is as young as asked."""
    if area and area.lower() not in source.jurisdiction.lower():
        return False
    if checked_since and source.checked_on < checked_since:
        return False
    overdue = bool(current_on and source.review_due and source.review_due < current_on)
    return not (current_on and (source.superseded_by or overdue))
