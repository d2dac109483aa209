"""A case with its personal details hidden: what may be stored or exported."""

from __future__ import annotations

from collections.abc import Collection

from assistant.sar.interview import Case, Given
from assistant.sar.told import told


def texts(case: Case) -> tuple[str, ...]:
    """Everything a case holds in the practitioner's words: narrative, notes and form fields."""
    return (case.narrative, *(entry.note for entry in case.given), *case.details.values())


def masked(case: Case, kept: Collection[str] = ()) -> Case:
    """The case with every personal detail hidden, except those whose words are `kept`; the same case where none is.

    The words an answer rests on are masked too, and found again in the masked narrative. Suggestions are left out: they
    name places in the narrative as it was.
    """
    words = told(case, mask_details=True, kept=kept)
    if not words.hidden:
        return case
    return case.model_copy(
        update={
            "narrative": words.narrative,
            "suggested": (),
            "given": tuple(
                _relocated(entry, words.quotes[entry.fact], words.narrative).model_copy(
                    update={"note": words.notes[entry.fact]}
                )
                for entry in case.given
            ),
            "details": words.details,
        }
    )


def _relocated(entry: Given, quote: str, narrative: str) -> Given:
    """An answer with its masked words and their place in the masked narrative; without them where they are gone."""
    start = narrative.find(quote) if quote else -1
    if start < 0:
        return entry.model_copy(update={"quote": "", "start": 0, "end": 0})
    return entry.model_copy(update={"quote": quote, "start": start, "end": start + len(quote)})
