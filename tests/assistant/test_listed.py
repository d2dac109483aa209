"""Questions about what stands inside a document that is only listed."""

from __future__ import annotations

import pytest

from assistant.answer.listed import FILE, asks_inside_a_listed_document, load_listed
from ingest.errors import RegisterInvalid
from ingest.sources import load_register


@pytest.mark.parametrize(
    "question, inside",
    [
        ("what does the hoarding policy say about pets?", True),
        ("is there a local hoarding policy?", False),
        ("When must a SAR be carried out?", False),
        ("what does section 44 say?", False),
    ],
)
def test_a_question_about_the_inside_of_a_listed_document_is_told_from_one_about_its_existence(question, inside):
    assert asks_inside_a_listed_document(question) is inside


def test_every_listed_document_is_listed_in_a_digest_that_is_registered():
    known = {source.id for source in load_register().sources}
    assert {document.listed_in for document in load_listed().documents} <= known


def test_a_broken_file_is_refused_by_name(tmp_path):
    (tmp_path / "listed.yaml").write_text(FILE.read_text("utf-8").replace("inside:", "outside:"), encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="listed.yaml cannot be used"):
        load_listed(tmp_path / "listed.yaml")
