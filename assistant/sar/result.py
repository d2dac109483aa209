"""An assessment as a person reads it and as other programs do: every reason with its citations, the day and the rules.

This is the one value that the page, the terminal, the exports and the JSON of docs/contracts.md are drawn from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.answer.value import Citation, Contact
from assistant.knowledge import load_contacts
from assistant.sar.assess import Assessment, assess
from assistant.sar.cited import References
from assistant.sar.rules import Criteria, Reference, State, load_criteria


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(_Value):
    """A sentence of ours with the numbers of the citations behind it; none where it is our own advice."""

    text: str
    citations: tuple[int, ...] = ()


class LimbResult(_Value):
    """One limb: what was said, what it means, its statutory words, and who may know where it is unknown."""

    id: str
    part: str
    name: str
    question: str
    words: str
    status: State
    reason: Cited
    decisive: bool
    missing: bool
    who: tuple[str, ...]


class OtherReviewResult(_Value):
    """Another review to consider, and why."""

    name: str
    why: Cited


class WhatIf(_Value):
    """Where another answer to one limb would lead."""

    fact: str
    name: str
    value: State
    outcome: str
    sentence: str


class Result(_Value):
    """The assessment of one set of answers on one day, complete with its sources. It is never a decision."""

    outcome: str
    sentence: str
    detail: str
    statement: str
    assessed_on: date
    rules_id: str
    rules_name: str
    rules_since: date
    rules_checked_on: date
    limbs: tuple[LimbResult, ...]
    missing: tuple[str, ...]
    possible: tuple[str, ...]
    what_if: tuple[WhatIf, ...]
    contradictions: tuple[tuple[str, ...], ...]
    next_steps: tuple[Cited, ...]
    other_reviews: tuple[OtherReviewResult, ...]
    whom_to_tell: tuple[Contact, ...]
    citations: tuple[Citation, ...]

    def limb(self, fact_id: str) -> LimbResult:
        """One limb; KeyError for an id the rules do not have."""
        for limb in self.limbs:
            if limb.id == fact_id:
                return limb
        raise KeyError(fact_id)

    def cited(self, numbers: tuple[int, ...]) -> tuple[Citation, ...]:
        """The citations with these numbers."""
        return tuple(self.citations[n - 1] for n in numbers)


def result(facts: Mapping[str, object], on: date, criteria: Criteria | None = None) -> Result:
    """Assess facts under the rules in force on a day; facts are yes, no or unknown, and unknown where left out.

    Raises: FactsInvalid for facts that cannot be read, NoRuleInForce for a day before the first rules.
    """
    criteria = criteria or load_criteria()
    rules = criteria.in_force(on)
    found = assess(rules.read_facts(facts), rules)
    numbered = References()

    def say(text: str, references: tuple[Reference, ...]) -> Cited:
        return Cited(text=text, citations=numbered.numbers(references))

    limbs = tuple(
        LimbResult(
            id=element.id,
            part=rules.fact(element.id).part,
            name=element.name,
            question=rules.fact(element.id).question,
            words=rules.fact(element.id).words,
            status=element.status,
            reason=say(element.reason, element.references),
            decisive=element.decisive,
            missing=element.missing,
            who=rules.fact(element.id).who,
        )
        for element in found.elements
    )
    return Result(
        outcome=found.outcome.id,
        sentence=found.outcome.sentence,
        detail=found.outcome.detail,
        statement=criteria.statement,
        assessed_on=on,
        rules_id=rules.id,
        rules_name=rules.name,
        rules_since=rules.since,
        rules_checked_on=criteria.checked_on,
        limbs=limbs,
        missing=found.missing,
        possible=found.possible,
        what_if=tuple(
            WhatIf(
                fact=change.fact,
                name=rules.fact(change.fact).name,
                value=change.value,
                outcome=change.outcome,
                sentence=rules.outcome(change.outcome).sentence,
            )
            for change in found.changes
        ),
        contradictions=tuple(
            tuple(_answer(rules.fact(name).name, state) for name, state in entry.facts.items())
            for entry in found.contradictions
        ),
        next_steps=tuple(say(step.text, step.sources) for step in found.next_steps),
        other_reviews=tuple(
            OtherReviewResult(name=review.name, why=say(review.why, review.sources)) for review in found.other_reviews
        ),
        whom_to_tell=_whom(found, rules.whom_to_tell),
        citations=numbered.citations,
    )


def result_json(found: Result) -> dict[str, Any]:
    """The result as docs/contracts.md has it; each `citations` holds whole citations."""
    whole = {citation.n: citation.model_dump(mode="json") for citation in found.citations}

    def behind(said: Cited) -> list[dict[str, Any]]:
        return [whole[n] for n in said.citations]

    return {
        "outcome": found.outcome,
        "sentence": found.sentence,
        "detail": found.detail,
        "elements": [
            {
                "id": limb.id,
                "name": limb.name,
                "status": limb.status.value,
                "reason": limb.reason.text,
                "decisive": limb.decisive,
                "citations": behind(limb.reason),
            }
            for limb in found.limbs
        ],
        "missing": list(found.missing),
        "possible": list(found.possible),
        "what_if": [{"fact": c.fact, "value": c.value.value, "outcome": c.outcome} for c in found.what_if],
        "contradictions": [list(names) for names in found.contradictions],
        "next_steps": [step.text for step in found.next_steps],
        "next_steps_citations": [behind(step) for step in found.next_steps],
        "other_reviews": [
            {"name": review.name, "why": review.why.text, "citations": behind(review.why)}
            for review in found.other_reviews
        ],
        "whom_to_tell": [contact.model_dump(mode="json") for contact in found.whom_to_tell],
        "statement": found.statement,
        "assessed_on": found.assessed_on.isoformat(),
        "rules": {
            "id": found.rules_id,
            "name": found.rules_name,
            "since": found.rules_since.isoformat(),
            "checked_on": found.rules_checked_on.isoformat(),
        },
    }


def _answer(name: str, state: State) -> str:
    """'the adult died: no', as a contradiction names an answer."""
    return f"{name}: {state.value}"


def _whom(found: Assessment, by_outcome: Mapping[str, tuple[str, ...]]) -> tuple[Contact, ...]:
    roles = by_outcome.get(found.outcome.id, by_outcome.get("default", ()))
    contacts = (load_contacts().role(role) for role in roles)
    return tuple(Contact(**contact.model_dump(include=set(Contact.model_fields))) for contact in contacts)
