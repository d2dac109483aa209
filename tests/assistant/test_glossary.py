"""What a term means is told where a question asks nothing else, with its source; never in place of an answer."""

from __future__ import annotations

import pytest

from assistant.answer.ask import ask
from assistant.answer.glossary import explained
from assistant.answer.question import replies
from assistant.answer.value import Outcome
from assistant.knowledge import load_acronyms


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("what is the MARAC", "MARAC is short for Multi-Agency Risk Assessment Conference. Meeting on high-risk"),
        ("whats an idva then?", "IDVA is short for Independent Domestic Violence Advisor. Specialist"),
        ("What\u2019s a MAPPA", "MAPPA is short for"),
        ("MARAC", "MARAC is short for"),
        ("DoLS meaning", "DoLS is short for Deprivation of Liberty Safeguards."),
        ("define cuckooing", "Cuckooing: Criminals take control"),
        ("what does making safeguarding personal mean", "MSP is short for Making Safeguarding Personal."),
    ],
)
def test_a_term_that_is_all_a_question_is_about_is_explained_with_its_source_and_day(library, question, begins):
    (said,) = explained(question, library)
    assert said.startswith(begins)
    assert said.endswith("checked 21 November 2026.)") and "(Glossary, from " in said


@pytest.mark.parametrize(
    "question",
    [
        "how do I make a MARAC referral",
        "what is a SAR panel",
        "when must a SAR be carried out",
        "what",
        "",
        "what is a " * 40,
    ],
)
def test_a_question_that_asks_more_or_less_is_not(library, question):
    assert explained(question, library) == ()


def test_a_meaning_that_was_not_compared_with_a_page_is_not_told(library):
    for entry in load_acronyms().all:
        said = explained(f"what is {entry.term}", library)
        assert entry.compared or not any(entry.meaning in words for words in said), entry.term


def test_it_stands_before_the_other_notices_and_takes_nothing_from_the_answer(library):
    answer = ask("what is DoLS", library=library)
    assert answer.outcome is Outcome.ANSWERED and answer.citations
    assert answer.notices[0].startswith("DoLS is short for")


def test_a_refusal_with_a_meaning_says_that_the_documents_do_not_answer(library):
    answer = ask("what does LADO stand for", library=library)
    assert answer.outcome is Outcome.NO_EVIDENCE and answer.abstained
    assert answer.message == replies()["only_meaning"] and answer.notices[0].startswith("LADO is short for")


def test_nothing_is_explained_in_an_emergency(library):
    assert not any("Glossary" in said for said in ask("she is not breathing, what is DoLS", library=library).notices)
