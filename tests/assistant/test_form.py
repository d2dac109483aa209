"""The form of a question is read without its subject, and a model of n-grams is plain arithmetic."""

from __future__ import annotations

import math
from datetime import date

import pytest

from assistant.answer.form import asking_words, asks_like_answered, form_of, grams, load_form, scaled
from assistant.answer.ngram_model import NgramModel
from ingest.errors import RegisterInvalid


def test_a_form_keeps_how_something_is_asked_and_drops_what_it_is_about():
    assert form_of("How many hoarding referrals did Telford get in 2019?") == [
        "how",
        "many",
        "_",
        "did",
        "_",
        "in",
        "#",
    ]
    assert form_of("HOW MANY fire visits did Dudley\u2019s crew make in 1999") == form_of(
        "how many hoarding referrals did telford get in 2019"
    )


def test_neighbours_are_counted_as_well_as_words():
    assert grams("who chaired it") == ["who", "_", "it", "who _", "_ it"]


def test_nothing_is_learnt_about_subjects():
    kept = asking_words()
    marks = {word for gram in load_form().ngrams for word in gram.split()}
    assert marks <= kept | {"_", "#"}
    assert not {"telford", "safeguarding", "sar", "abuse"} & kept


def test_a_form_is_scored_between_0_and_1_and_even_odds_are_a_half():
    assert [scaled(score) for score in (-99.0, -4.0, 0.0, 2.0, 99.0)] == [0.0, 0.0, 0.5, 0.75, 1.0]


def test_asking_for_a_line_of_a_form_counts_less_than_asking_what_to_do():
    assert asks_like_answered("what does box 4 of the form say") < asks_like_answered("can we act if he says no?")
    assert asks_like_answered("") == asks_like_answered("?!")


def test_a_score_is_the_intercept_and_the_normalised_weights():
    model = NgramModel(about="by hand", made_on=date(2026, 1, 1), made_from={}, intercept=0.5,
                       ngrams={"who": (2.0, -1.0), "_": (1.0, 3.0)})  # fmt: skip
    assert model.score(["unknown"]) == 0.5
    assert model.score(["who"]) == pytest.approx(0.5 - 1.0)
    # values 2 and (1 + ln 2) * 1, divided by their length
    one, two = 2.0, 1 + math.log(2)
    length = math.hypot(one, two)
    assert model.score(["who", "_", "_"]) == pytest.approx(0.5 - one / length + 3 * two / length)


def test_a_damaged_file_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "form.json").write_text("{}")
    with pytest.raises(RegisterInvalid, match="evals.train_form"):
        load_form(tmp_path / "form.json")
    (tmp_path / "words.yaml").write_text("words: 3")
    with pytest.raises(RegisterInvalid, match=r"words\.yaml"):
        asking_words(tmp_path / "words.yaml")
