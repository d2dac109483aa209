"""The last check before an answer leaves: every quote is a verbatim, located part of the passage it cites."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answer.value import Citation, Sentence
from ingest.passages import Passage


def located(citation: Citation, passage: Passage | None) -> bool:
    """Whether the passage exists and holds the citation's quote at exactly the place the citation gives."""
    return (
        passage is not None
        and bool(citation.quote)
        and 0 <= citation.start < citation.end <= len(passage.text)
        and passage.text[citation.start : citation.end] == citation.quote
    )


def verify(
    sentences: Sequence[Sentence], citations: Sequence[Citation], find: Callable[[str], Passage | None]
) -> tuple[tuple[Sentence, ...], int]:
    """The sentences that may be shown, and how many were withheld.

    A sentence stands when its words are part of the quote of its first citation and every citation it names is
    located. A check that cannot run (an unknown citation, a passage that has gone) withholds the sentence.
    """
    good = {citation.n: citation.quote for citation in citations if located(citation, find(citation.passage_id))}
    kept = tuple(
        sentence
        for sentence in sentences
        if sentence.citations
        and all(n in good for n in sentence.citations)
        and sentence.text
        and sentence.text in good[sentence.citations[0]]
    )
    return kept, len(sentences) - len(kept)
