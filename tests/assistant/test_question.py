"""A question as typed becomes a question that stands alone."""

from __future__ import annotations

import pytest

from assistant.answer.question import expansions, fields_terms, require_usable, understand
from assistant.library import Words
from ingest.errors import BadRequest

SAR = "Safeguarding Adult Review"
COUNTS = {"safeguarding": 40, "enquiry": 12, "enquiries": 9, "advocate": 8, "neglect": 20, "rare": 1}
FEW_WORDS = Words(lambda: COUNTS, lambda word: word in {"kids", "lady", "enquire", "negated"})


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("When must a SAR happen?", SAR),
        ("who writes the sar report", SAR),
        ("SARs in Telford", SAR),
        ("When must a Safeguarding Adult Review happen?", "SAR"),
        ("when must a SAFEGUARDING adult review happen", "SAR"),
        ("who is bound by the Mental Capacity Act", "MCA"),
        ("who is bound by the MCA", "Mental Capacity Act"),
        ("what does NICE say about care homes", "National Institute for Health and Care Excellence"),
    ],
)
def test_short_forms_bring_their_long_forms_and_the_other_way_round(typed, also):
    asked = understand(typed)
    assert also.lower() in asked.expanded.lower().removeprefix(typed.lower())
    assert any(form.startswith(also) for form in expansions(typed))


@pytest.mark.parametrize("typed", ["a nice carer", "the sars virus", "a sari", "unmashed", "he was in power", "MCAs"])
def test_ordinary_words_and_parts_of_words_are_not_expanded(typed):
    assert expansions(typed) == []
    assert understand(typed).expanded == typed


def test_a_long_form_that_already_stands_there_is_not_said_twice():
    expanded = understand("Is a SAR (Safeguarding Adult Review) public?").expanded
    assert expanded.count(SAR) == 1


def test_a_term_of_the_field_is_the_same_short_or_long():
    assert fields_terms("a SAR") == fields_terms("a safeguarding adults review") == {"SAR"}
    assert fields_terms("an adult at risk, or a vulnerable adult") == set()  # other words stand for them as well


def test_the_words_of_the_question_weigh_twice_and_those_of_its_expansion_once():
    asked = understand("SAR report")
    counts = {term: asked.weighted_terms.count(term) for term in asked.weighted_terms}
    assert asked.terms == ("sar", "report")
    assert counts == {"sar": 2, "report": 2, "safeguard": 1, "adult": 1, "review": 1}


@pytest.mark.parametrize(
    ("typed", "mended"),
    [("safegaurding", "safeguarding"), ("negelct", "neglect"), ("enqiuries", "enquiries"), ("advcate", "advocate")],
)
def test_a_misspelt_word_is_searched_for_as_the_librarys_word(typed, mended):
    asked = understand(f"what is {typed}?", vocabulary=FEW_WORDS)
    assert asked.corrected == {typed: mended}
    assert mended in asked.expanded and typed not in asked.expanded
    assert asked.text == f"what is {typed}?"


@pytest.mark.parametrize(
    "word", ["kids", "lady", "enquire", "negated", "neglected", "rarer", "advocates", "xylophone", "meglect"]
)
def test_real_words_and_words_near_nothing_are_left_alone(word):
    assert understand(f"what about {word}", vocabulary=FEW_WORDS).corrected == {}


def test_the_real_library_leaves_plain_english_alone_and_mends_what_is_misspelt(library):
    plain = (
        "My neighbour's kids were playing outside when an old lady fell on the pavement; her grandson, a plumber, "
        "carried the shopping upstairs, cooked breakfast and telephoned the surgery about tablets she had forgotten."
    )
    assert understand(plain, vocabulary=library.vocabulary).corrected == {}
    asked = understand("who arranges an advocaet after negelct", vocabulary=library.vocabulary)
    assert asked.corrected == {"advocaet": "advocate", "negelct": "neglect"}


def test_without_a_vocabulary_spelling_is_left_alone():
    assert understand("what is safegaurding").corrected == {}


HISTORY = [
    {"role": "user", "content": "Who chairs a MARAC?"},
    {"role": "assistant", "content": "The police often chair it."},
    {"role": "user", "content": "When must a SAR happen?"},
    {"role": "assistant", "content": "When an adult dies of neglect."},
]


@pytest.mark.parametrize("follow_up", ["and who decides?", "What about children?", "Who pays for it?", "why"])
def test_a_follow_up_is_read_together_with_the_users_last_question(follow_up):
    asked = understand(follow_up, HISTORY)
    assert asked.expanded.startswith(f"When must a SAR happen? {follow_up}")
    assert {"sar", "happen"} <= set(asked.weighted_terms)
    assert asked.text == follow_up
    assert "sar" not in asked.terms and "police" not in asked.expanded and "MARAC" not in asked.expanded


@pytest.mark.parametrize(
    "alone",
    [
        "What is self-neglect?",
        "Who leads a section 42 enquiry?",
        "Which officer tells the coroner and family when their relative dies in hospital after neglect?",
    ],
)
def test_a_question_that_stands_alone_does_not_lean_on_history(alone):
    assert understand(alone, HISTORY) == understand(alone)


def test_a_follow_up_with_nothing_before_it_is_searched_for_as_it_is():
    assert understand("and who decides?").expanded == "and who decides?"
    assert understand("and who decides?", [HISTORY[1]]).expanded == "and who decides?"


@pytest.mark.parametrize("typed", ["", "   \n\t", "?!...", "\x00\x07\x1b", "\u202e\u2066\u200f", "\ud800"])
def test_a_question_of_nothing_gets_one_clear_sentence(typed):
    with pytest.raises(BadRequest, match="^The question is empty; type what you want to know") as caught:
        require_usable(typed)
    assert "\n" not in str(caught.value)


def test_ten_thousand_characters_get_one_clear_sentence_with_both_numbers():
    with pytest.raises(BadRequest, match=r"10,000 characters .* 2,000; shorten it") as caught:
        require_usable("a" * 10_000)
    assert "\n" not in str(caught.value)
    require_usable("a" * 2_000)
    with pytest.raises(BadRequest):
        require_usable("a" * 2_001)


def test_hidden_and_control_characters_are_taken_out_and_the_rest_is_asked():
    require_usable("\u202eWhat is a \x1b[31mSAR\u202c?")
    assert understand("\u202eWhat is\x00 a\nSAR\u202c\ud800?").text == "What is a SAR?"


def test_a_question_in_arabic_or_hebrew_is_a_question():
    require_usable("ما هي الحماية؟")
    assert understand("מהי הגנה?").text == "מהי הגנה?"
