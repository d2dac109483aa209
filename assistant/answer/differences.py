"""Where a quoted local or secondary wording is known to differ from the statute, the statute is quoted too, first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answer.cite import Cited
from assistant.answer.compose import Quote
from assistant.answer.question import Question
from assistant.answer.value import Difference
from assistant.knowledge import Paraphrase, load_paraphrases
from assistant.library import Library
from ingest.lexical import terms
from ingest.passages import Passage

MOST_WORDS = 210
"""Words of an answer with the statute put in; weaker quotes make room for it."""
HELD = 0.5
"""Share of a local wording's words, of those its section holds, from which the quoted lines are that wording."""


@dataclass(frozen=True)
class Known:
    """The known differences an answer has to state."""

    paraphrases: tuple[Paraphrase, ...]

    def numbered(self, cited: Cited, library: Library) -> tuple[Difference, ...]:
        """Each difference with the numbers of the citations that show both wordings."""

        def number(source_id: str, pinpoint: str) -> int | None:
            official = library.official.get((source_id, pinpoint), ())
            places = [(passage.source_id, passage.pinpoint) for passage in official] + [(source_id, pinpoint)]
            return next((n for place in places if (n := cited.number_of(*place)) is not None), None)

        return tuple(
            Difference(
                local_wording=entry.local.wording,
                local_citation=number(entry.local.source_id or "", entry.local.pinpoint or ""),
                statute_pinpoint=entry.statute.pinpoint,
                statute_citation=number(entry.statute.source_id, entry.statute.pinpoint),
                difference=entry.difference,
            )
            for entry in self.paraphrases
        )


def with_statute(question: Question, quotes: Sequence[Quote], library: Library) -> tuple[list[Quote], Known]:
    """The quotes with the statute added before every local wording that differs from it, and those differences.

    Where the question is not about the point on which they differ the statute is named and not quoted: put first, it
    would answer another question.
    """
    quoted = {(quote.passage.source_id, quote.passage.pinpoint, quote.passage.heading[-1]) for quote in quotes}
    known = tuple(
        entry for entry in load_paraphrases().all if entry.differs and any(_words_it(quote, entry) for quote in quotes)
    )
    added: list[Quote] = []
    for entry in (entry for entry in known if _matters(entry, question)):
        for place in (entry.statute, *entry.with_it):
            statute = (place.source_id, place.pinpoint, place.heading)
            if statute in quoted:
                continue
            quoted.add(statute)
            for passage in _passages(library, *statute):
                units = range(len(passage.units)) if place is entry.statute else (0,)
                added.append(Quote(passage, tuple(units), 0.0))
    wanted = {(entry.local.source_id, entry.local.pinpoint) for entry in known}
    statute_ids = {quote.passage.id for quote in added}
    others = [quote for quote in quotes if quote.passage.id not in statute_ids]
    kept = _within([*added, *others], statute_ids, wanted)
    place_in = library.index.position
    return sorted(kept, key=lambda quote: _reading_order(quote, statute_ids, place_in)), Known(known)


def _reading_order(quote: Quote, statute: set[str], position: Mapping[str, int]) -> tuple[bool, int]:
    """The added statute first, in its own order; the others as they stand."""
    added = quote.passage.id in statute
    return not added, position[quote.passage.id] if added else 0


def _words_it(quote: Quote, entry: Paraphrase) -> bool:
    """Whether a quote is the local wording itself, and not another line of the section that it stands in."""
    passage = quote.passage
    if (passage.source_id, passage.pinpoint, passage.heading[-1]) != (
        entry.local.source_id,
        entry.local.pinpoint,
        entry.local.heading,
    ):
        return False
    wording = set(terms(entry.local.wording))
    said = {term for n in quote.units for term in terms(passage.quote(passage.units[n]))}
    return len(wording & said) >= HELD * len(wording & set(terms(passage.text)))


def _matters(entry: Paraphrase, question: Question) -> bool:
    """Whether a question is about the point on which a wording and the statute differ."""
    named = {term for words in entry.matters_to for term in terms(words)}
    return not named or not named.isdisjoint(question.weighted_terms)


def _passages(library: Library, source_id: str, pinpoint: str, heading: str) -> Sequence[Passage]:
    """The official text at a place where it was fetched, else the digest's section; empty where there is neither."""
    if official := library.official.get((source_id, pinpoint)):
        return official
    found = (passage for passage in library.passages_of(source_id) if passage.pinpoint == pinpoint)
    return [passage for passage in found if passage.heading[-1] == heading][:1]


def _within(quotes: list[Quote], statute: set[str], wanted: set[tuple[str | None, str | None]]) -> list[Quote]:
    """Quotes with the weakest dropped until the words fit; the statute and the local wording always stay."""
    kept = list(quotes)
    droppable = sorted(
        (
            quote
            for quote in kept
            if quote.passage.id not in statute and (quote.passage.source_id, quote.passage.pinpoint) not in wanted
        ),
        key=lambda quote: quote.score,
    )
    for quote in droppable if statute else ():
        if sum(entry.words for entry in kept) <= MOST_WORDS:
            break
        kept.remove(quote)
    return kept
