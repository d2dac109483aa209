"""Which lines make an answer: worked out by hand from given scores, with the real reader and splitter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answer_stand_ins import QUESTION, Scored, hits, read, source

from assistant.answer.cite import cite
from assistant.answer.compose import Quote, blocks, compose
from assistant.answer.question import Question, understand
from assistant.answer.verify import verify
from assistant.settings import Composition, answering
from ingest.sources import Kind

RULES = {
    "cosine_weight": 1.0,
    "bm25_weight": 0.0,
    "section_weight": 0.0,
    "words": 40,
    "list_words": 20,
    "list_most": 40,
    "least_share": 0.5,
}
CONFIG = answering().composition.model_copy(update=RULES)


def lines(quote: Quote) -> list[str]:
    return [quote.passage.quote(quote.passage.units[n]) for n in quote.units]


def composed(
    text: str, cosines: dict[str, float], config: Composition = CONFIG, question: Question = QUESTION
) -> list[Quote]:
    found = read(text)
    return compose(question, hits(*found), Scored(found, cosines), config)


PAIRS = "## 1.1 Visits\n\nOnly trained staff visit a home. They go in pairs. This protects both. The office keeps keys."


def test_a_sentence_that_speaks_of_the_one_before_is_never_quoted_without_it():
    (quote,) = composed(PAIRS, {"This": 0.9})
    assert lines(quote) == ["Only trained staff visit a home.", "They go in pairs.", "This protects both."]


def test_a_sentence_that_stands_alone_is_quoted_alone():
    (quote,) = composed(PAIRS, {"The office": 0.9})
    assert lines(quote) == ["The office keeps keys."]


SAME = "Ring the duty desk."


def test_a_sentence_that_two_sections_hold_is_said_once_and_cited_from_both():
    text = f"## 1 Day\n\n{SAME}\n\n## 2 Desk\n\n{SAME} It is staffed from nine.\n\n## 3 Keys\n\nKeys hang here."
    (quote,) = composed(text, {SAME: 0.9, "It is staffed": 0.8})
    assert lines(quote) == [SAME, "It is staffed from nine."]  # where another sentence speaks of it
    ((unit, passage, of_it),) = quote.same_in
    assert (unit, passage.pinpoint, passage.quote(passage.units[of_it])) == (0, "1", SAME)


def test_a_sentence_that_is_spoken_of_in_both_places_is_said_twice():
    text = f"## 1 Day\n\n{SAME} It opens at nine.\n\n## 2 Desk\n\n{SAME} It is staffed by two.\n\n## 3\n\nKeys hang."
    made = composed(text, {SAME: 0.7, "It opens": 0.9, "It is staffed": 0.8})
    assert [lines(quote) for quote in made] == [[SAME, "It opens at nine."], [SAME, "It is staffed by two."]]


def test_a_sentence_after_a_list_that_speaks_of_it_is_not_quoted_without_it():
    text = (
        "## 1.1 Test\n\nIt applies where:\n\n- she has needs\n- she is at risk\n\nAll three must be met.\n\nAsk first."
    )
    (quote,) = composed(text, {"All three": 0.9})
    assert lines(quote)[-4:] == ["It applies where:", "she has needs", "she is at risk", "All three must be met."]
    (alone,) = composed(text, {"Ask first": 0.9})
    assert lines(alone) == ["Ask first."]


def test_a_paragraph_that_opens_with_a_pronoun_does_not_drag_in_the_paragraph_before():
    (quote,) = composed("## 1.1 Visits\n\nKeys are kept here.\n\nThey are counted weekly.", {"They": 0.9})
    assert lines(quote) == ["They are counted weekly."]


LIST = """## 1.2 Kit

It rains often. Every visitor takes:

- a torch with two spare batteries;
- shoe covers; and
- the rating sheet.

Bags are searched.
"""


def test_a_short_list_is_quoted_whole_when_one_of_its_items_answers():
    (quote,) = composed(LIST, {"shoe covers": 0.9})
    assert lines(quote) == [
        "Every visitor takes:",
        "a torch with two spare batteries;",
        "shoe covers; and",
        "the rating sheet.",
    ]
    assert quote.left_out == 0


OF_VISITORS = replace(QUESTION, weighted_terms=("visitor",))
SHORT_LISTS = CONFIG.model_copy(update={"list_words": 5})


def test_of_a_long_list_only_the_item_that_answers_is_quoted_with_its_lead_in_and_the_rest_is_counted():
    (quote,) = composed(LIST, {"shoe covers": 0.9}, SHORT_LISTS)
    assert lines(quote) == ["Every visitor takes:", "shoe covers; and"]
    assert quote.left_out == 2


@pytest.mark.parametrize(
    "scores", [{"Every visitor": 0.9}, {"a torch": 0.8, "shoe covers": 0.9}], ids=["the lead-in", "most items"]
)
def test_a_long_list_that_is_itself_the_answer_is_quoted_whole(scores):
    (quote,) = composed(LIST, scores, SHORT_LISTS, OF_VISITORS)
    assert len(quote.units) == 4 and quote.left_out == 0


def test_a_lead_in_without_a_word_of_the_question_does_not_make_its_list_the_answer():
    text = LIST.replace("Every visitor takes:", "Points to note:")
    made = composed(text, {"Points to": 0.9, "Bags": 0.8}, SHORT_LISTS, OF_VISITORS)
    assert [lines(quote) for quote in made] == [["Bags are searched."]]


def test_a_lead_in_that_speaks_of_the_sentence_before_brings_it():
    text = LIST.replace("Every visitor takes", "So every visitor takes")
    (quote,) = composed(text, {"shoe covers": 0.9})
    assert lines(quote)[:2] == ["It rains often.", "So every visitor takes:"]


def test_a_table_is_quoted_whole_with_its_column_headings_in_each_row():
    text = "## 1.3 Ratings\n\n| Rating | Action |\n|---|---|\n| 4 | Tell the fire service |\n| 7 | Hold a meeting |\n"
    (quote,) = composed(text, {"Rating: 4": 0.9, "Rating | Action: 4": 0.9, "4": 0.9})
    assert len(quote.units) == 2
    assert all("Action" in line for line in lines(quote))


FOUR = "## 1.4 Rules\n\nAlpha one two three.\n\nBravo one two three.\n\nCharlie one two three.\n\nDelta one two three."


def test_the_best_lines_are_taken_until_the_words_are_used_up():
    config = CONFIG.model_copy(update={"words": 9})  # two sentences of four words; a third would make twelve
    (quote,) = composed(FOUR, {"Alpha": 0.7, "Bravo": 0.6, "Charlie": 0.9, "Delta": 0.8}, config)
    assert lines(quote) == ["Charlie one two three.", "Delta one two three."]


def test_lines_that_score_below_the_least_share_of_the_best_are_left_out():
    # stretched over the units: Alpha 1, Bravo (0.5 - 0) / 0.9 = 0.56, Charlie 0.44, Delta 0
    (quote,) = composed(FOUR, {"Alpha": 0.9, "Bravo": 0.5, "Charlie": 0.4})
    assert lines(quote) == ["Alpha one two three.", "Bravo one two three."]


ACT = source("act", Kind.LEGISLATION)
POLICY = source("policy", Kind.LOCAL_POLICY)
ANALYSIS = source("analysis", Kind.SAR_ANALYSIS)
SOURCES = (ACT, POLICY, ANALYSIS)


@pytest.mark.parametrize(
    ("scores", "order"),
    [
        ((0.90, 0.88, 0.86), ["act", "policy", "analysis"]),  # all answer as well as the best
        ((0.90, 0.85, 0.50), ["policy", "analysis", "act"]),  # the Act's line is beside the point
        ((0.90, 0.40, 0.50), ["analysis", "act", "policy"]),  # the rest by authority, whatever they score
    ],
)
def test_of_the_sources_that_answer_best_the_most_authoritative_comes_first(scores, order):
    found = [
        *read("## 3 Findings\n\nVisits were often late.", ANALYSIS),
        *read("## 2 Visits\n\nStaff should visit weekly.", POLICY),
        *read("## s.1 Visiting\n\nThe council must visit.", ACT),
        *read("## 4 Keys\n\nKeys are kept here.", ANALYSIS),
    ]
    named = dict(zip(("Visits were", "Staff should", "The council"), scores, strict=True))
    config = CONFIG.model_copy(update={"least_share": 0.1})
    quotes = compose(QUESTION, hits(*found), Scored(found, {**named, "Keys are": 0.0}, *SOURCES), config)
    assert [quote.passage.source_id for quote in quotes] == order


def merged() -> tuple[list[Quote], Scored]:
    """A policy that says in nearly the same words what the Act says, and one thing more."""
    found = [
        *read(
            "## 2 Visits\n\nThe council must visit the adult at home each week.\n\n"
            "Keys are kept here.\n\nStaff go in pairs.",
            POLICY,
        ),
        *read("## s.1 Visiting\n\nThe council must visit an adult at home each week.", ACT),
    ]
    scores = {"The council must": 0.9, "Staff go": 0.8}
    library = Scored(found, scores, *SOURCES)
    return compose(QUESTION, hits(*found), library, CONFIG), library


def test_what_two_sources_say_alike_is_quoted_once_in_the_more_authoritative_words_and_both_are_cited():
    quotes, library = merged()
    cited = cite(quotes, library)
    assert [sentence.text for sentence in cited.sentences] == [
        "The council must visit an adult at home each week.",
        "Staff go in pairs.",
    ]
    first, second = cited.sentences
    by_number = {citation.n: citation for citation in cited.citations}
    assert [by_number[n].source_id for n in first.citations] == ["act", "policy"]
    assert by_number[first.citations[1]].quote == "The council must visit the adult at home each week."
    assert [by_number[n].source_id for n in second.citations] == ["policy"]
    assert verify(*cited_parts(cited), {passage.id: passage for passage in library.passages}.get)[1] == 0


def cited_parts(cited):
    return cited.sentences, cited.citations


def test_a_passage_that_says_the_same_is_cited_beside_that_line_and_no_other():
    found = [
        *read(
            "## s.1 Duty\n\nThe council must visit the adult weekly.\n\nIt rains.\n\nThe board keeps a register.", ACT
        ),
        *read("## 2 Visits\n\nThe council must visit the adult weekly.", POLICY),
    ]
    scores = {"The council must": 0.9, "The board keeps": 0.8}
    library = Scored(found, scores, *SOURCES)
    cited = cite(compose(QUESTION, hits(*found), library, CONFIG), library)
    sources = {citation.n: citation.source_id for citation in cited.citations}
    assert [[sources[n] for n in sentence.citations] for sentence in cited.sentences] == [["act", "policy"], ["act"]]


def test_stretches_with_a_gap_between_them_are_cited_apart_each_at_its_own_place():
    (quote,) = composed(FOUR, {"Alpha": 0.9, "Bravo": 0.8, "Delta": 0.7})
    spans = [(start, end) for start, end, _ in blocks(quote)]
    assert [quote.passage.text[start:end] for start, end in spans] == [
        "Alpha one two three.\n\nBravo one two three.",
        "Delta one two three.",
    ]
    cited = cite([quote], Scored([quote.passage]))
    assert [sentence.citations for sentence in cited.sentences] == [(1,), (1,), (2,)]
    assert [(citation.start, citation.end) for citation in cited.citations] == spans


def test_without_hits_there_is_nothing_to_quote():
    assert compose(understand("anything"), [], Scored([]), CONFIG) == []
