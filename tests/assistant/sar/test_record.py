"""The record of a case: complete, cited, a draft at both ends, calling nobody by name, masked unless told otherwise."""

from __future__ import annotations

import pytest
from record_cases import DAY, DETAILS, FACTS, NARRATIVE, SECRETS, TOLD, WORDS, synthetic, with_secrets

from assistant.sar import interview
from assistant.sar.cited import located
from assistant.sar.interview import Case
from assistant.sar.record import build_record, file_name
from assistant.sar.record_fields import load_record_fields
from assistant.sar.rules import Reference, State, load_criteria


def made(case: Case, mask_details: bool = False):
    return build_record(case, interview.assessed(case), DAY, mask_details=mask_details)


@pytest.mark.parametrize("outcome", FACTS)
def test_every_outcome_makes_a_record_with_its_mandate_and_all_limbs(outcome):
    record = made(synthetic(outcome))
    assert record.outcome == outcome
    limbs = record.section("limbs").limbs
    assert [limb.id for limb in limbs] == list(load_criteria().in_force(DAY).fact_ids)
    assert all(limb.words and limb.reason and limb.citations and limb.state and limb.path for limb in limbs)
    mandate = next(entry for entry in record.section("summary").entries if entry.id == "mandate")
    assert mandate.text == load_record_fields().mandates[outcome]
    assert record.section("rationale").entries[0].text.startswith(interview.assessed(synthetic(outcome)).sentence)


@pytest.mark.parametrize("outcome", FACTS)
def test_citations_are_numbered_by_source_and_every_number_used_has_one(outcome):
    record = made(synthetic(outcome))
    assert [cited.n for cited in record.citations] == list(range(1, len(record.citations) + 1))
    assert [cited.n for source in record.sources() for cited in source.citations] == [
        cited.n for cited in record.citations
    ]
    used = {n for section in record.sections for line in (*section.entries, *section.limbs) for n in line.citations}
    assert used == {cited.n for cited in record.citations}
    for cited in record.citations:
        reference = Reference(source_id=cited.source_id, pinpoint=cited.pinpoint, quote=cited.quote)
        assert located(reference).text[cited.start : cited.end] == cited.quote


def test_numbers_of_the_result_are_carried_over_to_the_same_words():
    case = synthetic("mandatory_s44_condition1")
    found, record = interview.assessed(case), made(case)
    for limb, drawn in zip(found.limbs, record.section("limbs").limbs, strict=True):
        before = {(cited.pinpoint, cited.quote) for cited in found.cited(limb.reason.citations)}
        assert before == {(record.citations[n - 1].pinpoint, record.citations[n - 1].quote) for n in drawn.citations}


def test_a_limb_says_its_answer_its_evidence_and_whether_it_is_on_the_path_in_words():
    limbs = {limb.id: limb for limb in made(synthetic("mandatory_s44_condition1")).section("limbs").limbs}
    died = limbs["died"]
    assert (died.state, died.quote, died.note) == ("Yes", WORDS["died"], "")
    assert died.decisive and died.path == "Path taken: this answer decides the outcome."
    assert limbs["in_area"].note == "Seen in the GP record of 2 February."
    serious = limbs["serious_abuse_or_neglect_known_or_suspected"]
    assert (serious.state, serious.decisive, serious.missing, serious.who) == ("Not asked", False, False, ())
    assert serious.path.startswith("Not on the path")


def test_what_is_open_is_said_with_who_may_know_and_where_each_answer_leads():
    record = made(synthetic("insufficient_information"))
    limbs = {limb.id: limb for limb in record.section("limbs").limbs}
    assert limbs["concern_about_working_together"].state == "Not known"
    assert limbs["learning_likely"].state == "Not answered yet"
    assert limbs["died"].path == "Path taken: this answer narrows it down."
    assert limbs["learning_likely"].path.startswith("Still open") and limbs["learning_likely"].who
    unknown = [entry.id for entry in record.section("unknown").entries]
    assert unknown == ["concern_about_working_together", "learning_likely", "settled"]
    changes = {(entry.id, entry.text) for entry in record.section("changes").entries}
    sentence = "If the answer were yes: On these answers, section 44 requires a review."
    assert ("concern_about_working_together", sentence) in changes
    possible = [entry.text for entry in record.section("rationale").entries if entry.label == "Still possible"]
    assert any("Mandatory: section 44(1) to (3)" in text for text in possible) and len(possible) == 3


def test_the_rationale_names_each_answer_on_the_path_and_no_other():
    lines = made(synthetic("not_met")).section("rationale").entries
    assert [line.label for line in lines] == [
        "Outcome",
        "Aged 18 or over (yes)",
        "In Telford and Wrekin (yes)",
        "Concern about how agencies worked together (no)",
        "Learning is likely (no)",
    ]


def test_answers_that_do_not_fit_together_are_on_the_record():
    case = synthetic("mandatory_s44_condition2")
    case = interview.answer(case, "death_from_abuse_or_neglect_known_or_suspected", State.YES)
    assert [entry.text for entry in made(case).section("contradictions").entries] == [
        "the adult died: no; death from abuse or neglect known or suspected: yes."
    ]
    assert "contradictions" not in {section.id for section in made(synthetic("not_met")).sections}


def test_fields_are_drawn_in_order_and_those_of_the_panel_and_the_chair_are_left_to_them():
    record = made(synthetic("not_met"))
    fields = load_record_fields()
    drawn = [entry.id for section in fields.sections for entry in record.section(section.id).entries]
    assert drawn == [field.id for field in fields.fields]
    for name, words in DETAILS.items():
        entry = next(entry for entry in record.section(fields.field(name).section).entries if entry.id == name)
        assert entry.text == words
    chair = record.section("chair").entries[0]
    assert (chair.text, chair.shown) == ("", "For the Independent Chair to complete.")
    assert record.section("people").entries[0].shown == "Not recorded."


def test_the_description_stands_for_the_summary_and_follows_it_where_there_is_one():
    case = synthetic("not_met")
    assert made(case).section("events").entries[0].text == NARRATIVE
    with_summary = case.model_copy(update={"details": {**case.details, "what_happened": "A fall, then a death."}})
    first, second = made(with_summary).section("events").entries[:2]
    assert first.text == "A fall, then a death." and (second.id, second.text) == ("narrative", NARRATIVE)
    without = case.model_copy(update={"narrative": ""})
    assert made(without).section("events").entries[0].shown == "Not recorded."


def test_words_under_a_field_that_is_no_longer_asked_are_kept():
    case = synthetic("not_met").model_copy(update={"details": {"old_field": "Kept words."}})
    last = made(case).section("learning").entries[-1]
    assert (last.label, last.text) == ("Old field", "Kept words.")


def test_the_case_is_called_by_what_was_given_on_one_short_line_or_the_adult():
    def label(adult: str) -> str:
        return made(synthetic("not_met").model_copy(update={"details": {"adult": adult}})).case_label

    assert label("AB") == "AB"
    assert label("") == label(" \u202e\x00 ") == "the adult"
    assert label("A\nB\u202e") == "A B"
    assert len(label("x" * 500)) == 43


def test_the_statement_the_mark_the_day_and_the_versions_are_there():
    record = made(synthetic("out_of_area"))
    criteria = load_criteria()
    assert record.statement == criteria.statement and record.mark == "DRAFT - not a decision"
    said = {entry.label: entry.text for entry in record.section("versions").entries}
    assert said["Record made on"] == said["Answers assessed as of"] == "26 November 2026"
    assert said["Rules"] == "Care Act 2014, section 44 (care-act-2014-s44)"
    assert said["Rules in force since"] == "1 April 2015"
    checked = criteria.checked_on
    assert said["Rules checked on"] == f"{checked.day} {checked:%B %Y}"


def test_the_file_name_holds_the_kind_and_the_day_and_no_word_of_the_case():
    record = made(synthetic("not_met"))
    assert file_name(record, "docx") == file_name(record, ".docx") == "sar-record-draft-2026-11-26.docx"


def test_characters_no_file_can_hold_never_enter_the_record():
    case = synthetic("not_met", narrative="A\x00B\u202eC\ufffe\r\nD \u0627\u0644 \U0001f600", note="x\x0by\u2066")
    record = made(case)
    assert record.section("events").entries[0].text == "ABC\nD \u0627\u0644 \U0001f600"
    assert record.section("limbs").limbs[0].note == "xy"
    assert record.section("details").entries[0].text.startswith("No personal details were hidden")


def test_personal_details_are_masked_everywhere_and_the_record_says_how_many():
    record = made(with_secrets(), mask_details=True)
    text = record.model_dump_json()
    assert not [secret for secret in SECRETS if secret in text]
    kinds = {entry.kind: entry.count for entry in record.hidden}
    assert kinds == {
        "name": 1,
        "date of birth": 1,
        "NHS number": 1,
        "postcode": 1,
        "phone number": 1,
        "email address": 1,
    }
    assert record.case_label == "the adult"
    said = record.section("details").entries[0].text
    assert "name: 1" in said and "Some can be missed: read this record through" in said


def test_somebody_is_the_same_person_in_the_description_in_a_note_and_in_a_field():
    record = made(with_secrets(), mask_details=True)
    assert record.section("limbs").limbs[0].note == "[name 1] told the nurse."
    assert record.section("events").entries[0].text.startswith("[name 1], born [date of birth]")


def test_a_quote_that_cuts_through_a_name_hides_the_part_it_has():
    case = with_secrets()
    cut = TOLD.index("Hopkinson,")
    given = case.answer_to("died").model_copy(update={"quote": TOLD[cut : cut + 15], "start": cut, "end": cut + 15})
    entries = tuple(given if entry.fact == "died" else entry for entry in case.given)
    record = made(case.model_copy(update={"given": entries}), mask_details=True)
    limb = next(limb for limb in record.section("limbs").limbs if limb.id == "died")
    assert limb.quote == "[name 1], born"


def test_details_are_left_as_they_were_written_only_when_asked():
    text = made(with_secrets(), mask_details=False).model_dump_json()
    assert all(secret in text for secret in SECRETS)


def test_a_number_broken_up_by_characters_nobody_sees_is_found_all_the_same():
    case = synthetic("not_met", narrative="NHS number 943\u200b 476\u202e 5919.")
    assert made(case, mask_details=True).section("events").entries[0].text == "NHS number [NHS number]."


def test_a_pseudonym_of_one_word_is_what_the_case_is_called_and_a_whole_name_is_not():
    def called(adult: str) -> tuple[str, str]:
        case = synthetic("not_met", narrative="Margaret fell. Margaret Jones was found.")
        record = made(case.model_copy(update={"details": {"adult": adult}}), mask_details=True)
        return record.case_label, record.section("events").entries[0].text

    assert called("Margaret") == ("Margaret", "Margaret fell. [name 1] was found.")
    assert called("Margaret Jones") == ("the adult", "[name 1] fell. [name 1] was found.")


def test_with_nothing_to_hide_the_record_says_so_and_that_some_can_be_missed():
    said = made(synthetic("not_met"), mask_details=True).section("details").entries[0].text
    assert said.startswith("No personal details were found") and said.endswith("before you send it.")
