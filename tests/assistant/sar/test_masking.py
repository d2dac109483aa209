"""What leaves a session: names and numbers hidden everywhere, except those that are kept."""

from __future__ import annotations

from datetime import date

from assistant.sar import interview
from assistant.sar.interview import Case
from assistant.sar.masking import masked
from assistant.sar.result import result
from assistant.sar.rules import State
from assistant.sar.suggest import Suggestion
from assistant.sar.told import told

STORY = "Mrs Edna Fairweather lived in Dawley. On 3 March Mrs Edna Fairweather died."
DAY = date(2026, 11, 26)


def case() -> Case:
    start = STORY.index("Mrs Edna Fairweather died")
    words = Suggestion(
        fact="died",
        value=State.YES,
        quote=STORY[start : len(STORY) - 1],
        start=start,
        end=len(STORY) - 1,
        confidence=0.9,
    )
    made = interview.confirm(Case(started_on=DAY, narrative=STORY, suggested=(words,)), "died", State.YES)
    made = interview.answer(made, "in_area", State.YES, note="Edna's NHS number is 943 476 5919")
    return made.model_copy(update={"details": {"agencies": "Call 07700 900123"}})


def test_details_are_hidden_in_every_text_and_the_words_of_an_answer_are_found_again():
    hidden = masked(case())
    everything = hidden.model_dump_json()
    for word in ("Edna", "Fairweather", "943 476 5919", "07700"):
        assert word not in everything
    died = hidden.answer_to("died")
    assert died and died.quote.endswith("died")
    assert hidden.narrative[died.start : died.end] == died.quote
    assert hidden.facts == case().facts


def test_what_is_kept_stays_and_a_case_without_details_is_the_same_case():
    assert "943 476 5919" in masked(case(), kept={"943 476 5919"}).model_dump_json()
    plain = Case(started_on=DAY, narrative="The adult lived alone and died.")
    assert masked(plain) is plain


def test_a_record_of_a_case_that_was_masked_before_says_what_was_hidden():
    from assistant.sar.record import build_record

    hidden = masked(case())
    assert "name: 1" in told(hidden, mask_details=False).sentence
    record = build_record(hidden, result(hidden.facts, DAY), DAY, mask_details=False)
    assert "left as they were written" not in record.model_dump_json()
    assert told(Case(started_on=DAY), mask_details=False).sentence.startswith("No personal details were hidden")
