"""Questions put to given texts: what is written is what is read, and places are counted without white space."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer.compose import Quote
from assistant.settings import Settings
from evals.benchmarks import given
from evals.benchmarks.given import File, indexed, letters, limited, markdown, places, read, row, squeezed
from evals.benchmarks.value import BenchmarkMissing

LAMPS = "1. A keeper *always* carries a lamp [see <rule> 4]. # The lamp | burns `oil` -- ''never'' gas & coal!"
BOATS = "Boats leave at noon. The ferryman keeps the tickets.\n\nA ticket costs two pence."


@pytest.fixture
def machine(tmp_path, monkeypatch, data_folder):
    folder = data_folder(tmp_path / "machine")
    monkeypatch.setattr(given, "settings", lambda: Settings(data_dir=folder))


def test_a_text_is_read_word_for_word_whatever_markup_it_resembles(machine):
    with indexed([File("lamps.md", markdown("Lamps_*", LAMPS)), File("boats.md", markdown("Boats", BOATS))]) as made:
        passages = made.passages("lamps.md")
        found = places(passages, LAMPS)
        assert "".join(squeezed(passage.text) for passage in passages) == squeezed(LAMPS)
        assert [passage.title for passage in passages] == ["Lamps_*"]
        assert len(found) == sum(len(passage.units) for passage in passages)
        # the question sees its own text only, and BM25 knows the sentence that shares its words
        said = made.ask("Who keeps the tickets?", made.passages("boats.md"))
        best = made.bm25_unit("Who keeps the tickets?", made.passages("boats.md"))
        assert {quote.passage.title for quote in said.quotes} == {"Boats"}
        assert best.passage.quote(best.passage.units[best.units[0]]) == "The ferryman keeps the tickets."
        assert 0 <= said.probability <= 1
        assert said.withheld == 0
        (hit,) = made.hits(given.understand("lamp", (), made.library.vocabulary), passages)
        assert hit.score == pytest.approx(1.0)  # alone, it is first in each of the five rankings


def test_letters_covered_are_places_without_white_space(machine):
    with indexed([File("boats.md", markdown("Boats", BOATS))]) as made:
        (passage,) = made.passages("boats.md")
    found = places([passage], BOATS)
    # "Boatsleaveatnoon." is 17 letters long, "Theferrymankeepsthetickets." 27
    assert letters([Quote(passage, (1,), 1.0)], found) == set(range(17, 44))
    assert places([passage], "Boats leave at noon.") == {(passage.id, 0): (0, 17)}


def test_a_file_that_is_missing_or_damaged_is_said_in_one_sentence(tmp_path):
    with pytest.raises(BenchmarkMissing, match=r"There is no gone.json in .*; name the folder that holds it\.$"):
        read(tmp_path / "gone.json", str)
    (tmp_path / "bad.json").write_bytes(b"\xff")
    with pytest.raises(BenchmarkMissing, match=r"bad.json is not what the benchmark publishes .*fetch the copy again"):
        read(tmp_path / "bad.json", str)
    with pytest.raises(BenchmarkMissing, match="no case in x.json"):
        limited([1, 2], 0, "x.json")
    assert limited([1, 2], 1, "x.json") == [1]


def test_a_text_that_cannot_be_indexed_is_said(machine):
    with (
        pytest.raises(BenchmarkMissing, match="cannot be indexed"),
        indexed([File("a.md", b"\xff\xfe"), File("b.md", b"# B\n\nA lamp.\n")]),
    ):
        pass


def test_a_row_is_a_mean_with_its_interval_and_says_nothing_of_nothing():
    made = row([1.0, 0.0, 1.0, 1.0], "m", "means m")
    assert (made.value, made.cases) == (0.75, 4)
    assert made.low is not None
    assert made.low <= 0.75 <= (made.high or 0)
    empty = row([], "m", "means m")
    assert (empty.value, empty.cases, empty.low, empty.high) == (0.0, 0, None, None)


def test_the_folder_of_the_texts_is_gone_afterwards(machine):
    with indexed([File("boats.md", markdown("Boats", BOATS))]) as made:
        folder = made.folder
        assert folder.is_dir()
    assert not Path(folder).exists()
