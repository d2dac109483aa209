"""The kinds of suites: how each is loaded, run into a folder and scored from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from evals import briefings, hostile, narrative_scores, narratives, report, suite
from evals.gates import Gate
from evals.generate import Ask, Evidence, Find, Search, generate
from evals.score import CaseScore, Figure, score


class Scored(Protocol):
    """What scoring gives, of whatever kind the suite is."""

    @property
    def cases(self) -> tuple[CaseScore, ...]:
        """Each case's values."""
        ...

    @property
    def figures(self) -> dict[str, Figure]:
        """The figure of each measure."""
        ...

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """95% bounds of those figures that have them."""
        ...


@dataclass(frozen=True)
class Assistant:
    """What questions are put to; every part may be a stand-in. `settings` are kept beside the results."""

    ask: Ask
    search: Search
    find: Find = lambda passage_id: None
    evidence: Evidence = lambda question, history: None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """How suites of one kind are handled. `needs_assistant`: whether questions are put to it.

    `run`: (name, cases, folder, assistant or None, data folder) -> None, writing a run folder.
    """

    load: Callable[[Path], Sequence[Any]]
    run: Callable[[str, Sequence[Any], Path, Assistant | None, Path], None]
    score: Callable[[Path], Scored]
    table: Callable[[str, Any, Sequence[Gate]], str]
    needs_assistant: bool


def kind_of(name: str) -> Kind:
    """The kind of the suite called `name`, by how the name begins."""
    return next((kind for start, kind in _KINDS.items() if name.startswith(start)), QUESTIONS)


def _ask_questions(name: str, cases: Sequence[Any], folder: Path, assistant: Assistant | None, data_dir: Path) -> None:
    assert assistant is not None  # QUESTIONS.needs_assistant
    generate(
        name,
        cases,
        folder,
        ask=assistant.ask,
        search=assistant.search,
        find=assistant.find,
        evidence=assistant.evidence,
        settings=assistant.settings,
    )


def _suggest_facts(name: str, cases: Sequence[Any], folder: Path, assistant: Assistant | None, data_dir: Path) -> None:
    narrative_scores.generate(name, cases, folder)


def _attack(name: str, cases: Sequence[Any], folder: Path, assistant: Assistant | None, data_dir: Path) -> None:
    hostile.make(name, cases, folder, data_dir)


def _brief(name: str, cases: Sequence[Any], folder: Path, assistant: Assistant | None, data_dir: Path) -> None:
    briefings.make(name, cases, folder, data_dir)


QUESTIONS = Kind(suite.load, _ask_questions, score, report.table, needs_assistant=True)
NARRATIVES = Kind(
    narratives.load, _suggest_facts, narrative_scores.score_folder, narrative_scores.table, needs_assistant=False
)
HOSTILE = Kind(hostile.load, _attack, hostile.score, report.table, needs_assistant=False)
BRIEFINGS = Kind(briefings.load, _brief, briefings.score, report.table, needs_assistant=False)
_KINDS = {narratives.PREFIX: NARRATIVES, hostile.PREFIX: HOSTILE, briefings.PREFIX: BRIEFINGS}
