"""Files are read in a process of its own: what is too much for it ends as a sentence."""

from __future__ import annotations

import pytest

from ingest.errors import CannotRead
from ingest.readers import read_document
from ingest.readers.bounded import Reader

ACT = (
    '<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"><Primary><Body>'
    '<P1 id="section-3"><Pnumber>3</Pnumber><P1para><Text>A keeper carries a lantern.</Text></P1para></P1>'
    "</Body></Primary></Legislation>"
)


@pytest.fixture
def act(tmp_path):
    file = tmp_path / "act.xml"
    file.write_text(ACT, encoding="utf-8")
    return file


def test_a_document_is_the_same_value_as_when_read_here_and_one_worker_reads_them_all(act):
    with Reader() as reader:
        first = reader.read(act)
        worker = reader._worker
        assert first == reader.read(act) == read_document(act.read_bytes(), act.name)
        assert reader._worker is worker
    assert worker.poll() is not None


def test_text_needs_no_worker(tmp_path):
    (tmp_path / "a.md").write_text("# Lanterns\n\nA keeper carries one.\n", encoding="utf-8")
    with Reader() as reader:
        assert reader.read(tmp_path / "a.md").title == "Lanterns"
        assert reader._worker is None


def test_what_a_reader_refuses_and_what_it_does_not_know_are_one_sentence_each(act, tmp_path):
    with Reader() as reader:
        act.write_text("<Legislation", encoding="utf-8")
        with pytest.raises(CannotRead, match="act.xml is not whole XML"):
            reader.read(act)
        with pytest.raises(CannotRead, match="gone.xml cannot be opened"):
            reader.read(tmp_path / "gone.xml")
        act.write_text(ACT, encoding="utf-8")
        assert reader.read(act).sections


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_read(act):
    with Reader(seconds=0.001) as reader:
        with pytest.raises(CannotRead, match="took longer than"):
            reader.read(act)
        reader._seconds = 60
        assert reader.read(act).sections


def test_a_worker_without_enough_memory_ends_as_a_sentence(act):
    with Reader(memory_bytes=30_000_000) as reader, pytest.raises(CannotRead, match="memory"):
        reader.read(act)


def test_a_worker_that_is_killed_takes_only_its_own_file_with_it(act):
    with Reader() as reader:
        reader.read(act)
        reader._worker.kill()
        reader._worker.wait()
        assert reader.read(act).sections
