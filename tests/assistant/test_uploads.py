"""Uploads: checked by what they hold, kept under safe names, indexed, removed; with the real model and index."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import uploads
from assistant.library import Library
from assistant.uploads import Upload, add, read_again, remove, safe_name, uploaded
from ingest.errors import BadRequest, DataFolderUnusable, IngestBusy

POLICY = b"# Lantern policy\n\n## 4.2 At the gate\n\nA keeper must carry a lantern at the gate.\n"


def words(data: Path) -> str:
    return " ".join(passage.text for passage in Library.open(data).passages)


def test_good_files_are_added_and_bad_ones_are_named_and_not_kept(indexed, model):
    data, _ = indexed
    said: list[str] = []
    results = add(
        [
            Upload("policy.md", POLICY), Upload("scan.pdf", b"%PDF-1.7 nothing"), Upload("tool.exe", b"MZ"),
            Upload("fake.docx", b"only text"), Upload("empty.txt", b" \n"), Upload("../../up.txt", b"Visit twice."),
            Upload("page.html", b"\x89PNG\x00"), Upload("big.txt", b"x" * (25 * 2**20 + 1)),
        ],
        data, model, progress=said.append,
    )  # fmt: skip
    assert [(result.name, result.passages, bool(result.error)) for result in results] == [
        ("policy.md", 1, False), ("scan.pdf", 0, True), ("tool.exe", 0, True), ("fake.docx", 0, True),
        ("empty.txt", 0, True), ("up.txt", 1, False), ("page.html", 0, True), ("big.txt", 0, True),
    ]  # fmt: skip
    errors = {result.name: result.error for result in results if result.error}
    assert "is damaged or not a PDF" in errors["scan.pdf"] and "is not a Word file, whatever" in errors["fake.docx"]
    assert all("\n" not in error for error in errors.values())
    assert sorted(file.name for file in (data / "uploads").iterdir()) == ["policy.md", "up.txt"]
    assert "lantern at the gate" in words(data) and "trained staff" in words(data)
    assert said[0] == "Checking file 1 of 8." and any("Reading file" in line for line in said)


def test_two_files_of_one_name_are_kept_apart_and_the_same_file_twice_is_not(indexed, model):
    data, _ = indexed
    first, second, third = add(
        [Upload("a.txt", b"Visit once."), Upload("a.txt", b"Visit twice."), Upload("b.txt", b"Visit once.")],
        data,
        model,
    )
    assert (first.name, second.name) == ("a.txt", "a (2).txt")
    assert third.error == "b.txt is here already, as a.txt; nothing was added."
    assert [Path(entry.file).name for entry in uploaded(data)] == ["a (2).txt", "a.txt"]


def test_a_removed_file_is_gone_from_the_next_answer_and_from_the_disk(indexed, model):
    data, _ = indexed
    add([Upload("policy.md", POLICY)], data, model)
    (entry,) = uploaded(data)
    assert remove(entry.source.id, data, model) == "policy.md"
    assert uploaded(data) == [] and "lantern" not in words(data) and "trained staff" in words(data)
    assert list((data / "uploads").iterdir()) == []
    with pytest.raises(BadRequest, match="was not added here"):
        remove(entry.source.id, data, model)
    other = next(iter(Library.open(data).index.documents))
    with pytest.raises(BadRequest, match="was not added here"):
        remove(other, data, model)


def test_a_file_changed_on_disk_is_read_again(indexed, model):
    data, _ = indexed
    add([Upload("policy.md", POLICY)], data, model)
    (data / "uploads" / "policy.md").write_bytes(POLICY.replace(b"gate", b"tower"))
    assert read_again(data, model).updated == 1
    assert "lantern at the tower" in words(data)


def test_one_waits_for_another_person_and_gives_up_in_time_with_nothing_kept(indexed, model):
    data, _ = indexed
    said: list[str] = []
    lock = FileLock(str(data / "ingest.lock"))
    lock.acquire()
    try:
        with pytest.raises(IngestBusy):
            add([Upload("a.txt", b"Visit.")], data, model, progress=said.append, sleep=lambda s: None, wait_s=4)
        assert said.count(uploads.BUSY) == 2 and list((data / "uploads").iterdir()) == []
        (added,) = add(
            [Upload("a.txt", b"Visit.")], data, model, progress=said.append, sleep=lambda s: lock.release(force=True)
        )
        assert added.passages == 1
    finally:
        lock.release(force=True)


def test_when_another_ingest_outlasts_the_wait_nothing_is_removed(indexed, model):
    data, _ = indexed
    add([Upload("policy.md", POLICY)], data, model)
    (entry,) = uploaded(data)
    with FileLock(str(data / "ingest.lock")), pytest.raises(IngestBusy):
        remove(entry.source.id, data, model, sleep=lambda s: None, wait_s=2)
    assert [file.name for file in (data / "uploads").iterdir()] == ["policy.md"]
    assert remove(entry.source.id, data, model) == "policy.md"
    assert list((data / "uploads").iterdir()) == [] and "lantern" not in words(data)


def test_when_the_second_file_cannot_be_written_the_first_is_not_left_behind(indexed, model, monkeypatch):
    data, _ = indexed
    write = Path.write_bytes

    def full(self, content):
        if b"second" in content:
            raise OSError(28, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataFolderUnusable, match="No space left"):
        add([Upload("a.txt", b"The first."), Upload("b.txt", b"The second.")], data, model)
    assert list((data / "uploads").iterdir()) == []


def test_a_zip_that_is_no_document_is_refused_by_what_it_holds(indexed, model):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/picture.xml", "x")
        archive.writestr("mimetype", "image/png")
    names = ["a.docx", "a.odt"]
    results = add([Upload(name, stream.getvalue()) for name in names], indexed[0], model)
    assert all("whatever its name says" in result.error for result in results)


def test_uploads_bring_no_starter_library_into_an_index_without_one(indexed, model):
    data, _ = indexed
    add([Upload("a.txt", b"Visit.")], data, model)
    assert len(Library.open(data).sources()) == 3


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("policy.pdf", "policy.pdf"), ("/etc/passwd", "passwd"), ("..", "document"), ("", "document"),
        ("a\u202ecod.exe.md", "acod.exe.md"), ("x\x00y\n.md", "xy.md"), ("aux.txt", "aux file.txt"),
        ("a" * 300 + ".md", "a" * 77 + ".md"), ("Caf\u0065\u0301.md", "Caf\u00e9.md"), ("a<b>:c?.md", "a b c.md"),
    ],
)  # fmt: skip
def test_names_are_made_safe(name, safe):
    assert safe_name(name) == safe and len(safe_name(name).encode()) <= 80
