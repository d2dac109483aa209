"""What holds of every answer, over questions taken from all parts of the library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from assistant.answer.ask import ask
from assistant.answer.value import Answer
from ingest.asked import FOLDER
from ingest.passages import Passage

SAMPLE = 60
MOST_WORDS = 230
LEANING = ("It ", "They ", "This ", "These ", "Those ", "That ", "Such ", "Its ", "Their ", "However", "But ", "So ")


@pytest.fixture(scope="module")
def answers(library) -> list[Answer]:
    """The answers to SAMPLE questions, evenly spaced over all that are written, in the files' order."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.yaml"))]
    questions = [question for file in files for section in file["sections"] for question in section["questions"]]
    step = len(questions) / SAMPLE
    made = [ask(questions[int(n * step)], library=library) for n in range(SAMPLE)]
    answered = [answer for answer in made if answer.sentences]
    assert len(answered) > SAMPLE / 2  # enough to say something of
    return answered


def span(passage: Passage, text: str) -> int:
    """The number of the unit of a passage that is this text."""
    return next(n for n, unit in enumerate(passage.units) if passage.quote(unit) == text)


def test_every_quote_is_a_verbatim_part_of_its_passage_at_its_place(answers, library):
    for answer in answers:
        for citation in answer.citations:
            passage = library.passage(citation.passage_id)
            assert citation.quote and passage.text[citation.start : citation.end] == citation.quote
            assert (citation.source_id, citation.pinpoint) == (passage.source_id, passage.pinpoint)


def test_every_sentence_stands_in_the_quote_it_cites_first_and_every_citation_is_used(answers):
    for answer in answers:
        quotes = {citation.n: citation.quote for citation in answer.citations}
        assert all(sentence.text in quotes[sentence.citations[0]] for sentence in answer.sentences)
        assert {n for sentence in answer.sentences for n in sentence.citations} == set(quotes)


def test_every_sentence_stands_in_the_document_as_it_is_written(answers, library):
    """From the file itself, so that no step between it and the answer can have changed a "must" or a "should"."""
    written: dict[str, str] = {}
    for answer in answers:
        by_number = {citation.n: citation for citation in answer.citations}
        for sentence in answer.sentences:
            id_ = by_number[sentence.citations[0]].source_id
            if id_ not in written:
                written[id_] = bare(Path(library.index.documents[id_].file).read_text(encoding="utf-8"))
            for part in sentence.text.split(" | "):  # a table's row is set with its column headings
                cells = re.split(r"(?<=[:?]) ", part)  # a heading that asks has no colon behind it
                assert all(bare(cell.removesuffix(":")) in written[id_] for cell in cells), sentence.text


def bare(text: str) -> str:
    """Text without Markdown's marks and white space."""
    return re.sub(r"[*_`\\|<>\s\u00a0]+", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text))


def test_no_sentence_that_speaks_of_the_one_before_stands_without_it(answers, library):
    checked = 0
    for answer in answers:
        by_number = {citation.n: citation for citation in answer.citations}
        for n, sentence in enumerate(answer.sentences):
            passage = library.passage(by_number[sentence.citations[0]].passage_id)
            at = span(passage, sentence.text)
            if not sentence.text.startswith(LEANING) or at == 0:
                continue
            if passage.units[at - 1].paragraph != passage.units[at].paragraph:
                continue
            checked += 1
            assert n > 0 and answer.sentences[n - 1].text == passage.quote(passage.units[at - 1]), sentence.text
    assert checked > 0


def test_authority_goes_down_among_the_sources_that_answer_best_and_again_among_the_rest(answers):
    for answer in answers:
        authority = {citation.n: citation.authority for citation in answer.citations}
        ranks = [authority[sentence.citations[0]] for sentence in answer.sentences]
        rises = sum(after < before for before, after in zip(ranks, ranks[1:], strict=False))
        assert rises <= 1 + bool(answer.differences), answer.question


def test_lists_are_quoted_whole_or_what_is_left_out_is_said(answers, library):
    for answer in answers:
        quoted: dict[str, set[int]] = {}
        for citation in answer.citations:
            passage = library.passage(citation.passage_id)
            held = {
                n for n, unit in enumerate(passage.units) if citation.start <= unit.start and unit.end <= citation.end
            }
            quoted.setdefault(citation.passage_id, set()).update(held)
        for id_, held in quoted.items():
            passage = library.passage(id_)
            groups = {passage.units[n].group for n in held} - {0}
            whole = {n for n, unit in enumerate(passage.units) if unit.group in groups}
            items = [n for n in whole - held if passage.units[n].kind == "item"]
            lead_ins = [n for n in whole - held if passage.units[n].kind == "lead_in"]
            assert not lead_ins, answer.question
            if items:
                said = f"{len(items)} more of the list in {passage.title}, {passage.pinpoint} are not shown."
                assert any(notice.startswith(said) for notice in answer.notices), answer.question


def test_no_answer_is_long_the_statute_beside_a_local_wording_apart(answers):
    for answer in answers:
        kinds = {citation.n: citation.kind for citation in answer.citations}
        beside = {n for n, kind in kinds.items() if answer.differences and kind == "legislation"}
        own = [sentence for sentence in answer.sentences if sentence.citations[0] not in beside]
        assert sum(len(sentence.text.split()) for sentence in own) <= MOST_WORDS, answer.question


def test_an_answer_says_that_it_may_not_be_one_exactly_where_the_evidence_is_thin(answers):
    for answer in answers:
        assert bool(answer.message) is bool(answer.contacts) is answer.unsure, answer.question
        assert answer.answer.startswith(answer.message)
    assert (
        sum(answer.unsure for answer in answers) < len(answers) / 10
    )  # these questions are written for what is quoted


def test_nothing_is_said_twice(answers):
    for answer in answers:
        texts = [sentence.text for sentence in answer.sentences if sentence.role == "sentence"]
        assert len(texts) == len(set(texts)), answer.question
