from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from evals.digests import sections
from evals.overlap import case_overlap, content_words
from evals.suite import SUITES, load

HELD_OUT = load(SUITES / "held-out.jsonl")
BUILT_ON = sorted(SUITES.glob("calibration*.jsonl"))


def test_the_held_out_suite_has_its_120_cases():
    kinds = Counter(case.kind for case in HELD_OUT)
    assert kinds == {"answerable": 60, "unanswerable": 36, "emergency": 12, "lookalike": 12}


def test_its_unanswerable_cases_are_mostly_near_the_subject():
    styles = Counter(case.style for case in HELD_OUT if case.kind == "unanswerable")
    assert styles == {"near-domain": 28, "out-of-scope": 8}


def test_most_of_its_look_alikes_can_be_answered():
    assert sum(case.answerable for case in HELD_OUT if case.kind == "lookalike") == 10


def test_its_answerable_cases_come_from_most_of_the_digests():
    # the first gold section is the one the case was written from
    assert len({case.gold[0].source_id for case in HELD_OUT if case.kind == "answerable"}) >= 25


def test_its_questions_are_not_in_the_words_of_the_digests():
    texts = sections()
    shares = [share for case in HELD_OUT if (share := case_overlap(case, texts)) is not None]
    assert len(shares) == 70
    assert median(shares) <= 0.30


def test_its_follow_ups_follow_something():
    follow_ups = [case for case in HELD_OUT if case.style == "follow-up"]
    assert len(follow_ups) >= 5
    assert [case.id for case in follow_ups if not case.history] == []


@pytest.mark.parametrize("path", BUILT_ON, ids=lambda path: path.stem)
def test_no_question_of_it_is_near_one_that_was_built_on(path: Path):
    built_on = [content_words(case.question) for case in load(path)]
    shared = {
        case.id: share
        for case in HELD_OUT
        if (words := content_words(case.question))
        and (share := max(len(words & other) / len(words | other) for other in built_on)) >= 0.5
    }
    assert shared == {}
