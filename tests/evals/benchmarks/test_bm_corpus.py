"""A benchmark's texts as a library: made once, kept where it is told to be, found by the assistant's own search."""

from __future__ import annotations

import pytest

from assistant.settings import Settings
from evals.benchmarks import corpus
from evals.benchmarks.corpus import CACHE, Text, blocks, library_of, rankings
from ingest.document import BlockKind, Document, Section

BOATS = "The harbour master lets a boat leave when:\n(a)\tthe tide is high; and\n(b)\tthe lamp is lit:\n(ii)\tat night."
BEES = "A hive is opened in the warm hours only. The bees are smoked first."


@pytest.fixture
def texts(tmp_path, monkeypatch, data_folder):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(corpus, "settings", lambda: Settings(data_dir=machine))
    monkeypatch.setenv(CACHE, str(tmp_path / "kept"))
    return [
        Text(name, Document(name, (Section((name,), "1.1", blocks(words)),), {}))
        for name, words in (("boats", BOATS), ("bees", BEES))
    ]


def test_lines_are_paragraphs_and_marked_lines_are_items():
    made = blocks(BOATS + "\n\nNothing else is needed.")
    assert [(one.kind, one.group, one.marker, one.depth) for one in made] == [
        (BlockKind.PARAGRAPH, 0, "", 0),
        (BlockKind.ITEM, 1, "(a)", 0),
        (BlockKind.ITEM, 1, "(b)", 0),
        (BlockKind.ITEM, 1, "(ii)", 1),
        (BlockKind.PARAGRAPH, 0, "", 0),
    ]
    assert made[1].text == "the tide is high; and"


def test_a_library_is_made_once_for_its_texts_and_its_encoder(texts, tmp_path, monkeypatch):
    with library_of(texts) as library:
        assert [passage.pinpoint for passage in library.passages] == ["1.1", "1.1"]
        assert library.index.record.vectors == 2 + 4 + 2  # a window each, and the units of both
        first = library.generation
    with library_of(texts) as library:
        assert library.generation == first
    with library_of(texts[:1]) as library:
        assert library.generation != first
    assert len(list((tmp_path / "kept").iterdir())) == 2
    monkeypatch.delenv(CACHE)
    with library_of(texts[:1]) as library:
        folder = library.index.folder
        assert "kept" not in folder.parts
    assert not folder.exists()


def test_every_ranking_finds_the_text_that_answers(texts):
    with library_of(texts) as library:
        found = rankings("When may a boat leave the harbour?", library, 1)
        nothing = rankings("zzz", library, 1)
    assert {system: [one.source_id for one in ranked] for system, ranked in found.items()} == {
        "safeguard": ["boats"], "BM25 alone": ["boats"], "encoder alone": ["boats"],
    }  # fmt: skip
    assert nothing["BM25 alone"] == []
