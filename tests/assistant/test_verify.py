"""A quote leaves only when it stands, word for word, where its citation says."""

from __future__ import annotations

import pytest
from answer_stand_ins import Scored, read, source

from assistant.answer.ask import ask
from assistant.answer.cite import Cited, cite
from assistant.answer.compose import Quote
from assistant.answer.value import Outcome
from assistant.answer.verify import located, verify
from ingest.sources import Kind

ACT = source("act", Kind.LEGISLATION)
(PASSAGE,) = read("## s.1 Duty\n\nThe council must visit. The board should ask.\n\nStaff could consider a walk.", ACT)


def cited() -> Cited:
    return cite([Quote(PASSAGE, (0, 1), 1.0), Quote(PASSAGE, (2,), 1.0)], Scored([PASSAGE], {}, ACT))


def find(id_: str):
    return PASSAGE if id_ == PASSAGE.id else None


def kept(sentences, citations, finder=find) -> tuple[list[str], int]:
    stand, withheld = verify(sentences, citations, finder)
    return [sentence.text for sentence in stand], withheld


def test_true_quotes_stand():
    made = cited()
    assert kept(made.sentences, made.citations) == (
        ["The council must visit.", "The board should ask.", "Staff could consider a walk."],
        0,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "The council should visit. The board should ask."},
        {"start": 1},
        {"end": 44},
        {"start": -1},
        {"end": 10_000},
        {"quote": "", "start": 0, "end": 0},
        {"passage_id": "gone"},
    ],
    ids=str,
)
def test_every_sentence_of_a_citation_that_is_not_located_is_withheld_and_counted(change):
    made = cited()
    wrong = made.citations[0].model_copy(update=change)
    assert not located(wrong, find(wrong.passage_id))
    assert kept(made.sentences, (wrong, made.citations[1])) == (["Staff could consider a walk."], 2)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "The council may visit."},
        {"text": "the council must visit."},
        {"text": ""},
        {"citations": ()},
        {"citations": (7,)},
        {"citations": (1, 7)},
        {"citations": (2,)},
    ],
    ids=str,
)
def test_a_changed_sentence_or_one_without_a_known_citation_is_withheld(change):
    made = cited()
    wrong = made.sentences[0].model_copy(update=change)
    assert kept([wrong, *made.sentences[1:]], made.citations) == (
        ["The board should ask.", "Staff could consider a walk."],
        1,
    )


def test_a_passage_that_has_gone_takes_its_sentences_with_it():
    made = cited()
    assert kept(made.sentences, made.citations, lambda id_: None) == ([], 3)


QUESTION = "Which staff may visit a home, and what does every visitor take?"
pytestmark = pytest.mark.usefixtures("enough_evidence")


def test_an_answer_whose_passages_have_gone_becomes_a_refusal(own_library, monkeypatch):
    assert ask(QUESTION, library=own_library).outcome is Outcome.ANSWERED
    monkeypatch.setattr(own_library, "passage", lambda id_: None)
    answer = ask(QUESTION, library=own_library)
    assert answer.outcome in {Outcome.NO_EVIDENCE, Outcome.OUT_OF_SCOPE} and answer.abstained
    assert answer.citations == () and answer.nearest


def test_an_answer_says_how_many_lines_could_not_be_located(library, monkeypatch):
    whole = ask("What is self-neglect?", library=library)
    gone = whole.citations[-1].passage_id
    real = library.passage
    monkeypatch.setattr(library, "passage", lambda id_: None if id_ == gone else real(id_))
    lost = [s for s in whole.sentences if any(whole.citations[n - 1].passage_id == gone for n in s.citations)]
    assert 0 < len(lost) < len(whole.sentences)
    answer = ask("What is self-neglect?", library=library)
    assert set(answer.sentences) == set(whole.sentences) - set(lost)
    assert f"{len(lost)} lines were left out" in answer.answer
    assert gone not in {citation.passage_id for citation in answer.citations}
