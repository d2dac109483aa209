"""The evidence model's lines, worked out by hand, and the questions it is fitted on."""

from __future__ import annotations

import numpy as np
import pytest

from evals import calibrate, labels
from evals.calibrate import Collected, greatest_line, least_line, strangers
from evals.labels import FILES, labelled
from evals.lines import SuiteInvalid
from evals.suite import REPORTED, load, normalise, suite_path


def test_at_most_one_in_fifteen_questions_with_an_answer_lies_below_the_threshold():
    wanted = np.array([True] * 30 + [False] * 3)
    probabilities = np.concatenate(
        [np.linspace(0.1, 0.97, 30), [0.0, 0.0, 0.0]]
    )  # those with an answer: .10, .13, .16 ...
    # 2 of 30 may be refused: .10 and .13. At .16 the third is not below yet, at .17 it is.
    assert greatest_line(probabilities, wanted) == 0.16


def test_nine_in_ten_answers_above_the_second_line_are_to_questions_with_an_answer():
    wanted = np.array([True] * 6 + [False] * 2)
    probabilities = np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.4, 0.6, 0.3])
    # One without an answer weighs 1/3 * 6 / 2 = 1. From .30: 6 of 8; .31: 6 of 7; .41: 5 of 6; .61: 5 of 5.
    assert least_line(probabilities, wanted, 0.2) == 0.61
    assert least_line(probabilities, wanted, 0.7) == 0.7  # never below the threshold
    assert least_line(np.zeros(8), wanted, 0.2) == 1.0


def test_no_file_is_judged_by_a_model_that_has_read_it(monkeypatch):
    names = ["asked", "form", "unasked", "cosine"]
    rows = [dict.fromkeys(names, 0.5) for _ in range(6)]
    suites = np.array(["a", "a", "b", "b", "c", "c"])
    collected = Collected([f"q{n}" for n in range(6)], suites, rows, rows, np.array([True, False] * 3), [])
    seen = []

    def predict(of, weighed, train, others):
        assert weighed == ["asked", "form"]
        seen.append((set(suites[train]), set(suites[others])))
        return np.full(len(others), 0.25)

    monkeypatch.setattr(calibrate, "_predict", predict)
    assert strangers(collected).tolist() == [0.25] * 6
    assert seen == [({"b", "c"}, {"a"}), ({"a", "c"}, {"b"}), ({"a", "b"}, {"c"})]


def test_the_questions_to_fit_on_hold_ordinary_ones_of_both_labels_and_none_that_is_reported():
    everyday = [case for case in labelled() if case.suite == "everyday"]
    assert {case.answered for case in everyday} == {True, False}
    fitted = {normalise(case.question) for case in labelled()}
    asked = {
        normalise(case.question)
        for name in REPORTED
        if name not in ("hostile", "briefings") and not name.startswith("narratives")
        for case in load(suite_path(name))
    }
    assert len(asked) > 600 and fitted.isdisjoint(asked)
    assert len({case.question for case in everyday}) == len(everyday)


def test_a_label_that_is_not_one_is_named_with_its_line(tmp_path, monkeypatch):
    file = tmp_path / "odd.jsonl"
    file.write_text('{"id": "a", "question": "who", "answered": true}\n{"id": "b", "question": "who"}\n')
    monkeypatch.setattr(labels, "FILES", (file,))
    with pytest.raises(SuiteInvalid, match="odd.jsonl line 2, answered"):
        labelled()
    assert all(shipped.is_file() for shipped in FILES)
