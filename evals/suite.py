"""A suite: the cases an evaluation runs, one JSON object a line in evals/suites/NAME.jsonl.

evals/suites/README.md describes each field; a test holds that table and these models together.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.answer.value import Outcome
from evals.lines import SuiteInvalid, load_cases

SUITES = Path(__file__).parent / "suites"
DEVELOPMENT = ("calibration", "calibration-hard", "calibration-third")
"""The suites that weights and thresholds may be chosen on; no figure on them is reported as quality."""
IN_PAIRS = "calibration-fourth"
"""Questions with and without an answer that differ in a word or two. Development too."""
REPORTED = (
    "starter", "held-out", "library", "unanswerable", "emergencies", "hostile",
    "narratives", "narratives-second", "narratives-held-out", "briefings",
)  # fmt: skip
"""The suites that a release's scorecard is made of, in its order."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Value):
    """One turn of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class Gold(_Value):
    """A section that gives a right answer: a source's id and the section's pinpoint as its heading has it."""

    source_id: str = Field(min_length=1)
    pinpoint: str = Field(min_length=1)


class Fact(_Value):
    """Something a right answer says. Found when, for one alternative of `any`, every substring is quoted."""

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    vital: bool
    any: tuple[tuple[str, ...], ...] = Field(min_length=1)

    def found_in(self, text: str) -> bool:
        """Whether one alternative's substrings all occur in `text`, which is normalised first."""
        plain = normalise(text)
        return any(all(part in plain for part in parts) for parts in self.any)

    @model_validator(mode="after")
    def _substrings_can_match(self) -> Self:
        for parts in self.any:
            if not parts:
                raise ValueError(f"fact {self.id}: an alternative without substrings is found everywhere")
            for part in parts:
                if not part or normalise(part) != part:
                    raise ValueError(f"fact {self.id}: write {part!r} as {normalise(part)!r}, or it is never found")
        return self


class Case(_Value):
    """One question with what a right reply holds. `expect` lists the outcomes that are right."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    kind: Literal["answerable", "unanswerable", "emergency", "lookalike"]
    style: str = Field(min_length=1)
    topic: str = ""
    question: str = Field(min_length=1)
    history: tuple[Message, ...] = ()
    expect: tuple[Outcome, ...] = Field(min_length=1)
    emergency: bool
    facts: tuple[Fact, ...] = ()
    gold: tuple[Gold, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the library holds an answer and the flow should give it: emergencies are apart."""
        return Outcome.ANSWERED in self.expect and not self.emergency

    @property
    def should_abstain(self) -> bool:
        """Whether the right reply makes no claim. Emergencies are neither this nor `answerable`."""
        return Outcome.ANSWERED not in self.expect and not self.emergency

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        if self.emergency != (self.kind == "emergency"):
            raise ValueError("emergency must be true for kind emergency and false for every other kind")
        if self.kind == "answerable" and not self.answerable:
            raise ValueError("expect must allow 'answered' for kind answerable")
        if self.kind == "unanswerable" and not self.should_abstain:
            raise ValueError("expect must not allow 'answered' for kind unanswerable")
        if self.answerable and not (self.gold and any(fact.vital for fact in self.facts)):
            raise ValueError("gold and at least one vital fact are needed where an answer is expected")
        if self.should_abstain and (self.gold or self.facts):
            raise ValueError("gold and facts must be empty where no answer is expected")
        if len({fact.id for fact in self.facts}) < len(self.facts):
            raise ValueError("facts: two of them have the same id")
        asked = " ".join([self.question, *(message.content for message in self.history)])
        for fact in self.facts:
            if fact.found_in(asked):
                raise ValueError(f"fact {fact.id} is found in the question itself, so an echo would score")
        return self


def normalise(text: str) -> str:
    """Lowercase with straight quotes, single spaces and no ** marks, so that a quote matches however it is set.

    >>> normalise("**May**  not rely on the adult’s choice")
    "may not rely on the adult's choice"
    """
    straight = text
    for curly, plain in (("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"'), ("**", "")):
        straight = straight.replace(curly, plain)
    return re.sub(r"\s+", " ", straight).strip().lower()


def suite_path(name: str, folder: Path = SUITES) -> Path:
    """The file of the suite called `name`. Raises SuiteInvalid, naming those there are, when it has none."""
    path = folder / f"{name}.jsonl"
    if not path.is_file() or path.parent != folder:
        known = ", ".join(sorted(found.stem for found in folder.glob("*.jsonl"))) or "none"
        raise SuiteInvalid(f"There is no suite called {name!r}; choose from: {known}.")
    return path


def load(path: Path) -> list[Case]:
    """The cases of one suite, in the order of the file. Raises: SuiteInvalid, as `evals.lines.load_cases` does."""
    return load_cases(path, Case)
