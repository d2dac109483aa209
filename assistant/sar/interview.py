"""The walk-through as a value: what has been answered, what is asked next, and what another answer would change.

A case is changed only by making a new one, so that a screen can keep it, go back, or throw it away. Nothing here stores
anything or knows what a screen looks like.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.sar.assess import assess, next_question
from assistant.sar.result import Result, result
from assistant.sar.rules import FactRule, FactsInvalid, Rules, State, load_criteria
from assistant.sar.suggest import Suggestion
from ingest.errors import SafeguardError

LONGEST = 20_000
"""Most characters of a narrative."""


class NarrativeTooLong(SafeguardError):
    """A description that is longer than one case needs."""

    def __init__(self, narrative: str) -> None:
        super().__init__(
            f"Your description is {len(narrative):,} characters; the limit is {LONGEST:,}. "
            "Keep the key dates and events. Nothing was lost."
        )


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(_Value):
    """One answer: how it came about, the practitioner's own evidence, and the words of the narrative it rests on.

    `how`: "confirmed" (a suggestion said to be right) or "asked" (answered by the practitioner).
    `narrative[start:end] == quote` where there is a quote.
    """

    fact: str
    value: State
    how: Literal["confirmed", "asked"]
    note: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0


class Case(_Value):
    """One walk-through. `given` is in the order it was answered; `suggested` waits to be confirmed or rejected.

    `details`: what a referral form asks beside the test, by the field ids of corpus/data/sar-record.yaml.
    The rules are those in force on `started_on`.
    """

    started_on: date
    narrative: str = Field(default="", max_length=LONGEST)
    suggested: tuple[Suggestion, ...] = ()
    given: tuple[Given, ...] = ()
    details: dict[str, str] = {}

    @property
    def facts(self) -> dict[str, State]:
        """Fact id → what the practitioner has said; suggestions that were not confirmed say nothing."""
        return {entry.fact: entry.value for entry in self.given}

    def answer_to(self, fact_id: str) -> Given | None:
        """What was answered about a fact; None where it was not."""
        return next((entry for entry in self.given if entry.fact == fact_id), None)


class Progress(_Value):
    """How far the questions are: answered so far, and the most that can still come."""

    answered: int
    most_left: int


def described(case: Case, narrative: str, suggested: tuple[Suggestion, ...]) -> Case:
    """The case told in other words. Answers stay, but those that rest on words no longer there are asked again.

    Raises: NarrativeTooLong.
    """
    if len(narrative) > LONGEST:
        raise NarrativeTooLong(narrative)
    given = tuple(entry for entry in case.given if not entry.quote or narrative[entry.start : entry.end] == entry.quote)
    return case.model_copy(update={"narrative": narrative, "suggested": suggested, "given": given})


def confirm(case: Case, fact_id: str, value: State, rules: Rules | None = None) -> Case:
    """Answer a suggested fact; the words it rests on are kept where the answer is the one suggested."""
    suggestion = next((entry for entry in case.suggested if entry.fact == fact_id), None)
    if suggestion is None or suggestion.value is not value:
        return answer(case, fact_id, value, rules=rules)
    given = Given(
        fact=fact_id, value=value, how="confirmed", quote=suggestion.quote, start=suggestion.start, end=suggestion.end
    )
    return _with(case, given, rules)


def reject(case: Case, fact_id: str) -> Case:
    """The case without a suggestion, and without an answer that was taken from it: the fact is asked as a question."""
    suggested = tuple(entry for entry in case.suggested if entry.fact != fact_id)
    given = tuple(entry for entry in case.given if entry.fact != fact_id or entry.how == "asked")
    return case.model_copy(update={"suggested": suggested, "given": given})


def answer(case: Case, fact_id: str, value: State, note: str = "", rules: Rules | None = None) -> Case:
    """Answer a question, or change an answer: it keeps its place in the order. Raises: FactsInvalid.

    The same answer with another note keeps the words of the narrative that it rests on.
    """
    before = case.answer_to(fact_id)
    if before is not None and before.value is value:
        return _with(case, before.model_copy(update={"note": note.strip()}), rules)
    return _with(case, Given(fact=fact_id, value=value, how="asked", note=note.strip()), rules)


def back(case: Case) -> tuple[Case, str | None]:
    """The case without its last answer, and the fact that is asked again; None when nothing has been answered."""
    if not case.given:
        return case, None
    return case.model_copy(update={"given": case.given[:-1]}), case.given[-1].fact


def question(case: Case, rules: Rules | None = None) -> FactRule | None:
    """What is asked next: the fact that can change most and has no answer yet; None when no question is left.

    "I do not know" is an answer: it is not asked again, though it may leave the outcome open.
    """
    rules = rules or rules_of(case)
    name = next_question(case.facts, rules, unasked=set(rules.fact_ids) - set(case.facts))
    return None if name is None else rules.fact(name)


def progress(case: Case, rules: Rules | None = None) -> Progress:
    """Answers so far and unanswered facts that could still change the outcome."""
    rules = rules or rules_of(case)
    left = [name for name in _missing(case, rules) if name not in case.facts]
    return Progress(answered=len(case.given), most_left=len(left))


def what_if(case: Case, fact_id: str, value: State) -> Result:
    """The result with one answer changed; the case stays as it is."""
    return assessed(answer(case, fact_id, value))


def assessed(case: Case) -> Result:
    """The result of the answers so far under the rules in force on the day the case was started."""
    return result(case.facts, case.started_on)


def rules_of(case: Case) -> Rules:
    """The rules a case is read under."""
    return load_criteria().in_force(case.started_on)


def _missing(case: Case, rules: Rules) -> tuple[str, ...]:
    return assess(case.facts, rules).missing


def _with(case: Case, given: Given, rules: Rules | None) -> Case:
    rules = rules or rules_of(case)
    if given.fact not in rules.fact_ids:
        raise FactsInvalid(f"'{given.fact}' is no fact of the test; use {', '.join(rules.fact_ids)}.")
    if case.answer_to(given.fact) is None:
        entries = (*case.given, given)
    else:
        entries = tuple(given if entry.fact == given.fact else entry for entry in case.given)
    return case.model_copy(update={"given": entries})
