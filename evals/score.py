"""Reads a run folder and writes scores.json: a value a case and measure first, then the means. Asks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals import measures
from evals.record import CaseRun, read_cases, write_json
from evals.suite import Case, load


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseScore(_Value):
    """One case's values by measure; None where the case does not bear on it. `problem`: why it has no reply."""

    id: str
    kind: str
    values: dict[str, float | None]
    problem: str | None = None


class Figure(_Value):
    """A measure's value over a suite and the number of cases behind it; None where there were none."""

    value: float | None
    cases: int


class Scores(_Value):
    """All the values of one run: `cases` in the suite's order, then `figures` by measure."""

    cases: tuple[CaseScore, ...]
    figures: dict[str, Figure]


def score(folder: Path) -> Scores:
    """Score the run in `folder` and write scores.json there. The same folder always gives the same scores.

    Raises: SuiteInvalid or RunDamaged when the folder's suite.jsonl or cases.jsonl cannot be read.
    """
    cases = load(folder / "suite.jsonl")
    runs = read_cases(folder)
    scored = tuple(score_case(case, runs.get(case.id)) for case in cases)
    names = list(scored[0].values)
    figures = {name: _figure([case.values[name] for case in scored]) for name in names}
    scores = Scores(cases=scored, figures=figures | latencies(cases, runs))
    write_json(folder / "scores.json", scores.model_dump(mode="json"))
    return scores


def score_case(case: Case, run: CaseRun | None) -> CaseScore:
    """Every measure's value for one case; `run` is None when the run left the case out."""
    values: dict[str, float | None] = {
        **measures.retrieval(case.gold, run.hits if run else ()),
        "vital fact recall": measures.fact_recall(case, run.answer if run else None, vital_only=True),
        "fact recall": measures.fact_recall(case, run.answer if run else None, vital_only=False),
        "citation match": measures.citation_match(case, run),
        "citation precision": measures.citation_precision(case, run),
        "refusal precision": measures.refusal_precision(case, run),
        "refusal recall": measures.refusal_recall(case, run),
        "emergency precision": measures.emergency_precision(case, run),
        "emergency recall": measures.emergency_recall(case, run),
        "outcome match": measures.outcome_match(case, run),
    }
    problem = "not in the run" if run is None else run.error
    return CaseScore(id=case.id, kind=case.kind, values=values, problem=problem)


def latencies(cases: Sequence[Case], runs: dict[str, CaseRun]) -> dict[str, Figure]:
    """Warm p50 and p95 of asking, in milliseconds.

    Emergencies are left out: they are answered before anything is searched and would flatter the figure.
    """
    timed = [runs[case.id].ask_ms for case in cases if case.id in runs and not case.emergency]
    values = [ms for ms in timed if ms is not None]
    return {
        f"ask p{share} ms": Figure(value=measures.percentile(values, share / 100), cases=len(values))
        for share in (50, 95)
    }


def _figure(values: Sequence[float | None]) -> Figure:
    return Figure(value=measures.mean(values), cases=sum(value is not None for value in values))
