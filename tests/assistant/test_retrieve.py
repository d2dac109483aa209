"""Rankings are fused by arithmetic that can be done by hand, and filters leave nothing through."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.answer.question import understand
from assistant.retrieve import fuse, scaled, search
from assistant.settings import Retrieval, answering

NOTHING = answering().retrieval.model_copy(
    update={name: 0.0 for name in Retrieval.model_fields if name.endswith(("_weight", "_bonus"))} | {"depth": 50}
)
"""No ranking has a weight; a test gives one to what it is about."""


def test_scores_are_stretched_between_the_least_and_the_greatest():
    assert scaled({"a": 4.0, "b": 3.0, "c": 2.0}) == {"a": 1.0, "b": 0.5, "c": 0.0}  # (3 - 2) / (4 - 2)
    assert scaled({"a": 0.0, "b": -2.0}) == {"a": 1.0, "b": 0.0}
    assert scaled({"a": 0.3, "b": 0.3}) == {"a": 1.0, "b": 1.0}
    assert scaled({}) == {}


def test_fusion_is_the_weighted_sum_and_what_a_ranking_lacks_counts_nought():
    first = {"a": 10.0, "b": 7.0, "c": 5.0}  # scaled 1, 0.4, 0
    second = {"b": 0.9, "d": 0.6, "a": 0.5}  # scaled 1, 0.25, 0
    fused = fuse([(0.75, first), (0.25, second)])
    assert fused == pytest.approx(
        {"a": 0.75 * 1 + 0.25 * 0, "b": 0.75 * 0.4 + 0.25 * 1, "c": 0.0, "d": 0.25 * 0.25}
    )  # 0.75, 0.55, 0, 0.0625
    assert fuse([]) == {} and fuse([(1.0, {})]) == {}


def test_with_one_ranking_the_scores_are_that_ranking_stretched(library):
    config = NOTHING.model_copy(update={"bm25_weight": 1.0})
    hits = search(library, "hoarding fire service", top_k=10, config=config)
    best = sorted(library.index.bm25(understand("hoarding fire service").weighted_terms), reverse=True)[:50]
    most, least = float(best[0]), float(best[-1])  # the ranking is cut at its depth before it is stretched
    assert [hit.bm25 for hit in hits] == [float(score) for score in best[:10]]
    assert [hit.score for hit in hits] == pytest.approx([(hit.bm25 - least) / (most - least) for hit in hits])


def test_ranks_count_from_one_and_scores_fall(library):
    hits = search(library, "self-neglect and hoarding", top_k=12)
    assert [hit.rank for hit in hits] == list(range(1, 13))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == 12


@pytest.mark.parametrize(
    ("audience", "allowed"),
    [("adults", {"adults", "joint"}), ("children", {"children", "joint"}), ("joint", {"joint"})],
)
def test_an_audience_leaves_out_what_is_only_for_the_other(library, audience, allowed):
    query = "child protection conference and adult safeguarding enquiry"
    everything = {hit.passage.audience for hit in search(library, query, top_k=200)}
    assert everything == {"adults", "children", "joint"}
    found = {hit.passage.audience for hit in search(library, query, top_k=200, audience=audience)}
    assert found == allowed


def test_only_sources_of_the_kinds_asked_for_are_found(library):
    found = search(library, "safeguarding adult review", top_k=100, kinds=["legislation", "sar-analysis"])
    assert {hit.passage.kind.value for hit in found} == {"legislation", "sar-analysis"}
    unfiltered = search(library, "safeguarding adult review", top_k=100)
    assert len({hit.passage.kind.value for hit in unfiltered}) > 2


def test_a_filtered_search_still_ranks_its_best_passage_at_the_top_of_the_scale(library):
    weights = NOTHING.model_copy(update={"unit_weight": 1.0})
    best = search(library, "capital of the county", kinds=["legislation"], config=weights)[0]
    assert best.score == 1.0


def test_a_query_of_nothing_but_hidden_characters_finds_nothing(library):
    assert search(library, "\u202e\x00") == []


def test_a_document_without_written_questions_is_ranked_by_its_own_cosine(own_library):
    config = NOTHING.model_copy(update={"asked_weight": 1.0})
    hits = search(own_library, "When does the ferry sail?", config=config)
    assert hits[0].passage.pinpoint == "2.1" and hits[0].score == 1.0
    assert hits[0].asked_cosine == 0.0 < hits[0].cosine


def test_sources_are_left_out_by_area_and_by_age(library):
    query, everything = "safeguarding adult review", {entry.source.id: entry.source for entry in library.sources()}

    def found(**filters):
        return {hit.passage.source_id for hit in search(library, query, top_k=500, **filters)}

    local = {id_ for id_, source in everything.items() if "Telford" in source.jurisdiction}
    assert found(area="telford") <= local and found() - local
    newest = max(source.checked_on for source in everything.values())
    assert {everything[id_].checked_on for id_ in found(checked_since=newest)} == {newest}
    assert found(checked_since=newest + timedelta(days=1)) == set()
    first_due = min(source.review_due for source in everything.values() if source.review_due)
    past = {id_ for id_, source in everything.items() if source.review_due == first_due}
    assert found() & past and not found(current_on=first_due + timedelta(days=1)) & past
    assert found(current_on=first_due) & past
