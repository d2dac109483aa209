"""Fit the evidence model on the calibration suite and write it to assistant/answering.yaml.

    python -m evals.calibrate [--data-dir DIR] [--write]

Logistic regression over the features of assistant/answer/evidence.py, with the threshold that gives refusals the best
F1 in ten-fold cross-validation (so that no case is judged by a model that has seen it). Nothing here reads the
reported suites.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from assistant.answer.compose import compose
from assistant.answer.evidence import features
from assistant.answer.question import understand
from assistant.library import Library
from assistant.retrieve import search
from assistant.settings import answering, settings
from evals.suite import load, suite_path

SUITES = ("calibration", "calibration-hard")
FILE = Path(__file__).resolve().parent.parent / "assistant" / "answering.yaml"
FOLDS, SEEDS = 10, (0, 1, 2, 3, 4)
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


def collect(library: Library) -> tuple[list[dict[str, float]], np.ndarray, list[float]]:
    """Features of every case, whether it should be answered, and the cosines of those clearly out of scope."""
    rows, wanted, outside = [], [], []
    for case in (case for suite in SUITES for case in load(suite_path(suite))):
        question = understand(case.question, [turn.model_dump() for turn in case.history], library.vocabulary)
        hits = search(library, question, answering().retrieval.sections)
        values = features(question, hits, compose(question, hits, library), library)
        rows.append(values)
        wanted.append(list(case.expect) == ["answered"])
        if "out_of_scope" in case.expect:
            outside.append(values["cosine"])
    return rows, np.array(wanted), outside


def fit(rows: list[dict[str, float]], wanted: np.ndarray) -> Fit:
    """Fit on all cases; threshold and figures from cross-validation, averaged over several shuffles."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    names = list(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    held_out = np.mean(
        [
            cross_val_predict(
                model, table, wanted, cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed), method="predict_proba"
            )[:, 1]
            for seed in SEEDS
        ],
        axis=0,
    )
    grid = np.round(np.linspace(0.30, 0.90, 61), 2)
    threshold = max(grid, key=lambda value: _f1(held_out < value, ~wanted))
    precision, recall = _precision_recall(held_out < threshold, ~wanted)
    model.fit(table, wanted)
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return Fit(weights, round(float(model.intercept_[0]), 3), float(threshold), precision, recall, len(rows))


def _precision_recall(flagged: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    hit = float((flagged & truth).sum())
    return hit / max(float(flagged.sum()), 1.0), hit / max(float(truth.sum()), 1.0)


def _f1(flagged: np.ndarray, truth: np.ndarray) -> float:
    precision, recall = _precision_recall(flagged, truth)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def write(found: Fit, in_scope: float, file: Path = FILE) -> None:
    """Replace the `evidence` part of answering.yaml, the words above it kept."""
    head = file.read_text(encoding="utf-8").split("\nevidence:")[0]
    made_from = (
        f"{found.cases} cases of evals/suites/ ({' and '.join(SUITES)}) on {date.today()}, "
        "python -m evals.calibrate --write; "
        f"held-out refusals: precision {found.precision:.3f}, recall {found.recall:.3f}"
    )
    evidence = {
        "weights": found.weights, "intercept": found.intercept, "threshold": found.threshold, "in_scope": in_scope,
        "made_from": made_from,
    }  # fmt: skip
    file.write_text(head + "\n" + yaml.safe_dump({"evidence": evidence}, sort_keys=False, width=110), encoding="utf-8")


def main() -> None:
    """Fit, print, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=settings().data_dir)
    parser.add_argument("--write", action="store_true", help="write the result to assistant/answering.yaml")
    arguments = parser.parse_args()
    rows, wanted, outside = collect(Library.open(arguments.data_dir))
    found = fit(rows, wanted)
    inside = [row["cosine"] for row, answered in zip(rows, wanted, strict=True) if answered]
    in_scope = round(float(np.quantile(outside, 0.9)), 2)
    print(found)
    below = {name: float(np.mean(np.array(values) < in_scope)) for name, values in (("out", outside), ("in", inside))}
    print(
        f"in_scope {in_scope}: below it {below['out']:.2f} of the questions out of scope, {below['in']:.3f} to answer"
    )
    if arguments.write:
        write(found, in_scope)


if __name__ == "__main__":
    main()
