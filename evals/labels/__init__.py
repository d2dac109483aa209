"""Development questions with a label alone: has the library an answer or not? For fitting, never for reporting.

The suites are hard on purpose. These files hold what people ask on an ordinary day, plainly put, and what of it
the library answers: without them a plain question is taken for one that has no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from evals.lines import load_cases
from evals.suite import DEVELOPMENT, IN_PAIRS, load, suite_path

FILES = (Path(__file__).parent / "everyday.jsonl",)


class Label(BaseModel):
    """A line of a file: a question, and whether a section of the library answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    question: str = Field(min_length=2)
    answered: bool


@dataclass(frozen=True)
class Labelled:
    """A question to fit on, of whichever kind of file. `out_of_scope`: clearly about something else."""

    suite: str
    question: str
    history: tuple[Mapping[str, str], ...]
    answered: bool
    out_of_scope: bool


def labelled() -> list[Labelled]:
    """Every development question: of the suites, in order, then of the label files. Raises: SuiteInvalid."""
    made = [
        Labelled(
            suite=name,
            question=case.question,
            history=tuple(turn.model_dump() for turn in case.history),
            answered=list(case.expect) == ["answered"],
            # The likelier outcome comes first: near the subject it is no_evidence.
            out_of_scope=case.expect[0] == "out_of_scope",
        )
        for name in (*DEVELOPMENT, IN_PAIRS)
        for case in load(suite_path(name))
    ]
    for file in FILES:
        made += [Labelled(file.stem, line.question, (), line.answered, False) for line in load_cases(file, Label)]
    return made
