"""ConditionalQA's adapter on invented pages in its format."""

from __future__ import annotations

import json

import pytest

from assistant.settings import Settings
from evals.benchmarks import corpus
from evals.benchmarks.conditionalqa import FILE, Line, cases, line_numbers, measure, pages, score
from evals.benchmarks.value import BenchmarkMissing
from ingest.document import BlockKind
from ingest.passages import passages

BEES, BOATS = "https://www.example.org/keep-bees", "https://www.example.org/moor-a-boat/"
ASKED = [
    {
        "url": BEES,
        "scenario": "I have a small garden.",
        "question": "May I keep a hive?",
        "not_answerable": False,
        "answers": [["yes", ["<li>your garden has a wall</li>"]]],
        "evidences": ["<h2>Hives</h2>", "<p>You may keep a hive if:</p>", "<li>no neighbour is allergic</li>"],
    },
    {
        "url": BEES,
        "scenario": "",
        "question": "What if I have a wall?",
        "not_answerable": False,
        "answers": [["yes", []]],
        "evidences": [
            "<p>You may keep a hive if:</p>", "<li>your garden has a wall</li>", "<tr>Hive | 4 marks</tr>",
        ],
    },
    {
        "url": BOATS,
        "scenario": "",
        "question": "When may my boat be moored?",
        "not_answerable": False,
        "answers": [["at high tide", []]],
        "evidences": ["<p>A boat is moored at high tide. The harbour master looks on.</p>"],
    },
    {"url": BOATS, "scenario": "", "question": "Who was king in 1412?", "not_answerable": True, "answers": [],
     "evidences": []},
    {"url": "https://www.example.org/empty", "scenario": "", "question": "Anything?", "not_answerable": True,
     "answers": [], "evidences": []},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch, data_folder):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(corpus, "settings", lambda: Settings(data_dir=machine))
    (tmp_path / FILE).write_text(json.dumps(ASKED), encoding="utf-8")
    return tmp_path


def test_a_page_is_rebuilt_in_the_order_its_lines_are_cited(folder):
    made = pages(cases(folder / FILE))
    assert list(made) == [BEES, BOATS]  # nothing is cited of the third
    assert [(line.tag, line.text) for line in made[BEES].lines] == [
        ("h2", "Hives"),
        ("p", "You may keep a hive if:"),
        ("li", "no neighbour is allergic"),
        ("li", "your garden has a wall"),
        ("tr", "Hive | 4 marks"),
    ]
    (section,) = made[BEES].text().document.sections
    assert section.heading == ("Keep bees", "Hives")
    assert [(block.kind, block.group) for block in section.blocks] == [
        (BlockKind.PARAGRAPH, 0), (BlockKind.ITEM, 1), (BlockKind.ITEM, 1), (BlockKind.ROW, 2),
    ]  # fmt: skip


def test_units_are_known_by_the_line_they_stand_in(folder):
    page = pages(cases(folder / FILE))[BOATS]
    (passage,) = passages(page.text().document, corpus._source(page.text()))
    assert len(passage.units) == 2
    assert line_numbers(page, [passage]) == {(passage.id, 0): 0, (passage.id, 1): 0}


def test_lines_are_scored_as_sets():
    made = score({0, 1, 2, 3}, {0, 1, 9})
    assert (made.precision, made.recall, made.f1) == (0.5, pytest.approx(2 / 3), pytest.approx(4 / 7))
    assert score((), {1}).f1 == 0.0


def test_questions_are_measured_on_pages_lines_refusals_and_conditions(folder):
    made = measure(folder)
    of = {(row.system, row.measure): row for row in made.rows}
    assert made.size == "4 questions, 2 pages of 6 lines"
    assert of["safeguard", "page recall@5"].value == 1.0
    assert of["safeguard", "page recall@5"].cases == 3
    # The first page has 5 lines, of which 3 are cited each time; the second has its one line.
    assert of["all lines of the page", "evidence-line precision"].value == pytest.approx((3 / 5 + 3 / 5 + 1) / 3)
    assert of["all lines of the page", "evidence-line recall"].value == 1.0
    assert 0 < of["safeguard", "evidence-line F1"].value <= 1
    assert of["never refuse", "refusal recall"].value == 0.0
    assert of["always refuse", "refusal precision"].value == 0.25
    assert of["safeguard", "conditions quoted"].cases == 1
    assert "page has no line to quote: 1." in " ".join(made.notes)


def test_a_missing_or_damaged_file_is_said(folder):
    with pytest.raises(BenchmarkMissing, match="name the folder that holds it"):
        measure(folder / "elsewhere")
    (folder / FILE).write_text(json.dumps([{**ASKED[0], "evidences": ["no tag"]}]), encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="not a line of a page"):
        measure(folder)
    with pytest.raises(ValueError, match="not a line"):
        Line.of("<p>unclosed")
