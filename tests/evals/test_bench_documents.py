"""The documents of the bench: always the same, and a share of them changed."""

from __future__ import annotations

from evals.bench_documents import change, generate, measure
from ingest.readers.markdown import read_markdown


def test_documents_are_the_same_every_time_and_differ_from_one_another(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    texts = [[file.read_text("utf-8") for file in generate(tmp_path / name, 20)] for name in "ab"]
    assert texts[0] == texts[1] and len(set(texts[0])) == 20
    document = read_markdown(texts[0][7].encode(), "policy.md")
    assert [section.pinpoint for section in document.sections] == ["7.1", "7.2", "7.3"]


def test_a_share_is_changed_in_one_section_each(tmp_path):
    files = generate(tmp_path, 20)
    before = [file.read_text("utf-8") for file in files]
    assert change(files, 0.1) == 2
    changed = [n for n, file in enumerate(files) if file.read_text("utf-8") != before[n]]
    assert changed == [0, 10]


def test_the_three_runs_are_real_and_say_what_they_found(tmp_path, data_folder):
    data_folder(tmp_path / "data")
    figures = measure(4, tmp_path)
    assert (figures["documents"], figures["passages"], figures["documents changed"]) == (4, 12, 1)
    assert all(value > 0 for value in figures.values())
