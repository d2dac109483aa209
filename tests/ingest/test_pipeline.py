"""Ingest end to end on small real documents, with the real model, Chroma and BM25."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.library import Library
from assistant.retrieve import search
from ingest import index as store
from ingest.errors import BadRequest, DataFolderUnusable, IndexDamaged, IngestBusy, NoIndex, OtherEncoder
from ingest.pipeline import ingest


def best(data: Path, query: str) -> str:
    hits = search(Library.open(data), query)
    return hits[0].passage.text if hits else ""


def test_documents_become_passages_that_are_found_with_their_pinpoint_and_path(indexed, own_documents):
    data, report = indexed
    assert (report.added, report.failed, report.passages) == (2, 0, 3)
    hit = search(Library.open(data), "which staff may visit a hoarded home")[0]
    assert (hit.passage.pinpoint, hit.rank) == ("1.1", 1)
    assert hit.passage.path == str(own_documents / "hoarding.md")


def test_the_second_run_reads_nothing_and_a_change_reads_only_what_changed(indexed, own_documents, model):
    data, _ = indexed
    generation = store.current_generation(data)
    again = ingest(data_dir=data, model=model, with_starter=False)
    assert (again.unchanged, again.added, again.updated, again.removed) == (2, 0, 0, 0)
    assert store.current_generation(data) == generation

    touched = own_documents / "hoarding.md"
    os.utime(touched, (1, 1))
    assert ingest(data_dir=data, model=model, with_starter=False).unchanged == 2

    (own_documents / "visits.txt").write_text("Visits are made alone. Ring the office first.\n", encoding="utf-8")
    changed = ingest(data_dir=data, model=model, with_starter=False)
    assert (changed.unchanged, changed.updated) == (1, 1)
    assert "alone" in best(data, "are visits made alone or in pairs")


def test_a_document_gone_from_disk_is_gone_from_the_next_search(indexed, own_documents, model):
    data, _ = indexed
    (own_documents / "visits.txt").unlink()
    report = ingest(data_dir=data, model=model, with_starter=False)
    assert (report.removed, report.unchanged) == (1, 1)
    library = Library.open(data)
    assert all("pairs" not in hit.passage.text for hit in search(library, "visits in pairs"))
    assert library.index.record.vectors == library.index.probe()


def test_a_folder_given_before_is_remembered_until_it_is_forgotten(indexed, own_documents, tmp_path, model):
    data, _ = indexed
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nFerries sail at noon.\n", encoding="utf-8")
    assert ingest([other], data_dir=data, model=model, with_starter=False).unchanged == 2
    report = ingest(data_dir=data, model=model, with_starter=False, forget=[own_documents])
    assert (report.removed, report.passages) == (2, 1)


def test_a_folder_that_is_not_there_today_keeps_its_documents_and_says_so(indexed, own_documents, tmp_path, model):
    data, _ = indexed
    own_documents.rename(tmp_path / "moved")
    report = ingest(data_dir=data, model=model, with_starter=False)
    assert (report.removed, report.failed, report.passages) == (0, 1, 3)
    assert "2 documents are kept" in report.failures[0].error


def test_one_bad_file_is_named_and_the_rest_are_published(own_documents, tmp_path, model, data_folder):
    (own_documents / "broken.md").write_text("---\ntitle: x\n\ntext", encoding="utf-8")
    (own_documents / "latin.md").write_bytes(b"caf\xe9")
    (own_documents / "scan.pdf").write_bytes(b"%PDF-1.4")
    report = ingest([own_documents], data_dir=data_folder(tmp_path / "d"), model=model, with_starter=False)
    assert (report.added, report.failed) == (2, 3)
    assert {Path(failure.path).name for failure in report.failures} == {"broken.md", "latin.md", "scan.pdf"}
    assert all("\n" not in failure.error for failure in report.failures)


def test_when_nothing_could_be_read_nothing_is_published(own_documents, tmp_path, model):
    for file in own_documents.iterdir():
        file.write_bytes(b"caf\xe9")
    report = ingest([own_documents], data_dir=tmp_path / "d", model=model, with_starter=False)
    assert (report.failed, report.passages) == (2, 0)
    with pytest.raises(NoIndex):
        store.open_index(tmp_path / "d")


def test_a_document_with_a_very_short_title_is_read(tmp_path, model, data_folder):
    (tmp_path / "q.md").write_text("# Q\n\nFerries sail at noon.\n", encoding="utf-8")
    ingest([tmp_path / "q.md"], data_dir=data_folder(tmp_path / "d"), model=model, with_starter=False)
    assert [entry.source.title for entry in Library.open(tmp_path / "d").sources()] == ["Q (q.md)"]


def test_a_document_that_breaks_later_goes_on_serving_as_it_was(indexed, own_documents, model):
    data, _ = indexed
    (own_documents / "visits.txt").write_bytes(b"\xff\xfe broken")
    report = ingest(data_dir=data, model=model, with_starter=False)
    assert report.failed == 1 and "version read before" in report.failures[0].error
    assert "pairs" in best(data, "are visits made in pairs")


KILL = """
import os, sys
from pathlib import Path
import ingest.pipeline as pipeline, ingest.index as store
from ingest.encoder import find_model
target = sys.argv[3]
module = store if hasattr(store, target) else pipeline
setattr(module, target, lambda *a, **k: os.kill(os.getpid(), 9))
pipeline.ingest([sys.argv[2]], data_dir=Path(sys.argv[1]), model=find_model(), with_starter=False)
"""


@pytest.mark.parametrize("step", ["_collection", "_embed", "write_files", "publish", "clear_others"])
def test_a_run_killed_at_any_step_leaves_a_whole_index_serving(indexed, own_documents, model, step):
    data, _ = indexed
    (own_documents / "new.md").write_text("# New\n\nBoats are counted weekly.\n", encoding="utf-8")
    died = subprocess.run([sys.executable, "-c", KILL, str(data), str(own_documents), step], capture_output=True)
    assert died.returncode == -9, died.stderr.decode()
    published = step == "clear_others"
    assert ("Boats" in best(data, "how often are boats counted")) is published
    assert "trained staff" in best(data, "who may visit a hoarded home")
    report = ingest(data_dir=data, model=model, with_starter=False)
    assert (report.added, report.failed) == (0 if published else 1, 0)
    assert "Boats" in best(data, "how often are boats counted")


KILLED = Path(__file__).with_name("killed_at_every_write.py")


def test_killed_at_any_change_of_the_disk_a_run_leaves_the_old_index_or_the_new_one_whole(
    indexed, own_documents, tmp_path, model
):
    data, _ = indexed
    (own_documents / "old.md").write_text("# Old\n\nLanterns are counted daily.\n", encoding="utf-8")
    ingest(data_dir=data, model=model, with_starter=False)  # so that there is a generation to clear after publishing
    old = sorted(passage.text for passage in Library.open(data).passages)
    (own_documents / "new.md").write_text("# New\n\nBoats are counted weekly.\n", encoding="utf-8")
    (own_documents / "visits.txt").unlink()
    copies = tmp_path / "copies"
    copies.mkdir()
    done = subprocess.run(
        [sys.executable, str(KILLED), str(data), str(copies), "16"], capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    whole, *points = [json.loads(line) for line in done.stdout.splitlines()]
    new = sorted(whole["passages"])
    assert new != old and len(points) == 16 and all(point["killed"] for point in points)
    left = [sorted(point["passages"] or ["damaged"]) for point in points]
    assert {tuple(texts) for texts in left} == {tuple(old), tuple(new)}
    turn = left.index(new)
    assert all(texts == new for texts in left[turn:])  # once it is published, it stays


def test_an_index_of_another_model_is_refused_with_what_to_do_and_made_again_by_ingest(indexed, model):
    data, _ = indexed
    with pytest.raises(OtherEncoder, match="run `safeguard ingest`"):
        store.open_index(data, "another-model:128:0000000000000000")
    record = data / "index" / store.current_generation(data) / "record.json"
    changed = json.loads(record.read_text()) | {"fingerprint": "another:1:2"}
    record.write_text(json.dumps(changed))
    report = ingest(data_dir=data, model=model, with_starter=False)
    assert report.added == 2 and "model has changed" in report.notices[0]
    assert Library.open(data).index.record.fingerprint == model.fingerprint


def damage_record(folder: Path) -> None:
    (folder / "record.json").write_text("{")


def damage_passages(folder: Path) -> None:
    lines = (folder / "passages.jsonl").read_text().splitlines()
    (folder / "passages.jsonl").write_text("\n".join(lines[:-1]))


def damage_chroma(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"not a database")


def damage_words(folder: Path) -> None:
    shutil.rmtree(folder / "bm25")


def damage_counts(folder: Path) -> None:
    (folder / "counts.json").write_text("{")


@pytest.mark.parametrize("damage", [damage_record, damage_passages, damage_chroma, damage_words, damage_counts])
def test_a_damaged_index_says_what_to_do_and_ingest_makes_it_whole_with_nothing_lost(indexed, model, damage, tmp_path):
    data, _ = indexed
    moved = tmp_path / "copy"  # a fresh path: Chroma keeps a client for each path of a process
    shutil.copytree(data, moved, symlinks=True)
    damage(moved / "index" / store.current_generation(moved))
    with pytest.raises(IndexDamaged, match="run `safeguard ingest`") as caught:
        store.open_index(moved)
    assert "\n" not in str(caught.value)
    report = ingest(data_dir=moved, model=model, with_starter=False)
    assert report.passages == 3 and "damaged" in report.notices[0]
    assert "trained staff" in best(moved, "who may visit a hoarded home")


def test_a_damaged_docstore_goes_on_answering_and_the_next_ingest_makes_it_whole(indexed, own_documents, model):
    data, _ = indexed
    (data / "index" / store.current_generation(data) / "docstore.json").write_text("{")
    assert "trained staff" in best(data, "who may visit a hoarded home")
    (own_documents / "new.md").write_text("# New\n\nBoats are counted weekly.\n", encoding="utf-8")
    report = ingest(data_dir=data, model=model, with_starter=False)
    assert (report.added, report.failed) == (3, 0) and "damaged" in report.notices[0]
    assert "Boats" in best(data, "how often are boats counted")


def test_no_index_a_missing_path_an_unusable_folder_and_a_second_ingest_each_get_their_own_error(tmp_path, model):
    with pytest.raises(NoIndex, match="run `safeguard ingest`"):
        store.open_index(tmp_path)
    with pytest.raises(BadRequest, match="no file or folder 'nowhere'"):
        ingest(["nowhere"], data_dir=tmp_path, model=model)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(DataFolderUnusable, match="choose a folder you can write"):
        ingest(data_dir=blocked / "data", model=model)
    from filelock import FileLock

    (tmp_path / "index").mkdir()
    with FileLock(str(tmp_path / "ingest.lock")), pytest.raises(IngestBusy, match="Another ingest is running"):
        ingest(data_dir=tmp_path, model=model)


def test_an_index_of_nothing_can_be_published_and_searched(indexed, own_documents, model):
    data, _ = indexed
    report = ingest(data_dir=data, model=model, with_starter=False, forget=[own_documents])
    assert (report.removed, report.passages) == (2, 0)
    assert search(Library.open(data), "anything") == []


def test_of_a_document_of_which_one_clause_changed_only_that_clause_is_embedded_again(indexed, own_documents, model):
    data, _ = indexed
    file = own_documents / "hoarding.md"
    before = {passage.id: passage.text for passage in Library.open(data).passages}
    vectors_before = _vectors(data)
    file.write_text(file.read_text("utf-8") + "\n\n## Ferries [9.9]\n\nFerries sail at noon.\n", encoding="utf-8")
    said: list[str] = []
    ingest(data_dir=data, model=model, with_starter=False, progress=said.append)
    after = {passage.id: passage.text for passage in Library.open(data).passages}
    assert set(after) - set(before) == {next(id_ for id_ in after if id_.endswith(":9-9"))}
    assert any("Indexing passage 1 of 1." in line for line in said)
    now = _vectors(data)
    assert {id_: now[id_] for id_ in vectors_before} == vectors_before
    file.write_text("# Hoarding\n\n## Ferries [9.9]\n\nFerries sail at noon.\n", encoding="utf-8")
    ingest(data_dir=data, model=model, with_starter=False)
    library = Library.open(data)
    assert library.index.record.vectors == library.index.probe() == len(_vectors(data))
    assert {key.rsplit("#", 1)[0] for key in _vectors(data)} == {passage.id for passage in library.passages}


def _vectors(data: Path) -> dict[str, list[float]]:
    folder = data / "index" / str(store.current_generation(data))
    found = store.chroma_client(folder / "chroma").get_collection(store.COLLECTION).get(include=["embeddings"])
    return {id_: list(vector) for id_, vector in zip(found["ids"], found["embeddings"], strict=True)}


def test_a_link_out_of_the_folder_an_odd_file_and_an_empty_one_are_named_and_not_read(
    own_documents, tmp_path, model, data_folder
):
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n\nThe key is under the mat.\n", encoding="utf-8")
    (own_documents / "link.md").symlink_to(secret)
    (own_documents / "folder.md").mkdir()
    (own_documents / "away").symlink_to(tmp_path)
    os.mkfifo(own_documents / "pipe.md")
    (own_documents / "empty.txt").touch()
    (own_documents / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    with (own_documents / "huge.txt").open("wb") as stream:
        stream.truncate(2 * 1024**3)  # a sparse file of 2 GB
    data = data_folder(tmp_path / "d")
    report = ingest([own_documents], data_dir=data, model=model, with_starter=False)
    said = {Path(failure.path).name: failure.error for failure in report.failures}
    assert set(said) == {"link.md", "pipe.md", "empty.txt", "old.doc", "huge.txt"}
    assert "outside its folder" in said["link.md"] and "not an ordinary file" in said["pipe.md"]
    assert "over 25 MB" in said["huge.txt"] and "save it as .docx" in said["old.doc"]
    assert all("mat" not in passage.text for passage in Library.open(data).passages)


FULL = """
import resource, signal, sys
from pathlib import Path
from assistant.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
sys.exit(main(["ingest", "--no-starter", "--data-dir", sys.argv[1]]))
"""


@pytest.mark.parametrize("bytes_", [10, 20_000, 180_000])
def test_a_full_disk_is_one_sentence_and_the_old_index_serves(indexed, own_documents, bytes_):
    """No file may grow past a limit: writing fails as it does on a full disk, in each part that writes."""
    data, _ = indexed
    (own_documents / "new.md").write_text("# New\n\n" + "Boats are counted weekly. " * 3000, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", FULL, str(data), str(bytes_)], capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: The data folder") and "check that the disk is not full" in last
    assert "Traceback" not in done.stderr
    assert "trained staff" in best(data, "who may visit a hoarded home")
