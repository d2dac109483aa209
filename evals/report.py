"""The printed table of one run: each figure with its interval, the cases behind it and its gate."""

from __future__ import annotations

from collections.abc import Sequence

from evals.gates import Gate
from evals.score import Scores


def table(name: str, scores: Scores, gates: Sequence[Gate]) -> str:
    """The run's figures as text, one a line, then the cases a failed gate is down to."""
    least = {gate.measure: gate for gate in gates}
    lines = [
        f"{name}: {len(scores.cases)} cases",
        f"  {'measure':22}{'value':>9}  {'95% interval':16}{'cases':>5}  gate",
    ]
    for measure, figure in scores.figures.items():
        digits = 1 if measure.endswith((" ms", " MB")) else 3
        value = "-" if figure.value is None else f"{figure.value:.{digits}f}"
        verdict = ""
        if gate := least.get(measure):
            verdict = f">= {gate.least:.2f} {'passed' if gate.holds(scores.figures) else 'FAILED'}"
        low, high = scores.intervals.get(measure, (None, None))
        interval = "" if low is None else f"{low:.3f} to {high:.3f}"
        line = f"  {measure:22}{value:>9}  {interval:16}{figure.cases:>5}  {verdict}"
        lines.append(line.rstrip())
    for gate in gates:
        if not gate.holds(scores.figures):
            lines.append(f"  {gate.measure} is lowered by: {', '.join(_below(scores, gate.measure)) or 'no case'}")
    if troubled := [case for case in scores.cases if case.problem]:
        lines.append("  without a whole reply: " + "; ".join(f"{case.id} ({case.problem})" for case in troubled))
    return "\n".join(lines)


def _below(scores: Scores, measure: str) -> list[str]:
    values = ((case.id, case.values.get(measure)) for case in scores.cases)
    return [case_id for case_id, value in values if value is not None and value < 1]
