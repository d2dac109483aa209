"""What the record asks: every field stands on a section of the library, and the test's outcomes all have a mandate."""

from __future__ import annotations

import copy

import pytest
import yaml

from assistant.sar.cited import located
from assistant.sar.record_fields import FILE, load_record_fields
from assistant.sar.rules import Reference, load_criteria
from ingest.errors import RegisterInvalid

FIELDS = load_record_fields()


@pytest.mark.parametrize("reference", list(FIELDS.references()), ids=lambda reference: reference.quote[:40])
def test_every_field_points_to_a_passage_of_the_library_and_quotes_it_exactly(reference: Reference):
    assert reference.quote in located(reference).text


def test_every_question_of_quality_marker_2_is_quoted_by_a_field_or_the_mandate():
    pinpoint = "SCIE Quality Marker 2, questions to consider"
    asked = [reference for reference in FIELDS.references() if reference.pinpoint == pinpoint]
    questions = [line[2:] for line in located(asked[0]).text.splitlines() if line.startswith("- ")]
    assert len(questions) == 8
    for question in questions:
        assert any(reference.quote in question for reference in asked), question


def test_every_item_of_a_typical_form_is_quoted_by_a_field_but_the_one_the_limbs_answer():
    pinpoint = "Kent & Medway request form; Thames Valley process note; Teeswide and Salford pages"
    asked = [reference for reference in FIELDS.references() if reference.pinpoint == pinpoint]
    lines = located(asked[0]).text.splitlines()
    items = [line for line in lines if line[:1].isdigit()]
    assert len(items) == 10
    unasked = [item for item in items if not any(reference.quote in item for reference in asked)]
    # "Type of abuse" is quoted from Quality Marker 2 and the local list; the criteria are the limbs of the test.
    assert [item[0] for item in unasked] == ["5", "6"]
    assert FIELDS.field("kinds_of_abuse").label.endswith("self-neglect included")


def test_no_field_asks_for_a_name_or_a_date_of_birth():
    adult = FIELDS.field("adult")
    assert "initials" in adult.label and "Never a full name and never a date of birth" in adult.hint
    assert not any("name" in field.label.lower() or "birth" in field.label.lower() for field in FIELDS.fields)


def test_the_panel_and_the_chair_are_left_to_fill_in_their_own_part():
    blank = {field.id for field in FIELDS.fields} - {field.id for field in FIELDS.asked()}
    assert {"conflicts", "legal_advice", "panel_recommendation", "chair_decision"} <= blank
    assert all((field.filled_by == "referrer") == (field.part == "referral") for field in FIELDS.fields)


def test_every_outcome_of_the_test_has_a_mandate_in_words_and_none_is_called_non_statutory():
    outcomes = {outcome.id for rules in load_criteria().rules for outcome in rules.outcomes}
    assert set(FIELDS.mandates) == outcomes
    assert "non-statutory" not in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda data: data["fields"][0].pop("label"), "fields.0.label"),
        (lambda data: data["fields"][0].update(colour="red"), "fields.0.colour"),
        (lambda data: data["fields"][0].update(section="nowhere"), "no section 'nowhere'"),
        (lambda data: data["fields"][0].update(part="decision"), "'referrer_role' stands in a section of the other"),
        (lambda data: data["fields"].append(data["fields"][0]), "'referrer_role' stands twice"),
        (lambda data: data["sections"].append({"id": "more", "part": "referral", "title": "More"}), "has no field"),
    ],
)
def test_a_file_that_is_wrong_is_refused_and_the_place_is_named(tmp_path, change, message):
    data = copy.deepcopy(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    change(data)
    file = tmp_path / "sar-record.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(RegisterInvalid, match=message):
        load_record_fields(file)


def test_a_missing_or_broken_file_is_one_sentence(tmp_path):
    with pytest.raises(RegisterInvalid, match="is missing; restore it"):
        load_record_fields(tmp_path / "none.yaml")
    (tmp_path / "broken.yaml").write_text("fields: [", encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="is not valid YAML"):
        load_record_fields(tmp_path / "broken.yaml")
