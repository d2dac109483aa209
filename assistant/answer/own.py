"""A person's own documents beside the register's: what the register answers by itself is said first.

Nobody has checked a person's own file. It may be the right local procedure, an old copy, or made to mislead; so it
never stands alone where the library answers, never speaks under a 999 line, and never passes for the law it is nearly
a copy of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answer.binding import binds_alike
from assistant.answer.compose import Quote, alike
from assistant.library import Library
from assistant.retrieve import Hit
from assistant.settings import answering
from ingest.lexical import terms

NEAR = 0.6
"""Share of content words from which a line of a person's own document is a copy of an official one, or meant to be."""
MOST_WORDS = 210
"""Words of an answer with the register's lines put first."""
LEAST_OWN = 60
"""Words that are always left for a person's own document: it was found for a reason."""
_MARK = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Beside:
    """The quotes to show, and the probability that the register answers by itself; 0 where it was not asked.

    `reworded`: own quotes, each with the official one that it is nearly a copy of.
    """

    quotes: list[Quote]
    likely: float = 0.0
    reworded: tuple[tuple[Quote, Quote], ...] = ()


def without_own(quotes: Sequence[Quote], library: Library) -> list[Quote]:
    """The quotes that are of the register's sources."""
    return [quote for quote in quotes if not library.is_own(quote.passage.source_id)]


def register_first(
    quotes: Sequence[Quote],
    library: Library,
    search_registered: Callable[[], tuple[Sequence[Hit], list[Quote], float]],
) -> Beside:
    """Quotes with what the register says on the same question before those of a person's own documents.

    Args: search_registered: the register's own hits and quotes, and the probability that they answer; called only where
          one of `quotes` is of a person's own document.
    """
    own = [made for quote in quotes if library.is_own(quote.passage.source_id) if (made := _without_marks(quote))]
    if len(without_own(quotes, library)) == len(quotes):
        return Beside(list(quotes))
    hits, registered, likely = search_registered()
    copies = [(quote, twin) for quote in own if (twin := _official_twin(quote, hits, library))]
    enough = likely >= answering().evidence.threshold
    first = list(registered) if enough else without_own(quotes, library)
    for _, twin in copies:
        if not any(set(twin.units) <= set(other.units) for other in first if other.passage.id == twin.passage.id):
            first.insert(0, twin)
    room = MOST_WORDS - LEAST_OWN
    kept: list[Quote] = []
    for quote in sorted(first, key=lambda quote: -quote.score):
        if not kept or sum(other.words for other in kept) + quote.words <= room:
            kept.append(quote)
    shown = [quote for quote in first if quote in kept]
    for quote in sorted(own, key=lambda quote: -quote.score):
        if not shown or sum(other.words for other in shown) + quote.words <= MOST_WORDS:
            shown.append(quote)
    passages = {quote.passage.id for quote in shown}
    reworded = tuple((quote, twin) for quote, twin in copies if {quote.passage.id, twin.passage.id} <= passages)
    order = {quote.passage.id: place for place, quote in enumerate([*first, *own])}
    return Beside(
        sorted(shown, key=lambda quote: (quote.passage.kind.authority, order[quote.passage.id])),
        likely=likely,
        reworded=reworded,
    )


def _without_marks(quote: Quote) -> Quote | None:
    """The quote without lines that hold citation marks of their own, "[1]": they would pass for ours."""
    units = tuple(n for n in quote.units if not _MARK.search(quote.passage.quote(quote.passage.units[n])))
    return replace(quote, units=units) if units else None


def _official_twin(quote: Quote, hits: Sequence[Hit], library: Library) -> Quote | None:
    """The registered line that a quoted one is nearly a copy of while it asks something else of people."""
    for n in quote.units:
        text = quote.passage.quote(quote.passage.units[n])
        words = set(terms(text))
        for hit in hits:
            for m, unit in enumerate(hit.passage.units):
                official = hit.passage.quote(unit)
                if alike(words, set(terms(official))) >= NEAR and not binds_alike(text, official):
                    return Quote(hit.passage, (m,), answering().composition.least_share)
    return None
