import pytest
from eval_stand_ins import FOUR_CASES, answered, hit, refused, urgent

from evals import measures
from evals.record import CaseRun
from evals.suite import Case, Gold

RING, BUDGET, CHOKING, POLICY = (Case.model_validate(case) for case in FOUR_CASES)
GOLD = [Gold(source_id="local", pinpoint="p. 1"), Gold(source_id="council", pinpoint="p. 2")]


def rows(*found):
    return CaseRun.model_validate(
        {
            "id": "x",
            "hits": [
                {
                    "passage_id": one.passage.id,
                    "source_id": one.passage.source_id,
                    "pinpoint": one.passage.pinpoint,
                    "score": one.score,
                    "rank": one.rank,
                }
                for one in found
            ],
        }
    ).hits


def run_of(answer, **more):
    return CaseRun.model_validate({"id": "x", "answer": answer.model_dump(mode="json"), **more})


def test_recall_is_whether_any_gold_section_is_near_enough_to_the_top():
    hits = rows(hit(1, "local", "p. 7"), hit(2, "council", "p. 7"), hit(3, "council", "p. 2"), hit(4, "local", "p. 1"))
    # first gold at rank 3: in the first 5 and 10, not in the first 1; 1/3
    # nDCG: (1 / log2(4) + 1 / log2(5)) / (1 + 1 / log2(3)) = (.5 + .43068) / 1.63093
    assert measures.retrieval(GOLD, hits) == pytest.approx(
        {"recall@1": 0.0, "recall@5": 1.0, "recall@10": 1.0, "MRR": 1 / 3, "nDCG@10": 0.93068 / 1.63093}, abs=1e-5
    )


def test_gold_sections_are_alternatives_so_one_of_two_is_full_marks():
    found = measures.retrieval(GOLD, rows(hit(1, "local", "p. 1")))
    whole = dict.fromkeys(["recall@1", "recall@5", "recall@10", "MRR"], 1.0)
    assert found == pytest.approx(whole | {"nDCG@10": 1 / 1.63093}, abs=1e-5)  # nDCG asks for both


def test_two_passages_of_one_gold_section_count_from_the_first():
    hits = rows(hit(1, "other", "x"), hit(2, "local", "p. 1"), hit(3, "local", "p. 1"))
    found = measures.retrieval(GOLD, hits)
    assert found["MRR"] == pytest.approx(1 / 2)
    assert found["nDCG@10"] == pytest.approx((1 / 1.58496) / 1.63093, abs=1e-5)  # the second passage gains nothing


def test_a_gold_section_at_rank_six_is_missed_by_recall_at_five():
    hits = rows(*(hit(n, "other", str(n)) for n in range(1, 6)), hit(6, "local", "p. 1"))
    assert measures.retrieval(GOLD, hits) == pytest.approx(
        {"recall@1": 0.0, "recall@5": 0.0, "recall@10": 1.0, "MRR": 1 / 6, "nDCG@10": (1 / 2.80735) / 1.63093}, abs=1e-5
    )


def test_the_ranks_decide_and_not_the_order_of_the_rows():
    hits = rows(hit(2, "local", "p. 1"), hit(1, "other", "x"))
    assert measures.retrieval(GOLD, hits)["recall@1"] == 0.0


def test_no_hits_score_nought_and_no_gold_scores_nothing():
    assert set(measures.retrieval(GOLD, ()).values()) == {0.0}
    assert set(measures.retrieval((), rows(hit(1, "local", "p. 1"))).values()) == {None}


def test_fact_recall_is_the_share_of_facts_that_were_quoted():
    reply = run_of(answered("q", ("council", "p. 2", "Ring **01952 385385** at any time."))).answer
    assert measures.fact_recall(RING, reply, vital_only=True) == 1.0  # the number, 1 of 1
    assert measures.fact_recall(RING, reply, vital_only=False) == 0.5  # the number and not the hours, 1 of 2


def test_a_fact_needs_every_substring_of_one_alternative():
    half = run_of(answered("q", ("council", "p. 2", "Open from 9am."))).answer
    whole = run_of(answered("q", ("council", "p. 2", "Open from 9am"), ("council", "p. 2", "until\n5PM."))).answer
    other = run_of(answered("q", ("council", "p. 2", "Only in Office  Hours."))).answer
    assert [measures.fact_recall(RING, reply, vital_only=False) for reply in (half, whole, other)] == [0.0, 0.5, 0.5]


def test_saying_nothing_scores_nought_and_a_case_without_facts_scores_nothing():
    assert measures.fact_recall(RING, run_of(refused("q")).answer, vital_only=True) == 0.0
    assert measures.fact_recall(RING, None, vital_only=True) == 0.0
    assert measures.fact_recall(BUDGET, run_of(refused("q")).answer, vital_only=True) is None


def test_words_outside_the_quoted_sentences_do_not_count_as_facts():
    reply = refused("q").model_copy(update={"message": "Ring 01952 385385"})
    assert measures.fact_recall(RING, run_of(reply).answer, vital_only=True) == 0.0


def test_citation_match_needs_one_gold_citation_and_precision_counts_them_all():
    run = run_of(
        answered("q", ("local", "p. 1", "a"), ("local", "p. 1", "b"), ("local", "p. 3", "c"), ("other", "p. 1", "d"))
    )
    assert measures.citation_match(RING, run) == 1.0
    # distinct cited: local p. 1, local p. 3, other p. 1; one of the three is gold
    assert measures.citation_precision(RING, run) == pytest.approx(1 / 3)


def test_first_line_match_reads_the_first_line_alone():
    right, wrong = ("local", "p. 1", "a"), ("other", "p. 1", "b")
    assert measures.first_line_match(RING, run_of(answered("q", right, wrong))) == 1.0
    assert measures.first_line_match(RING, run_of(answered("q", wrong, right))) == 0.0
    assert measures.first_line_match(RING, run_of(refused("q"))) is None
    assert measures.first_line_match(RING, None) == 0.0


def test_the_right_source_at_the_wrong_pinpoint_is_no_match():
    run = run_of(answered("q", ("local", "p. 2", "a")))
    assert (measures.citation_match(RING, run), measures.citation_precision(RING, run)) == (0.0, 0.0)


def test_an_abstention_is_not_counted_as_a_citation_and_a_missing_reply_is():
    assert measures.citation_match(RING, run_of(refused("q"))) is None
    assert measures.citation_precision(RING, run_of(refused("q"))) is None
    assert measures.citation_match(RING, None) == 0.0
    assert measures.citation_precision(RING, None) == 0.0
    assert measures.citation_match(BUDGET, run_of(answered("q", ("local", "p. 1", "a")))) is None


def test_refusals_over_four_replies():
    replies = [
        (RING, run_of(refused("q"))),  # should be answered, refused: a wrong refusal
        (POLICY, run_of(answered("q", ("local", "p. 9", "a")))),  # rightly answered
        (BUDGET, run_of(refused("q"))),  # rightly refused
        (CHOKING, run_of(urgent("q"))),  # left out
    ]
    # refused: RING wrongly, BUDGET rightly -> 1 of 2.  To be refused: BUDGET -> 1 of 1.
    assert measures.mean(measures.refusal_precision(*reply) for reply in replies) == 0.5
    assert measures.mean(measures.refusal_recall(*reply) for reply in replies) == 1.0


def test_an_unanswerable_question_that_is_answered_lowers_recall_and_not_precision():
    run = run_of(answered("q", ("local", "p. 1", "a")))
    assert (measures.refusal_precision(BUDGET, run), measures.refusal_recall(BUDGET, run)) == (None, 0.0)


def test_doubts_over_five_replies():
    replies = [
        (RING, run_of(answered("q", ("local", "p. 1", "a")))),  # has an answer, answered without a doubt
        (POLICY, run_of(answered("q", ("local", "p. 9", "a"), unsure=True))),  # has one, answered with a doubt
        (BUDGET, run_of(answered("q", ("local", "p. 1", "a"), unsure=True))),  # has none, answered with a doubt
        (BUDGET, run_of(answered("q", ("local", "p. 1", "a")))),  # has none, answered without one
        (CHOKING, run_of(urgent("q"))),  # left out
    ]
    # Without an answer: two, one of them doubted.  Without a doubt: RING rightly, BUDGET wrongly.  With an answer: RING
    # plainly, POLICY not.
    assert measures.mean(measures.refused_or_doubted(*reply) for reply in replies) == 0.5
    assert measures.mean(measures.plain_answer_precision(*reply) for reply in replies) == 0.5
    assert measures.mean(measures.plain_answer_coverage(*reply) for reply in replies) == 0.5


def test_a_refusal_is_neither_a_plain_answer_nor_left_without_a_doubt():
    run = run_of(refused("q"))
    assert measures.refused_or_doubted(BUDGET, run) == 1.0
    assert measures.plain_answer_precision(BUDGET, run) is None
    assert measures.plain_answer_coverage(RING, run) == 0.0


def test_emergencies_over_four_replies():
    flagged = run_of(answered("q", ("local", "p. 9", "a"), emergency=True))
    replies = [
        (CHOKING, run_of(urgent("q"))),  # rightly flagged
        (POLICY, flagged),  # wrongly flagged
        (RING, run_of(answered("q", ("local", "p. 1", "a")))),
        (BUDGET, run_of(refused("q"))),
    ]
    # flagged: CHOKING rightly, POLICY wrongly -> 1 of 2.  Emergencies: CHOKING -> 1 of 1.
    assert measures.mean(measures.emergency_precision(*reply) for reply in replies) == 0.5
    assert measures.mean(measures.emergency_recall(*reply) for reply in replies) == 1.0


@pytest.mark.parametrize("run", [None, CaseRun(id="x", error="ask: ValueError: no")])
def test_a_missing_reply_is_wrong_whatever_was_asked(run):
    assert measures.refusal_precision(RING, run) == 0.0
    assert measures.refusal_recall(BUDGET, run) == 0.0
    assert measures.refused_or_doubted(BUDGET, run) == 0.0
    assert measures.plain_answer_coverage(RING, run) == 0.0
    assert measures.plain_answer_precision(RING, run) is None
    assert measures.emergency_recall(CHOKING, run) == 0.0
    assert measures.emergency_precision(POLICY, run) == 0.0
    assert measures.outcome_match(BUDGET, run) == 0.0


def test_the_outcome_must_be_one_the_case_allows():
    assert measures.outcome_match(BUDGET, run_of(refused("q"))) == 1.0
    assert measures.outcome_match(RING, run_of(refused("q"))) == 0.0


def test_a_mean_leaves_out_what_was_not_measured():
    assert measures.mean([1.0, None, 0.0]) == 0.5
    assert measures.mean([None]) is None


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.95, 5.0),
        ([40.0, 10.0, 30.0, 20.0], 0.5, 20.0),  # place ceil(0.5 * 4) = 2
        ([float(n) for n in range(1, 21)], 0.95, 19.0),  # place ceil(0.95 * 20) = 19
        ([1.0, 2.0, 3.0], 0.95, 3.0),  # place ceil(2.85) = 3
    ],
)
def test_percentiles_by_nearest_rank(values, share, expected):
    assert measures.percentile(values, share) == expected


def test_a_percentile_of_nothing_is_nothing():
    assert measures.percentile([], 0.5) is None


def test_citation_recall_is_the_share_of_gold_sections_cited():
    one = run_of(answered("q", ("council", "p. 2", "Ring."), ("other", "p. 9", "Or not.")))
    assert measures.citation_recall(RING, one) == 0.5  # council and not local; other does not count
    assert measures.citation_recall(RING, run_of(refused("q"))) is None
