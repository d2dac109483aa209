"""The referral draft and decision record as a value: parts, sections, entries, limbs and sources, ready to be drawn."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from assistant.answer.value import Citation
from assistant.plain import plain
from assistant.sar.told import Hidden

TITLE = "Safeguarding Adult Review: referral draft and decision record"
MARK = "DRAFT - not a decision"

LEGEND = (
    "A thick edge on the left marks a limb on the path taken; a dashed edge marks one that is still open. "
    "The last column says the same in words."
)

Words = Annotated[str, AfterValidator(plain)]
"""Text that every file can hold, whoever wrote it."""

PartId = Literal["summary", "referral", "test", "decision", "about"]
PARTS: dict[PartId, str] = {
    "summary": "Summary",
    "referral": "Referral",
    "test": "How section 44 was applied",
    "decision": "Decision record",
    "about": "About this record",
}

_LEFT_EMPTY = {
    "referrer": "Not recorded.",
    "panel": "For the SAR Review Panel to complete.",
    "chair": "For the Independent Chair to complete.",
}


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(_Value):
    """One line of the record: a label, what is said, and the numbers of the citations behind it.

    `left_to` says who fills in an entry that has no text; it is "" where there is nothing to fill in.
    `marker`: the SCIE Quality Marker that the entry answers.
    """

    id: str
    label: Words = ""
    text: Words = ""
    citations: tuple[int, ...] = ()
    left_to: Literal["", "referrer", "panel", "chair"] = ""
    marker: Literal["1", "2"] | None = None

    @property
    def shown(self) -> str:
        """The text, or who is to fill it in."""
        return self.text or _LEFT_EMPTY.get(self.left_to, "")


class Limb(_Value):
    """One limb as it was answered, with the statutory words, the practitioner's evidence and what the answer means.

    `state` is in words: "Yes", "No", "Not known", "Not answered yet", "Not asked". `path` says in words how the answer
    bears on the outcome; `decisive` is whether it is on the path taken, `missing` whether it is open and could still
    change the outcome. `note` is the practitioner's evidence, `quote` the words of the narrative the answer rests on.
    """

    id: str
    part: str
    name: str
    question: str
    state: str
    words: str
    reason: str
    citations: tuple[int, ...]
    note: Words = ""
    quote: Words = ""
    path: str
    decisive: bool
    missing: bool
    who: tuple[str, ...] = ()


class Section(_Value):
    """A heading with its entries: fields with labels, or a list of lines; the section "limbs" has limbs instead."""

    id: str
    part: PartId
    title: str
    kind: Literal["fields", "list", "limbs"] = "fields"
    entries: tuple[Entry, ...] = ()
    limbs: tuple[Limb, ...] = ()


class SourceGroup(_Value):
    """One source of the record with everything that is cited from it."""

    title: str
    publisher: str
    checked_on: date
    url: str | None
    is_digest: bool
    superseded_by: str | None
    citations: tuple[Citation, ...]


class Record(_Value):
    """The whole record, in the order it is read. Citations are numbered so that those of one source stand together."""

    title: str
    mark: str
    statement: str
    case_label: Words
    made_on: date
    outcome: str
    sections: tuple[Section, ...]
    citations: tuple[Citation, ...]
    hidden: tuple[Hidden, ...]

    def section(self, section_id: str) -> Section:
        """One section; KeyError for an id the record does not have."""
        return {section.id: section for section in self.sections}[section_id]

    def parts(self) -> tuple[tuple[str, tuple[Section, ...]], ...]:
        """The headings of the parts, each with its sections."""
        return tuple(
            (title, tuple(section for section in self.sections if section.part == part))
            for part, title in PARTS.items()
        )

    def sources(self) -> tuple[SourceGroup, ...]:
        """The citations by source, in the order of their numbers."""
        by_source: dict[str, list[Citation]] = {}
        for entry in self.citations:
            by_source.setdefault(entry.source_id, []).append(entry)
        return tuple(
            SourceGroup(
                title=cited[0].title,
                publisher=cited[0].publisher,
                checked_on=cited[0].checked_on,
                url=cited[0].url,
                is_digest=cited[0].is_digest,
                superseded_by=cited[0].superseded_by,
                citations=tuple(cited),
            )
            for cited in by_source.values()
        )


def file_name(record: Record, suffix: str) -> str:
    """What to call the file: its kind and day, and no word of the case.

    `suffix` is "docx", "pdf" or "md".
    """
    return f"sar-record-draft-{record.made_on.isoformat()}.{suffix.lstrip('.')}"


def written_day(day: date) -> str:
    """'26 November 2026'."""
    return f"{day.day} {day:%B %Y}"
