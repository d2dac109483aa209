"""An official text that was fetched stands before the digest that restates it; how it stands is said."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.answer.ask import ask
from assistant.library import Library
from ingest.encoder import Model
from ingest.pipeline import ingest
from ingest.syncing.marks import Mark
from ingest.syncing.official import load_official
from ingest.syncing.request import Reply
from ingest.syncing.versions import Versions

ACT = """<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Care Act 2014</dc:title><Primary><Body>
<P1group><Title>Reviews</Title><P1 id="section-44"><Pnumber>44</Pnumber><P1para>
<P2 id="section-44-1"><Pnumber>1</Pnumber><P2para><Text>A safeguarding adults board must have a review carried out
of a case of an adult with needs for care and support in its area when both of the tests below are passed.</Text>
</P2para></P2>
</P1para></P1></P1group></Body></Primary></Legislation>"""
"""Not the Act's words: only its structure and numbering matter here."""
QUESTION = "When must a SAR be carried out?"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, real_index: Path, model: Model) -> Path:
    folder = tmp_path_factory.mktemp("official") / "data"
    shutil.copytree(real_index, folder, symlinks=True)
    _keep(folder, Mark.CURRENT, "")
    report = ingest(data_dir=folder, model=model)
    assert (report.added, report.failed, report.removed) == (1, 0, 0), report.failures
    return folder


def _keep(folder: Path, mark: Mark, says: str) -> None:
    """What a sync leaves behind after fetching section 44."""
    entry = next(entry for entry in load_official() if entry.id == "care-act-2014-s44")
    store, now = Versions(folder), datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    record = store.record(entry)
    if record.latest is None:
        record = store.add(record, entry, Reply(str(entry.url), 200, {}, ACT.encode()), now)
    store.save(record.marked(mark, says, now))


def test_the_official_text_is_quoted_first_and_its_digest_not_on_the_same_clause(data):
    answer = ask(QUESTION, library=Library.open(data))
    first = answer.citations[0]
    assert (first.source_id, first.pinpoint, first.is_digest) == ("care-act-2014-s44", "s.44(1)", False)
    assert first.url == "https://www.legislation.gov.uk/ukpga/2014/23/section/44#section-44-1"
    assert first.published == "As fetched on 24 November 2026"
    digest = [c.pinpoint for c in answer.citations if c.source_id == "care-act-2014-safeguarding"]
    assert digest and "s.44(1)" not in digest


def test_without_it_the_digest_answers(library):
    places = [(citation.source_id, citation.pinpoint) for citation in ask(QUESTION, library=library).citations]
    assert ("care-act-2014-safeguarding", "s.44(1)") in places


def test_a_text_that_its_publisher_withdrew_says_so_in_answers(data, model):
    _keep(data, Mark.WITHDRAWN, "This was withdrawn on 1 November 2026")
    report = ingest(data_dir=data, model=model)
    assert (report.updated, report.failed) == (1, 0)
    said = " ".join(ask(QUESTION, library=Library.open(data)).notices)
    assert "its publisher has withdrawn it" in said and "This was withdrawn on 1 November 2026." in said


def test_a_kept_version_that_was_tampered_with_is_named_and_not_quoted(data, model):
    (version,) = (data / "official" / "care-act-2014-s44" / "versions").iterdir()
    version.write_bytes(ACT.replace("must have", "need not have").encode())
    report = ingest(data_dir=data, model=model)
    assert report.failed == 1 and "run `safeguard sync` again" in report.failures[0].error
    words = " ".join(sentence.text for sentence in ask(QUESTION, library=Library.open(data)).sentences)
    assert "need not have" not in words
