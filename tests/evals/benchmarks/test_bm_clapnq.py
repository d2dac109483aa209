"""CLAPnq's adapter on invented passages in its format."""

from __future__ import annotations

import json

import pytest

from assistant.answer.compose import Quote
from assistant.settings import Settings
from evals.benchmarks import given
from evals.benchmarks.clapnq import (
    ANSWERABLE,
    DOUBTS,
    UNANSWERABLE,
    Case,
    cases,
    chosen_sentences,
    measure,
    refusal_rows,
    score,
    told_apart,
)
from evals.benchmarks.value import BenchmarkMissing
from ingest.passages import Passage, Unit, UnitKind
from ingest.sources import Kind

FERRY = ["The ferry leaves at noon .", "It was built in 1902 .", "The ferry carries forty people .", "Gulls follow ."]
MILL = ["The mill grinds oats .", "A miller lives above the mill ."]


def line(id_: str, question: str, title: str, sentences: list[str], *gold: list[int]) -> str:
    outputs = [{"answer": "x", "selected_sentences": [sentences[n] for n in one]} for one in gold]
    return json.dumps(
        {
            "id": id_,
            "input": question,
            "passages": [{"title": title, "text": " ".join(sentences), "sentences": sentences}],
            "output": outputs or [{"answer": "", "selected_sentences": []}],
        }
    )


@pytest.fixture
def folder(tmp_path, monkeypatch, data_folder):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(given, "settings", lambda: Settings(data_dir=machine))
    made = tmp_path / "clapnq"
    made.mkdir()
    yes = [
        line("1", "when does the ferry leave and how many does it carry", "Ferry", FERRY, [0, 2], [1], []),
        line("2", "what does the mill grind", "Mill", MILL, [0]),
    ]
    no = [line("3", "who painted the town hall ceiling", "Mill", MILL)]
    (made / ANSWERABLE).write_text("\n".join(yes) + "\n", encoding="utf-8")
    (made / UNANSWERABLE).write_text("\n".join(no) + "\n", encoding="utf-8")
    return made


def test_a_choice_is_scored_against_the_annotator_it_agrees_with_best():
    gold = (frozenset({0, 2}), frozenset({1}))
    # three chosen, two of them the first annotator's: 2/3 and 2/2; of the second's 1/3 and 1/1
    made = score([0, 1, 2], gold)
    assert (made.precision, made.recall, made.f1) == (pytest.approx(2 / 3), 1.0, pytest.approx(0.8))
    assert score([], gold).f1 == 0.0
    assert score([3], gold).f1 == 0.0


def test_a_sentence_is_chosen_when_half_of_its_letters_are_quoted():
    text = "One two three. Four five six."
    units = (
        Unit(start=0, end=7, kind=UnitKind.SENTENCE, group=0, paragraph=1),
        Unit(start=8, end=29, kind=UnitKind.SENTENCE, group=0, paragraph=1),
    )
    passage = Passage(
        id="a:t", source_id="a", title="T", publisher="P", pinpoint="t", page=None, url=None, path=None, heading=("T",),
        text=text, kind=Kind.OWN_DOCUMENT, audience="joint", units=units,
    )  # fmt: skip
    case = Case("1", "q", "T", ("One two three.", "Four five six."), (frozenset({0}),))
    # "Onetwo" is 6 of the 12 letters of "Onetwothree."; the other unit has the other 6 and the whole second sentence
    assert chosen_sentences([Quote(passage, (0,), 1.0)], [passage], case) == [0]
    assert chosen_sentences([Quote(passage, (1,), 1.0)], [passage], case) == [0, 1]
    assert chosen_sentences([], [passage], case) == []


def test_refusals_are_counted_over_both_files():
    precision, recall, f1 = refusal_rows([True, False, False], [True, True, False])
    assert (precision.value, precision.cases) == (pytest.approx(2 / 3), 3)
    assert (recall.value, recall.cases) == (pytest.approx(2 / 3), 3)
    assert (f1.value, f1.cases) == (pytest.approx(2 / 3), 6)
    assert [one.value for one in refusal_rows([False], [False], "never refuse")] == [0.0, 0.0, 0.0]


def test_evidence_tells_apart_by_pairs():
    # of the four pairs 0.9 > 0.1, 0.9 > 0.5, 0.5 > 0.1 are right and 0.5 = 0.5 is half
    assert told_apart([0.9, 0.5], [0.1, 0.5]).value == pytest.approx(3.5 / 4)


def test_the_files_are_read_and_empty_annotations_left_out(folder):
    first, second = cases(folder / ANSWERABLE)
    assert first.gold == (frozenset({0, 2}), frozenset({1}))
    assert second.text == "The mill grinds oats . A miller lives above the mill ."
    assert [case.answerable for case in cases(folder / UNANSWERABLE)] == [False]


def test_the_benchmark_is_measured(folder):
    made = measure(folder)
    of = {(row.system, row.measure): row for row in made.rows}
    # first sentence: 1/1 and 1/2 of the ferry, 1/1 and 1/1 of the mill
    assert of["first sentence", "sentence precision"].value == 1.0
    assert of["first sentence", "sentence recall"].value == 0.75
    # all sentences: 2/4 and 2/2 of the ferry, 1/2 and 1/1 of the mill
    assert of["all sentences", "sentence precision"].value == 0.5
    assert of["all sentences", "sentence F1"].value == pytest.approx(2 / 3)
    # BM25 shares "mill grind" with the first sentence of the mill, and "ferry leave" or "ferry carry" with gold ones
    assert of["BM25 sentence", "sentence precision"].value == 1.0
    assert of["always refuse", "refusal precision"].value == pytest.approx(1 / 3)
    assert of["safeguard", "sentence F1"].value > 0
    assert of["safeguard", "sentence F1"].cases == 2
    assert of[DOUBTS, "refusal recall"].value >= of["safeguard", "refusal recall"].value
    assert of["safeguard", "refusal F1"].cases == 3
    assert "2 answerable and 1 unanswerable" in made.size
    assert not any(row.published for row in made.rows)
    assert {row.system for row in made.rows if row.baseline} == {
        "first sentence", "BM25 sentence", "all sentences", "never refuse", "always refuse",
    }  # fmt: skip


def test_a_missing_or_damaged_file_is_said(folder):
    with pytest.raises(BenchmarkMissing, match="name the folder that holds it"):
        measure(folder / "elsewhere")
    (folder / UNANSWERABLE).write_text('{"id": "3"}\n', encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="fetch the copy again"):
        measure(folder)
