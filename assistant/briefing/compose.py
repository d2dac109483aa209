"""Evidence and a trainer's choices → a briefing. Chooses and numbers; writes no statement of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.answer.value import Citation, Contact
from assistant.briefing.gather import Candidate, Evidence
from assistant.briefing.template import PartTemplate, Template, load_template
from assistant.briefing.value import Action, Briefing, Line, Part
from assistant.knowledge import load_contacts

NOT_COVERED = "The library does not cover this theme. Add a document in Library, or ask your safeguarding lead."
MOST_QUESTIONS, MOST_ACTIONS, ACTION_WORDS = 4, 5, 12


@dataclass(frozen=True)
class Choices:
    """What a trainer decided. `ticked`: ids of candidates by part, in the order they are to stand; a part that is not
    named stands as first offered. `edits`: a line's id → its new words; words as they were are no edit.
    """

    ticked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    edits: Mapping[str, str] = field(default_factory=dict)
    reviewed_by: str = ""
    review_date: date | None = None


def first_ticked(evidence: Evidence, template: Template | None = None) -> dict[str, list[str]]:
    """The candidates that stand in each part before anybody chooses: the best that fit into `most_words`, in order.

    What is found for several parts stands in the one it answers best, and nowhere twice, unless a part would be empty.
    """
    template = template or load_template()
    best: dict[str, float] = {}
    for candidate in evidence.candidates:
        for place in _places(candidate):
            best[place] = max(best.get(place, 0.0), candidate.score)
    taken: set[str] = set()
    ticked: dict[str, list[str]] = {}
    for part in template.parts:
        offered = evidence.of(part.id)
        own = [one for one in offered if all(one.score >= best[place] for place in _places(one))]
        rest = [one for one in offered if one not in own]
        kept = _fitting(own, template.most_words, taken) or _fitting(rest, template.most_words, taken)
        ticked[part.id] = [candidate.id for candidate in offered if candidate.id in kept]
    return ticked


def _fitting(offered: Sequence[Candidate], room: int, taken: set[str]) -> set[str]:
    """The best that fit, and that are not taken; the shortest alone where none fits."""
    free = [candidate for candidate in offered if not taken & _places(candidate)]
    kept: list[Candidate] = []
    for candidate in sorted(free, key=lambda candidate: -candidate.score):
        if candidate.words <= room and not taken & _places(candidate):
            kept.append(candidate)
            room -= candidate.words
            taken |= _places(candidate)
    if not kept:
        kept = sorted(free, key=lambda candidate: candidate.words)[:1]
        taken |= {place for candidate in kept for place in _places(candidate)}
    return {candidate.id for candidate in kept}


def _places(candidate: Candidate) -> set[str]:
    """What a candidate quotes, so that the same words are known again; a lead-in may stand before several items."""
    return {f"{candidate.citations[0].passage_id}:{line.text}" for line in candidate.lines if line.role != "lead_in"}


def compose_briefing(
    evidence: Evidence, *, minutes: int | None = None, choices: Choices | None = None, today: date | None = None,
    template: Template | None = None,
) -> Briefing:  # fmt: skip
    """The briefing of the chosen evidence, with questions, actions and local contacts."""
    template, choices = template or load_template(), choices or Choices()
    empty = Briefing(
        theme=evidence.theme, audience=evidence.audience, minutes=minutes or template.minutes,
        made_on=today or date.today(), contacts=_contacts(), reviewed_by=choices.reviewed_by,
        review_date=choices.review_date, covered=False,
        said=f"{NOT_COVERED} {evidence.under_another_name}".strip(),
        parts=tuple(Part(id=part.id, heading=part.heading) for part in template.parts),
    )  # fmt: skip
    if not evidence.covered:
        return empty
    first = first_ticked(evidence, template)
    numbering = _Numbering()
    parts: dict[str, Part] = {}
    for part in template.parts:
        if part.asks:
            wanted = choices.ticked.get(part.id, first[part.id])
            parts[part.id] = _part(part, evidence, wanted, choices.edits, numbering)
    for part in template.parts:
        if part.about:
            parts[part.id] = Part(id=part.id, heading=part.heading, lines=_questions(part, parts, template))
    made = empty.model_dump() | {
        "covered": True,
        "said": "",
        "parts": tuple(parts[part.id] for part in template.parts),
        "citations": tuple(numbering.citations),
        "actions": _actions(parts, template),
        "notices": _notices(numbering.citations, template),
    }
    return Briefing.model_validate(made)


class _Numbering:
    """Numbers citations as they are first used; the same words of the same place keep their number."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self._known: dict[tuple[str, int, int], int] = {}

    def number(self, citation: Citation) -> int:
        key = (citation.passage_id, citation.start, citation.end)
        if key not in self._known:
            self._known[key] = len(self.citations) + 1
            self.citations.append(citation.model_copy(update={"n": self._known[key]}))
        return self._known[key]


def _part(
    part: PartTemplate, evidence: Evidence, wanted: Sequence[str], edits: Mapping[str, str], numbering: _Numbering
) -> Part:
    offered = {candidate.id: candidate for candidate in evidence.of(part.id)}
    lines = [line for id_ in wanted if id_ in offered for line in _lines(offered[id_], edits, numbering)]
    sources = {citation.source_id for candidate in offered.values() for citation in candidate.citations}
    thin = ""
    if not offered:
        thin = "The library holds nothing for this part. We have not filled the gap."
    elif part.id in evidence.general:
        thin = "No source of this kind names the theme. The general rule nearest to it is quoted."
    elif len(sources) == 1:
        thin = "Only one source covers this part. We have not filled the gap."
    return Part(id=part.id, heading=part.heading, lines=tuple(lines), thin=thin)


def _lines(candidate: Candidate, edits: Mapping[str, str], numbering: _Numbering) -> list[Line]:
    made = []
    for line in candidate.lines:
        numbers = tuple(numbering.number(candidate.citations[n - 1]) for n in line.citations)
        words = " ".join(edits.get(line.id, line.text).split())
        same = words == " ".join(line.text.split()) or not words
        made.append(
            line.model_copy(update={"citations": numbers, "text": line.text if same else words, "edited": not same})
        )
    return made


def _questions(part: PartTemplate, parts: Mapping[str, Part], template: Template) -> tuple[Line, ...]:
    """Our questions, each about one statement: in turns over the parts it takes up, different statements each time."""
    made: list[Line] = []
    for turn in range(MOST_QUESTIONS):
        for id_ in part.about:
            asked = template.questions.get(id_, ())
            statements = [line for line in parts[id_].lines if line.role != "lead_in"]
            if turn < len(asked) and turn < len(statements) and len(made) < MOST_QUESTIONS:
                about = statements[turn]
                made.append(
                    Line(id=f"{part.id}-{len(made) + 1}", text=asked[turn], citations=about.citations, role="question")
                )
    return tuple(made)


def _actions(parts: Mapping[str, Part], template: Template) -> tuple[Action, ...]:
    """For each part that asks for action, its first two statements of different sources, named by their first words."""
    made: list[Action] = []
    for id_, what in template.actions.items():
        statements = {line.citations[0]: line for line in parts[id_].lines if line.role != "lead_in"}
        for number, line in list(statements.items())[:2]:
            made.append(Action(what=f"{what}: {_first_words(line.text)}", citation=number))
    return tuple(made[:MOST_ACTIONS])


def _first_words(text: str) -> str:
    words = text.split()
    return text if len(words) <= ACTION_WORDS else f"{' '.join(words[:ACTION_WORDS])} ..."


def _notices(citations: Collection[Citation], template: Template) -> tuple[str, ...]:
    """What a trainer has to know before sharing: few sources, sources past their date, digests."""
    sources = {citation.source_id for citation in citations}
    said = []
    if len(sources) < template.fewest_sources:
        said.append(f"Only {len(sources)} sources cover this. We have not filled the gap.")
    for citation in {citation.source_id: citation for citation in citations}.values():
        if citation.superseded_by:
            said.append(f"{citation.title} has been superseded by {citation.superseded_by}. Check the newer one.")
    if any(citation.is_digest for citation in citations):
        said.append("Quotes are from plain-words digests: open the official text before you rely on exact wording.")
    return tuple(said)


def _contacts() -> tuple[Contact, ...]:
    return tuple(
        Contact(**contact.model_dump(include=set(Contact.model_fields))) for contact in load_contacts().always()
    )
