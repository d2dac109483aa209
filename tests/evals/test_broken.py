"""A part that is broken on purpose makes its own gate fail: the gates are worth something.

Everything is real: the library, the rankings, the answers. Only the one part is replaced, where the Ask flow takes it.
"""

import random

import pytest

from assistant.answer import ask as flow
from assistant.answer.compose import Quote
from assistant.answer.screen import Screen
from assistant.retrieve import Hit
from evals.commands import open_assistant
from evals.gates import gates_of
from evals.generate import generate
from evals.part import NAME, part
from evals.score import score


@pytest.fixture(scope="module")
def cases():
    return part()


def failed(assistant, cases, folder, **replaced) -> set[str]:
    """The gates of the part that do not hold when its questions are put to this assistant."""
    parts = {"ask": assistant.ask, "search": assistant.search, "find": assistant.find} | replaced
    generate(NAME, cases, folder, settings={}, **parts)
    figures = score(folder).figures
    return {gate.measure for gate in gates_of(NAME) if not gate.holds(figures)}


def test_the_part_holds_every_kind_of_case(cases):
    assert {case.kind for case in cases} == {"answerable", "unanswerable", "emergency", "lookalike"}
    assert 60 <= len(cases) <= 100
    assert len({case.id for case in cases}) == len(cases)


def test_nothing_broken_passes_every_gate(real_index, cases, tmp_path):
    assert failed(open_assistant(real_index), cases, tmp_path) == set()


def test_a_random_ranking_fails_recall(real_index, library, cases, tmp_path, monkeypatch):
    drawn = random.Random(7)

    def at_random(library, query, top_k=8, *rest, **more):
        found = drawn.sample(library.passages, top_k)
        return [Hit(passage, 1 / rank, rank, 0.5, 0.5, 0.5) for rank, passage in enumerate(found, 1)]

    monkeypatch.setattr(flow, "search", at_random)
    monkeypatch.setattr("assistant.retrieve.search", at_random)
    assert "recall@5" in failed(open_assistant(real_index), cases, tmp_path)


def test_answering_with_the_first_sentence_found_fails_fact_recall(real_index, cases, tmp_path, monkeypatch):
    monkeypatch.setattr(flow, "compose", lambda asked, hits, library: [Quote(hits[0].passage, (0,), 1.0)])
    assert "vital fact recall" in failed(open_assistant(real_index), cases, tmp_path)


def test_answering_whatever_the_evidence_fails_refusal_recall(real_index, cases, tmp_path, monkeypatch):
    monkeypatch.setattr(flow, "probability", lambda values: 1.0)
    assert "refusal recall" in failed(open_assistant(real_index), cases, tmp_path)


def test_citations_of_another_answer_fail_located_quotes_and_citation_match(real_index, cases, tmp_path):
    assistant = open_assistant(real_index)
    before = [assistant.ask("What is self-neglect?", [])]

    def shuffled(question, history):
        answer = assistant.ask(question, history)
        if answer.sentences:
            before.append(answer)
            others = before[-2].citations
            numbers = {one.n: others[place % len(others)] for place, one in enumerate(answer.citations)}
            moved = tuple(other.model_copy(update={"n": n}) for n, other in numbers.items())
            return answer.model_copy(update={"citations": moved})
        return answer

    lost = failed(assistant, cases, tmp_path, ask=shuffled)
    assert {"located quotes", "citation match"} <= lost


def test_no_emergency_screen_fails_emergency_recall(real_index, cases, tmp_path, monkeypatch):
    monkeypatch.setattr(flow, "screen", lambda question: Screen())
    assert "emergency recall" in failed(open_assistant(real_index), cases, tmp_path)
