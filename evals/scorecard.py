"""A run folder → the scorecard: a value that the app draws, and the page and table that are published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.scorecard import FILE, FOLDER, Group, Measured, Outcomes, Scorecard, SuiteCard, TradeOff, Worst
from evals import pooled
from evals.gates import Gate, gates_of
from evals.intervals import interval
from evals.record import CaseRun, read_about, read_cases, write_json
from evals.score import CaseScore, Figure
from evals.suite import Case, load

GROUPED = ("vital fact recall", "citation match", "refusal recall", "emergency recall", "outcome match")
"""Measures that are also given by topic and by way of asking, where at least LEAST_IN_GROUP cases bear on them."""
LEAST_IN_GROUP = 3
ABOUT = {
    pooled.NAME: "Every question of the suites below together: what can be answered, what cannot, and emergencies.",
    "starter": "Written before the assistant could be run; its failing cases were looked at while building.",
    "held-out": "Written by another author without running the assistant; its failing cases are not looked at.",
    "library": "Questions the library answers, by authors who did not run the assistant.",
    "unanswerable": "Questions the library does not answer, most of them near its subject.",
    "emergencies": "Messages about somebody in danger now, and messages that only sound like it.",
    "hostile": "Questions and documents that try to make it say or do what it must not.",
    "narratives": "Accounts of cases; the suite the walk-through's suggestions were built on.",
    "narratives-second": "More accounts that the suggestions were built on.",
    "narratives-held-out": "Accounts that were not read while building.",
    "briefings": "Themes of learning briefings.",
}
"""What a reader should know of each suite before its figures."""
WORST = 12
CURVE = 60
"""Thresholds on the trade-off curve, spread evenly over the evidence seen."""


def build(out: Path, names: Sequence[str], gates_file: Path, *, command: str, seconds: float | None) -> Scorecard:
    """The scorecard of the run in `out`, read from its files alone.

    `seconds`: how long the run took; the sum of its suites' own times where that is not known.
    Raises: RunDamaged, SuiteInvalid or GatesInvalid when a file cannot be read.
    """
    together = [pooled.NAME] if len(pooled.parts_of(names)) > 1 else []
    about = {name: read_about(out / name) for name in (*together, *names)}
    spent = sum(sum(one.get("seconds", {}).values()) for one in about.values())
    first = next(iter(about.values()))
    return Scorecard(
        made=datetime.now(UTC).replace(microsecond=0),
        command=command,
        commit=first.get("commit"),
        versions=first.get("versions", {}),
        seconds=round(spent if seconds is None else seconds, 1),
        suites=tuple(
            _suite(name, out, pooled.parts_of(names), about[name], gates_of(name, gates_file)) for name in about
        ),
    )


def write(card: Scorecard, out: Path, data_dir: Path | None) -> None:
    """Write the scorecard, its table and its page into `out`; and into the data folder, for the app to draw."""
    from evals.page import as_html
    from evals.scorecard_words import as_markdown

    written = card.model_dump(mode="json")
    write_json(out / FILE, written)
    (out / "scorecard.md").write_text(as_markdown(card), encoding="utf-8")
    (out / "report.html").write_text(as_html(card), encoding="utf-8")
    if data_dir is not None:
        (data_dir / FOLDER).mkdir(parents=True, exist_ok=True)
        write_json(data_dir / FOLDER / FILE, written)


@lru_cache
def meanings() -> dict[str, str]:
    """Measure → what it means in a line, from meanings.yaml."""
    written: dict[str, str] = yaml.safe_load((Path(__file__).parent / "meanings.yaml").read_text(encoding="utf-8"))
    return written


def meaning(measure: str) -> str:
    """What a measure means; of one for a single fact, that of the measure itself."""
    known = meanings()
    first, _, rest = measure.partition(" ")
    return known.get(measure) or (f"{first.capitalize()} of the fact {rest.replace('_', ' ')}" if rest else measure)


def _suite(
    name: str, out: Path, questions: Sequence[str], about: Mapping[str, Any], gates: Sequence[Gate]
) -> SuiteCard:
    scores = json.loads((out / name / "scores.json").read_text(encoding="utf-8"))
    figures = {measure: Figure.model_validate(value) for measure, value in scores["figures"].items()}
    cases = [CaseScore.model_validate(case) for case in scores["cases"]]
    rows = tuple(_row(measure, figure, scores["intervals"], gates, figures) for measure, figure in figures.items())
    card = SuiteCard(name=name, about=ABOUT.get(name, ""), cases=len(cases), rows=rows)
    if name != pooled.NAME and name not in questions:
        return card.model_copy(update={"worst": _worst_told(name, out / name, cases, gates)})
    parts = questions if name == pooled.NAME else [name]
    asked = [
        (case, runs.get(case.id))
        for part in parts
        for runs in [read_cases(out / part)]
        for case in load(out / part / "suite.jsonl")
    ]
    quiet = [(case, run) for case, run in asked if run and not case.emergency]
    return card.model_copy(
        update={
            "groups": tuple(_groups(name, cases)),
            "outcomes": tuple(_outcomes(asked)),
            "trade_off": tuple(_trade_off([(case, run.evidence) for case, run in quiet if run.evidence is not None])),
            "threshold": about.get("settings", {}).get("answering", {}).get("evidence", {}).get("threshold"),
            "times_ms": tuple(run.ask_ms for _, run in quiet if run.ask_ms is not None),
            "worst": () if name == pooled.NAME else tuple(_worst(name, out / name, cases, gates)),
        }
    )


def _row(
    measure: str,
    figure: Figure,
    intervals: Mapping[str, Sequence[float]],
    gates: Sequence[Gate],
    figures: Mapping[str, Figure],
) -> Measured:
    gate = next((gate for gate in gates if gate.measure == measure), None)
    low, high = intervals.get(measure, (None, None))
    return Measured(
        measure=measure,
        meaning=meaning(measure),
        value=figure.value,
        low=low,
        high=high,
        cases=figure.cases,
        goal=gate.least if gate else None,
        passed=gate.holds(figures) if gate else None,
    )


def _groups(name: str, cases: Sequence[CaseScore]) -> Iterable[Group]:
    for by in ("topic", "style"):
        for value in sorted({getattr(case, by) for case in cases} - {""}):
            for measure in GROUPED:
                known = [
                    score
                    for case in cases
                    if getattr(case, by) == value and (score := case.values.get(measure)) is not None
                ]
                if len(known) >= LEAST_IN_GROUP:
                    low, high = interval(known)
                    yield Group(
                        suite=name, by=by, name=value, measure=measure, value=sum(known) / len(known), low=low,
                        high=high, cases=len(known),
                    )  # fmt: skip


def _outcomes(asked: Sequence[tuple[Case, CaseRun | None]]) -> Iterable[Outcomes]:
    counts: Counter[tuple[str, str]] = Counter()
    for case, run in asked:
        came = run.answer.outcome if run and run.answer else "no reply"
        counts[" or ".join(outcome.value for outcome in case.expect), came] += 1
    return [Outcomes(expected=expected, came=came, cases=cases) for (expected, came), cases in sorted(counts.items())]


def _trade_off(points: Sequence[tuple[Case, float]]) -> Iterable[TradeOff]:
    """Refusing every question whose evidence is below a threshold, for thresholds over all that was seen.

    Questions that the screen refuses or flags count as any other here: the curve is of the evidence alone.
    """
    wanted = sum(case.should_abstain for case, _ in points)
    if not wanted:
        return
    for step in range(CURVE + 1):
        threshold = step / CURVE
        refused = [case for case, value in points if value < threshold]
        right = sum(case.should_abstain for case in refused)
        if refused:
            yield TradeOff(
                threshold=round(threshold, 4),
                precision=right / len(refused),
                recall=right / wanted,
                refused=len(refused),
            )


def _worst(name: str, folder: Path, cases: Sequence[CaseScore], gates: Sequence[Gate]) -> Iterable[Worst]:
    """Cases that lower a goal, those that lower most goals first, with their words."""
    rows = [json.loads(line) for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    replies = {row["id"]: row for row in rows}
    by_id = {case.id: case for case in load(folder / "suite.jsonl")}
    for lowered, one in _lowering(cases, gates)[:WORST]:
        case, row = by_id[one.id], replies.get(one.id, {})
        expected = " or ".join(outcome.value for outcome in case.expect)
        vital = "; ".join(fact.text for fact in case.facts if fact.vital)
        yield Worst(
            suite=name,
            id=one.id,
            question=case.question,
            answer=_said(row),
            expected=f"{expected}: {vital}" if vital else expected,
            lowers=tuple(lowered),
        )


def _worst_told(name: str, folder: Path, cases: Sequence[CaseScore], gates: Sequence[Gate]) -> tuple[Worst, ...]:
    """The same for suites that ask no questions: the case's own words, and which goals it lowers."""
    lines = (folder / "suite.jsonl").read_text(encoding="utf-8").splitlines()
    told = {case["id"]: case for case in map(json.loads, lines)}
    found = []
    for lowered, one in _lowering(cases, gates)[:WORST]:
        case = told.get(one.id, {})
        words = case.get("narrative") or case.get("question") or case.get("theme") or ""
        expected = str(case.get("outcome") or case.get("expect") or "")
        found.append(Worst(suite=name, id=one.id, question=words, answer="", expected=expected, lowers=tuple(lowered)))
    return tuple(found)


def _lowering(cases: Sequence[CaseScore], gates: Sequence[Gate]) -> list[tuple[list[str], CaseScore]]:
    rows = []
    for case in cases:
        values = ((gate.measure, case.values.get(gate.measure)) for gate in gates)
        if lowered := [measure for measure, value in values if value is not None and value < 1]:
            rows.append((lowered, case))
    return sorted(rows, key=lambda row: (-len(row[0]), row[1].id))


def _said(row: Mapping[str, Any]) -> str:
    answer = row.get("answer")
    if not answer:
        return f"No reply ({row.get('error') or 'not in the run'})."
    return str(answer.get("answer") or answer.get("message") or answer.get("outcome"))
