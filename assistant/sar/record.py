"""A case and its result → the referral draft and decision record, from which Word, PDF and Markdown are drawn.

It is mapped field by field to SCIE SAR Quality Markers 1 and 2 and to what boards' referral forms ask
(corpus/data/sar-record.yaml). It is always a draft, it says so at both ends, and it calls nobody by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from assistant.answer.value import Citation, Contact
from assistant.plain import plain
from assistant.sar.cited import citation
from assistant.sar.interview import Case, rules_of
from assistant.sar.record_fields import RecordField, RecordFields, load_record_fields
from assistant.sar.record_value import MARK, TITLE, Entry, Limb, Record, Section, file_name, written_day
from assistant.sar.result import LimbResult, Result
from assistant.sar.rules import Reference, State
from assistant.sar.told import Told, told

__all__ = ["Record", "build_record", "file_name"]

UNNAMED = "the adult"
LONGEST_LABEL = 40
"""Most characters of the initials or pseudonym that a case is called by."""
_STATE = {State.YES: "Yes", State.NO: "No", State.UNKNOWN: "Not known"}


def build_record(case: Case, found: Result, made_on: date, mask_details: bool = True) -> Record:
    """The record of a case and its result, made on a day.

    With `mask_details`, personal details in the practitioner's words are masked before they enter the record, and the
    record says how many of which kind were hidden.
    """
    fields = load_record_fields()
    numbers = _Numbers(found, fields)
    words = told(case, mask_details)
    sections = (
        _summary(case, found, fields, numbers, words),
        *_fields(case, "referral", fields, numbers, words),
        _limbs(case, found, numbers, words),
        *_assessment(case, found, fields, numbers),
        *_fields(case, "decision", fields, numbers, words),
        _markers(fields),
        _details(words),
        _versions(found, fields, made_on),
    )
    return Record(
        title=TITLE,
        mark=MARK,
        statement=found.statement,
        case_label=_label(case, words),
        made_on=made_on,
        outcome=found.outcome,
        sections=sections,
        citations=numbers.citations,
        hidden=words.hidden,
    )


class _Numbers:
    """Citation numbers of the record: those of the result and of the fields, gathered by source."""

    def __init__(self, found: Result, fields: RecordFields) -> None:
        cited: dict[Reference, Citation] = {_reference(entry): entry for entry in found.citations}
        for reference in fields.references():
            if reference not in cited:
                cited[reference] = citation(reference, 0)
        order = list(dict.fromkeys(entry.source_id for entry in cited.values()))
        gathered = sorted(cited.items(), key=lambda item: order.index(item[1].source_id))
        self._of = {reference: n for n, (reference, _) in enumerate(gathered, start=1)}
        self._old = {entry.n: self._of[_reference(entry)] for entry in found.citations}
        self.citations = tuple(entry.model_copy(update={"n": self._of[ref]}) for ref, entry in gathered)

    def of(self, references: Iterable[Reference]) -> tuple[int, ...]:
        return tuple(sorted({self._of[reference] for reference in references}))

    def again(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """The record's numbers for the result's."""
        return tuple(sorted(self._old[n] for n in numbers))


def _reference(cited: Citation) -> Reference:
    return Reference(source_id=cited.source_id, pinpoint=cited.pinpoint, quote=cited.quote)


def _summary(case: Case, found: Result, fields: RecordFields, numbers: _Numbers, words: Told) -> Section:
    return Section(
        id="summary",
        part="summary",
        title="The case in brief",
        entries=(
            Entry(id="case", label="Case", text=_label(case, words)),
            Entry(id="outcome", label="Outcome on these answers", text=f"{found.sentence} {found.detail}"),
            Entry(
                id="mandate",
                label="Legal mandate",
                text=fields.mandates[found.outcome],
                citations=numbers.of(fields.mandate_sources),
                marker="2",
            ),
        ),
    )


def _fields(
    case: Case, part: Literal["referral", "decision"], fields: RecordFields, numbers: _Numbers, words: Told
) -> tuple[Section, ...]:
    """The sections of one part, each field with what the case says under its id."""

    def entry(field: RecordField) -> Entry:
        return Entry(
            id=field.id,
            label=field.label,
            text=words.details.get(field.id, ""),
            citations=numbers.of(field.sources),
            left_to=field.filled_by,
            marker=field.quality_marker,
        )

    made = []
    for section in fields.sections:
        if section.part == part:
            entries = [entry(field) for field in fields.of(section.id)]
            if section.id == "events":
                entries = _with_description(entries, words.narrative)
            if section.id == "learning":
                entries += _unasked(fields, words)
            made.append(Section(id=section.id, part=part, title=section.title, entries=tuple(entries)))
    return tuple(made)


def _with_description(entries: list[Entry], narrative: str) -> list[Entry]:
    """The events with the description as it was written: in place of the summary where there is none, else after it."""
    summary, *others = entries
    if not narrative:
        return entries
    if not summary.text:
        return [summary.model_copy(update={"text": narrative}), *others]
    return [summary, Entry(id="narrative", label="The description as it was written", text=narrative), *others]


def _unasked(fields: RecordFields, words: Told) -> list[Entry]:
    """What a case says under ids that the form no longer has: a saved case loses nothing."""
    asked = {field.id for field in fields.fields}
    return [
        Entry(id="unasked", label=name.replace("_", " ").capitalize(), text=text)
        for name, text in words.details.items()
        if name not in asked and text
    ]


def _limbs(case: Case, found: Result, numbers: _Numbers, words: Told) -> Section:
    definite = len(found.possible) == 1
    limbs = []
    for limb in found.limbs:
        given = case.answer_to(limb.id)
        limbs.append(
            Limb(
                id=limb.id,
                part=limb.part,
                name=_capital(limb.name),
                question=limb.question,
                state=_state(limb, answered=given is not None),
                words=limb.words,
                reason=limb.reason.text,
                citations=numbers.again(limb.reason.citations),
                note=words.notes.get(limb.id, ""),
                quote=words.quotes.get(limb.id, ""),
                path=_path(limb, definite),
                decisive=limb.decisive,
                missing=limb.missing,
                who=limb.who if limb.missing else (),
            )
        )
    return Section(id="limbs", part="test", title="Each limb of the test", kind="limbs", limbs=tuple(limbs))


def _state(limb: LimbResult, answered: bool) -> str:
    if limb.status is State.UNKNOWN and not answered:
        return "Not answered yet" if limb.missing else "Not asked"
    return _STATE[limb.status]


def _path(limb: LimbResult, definite: bool) -> str:
    if limb.decisive:
        return (
            "Path taken: this answer decides the outcome." if definite else "Path taken: this answer narrows it down."
        )
    if limb.missing:
        return "Still open: this could change the outcome."
    return "Not on the path: this alone does not change the outcome."


def _assessment(case: Case, found: Result, fields: RecordFields, numbers: _Numbers) -> tuple[Section, ...]:
    """Why, what is not known, what would change it, and what follows; a section with nothing to say is left out."""
    lists: tuple[tuple[str, str, list[Entry]], ...] = (
        ("rationale", "Rationale", _rationale(case, found, fields, numbers)),
        ("contradictions", "Answers that do not fit together", _contradictions(found)),
        ("unknown", "What is not known, and who may know it", _unknown(found)),
        ("changes", "What would change the outcome", _changes(found)),
        (
            "reviews",
            "Other reviews to consider",
            [
                Entry(
                    id="review",
                    label=review.name,
                    text=review.why.text,
                    citations=numbers.again(review.why.citations),
                )
                for review in found.other_reviews
            ],
        ),
        (
            "next",
            "What happens next",
            [Entry(id="step", text=step.text, citations=numbers.again(step.citations)) for step in found.next_steps],
        ),
        ("whom", "Whom to tell", [_contact(contact) for contact in found.whom_to_tell]),
    )
    return tuple(
        Section(id=name, part="test", title=title, kind="list", entries=tuple(entries))
        for name, title, entries in lists
        if entries
    )


def _rationale(case: Case, found: Result, fields: RecordFields, numbers: _Numbers) -> list[Entry]:
    rules = rules_of(case)
    lines = [Entry(id="outcome", label="Outcome", text=f"{found.sentence} {found.detail}")]
    lines += [
        Entry(
            id=limb.id,
            label=f"{_capital(limb.name)} ({_STATE[limb.status].lower()})",
            text=limb.reason.text,
            citations=numbers.again(limb.reason.citations),
        )
        for limb in found.limbs
        if limb.decisive
    ]
    if len(found.possible) > 1:
        lines += [
            Entry(id=name, label="Still possible", text=f"{rules.outcome(name).sentence} {fields.mandates[name]}")
            for name in found.possible
        ]
    return lines


def _contradictions(found: Result) -> list[Entry]:
    return [Entry(id="contradiction", text=f"{'; '.join(answers)}.") for answers in found.contradictions]


def _unknown(found: Result) -> list[Entry]:
    """What could still change the outcome, each with who may know; then the rest in one line."""
    unknown = [limb for limb in found.limbs if limb.status is State.UNKNOWN]
    lines = [
        Entry(
            id=limb.id,
            label=limb.question,
            text=f"This could change the outcome. Who may know: {'; '.join(limb.who)}.",
        )
        for limb in unknown
        if limb.missing
    ]
    if settled := [limb.name for limb in unknown if not limb.missing]:
        text = f"{'; '.join(settled)}. On these answers none of these alone changes the outcome."
        lines.append(Entry(id="settled", label="Also not known", text=text))
    return lines


def _changes(found: Result) -> list[Entry]:
    """Where another yes or no would lead; that it would not be known any more is no reason to hold a case up."""
    return [
        Entry(
            id=change.fact,
            label=_capital(change.name),
            text=f"If the answer were {_STATE[change.value].lower()}: {change.sentence}",
        )
        for change in found.what_if
        if change.value is not State.UNKNOWN
    ]


def _contact(contact: Contact) -> Entry:
    numbers = "; ".join(f"{number} ({label})" if label else number for label, number in contact.numbers)
    parts = [contact.purpose.rstrip("."), numbers, contact.email or "", contact.hours or ""]
    parts.append(f"Checked {written_day(contact.checked_on)}")
    return Entry(id="contact", label=contact.name, text=" ".join(f"{part.rstrip('.')}." for part in parts if part))


def _markers(fields: RecordFields) -> Section:
    """Where the record answers SCIE's Quality Markers 1 and 2."""
    names = {"1": "Quality Marker 1, referral", "2": "Quality Marker 2, decision making"}
    beside = {"1": "the test with its reasons", "2": "the legal mandate, the limbs of the test and the rationale"}
    return Section(
        id="markers",
        part="about",
        title="Where this record answers the SCIE Quality Markers",
        kind="list",
        entries=tuple(
            Entry(
                id=f"marker-{marker}",
                label=name,
                text="; ".join(
                    [beside[marker], *(field.label for field in fields.fields if field.quality_marker == marker)]
                )
                + ".",
            )
            for marker, name in names.items()
        ),
    )


def _details(words: Told) -> Section:
    return Section(
        id="details",
        part="about",
        title="Personal details",
        kind="list",
        entries=(Entry(id="hidden", text=words.sentence),),
    )


def _versions(found: Result, fields: RecordFields, made_on: date) -> Section:
    said = {
        "Record made on": written_day(made_on),
        "Answers assessed as of": written_day(found.assessed_on),
        "Rules": f"{found.rules_name} ({found.rules_id})",
        "Rules in force since": written_day(found.rules_since),
        "Rules checked on": written_day(found.rules_checked_on),
        "Fields of this record checked on": written_day(fields.checked_on),
    }
    entries = tuple(Entry(id=f"version-{n}", label=label, text=text) for n, (label, text) in enumerate(said.items()))
    return Section(id="versions", part="about", title="Dates and versions", kind="list", entries=entries)


def _label(case: Case, words: Told) -> str:
    """The initials or pseudonym given, on one short line; "the adult" where there is none or a name was hidden."""
    given = " ".join(words.details.get("adult", "").split())
    if not given or given != " ".join(plain(case.details["adult"]).split()):
        return UNNAMED
    return given if len(given) <= LONGEST_LABEL else f"{given[:LONGEST_LABEL].rstrip()}..."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
