"""The statutory test as data: facts, decision table and outcomes, with the dates they are in force.

Nothing here knows what the facts mean. The shipped test is `corpus/data/sar-criteria.yaml`; its head explains fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.errors import RegisterInvalid, SafeguardError
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "sar-criteria.yaml"


class NoRuleInForce(SafeguardError):
    """The day asked about is before the first rules began: the reader is sent to a person, not given a guess."""

    def __init__(self, day: date, first: date) -> None:
        super().__init__(
            f"There are no rules for {day.day} {day:%B %Y}: section 44 began on {first.day} {first:%B %Y}; "
            "ask your safeguarding lead which law applied."
        )


class FactsInvalid(SafeguardError):
    """Facts that name no limb of the test, or say something other than yes, no or unknown."""


class State(StrEnum):
    """What is said about a fact: the three values of Kleene's strong three-valued logic."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(_Value):
    """A section of the library and words that stand in it exactly."""

    source_id: str = Field(min_length=1)
    pinpoint: str = Field(min_length=1)
    quote: str = Field(min_length=1)


class Meaning(_Value):
    """What one answer to a fact's question means for the test, with its clause."""

    reason: str = Field(min_length=1)


class Help(_Value):
    """A line of help beside a question, with where it comes from."""

    text: str = Field(min_length=1)
    sources: tuple[Reference, ...] = ()


class Mistake(_Value):
    """What is often got wrong about a fact, and what is right."""

    mistake: str = Field(min_length=1)
    right: str = Field(min_length=1)
    sources: tuple[Reference, ...] = ()


class FactRule(_Value):
    """One limb of the test as it is asked; see the data file's head for each field."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    part: str = Field(min_length=1)
    name: str = Field(min_length=1)
    question: str = Field(min_length=1)
    words: str = Field(min_length=1)
    sources: tuple[Reference, ...] = Field(min_length=1)
    yes: Meaning
    no: Meaning
    unknown: Meaning
    hints: dict[State, str] = {}
    counts: tuple[Help, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    who: tuple[str, ...] = ()
    look_for: tuple[str, ...] = ()

    def reason(self, state: State) -> str:
        """What this state means for the test."""
        return {State.YES: self.yes, State.NO: self.no, State.UNKNOWN: self.unknown}[state].reason


class Row(_Value):
    """One row of the decision table: the outcome where every fact under `when` has that value."""

    outcome: str
    when: dict[str, State] = {}

    def holds(self, facts: Mapping[str, State]) -> bool:
        """Whether the row applies to facts without unknowns."""
        return all(facts[name] is state for name, state in self.when.items())


class OutcomeRule(_Value):
    """What a reader is told of an outcome; `next_steps` names steps of the rules."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    sentence: str = Field(min_length=1)
    detail: str = Field(min_length=1)
    next_steps: tuple[str, ...] = Field(min_length=1)


class Step(_Value):
    """Something to do next, with where that is said; none for our own advice."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    text: str = Field(min_length=1)
    sources: tuple[Reference, ...] = ()


class OtherReview(_Value):
    """Another review or process to consider, unless a fact under `unless` has been answered so."""

    name: str = Field(min_length=1)
    why: str = Field(min_length=1)
    unless: dict[str, State] = {}
    sources: tuple[Reference, ...] = Field(min_length=1)


class Contradiction(_Value):
    """Answers that do not fit together."""

    facts: dict[str, State] = Field(min_length=2)


class Rules(_Value):
    """A test with the day it came into force. `undecided` is the outcome while an unknown could still change it."""

    id: str
    name: str = Field(min_length=1)
    since: date
    since_source: str = Field(min_length=1)
    facts: tuple[FactRule, ...] = Field(min_length=1)
    decide: tuple[Row, ...] = Field(min_length=1)
    undecided: str
    outcomes: tuple[OutcomeRule, ...]
    steps: tuple[Step, ...] = ()
    whom_to_tell: dict[str, tuple[str, ...]] = {}
    other_reviews: tuple[OtherReview, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    @cached_property
    def fact_ids(self) -> tuple[str, ...]:
        """Ids of the facts, in the order they are asked."""
        return tuple(fact.id for fact in self.facts)

    @cached_property
    def deciding_row(self) -> tuple[int, ...]:
        """The row that decides each of the 2 ** n combinations of answers; a place's bit k is 1 where fact k is yes."""
        made = []
        for place in range(2 ** len(self.facts)):
            case = {name: State.YES if place >> k & 1 else State.NO for k, name in enumerate(self.fact_ids)}
            made.append(next(n for n, row in enumerate(self.decide) if row.holds(case)))
        return tuple(made)

    @cached_property
    def truth_table(self) -> tuple[str, ...]:
        """The outcome of each combination of answers, in the same places."""
        return tuple(self.decide[row].outcome for row in self.deciding_row)

    def read_facts(self, given: Mapping[str, object]) -> dict[str, State]:
        """Every fact with what is said about it; unknown where nothing is. Raises: FactsInvalid."""
        if unheard := [name for name in given if name not in self.fact_ids]:
            raise FactsInvalid(f"'{unheard[0]}' is no fact of the test; use {', '.join(self.fact_ids)}.")
        for name, value in given.items():
            if value not in tuple(State):
                raise FactsInvalid(f'The fact \'{name}\' is {value!r}; say "yes", "no" or "unknown".')
        return {name: State(str(given.get(name, State.UNKNOWN))) for name in self.fact_ids}

    def fact(self, fact_id: str) -> FactRule:
        """One fact; KeyError for an id the rules do not have."""
        return _named(self.facts, fact_id)

    def outcome(self, outcome_id: str) -> OutcomeRule:
        """One outcome; KeyError for an id the rules do not have."""
        return _named(self.outcomes, outcome_id)

    def step(self, step_id: str) -> Step:
        """One step; KeyError for an id the rules do not have."""
        return _named(self.steps, step_id)

    def references(self) -> Iterator[Reference]:
        """Every section of the library that the rules rest on."""
        for fact in self.facts:
            yield from fact.sources
            for line in fact.counts:
                yield from line.sources
            for mistake in fact.mistakes:
                yield from mistake.sources
        for step in self.steps:
            yield from step.sources
        for review in self.other_reviews:
            yield from review.sources

    @model_validator(mode="after")
    def _complete(self) -> Rules:
        """Names that exist, and a table in which every combination of answers meets a row and every row is met."""
        facts, outcomes = set(self.fact_ids), {outcome.id for outcome in self.outcomes}
        steps = {step.id for step in self.steps}
        tested = [row.when for row in self.decide] + [entry.unless for entry in self.other_reviews]
        tested += [entry.facts for entry in self.contradictions]
        _all_known("fact", [name for when in tested for name in when], facts)
        _all_known("outcome", [row.outcome for row in self.decide] + [self.undecided], outcomes)
        _all_known("step", [name for outcome in self.outcomes for name in outcome.next_steps], steps)
        if any(State.UNKNOWN in row.when.values() for row in self.decide):
            raise ValueError("a row tests for unknown; the engine alone decides what an unknown means")
        met: set[int] = set()
        for values in product((State.YES, State.NO), repeat=len(self.facts)):
            case = dict(zip(self.fact_ids, values, strict=True))
            row = next((n for n, row in enumerate(self.decide) if row.holds(case)), None)
            if row is None:
                raise ValueError(f"no row decides {', '.join(f'{name} {value}' for name, value in case.items())}")
            met.add(row)
        if never := [n for n in range(len(self.decide)) if n not in met]:
            raise ValueError(f"row {never[0] + 1} of the decision table is never met")
        return self


class Criteria(_Value):
    """Every version of the test, and the sentence that says what an assessment is and is not."""

    statement: str = Field(min_length=1)
    checked_on: date
    rules: tuple[Rules, ...] = Field(min_length=1)

    def in_force(self, day: date) -> Rules:
        """The rules that applied on a day: the latest whose `since` is not after it. Raises: NoRuleInForce."""
        if started := [rules for rules in self.rules if rules.since <= day]:
            return max(started, key=lambda rules: rules.since)
        raise NoRuleInForce(day, min(rules.since for rules in self.rules))


class _Loader(yaml.SafeLoader):
    """YAML in which yes and no are words, as in YAML 1.2's core schema, so that the file reads as it is meant."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in entries if tag != "tag:yaml.org,2002:bool"]
    for letter, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def load_criteria(file: Path = FILE) -> Criteria:
    """The test as the data file has it. Raises: RegisterInvalid, which names the place that is wrong."""
    try:
        return Criteria.model_validate(yaml.load(file.read_text(encoding="utf-8"), _Loader))
    except FileNotFoundError:
        raise RegisterInvalid(f"The data file {file.name} is missing; restore it from the project.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The data file {file.name} is not valid YAML ({error}); mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegisterInvalid(
            f"The data file {file.name} is wrong at {where}: {first['msg']}; mend that entry."
        ) from error


_Named = TypeVar("_Named", FactRule, OutcomeRule, Step)


def _named(entries: Sequence[_Named], wanted: str) -> _Named:
    for entry in entries:
        if entry.id == wanted:
            return entry
    raise KeyError(wanted)


def _all_known(what: str, names: Sequence[str], known: set[str]) -> None:
    if missing := [name for name in names if name not in known]:
        raise ValueError(f"there is no {what} '{missing[0]}'")
