"""What a reader has to know beside the quotes: old or superseded sources, other areas, corrected words, cut lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.answer.compose import Quote
from assistant.answer.question import Question
from assistant.answer.value import Citation
from assistant.library import Library

MOST_OF_A_NAME = 60
"""Characters of what a person's own document says replaces it."""


def notices(
    asked: Question,
    quotes: Sequence[Quote],
    citations: Sequence[Citation],
    library: Library,
    withheld: int,
    today: date,
) -> tuple[str, ...]:
    """One sentence each, without repeats, the weightiest first."""
    made: list[str] = []
    for source in (library.source(id_) for id_ in dict.fromkeys(citation.source_id for citation in citations)):
        if source is None:
            continue
        if source.superseded_by and library.is_own(source.id):
            # Its own words, so in quotation marks, and no more of them than a name: a file may claim anything.
            name = re.split(r"[,.;:]", source.superseded_by)[0][:MOST_OF_A_NAME].strip()
            made.append(f'{source.title} says that it has been superseded by "{name}". Check the newer one.')
        elif source.superseded_by:
            made.append(f"{source.title} has been superseded by {source.superseded_by}. Check the newer one.")
        if source.review_due and source.review_due < today:
            made.append(f"{source.title}: review was due {_month(source.review_due)}. Look for a newer version.")
        if source.notice:
            made.append(source.notice)
    for quote in quotes:
        if quote.left_out:
            where = f"{quote.passage.title}, {quote.passage.pinpoint}"
            made.append(f"{quote.left_out} more of the list in {where} are not shown. Open the source for all of them.")
    if withheld:
        made.append(f"{withheld} lines were left out because their words could not be located in their source.")
    for typed, used in asked.corrected.items():
        made.append(f"We searched for '{used}' (you typed '{typed}').")
    return tuple(dict.fromkeys(made))


def reworded(pairs: Sequence[tuple[Quote, Quote]], citations: Sequence[Citation]) -> tuple[str, ...]:
    """One sentence for each line of a person's own document that is nearly an official one and asks something else."""
    shown = {citation.passage_id for citation in citations}
    return tuple(
        f"{own.passage.title} words this differently from {official.passage.title}, {official.passage.pinpoint}, which "
        "stands first. Rely on the official text."
        for own, official in pairs
        if {own.passage.id, official.passage.id} <= shown
    )


def only_own(citations: Sequence[Citation], library: Library) -> tuple[str, ...]:
    """One sentence where a library that holds more than a person's own documents answers from those alone."""
    own = all(library.is_own(citation.source_id) for citation in citations)
    if own and any(entry.path is None for entry in library.sources()):
        return (
            "Only your own documents answer this; the library's publications do not. Check who wrote them, and when.",
        )
    return ()


def _month(day: date) -> str:
    return f"{day:%B} {day.year}"
