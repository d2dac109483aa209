"""OR-ShARC's adapter on invented rule texts in its format."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from assistant.settings import Settings
from evals.benchmarks import corpus
from evals.benchmarks.or_sharc import RULES, TURNS, cases, document, measure, ranks
from evals.benchmarks.value import BenchmarkMissing

RULE_TEXTS = {
    "0": "## Bees\n\nYou may keep a hive if:\n\n* your garden has a wall\n* no neighbour is allergic",
    "1": "# Boats\n\nA boat may leave the harbour at high tide.",
    "2": "# Only a heading about lanterns",
}
ASKED = [
    {"question": "May I keep a hive?", "scenario": "My garden has a wall.", "gold_snippet_id": "0"},
    {"question": "May my boat leave?", "scenario": "", "gold_snippet_id": "7"},  # a rule that is not there
]


@pytest.fixture
def folder(tmp_path, monkeypatch, data_folder):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(corpus, "settings", lambda: Settings(data_dir=machine))
    (tmp_path / RULES).write_text(json.dumps(RULE_TEXTS), encoding="utf-8")
    (tmp_path / TURNS).write_text("".join(json.dumps(one) + "\n" for one in ASKED), encoding="utf-8")
    return tmp_path


def test_a_query_is_the_question_and_the_scenario(folder):
    first, second = cases(folder / TURNS)
    assert (first.query, first.gold) == ("May I keep a hive? My garden has a wall.", "rule-0")
    assert second.query == "May my boat leave?"


def test_a_rule_text_is_read_as_markdown_and_a_bare_heading_as_words():
    assert document("0", RULE_TEXTS["0"]).title == "Bees"
    assert [block.marker for block in document("0", RULE_TEXTS["0"]).sections[0].blocks] == ["", "-", "-"]
    assert document("2", RULE_TEXTS["2"]).sections[0].blocks[0].text == "Only a heading about lanterns"


def test_a_text_in_several_passages_counts_where_it_comes_first():
    found = [SimpleNamespace(source_id=id_) for id_ in ("a", "a", "b", "a")]
    assert [ranks(gold, found) for gold in "abc"] == [1, 2, None]


def test_recall_is_the_share_of_turns_whose_rule_is_found(folder):
    made = measure(folder)
    ours = {row.measure: row for row in made.rows if row.system == "safeguard"}
    assert {name: row.value for name, row in ours.items()} == {"recall@1": 0.5, "recall@5": 0.5, "recall@10": 0.5}
    assert ours["recall@5"].published[0].value == 0.833
    assert len(made.rows) == 9
    assert made.size == "2 turns, 3 rule texts"
    assert measure(folder, limit=1).rows[0].value == 1.0


def test_a_missing_or_damaged_file_is_said(folder):
    with pytest.raises(BenchmarkMissing, match="name the folder that holds it"):
        measure(folder / "elsewhere")
    (folder / TURNS).write_text('{"question": "q"}\n', encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="fetch the copy again"):
        measure(folder)
    (folder / RULES).write_text("[]", encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="fetch the copy again"):
        measure(folder)
