"""Results carry their sources; the interview asks, goes back and says what another answer would change."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.sar import interview
from assistant.sar.cited import located
from assistant.sar.interview import Case
from assistant.sar.result import result, result_json
from assistant.sar.rules import FactsInvalid, NoRuleInForce, Reference, State, load_criteria
from assistant.sar.suggest import Suggestion
from ingest.errors import RegisterInvalid

DAY = date(2026, 11, 26)
IDS = load_criteria().in_force(DAY).fact_ids
MANDATORY = dict.fromkeys(IDS, "yes")


@pytest.mark.parametrize("facts", [{}, MANDATORY, {"adult_18_or_over": "no"}, {"in_area": "no"}, {"died": "no"}])
def test_every_quote_of_a_result_stands_in_its_passage(facts):
    found = result(facts, DAY)
    assert found.citations
    for citation in found.citations:
        reference = Reference(source_id=citation.source_id, pinpoint=citation.pinpoint, quote=citation.quote)
        assert located(reference).text[citation.start : citation.end] == citation.quote
    numbers = [citation.n for citation in found.citations]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_limb_of_the_json_has_a_reason_with_a_citation_and_the_statement_says_what_it_is_not():
    found = result_json(result(MANDATORY, DAY))
    assert found["outcome"] == "mandatory_s44_condition1"
    assert [element["id"] for element in found["elements"]] == list(IDS)
    assert all(element["reason"] and element["citations"] for element in found["elements"])
    assert found["statement"].startswith("This is not a decision.")
    assert found["rules"] == {
        "id": "care-act-2014-s44",
        "name": "Care Act 2014, section 44",
        "since": "2015-04-01",
        "checked_on": load_criteria().checked_on.isoformat(),
    }
    assert len(found["next_steps"]) == len(found["next_steps_citations"])


def test_criteria_not_met_always_says_that_learning_is_kept():
    for facts in ({**MANDATORY, "care_and_support_needs": "no"},
                  {**MANDATORY, "concern_about_working_together": "no", "learning_likely": "no"}):  # fmt: skip
        found = result(facts, DAY)
        assert found.outcome == "not_met"
        kept = next(step for step in found.next_steps if "learning from scoping is kept" in step.text)
        assert "kept by TWSP" in found.cited(kept.citations)[0].quote


def test_a_child_is_sent_to_the_childrens_front_door_with_the_working_day_limits():
    found = result({"adult_18_or_over": "no"}, DAY)
    steps = " ".join(step.text for step in found.next_steps)
    assert "5 working days" in steps and "15 working days" in steps
    assert "children" in found.whom_to_tell[0].name.lower()


def test_a_day_before_the_rules_began_is_refused_by_name():
    with pytest.raises(NoRuleInForce):
        result({}, date(2014, 1, 1))


def test_words_that_are_not_in_the_library_are_never_cited():
    with pytest.raises(RegisterInvalid, match="are not in care-act-2014-safeguarding"):
        located(Reference(source_id="care-act-2014-safeguarding", pinpoint="s.44(1)", quote="an SAB may dance"))
    with pytest.raises(RegisterInvalid, match="no digest 'nowhere'"):
        located(Reference(source_id="nowhere", pinpoint="s.1", quote="words"))


def test_the_interview_asks_to_the_end_and_back_to_the_first_question():
    case = Case(started_on=DAY)
    asked = []
    while fact := interview.question(case):
        asked.append(fact.id)
        case = interview.answer(case, fact.id, State.YES, note=f"seen for {fact.id}")
    assert interview.assessed(case).outcome == "mandatory_s44_condition1"
    assert interview.progress(case).most_left == 0
    again = []
    while True:
        case, name = interview.back(case)
        if name is None:
            break
        again.append(name)
    assert again == asked[::-1] and case == Case(started_on=DAY)
    assert interview.back(case) == (case, None)


def test_not_knowing_is_an_answer_and_is_not_asked_again():
    case = Case(started_on=DAY)
    asked = []
    while fact := interview.question(case):
        assert fact.id not in asked
        asked.append(fact.id)
        case = interview.answer(case, fact.id, State.UNKNOWN)
    assert set(asked) == set(IDS)
    assert interview.assessed(case).outcome == "insufficient_information"


def test_a_changed_answer_keeps_its_place_and_a_what_if_changes_nothing():
    case = Case(started_on=DAY)
    for name in IDS:
        case = interview.answer(case, name, State.YES)
    then = interview.what_if(case, "in_area", State.NO)
    assert then.outcome == "out_of_area" and interview.assessed(case).outcome == "mandatory_s44_condition1"
    changed = interview.answer(case, "in_area", State.NO, note="placed in Shrewsbury")
    assert [entry.fact for entry in changed.given] == list(IDS)
    assert interview.assessed(changed).outcome == "out_of_area"


def test_a_confirmed_suggestion_keeps_the_words_it_rests_on_and_a_rejected_one_does_not():
    narrative = "He died on 3 May."
    words = Suggestion(fact="died", value=State.YES, quote="died", start=3, end=7, confidence=0.9)
    case = Case(started_on=DAY, narrative=narrative, suggested=(words,))
    assert case.facts == {}
    kept = interview.confirm(case, "died", State.YES).answer_to("died")
    assert kept and (kept.how, narrative[kept.start : kept.end]) == ("confirmed", "died")
    other = interview.confirm(case, "died", State.NO).answer_to("died")
    assert other and (other.how, other.quote) == ("asked", "")


def test_a_rejected_suggestion_is_asked_as_a_question_and_is_no_answer():
    words = Suggestion(fact="adult_18_or_over", value=State.YES, quote="84", start=0, end=2, confidence=0.9)
    case = interview.confirm(Case(started_on=DAY, narrative="84", suggested=(words,)), words.fact, State.YES)
    rejected = interview.reject(case, words.fact)
    assert rejected.suggested == () and rejected.facts == {}
    asked = interview.question(rejected)
    assert asked and asked.id == words.fact


def test_a_case_told_in_other_words_keeps_answers_and_asks_again_what_rested_on_words_that_are_gone():
    words = Suggestion(fact="died", value=State.YES, quote="died", start=3, end=7, confidence=0.9)
    case = interview.confirm(Case(started_on=DAY, narrative="He died.", suggested=(words,)), "died", State.YES)
    case = interview.answer(case, "in_area", State.YES)
    assert set(interview.described(case, "He died today.", ()).facts) == {"died", "in_area"}
    assert set(interview.described(case, "He is well.", ()).facts) == {"in_area"}
    with pytest.raises(interview.NarrativeTooLong, match="is 20,001 characters; the limit is 20,000"):
        interview.described(case, "x" * 20_001, ())


def test_an_answer_about_no_limb_is_refused():
    with pytest.raises(FactsInvalid, match="'weather' is no fact"):
        interview.answer(Case(started_on=DAY), "weather", State.YES)
