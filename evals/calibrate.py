"""Fit the evidence model on the calibration suite and write it to assistant/answering.yaml.

    python -m evals.calibrate [--data-dir DIR] [--write]     (five minutes, most of them for forms)

Logistic regression over the features of assistant/answer/evidence.py, with the threshold that gives refusals the best
F1 in eight-fold cross-validation, where one question in four has no answer. No case is judged by a model that has seen
it, the model of its form included. What a stranger's questions would get is told by leaving out one suite at a time.
The probability from which an answer needs no doubt said above it is chosen on the questions in pairs, on which
nothing is fitted. Passages for which no questions were written (a person's own documents) get an offset of their own,
fitted on the same cases with the written questions left out. Nothing here reads the reported suites.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml

from assistant.answer.compose import compose
from assistant.answer.evidence import NOT_WEIGHED, features
from assistant.answer.question import understand
from assistant.library import Library
from assistant.retrieve import search
from assistant.settings import answering, settings
from evals.ngram_fit import written_questions
from evals.suite import DEVELOPMENT, IN_PAIRS, load, suite_path
from evals.train_form import unseen

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

SUITES = DEVELOPMENT
FILE = Path(__file__).resolve().parent.parent / "assistant" / "answering.yaml"
FOLDS, SEEDS = 8, (0, 1)
SHARE = 0.25
"""Of the questions people ask, the share without an answer: an assumption, as nobody has counted them yet."""
PLAIN = 0.9
"""Share of the answers given without a doubt that must be to questions with an answer, where SHARE have none."""
STRENGTH = 3.0
"""Inverse of the L2 penalty: weak, as there are 25 cases a feature."""


@dataclass(frozen=True)
class Fit:
    """The fitted model and what cross-validation says of its refusals."""

    weights: dict[str, float]
    intercept: float
    threshold: float
    precision: float
    recall: float
    cases: int


@dataclass(frozen=True)
class Collected:
    """One row of features a case: as it is, and as if no questions had been written for any passage."""

    questions: list[str]
    suites: np.ndarray
    rows: list[dict[str, float]]
    unasked: list[dict[str, float]]
    wanted: np.ndarray
    outside: list[float]


def collect(library: Library, names: Sequence[str] = SUITES) -> Collected:
    """Features of every case, whether it should be answered, and the cosines of those clearly out of scope."""
    questions, suites, rows, unasked, wanted, outside = [], [], [], [], [], []
    for suite, case in ((name, case) for name in names for case in load(suite_path(name))):
        question = understand(case.question, [turn.model_dump() for turn in case.history], library.vocabulary)
        hits = search(library, question, answering().retrieval.sections)
        quotes = compose(question, hits, library)
        questions.append(case.question)
        suites.append(suite)
        rows.append(features(question, hits, quotes, library))
        plain = [replace(hit, passage=hit.passage.model_copy(update={"asked": ()})) for hit in hits]
        unasked.append(features(question, plain, quotes, library))
        wanted.append(list(case.expect) == ["answered"])
        if case.expect[0] == "out_of_scope":  # the likelier outcome comes first: near the subject it is no_evidence
            outside.append(rows[-1]["cosine"])
    return Collected(questions, np.array(suites), rows, unasked, np.array(wanted), outside)


def offset(found: Fit, collected: Collected) -> float:
    """The weight of `unasked`: the intercept that makes the mean probability the share of cases to answer (its MLE)."""
    scores = found.intercept + _table(collected.unasked, list(found.weights)) @ np.array(list(found.weights.values()))
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float((1 / (1 + np.exp(-(scores + middle)))).mean())
        low, high = (middle, high) if mean < collected.wanted.mean() else (low, middle)
    return round(low, 3)


def fit(collected: Collected) -> Fit:
    """Fit on all cases; threshold and figures from cross-validation, averaged over several shuffles."""
    wanted = collected.wanted
    names = [name for name in collected.rows[0] if name not in NOT_WEIGHED and name != "unasked"]
    every = np.arange(len(wanted))
    held_out = np.mean([_held_out(collected, names, every, seed) for seed in SEEDS], axis=0)
    threshold = _best_threshold(held_out, wanted)
    precision, recall = _precision_recall(held_out < threshold, ~wanted)
    table = _with_form(collected, names, unseen(collected.questions, wanted, every, every[:0], written_questions()))
    model = _model().fit(table, wanted)
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return Fit(weights, round(float(model.intercept_[0]), 3), threshold, precision, recall, len(wanted))


def sure_from(found: Fit, pairs: Collected) -> float:
    """The least probability from which PLAIN of the answers are to questions with an answer; 1.0 where none is."""
    names = list(found.weights)
    scores = found.intercept + _table(pairs.rows, names) @ np.array([found.weights[name] for name in names])
    return least_line(1 / (1 + np.exp(-scores)), pairs.wanted, found.threshold)


def least_line(probabilities: np.ndarray, wanted: np.ndarray, threshold: float) -> float:
    """The least of `threshold`, +0.01, ... from which the weighted precision is PLAIN. Shapes (cases,).

    A question without an answer counts for what makes them SHARE of all.
    """
    weight = _weight(wanted)
    for line in np.round(np.arange(threshold, 1.0, 0.01), 2):
        right = float((wanted & (probabilities >= line)).sum())
        wrong = weight * float((~wanted & (probabilities >= line)).sum())
        if right and right / (right + wrong) >= PLAIN:
            return float(line)
    return 1.0


def strangers(collected: Collected) -> dict[str, tuple[float, float]]:
    """Suite → precision and recall of refusals on it when it was left out of everything, at SHARE without an answer."""
    names = [name for name in collected.rows[0] if name not in NOT_WEIGHED and name != "unasked"]
    wanted = collected.wanted
    figures = {}
    for suite in SUITES:
        train, rest = np.flatnonzero(collected.suites != suite), np.flatnonzero(collected.suites == suite)
        threshold = _best_threshold(_held_out(collected, names, train, 0)[train], wanted[train])
        flagged = _predict(collected, names, train, rest) < threshold
        figures[suite] = _precision_recall(flagged, ~wanted[rest], _weight(wanted[rest]))
    return figures


def _held_out(collected: Collected, names: Sequence[str], among: np.ndarray, seed: int) -> np.ndarray:
    """Probability of every case of `among` (indices) by models of the others of them, shape (cases,)."""
    from sklearn.model_selection import StratifiedKFold

    values = np.zeros(len(collected.wanted))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for train, fold in folds.split(among, collected.wanted[among]):
        values[among[fold]] = _predict(collected, names, among[train], among[fold])
    return values


def _predict(collected: Collected, names: Sequence[str], train: np.ndarray, others: np.ndarray) -> np.ndarray:
    forms = unseen(collected.questions, collected.wanted, train, others, written_questions())
    table = _with_form(collected, names, forms)
    return _model().fit(table[train], collected.wanted[train]).predict_proba(table[others])[:, 1]


def _model() -> LogisticRegression:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, max_iter=2000)


def _table(rows: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[row[name] for name in names] for row in rows])


def _with_form(collected: Collected, names: Sequence[str], forms: np.ndarray) -> np.ndarray:
    """The table of features, the form's in place of what the shipped model, which has read every case, says of it."""
    table = _table(collected.rows, names)
    table[:, names.index("form")] = forms
    return table


def _best_threshold(held_out: np.ndarray, wanted: np.ndarray) -> float:
    grid = np.round(np.linspace(0.20, 0.90, 71), 2)
    return float(max(grid, key=lambda value: _f1(held_out < value, ~wanted, _weight(wanted))))


def _precision_recall(flagged: np.ndarray, truth: np.ndarray, weight: float = 1.0) -> tuple[float, float]:
    """Of refusals, each question without an answer counted `weight` times."""
    hit, wrong = weight * float((flagged & truth).sum()), float((flagged & ~truth).sum())
    return hit / max(hit + wrong, 1e-9), hit / max(weight * float(truth.sum()), 1e-9)


def _weight(wanted: np.ndarray) -> float:
    """What a question without an answer counts for, so that they are SHARE of all: the suites hold far more of them."""
    return SHARE / (1 - SHARE) * float(wanted.sum()) / float((~wanted).sum())


def _f1(flagged: np.ndarray, truth: np.ndarray, weight: float) -> float:
    precision, recall = _precision_recall(flagged, truth, weight)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def write(found: Fit, sure: float, in_scope: float, file: Path = FILE) -> None:
    """Replace the `evidence` part of answering.yaml, the words above it kept."""
    head = file.read_text(encoding="utf-8").split("\nevidence:")[0]
    made_from = (
        f"{found.cases} cases of evals/suites/ ({' and '.join(SUITES)}) on {date.today()}, "
        "python -m evals.calibrate --write; "
        f"held-out refusals: precision {found.precision:.3f}, recall {found.recall:.3f}"
    )
    evidence = {
        "weights": found.weights, "intercept": found.intercept, "threshold": found.threshold, "sure": sure,
        "in_scope": in_scope, "made_from": made_from,
    }  # fmt: skip
    file.write_text(head + "\n" + yaml.safe_dump({"evidence": evidence}, sort_keys=False, width=110), encoding="utf-8")


def main() -> None:
    """Fit, print, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=settings().data_dir)
    parser.add_argument("--write", action="store_true", help="write the result to assistant/answering.yaml")
    arguments = parser.parse_args()
    library = Library.open(arguments.data_dir)
    collected = collect(library)
    rows, wanted, outside = collected.rows, collected.wanted, collected.outside
    found = fit(collected)
    found = replace(found, weights={**found.weights, "unasked": offset(found, collected)})
    inside = [row["cosine"] for row, answered in zip(rows, wanted, strict=True) if answered]
    in_scope = round(float(np.quantile(outside, 0.9)), 2)
    sure = sure_from(found, collect(library, (IN_PAIRS,)))
    print(found, f"sure from {sure:.2f}")
    for suite, (precision, recall) in strangers(collected).items():
        print(
            f"{suite} left out, {SHARE:.0%} without an answer: refusals' precision {precision:.3f}, recall {recall:.3f}"
        )
    below = {name: float(np.mean(np.array(values) < in_scope)) for name, values in (("out", outside), ("in", inside))}
    print(
        f"in_scope {in_scope}: below it {below['out']:.2f} of the questions out of scope, {below['in']:.3f} to answer"
    )
    if arguments.write:
        write(found, sure, in_scope)


if __name__ == "__main__":
    main()
