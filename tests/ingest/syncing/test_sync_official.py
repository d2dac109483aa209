"""The official addresses: those of the project, and what is refused in such a file."""

from __future__ import annotations

import pytest
import yaml

from ingest.errors import BadRequest, RegisterInvalid
from ingest.sources import CORPUS, Kind
from ingest.syncing.official import chosen, load_official

ENTRY = {
    "id": "an-act", "source_id": "care-act-2014-safeguarding", "title": "An Act", "url": "https://www.gov.uk/act",
    "format": "html", "licence": "Open", "checked_on": "2026-11-21",
}  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(*entries: dict):
        file = tmp_path / "official.yaml"
        file.write_text(yaml.safe_dump({"official": list(entries)}), encoding="utf-8")
        return file

    return write


def test_every_official_text_of_the_project_is_sound_and_says_its_licence():
    entries = load_official()
    assert {"care-act-2014-s44", "care-and-support-statutory-guidance", "twsp-policies"} <= {e.id for e in entries}
    assert all(entry.licence and entry.url.scheme == "https" for entry in entries)


def test_the_texts_of_nice_are_off_and_say_why():
    nice = [entry for entry in load_official() if "nice.org.uk" in str(entry.url)]
    assert nice and not any(entry.enabled for entry in nice)
    assert all("not under the Open Government Licence" in entry.off_because for entry in nice)
    assert all("Notice of Rights" in entry.licence for entry in nice)


def test_a_text_whose_own_kind_is_not_its_sources_says_so():
    kinds = {entry.id: entry.kind for entry in load_official()}
    assert kinds["modern-slavery-act-2015-s52"] is Kind.LEGISLATION and kinds["care-act-2014-s44"] is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"source_id": "nowhere"},
            "official text of 'nowhere', which the register does not have; correct its source_id",
        ),
        ({"id": "../x"}, r"official\.0\.id"),
        ({"licence": ""}, r"official\.0\.licence"),
        ({"format": "docx"}, r"official\.0\.format"),
        ({"checked_on": None}, r"official\.0\.checked_on"),
        ({"notes": "x"}, r"official\.0\.notes"),
        ({"url": "http://www.gov.uk/act"}, "plain https address"),
        ({"url": "https://www.gov.uk:8443/act"}, "plain https address"),
        ({"url": "https://me:secret@www.gov.uk/act"}, "plain https address"),
        ({"enabled": False}, "needs off_because exactly when it is not enabled"),
        ({"off_because": "why"}, "needs off_because exactly when it is not enabled"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_by_name(written, change, says):
    with pytest.raises(RegisterInvalid, match=says):
        load_official(written({**ENTRY, **change}))


def test_two_entries_with_one_id_or_one_address_are_refused(written):
    with pytest.raises(RegisterInvalid, match="two entries have the id 'an-act'"):
        load_official(written(ENTRY, {**ENTRY, "url": "https://www.gov.uk/b"}))
    with pytest.raises(RegisterInvalid, match="two entries have the url"):
        load_official(written(ENTRY, {**ENTRY, "id": "b"}))


@pytest.mark.parametrize(("text", "says"), [("official: [", "not valid YAML"), ("{}", "wrong at official")])
def test_a_file_that_is_none_is_refused(tmp_path, text, says):
    (tmp_path / "official.yaml").write_text(text)
    with pytest.raises(RegisterInvalid, match=says):
        load_official(tmp_path / "official.yaml")
    with pytest.raises(RegisterInvalid, match="is missing; restore it"):
        load_official(tmp_path / "none.yaml")


def test_only_names_a_source_or_one_text():
    entries = load_official()
    assert {e.source_id for e in chosen(entries, "care-act-2014-safeguarding")} == {"care-act-2014-safeguarding"}
    assert [e.id for e in chosen(entries, "care-act-2014-s44")] == ["care-act-2014-s44"]
    assert len(chosen(entries, None)) == len(entries)
    with pytest.raises(BadRequest, match="No official text has the source 'nowhere'; .*--dry-run"):
        chosen(entries, "nowhere")
    with pytest.raises(BadRequest, match="is switched off .*own agreement with NICE.*enabled: true"):
        chosen(entries, "nice-ng189-context-and-terms")


def test_the_file_holds_addresses_and_no_text_of_the_publishers():
    text = (CORPUS / "official.yaml").read_text("utf-8")
    assert max(len(line) for line in text.splitlines()) < 220
