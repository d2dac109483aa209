"""The parsing adapter on two small web pages."""

from __future__ import annotations

import pytest

from evals.benchmarks.parsing import measure
from evals.benchmarks.value import BenchmarkMissing

PAGE = "<html><head><title>Lamps</title></head><body><h1>Lamps</h1><p>{}</p></body></html>"


@pytest.fixture
def folder(tmp_path):
    html = tmp_path / "html"
    html.mkdir()
    (html / "a.html").write_text(PAGE.format("A keeper carries a lamp today."), encoding="utf-8")
    (html / "a.html.expected.md").write_text("# Lamps\n\nA keeper carries\n\n## Oil\n\nno oil.\n", encoding="utf-8")
    (html / "b.html").write_text(PAGE.format("The lamp burns oil."), encoding="utf-8")
    (html / "b.html.expected.md").write_text("# Lamps\n\nThe lamp burns oil.\n", encoding="utf-8")
    (html / "c.html").write_text(PAGE.format("Nobody expects this one."), encoding="utf-8")
    return tmp_path


def test_formats_are_measured_with_the_figures_known_beside_them(folder):
    made = measure(folder)
    of = {row.measure: row for row in made.rows}
    # a: expected lamps a keeper carries oil no oil (7), read lamps a keeper carries a lamp today (7), 4 in common
    mean = (4 / 7 + 1) / 2
    for name in ("word recall", "word precision", "reading order"):
        assert (of[f"html: {name}"].value, of[f"html: {name}"].cases) == (pytest.approx(mean), 2)
    assert of["html: headings"].value == 0.75
    assert of["all: word recall"].value == pytest.approx(mean)
    assert [one.value for one in of["html: word recall"].published] == [0.962]
    assert [one.value for one in of["html: word precision"].published] == [0.979]
    assert not of["html: reading order"].published
    assert made.size == "2 html files"
    assert measure(folder, limit=1).size == "1 html files"


def test_a_refused_file_scores_nothing_and_is_named(folder):
    (folder / "docx").mkdir()
    (folder / "docx" / "d.docx").write_bytes(b"no word file")
    (folder / "docx" / "d.docx.expected.md").write_text("words", encoding="utf-8")
    made = measure(folder)
    assert next(row.value for row in made.rows if row.measure == "docx: word recall") == 0.0
    assert any("d.docx" in note for note in made.notes)


def test_a_missing_or_damaged_copy_is_said(folder, tmp_path):
    with pytest.raises(BenchmarkMissing, match=r"No folder of .* name the copy\.$"):
        measure(tmp_path / "elsewhere")
    (folder / "html" / "b.html").unlink()
    with pytest.raises(BenchmarkMissing, match=r"b.html or its expected text cannot be read .* fetch the copy again"):
        measure(folder)
    (folder / "html" / "b.html").write_text("<p>x</p>", encoding="utf-8")
    (folder / "html" / "b.html.expected.md").write_bytes(b"\xff")
    with pytest.raises(BenchmarkMissing, match="UnicodeDecodeError"):
        measure(folder)
