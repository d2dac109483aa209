"""Cases for training: a learner answers the test of section 44 limb by limb, then sees the reasoning with its clauses.

The cases are data (`corpus/data/scenarios.yaml`, and a file of the same shape in the data folder for a trainer's own).
The outcome is computed by the rules, for the case's answers and for the learner's alike.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.answer.value import Citation
from assistant.sar.result import Result, result
from assistant.sar.rules import State, load_criteria
from ingest.errors import BadRequest
from ingest.sources import CORPUS

FILE = "scenarios.yaml"
MOST_LEARNERS = 40


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(_Value):
    """What the case says of one limb: the answer, the words of the case it rests on, and why."""

    value: State
    because: str = ""
    why: str = Field(min_length=1)


class Scenario(_Value):
    """A synthetic case. Every `because` is word for word in `text`; only an unknown may have none."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=3)
    outcome: str
    text: str = Field(min_length=40)
    facts: dict[str, Told]

    @model_validator(mode="after")
    def _sound(self) -> Scenario:
        ids = load_criteria().in_force(date.today()).fact_ids
        if set(self.facts) != set(ids):
            wrong = sorted(set(self.facts) ^ set(ids))[0]
            raise ValueError(f"the facts must be those of the test; look at '{wrong}'")
        for name, told in self.facts.items():
            if told.because not in self.text:
                raise ValueError(f"the words under '{name}' are not in the text")
            if told.value is not State.UNKNOWN and not told.because:
                raise ValueError(f"'{name}' needs the words of the text it rests on, or unknown")
        found = result({name: told.value for name, told in self.facts.items()}, date.today()).outcome
        if found != self.outcome:
            raise ValueError(f"the facts lead to {found}, and the case says {self.outcome}")
        return self


class _File(_Value):
    checked_on: date
    scenarios: tuple[Scenario, ...]

    @model_validator(mode="after")
    def _unique(self) -> _File:
        ids = [one.id for one in self.scenarios]
        titles = [one.title for one in self.scenarios]
        for names in (ids, titles):
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise ValueError(f"two cases are called '{twice}'")
        return self


class MarkedLimb(_Value):
    """One limb after a learner answered. `citations` are numbers of the marked case's."""

    id: str
    question: str
    answered: State | None
    right: State
    because: str
    why: str
    clause: str
    citations: tuple[int, ...]

    @property
    def is_right(self) -> bool:
        """Whether the learner answered as the case tells it."""
        return self.answered is self.right


class Marked(_Value):
    """A case after a learner answered: limb by limb, and where both sets of answers lead."""

    scenario: Scenario
    limbs: tuple[MarkedLimb, ...]
    outcome: str
    sentence: str
    learner_outcome: str
    learner_sentence: str
    citations: tuple[Citation, ...]

    @property
    def score(self) -> tuple[int, int]:
        """(limbs answered right, limbs)."""
        return sum(limb.is_right for limb in self.limbs), len(self.limbs)


class Sheet(_Value):
    """A group's scores on one case: no names, only how many answered each limb right."""

    title: str
    learners: int
    limbs: tuple[tuple[str, int], ...]
    outcome_right: int


def load_scenarios(data_dir: Path | None = None) -> tuple[Scenario, ...]:
    """The shipped cases, and a trainer's own from the data folder.

    Raises: BadRequest naming the file, the case and what is wrong with it.
    """
    found = list(_read(CORPUS / "data" / FILE))
    own = None if data_dir is None else data_dir / FILE
    if own is not None and own.is_file():
        taken, titles = {one.id for one in found}, {one.title for one in found}
        for one in _read(own):
            if one.id in taken or one.title in titles:
                raise BadRequest(
                    f"{own.name} has a case '{one.id}', which is shipped already; give yours another id and title."
                )
            found.append(one)
    return tuple(found)


def mark(scenario: Scenario, answers: Mapping[str, State]) -> Marked:
    """Mark a learner's answers; a limb that is left out counts as not answered, and as unknown for the outcome."""
    told = result({name: one.value for name, one in scenario.facts.items()}, date.today())
    learner = result({name: answers.get(name, State.UNKNOWN) for name in scenario.facts}, date.today())
    return Marked(
        scenario=scenario,
        limbs=tuple(_limb(told, name, one, answers.get(name)) for name, one in scenario.facts.items()),
        outcome=told.outcome, sentence=told.sentence,
        learner_outcome=learner.outcome, learner_sentence=learner.sentence, citations=told.citations,
    )  # fmt: skip


def _limb(told: Result, name: str, fact: Told, answered: State | None) -> MarkedLimb:
    limb = told.limb(name)
    clauses = dict.fromkeys(citation.pinpoint for citation in told.cited(limb.reason.citations))
    return MarkedLimb(
        id=name, question=limb.question, answered=answered, right=fact.value, because=fact.because, why=fact.why,
        clause=", ".join(clauses), citations=limb.reason.citations,
    )  # fmt: skip


def group_sheet(marked: Sequence[Marked]) -> Sheet:
    """The scores of a group on one case. Raises: BadRequest for none, too many, or different cases."""
    if not marked or len({one.scenario.id for one in marked}) != 1:
        raise BadRequest("A score sheet is of one case, answered by at least one learner.")
    if len(marked) > MOST_LEARNERS:
        raise BadRequest(f"A score sheet holds {MOST_LEARNERS} learners; begin another one.")
    questions = [limb.question for limb in marked[0].limbs]
    right = [sum(one.limbs[n].is_right for one in marked) for n in range(len(questions))]
    return Sheet(
        title=marked[0].scenario.title, learners=len(marked), limbs=tuple(zip(questions, right, strict=True)),
        outcome_right=sum(one.outcome == one.learner_outcome for one in marked),
    )  # fmt: skip


def sheet_csv(sheet: Sheet) -> str:
    """The sheet for a spreadsheet. A cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    stream = io.StringIO()
    rows = csv.writer(stream)
    rows.writerow(["Case", "Question", "Answered right", "Learners"])
    for question, right in (*sheet.limbs, ("Outcome", sheet.outcome_right)):
        rows.writerow([_inert(sheet.title), _inert(question), right, sheet.learners])
    return stream.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if text.strip()[:1] in ("=", "+", "-", "@") else text


def _read(file: Path) -> tuple[Scenario, ...]:
    data: object = None
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        return _File.model_validate(data).scenarios
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ").removesuffix(".")
        raise BadRequest(f"{file.name} is wrong at {_where(first['loc'], data)}: {said}.") from None
    except (yaml.YAMLError, ValueError, RecursionError, OSError) as error:  # a day that is none is a ValueError
        said = " ".join(str(error).split())[:120].removesuffix(".")
        raise BadRequest(f"{file.name} cannot be read ({said}); mend it, or take it out of the data folder.") from None


def _where(place: Sequence[int | str], data: object) -> str:
    """A place of the file in words: the case by its id, where it has one."""
    names = [f"case {part + 1}" if isinstance(part, int) else str(part) for part in place if part != "scenarios"]
    cases = data.get("scenarios") if isinstance(data, dict) else None
    at = next((part for part in place if isinstance(part, int)), None)
    if isinstance(cases, list) and at is not None and at < len(cases) and isinstance(cases[at], dict):
        names[0] = f"case '{cases[at].get('id', at + 1)}'"
    return " ".join(names) or "the top: it needs checked_on and scenarios"
