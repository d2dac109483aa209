"""The suites of 27 November: enough cases of each kind, in many ways of asking, and none near what was built on."""

from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from evals.digests import DIGESTS, sections
from evals.overlap import case_overlap, content_words
from evals.suite import SUITES, load

LIBRARY, UNANSWERABLE, EMERGENCIES = (
    load(SUITES / f"{name}.jsonl") for name in ("library", "unanswerable", "emergencies")
)
BUILT_ON = sorted(SUITES.glob("calibration*.jsonl"))


def test_the_library_suite_asks_of_every_digest_in_every_way():
    assert len(LIBRARY) >= 250
    assert {case.kind for case in LIBRARY} == {"answerable"}
    asked = {gold.source_id for case in LIBRARY for gold in case.gold}
    assert sorted(path.stem for path in DIGESTS.glob("*.md") if path.stem not in asked) == []
    styles = Counter(case.style for case in LIBRARY)
    assert set(styles) == {"terse", "misspelt", "acronyms", "plain", "narrative", "follow-up"}
    assert min(styles.values()) >= 30
    assert [case.id for case in LIBRARY if (case.style == "follow-up") != bool(case.history)] == []
    assert [case.id for case in LIBRARY if not case.topic] == []


def test_its_questions_are_not_in_the_words_of_the_digests():
    texts = sections()
    shares = [share for case in LIBRARY if (share := case_overlap(case, texts)) is not None]
    assert median(shares) <= 0.15
    assert sum(share >= 0.5 for share in shares) <= 10


def test_what_cannot_be_answered_is_mostly_near_the_subject_and_of_many_kinds():
    assert len(UNANSWERABLE) >= 80
    assert {case.kind for case in UNANSWERABLE} == {"unanswerable"}
    styles = Counter(case.style for case in UNANSWERABLE)
    assert len(styles) == 10 and min(styles.values()) >= 7
    assert styles["far"] <= len(UNANSWERABLE) / 10


def test_emergencies_and_what_only_sounds_like_them():
    assert Counter(case.kind for case in EMERGENCIES) == {"emergency": 36, "lookalike": 24}
    assert sum(case.answerable for case in EMERGENCIES if case.kind == "lookalike") == 12


@pytest.mark.parametrize("path", BUILT_ON, ids=lambda path: path.stem)
def test_no_question_of_theirs_is_near_one_that_was_built_on(path: Path):
    built_on = [content_words(case.question) for case in load(path)]
    shared = {
        case.id: share
        for case in (*LIBRARY, *UNANSWERABLE, *EMERGENCIES)
        if len(words := content_words(case.question)) > 2
        and (share := max(len(words & other) / len(words | other) for other in built_on)) >= 0.5
    }
    assert shared == {}


def test_no_question_is_asked_twice_in_the_reported_suites():
    told = {}
    for name in ("starter", "held-out", "library", "unanswerable", "emergencies"):
        for case in load(SUITES / f"{name}.jsonl"):
            words = (case.question.lower(), tuple(turn.content for turn in case.history))
            assert words not in told, (told[words], case.id)
            told[words] = case.id
