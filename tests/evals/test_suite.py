import copy
import json

import pytest
from eval_stand_ins import FOUR_CASES

from evals.suite import Case, SuiteInvalid, load, normalise, suite_path


def written(tmp_path, *cases):
    path = tmp_path / "made.jsonl"
    path.write_text("".join((case if isinstance(case, str) else json.dumps(case)) + "\n" for case in cases), "utf-8")
    return path


def changed(**more):
    return copy.deepcopy(FOUR_CASES[0]) | more


def test_cases_are_read_in_order(suites_folder):
    assert [case.id for case in load(suite_path("tiny", suites_folder))] == [case["id"] for case in FOUR_CASES]


def test_an_unknown_suite_names_those_there_are(suites_folder):
    with pytest.raises(SuiteInvalid, match="no suite called 'small'; choose from: tiny"):
        suite_path("small", suites_folder)


def test_a_suite_outside_the_folder_is_not_read(suites_folder):
    (suites_folder.parent / "outside.jsonl").write_text("{}")
    with pytest.raises(SuiteInvalid, match="no suite called"):
        suite_path("../outside", suites_folder)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("{not json", "made.jsonl line 2, the case"),
        (changed(kind="easy"), "line 2, kind"),
        (changed(note="hard"), "line 2, note: Extra inputs"),
        (changed(expect=["refuse"]), "line 2, expect.0"),
        (changed(expect=[]), "line 2, expect"),
        (changed(id="Has Spaces"), "line 2, id"),
        (changed(emergency=True), "line 2, the case: .*emergency must be true for kind emergency"),
        (changed(expect=["no_evidence"]), "line 2, the case: .*expect must allow 'answered'"),
        (changed(gold=[]), "line 2, the case: .*gold and at least one vital fact"),
        (changed(gold=[{"source_id": "local"}]), "line 2, gold.0.pinpoint"),
        (changed(facts=FOUR_CASES[0]["facts"][1:]), "line 2, the case: .*gold and at least one vital fact"),
        (changed(facts=FOUR_CASES[0]["facts"][:1] * 2), "line 2, the case: .*facts: two of them"),
        (changed(question="Is it 01952 385385"), "line 2, the case: .*fact number is found in the question"),
        (FOUR_CASES[1] | {"gold": FOUR_CASES[0]["gold"]}, "line 2, the case: .*must be empty"),
        (FOUR_CASES[1] | {"expect": ["answered"]}, "line 2, the case: .*must not allow 'answered'"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(tmp_path, second, message):
    with pytest.raises(SuiteInvalid, match=message):
        load(written(tmp_path, FOUR_CASES[2], second))


@pytest.mark.parametrize(
    ("alternatives", "message"),
    [([[]], "found everywhere"), ([["Care Plan"]], "'care plan'"), ([["care  plan"]], "'care plan'"), ([], "any")],
)
def test_a_substring_that_could_never_match_is_refused(tmp_path, alternatives, message):
    case = changed(facts=[{"id": "plan", "text": "a plan", "vital": True, "any": alternatives}])
    with pytest.raises(SuiteInvalid, match=message):
        load(written(tmp_path, case))


def test_an_id_used_twice_is_refused(tmp_path):
    with pytest.raises(SuiteInvalid, match="id: ring is used twice"):
        load(written(tmp_path, FOUR_CASES[0], FOUR_CASES[0]))


def test_an_empty_suite_and_one_that_is_not_utf_8_are_refused(tmp_path):
    with pytest.raises(SuiteInvalid, match="holds no cases"):
        load(written(tmp_path, ""))
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(SuiteInvalid, match="cannot be read as UTF-8"):
        load(path)


def test_normalised_text_has_straight_quotes_single_spaces_and_no_bold():
    assert normalise("  **“May”**\n not\u00a0rely on the adult’s choice ") == '"may" not rely on the adult\'s choice'


def test_an_emergency_is_neither_to_be_answered_nor_to_be_refused():
    case = Case.model_validate(FOUR_CASES[2])
    assert (case.answerable, case.should_abstain) == (False, False)
