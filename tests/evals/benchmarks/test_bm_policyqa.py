"""PolicyQA's adapter on an invented policy in its format."""

from __future__ import annotations

import json

import pytest

from assistant.settings import Settings
from evals.benchmarks import given
from evals.benchmarks.policyqa import FILE, Case, found, measure, policies, token_f1
from evals.benchmarks.value import BenchmarkMissing

CONTEXT = "We grow pears. Your address is kept for a year. We never sell it to anybody."


def paragraph(context: str, *asked: tuple[str, str, list[str]]) -> dict:
    questions = [
        {"id": id_, "question": question, "answers": [{"text": a, "answer_start": context.index(a)} for a in answers]}
        for id_, question, answers in asked
    ]
    return {"context": context, "qas": questions}


@pytest.fixture
def folder(tmp_path, monkeypatch, data_folder):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(given, "settings", lambda: Settings(data_dir=machine))
    data = [
        {
            "title": "pears.example",
            "paragraphs": [
                paragraph(
                    CONTEXT,
                    ("a", "How long is my address kept?", ["for a year", "address is kept"]),
                    ("b", "What do you grow?", ["We grow pears."]),
                ),
                paragraph("Write to us * at any time.", ("c", "When may I write?", ["at any time"])),
            ],
        }
    ]
    (tmp_path / FILE).write_text(json.dumps({"version": "1", "data": data}), encoding="utf-8")
    return tmp_path


def test_words_are_counted_as_squad_counts_them():
    # kept: "year" of "for a year" (for, year) and of "the year." (year): 1/1 and 1/2
    assert token_f1("the year.", "for a year") == pytest.approx(2 / 3)
    assert token_f1("pears", "plums") == 0.0
    assert token_f1("", "a") == 1.0  # nothing but an article is nothing


def test_a_span_is_held_whole_in_part_or_not_at_all():
    case = Case("a", "q", 0, (("for a year", CONTEXT.index("for a year")), ("sell it", CONTEXT.index("sell it"))))
    # without white space "Wegrowpears." is 12 letters, "Youraddressiskeptforayear." 26
    whole = found(set(range(12, 38)), "Your address is kept for a year.", case, CONTEXT)
    assert (whole.whole, whole.part) == (1.0, 1.0)
    # said: your address is kept for year (6 words); gold: for year (2); 2 in common
    assert whole.f1 == pytest.approx(2 * (2 / 6) * 1 / (2 / 6 + 1))
    cut = found(set(range(12, 34)), "Your address is kept for", case, CONTEXT)
    assert (cut.whole, cut.part) == (0.0, 1.0)
    assert found(set(range(12)), "We grow pears.", case, CONTEXT).part == 0.0


def test_the_file_is_read(folder):
    made = policies(folder / FILE)
    assert [case.paragraph for case in made.cases] == [0, 0, 1]
    assert made.paragraphs[1] == ("pears.example", "Write to us * at any time.")
    assert made.cases[0].answers[0] == ("for a year", CONTEXT.index("for a year"))


def test_the_benchmark_is_measured(folder):
    made = measure(folder)
    of = {(row.system, row.measure): row for row in made.rows}
    # the first sentence holds the spans of b and c
    assert of["first sentence", "span held"].value == pytest.approx(2 / 3)
    assert of["BM25 sentence", "span held"].value == 1.0
    assert of["all sentences", "span held"].value == 1.0
    assert of["safeguard", "quotes located"].value == 1.0
    assert 0 < of["safeguard", "share quoted"].value <= 1
    assert of["safeguard", "token F1"].published[0].value == 0.592
    assert not of["BM25 sentence", "token F1"].published
    assert "3 questions on 2 paragraphs of 1 sites" in made.size
    assert measure(folder, limit=1).rows[0].cases == 1


def test_a_missing_or_damaged_file_is_said(folder):
    with pytest.raises(BenchmarkMissing, match="name the folder that holds it"):
        measure(folder / "elsewhere")
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    data["data"][0]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] = 3
    (folder / FILE).write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="an answer of a is not where it is said to be"):
        measure(folder)
    (folder / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="fetch the copy again"):
        measure(folder)
