"""Training cases: sound as data, marked by the rules, and a group's sheet without names."""

from __future__ import annotations

import csv
import io

import pytest
import yaml

from assistant.briefing.scenarios import group_sheet, load_scenarios, mark, sheet_csv
from assistant.sar.rules import State
from ingest.errors import BadRequest
from ingest.sources import CORPUS

OUTCOMES = {
    "mandatory_s44_condition1", "mandatory_s44_condition2", "discretionary_s44_4_possible", "not_met",
    "insufficient_information", "child_route", "out_of_area",
}  # fmt: skip


@pytest.fixture(scope="module")
def scenarios():
    return {one.id: one for one in load_scenarios()}


def test_every_outcome_of_the_test_has_a_case_and_every_answer_rests_on_the_cases_own_words(scenarios):
    assert {one.outcome for one in scenarios.values()} == OUTCOMES and len(scenarios) >= 8
    for one in scenarios.values():
        assert all(told.because in one.text for told in one.facts.values())
        assert all(told.because or told.value is State.UNKNOWN for told in one.facts.values())


def test_right_answers_score_all_and_show_words_reason_and_clause(scenarios):
    one = scenarios["cold-flat"]
    marked = mark(one, {name: told.value for name, told in one.facts.items()})
    assert marked.score == (8, 8) and marked.learner_outcome == marked.outcome == "mandatory_s44_condition1"
    limb = next(limb for limb in marked.limbs if limb.id == "care_and_support_needs")
    assert limb.because == "they could not wash or cook without help" and "s.44" in limb.clause
    assert all(1 <= n <= len(marked.citations) for limb in marked.limbs for n in limb.citations)


def test_one_wrong_answer_changes_the_score_and_shows_where_it_would_lead(scenarios):
    one = scenarios["care-home-sores"]
    answers = {name: told.value for name, told in one.facts.items()} | {"care_and_support_needs": State.NO}
    marked = mark(one, answers)
    assert marked.score == (7, 8) and (marked.outcome, marked.learner_outcome) == (
        "mandatory_s44_condition2",
        "not_met",
    )
    assert mark(one, {}).score == (0, 8) and mark(one, {}).learner_outcome == "insufficient_information"


def test_a_group_s_sheet_counts_and_names_nobody(scenarios):
    one = scenarios["seventeen"]
    right = {name: told.value for name, told in one.facts.items()}
    sheet = group_sheet([mark(one, right), mark(one, right | {"died": State.NO}), mark(one, {})])
    assert (sheet.learners, sheet.outcome_right) == (3, 2)
    assert dict(sheet.limbs)["Has the adult died?"] == 1
    rows = list(csv.reader(io.StringIO(sheet_csv(sheet.model_copy(update={"title": " =1+1"})))))
    assert rows[1][0] == "' =1+1" and rows[-1][1:] == ["Outcome", "2", "3"]
    for bad in ([], [mark(one, right), mark(scenarios["no-needs"], {})], [mark(one, right)] * 41):
        with pytest.raises(BadRequest):
            group_sheet(bad)


def own(tmp_path, **changes):
    shipped = yaml.safe_load((CORPUS / "data" / "scenarios.yaml").read_text("utf-8"))["scenarios"][0]
    entry = shipped | {"id": "mine", "title": "My own case"} | changes
    (tmp_path / "scenarios.yaml").write_text(
        yaml.safe_dump({"checked_on": "2026-11-26", "scenarios": [entry]}), "utf-8"
    )
    return entry


def test_a_trainer_adds_cases_as_data(tmp_path, scenarios):
    own(tmp_path)
    assert len(load_scenarios(tmp_path)) == len(scenarios) + 1 and load_scenarios(tmp_path)[-1].id == "mine"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"id": "cold-flat"}, "which is shipped already"),
        ({"outcome": "not_met"}, "the facts lead to mandatory_s44_condition1"),
        ({"text": "Quite another text that is long enough to be a case."}, "are not in the text"),
        ({"facts": {}}, "must be those of the test"), ({"title": ""}, "case 'mine' title"),
        ({"title": "The cold flat"}, "which is shipped already"),
    ],
)  # fmt: skip
def test_a_mistake_in_ones_own_case_is_one_sentence_that_names_it(tmp_path, changes, says):
    own(tmp_path, **changes)
    with pytest.raises(BadRequest, match=says) as caught:
        load_scenarios(tmp_path)
    assert "scenarios.yaml" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("scenarios: [", "cannot be read"), ("checked_on: 2026-13-45", "cannot be read"), ("", "it needs checked_on"),
        ("[" * 3000 + "]" * 3000, "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, text, says):
    (tmp_path / "scenarios.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadRequest, match=says):
        load_scenarios(tmp_path)
