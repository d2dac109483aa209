"""Reads a run folder and writes scores.json: a value a case and measure first, then the means. Asks nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from evals import measures, quotes
from evals.intervals import interval
from evals.record import CaseRun, PassageRow, read_about, read_cases, read_passages, write_json
from evals.suite import Case, load


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseScore(_Value):
    """One case's values by measure; None where the case does not bear on it. `problem`: why it has no reply."""

    id: str
    kind: str
    style: str = ""
    topic: str = ""
    values: dict[str, float | None]
    problem: str | None = None


class Figure(_Value):
    """A measure's value over a suite and the number of cases behind it; None where there were none."""

    value: float | None
    cases: int


class Scores(_Value):
    """All the values of one run: `cases` in the suite's order, then `figures` by measure.

    `intervals` bound with 95% confidence each figure that is a mean over cases.
    """

    cases: tuple[CaseScore, ...]
    figures: dict[str, Figure]
    intervals: dict[str, tuple[float, float]] = {}


def score(folder: Path) -> Scores:
    """Score the run in `folder` and write scores.json there. The same folder always gives the same scores.

    Raises: SuiteInvalid or RunDamaged when the folder's suite.jsonl or cases.jsonl cannot be read.
    """
    cases = load(folder / "suite.jsonl")
    runs, passages = read_cases(folder), read_passages(folder)
    scored = tuple(score_case(case, runs.get(case.id), passages) for case in cases)
    figures, intervals = summed([case.values for case in scored])
    figures |= latencies(cases, runs) | _memory(read_about(folder), len(runs))
    scores = Scores(cases=scored, figures=figures, intervals=intervals)
    write_json(folder / "scores.json", scores.model_dump(mode="json"))
    return scores


def summed(
    values: Sequence[Mapping[str, float | None]],
) -> tuple[dict[str, Figure], dict[str, tuple[float, float]]]:
    """The mean of each measure over the cases it bears on, and its 95% interval (see `evals.intervals`)."""
    figures: dict[str, Figure] = {}
    intervals: dict[str, tuple[float, float]] = {}
    for name in dict.fromkeys(name for case in values for name in case):
        known = [value for case in values if (value := case.get(name)) is not None]
        figures[name] = Figure(value=measures.mean(known), cases=len(known))
        if known:
            intervals[name] = interval(known)
    return figures, intervals


def score_case(case: Case, run: CaseRun | None, passages: Mapping[str, PassageRow] | None = None) -> CaseScore:
    """Every measure's value for one case; `run` is None when the run left the case out.

    `passages`: those the answers cite, by id.
    """
    kept = passages or {}
    values: dict[str, float | None] = {
        **measures.retrieval(case.gold, run.hits if run else ()),
        "vital fact recall": measures.fact_recall(case, run.answer if run else None, vital_only=True),
        "fact recall": measures.fact_recall(case, run.answer if run else None, vital_only=False),
        "citation match": measures.citation_match(case, run),
        "first line match": measures.first_line_match(case, run),
        "citation precision": measures.citation_precision(case, run),
        "citation recall": measures.citation_recall(case, run),
        "located quotes": quotes.located_quotes(run, kept),
        "right place": quotes.right_place(run, kept),
        "duty words kept": quotes.duty_words(run, kept),
        "completeness": quotes.completeness(run, kept),
        "refusal precision": measures.refusal_precision(case, run),
        "refusal recall": measures.refusal_recall(case, run),
        "refused or doubted": measures.refused_or_doubted(case, run),
        "plain answer precision": measures.plain_answer_precision(case, run),
        "plain answer coverage": measures.plain_answer_coverage(case, run),
        "emergency precision": measures.emergency_precision(case, run),
        "emergency recall": measures.emergency_recall(case, run),
        "outcome match": measures.outcome_match(case, run),
    }
    problem = "not in the run" if run is None else run.error
    return CaseScore(id=case.id, kind=case.kind, style=case.style, topic=case.topic, values=values, problem=problem)


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


def _memory(about: Mapping[str, Any], asked: int) -> dict[str, Figure]:
    """The most memory the run's process held, in MB of 10^6 bytes, where the run says so."""
    peak = about.get("peak_mb")
    return {"peak memory MB": Figure(value=float(peak), cases=asked)} if isinstance(peak, int | float) else {}
