"""Question → hits: dense and BM25 rankings fused, filtered by audience and kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.answer.question import Question, understand
from assistant.library import Library
from assistant.settings import Retrieval, answering
from ingest.index import Index
from ingest.passages import Passage
from ingest.sources import Kind

Audience = Literal["adults", "children", "joint"]


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
) -> list[Hit]:
    """The best passages for a query, best first.

    Args:
        library: what is searched.
        query: words as typed, or a question already understood.
        top_k: most hits returned.
        audience: "adults" or "children" also finds what is for both; "joint" finds only that; None finds all.
        kinds: only sources of these kinds; all when empty.
        config: weights; those of answering.yaml by default.

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
    allowed = {passage.id for passage in index.passages if _allowed(passage, audience, kinds)}
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
