"""The model of forms: what it is made from, and that no question is scored by a model that has read it."""

from __future__ import annotations

import numpy as np

from assistant.answer.form import grams
from evals import train_form
from evals.train_form import make, unseen

ANSWERED = [f"can we act if the {word} says no" for word in "abcdefgh"]
UNANSWERED = [f"how much did the {word} cost" for word in "abcdefgh"]
QUESTIONS = [*ANSWERED, *UNANSWERED]
LABELS = np.array([True] * 8 + [False] * 8)
WRITTEN = ["when must a board act", "can we act if she says no"]


def test_forms_that_are_answered_score_above_those_that_are_not():
    model = make(QUESTIONS, LABELS, WRITTEN)
    assert model.score(grams("can we act if the son says no")) > model.score(grams("how much did the visit cost"))
    assert model.made_from == {"development questions": 16, "written questions": 2}


def test_no_question_is_scored_by_a_model_that_has_read_it(monkeypatch):
    read: list[list[str]] = []
    real = train_form.make

    def remembered(questions, answered, written):
        read.append(list(questions))
        return real(questions, answered, written)

    monkeypatch.setattr(train_form, "make", remembered)
    train, others = np.arange(0, 16, 2), np.array([1, 3])
    values = unseen(QUESTIONS, LABELS, train, others, WRITTEN)
    folds, whole = read[:-1], read[-1]
    assert whole == [QUESTIONS[n] for n in train]  # for the others, which are not among them
    assert len(folds) == train_form.FOLDS
    for n in train:  # left out of exactly the model that scored it
        assert sum(QUESTIONS[n] not in made_from for made_from in folds) == 1
    assert all(values[n] == 0 for n in range(16) if n not in {*train, *others})
    assert all(0 < values[n] <= 1 for n in (*train, *others))
