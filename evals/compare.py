"""Two runs side by side: for each measure of each suite that both hold, the difference, its test and what flipped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.intervals import difference, mcnemar
from evals.record import RunDamaged
from evals.score import CaseScore


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Value):
    """One measure of one suite over the `cases` that both runs judged.

    `low` and `high` bound the mean difference (second minus first) with 95% confidence, by a paired bootstrap. `p` is
    that of McNemar's exact test where every value is 0 or 1, and None elsewhere. `gained` and `lost` name the cases
    whose value rose and fell; `judged_once` counts those that only one run judged: a refusal has no citations, say.
    """

    suite: str
    measure: str
    first: float
    second: float
    low: float
    high: float
    cases: int
    judged_once: int
    p: float | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def by_chance(self) -> bool:
        """Whether chance would do for it: p is .05 or more, or where there is no p the interval holds nought."""
        return self.p >= 0.05 if self.p is not None else self.low <= 0 <= self.high


class Comparison(_Value):
    """Every change, by suite in the first run's order; `only_in_one`: what cannot be compared."""

    first: str
    second: str
    changes: tuple[Change, ...]
    only_in_one: tuple[str, ...] = ()


def compare(first: Path, second: Path) -> Comparison:
    """Compare two folders that `safeguard eval run --out` wrote, from their scores alone.

    Raises: RunDamaged when a folder holds no scores, one cannot be read, or the runs share no suite.
    """
    before, after = _scores(first), _scores(second)
    shared = [name for name in before if name in after]
    if not shared:
        raise RunDamaged(f"{first} and {second} have no suite in common, so there is nothing to compare.")
    lone = [f"{name} is only in {first.name}" for name in before if name not in after]
    lone += [f"{name} is only in {second.name}" for name in after if name not in before]
    changes: list[Change] = []
    for name in shared:
        both = [case for case in before[name] if case in after[name]]
        missing = len(before[name]) + len(after[name]) - 2 * len(both)
        if missing:
            lone.append(f"{name}: {missing} cases are in one run only")
        pairs = [(before[name][case], after[name][case]) for case in both]
        changes += [change for measure in _measures(pairs) if (change := _change(name, measure, pairs))]
    return Comparison(first=str(first), second=str(second), changes=tuple(changes), only_in_one=tuple(lone))


def table(found: Comparison) -> str:
    """The comparison as text: a line a measure, the cases that flipped under it."""
    lines = [f"{found.first} -> {found.second}"]
    suite = ""
    for change in found.changes:
        if change.suite != suite:
            suite = change.suite
            lines += [
                suite,
                f"  {'measure':20}{'first':>7}{'second':>8}{'change':>8}  {'95% interval':17}{'p':>6}  cases",
            ]
        p = "-" if change.p is None else f"{change.p:.3f}"
        verdict = "" if change.by_chance else "  not by chance alone"
        once = f" ({change.judged_once} judged once)" if change.judged_once else ""
        lines.append(
            f"  {change.measure:20}{change.first:7.3f}{change.second:8.3f}{change.second - change.first:+8.3f}  "
            f"{f'{change.low:+.3f} to {change.high:+.3f}':17}{p:>6}  {change.cases}{once}{verdict}"
        )
        lines += [
            f"    {word}: {', '.join(cases)}"
            for word, cases in (("gained", change.gained), ("lost", change.lost))
            if cases
        ]
    lines += [f"Left out: {words}." for words in found.only_in_one]
    return "\n".join(lines)


def _scores(folder: Path) -> dict[str, dict[str, CaseScore]]:
    paths = sorted(folder.glob("*/scores.json"))
    if not paths:
        raise RunDamaged(f"There are no scores in {folder}; give a folder that `safeguard eval run --out` wrote.")
    found: dict[str, dict[str, CaseScore]] = {}
    for path in paths:
        try:
            cases = [CaseScore.model_validate(case) for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            raise RunDamaged(f"{path} cannot be read; run `safeguard eval score {folder}` again.") from None
        found[path.parent.name] = {case.id: case for case in cases}
    return found


def _measures(pairs: Sequence[tuple[CaseScore, CaseScore]]) -> list[str]:
    return list(dict.fromkeys(name for pair in pairs for case in pair for name in case.values))


def _change(suite: str, measure: str, pairs: Sequence[tuple[CaseScore, CaseScore]]) -> Change | None:
    """None where no case was judged by both runs."""
    judged: list[tuple[str, float, float]] = []
    once = 0
    for one, other in pairs:
        before, after = one.values.get(measure), other.values.get(measure)
        if before is not None and after is not None:
            judged.append((one.id, before, after))
        elif before is not None or after is not None:
            once += 1
    if not judged:
        return None
    first = [before for _, before, _ in judged]
    second = [after for _, _, after in judged]
    low, high = difference(first, second)
    gained = tuple(case for case, before, after in judged if after > before)
    lost = tuple(case for case, before, after in judged if after < before)
    binary = all(value in (0.0, 1.0) for value in first + second)
    return Change(
        suite=suite,
        measure=measure,
        first=sum(first) / len(first),
        second=sum(second) / len(second),
        low=low,
        high=high,
        cases=len(judged),
        judged_once=once,
        p=mcnemar(len(gained), len(lost)) if binary else None,
        gained=gained,
        lost=lost,
    )
