"""Fit the evidence model on the development questions and write it to assistant/answering.yaml.

    python -m evals.calibrate [--data-dir DIR] [--write]     (two minutes)

Logistic regression over the features of assistant/answer/evidence.py. Its two lines are chosen on what it says of
strangers' questions: each file of questions is judged by a model that has read the others alone, the model of forms
included. `threshold`: at most one in fifteen questions with an answer is refused. `sure`: nine in ten answers above it
are to questions with an answer, where one question in four has none. Passages for which no questions were written (a
person's own documents) get an offset of their own, fitted on the same cases with the written questions left out.
Nothing here reads the reported suites.
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
from evals.labels import Labelled, labelled
from evals.ngram_fit import written_questions
from evals.train_form import unseen

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

FILE = Path(__file__).resolve().parent.parent / "assistant" / "answering.yaml"
SHARE = 0.25
"""Of the questions people ask, the share without an answer: an assumption, as nobody has counted them yet."""
REFUSED = 1 / 15
"""Of the questions with an answer, the share that may be refused: above the line there is still the doubt."""
PLAIN = 0.9
"""Share of the answers given without a doubt that must be to questions with an answer, where SHARE have none."""
STRENGTH = 3.0
"""Inverse of the L2 penalty: weak, as there are a hundred cases a feature."""


@dataclass(frozen=True)
class Fit:
    """The fitted model, its two lines, and the precision and recall of its refusals on files that were left out."""

    weights: dict[str, float]
    intercept: float
    threshold: float
    sure: float
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


def collect(library: Library, cases: Sequence[Labelled]) -> Collected:
    """Features of every case, whether it should be answered, and the cosines of those clearly out of scope."""
    questions, suites, rows, unasked, wanted, outside = [], [], [], [], [], []
    for case in cases:
        question = understand(case.question, case.history, library.vocabulary)
        hits = search(library, question, answering().retrieval.sections)
        quotes = compose(question, hits, library)
        questions.append(case.question)
        suites.append(case.suite)
        rows.append(features(question, hits, quotes, library))
        plain = [replace(hit, passage=hit.passage.model_copy(update={"asked": ()})) for hit in hits]
        unasked.append(features(question, plain, quotes, library))
        wanted.append(case.answered)
        if case.out_of_scope:
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


def fit(collected: Collected, left_out: np.ndarray) -> Fit:
    """Fit on all cases; lines and figures from `left_out` (see `strangers`), one in SHARE without an answer."""
    wanted = collected.wanted
    names = _weighed(collected)
    threshold = greatest_line(left_out, wanted)
    every = np.arange(len(wanted))
    table = _with_form(collected, names, unseen(collected.questions, wanted, every, every[:0], written_questions()))
    model = _model().fit(table, wanted)
    precision, recall = _precision_recall(left_out < threshold, ~wanted, _weight(wanted))
    return Fit(
        weights={name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)},
        intercept=round(float(model.intercept_[0]), 3),
        threshold=threshold,
        sure=least_line(left_out, wanted, threshold),
        precision=precision,
        recall=recall,
        cases=len(wanted),
    )


def greatest_line(probabilities: np.ndarray, wanted: np.ndarray) -> float:
    """The greatest hundredth below which no more than REFUSED of the questions with an answer lie. Shapes (cases,)."""
    lines = np.round(np.arange(0.0, 1.0, 0.01), 2)
    return float(max(line for line in lines if float((probabilities[wanted] < line).mean()) <= REFUSED))


def least_line(probabilities: np.ndarray, wanted: np.ndarray, threshold: float) -> float:
    """The least of `threshold`, +0.01, ... from which PLAIN of the answers are to questions with an answer, else 1.0.

    Shapes (cases,). A question without an answer counts for what makes them SHARE.
    """
    weight = _weight(wanted)
    for line in np.round(np.arange(threshold, 1.0, 0.01), 2):
        right = float((wanted & (probabilities >= line)).sum())
        wrong = weight * float((~wanted & (probabilities >= line)).sum())
        if right and right / (right + wrong) >= PLAIN:
            return float(line)
    return 1.0


def strangers(collected: Collected) -> np.ndarray:
    """Probability of every case by a model of the other files' cases, shape (cases,)."""
    names, values = _weighed(collected), np.zeros(len(collected.wanted))
    for suite in dict.fromkeys(collected.suites.tolist()):
        train, rest = np.flatnonzero(collected.suites != suite), np.flatnonzero(collected.suites == suite)
        values[rest] = _predict(collected, names, train, rest)
    return values


def _weighed(collected: Collected) -> list[str]:
    return [name for name in collected.rows[0] if name not in NOT_WEIGHED and name != "unasked"]


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


def _precision_recall(flagged: np.ndarray, truth: np.ndarray, weight: float = 1.0) -> tuple[float, float]:
    """Of refusals, each question without an answer counted `weight` times."""
    hit, wrong = weight * float((flagged & truth).sum()), float((flagged & ~truth).sum())
    return hit / max(hit + wrong, 1e-9), hit / max(weight * float(truth.sum()), 1e-9)


def _weight(wanted: np.ndarray) -> float:
    """What a question without an answer counts for, so that they are SHARE of all: the suites hold far more of them."""
    return SHARE / (1 - SHARE) * float(wanted.sum()) / float((~wanted).sum())


def write(found: Fit, suites: Sequence[str], in_scope: float, file: Path = FILE) -> None:
    """Replace the `evidence` part of answering.yaml, the words above it kept."""
    head = file.read_text(encoding="utf-8").split("\nevidence:")[0]
    made_from = (
        f"{found.cases} cases of evals/suites/ and evals/labels/ ({', '.join(suites)}) on {date.today()}, "
        "python -m evals.calibrate --write; "
        f"refusals of files left out: precision {found.precision:.3f}, recall {found.recall:.3f}"
    )
    evidence = {
        "weights": found.weights, "intercept": found.intercept, "threshold": found.threshold, "sure": found.sure,
        "unconfirmed": answering().evidence.unconfirmed, "in_scope": in_scope, "made_from": made_from,
    }  # fmt: skip
    file.write_text(head + "\n" + yaml.safe_dump({"evidence": evidence}, sort_keys=False, width=110), encoding="utf-8")


def main() -> None:
    """Fit, print, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=settings().data_dir)
    parser.add_argument("--write", action="store_true", help="write the result to assistant/answering.yaml")
    arguments = parser.parse_args()
    collected = collect(Library.open(arguments.data_dir), labelled())
    rows, wanted, outside = collected.rows, collected.wanted, collected.outside
    left_out = strangers(collected)
    found = fit(collected, left_out)
    found = replace(found, weights={**found.weights, "unasked": offset(found, collected)})
    inside = [row["cosine"] for row, answered in zip(rows, wanted, strict=True) if answered]
    in_scope = round(float(np.quantile(outside, 0.9)), 2)
    print(found)
    suites = tuple(dict.fromkeys(collected.suites.tolist()))
    for suite in suites:
        of = collected.suites == suite
        precision, recall = _precision_recall(left_out[of] < found.threshold, ~wanted[of], _weight(wanted[of]))
        refused = float((left_out[of & wanted] < found.threshold).mean())
        plain = float((left_out[of & wanted] >= found.sure).mean())
        print(
            f"{suite} left out, {SHARE:.0%} without an answer: refusals' precision {precision:.3f}, "
            f"recall {recall:.3f}; with an answer: refused {refused:.3f}, answered without a doubt {plain:.3f}"
        )
    below = {name: float(np.mean(np.array(values) < in_scope)) for name, values in (("out", outside), ("in", inside))}
    print(
        f"in_scope {in_scope}: below it {below['out']:.2f} of the questions out of scope, {below['in']:.3f} to answer"
    )
    if arguments.write:
        write(found, suites, in_scope)


if __name__ == "__main__":
    main()
