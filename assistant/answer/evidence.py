"""Is there enough evidence to answer? A logistic model over readable features, calibrated on labelled questions."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.answer.compose import Quote
from assistant.answer.form import asks_like_answered
from assistant.answer.kinds import asked_kinds
from assistant.answer.listed import asks_inside_a_listed_document
from assistant.answer.question import Question, fields_terms
from assistant.everyday import places_named
from assistant.library import Library
from assistant.retrieve import Hit
from assistant.settings import Evidence, answering
from ingest.index import passage_text
from ingest.lexical import terms, words

NOT_WEIGHED = frozenset({"cosine"})
"""Features that the model leaves out: its nearness would count against answering wherever the suites are hard."""


def features(question: Question, hits: Sequence[Hit], quotes: Sequence[Quote], library: Library) -> dict[str, float]:
    """What speaks for and against answering; each between 0 and 1 (a cosine may be negative).

    asked:            cosine of the nearest question written for one of the hits; of the passage itself where none was
                      written (a person's own document), so that it can be answered from at all
    asked_three:      mean of the three greatest such cosines: one chance likeness is weaker evidence than three
    cosine:           of the nearest passage, window or unit; not weighed, it says whether a refusal is out of scope
    covered_best:     share of the question's words, weighted by rarity (idf), in the best single passage of the top 3
    covered_answer:   the same in the quotes with their headings
    form:             how much it is put as questions are that a library answers, whatever it is about; 0.5 is even
    kind_missing:     1 when the question asks for a kind of thing (an amount, a date) that no line of the best quote
                      holds
    count_missing:    the same of a number of things, which a line must name too: it may name them in another word
    never_held:       1 when it asks for a kind of thing the library never holds (today's state, a post-holder's name)
    listed_only:      1 when it asks what stands inside a document that the starter library only lists, and the best
                      quote is the starter library's
    place_missing:    1 when it names an area other than the borough that the best quote and its source do not name
    period_missing:   1 when it names a year or a period that the best quote does not
    reference_missing: 1 when it names a section, or an ordinal ("third"), that the best quote does not
    length:           of the question in different content words, thirty and more being 1: a long story matches worse
    unasked:          1 when no questions were written for the best hit: its cosines then say more
    acronym_missing:  1 when it uses a term of the field that neither the quotes nor their headings use, short or long
    """
    weights = {term: _idf(library, term) for term in dict.fromkeys(question.terms)}
    total = sum(weights.values()) or 1.0

    def covered(text_terms: set[str]) -> float:
        return sum(weight for term, weight in weights.items() if term in text_terms) / total

    best = max(quotes, key=lambda quote: quote.score, default=None)
    lines = _lines(best) if best else []
    first = " ".join(lines)
    every = " ".join(line for quote in quotes for line in _lines(quote))
    kinds = asked_kinds(question.text)
    missing = [kind for kind in kinds if kind.needs and not kind.held_by(lines, question.text)]
    return {
        "asked": max((_asked_cosine(hit) for hit in hits), default=0.0),
        "asked_three": _mean(sorted((_asked_cosine(hit) for hit in hits), reverse=True)[:3]),
        "cosine": max((hit.cosine for hit in hits), default=0.0),
        "covered_best": max((covered(set(terms(passage_text(hit.passage)))) for hit in hits[:3]), default=0.0),
        "covered_answer": covered(set(terms(every))),
        "form": asks_like_answered(question.text),
        "kind_missing": float(any(not kind.counted and kind in missing for kind in kinds)),
        "count_missing": float(any(kind.counted and kind in missing for kind in kinds)),
        "never_held": float(any(not kind.needs for kind in kinds)),
        "listed_only": float(_listed_only(question, best, library)),
        "place_missing": float(_place_missing(question, best, library)),
        "period_missing": float(not _periods(question.text) <= _periods(first)),
        "reference_missing": float(not _references(question.text) <= _references(first, anywhere=True)),
        "length": min(len(weights), 30) / 30,
        "unasked": float(bool(hits) and not hits[0].passage.asked),
        "acronym_missing": float(not fields_terms(question.text) <= fields_terms(every)),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _asked_cosine(hit: Hit) -> float:
    return hit.asked_cosine if hit.passage.asked else hit.cosine


def _lines(quote: Quote) -> list[str]:
    """A quote's units, each behind its title, heading and pinpoint."""
    where = f"{quote.passage.context} {quote.passage.pinpoint}"
    return [f"{where} {quote.passage.quote(quote.passage.units[n])}" for n in quote.units]


def _listed_only(question: Question, best: Quote | None, library: Library) -> bool:
    if best is None or not asks_inside_a_listed_document(question.text):
        return False
    source = library.source(best.passage.source_id)
    return source is not None and source.digest is not None  # a person's own document is held, whatever its name


def _place_missing(question: Question, best: Quote | None, library: Library) -> bool:
    named = {area.id for area in places_named(question.text) if area.kind != "borough"}
    if not named or best is None:
        return bool(named)
    source = library.source(best.passage.source_id)
    where = " ".join([*_lines(best), source.jurisdiction if source else ""])
    return not named <= {area.id for area in places_named(where)}


_PERIOD = re.compile(r"\b(?:(?:19|20)\d{2}(?:\s?[-/\u2013]\s?(?:(?:19|20)?\d{2}))?|\d{2}/\d{2})\b")
# "first" is left out, and "the" asked for: "what comes first" and "a third boss" name no place in an order.
_ORDINAL = re.compile(r"\bthe (second|third|fourth|fifth|sixth|seventh|2nd|3rd|4th|5th|6th|7th)\b")
_ORDINAL_ANYWHERE = re.compile(r"\b(second|third|fourth|fifth|sixth|seventh|2nd|3rd|4th|5th|6th|7th)\b")
_ORDINAL_WORD = {"2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth"}


def _periods(text: str) -> set[int]:
    """Every year a text names; a range names all its years ("2019-23" five of them), "23/24" two.

    >>> sorted(_periods("2019-2021 and 23/24"))
    [2019, 2020, 2021, 2023, 2024]
    """
    years: set[int] = set()
    for match in _PERIOD.finditer(text):
        parts = [int(part) for part in re.findall(r"\d+", match[0])]
        start = parts[0] if parts[0] > 99 else 2000 + parts[0]
        end = start if len(parts) == 1 else (parts[1] if parts[1] > 99 else start // 100 * 100 + parts[1])
        years.update(range(start, min(max(start, end), start + 30) + 1))
    return years


def _references(text: str, *, anywhere: bool = False) -> set[str]:
    """Sections ("s44") and ordinals ("third", "3rd") a text names; `anywhere`: ordinals also without "the"."""
    ordinal = _ORDINAL_ANYWHERE if anywhere else _ORDINAL
    sections = {word for word in words(text) if re.fullmatch(r"s\d+[a-z]{0,2}", word)}
    return sections | {_ORDINAL_WORD.get(match[1], match[1]) for match in ordinal.finditer(text.lower())}


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
