"""What a reader has to know beside the quotes: old or superseded sources, other areas, corrected words, cut lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answer.compose import Quote
from assistant.answer.question import Question
from assistant.answer.value import Citation
from assistant.library import Library


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
        if source.superseded_by:
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


def _month(day: date) -> str:
    return f"{day:%B} {day.year}"
