"""A whole sync against a publisher on this machine: what is kept, what is marked, what is said."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from publisher_stand_in import (
    NOW,
    breaks_off,
    leads_to,
    official,
    page,
    read_simply,
    resets,
    sends,
    sends_with_etag,
)

from ingest.errors import BadRequest, DataFolderUnusable
from ingest.sources import Kind
from ingest.syncing.changes import Change
from ingest.syncing.documents import official_documents
from ingest.syncing.errors import Offline, SyncBusy, SyncFailed
from ingest.syncing.marks import Mark
from ingest.syncing.sync import Outcome, sync
from ingest.syncing.versions import Record, Versions

FIRST = page("<h2>Who [14.1]</h2><p>The board must act at once.</p><h2>When [14.2]</h2><p>On Mondays.</p>")
SECOND = page("<h2>Who [14.1]</h2><p>The board must act in ten days.</p><h2>Records [14.3]</h2><p>Kept.</p>")
BANNER = '<section class="gem-c-notice"><h2>This guidance was withdrawn on 5 March 2026</h2></section>'


@pytest.fixture
def data(tmp_path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data, web):
    """Runs one sync of entries; `day` counts days from the first."""

    def run_(*entries, day: int = 0, read=read_simply, **more):
        when = NOW + timedelta(days=day)
        return sync(entries, data_dir=data, fetcher=web, read=read, now=lambda: when, **more)

    return run_


def record_of(data: Path, id_: str = "a") -> Record:
    return Record.model_validate_json((data / "official" / id_ / "record.json").read_bytes())


def kept(data: Path, id_: str = "a") -> list[bytes]:
    """The bytes of every version, oldest first."""
    return [
        (data / "official" / id_ / "versions" / version.file).read_bytes() for version in record_of(data, id_).versions
    ]


def test_a_first_version_is_kept_by_its_hash_with_its_date_address_headers_and_licence(publisher, run, data):
    publisher.pages |= {
        "/a": leads_to("/b"),
        "/b": sends(FIRST, headers={"ETag": '"1"', "Last-Modified": "yesterday", "Set-Cookie": "id=1"}),
    }
    (result,) = run(official(publisher, "/a")).results
    assert (result.outcome, result.mark, bool(result.changes), result.error) == (Outcome.NEW, Mark.CURRENT, False, "")
    (version,) = record_of(data).versions
    assert version.sha256 == hashlib.sha256(FIRST).hexdigest() and version.file == f"{version.sha256}.html"
    assert kept(data) == [FIRST]
    assert (version.fetched_at, version.url, version.final_url) == (NOW, publisher.url("/a"), publisher.url("/b"))
    assert (version.headers["etag"], version.headers["last-modified"], version.licence) == (
        '"1"',
        "yesterday",
        "Test licence",
    )
    assert "set-cookie" not in version.headers


def test_an_unchanged_page_costs_one_conditional_request_and_no_new_version(publisher, run, data):
    publisher.pages["/a"] = sends_with_etag(FIRST, '"1"')
    run(official(publisher, "/a"))
    (result,) = run(official(publisher, "/a"), day=1).results
    assert result.outcome is Outcome.UNCHANGED and kept(data) == [FIRST]
    assert publisher.asked[-1][1]["if-none-match"] == '"1"'
    assert record_of(data).checked_at == NOW + timedelta(days=1)


def test_the_same_bytes_sent_again_are_no_new_version(publisher, run, data):
    publisher.pages["/a"] = [sends(FIRST), sends(FIRST, headers={"ETag": '"2"'})]
    run(official(publisher, "/a"))
    (result,) = run(official(publisher, "/a"), day=1).results
    assert (result.outcome, kept(data)) == (Outcome.UNCHANGED, [FIRST])
    assert record_of(data).versions[0].headers["etag"] == '"2"'


def test_a_page_whose_text_is_the_same_is_no_new_version_and_says_so(publisher, run, data):
    publisher.pages["/a"] = [sends(FIRST), sends(FIRST.replace(b"<body>", b"<body><i>token 77</i>"))]
    run(official(publisher, "/a"))
    (result,) = run(official(publisher, "/a"), day=1).results
    assert (result.outcome, kept(data)) == (Outcome.UNCHANGED, [FIRST])
    assert "text is the same" in result.note


def test_a_changed_page_is_told_clause_by_clause_and_the_old_version_stays(publisher, run, data):
    publisher.pages["/a"] = [sends(FIRST), sends(SECOND)]
    run(official(publisher, "/a"))
    (result,) = run(official(publisher, "/a"), day=3).results
    assert result.outcome is Outcome.CHANGED
    assert result.changes.added == (Change("14.3", "Records"),)
    assert result.changes.removed == (Change("14.2", "When"),)
    assert [change.diff for change in result.changes.changed] == [
        "@@ -1,2 +1,2 @@\n Who\n-The board must act at once.\n+The board must act in ten days."
    ]
    assert kept(data) == [FIRST, SECOND]
    assert [version.superseded_at for version in record_of(data).versions] == [NOW + timedelta(days=3), None]


def test_a_page_that_goes_back_to_an_earlier_text_is_in_force_again(publisher, run, data):
    publisher.pages["/a"] = [sends(FIRST), sends(SECOND), sends(FIRST)]
    for day in range(3):
        run(official(publisher, "/a"), day=day)
    assert kept(data) == [FIRST, SECOND, FIRST]
    assert len(list((data / "official" / "a" / "versions").iterdir())) == 2


# Marks


def test_a_withdrawn_page_is_marked_with_its_own_words_and_kept(publisher, run, data):
    publisher.pages["/a"] = [sends(FIRST), sends(FIRST.replace(b"<body>", b"<body>" + BANNER.encode()))]
    run(official(publisher, "/a"))
    (result,) = run(official(publisher, "/a"), day=2, read=lambda *given: read_simply(FIRST, *given[1:])).results
    assert (result.outcome, result.mark, result.newly_marked) == (Outcome.CHANGED, Mark.WITHDRAWN, True)
    assert result.says == "This guidance was withdrawn on 5 March 2026"
    assert record_of(data).marked_on == (NOW + timedelta(days=2)).date()
    (again,) = run(official(publisher, "/a"), day=9).results
    assert (again.mark, again.newly_marked) == (Mark.WITHDRAWN, False)
    assert record_of(data).marked_on == (NOW + timedelta(days=2)).date()


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_taken_away_is_marked_and_its_version_stays_until_it_is_back(publisher, run, data, status):
    publisher.pages["/a"] = [sends_with_etag(FIRST, '"1"'), sends(status=status), sends_with_etag(FIRST, '"1"')]
    run(official(publisher, "/a"))
    report = run(official(publisher, "/a"), day=1)
    (gone,) = report.results
    assert (gone.outcome, gone.mark, gone.newly_marked, report.failed) == (Outcome.GONE, Mark.GONE, True, False)
    assert str(status) in gone.says and kept(data) == [FIRST]
    (back,) = run(official(publisher, "/a"), day=2).results
    assert (back.outcome, back.mark, back.newly_marked) == (Outcome.UNCHANGED, Mark.CURRENT, True)
    assert (record_of(data).marked_on, record_of(data).says) == (None, "")


def test_a_withdrawn_page_that_was_away_is_withdrawn_still_when_it_is_back(publisher, run, data):
    withdrawn = FIRST.replace(b"<body>", b"<body>" + BANNER.encode())
    publisher.pages["/a"] = [sends_with_etag(withdrawn, '"1"'), sends(status=404), sends_with_etag(withdrawn, '"1"')]
    marks = [run(official(publisher, "/a"), day=day).results[0].mark for day in range(3)]
    assert marks == [Mark.WITHDRAWN, Mark.GONE, Mark.WITHDRAWN]


def test_a_page_that_was_never_there_is_a_failure(publisher, run, data):
    report = run(official(publisher, "/a"))
    assert report.failed and "not there (404)" in report.results[0].error
    assert not (data / "official" / "a").exists()


# Failures


def test_one_that_fails_never_stops_the_rest_and_keeps_its_version(publisher, run, data):
    entries = [official(publisher, path) for path in ("/a", "/b", "/c", "/d", "/e")]
    publisher.pages |= {
        "/a": [sends(FIRST), sends(status=500)],
        "/b": [sends(FIRST), resets],
        "/c": [sends(FIRST), breaks_off(SECOND)],
        "/d": [sends(FIRST), leads_to("https://private.test/")],
        "/e": [sends(FIRST), sends(SECOND)],
    }
    assert not run(*entries).failed
    report = run(*entries, day=1)
    assert [result.outcome for result in report.results] == [Outcome.FAILED] * 4 + [Outcome.CHANGED]
    assert report.failed
    for result, says in zip(report.results, ["500", "broke off", "broke off", "10.0.0.7"], strict=False):
        assert says in result.error and result.error.endswith("The version kept before is still used.")
        assert kept(data, result.entry.id) == [FIRST]
    assert kept(data, "e") == [FIRST, SECOND]


def test_a_new_version_that_cannot_be_read_is_kept_and_said(publisher, run, data):
    publisher.pages["/a"] = [sends(FIRST), sends(page("<p>All new.</p>"))]
    run(official(publisher, "/a"))
    (result,) = run(official(publisher, "/a"), day=1).results
    assert (result.outcome, bool(result.changes), len(kept(data))) == (Outcome.CHANGED, False, 2)
    assert result.note.startswith("It was kept, and not compared: a.html holds no text")


def test_a_reader_that_falls_over_loses_nothing(publisher, run, data):
    def falls_over(*given):
        raise RecursionError("deep")

    publisher.pages |= {"/a": sends(FIRST), "/b": sends(FIRST)}
    report = run(official(publisher, "/a"), official(publisher, "/b"), read=falls_over)
    assert [result.outcome for result in report.results] == [Outcome.NEW, Outcome.NEW]
    assert "does not know (RecursionError" in report.results[0].note and kept(data) == [FIRST]


@pytest.mark.parametrize(
    "harm", [lambda file: file.unlink(), lambda file: file.write_bytes(b"half")], ids=["lost", "cut"]
)
def test_a_version_whose_file_is_damaged_is_fetched_whole_and_written_anew(publisher, run, data, harm):
    publisher.pages["/a"] = sends_with_etag(FIRST, '"1"')
    run(official(publisher, "/a"))
    harm(data / "official" / "a" / "versions" / record_of(data).versions[0].file)
    (result,) = run(official(publisher, "/a"), day=1).results
    assert "if-none-match" not in publisher.asked[-1][1]
    assert (result.outcome, kept(data)) == (Outcome.UNCHANGED, [FIRST]) and "written anew" in result.note


def test_a_damaged_record_is_named_and_nothing_beside_it_is_touched(publisher, run, data):
    publisher.pages |= {"/a": sends(FIRST), "/b": sends(FIRST)}
    entries = official(publisher, "/a"), official(publisher, "/b")
    run(*entries)
    (data / "official" / "a" / "record.json").write_text("{")
    first, second = run(*entries, day=1).results
    assert (first.outcome, second.outcome) == (Outcome.FAILED, Outcome.UNCHANGED)
    assert "record.json is damaged; move it aside" in first.error
    assert len(list((data / "official" / "a" / "versions").iterdir())) == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("write", [0, 1])
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_run_that_dies_at_any_write_leaves_the_old_version_or_the_new_one_whole(
    publisher, run, data, monkeypatch, write, before
):
    publisher.pages["/a"] = [sends(FIRST), sends(SECOND)]
    run(official(publisher, "/a"))
    original, done = Path.replace, []

    def dies(self, target):
        here = len(done) == write
        done.append(target)
        if here and before:
            raise Killed
        result = original(self, target)
        if here:
            raise Killed
        return result

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(Killed):
        run(official(publisher, "/a"), day=1)
    monkeypatch.undo()
    last = (write, before) == (1, False)
    assert kept(data) == ([FIRST, SECOND] if last else [FIRST])
    assert not list(data.rglob("*.draft"))
    run(official(publisher, "/a"), day=2)
    assert kept(data) == [FIRST, SECOND]


def test_a_full_disk_is_one_sentence_and_what_was_kept_is_whole(publisher, run, data, monkeypatch):
    publisher.pages["/a"] = [sends(FIRST), sends(SECOND)]
    run(official(publisher, "/a"))

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataFolderUnusable, match="No space left on device.*kept before is whole.*disk is not full"):
        run(official(publisher, "/a"), day=1)
    assert kept(data) == [FIRST] and not list(data.rglob("*.draft"))


def test_a_data_folder_that_cannot_be_one_says_to_choose_another(publisher, run, data):
    data.write_text("")
    with pytest.raises(DataFolderUnusable, match="choose a folder you can write"):
        run(official(publisher, "/a"))
    assert run(official(publisher, "/a"), dry_run=True).results[0].outcome is Outcome.WOULD_FETCH


def test_two_syncs_at_once_the_second_says_so(publisher, run, data):
    data.mkdir()
    with FileLock(str(data / "sync.lock")), pytest.raises(SyncBusy, match="wait until it is done"):
        run(official(publisher, "/a"))


# What is asked for


def test_a_text_that_is_off_is_named_with_its_reason_and_not_fetched(publisher, run):
    off = official(publisher, "/a", enabled=False, off_because="It is not ours.")
    publisher.pages["/b"] = sends(FIRST)
    first, second = run(off, official(publisher, "/b")).results
    assert (first.outcome, first.note, second.outcome) == (Outcome.OFF, "It is not ours.", Outcome.NEW)
    assert publisher.requests("/a") == 0


def test_only_one_source_is_fetched_when_only_one_is_asked_for(publisher, run):
    publisher.pages |= {"/a": sends(FIRST), "/b": sends(FIRST)}
    entries = official(publisher, "/a"), official(publisher, "/b", source_id="mental-capacity-act-basics")
    assert [r.entry.id for r in run(*entries, only="mental-capacity-act-basics").results] == ["b"]
    assert publisher.requests("/a") == 0
    with pytest.raises(BadRequest):
        run(*entries, only="nowhere")


def test_a_dry_run_fetches_and_writes_nothing_and_lists_what_would_be_fetched(publisher, run, data):
    def never():
        raise AssertionError("fetched")

    entries = official(publisher, "/a"), official(publisher, "/b", enabled=False, off_because="Off.")
    report = sync(entries, data_dir=data, fetcher=never, read=read_simply, dry_run=True)
    assert report.dry_run and [r.outcome for r in report.results] == [Outcome.WOULD_FETCH, Outcome.OFF]
    assert not data.exists()
    publisher.pages["/a"] = sends(FIRST)
    run(*entries)
    assert run(*entries, dry_run=True).results[0].version.fetched_at == NOW


# No network


def nowhere(publisher, *hosts: str):
    return [official(publisher, f"/{host}", url=f"http://{host}.nowhere.test/") for host in hosts]


def test_without_a_network_one_sentence_says_so_and_not_every_publisher_is_tried(publisher, run, data):
    said = []
    with pytest.raises(
        Offline, match=r"No publisher could be reached \(a\.nowhere\.test, b\.nowhere\.test, c\.nowhere"
    ):
        run(*nowhere(publisher, "a", "b", "c", "d", "e"), progress=said.append)
    assert len(said) == 3
    with pytest.raises(Offline, match="check the network connection and try again. What was kept before is unchanged"):
        run(*nowhere(publisher, "a"))


def test_one_publisher_out_of_reach_is_not_a_network_that_is_down(publisher, run):
    publisher.pages["/x"] = sends(FIRST)
    report = run(*nowhere(publisher, "a"), official(publisher, "/x"), *nowhere(publisher, "b", "c", "d"))
    assert [r.outcome for r in report.results] == [Outcome.FAILED, Outcome.NEW] + [Outcome.FAILED] * 3
    assert "could not be found" in report.results[0].error


# For whoever indexes


def test_the_versions_in_force_are_listed_with_what_a_citation_needs(publisher, run, data):
    publisher.pages |= {
        "/a": [sends(FIRST), sends(SECOND)],
        "/b": [sends(FIRST), sends(status=410)],
        "/c": sends(FIRST),
    }
    entries = [
        official(publisher, "/a"),
        official(publisher, "/b", kind=Kind.NATIONAL_GUIDANCE, publisher="Somebody", audience="joint"),
        official(publisher, "/c", enabled=False, off_because="Off."),
        official(publisher, "/never"),
    ]
    for day in range(2):
        run(*entries, day=day)
    first, second = official_documents(data, entries=entries)
    assert first.file.read_bytes() == SECOND and first.retrieved_on == (NOW + timedelta(days=1)).date()
    assert (first.title, first.kind, first.audience) == ("Guidance /a", Kind.LEGISLATION, "adults")
    assert first.publisher == "UK Parliament / The National Archives (legislation.gov.uk)"
    assert (first.source.id, first.url, first.licence) == (
        "care-act-2014-safeguarding", publisher.url("/a"), "Test licence",
    )  # fmt: skip
    assert (first.mark, second.mark, second.kind) == (Mark.CURRENT, Mark.GONE, Kind.NATIONAL_GUIDANCE)
    assert (second.publisher, second.audience) == ("Somebody", "joint")
    assert second.marked_on == (NOW + timedelta(days=1)).date() and "410" in second.says


def test_a_damaged_version_is_never_handed_out(publisher, run, data):
    publisher.pages |= {"/a": sends(FIRST), "/b": sends(FIRST)}
    entries = [official(publisher, "/a"), official(publisher, "/b")]
    run(*entries)
    (data / "official" / "a" / "versions" / record_of(data).versions[0].file).write_bytes(b"other")
    with pytest.raises(SyncFailed, match="a is damaged or missing; run `safeguard sync` again"):
        list(official_documents(data, entries=entries))
    told = []
    found = list(official_documents(data, entries=entries, failed=lambda entry, why: told.append(entry.id)))
    assert ([document.official.id for document in found], told) == (["b"], ["a"])


def test_nothing_is_listed_before_the_first_sync(data):
    assert list(official_documents(data)) == []


def test_a_record_that_names_a_file_elsewhere_is_damaged(publisher, run, data):
    publisher.pages["/a"] = sends(FIRST)
    run(official(publisher, "/a"))
    file = data / "official" / "a" / "record.json"
    record = json.loads(file.read_text())
    record["versions"][0]["file"] = "../../secret.html"
    file.write_text(json.dumps(record))
    with pytest.raises(SyncFailed, match="damaged"):
        Versions(data).record(official(publisher, "/a"))
