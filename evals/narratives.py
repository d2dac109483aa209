"""Suites of narratives: what a practitioner writes, the facts a careful reader takes from it, and where they lead.

    python -m evals.narratives SUITE ... [--show-failures] [--json]

SUITE is a name under evals/suites/ or the path of a file. Exit code 1 when a gate is missed, 2 when a suite cannot be
used. evals/suites/NARRATIVES.md describes each field; a test holds its tables and these models together.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.sar.rules import Rules, State, load_criteria
from evals.lines import load_cases
from evals.suite import SUITES, suite_path
from ingest.errors import SafeguardError

PREFIX = "narratives"
"""How the names of suites of narratives begin."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(_Value):
    """What a careful reader would say of one fact, and stretches of the narrative that are each enough for it."""

    value: State
    words: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _words_for_what_is_said(self) -> Self:
        if (self.value is State.UNKNOWN) == bool(self.words):
            raise ValueError("yes and no need words to rest on, and unknown has none")
        return self


class Narrative(_Value):
    """One case. A fact that is left out is not judged; `outcome` is where the labelled facts lead."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    tags: tuple[str, ...] = ()
    narrative: str = Field(min_length=1)
    facts: dict[str, Label]
    outcome: str

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if unknown := sorted(set(self.facts) - set(rules().fact_ids)):
            raise ValueError(f"facts: '{unknown[0]}' is no fact of the test")
        if self.outcome not in {outcome.id for outcome in rules().outcomes}:
            raise ValueError(f"outcome: '{self.outcome}' is no outcome of the walk-through")
        for fact, label in self.facts.items():
            if missing := [words for words in label.words if words not in self.narrative]:
                raise ValueError(f"{fact}: {missing[0]!r} does not stand in the narrative")
        return self


@cache
def rules() -> Rules:
    """The newest rules there are: suites are labelled for them."""
    return max(load_criteria().rules, key=lambda entry: entry.since)


def load(path: Path) -> list[Narrative]:
    """The cases of one suite, in the order of the file. Raises: SuiteInvalid, as `evals.lines.load_cases` does."""
    return load_cases(path, Narrative)


def main(argv: Sequence[str] | None = None) -> int:
    """Score each suite and print its table; 1 when a gate is missed."""
    from evals.gates import gates_of
    from evals.narrative_scores import as_json, failures, score, table

    parser = argparse.ArgumentParser(prog="python -m evals.narratives", description="Score the suggested facts.")
    parser.add_argument("suites", nargs="+", metavar="SUITE", help="name of a suite, or the path of one")
    parser.add_argument("--show-failures", action="store_true", help="print every wrong and every missed suggestion")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    args = parser.parse_args(argv)
    passed = True
    for name in args.suites:
        path = Path(name) if name.endswith(".jsonl") else suite_path(name, SUITES)
        cases, gates = load(path), gates_of(path.stem)
        scores = score(cases)
        print(as_json(path.stem, scores, gates) if args.json else table(path.stem, scores, gates))
        if args.show_failures and not args.json:
            print("\n".join(failures(cases)))
        passed = passed and all(gate.holds(scores.figures) for gate in gates)
    return 0 if passed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SafeguardError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
