"""The walk-through as plain text: questions, the reasons for them, the review of the answers and the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from assistant.answer.value import Citation
from assistant.export.answer_text import reference
from assistant.knowledge import load_contacts
from assistant.sar.cited import References
from assistant.sar.interview import Case, assessed
from assistant.sar.result import Cited, LimbResult, Result
from assistant.sar.rules import FactRule, Rules, State, load_criteria
from assistant.sar.suggest import Suggestion
from assistant.terminal import contact_line

ANSWER = {State.YES: "yes", State.NO: "no", State.UNKNOWN: "not known"}
AROUND = 160
"""Characters of a narrative shown on either side of the words a fact rests on."""


def start_text() -> str:
    """What the walk-through is and is not, whom to ring first, and what can be typed."""
    contacts = "\n".join(f"  {contact_line(contact)}" for contact in load_contacts().always())
    return (
        "Check a case against the SAR criteria: does section 44 of the Care Act 2014 ask for a Safeguarding Adult "
        "Review?\n"
        f"{load_criteria().statement}\n"
        "It takes about 10 minutes. You will need: what happened, dates, agencies involved. Do not use names.\n\n"
        f"Is anyone still at risk? Raise a safeguarding concern first.\n{contacts}\n\n"
        "Nothing is kept unless you type save. " + COMMANDS
    )


COMMANDS = (
    "At each question type yes, no or d (I do not know). You may add what tells you so after a colon: "
    "\u201cyes: the GP's letter of 3 May\u201d. Other words: why, back, save, quit."
)


def resumed_text(case: Case, written: str) -> str:
    """Where a saved case stands."""
    answers = "1 answer" if len(case.given) == 1 else f"{len(case.given)} answers"
    return f"Going on with case {written}, started on {day(case.started_on)}: {answers} so far."


def details_text(found: Mapping[str, str]) -> str:
    """Personal details that were found, numbered: their words and what they are."""
    head = "We found 1 personal detail:" if len(found) == 1 else f"We found {len(found)} personal details:"
    return "\n".join(
        [head, *(f"  {n}. \u201c{text}\u201d ({kind})" for n, (text, kind) in enumerate(found.items(), 1))]
    )


def suggested_text(case: Case, rules: Rules) -> str:
    """How many facts a narrative seems to say, and which were not guessed."""
    said = {entry.fact for entry in case.suggested}
    total = len(rules.facts)
    if not said:
        return f"We could not find any of the {total} facts in these words. Answer the questions instead."
    left = "; ".join(fact.name for fact in rules.facts if fact.id not in said)
    counted = f"{len(said)} of {total} facts are suggested by your words. Nothing counts until you say so."
    return f"{counted}\nWe did not guess: {left}." if left else counted


def suggestion_text(case: Case, suggestion: Suggestion, fact: FactRule) -> str:
    """A suggested fact with the words it rests on, and where they stand."""
    return (
        f"Is this what you meant? {sentence_case(fact.name)}: {ANSWER[suggestion.value]}\n"
        f"  Your words: \u201c{' '.join(suggestion.quote.split())}\u201d\n"
        f"  They stand in: {around(case.narrative, suggestion)}"
    )


def around(narrative: str, suggestion: Suggestion) -> str:
    """The words a fact rests on with some of what stands around them, on one line, cut between words."""
    start, end = max(0, suggestion.start - AROUND), min(len(narrative), suggestion.end + AROUND)
    while 0 < start < suggestion.start and not narrative[start - 1].isspace():
        start += 1
    while suggestion.end < end < len(narrative) and not narrative[end].isspace():
        end -= 1
    words = " ".join(narrative[start:end].split())
    return f"{'... ' if start else ''}{words}{' ...' if end < len(narrative) else ''}"


def question_text(fact: FactRule, place: str = "") -> str:
    """A question with its answers; `place` says how far the questions are."""
    hint = {state: f" - {fact.hints[state]}" if state in fact.hints else "" for state in State}
    unknown = hint[State.UNKNOWN] or " - We will note who could tell you"
    return (
        f"{f'{place}. ' if place else ''}{fact.question}\n"
        f"  yes{hint[State.YES]}\n  no{hint[State.NO]}\n  d, I do not know{unknown}"
    )


def why_text(fact: FactRule) -> str:
    """Why a question is asked: its clause quoted, what counts, usual mistakes, who would know, and the sources."""
    numbered = References()
    parts = [f"Why we ask: the Act says \u201c{fact.words}\u201d {_markers(numbered.numbers(fact.sources))}"]
    if fact.counts:
        lines = [f"  - {line.text} {_markers(numbered.numbers(line.sources))}".rstrip() for line in fact.counts]
        parts.append("\n".join(["What counts:", *lines]))
    if fact.mistakes:
        lines = [
            f"  - {entry.mistake} Right: {entry.right} {_markers(numbered.numbers(entry.sources))}".rstrip()
            for entry in fact.mistakes
        ]
        parts.append("\n".join(["Usual mistakes, and what is right:", *lines]))
    if fact.who:
        parts.append(f"Who would know: {'; '.join(fact.who)}.")
    if fact.look_for:
        parts.append(f"Where to look: {'; '.join(fact.look_for)}.")
    parts.append(references_text(numbered.citations))
    return "\n".join(parts)


def contradiction_text(names: Sequence[str]) -> str:
    """Two answers that do not fit together; it never blocks."""
    return f"These two answers do not fit together: {' and '.join(names)}. Change one, or say I do not know."


def review_text(case: Case, rules: Rules) -> str:
    """Every answer, numbered, with what it rests on, and where the answers lead."""
    lines = [f"{n:>3}. {_reviewed(case, fact)}" for n, fact in enumerate(rules.facts, start=1)]
    found = assessed(case)
    said = [contradiction_text(names) for names in found.contradictions]
    return "\n".join(["Check your answers", *lines, *said, f"Outcome: {found.sentence}"])


def _reviewed(case: Case, fact: FactRule) -> str:
    given = case.answer_to(fact.id)
    if given is None:
        return f"{sentence_case(fact.name)}: not answered; it cannot change the outcome now."
    words = f" Your words: \u201c{' '.join(given.quote.split())}\u201d." if given.quote else ""
    note = f" What tells you this: {given.note}" if given.note else ""
    return f"{sentence_case(fact.name)}: {ANSWER[given.value]}.{words}{note}"


def changed_text(before: Result, after: Result) -> str:
    """What a changed answer does to the outcome."""
    if before.outcome == after.outcome:
        return f"That does not change the outcome: {after.sentence}"
    return f"The outcome was: {before.sentence} It is now: {after.sentence}"


def what_if_text(now: Result, then: Result) -> str:
    """Where another answer would lead; nothing has been changed."""
    if now.outcome == then.outcome:
        return f"That would not change the outcome: {now.sentence} Your answers are not altered."
    return f"If you change this, the outcome becomes: {then.sentence} Your answers are not altered."


def result_text(found: Result) -> str:
    """The whole result: outcome, limbs, reasons, what is unknown, what would change it, and what to do."""
    parts = [
        f"{found.sentence}\n{found.detail}\n{found.statement}\n{_basis(found)}",
        *(contradiction_text(names) for names in found.contradictions),
        "\n".join(["How the test was applied", *_limbs(found)]),
        _list("Why", (_cited(limb.reason) for limb in found.limbs if limb.decisive or limb.missing)),
        _list("What is not known yet", (_unknown(found.limb(name)) for name in found.missing)),
        _list(
            "What would change the outcome",
            (
                f"{sentence_case(entry.name)}, if {ANSWER[entry.value]}: {entry.sentence}"
                for entry in found.what_if
                if entry.value is not State.UNKNOWN
            ),
        ),
        _list("Other reviews to consider", (f"{entry.name}. {_cited(entry.why)}" for entry in found.other_reviews)),
        _list("What happens next locally", (_cited(step) for step in found.next_steps)),
        _list("Whom to tell", (contact_line(contact) for contact in found.whom_to_tell)),
        f"References\n{references_text(found.citations)}" if found.citations else "",
    ]
    return "\n\n".join(part for part in parts if part)


def facts_text(suggested: Iterable[Suggestion], rules: Rules) -> str:
    """Suggested facts with the words they rest on, as read from a narrative nobody has confirmed."""
    lines = (
        f"{sentence_case(rules.fact(entry.fact).name)}: {ANSWER[entry.value]}. "
        f"Words: \u201c{' '.join(entry.quote.split())}\u201d"
        for entry in suggested
    )
    listed = _list("Suggested by the narrative, and confirmed by nobody yet", lines)
    return listed or "The narrative suggests none of the facts."


def references_text(citations: Iterable[Citation]) -> str:
    """The sources, each once, and under it a line for each citation with the words it is cited for."""
    by_source: dict[str, list[Citation]] = {}
    for citation in citations:
        by_source.setdefault(citation.source_id, []).append(citation)
    lines = []
    for cited in by_source.values():
        source = reference(cited[0].model_copy(update={"pinpoint": ""}))
        lines.append(source.removeprefix(f"[{cited[0].n}] "))
        lines += [f"  [{entry.n}] {entry.pinpoint}: \u201c{entry.quote}\u201d" for entry in cited]
    return "\n".join(lines)


def sentence_case(text: str) -> str:
    """A name at the beginning of a line."""
    return text[:1].upper() + text[1:]


def day(when: date) -> str:
    """26 November 2026."""
    return f"{when.day} {when:%B %Y}"


def _basis(found: Result) -> str:
    return (
        f"Under the rules in force on {day(found.assessed_on)}: {found.rules_name}, since {day(found.rules_since)}, "
        f"checked {day(found.rules_checked_on)}."
    )


def _limbs(found: Result) -> Iterable[str]:
    part = ""
    for limb in found.limbs:
        if limb.part != part:
            part = limb.part
            yield f"  {part}"
        clause = found.citations[limb.reason.citations[0] - 1].pinpoint
        rests = " The outcome rests on this." if limb.decisive else ""
        missing = " This could change the outcome." if limb.missing else ""
        yield f"    {sentence_case(limb.name)}: {ANSWER[limb.status]} ({clause}).{rests}{missing}"


def _unknown(limb: LimbResult) -> str:
    return f"{limb.question} Ask: {'; '.join(limb.who)}."


def _list(heading: str, lines: Iterable[str]) -> str:
    """A heading with its lines; nothing at all without lines."""
    listed = [f"  - {line}" for line in lines]
    return "\n".join([heading, *listed]) if listed else ""


def _cited(said: Cited) -> str:
    return f"{said.text} {_markers(said.citations)}".rstrip()


def _markers(numbers: Iterable[int]) -> str:
    return " ".join(f"[{n}]" for n in dict.fromkeys(numbers))
