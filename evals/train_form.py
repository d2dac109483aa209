"""Make the model of a question's form (assistant/answer/form.py) from the development questions.

    python -m evals.train_form [--write]

Questions with and without an answer come from the development suites and `evals/labels/`; those written for the
library's sections, all answered and in ten styles each, count a tenth, so that a style of asking is not taken for a
lack of an answer. Prints how well the form alone tells them apart on each suite when that suite was left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np

from assistant.answer import form
from assistant.answer.form import FILE, scaled
from assistant.answer.ngram_model import NgramModel
from evals.labels import labelled
from evals.ngram_fit import fit_ngrams, written_questions

STRENGTH = 1.0
KEPT = 3000
WRITTEN = 0.1
"""What a written question counts for: there are ten times as many of them."""
FOLDS = 4
grams = cache(form.grams)
"""Read once a question, as cross-validation reads all of them a hundred times."""


def make(questions: Sequence[str], answered: np.ndarray, written: Sequence[str]) -> NgramModel:
    """The model of labelled questions and of written ones. `answered`: bool, shape (questions,)."""
    intercept, kept = fit_ngrams(
        [*questions, *written],
        np.concatenate([answered, np.ones(len(written), dtype=bool)]),
        grams,
        strength=STRENGTH,
        most=KEPT,
        weights=np.concatenate([np.ones(len(questions)), np.full(len(written), WRITTEN)]),
    )
    return NgramModel(
        about="Logistic regression on the forms of questions, by evals.train_form; see assistant/answer/form.py.",
        made_on=date.today(),
        made_from={"development questions": len(questions), "written questions": len(written)},
        intercept=intercept,
        ngrams=kept,
    )


def unseen(
    questions: Sequence[str], answered: np.ndarray, train: np.ndarray, others: np.ndarray, written: Sequence[str]
) -> np.ndarray:
    """The form feature of `train` and `others` (indices), never from a model that has read the question.

    Questions of `train` are scored in folds among themselves, `others` by a model of all of `train`. The rest stays 0.
    Shape (questions,).
    """
    from sklearn.model_selection import StratifiedKFold

    values = np.zeros(len(questions))

    def score(made_from: np.ndarray, on: np.ndarray) -> None:
        model = make([questions[n] for n in made_from], answered[made_from], written)
        values[on] = [scaled(model.score(grams(questions[n]))) for n in on]

    for rest, fold in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(train, answered[train]):
        score(train[rest], train[fold])
    if len(others):
        score(train, others)
    return values


def main() -> None:
    """Print the held-out figures and, when asked to, write the model made from everything."""
    from sklearn.metrics import roc_auc_score

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write corpus/data/{FILE.name}")
    arguments = parser.parse_args()
    cases = labelled()
    questions = [case.question for case in cases]
    answered = np.array([case.answered for case in cases])
    written = written_questions()
    for name in dict.fromkeys(case.suite for case in cases):
        left_out = np.array([case.suite == name for case in cases])
        values = unseen(questions, answered, np.flatnonzero(~left_out), np.flatnonzero(left_out), written)
        print(f"{name:18} left out: area under the curve {roc_auc_score(answered[left_out], values[left_out]):.3f}")
    if arguments.write:
        FILE.write_text(make(questions, answered, written).model_dump_json(indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
