"""The measures of quotes, on a passage of four statements whose values can be counted off the page."""

import pytest

from evals import quotes
from evals.record import CaseRun, PassageRow

TEXT = (
    "A home must keep a record. It should be kept for six years, unless the adult asks otherwise.\n"
    "Tell the council if:\n- (a) the adult is at risk; and\n- (b) the adult does not object.\n"
    "Records are dull."
)
PASSAGES = {"p": PassageRow(id="p", source_id="home", pinpoint="para 4", text=TEXT, section="Records\n" + TEXT)}


def run_of(*lines, start=None, quote=None, pinpoint="para 4", passage="p"):
    """An answer of these lines, cited together from the first one's place to the last one's end."""
    begin = TEXT.index(lines[0]) if start is None else start
    words = TEXT[begin : TEXT.index(lines[-1]) + len(lines[-1])] if quote is None else quote
    return CaseRun.model_validate(
        {
            "id": "x",
            "answer": {
                "outcome": "answered",
                "abstained": False,
                "emergency": False,
                "sentences": [{"text": line, "citations": [1]} for line in lines],
                "citations": [
                    {
                        "n": 1,
                        "source_id": "home",
                        "passage_id": passage,
                        "pinpoint": pinpoint,
                        "quote": words,
                        "start": begin,
                        "end": begin + len(words),
                    }
                ],
            },
        }
    )


REFUSED = CaseRun.model_validate(
    {"id": "x", "answer": {"outcome": "no_evidence", "abstained": True, "emergency": False}}
)
MEASURES = [quotes.located_quotes, quotes.right_place, quotes.completeness, quotes.duty_words]


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_answered_is_not_judged(measure):
    assert measure(REFUSED, PASSAGES) is None
    assert measure(None, PASSAGES) is None


def test_a_quote_at_its_place_is_located_and_one_letter_beside_it_is_not():
    assert quotes.located_quotes(run_of("A home must keep a record."), PASSAGES) == 1.0
    assert quotes.located_quotes(run_of("A home must keep a record.", start=1), PASSAGES) == 0.0
    assert quotes.located_quotes(run_of("A home must keep a record."), {}) == 0.0


def test_a_sentence_that_is_not_in_its_quote_is_not_located():
    altered = run_of("A home must keep a record.", "Records are dull.")
    sentences = [*altered.answer.sentences[:1], altered.answer.sentences[1].model_copy(update={"text": "All is dull."})]
    run = altered.model_copy(update={"answer": altered.answer.model_copy(update={"sentences": tuple(sentences)})})
    assert quotes.located_quotes(run, PASSAGES) == 0.5  # one of two


def test_the_place_is_right_where_the_publication_has_the_words_under_that_pinpoint():
    assert quotes.right_place(run_of("Records are dull."), PASSAGES) == 1.0
    elsewhere = {"p": PASSAGES["p"].model_copy(update={"section": "Another section."})}
    assert quotes.right_place(run_of("Records are dull."), elsewhere) == 0.0
    no_digest = {"p": PASSAGES["p"].model_copy(update={"section": None})}
    assert quotes.right_place(run_of("Records are dull."), no_digest) is None
    assert quotes.right_place(run_of("Records are dull."), {}) == 0.0  # a passage that is not there


def test_a_row_of_a_table_is_found_cell_by_cell():
    row = "Year | Figure: 652\n2019 | Figure: 7"
    table = "| Year | Figure |\n|---|---|\n| 2019 | 7 |\n| Year | 652 |"
    assert quotes._stands_in(row, table)
    assert not quotes._stands_in("2019 | Figure: 8", table)
    assert not quotes._stands_in("Year: 2019", "no such thing 2019")


def test_what_a_clause_asks_and_excepts_is_counted():
    # the first paragraph has two statements, both with a word of duty; one is quoted
    assert quotes.completeness(run_of("A home must keep a record."), PASSAGES) == 0.5
    # lead-in ("if") and item a (no such word), item b ("does not" is no word of the list): one needed, one given
    assert quotes.completeness(run_of("Tell the council if:"), PASSAGES) == 1.0
    assert quotes.completeness(run_of("the adult does not object."), PASSAGES) == 0.0  # without what it depends on
    assert quotes.completeness(run_of("Records are dull."), PASSAGES) is None  # nothing needed


def test_another_word_of_duty_is_a_change_however_small():
    kept = run_of("It should be kept for six years, unless the adult asks otherwise.")
    assert quotes.duty_words(kept, PASSAGES) == 1.0
    changed = kept.answer.sentences[0].model_copy(
        update={"text": "It must be kept for six years, unless the adult asks otherwise."}
    )
    run = kept.model_copy(update={"answer": kept.answer.model_copy(update={"sentences": (changed,)})})
    assert quotes.duty_words(run, PASSAGES) == 0.0
    assert quotes.duty_words(kept, {}) == 0.0
