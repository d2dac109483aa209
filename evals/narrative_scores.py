"""Scores of suggested facts: counts a case first, then shares over the suite with bootstrap intervals.

A suggestion where a careful reader would say unknown is wrong: it lowers precision. A fact that is not judged counts
for nothing.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from assistant.sar.assess import assess
from assistant.sar.rules import State
from assistant.sar.suggest import Suggestion, suggest
from evals.gates import Gate
from evals.narratives import Label, Narrative, load, rules
from evals.record import RunDamaged, write_json, write_lines
from evals.score import CaseScore, Figure

Suggest = Callable[[str], Sequence[Suggestion]]
MANDATORY = ("mandatory_s44_condition1", "mandatory_s44_condition2")
SENT_AWAY = ("not_met", "out_of_area", "child_route")
"""What a mandatory case must never be called: nobody would ask the panel."""

ROUNDS = 1000
SEED = 44


class NarrativeScores(BaseModel):
    """Each case's values, then the figures by measure (value and what it is a share of) with 95% bootstrap intervals.

    A figure over facts is a share of all facts of the suite, not the mean of the cases' shares.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cases: tuple[CaseScore, ...]
    figures: dict[str, Figure]
    intervals: dict[str, tuple[float, float]]


def score(cases: Sequence[Narrative], suggest_facts: Suggest = suggest) -> NarrativeScores:
    """Every measure over the cases; `suggest_facts` is what is measured."""
    counts = [_counts(case, {entry.fact: entry for entry in suggest_facts(case.narrative)}) for case in cases]
    figures: dict[str, Figure] = {}
    intervals: dict[str, tuple[float, float]] = {}
    for measure, (right, of) in _shares().items():
        pairs = np.array([(count[right], count[of]) for count in counts], dtype=float)
        total = float(pairs[:, 1].sum())
        figures[measure] = Figure(value=float(pairs[:, 0].sum()) / total if total else None, cases=int(total))
        if total:
            intervals[measure] = _interval(pairs)
    rows = tuple(
        CaseScore(
            id=case.id,
            kind="narrative",
            style=case.tags[0] if case.tags else "",
            topic=case.outcome,
            values={name: count[right] / count[of] if count[of] else None for name, (right, of) in _shares().items()},
        )
        for case, count in zip(cases, counts, strict=True)
    )
    return NarrativeScores(cases=rows, figures=figures, intervals=intervals)


def generate(name: str, cases: Sequence[Narrative], folder: Path, suggest_facts: Suggest = suggest) -> None:
    """Suggest the facts of every case once and write suite.jsonl, cases.jsonl and run.json into `folder`."""
    from evals.generate import commit, peak_mb, versions

    folder.mkdir(parents=True, exist_ok=True)
    rows, started = [], time.perf_counter()
    for case in cases:
        entries = suggest_facts(case.narrative)
        rows.append({"id": case.id, "suggestions": [entry.model_dump(mode="json") for entry in entries]})
    seconds = round(time.perf_counter() - started, 3)
    write_lines(folder / "suite.jsonl", [case.model_dump(mode="json") for case in cases])
    write_lines(folder / "cases.jsonl", rows)
    about = {"suite": name, "cases": len(cases), "settings": {}, "versions": versions(), "commit": commit()}
    write_json(folder / "run.json", about | {"seconds": {"cases": seconds}, "peak_mb": peak_mb()})


def score_folder(folder: Path) -> NarrativeScores:
    """Score the run in `folder` and write scores.json there; nothing is suggested again.

    Raises: SuiteInvalid or RunDamaged when a file of the folder cannot be read.
    """
    cases = load(folder / "suite.jsonl")
    kept = _read_suggestions(folder / "cases.jsonl")
    by_text = {case.narrative: kept.get(case.id, ()) for case in cases}
    scores = score(cases, lambda narrative: by_text[narrative])
    write_json(folder / "scores.json", scores.model_dump(mode="json"))
    return scores


def _read_suggestions(path: Path) -> dict[str, tuple[Suggestion, ...]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        read = TypeAdapter(tuple[Suggestion, ...])
        return {row["id"]: read.validate_python(row["suggestions"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunDamaged(f"{path} cannot be read ({error}); generate the run again.") from None


def _shares() -> dict[str, tuple[str, str]]:
    """Measure → the counts it is a share of: (right, out of)."""
    shares = {
        "fact precision": ("right", "said"),
        "fact recall": ("right", "labelled"),
        "quote overlap": ("quoted", "right"),
        "outcome confirmed": ("confirmed", "cases"),
        "outcome unconfirmed": ("unconfirmed", "cases"),
        "mandatory kept": ("kept", "mandatory"),
    }
    for fact in rules().fact_ids:
        shares[f"precision {fact}"] = (f"right {fact}", f"said {fact}")
        shares[f"recall {fact}"] = (f"right {fact}", f"labelled {fact}")
    return shares


def _counts(case: Narrative, suggested: Mapping[str, Suggestion]) -> Counter[str]:
    """What one case adds to each count.

    said: definite suggestions on judged facts; right: those that equal the label; labelled: definite labels; quoted:
    right ones whose words overlap with the label's. The outcome of suggestions is that of all of them, judged or not.
    """
    count: Counter[str] = Counter()
    for fact, label in case.facts.items():
        entry = suggested.get(fact)
        right = entry is not None and entry.value is label.value
        for name in ("", f" {fact}"):
            count[f"said{name}"] += entry is not None
            count[f"right{name}"] += right
            count[f"labelled{name}"] += label.value is not State.UNKNOWN
        count["quoted"] += bool(entry and right and _overlap(case.narrative, entry, label))
    count["cases"] = 1
    count["confirmed"] = _outcome({fact: label.value for fact, label in case.facts.items()}) == case.outcome
    unconfirmed = _outcome({fact: entry.value for fact, entry in suggested.items()})
    count["unconfirmed"] = unconfirmed == case.outcome
    count["mandatory"] = case.outcome in MANDATORY
    count["kept"] = case.outcome in MANDATORY and unconfirmed not in SENT_AWAY
    return count


def _outcome(facts: Mapping[str, State]) -> str:
    return assess(facts, rules()).outcome.id


def _overlap(narrative: str, entry: Suggestion, label: Label) -> bool:
    starts = [(narrative.find(words), len(words)) for words in label.words]
    return any(start < entry.end and entry.start < start + length for start, length in starts)


def _interval(pairs: np.ndarray) -> tuple[float, float]:
    """95% interval of a share of sums: cases drawn with replacement (Efron and Tibshirani, 1993, percentile method)."""
    drawn = np.random.default_rng(SEED).integers(0, len(pairs), size=(ROUNDS, len(pairs)))
    sums = pairs[drawn].sum(axis=1)
    shares = sums[:, 0] / np.where(sums[:, 1] > 0, sums[:, 1], np.nan)
    low, high = np.nanpercentile(shares, (2.5, 97.5))
    return float(low), float(high)


def failures(cases: Sequence[Narrative], suggest_facts: Suggest = suggest) -> Iterator[str]:
    """One line a wrong suggestion and a missed fact, with the words on both sides."""
    for case in cases:
        suggested = {entry.fact: entry for entry in suggest_facts(case.narrative)}
        for fact, label in case.facts.items():
            entry = suggested.get(fact)
            if entry is None and label.value is not State.UNKNOWN:
                yield f"  missed {case.id}, {fact}: {label.value} ({' / '.join(label.words)})"
            elif entry is not None and entry.value is not label.value:
                yield f'  WRONG  {case.id}, {fact}: {entry.value} from "{entry.quote}"; it is {label.value}'


def table(name: str, scores: NarrativeScores, gates: Sequence[Gate]) -> str:
    """The figures as text, one a line, with the interval and the gate."""
    least = {gate.measure: gate for gate in gates}
    width = max(map(len, scores.figures))
    lines = [f"{name}: {len(scores.cases)} cases", f"  {'measure':{width}}  value     of  95% interval   gate"]
    for measure, figure in scores.figures.items():
        value = "    -" if figure.value is None else f"{figure.value:.3f}"
        low, high = scores.intervals.get(measure, (None, None))
        interval = "" if low is None else f"{low:.3f} to {high:.3f}"
        verdict = ""
        if gate := least.get(measure):
            verdict = f">= {gate.least:.2f} {'passed' if gate.holds(scores.figures) else 'FAILED'}"
        lines.append(f"  {measure:{width}}  {value} {figure.cases:>6}  {interval:14} {verdict}".rstrip())
    return "\n".join(lines)


def as_json(name: str, scores: NarrativeScores, gates: Sequence[Gate]) -> str:
    """The figures, intervals and gates as one JSON object."""
    held = {gate.measure: {"least": gate.least, "holds": gate.holds(scores.figures)} for gate in gates}
    figures = scores.model_dump(mode="json") | {"cases": len(scores.cases)}
    return json.dumps({"suite": name, **figures, "gates": held}, indent=2)
