"""Is there enough evidence to answer? A logistic model over a few readable features, calibrated on labelled questions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.answer.compose import Quote
from assistant.answer.question import Question
from assistant.library import Library
from assistant.retrieve import Hit
from assistant.settings import Evidence, answering
from ingest.index import passage_text
from ingest.lexical import terms


def features(question: Question, hits: Sequence[Hit], quotes: Sequence[Quote], library: Library) -> dict[str, float]:
    """What speaks for and against answering; each between 0 and 1 (a cosine may be negative).

    cosine:           of the nearest passage, window or unit
    cosine_third:     of the third nearest passage: one chance hit is weaker evidence than three
    covered_best:     share of the question's words, weighted by rarity (idf), in the best single passage of the top 3
    covered_answer:   the same in the quotes with their headings
    covered_nowhere:  share of the question's words, weighted by rarity, that the whole library never uses
    rarest_missing:   1 when the question's rarest word is not in the quotes or their headings
    number_missing:   1 when the question names a number or year that is in none of the quotes
    """
    weights = {term: _idf(library, term) for term in dict.fromkeys(question.terms)}
    total = sum(weights.values()) or 1.0

    def covered(text_terms: set[str]) -> float:
        return sum(weight for term, weight in weights.items() if term in text_terms) / total

    quoted: set[str] = set()
    for quote in quotes:
        quoted.update(terms(quote.passage.context))
        for n in quote.units:
            quoted.update(terms(quote.passage.quote(quote.passage.units[n])))
    cosines = sorted((hit.cosine for hit in hits), reverse=True)
    rarest = max(weights, key=lambda term: weights[term], default=None)
    numbers = [term for term in weights if term[0].isdigit() and len(term) > 1]
    frequency = library.index.document_frequency
    return {
        "cosine": cosines[0] if cosines else 0.0,
        "cosine_third": cosines[2] if len(cosines) > 2 else 0.0,
        "covered_best": max((covered(set(terms(passage_text(hit.passage)))) for hit in hits[:3]), default=0.0),
        "covered_answer": covered(quoted),
        "covered_nowhere": sum(weight for term, weight in weights.items() if term not in frequency) / total,
        "rarest_missing": float(rarest is not None and rarest not in quoted),
        "number_missing": float(any(number not in quoted for number in numbers)),
    }


def probability(values: dict[str, float], config: Evidence | None = None) -> float:
    """Probability that the library answers the question, 0 to 1, by the calibrated logistic model."""
    config = config or answering().evidence
    score = config.intercept + sum(weight * values[name] for name, weight in config.weights.items())
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, score))))


def _idf(library: Library, term: str) -> float:
    """Rarity of a term in the library: BM25's idf, floored above zero so that common words still count a little."""
    count = len(library.passages)
    holding = library.index.document_frequency.get(term, 0)
    return max(0.1, math.log(1 + (count - holding + 0.5) / (holding + 0.5)))
