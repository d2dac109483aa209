"""All question suites of a run as one: refusals are judged over what can and what cannot be answered together.

A suite of questions that all have an answer says nothing of how many refusals are right, nor one of questions that have
none; the shares below are of every question of the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.kinds import QUESTIONS, kind_of
from evals.measures import percentile
from evals.record import read_about, read_cases, write_json
from evals.score import Figure, Scores, summed
from evals.suite import load

NAME = "all-questions"


def parts_of(names: Sequence[str]) -> tuple[str, ...]:
    """Those of a run's suites that ask questions."""
    return tuple(name for name in names if kind_of(name) is QUESTIONS)


def pool(out: Path, names: Sequence[str]) -> Scores | None:
    """Score the question suites of the run in `out` together and keep the scores there; None for fewer than two.

    Each suite has been scored before: its scores.json is read. Case ids are "suite/id".
    Raises: RunDamaged when a file of the run cannot be read.
    """
    parts = parts_of(names)
    if len(parts) < 2:
        return None
    cases = tuple(
        case.model_copy(update={"id": f"{name}/{case.id}"})
        for name in parts
        for case in Scores.model_validate_json((out / name / "scores.json").read_bytes()).cases
    )
    figures, intervals = summed([case.values for case in cases])
    times = [
        ms
        for name in parts
        for runs in [read_cases(out / name)]
        for case in load(out / name / "suite.jsonl")
        if not case.emergency and case.id in runs and (ms := runs[case.id].ask_ms) is not None
    ]
    for share in (50, 95):
        figures[f"ask p{share} ms"] = Figure(value=percentile(times, share / 100), cases=len(times))
    scores = Scores(cases=cases, figures=figures, intervals=intervals)
    about = read_about(out / parts[0])
    (out / NAME).mkdir(exist_ok=True)
    write_json(out / NAME / "scores.json", scores.model_dump(mode="json"))
    write_json(out / NAME / "run.json", about | {"suite": NAME, "cases": len(cases), "of": parts, "seconds": {}})
    return scores
