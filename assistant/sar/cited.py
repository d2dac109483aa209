"""References of the rules → citations: the passage each stands in, with the words it is quoted for.

The digests themselves are read, so that the walk-through cites its clauses before anything has been indexed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from assistant.answer.value import Citation
from assistant.sar.rules import Reference
from ingest.errors import RegisterInvalid
from ingest.passages import Passage, passages
from ingest.readers.markdown import read_markdown
from ingest.sources import CORPUS, Source, load_register


class References:
    """Numbers references as they are first used, from 1; the same words of the same place keep their number."""

    def __init__(self) -> None:
        self._made: dict[Reference, Citation] = {}

    def number(self, reference: Reference) -> int:
        """The citation number of a reference. Raises: RegisterInvalid when its words do not stand in the library."""
        if reference not in self._made:
            self._made[reference] = citation(reference, len(self._made) + 1)
        return self._made[reference].n

    def numbers(self, references: Iterable[Reference]) -> tuple[int, ...]:
        """The citation numbers of several references, in their order."""
        return tuple(self.number(reference) for reference in references)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation so far, by number."""
        return tuple(self._made.values())


def citation(reference: Reference, n: int) -> Citation:
    """The passage that a reference names, cited for the reference's words.

    Raises: RegisterInvalid when the source, the pinpoint or the words are not in the library.
    """
    passage = located(reference)
    source = _source(reference.source_id)
    start = passage.text.index(reference.quote)
    return Citation(
        n=n,
        source_id=source.id,
        passage_id=passage.id,
        title=source.title,
        publisher=source.publisher,
        pinpoint=passage.pinpoint,
        page=passage.page,
        url=passage.url,
        quote=reference.quote,
        start=start,
        end=start + len(reference.quote),
        heading=passage.heading[-1],
        kind=source.kind.value,
        kind_label=source.kind.label,
        authority=source.authority,
        jurisdiction=source.jurisdiction,
        published=source.published,
        checked_on=source.checked_on,
        review_due=source.review_due,
        superseded_by=source.superseded_by,
        is_digest=source.digest is not None,
    )


def shipped_text(source_id: str, passage_id: str) -> str | None:
    """The text of a passage as its digest has it now; None where there is no such digest or passage."""
    if not any(source.id == source_id and source.digest for source in load_register().sources):
        return None
    return next((passage.text for passage in _passages(source_id) if passage.id == passage_id), None)


@cache
def located(reference: Reference) -> Passage:
    """The passage in which a reference's words stand. Raises: RegisterInvalid when there is none."""
    for passage in _passages(reference.source_id):
        if passage.pinpoint == reference.pinpoint and reference.quote in passage.text:
            return passage
    raise RegisterInvalid(
        f"The words '{reference.quote[:60]}' are not in {reference.source_id}, {reference.pinpoint}; "
        "mend sar-criteria.yaml, or the digest."
    )


@cache
def _passages(source_id: str) -> tuple[Passage, ...]:
    source = _source(source_id)
    assert source.digest is not None, "registered sources of the rules are digests"
    file = CORPUS / "digests" / source.digest
    return tuple(passages(read_markdown(file.read_bytes(), file.name), source))


@cache
def _source(source_id: str) -> Source:
    for source in load_register().sources:
        if source.id == source_id and source.digest:
            return source
    raise RegisterInvalid(f"There is no digest '{source_id}' in the register; mend sar-criteria.yaml.")
