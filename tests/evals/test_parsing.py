"""The measures of file reading, on examples worked by hand."""

from __future__ import annotations

import pytest

from evals.parsing import document_words, main, markdown_words, measure
from ingest.document import Block, BlockKind, Document, Section


def test_words_of_markdown_are_without_its_markup_comments_and_addresses():
    text = (
        "# A *title*\n\n<!-- image -->\n\n[![logo](a.png) here](http://x.example) &amp; 1.3.2\n\n| A | B |\n|---|---|\n"
    )
    assert markdown_words(text) == ["a", "title", "logo", "here", "1", "3", "2", "a", "b"]


def test_a_table_s_headings_are_counted_once_and_a_shared_heading_once():
    rows = tuple(Block(f"{who} | By: {day}", BlockKind.ROW, 1, columns=("Who", "By")) for who, day in ("ab", "cd"))
    document = Document("T", (Section(("T", "One"), "p", rows), Section(("T", "Two"), "p", (Block("end"),))), {})
    assert list(document_words(document)) == ["t", "one", "who", "by", "a", "b", "c", "d", "two", "end"]


def test_a_file_is_measured_against_the_markdown_beside_it(tmp_path, capsys):
    (tmp_path / "a.md").write_text("# Lamps\n\nA keeper carries a lamp today.\n", encoding="utf-8")
    (tmp_path / "a.md.expected.md").write_text("# Lamps\n\nA keeper carries\n\n## Oil\n\nno oil.\n", encoding="utf-8")
    found = measure(tmp_path / "a.md")
    # expected: lamps a keeper carries oil no oil (7); read: lamps a keeper carries a lamp today (7); 4 in common
    assert (found.recall, found.precision, found.order) == (
        pytest.approx(4 / 7),
        pytest.approx(4 / 7),
        pytest.approx(4 / 7),
    )
    assert found.headings == 0.5
    assert main([str(tmp_path)]) == 1
    assert "mean" in capsys.readouterr().out


def test_a_file_that_is_refused_scores_nothing_and_says_why(tmp_path):
    (tmp_path / "b.md").write_bytes(b"\xff\xfe")
    (tmp_path / "b.md.expected.md").write_text("words", encoding="utf-8")
    found = measure(tmp_path / "b.md")
    assert (found.recall, found.precision) == (0.0, 0.0) and "not UTF-8" in found.error
