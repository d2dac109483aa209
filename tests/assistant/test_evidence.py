"""Each feature of the evidence flips as it says, and the model over them is plain arithmetic."""

from __future__ import annotations

import math

import pytest
from answer_stand_ins import Scored, hits, read, source

from assistant.answer.compose import Quote
from assistant.answer.evidence import NOT_WEIGHED, features, probability
from assistant.answer.question import understand
from assistant.settings import Evidence

RULES = (
    "## 2.1 Penalties [s.9]\n\nThe third offence brings a fine of £500, as it did in 2017-2019.\n\nA SAR may follow."
)


def weigh(question: str, text: str = RULES, **of: object) -> dict[str, float]:
    """Features of a question against one passage that is quoted whole."""
    origin = source(**of)
    (passage,) = read(text, origin)
    quote = Quote(passage, tuple(range(len(passage.units))), 1.0)
    return features(understand(question), hits(passage), [quote], Scored([passage], {}, origin))


@pytest.mark.parametrize(
    ("feature", "held", "missing"),
    [
        ("kind_missing", "How much is the fine?", "What is the phone number for penalties?"),
        ("kind_missing", "What is the fine?", "How long does a fine take?"),
        ("never_held", "Who is fined?", "Who is the current director of the board?"),
        ("never_held", "Which offence brings a fine?", "Which page of the form has the fine?"),
        ("place_missing", "What is the fine?", "What is the fine in Shropshire?"),
        ("place_missing", "What is the fine in Telford?", "What is the fine in Birmingham?"),
        ("period_missing", "What was the fine in 2018?", "What was the fine in 2020?"),
        ("period_missing", "What was the fine in 2017-19?", "What was the fine in 2017-20?"),
        ("reference_missing", "What does section 9 say?", "What does section 44 say?"),
        ("reference_missing", "What does s.9 bring?", "What does s.10 bring?"),
        ("reference_missing", "What of the 3rd offence?", "What of the second offence?"),
        ("acronym_missing", "Does a Safeguarding Adult Review follow?", "Does a MARAC follow?"),
        ("acronym_missing", "Does a SAR follow?", "Does a LADO follow?"),
    ],
)
def test_a_feature_is_raised_only_when_the_quote_lacks_what_is_asked_for(feature, held, missing):
    assert weigh(held)[feature] == 0.0
    assert weigh(missing)[feature] == 1.0


def test_an_area_that_the_source_speaks_for_is_not_missing():
    assert weigh("What is the fine in Shropshire?", jurisdiction="Shropshire")["place_missing"] == 0.0
    assert weigh("What is the fine in Birmingham?", jurisdiction="Shropshire")["place_missing"] == 1.0


def test_only_what_is_counted_counts_as_a_number_of_it():
    text = "## Work\n\nThe board held 12 meetings.\n\nReviews are public."
    assert weigh("How many meetings were held?", text)["count_missing"] == 0.0
    assert weigh("How many reviews were held?", text)["count_missing"] == 1.0


def test_the_share_of_words_covered_is_weighted_by_how_rare_they_are():
    origin = source()
    (passage,) = read("## 2 Fines\n\nA fine is paid.", origin)
    library = Scored([passage], {}, origin)
    library.document_frequency = {"fine": 1, "paid": 1}
    asked = understand("fine boat")
    values = features(asked, hits(passage), [Quote(passage, (0,), 1.0)], library)
    # one passage: idf(fine) = ln(1 + 0.5 / 1.5), idf(boat), never used, = ln(1 + 1.5 / 0.5)
    fine, boat = math.log(1 + 0.5 / 1.5), math.log(1 + 1.5 / 0.5)
    assert values["covered_best"] == pytest.approx(fine / (fine + boat))  # 0.17
    assert values["covered_answer"] == pytest.approx(fine / (fine + boat))


def test_the_questions_written_for_a_passage_count_and_where_there_are_none_the_passage_itself():
    origin = source()
    (bare,) = read("## 2 Fines\n\nA fine is paid.", origin)
    asked = bare.model_copy(update={"asked": ("Who pays a fine?",)})
    quotes, library = [Quote(bare, (0,), 1.0)], Scored([bare], {}, origin)
    question = understand("who pays")
    written = features(question, hits(asked, cosine=0.4, asked_cosine=0.9), quotes, library)
    assert (written["asked"], written["asked_three"], written["cosine"]) == (0.9, 0.9, 0.4)
    unwritten = features(question, hits(bare, cosine=0.4), quotes, library)
    assert (unwritten["asked"], unwritten["asked_three"], unwritten["cosine"]) == (0.4, 0.4, 0.4)


def test_without_hits_nothing_speaks_for_an_answer():
    values = features(understand("What is the fine in Shropshire in 2018?"), [], [], Scored([]))
    assert {name: values[name] for name in ("asked", "asked_three", "cosine", "covered_best", "covered_answer")} == {
        "asked": 0.0, "asked_three": 0.0, "cosine": 0.0, "covered_best": 0.0, "covered_answer": 0.0,
    }  # fmt: skip
    assert values["place_missing"] == values["period_missing"] == 1.0


def test_the_probability_is_the_logistic_of_the_weighted_features():
    config = Evidence(weights={"cosine": 2.0, "period_missing": -3.0}, intercept=-1.0, threshold=0.5, sure=0.7,
                      unconfirmed=0.7, in_scope=0.2, made_from="by hand")  # fmt: skip
    assert probability({"cosine": 0.5, "period_missing": 0.0}, config) == 0.5  # 1 / (1 + e^-(-1 + 1))
    assert probability({"cosine": 1.0, "period_missing": 0.0}, config) == pytest.approx(1 / (1 + math.exp(-1)))
    assert probability({"cosine": 0.5, "period_missing": 1.0}, config) == pytest.approx(1 / (1 + math.exp(3)))
    assert 0.0 < probability({"cosine": -1e9, "period_missing": 0.0}, config) < 1e-20


def test_every_calibrated_weight_has_its_feature():
    from assistant.settings import answering

    assert set(answering().evidence.weights) == set(weigh("What is the fine?")) - NOT_WEIGHED
