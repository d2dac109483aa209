"""Quotes → sentences and numbered citations, each with the exact place of its quote in its passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.compose import Quote, blocks
from assistant.answer.value import Citation, Sentence
from assistant.library import Library
from ingest.passages import Passage


@dataclass(frozen=True)
class Cited:
    """Sentences in reading order and the citations they name, numbered from 1 by first use."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]

    def number_of(self, source_id: str, pinpoint: str) -> int | None:
        """The first citation of a section; None when it is not cited."""
        for citation in self.citations:
            if (citation.source_id, citation.pinpoint) == (source_id, pinpoint):
                return citation.n
        return None


def cite(quotes: Sequence[Quote], library: Library) -> Cited:
    """One citation for each stretch of a passage without a gap, and one for each passage that says the same."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for quote in quotes:
        for start, end, units in blocks(quote):
            citations.append(_citation(len(citations) + 1, quote.passage, start, end, library))
            own = len(citations)
            for unit in units:
                numbers = [own]
                for same, passage, n in quote.same_in:
                    if quote.passage.units[same] != unit:
                        continue
                    span = passage.units[n]
                    citations.append(_citation(len(citations) + 1, passage, span.start, span.end, library))
                    numbers.append(len(citations))
                sentences.append(
                    Sentence(
                        text=quote.passage.quote(unit),
                        citations=tuple(numbers),
                        role=unit.kind.value,  # type: ignore[arg-type]
                    )
                )
    return Cited(tuple(sentences), tuple(citations))


def _citation(n: int, passage: Passage, start: int, end: int, library: Library) -> Citation:
    source = library.source(passage.source_id)
    assert source is not None, "a passage of the index has its source in the index"
    place = passage.place(start)
    return Citation(
        n=n,
        source_id=passage.source_id,
        passage_id=passage.id,
        title=passage.title,
        publisher=passage.publisher,
        pinpoint=place.pinpoint,
        page=place.page,
        url=passage.url,
        quote=passage.text[start:end],
        start=start,
        end=end,
        heading=passage.heading[-1],
        kind=passage.kind.value,
        kind_label=passage.kind.label,
        authority=passage.kind.authority,
        jurisdiction=source.jurisdiction,
        published=source.published,
        checked_on=source.checked_on,
        review_due=source.review_due,
        superseded_by=source.superseded_by,
        is_digest=source.digest is not None,
    )
